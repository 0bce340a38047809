import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { AnswerOf } from "@bulkhead/contract";
import { killFilePath, readKillAnswer, writeKillFile } from "@bulkhead/store";
import { reasonOf } from "../configuration.ts";
import { confirmed } from "../desk/confirm.ts";
import { Desk } from "../desk/desk.ts";
import { dataFolderOf, holderOf, textOf } from "../desk/find.ts";
import { cellOf, printChange, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, onlyTried, print, type Shell } from "../shell.ts";
import { definedOf } from "./order.ts";

type Outcome = AnswerOf<"engageKill">["data"];
const LEVELS = ["pause", "cancel", "flatten"] as const;
type Level = (typeof LEVELS)[number];

/** `bulkhead kill list`: the switches that are engaged. */
export async function killList(shell: Shell, options: Options): Promise<0> {
  const answer = await new Desk(shell, options).ask("listKills", {});
  print(shell, options["json"] === true, answer, () => killsText(answer.data));
  return 0;
}

/** `bulkhead kill preview LEVEL`: what it would do now. */
export async function killPreview(shell: Shell, options: Options, named = ""): Promise<0> {
  const level = levelOf(named);
  const desk = new Desk(shell, options);
  const json = options["json"] === true;
  if (options["allAccounts"] === true) {
    const answer = await desk.ask("previewKillAll", { body: { level } });
    print(shell, json, answer, () => `${allText(answer.data, true)}Nothing was done.\n`);
    return 0;
  }
  const answer = await desk.ask("previewKill", { body: { ...scopeOf(options), level } });
  print(shell, json, answer, () => `${outcomeText(answer.data, true)}Nothing was done.\n`);
  return 0;
}

/** `bulkhead kill engage LEVEL`: stops entries, cancels, flattens; durable until a person clears it. Flattening is asked about. */
export async function killEngage(shell: Shell, options: Options, named = ""): Promise<0 | 1> {
  const level = levelOf(named);
  if (options["dryRun"] === true && options["file"] !== true) return await killPreview(shell, options, named);
  const reason = textOf(options, "reason") ?? "";
  const json = options["json"] === true;
  if (options["file"] === true) return await killByFile(shell, options, level, reason);
  const desk = new Desk(shell, options);
  if (level === "flatten") await confirmed(shell, options, FLATTENS);
  if (options["allAccounts"] === true) {
    const engaged = await desk.change("engageKillAll", { body: { level, reason } });
    const { not_taken } = engaged.answer.data;
    printChange(shell, json, engaged, () => allText(engaged.answer.data, false));
    return not_taken.length === 0 ? 0 : 1;
  }
  const engaged = await desk.change("engageKill", { body: { ...scopeOf(options), level, reason } });
  printChange(shell, json, engaged, () => outcomeText(engaged.answer.data, false));
  return 0;
}

const FLATTENS = "closes every position of its scope at the market";
/** By then a desk has obeyed, or its watchdog has ended it, unless it was given more patience; the file stays and the next start obeys it. */
const OBEYED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** By the file KILL of the data folder: whoever runs obeys it, the next start otherwise. Nothing of a desk is asked. */
async function killByFile(shell: Shell, options: Options, level: Level, reason: string): Promise<0 | 1> {
  const folder = dataFolderOf(shell, options);
  if (!existsSync(folder)) throw new CommandFailure("JOURNAL_MISSING", { path: folder });
  onlyTried(options, { writes: killFilePath(folder), level });
  if (level === "flatten") await confirmed(shell, options, FLATTENS);
  const id = `cli-${randomUUID()}`;
  const wish = { id, level, reason, account: textOf(options, "account") ?? null, portfolio: textOf(options, "portfolio") ?? null };
  const { empty } = written(folder, { ...wish, instrument: textOf(options, "instrument") ?? null });
  const until = Date.now() + OBEYED_WITHIN_MS;
  let accounts = readKillAnswer(folder, id);
  while (accounts === undefined && holderOf(folder).held && Date.now() < until) {
    await pause(LOOK_EVERY_MS);
    accounts = readKillAnswer(folder, id);
  }
  const path = killFilePath(folder);
  print(shell, options["json"] === true, { file: path, id, empty, obeyed: accounts !== undefined, accounts: accounts ?? [] }, () =>
    accounts === undefined
      ? `${empty ? EMPTY : ""}${path} is written; nobody has obeyed it yet: the next start of the desk does, before anything trades.\n`
      : `${path} is obeyed.\n${(accounts as readonly Outcome[]).map((outcome) => outcomeText(outcome, false)).join("")}`,
  );
  return accounts === undefined ? 1 : 0;
}

