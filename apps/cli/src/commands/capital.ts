import type { AnswerOf } from "@bulkhead/contract";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { cellOf, printChange, rowsText } from "../desk/show.ts";
import { type Options, print, type Shell } from "../shell.ts";
import { definedOf } from "./order.ts";

type Picture = AnswerOf<"getCapital">["data"];
type Plan = AnswerOf<"previewRebalance">["data"];
type Run = AnswerOf<"rebalance">["data"]["run"];

/** `bulkhead capital show`: how capital is allocated, and when it moves by itself. */
export async function capitalShow(shell: Shell, options: Options): Promise<0> {
  const answer = await new Desk(shell, options).ask("getCapital", {});
  print(shell, options["json"] === true, answer, () => pictureText(answer.data));
  return 0;
}

function pictureText({ base_currency, capital, equity, cash, free_cash, portfolios, schedules }: Picture): string {
  const rows = rowsText(
    [
      ["Portfolio", "portfolio_id"],
      ["State", "status"],
      ["Capital", "capital", "money"],
      ["Equity", "equity", "money"],
      ["Cash", "cash", "money"],
      ["Available", "available_cash", "money"],
      ["Share", "weight", "ratio"],
      ["Target", "target", "ratio"],
      ["Off by", "drift", "ratio"],
    ],
    [...portfolios, { portfolio_id: "account", status: "", capital, equity, cash }],
    "No portfolios.",
  );
  const planned = rowsText(
    [
      ["Schedule", "id"],
      ["Kind", "kind"],
      ["When", "schedule"],
      ["Zone", "time_zone"],
      ["Next (UTC)", "next_run_at", "instant"],
      ["Last", "last"],
    ],
    schedules.map((schedule) => ({ ...schedule, last: schedule.last_run?.result ?? null })),
    "Nothing moves capital by itself.",
  );
  return `Free for new portfolios: ${cellOf(free_cash, "money")} ${base_currency}\n\n${rows}\n${planned}`;
}

/** `bulkhead capital rebalance [ID]`: a configured one, or with `--target`; `--preview` says what it would move. */
export async function capitalRebalance(shell: Shell, options: Options, id?: string): Promise<0> {
  const targets = targetsOf(options);
  const body = definedOf({ rebalance: id, targets, minimum: textOf(options, "minimum") });
  const desk = new Desk(shell, options);
  if (options["preview"] === true || options["dryRun"] === true)
    return previewed(shell, options, await desk.ask("previewRebalance", { body }));
  const done = await desk.change("rebalance", { body: { ...body, reason: textOf(options, "reason") ?? "" } });
  printChange(shell, options["json"] === true, done, () => runText(done.answer.data.run));
  return 0;
}

/** `bulkhead capital sweep ID`: a configured one, now. */
export async function capitalSweep(shell: Shell, options: Options, id = ""): Promise<0> {
  const desk = new Desk(shell, options);
  if (options["preview"] === true || options["dryRun"] === true)
    return previewed(shell, options, await desk.ask("previewSweep", { body: { sweep: id } }));
  const done = await desk.change("sweep", { body: { sweep: id, reason: textOf(options, "reason") ?? "" } });
  printChange(shell, options["json"] === true, done, () => runText(done.answer.data.run));
  return 0;
}

function targetsOf(options: Options): Readonly<Record<string, string>> | undefined {
  const pairs = options["target"] as readonly string[] | undefined;
  return pairs === undefined ? undefined : Object.fromEntries(pairs.map((pair) => [pair.split("=")[0] ?? "", pair.split("=")[1] ?? ""]));
}

function previewed(shell: Shell, options: Options, answer: AnswerOf<"previewRebalance">): 0 {
  print(shell, options["json"] === true, answer, () => `${planText(answer.data)}Nothing was moved.\n`);
  return 0;
}

function planText({ shares, moves, moved, short }: Plan): string {
  const rows = rowsText(
    [
      ["Portfolio", "portfolio_id"],
      ["Equity", "equity", "money"],
      ["Free cash", "free_cash", "money"],
      ["Share", "weight", "ratio"],
      ["Target", "target", "ratio"],
      ["Wants", "wants", "money"],
    ],
    shares,
    "No portfolios.",
  );
  const would = moves.map(
    ({ from_portfolio_id, to_portfolio_id, amount }) =>
      `Would move ${cellOf(amount, "money")} from ${from_portfolio_id} to ${to_portfolio_id}\n`,
  );
  return `${rows}${would.length === 0 ? "Nothing would move.\n" : would.join("")}In all ${cellOf(moved, "money")}, short of ${cellOf(short, "money")}\n`;
}

function runText({ result, moved, short, transfers, detail }: Run): string {
  const lines = transfers.map(
    ({ from_portfolio_id, to_portfolio_id, amount }) =>
      `Moved ${cellOf(amount, "money")} from ${from_portfolio_id} to ${to_portfolio_id}\n`,
  );
  return `${lines.join("")}${result}: ${cellOf(moved, "money")} moved, short of ${cellOf(short, "money")}${detail === "" ? "" : `; ${detail}`}\n`;
}

/** `bulkhead capital deposit AMOUNT`: cash comes into a paper account. */
export const capitalDeposit = (shell: Shell, options: Options, amount = ""): Promise<0> => flow(shell, options, "depositCapital", amount);
/** `bulkhead capital withdraw AMOUNT`: free cash leaves a paper account. */
export const capitalWithdraw = (shell: Shell, options: Options, amount = ""): Promise<0> => flow(shell, options, "withdrawCapital", amount);

async function flow(shell: Shell, options: Options, operation: "depositCapital" | "withdrawCapital", amount: string): Promise<0> {
  const where = definedOf({ asset: textOf(options, "asset"), portfolio_id: textOf(options, "portfolio") });
  const moved = await new Desk(shell, options).change(operation, { body: { amount, reason: textOf(options, "reason") ?? "", ...where } });
  printChange(shell, options["json"] === true, moved, () => {
    const { portfolio } = moved.answer.data;
    return portfolio === null
      ? "Done.\n"
      : `${portfolio.portfolio_id}: cash ${cellOf(portfolio.cash, "money")} ${portfolio.base_currency}\n`;
  });
  return 0;
}
