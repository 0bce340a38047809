import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { dataFolderOf, textOf } from "../desk/find.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";

type Row = Readonly<{ check: string; ok: boolean | null; says: string; todo: string }>;
type Answer<T> = Readonly<
  { ok: true; data: T } | { ok: false; code: string; figures: Readonly<Record<string, unknown>>; details?: readonly string[] }
>;

/** `bulkhead check ibkr`: whether TWS or its gateway lets an account be attached, and what to click where it does not. */
export const checkIbkr = (shell: Shell, options: Options): Promise<0 | 1> => checked(shell, options, "ibkr");
/** `bulkhead check ccxt`: whether an exchange lets the configured account be attached. */
export const checkCcxt = (shell: Shell, options: Options): Promise<0 | 1> => checked(shell, options, "ccxt");

async function checked(shell: Shell, options: Options, kind: "ibkr" | "ccxt"): Promise<0 | 1> {
  const { checks } = await offline<{ checks: readonly Row[] }>({ ...wishOf(shell, options), what: "check", kind, file: null, seconds: 0 });
  print(shell, options["json"] === true, { data: checks }, () => checks.map(rowText).join(""));
  return checks.some(({ ok }) => ok === false) ? 1 : 0;
}

const rowText = ({ check, ok, says, todo }: Row): string => {
  const mark = ok === true ? "good   " : ok === false ? "BAD    " : "unknown";
  return `${mark}  ${check.padEnd(18)} ${says}${todo === "" ? "" : `\n${" ".repeat(28)}${todo}`}\n`;
};

/** `bulkhead venue record FILE`: what a gateway says while an account looks on, masked. */
export async function venueRecord(shell: Shell, options: Options, file = ""): Promise<0 | 1> {
  const seconds = Number(textOf(options, "seconds") ?? "60");
  if (!(Number.isInteger(seconds) && seconds > 0 && seconds <= 86_400))
    throw new CommandFailure("CLI_USAGE", { message: "--seconds takes a whole number from 1 to 86400" }, { exitCode: 2 });
  const asked = { ...wishOf(shell, options), what: "record", kind: "ibkr", file: resolve(shell.folder, file), seconds };
  const done = await offline<{ file: string; frames: number; connection: string; reason: string }>(asked);
  print(shell, options["json"] === true, { data: done }, () => {
    const how = done.connection === "ready" ? "" : ` It did not connect: ${done.reason}\n`;
    return `${done.frames} messages are in ${done.file}, account numbers masked.${how}\nbulkhead sim ibkr --replay ${file} plays them.\n`;
  });
  return done.connection === "ready" ? 0 : 1;
}

function wishOf(shell: Shell, options: Options): Readonly<Record<string, unknown>> {
  const number = (name: string): number | null => {
    const written = textOf(options, name);
    if (written !== undefined && !/^\d{1,10}$/.test(written))
      throw new CommandFailure("CLI_USAGE", { message: `--${name === "clientId" ? "client-id" : name} takes a number` }, { exitCode: 2 });
    return written === undefined ? null : Number(written);
  };
  const config = textOf(options, "config");
  return {
    config: config === undefined ? null : resolve(shell.folder, config),
    folder: shell.folder,
    data: dataFolderOf(shell, options),
    account: textOf(options, "account") ?? null,
    host: textOf(options, "host") ?? null,
    port: number("port"),
    client_id: number("clientId"),
    number: textOf(options, "brokerAccount") ?? null,
    mode: textOf(options, "mode") ?? null,
    zone: textOf(options, "zone") ?? null,
    symbol: textOf(options, "symbol") ?? null,
  };
}

/** The desk's own program for this: the command knows no brokers. */
const PROGRAM = fileURLToPath(new URL("../../../server/src/offline-venue.ts", import.meta.url));

async function offline<T>(asked: Readonly<Record<string, unknown>>): Promise<T> {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<number | null>((done) => child.on("close", done));
  child.stdin.end(JSON.stringify(asked));
  const [said, cried, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(cried || `ended with ${code}`);
  const answer = JSON.parse(said) as Answer<T>;
  if (answer.ok) return answer.data;
  throw new CommandFailure(answer.code, answer.figures, { details: [...(answer.details ?? [])] });
}
