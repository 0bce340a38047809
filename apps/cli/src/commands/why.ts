import type { AnswerOf } from "@bulkhead/contract";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { cellOf, rowsText } from "../desk/show.ts";
import { type Options, print, type Shell } from "../shell.ts";
import { definedOf } from "./order.ts";

/** `bulkhead why PORTFOLIO [INSTRUMENT]`: why there is no trade. */
export async function why(shell: Shell, options: Options, portfolio = "", instrument?: string): Promise<0> {
  const answer = await new Desk(shell, options).ask("why", { query: definedOf({ portfolio_id: portfolio, instrument }) });
  print(shell, options["json"] === true, answer, () => whyText(answer.data));
  return 0;
}

function whyText({ portfolio_id, instrument, reasons, entries, market_open, next_open_at, denials }: AnswerOf<"why">["data"]): string {
  const name = instrument === null ? portfolio_id : `${portfolio_id} and ${instrument}`;
  const held =
    reasons.length === 0
      ? `Nothing holds ${name} back.\n`
      : reasons.map(({ sentence, details }) => `- ${sentence} (${details})\n`).join("");
  const market =
    market_open === null
      ? ""
      : market_open
        ? "The market is open.\n"
        : `The market is closed until ${cellOf(next_open_at, "instant")} UTC.\n`;
  const gate = entries.map(
    ({ side, would, sentence }) => `The smallest ${side}: ${would === "place" ? "would be placed" : `${sentence ?? would}`}\n`,
  );
  const last = rowsText(
    [
      ["At (UTC)", "at", "instant"],
      ["Side", "side"],
      ["Instrument", "instrument"],
      ["Asked", "asked", "quantity"],
      ["Rule", "rule"],
      ["Why", "sentence"],
    ],
    denials,
    "No order of it was denied.",
  );
  return `${held}${market}${gate.join("")}${denials.length === 0 ? "" : "The latest denials:\n"}${last}`;
}

/** `bulkhead explain FIGURE`: from a figure to the postings that add up to it. */
export async function explainFigure(shell: Shell, options: Options, figure = ""): Promise<0> {
  const query = definedOf({
    portfolio_id: textOf(options, "portfolio") ?? "*",
    figure,
    asset: textOf(options, "asset"),
    limit: textOf(options, "limit"),
  });
  const answer = await new Desk(shell, options).ask("explain", { query });
  print(shell, options["json"] === true, answer, () => explainText(answer.data));
  return 0;
}

function explainText({
  portfolio_id,
  figure,
  asset,
  balance,
  sign,
  count,
  postings,
  executions,
  next_cursor,
}: AnswerOf<"explain">["data"]): string {
  const postingRows = rowsText(
    [
      ["Record", "seq"],
      ["At (UTC)", "at", "instant"],
      ["Portfolio", "portfolio_id"],
      ["Account", "account"],
      ["Amount", "amount", "money"],
      ["Event", "event"],
      ["Reference", "reference"],
    ],
    postings,
    "No postings.",
  );
  const executionRows =
    executions.length === 0
      ? ""
      : `\nExecutions behind them:\n${rowsText(
          [
            ["At (UTC)", "at", "instant"],
            ["Order", "order_id"],
            ["Side", "side"],
            ["Quantity", "quantity", "quantity"],
            ["Instrument", "instrument"],
            ["Price", "price", "price"],
            ["Fees", "fees", "money"],
          ],
          executions,
          "",
        )}`;
  const turned = sign === -1 ? ", its sign turned: what is earned or put in is booked with a minus" : "";
  const more = next_cursor === null ? "" : `\n${postings.length} of ${count} postings are shown: --limit ${Math.min(500, count)}\n`;
  return `${figure} of ${portfolio_id === "*" ? "the account" : portfolio_id}: ${cellOf(balance, "money")} ${asset}, the sum of ${count} postings${turned}\n\n${postingRows}${executionRows}${more}`;
}
