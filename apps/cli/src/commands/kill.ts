import type { AnswerOf } from "@bulkhead/contract";
import { confirmed } from "../desk/confirm.ts";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { cellOf, printChange, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";
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
export async function killPreview(shell: Shell, options: Options, level = ""): Promise<0> {
  const answer = await new Desk(shell, options).ask("previewKill", { body: { ...scopeOf(options), level: levelOf(level) } });
  print(shell, options["json"] === true, answer, () => `${outcomeText(answer.data, true)}Nothing was done.\n`);
  return 0;
}

/** `bulkhead kill engage LEVEL`: stops entries, cancels, flattens; durable until a person clears it. Flattening is asked about. */
export async function killEngage(shell: Shell, options: Options, named = ""): Promise<0> {
  const level = levelOf(named);
  const desk = new Desk(shell, options);
  if (level === "flatten") await confirmed(shell, options, "closes every position of its scope at the market");
  const body = { ...scopeOf(options), level, reason: textOf(options, "reason") ?? "" };
  const engaged = await desk.change("engageKill", { body });
  printChange(shell, options["json"] === true, engaged, () => outcomeText(engaged.answer.data, false));
  return 0;
}

/** `bulkhead kill clear`: a person lets trading go on, and says why. */
export async function killClear(shell: Shell, options: Options): Promise<0> {
  const body = { ...scopeOf(options), reason: textOf(options, "reason") ?? "" };
  const cleared = await new Desk(shell, options).change("clearKill", { body });
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