const EMPTY = "The disk has no space, so the file is empty: that means everything, at the level that is configured for it (cancel).\n";

/** A kill that is not in place must not look like one. */
function written(folder: string, wish: Parameters<typeof writeKillFile>[1]): ReturnType<typeof writeKillFile> {
  try {
    return writeKillFile(folder, wish);
  } catch (error) {
    const holder = holderOf(folder);
    const pid = holder.held ? (holder.owner?.pid ?? null) : null;
    const process = pid === null ? "nobody runs there" : `kill -9 ${pid} ends the desk`;
    throw new CommandFailure(
      "CLI_KILL_FILE_UNWRITABLE",
      { path: killFilePath(folder), reason: reasonOf(error), process },
      { cause: error },
    );
  }
}

function allText({ accounts, not_taken }: AnswerOf<"engageKillAll">["data"], preview: boolean): string {
  const taken = accounts.map((outcome) => `Account ${outcome.account_id}: ${outcomeText(outcome, preview)}`);
  return `${taken.join("")}${not_taken.map(({ account_id, code, detail }) => `Account ${account_id} did NOT take it: ${code}: ${detail}\n`).join("")}`;
}

/** `bulkhead kill clear`: a person lets trading go on, and says why. */
export async function killClear(shell: Shell, options: Options): Promise<0> {
  const reason = textOf(options, "reason") ?? "";
  const desk = new Desk(shell, options);
  if (options["allAccounts"] === true) {
    const all = await desk.change("clearKillAll", { body: { reason } });
    printChange(shell, options["json"] === true, all, () =>
      all.answer.data.map(({ account_id, cleared }) => `Account ${account_id}: ${cleared ? "cleared" : "it was not stopped"}\n`).join(""),
    );
    return 0;
  }
  const cleared = await desk.change("clearKill", { body: { ...scopeOf(options), reason } });
  printChange(shell, options["json"] === true, cleared, () => `Cleared. ${killsText(cleared.answer.data)}`);
  return 0;
}

const scopeOf = (options: Options) => definedOf({ portfolio_id: textOf(options, "portfolio"), instrument: textOf(options, "instrument") });

export function levelOf(text: string): Level {
  if ((LEVELS as readonly string[]).includes(text)) return text as Level;
  throw new CommandFailure("CLI_USAGE", { message: `a kill is one of ${LEVELS.join(", ")}, not ${text}` }, { exitCode: 2 });
}

function killsText(rows: AnswerOf<"listKills">["data"]): string {
  return rowsText(
    [
      ["Scope", "scope"],
      ["Level", "level"],
      ["Reason", "reason"],
    ],
    rows,
    "No kill switch is engaged.",
  );
}

function outcomeText(outcome: Outcome, preview: boolean): string {
  const { scope, level, entries_stopped, confirmed: done, unconfirmed, not_cancellable, exits } = outcome;
  const would = preview ? "would be " : "";
  const orders = (rows: Outcome["confirmed"], what: string): string =>
    rows.length === 0 ? "" : `${rows.length} ${rows.length === 1 ? "order" : "orders"} ${what}: ${rows.map(orderText).join("; ")}\n`;
  return [
    `Kill switch on ${scope}, level ${level}\n`,
    entries_stopped.length === 0 ? "" : `No new risk for ${entries_stopped.join(", ")}\n`,
    orders(done, `${would}canceled`),
    orders(unconfirmed, preview ? "would be canceled" : "not confirmed by the venue yet"),
    orders(not_cancellable, "cannot be canceled (exits at work, or asked for before)"),
    exits.length === 0
      ? ""
      : `${exits.length} ${exits.length === 1 ? "exit" : "exits"} ${would}placed: ${exits.map(exitText).join("; ")}\n`,
  ].join("");
}

const orderText = ({ order_id, portfolio_id, side, leaves, instrument }: Outcome["confirmed"][number]): string =>
  `${order_id} of ${portfolio_id} (${side} ${cellOf(leaves, "quantity")} ${instrument})`;
const exitText = ({ portfolio_id, side, quantity, instrument }: Outcome["exits"][number]): string =>
  `${portfolio_id} ${side} ${cellOf(quantity, "quantity")} ${instrument}`;
