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

function whyText({ portfolio_id, instrument, reasons, entries, decides, market_open, next_open_at, denials }: WhyAnswer): string {
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
  return `${held}${market}${decidesText(decides)}${gate.join("")}${denials.length === 0 ? "" : "The latest denials:\n"}${last}`;
}

type WhyAnswer = AnswerOf<"why">["data"];
type Look = NonNullable<WhyAnswer["decides"]>["conditions"][number]["looks"][number];

/** What a strategy saw at the last bar, line by line, and what alone would have been enough. */
function decidesText(decides: WhyAnswer["decides"]): string {
  if (decides === null) return "";
  const { strategy, asked, schedule_due_at: due, conditions } = decides;
  const head = `${strategy} ${asked ? "decides" : "is not asked now"}${due === null ? "" : `, by its schedule again at ${cellOf(due, "instant")} UTC`}.\n`;
  const bars = conditions.map(({ instrument, bar_at, warm_up_left: left, looks, wished, nearest }) => {
    const seen = looks.map((look) => `  ${lookText(look)}\n`).join("");
    const enough = nearest
      .map(({ line, value, needed }) => `  enough alone: ${line} at ${short(needed)} in place of ${short(value)}\n`)
      .join("");
    const wish = left > 0 ? `${left} bars of warm-up left` : wished === null ? "it wants nothing" : `it wants to ${wished}`;
    return `${instrument}, bar of ${cellOf(bar_at, "instant")} UTC: ${wish}\n${seen}${enough}`;
  });
  return head + bars.join("");
}

/** Indicators are float64: six digits are more than they have to say. */
const short = (value: number | null): string => (value === null ? "no value" : String(Number(value.toPrecision(6))));

function lookText({ line, question, bars_ago: ago, value, other, other_value: theirs, met }: Look): string {
  switch (question) {
    case "value":
      return `${line} is ${short(value)}`;
    case "previous":
      return `${line} was ${short(value)} one bar earlier`;
    case "at":
      return `${line} was ${short(value)} ${ago} bars earlier`;
    case "crossed_above":
    case "crossed_below":
      return `${met === true ? "met" : "not met"}: ${line} (${short(value)}) crosses ${question === "crossed_above" ? "above" : "below"} ${other} (${short(theirs)})`;
  }
}

const PARTS = [
  ["Portfolio", "portfolio_id"],
  ["Part", "figure"],
  ["Asset", "asset"],
  ["Quantity", "quantity", "quantity"],
  ["Mark", "mark", "price"],
  ["Amount", "amount", "money"],
] as const;

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
  parts,
  next_cursor,
}: AnswerOf<"explain">["data"]): string {
  const whose = portfolio_id === "*" ? "the account" : portfolio_id;
  if (parts.length > 0)
    return `${figure} of ${whose}: ${cellOf(balance, "money")} ${asset}, the sum of ${parts.length} parts\n\n${rowsText(PARTS, parts, "")}`;
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
  return `${figure} of ${whose}: ${cellOf(balance, "money")} ${asset}, the sum of ${count} postings${turned}\n\n${postingRows}${executionRows}${more}`;
}
