import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { AnswerOf } from "@bulkhead/contract";
import { accountsIn } from "@bulkhead/store";
import { Desk } from "../desk/desk.ts";
import { dataFolderOf, holderOf, namedUrl, textOf } from "../desk/find.ts";
import { withFolder } from "../desk/offline.ts";
import { CommandFailure, type ExitCode, type Options, print, type Shell, table } from "../shell.ts";

/** What an import did, or would do. */
type Imported = AnswerOf<"importStatements">["data"];

type Format = "flex" | "csv" | "hyperliquid";

type Answer = Readonly<
  | { ok: true; data: Imported }
  | {
      ok: false;
      code: string;
      figures: Readonly<Record<string, unknown>>;
      details?: readonly string[];
      problems: readonly Readonly<{ code: string; detail: string }>[];
    }
>;

/** `bulkhead import flex FILE…`, `import csv`, `import hyperliquid`: books what statements say, all of it or nothing, and compares the end with them. */
export const importFlex = (shell: Shell, options: Options, ...files: readonly unknown[]): Promise<ExitCode> =>
  imported(shell, options, "flex", files);
export const importCsv = (shell: Shell, options: Options, ...files: readonly unknown[]): Promise<ExitCode> =>
  imported(shell, options, "csv", files);
export const importHyperliquid = (shell: Shell, options: Options, ...files: readonly unknown[]): Promise<ExitCode> =>
  imported(shell, options, "hyperliquid", files);

async function imported(shell: Shell, options: Options, format: Format, operands: readonly unknown[]): Promise<ExitCode> {
  const files = operands.flat().filter((each): each is string => typeof each === "string");
  for (const path of files) {
    const reason = unreadable(resolve(shell.folder, path));
    if (reason !== undefined) throw new CommandFailure("CLI_FILE_UNREADABLE", { path, reason }, { exitCode: 2 });
  }
  if (asksDesk(shell, options)) return shown(shell, options, await overTheDesk(shell, options, format, files));
  const asked = { format, ...wishOf(options), files: files.map((path) => resolve(shell.folder, path)) };
  const data = await withFolder(
    shell,
    options,
    (folder) =>
      offline(shell, { folder, account: accountOf(folder, options), create: createOf(options), progress: shell.isTerminal, ...asked }),
    createOf(options) === null ? "must-be" : "make",
  );
  return shown(shell, options, data);
}

const asksDesk = (shell: Shell, options: Options): boolean =>
  namedUrl(shell, options) !== undefined || holderOf(dataFolderOf(shell, options)).held;

/** What a desk takes in one request. */
const BODY_MAX = 256 * 1024;

/** Why a file cannot be read; undefined: it can. */
function unreadable(path: string): string | undefined {
  if (!existsSync(path)) return "there is none";
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile() ? undefined : "it is no file; name the files in it";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "this user may not read it" : (error as Error).message;
  }
}

/** A running desk books it between two of its turns; the account is there, since it runs. */
async function overTheDesk(shell: Shell, options: Options, format: Format, files: readonly string[]): Promise<Imported> {
  if (createOf(options) !== null) throw usage("--create is for a folder that no desk holds: a running desk has its accounts");
  const desk = new Desk(shell, options);
  const { statement_account: of, zone, leave_out, aliases, covers, allocate, same_account, dry_run } = wishOf(options);
  const packed = files.map((path) => ({
    name: basename(path),
    gzip: gzipOf(readFileSync(resolve(shell.folder, path))).toString("base64"),
  }));
  const body = {
    format,
    files: packed,
    zone,
    leave_out: [...leave_out],
    aliases: [...aliases],
    allocate: [...allocate],
    ...(covers === null ? {} : { covers }),
    ...(same_account ? { same_account } : {}),
    ...(of === null ? {} : { statement_account: of }),
  };
  const size = JSON.stringify(body).length;
  if (size > BODY_MAX) throw new CommandFailure("IMPORT_TOO_LARGE", { size: Math.ceil(size / 1024), most: BODY_MAX / 1024 });
  try {
    return dry_run ? (await desk.ask("previewImport", { body })).data : (await desk.change("importStatements", { body })).answer.data;
  } catch (error) {
    const lines =
      error instanceof CommandFailure && error.code === "IMPORT_REFUSED" ? String(error.figures["lines"] ?? "").split("\n") : [];
    if (!(error instanceof CommandFailure) || lines.length === 0) throw error;
    throw new CommandFailure(error.code, error.figures, { details: lines, cause: error });
  }
}

/** As it is where it is packed already. */
const gzipOf = (bytes: Buffer): Buffer => (bytes[0] === 0x1f && bytes[1] === 0x8b ? bytes : gzipSync(bytes));

function shown(shell: Shell, options: Options, data: Imported): ExitCode {
  print(shell, options["json"] === true, { data }, () => textOfImport(data));
  return data.equal ? 0 : 1;
}

const usage = (message: string): CommandFailure => new CommandFailure("CLI_USAGE", { message }, { exitCode: 2 });

type Wish = Readonly<{
  statement_account: string | null;
  zone: string;
  leave_out: readonly number[];
  aliases: readonly Readonly<{ key: string; instrument: string }>[];
  covers: Readonly<{ from: string; to: string }> | null;
  allocate: readonly Readonly<{ key: string; share: string }>[];
  same_account: boolean;
  dry_run: boolean;
}>;

