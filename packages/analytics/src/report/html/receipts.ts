import { countText, instantText, quantityText } from "../formats.ts";
import type { BacktestReport, RuleReceipts } from "../report.ts";
import { html, type Markup, when } from "./markup.ts";
import { type HtmlColumn, table } from "./table.ts";

const ROWS_MAX = 60;

type Row = Readonly<{ portfolio: string; rule: RuleReceipts }>;

/** What the risk gate denied and reduced, and the orders of each portfolio. */
export function receipts(report: BacktestReport): Markup {
  const rows = report.portfolios.flatMap((portfolio) => portfolio.deniedByRule.map((rule) => ({ portfolio: portfolio.id, rule })));
  const { allowed, reduced, denied } = report.account.receipts;
  const counts = `The risk gate allowed ${countText(allowed)} orders, reduced ${countText(reduced)} and denied ${countText(denied)}; every verdict is a receipt in the journal.`;
  return html`<section id="receipts"><h2>Trades not made <small>receipts by rule</small></h2><p>${counts}</p>
${when(rows.length > 0, () => table({ caption: "What each rule denied and reduced", columns: COLUMNS, rows: rows.slice(0, ROWS_MAX), deck: true }))}${orders(report)}</section>`;
}

const COLUMNS: readonly HtmlColumn<Row>[] = [
  { header: "Portfolio", number: false, cell: (row) => row.portfolio },
  { header: "Rule", number: false, cell: (row) => html`<code>${row.rule.rule}</code> <small class="of">of ${row.rule.scope}</small>` },
  { header: "Denied", number: true, cell: (row) => countText(row.rule.denied) },
  { header: "Reduced", number: true, cell: (row) => countText(row.rule.reduced) },
  { header: "The last receipt", number: false, cell: (row) => sentence(row.rule) },
];

function sentence(rule: RuleReceipts): Markup | string {
  const { last } = rule;
  if (last === null) return "";
  return html`asked <b>${quantityText(last.asked)}</b>, allowed <b>${quantityText(last.allowed)}</b>, rule <code>${rule.rule}</code><small>${last.side} ${last.instrument}, ${instantText(last.at)}</small>`;
}

function orders(report: BacktestReport): Markup {
  type Counts = Readonly<{ id: string; orders: BacktestReport["account"]["orders"] }>;
  const count = (header: string, pick: (row: Counts["orders"]) => number): HtmlColumn<Counts> => ({
    header,
    number: true,
    cell: (row) => countText(pick(row.orders)),
  });
  const columns: readonly HtmlColumn<Counts>[] = [
    { header: "Portfolio", number: false, cell: (row) => row.id },
    count("Placed", (row) => row.placed),
    count("Filled", (row) => row.filled),
    count("Canceled", (row) => row.canceled),
    count("Expired", (row) => row.expired),
    count("Rejected", (row) => row.rejected),
    count("Open", (row) => row.open),
    count("Denied", (row) => row.denied),
  ];
  return table({
    caption: "Orders",
    columns,
    rows: report.portfolios.slice(0, ROWS_MAX),
    foot: [{ id: "account", orders: report.account.orders }],
  });
}
