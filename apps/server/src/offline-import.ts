import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { cashScale } from "@bulkhead/contract";
import { type AccountId, type Command, createEngine, type InstantMs, type StateView } from "@bulkhead/core";
import { accountHome, accountsIn, memoryJournal } from "@bulkhead/store";
import type { Statement } from "@bulkhead/venues";
import { z } from "zod";
import { type Books, openBooks } from "./desk/books.ts";
import { DeskProblem } from "./desk/problem.ts";
import { answerOf, type ImportAnswer, type ImportProblem, problemOf } from "./imports/answer.ts";
import { bookAll } from "./imports/book-all.ts";
import { withGivenCoverage } from "./imports/coverage.ts";
import { planImport } from "./imports/import-statements.ts";
import { openingOf } from "./imports/open-import-account.ts";
import { IMPORT_FORMATS, readFiles, TEXT_MAX } from "./imports/read-files.ts";
import { VENUE_ACCOUNT_FILE } from "./live/session-fit.ts";

// Statements booked into a data folder that no desk holds. The command starts this as a process of its own and holds the folder meanwhile;
// what is asked comes by stdin.

const Asked = z.object({
  folder: z.string(),
  format: z.enum(IMPORT_FORMATS),
  files: z.array(z.string()),
  account: z.string(),
  /** Opens the account where there is none, in this currency; empty: in the statement's. */
  create: z.string().nullable(),
  statement_account: z.string().nullable(),
  zone: z.string(),
  leave_out: z.array(z.number()),
  aliases: z.array(z.object({ key: z.string(), instrument: z.string() })),
  covers: z.object({ from: z.string(), to: z.string() }).nullable(),
  allocate: z.array(z.object({ key: z.string(), share: z.string() })),
  same_account: z.boolean(),
  dry_run: z.boolean(),
  /** Tells on stderr how far it is, a line of JSON each time. */
  progress: z.boolean(),
});
type Request = z.output<typeof Asked>;

type Answer = Readonly<
  | { ok: true; data: ImportAnswer }
  | { ok: false; code: string; figures: Readonly<Record<string, unknown>>; problems: readonly ImportProblem[] }
>;

function run(asked: Request): Answer {
  const large = asked.files.find((path) => statSync(path).size > TEXT_MAX);
  if (large !== undefined)
    return refused([problemOf({ code: "STATEMENT_TOO_LARGE", file: basename(large), line: 1, figures: { most: TEXT_MAX / 1024 / 1024 } })]);
  const tell = progressOf(asked.progress);
  tell("reading", 0, asked.files.length);
  const read = readFiles(
    asked.files.map((path) => ({ name: basename(path), bytes: readFileSync(path) })),
    { format: asked.format, statementAccount: asked.statement_account, zone: asked.zone, leaveOut: asked.leave_out },
  );
  if (!read.ok) return refused(read.problems.map(problemOf));
  const told = withGivenCoverage(read.statements, asked.covers, asked.zone);
  if (!told.ok) return refused(told.problems.map(problemOf));
  const { folder } = asked;
  const account = asked.account as AccountId;
  const isThere = accountsIn(folder).includes(account) && existsSync(accountHome(folder, account).database);
  if (!isThere && asked.create === null) return { ok: false, code: "IMPORT_ACCOUNT_MISSING", figures: { account }, problems: [] };
  // An account that is not there yet is tried in memory: what is refused or only tried leaves nothing behind.
  const tried = isThere
    ? openBooks(folder, account, randomUUID())
    : { engine: createEngine(), journal: memoryJournal({ account, id: "trial" }) };
  try {
    return imported(tried, asked, told.statements);
  } finally {
    tried.journal.close();
  }
}

const SHOWN_EVERY_MS = 200;
let shownAt = 0;

function progressOf(wanted: boolean): (what: string, done: number, of: number) => void {
  return (what, done, of) => {
    if (!wanted || (done < of && performance.now() - shownAt < SHOWN_EVERY_MS)) return;
    shownAt = performance.now();
    process.stderr.write(`${JSON.stringify({ what, done, of })}\n`);
  };
}

const refused = (problems: readonly ImportProblem[]): Answer => ({
  ok: false,
  code: "IMPORT_REFUSED",
  figures: { count: problems.length },
  problems,
});

function imported(books: Tried, asked: Request, statements: readonly Statement[]): Answer {
  const opening = openingFor(books, asked, statements);
  if (!Array.isArray(opening)) return opening as Answer;
  const planned = planImport(books, {
    statements,
    aliases: asked.aliases,
    allocations: asked.allocate,
    whose: { venueAccount: venueAccountOf(asked), sameAccount: asked.same_account, now: Date.now() },
    by: "import",
    onProgress: (tried, of) => progressOf(asked.progress)("lines", tried, of),
    cashScale,
    opening,
    // A new account is as old as its statements. In one that is there the day goes on where its last record stood: the days that nobody
    // rolled are rolled at the next start, and what the venue said when is kept in the executions themselves.
    stamp: opening.length > 0 ? historic : (state) => state.at,
  });
  if (!planned.ok) return refused(planned.problems.map(problemOf));
  if (!asked.dry_run && "home" in books) bookAll(books, planned.plan.commands);
  else if (!asked.dry_run) bookIntoNew(asked, planned.plan.commands);
  return { ok: true, data: answerOf(asked.account, planned.plan, !asked.dry_run) };
}

/** Books to try on: those of a folder, or none at all. */
type Tried = Books | Pick<Books, "engine" | "journal">;

function bookIntoNew({ folder, account }: Request, commands: readonly Command[]): void {
  const books = openBooks(folder, account as AccountId, randomUUID());
  try {
    bookAll(books, commands);
  } finally {
    books.journal.close();
  }
}

/** The broker's number of the account, as its first session said it (B28). */
function venueAccountOf({ folder, account }: Request): string | null {
  const path = join(accountHome(folder, account as AccountId).folder, VENUE_ACCOUNT_FILE);
  return existsSync(path) ? readFileSync(path, "utf8").trim() : null;
}

const historic = (state: StateView, entryAt: InstantMs): InstantMs => Math.max(state.at, Math.min(entryAt, Date.now())) as InstantMs;

function openingFor({ engine }: Tried, { create, account }: Request, statements: readonly Statement[]): readonly Command[] | Answer {
  if (engine.state.account !== undefined) return [];
  const baseCurrency = create || (statements.find((each) => each.baseCurrency !== null)?.baseCurrency ?? "");
  if (baseCurrency === "") return { ok: false, code: "IMPORT_CURRENCY_MISSING", figures: {}, problems: [] };
  const first = Math.min(
    ...statements.flatMap(({ covers, entries }) => [covers?.from ?? Number.POSITIVE_INFINITY, entries[0]?.at ?? Number.POSITIVE_INFINITY]),
  );
  const at = (Number.isFinite(first) ? first : Date.now()) as InstantMs;
  return openingOf(account as AccountId, { baseCurrency, venue: statements[0]?.source ?? "import", at });
}

const asked = Asked.parse(JSON.parse(await text(process.stdin)));
try {
  process.stdout.write(JSON.stringify(run(asked)));
} catch (error) {
  if (!(error instanceof DeskProblem)) throw error;
  process.stdout.write(JSON.stringify({ ok: false, code: error.code, figures: {}, details: error.details, problems: [] }));
}