function wishOf(options: Options): Wish {
  const leaveOut = (textOf(options, "leaveOut") ?? "").split(",").filter((line) => line !== "");
  const wrong = leaveOut.find((line) => !/^\d{1,9}$/.test(line.trim()));
  if (wrong !== undefined) throw usage(`--leave-out takes numbers of lines, not ${wrong}`);
  const aliases = ((options["alias"] as readonly string[] | undefined) ?? []).map((text) => {
    const [key = "", instrument = "", more] = text.split("=");
    if (key === "" || !instrument.includes("@") || more !== undefined) throw usage(`--alias takes NAME=SYMBOL@VENUE, not ${text}`);
    return { key, instrument };
  });
  return {
    statement_account: textOf(options, "statementAccount") ?? null,
    zone: textOf(options, "zone") ?? "America/New_York",
    leave_out: leaveOut.map(Number),
    aliases,
    covers: coversOf(textOf(options, "covers")),
    allocate: ((options["allocate"] as readonly string[] | undefined) ?? []).map(allocationOf),
    same_account: options["sameAccount"] === true,
    dry_run: options["dryRun"] === true,
  };
}

function coversOf(text: string | undefined): Wish["covers"] {
  if (text === undefined) return null;
  const [from = "", to = "", more] = text.split("..");
  if (from === "" || to === "" || more !== undefined) throw usage(`--covers takes FROM..TO, as 2026-04-01..2026-04-30, not ${text}`);
  return { from, to };
}

function allocationOf(text: string): Wish["allocate"][number] {
  const [key = "", share = "", more] = text.split("=");
  const isShare = /^(0?\.\d{1,9}|0|1)$|^\d{1,2}(\.\d{1,7})?%$|^100%$/.test(share);
  if (key === "" || !isShare || more !== undefined)
    throw usage(`--allocate takes NAME=SHARE with a share of the cost as 0.0812 or 8.12%, not ${text}`);
  return { key, share };
}

/** The currency of an account to make; empty: the statement's; null: none is made. */
const createOf = (options: Options): string | null =>
  options["create"] === undefined ? null : options["create"] === true ? "" : String(options["create"]);

function accountOf(folder: string, options: Options): string {
  const named = textOf(options, "account");
  const accounts = accountsIn(folder);
  const chosen = named?.toLowerCase() ?? (accounts.length <= 1 ? (accounts[0] ?? "main") : undefined);
  if (chosen === undefined)
    throw new CommandFailure("CLI_ACCOUNT_UNKNOWN", { account: "said", accounts: accounts.join(", ") }, { exitCode: 2 });
  return chosen;
}

function textOfImport({
  account_id,
  booked,
  counts,
  covers,
  missing,
  compared_at,
  comparison,
  equal,
  notes,
  history_left,
}: Imported): string {
  const rows = counts.map(({ kind, booked: count, known }) => [kind, String(count), String(known)]);
  const lines = [
    `Account ${account_id}, ${covers.map(({ from, to }) => `${from.slice(0, 10)} to ${to.slice(0, 10)}`).join(", ") || "no period said"}.\n`,
    rows.length === 0
      ? "The statements have nothing to book.\n"
      : table([["What", booked ? "Booked" : "Would be booked", "Known before"], ...rows]),
  ];
  for (const { from, to } of missing)
    lines.push(`Nothing tells what happened from ${from.slice(0, 10)} to ${to.slice(0, 10)}: import that too.\n`);
  for (const note of notes) lines.push(`Note: ${note}\n`);
  for (const { from, to } of history_left)
    lines.push(`Missing from the history: ${from.slice(0, 16).replace("T", " ")} to ${to.slice(0, 16).replace("T", " ")} UTC\n`);
  if (comparison.length > 0) {
    const compared = comparison.map(({ kind, about, stated, books, difference, equal: same }) => [
      kind,
      about,
      stated,
      books,
      same ? "" : difference,
    ]);
    lines.push(`\n${table([[`At ${compared_at?.slice(0, 10) ?? "the end"}`, "", "Statement", "Books", "Difference"], ...compared])}`);
    lines.push(equal ? "The books have what the statement says was held.\n" : "The books differ from the statement.\n");
  }
  if (!booked) lines.push("Nothing was booked.\n");
  return lines.join("");
}

/** The desk's own program for this: the command knows no brokers. */
const PROGRAM = fileURLToPath(new URL("../../../server/src/offline-import.ts", import.meta.url));

async function offline(shell: Shell, asked: Readonly<Record<string, unknown>>): Promise<Imported> {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (!shownProgress(shell, line)) said += `${line}\n`;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(asked));
  const [out, status] = await Promise.all([
    text(child.stdout),
    new Promise<number | string>((done, failed) => {
      child.once("error", failed);
      child.once("close", (code, signal) => done(code ?? signal ?? ""));
    }),
  ]);
  if (shell.isTerminal) shell.err("\r\u001b[K");
  if (status === "SIGABRT" || status === 134 || status === "SIGKILL")
    throw new CommandFailure("IMPORT_ENDED", { reason: "the memory of this machine was not enough" });
  if (status !== 0) throw new Error(said || `IMPORT_FAILED: status=${status}`);
  const answer = JSON.parse(out) as Answer;
  if (answer.ok) return answer.data;
  const { code, figures, details = [], problems } = answer;
  throw new CommandFailure(code, figures, { details: [...details, ...problems.map((problem) => `${problem.code}: ${problem.detail}`)] });
}

/** One line that is written over; true where it was one of progress. */
function shownProgress(shell: Shell, line: string): boolean {
  if (!line.startsWith('{"what":')) return false;
  const { what, done, of } = JSON.parse(line) as Readonly<{ what: string; done: number; of: number }>;
  if (shell.isTerminal) shell.err(`\r\u001b[K${what === "reading" ? `reading ${of} files` : `${done} of ${of} lines tried`}`);
  return true;
}
