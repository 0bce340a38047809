import { answerOf as answerSchema, cashScale, ImportBody, ImportRow } from "@bulkhead/contract";
import type { StateView } from "@bulkhead/core";
import type { StatementProblem } from "@bulkhead/venues";
import type { DeskAccount } from "../../desk/desk.ts";
import { answerOf, problemOf } from "../../imports/answer.ts";
import { withGivenCoverage } from "../../imports/coverage.ts";
import { type ImportBooks, type Planned, planImport } from "../../imports/import-statements.ts";
import { readFiles, STATEMENT_ZONE } from "../../imports/read-files.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import type { Services } from "../services.ts";
import { unavailable } from "../settle.ts";
import { wholeOf } from "./inbox.ts";
import { AccountQuery } from "./portfolios.ts";

/** Statements into the books of a running account: between two of its turns, tried whole first, all of it or nothing. */
export function importRoutes(api: Api): void {
  const { desk } = api.services;
  const common = { action: "admin", query: AccountQuery, body: ImportBody, answer: answerSchema(ImportRow) } as const;
  api.ask(
    {
      ...common,
      path: "/api/imports/preview",
      operationId: "previewImport",
      summary: "What importing statements would book, and how the end would compare",
    },
    async ({ principal, query, body }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const plan = planOf({ ...importedInto(api.services, account), by: principal.id }, body, account.state.at);
      return { body: one(account, account.durableSeq, answerOf(account.id, plan, false)) };
    },
  );
  api.write(
    {
      ...common,
      method: "post",
      path: "/api/imports",
      operationId: "importStatements",
      summary: "Book what statements say, once however often they come",
      stepUp: true,
    },
    async ({ principal, query, body }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const into = { ...importedInto(api.services, account), by: principal.id };
      let plan: Planned | undefined;
      const answer = await account.submitAll((_state, at) => {
        plan = planOf(into, body, at);
        return plan.commands;
      });
      if (!answer.ok) throw unavailable(account, answer.unavailable);
      const refused = answer.steps.find((step) => !step.ok);
      if (plan === undefined || refused !== undefined) throw new Error(`IMPORT_DIFFERS_FROM_TRIAL: ${JSON.stringify(refused)}`);
      return { body: one(account, answer.seq, answerOf(account.id, plan, true)) };
    },
  );
}

/** What one request may unpack to: the desk trades on meanwhile. */
const UNPACKED_MAX = 32 * 1024 * 1024;

function booksOf({ options }: Services, account: DeskAccount): ImportBooks {
  const books = options.books?.(account.id);
  if (books === undefined) throw new HttpFailure(503, "IMPORT_UNAVAILABLE", { reason: "its journal is not at hand" });
  return books;
}

type Into = Readonly<{ books: ImportBooks; venueAccount: string | null; now: number; by: string }>;

const importedInto = (services: Services, account: DeskAccount): Omit<Into, "by"> => ({
  books: booksOf(services, account),
  venueAccount: account.live?.status.session.account ?? null,
  now: services.deskNow(),
});

function planOf({ books, venueAccount, now, by }: Into, body: ImportBody, at: StateView["at"]): Planned {
  const { format, statement_account: statementAccount = null, zone = STATEMENT_ZONE, leave_out: leaveOut = [], covers = null } = body;
  const files = body.files.map(({ name, gzip }) => ({ name, bytes: Buffer.from(gzip, "base64") }));
  const read = readFiles(files, { format, statementAccount, zone, leaveOut, textMax: UNPACKED_MAX });
  if (!read.ok) throw refusedBy(read.problems);
  const told = withGivenCoverage(read.statements, covers, zone);
  if (!told.ok) throw refusedBy(told.problems);
  const planned = planImport(books, {
    statements: told.statements,
    aliases: body.aliases ?? [],
    allocations: body.allocate ?? [],
    whose: { venueAccount, sameAccount: body.same_account === true, now },
    by,
    cashScale,
    opening: [],
    stamp: () => at,
  });
  if (!planned.ok) throw refusedBy(planned.problems);
  return planned.plan;
}

/** Lines that are told in one answer; the first ones are where a person begins. */
const TOLD_MAX = 50;

function refusedBy(problems: readonly StatementProblem[]): HttpFailure {
  const lines = problems.slice(0, TOLD_MAX).map((problem) => `${problem.code}: ${problemOf(problem).detail}`);
  return new HttpFailure(422, "IMPORT_REFUSED", { count: problems.length, lines: lines.join("\n") });
}
