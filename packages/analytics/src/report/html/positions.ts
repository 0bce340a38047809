import { exactText, instantText, minus, moneyText, quantityText } from "../formats.ts";
import type { BacktestReport, PositionReport, TradeReport } from "../report.ts";
import { html, type Markup, when } from "./markup.ts";
import { type HtmlColumn, signedFigure, table } from "./table.ts";

const ROWS_MAX = 100;

type Held = Readonly<{ portfolio: string; position: PositionReport }>;
type Closed = Readonly<{ portfolio: string; trade: TradeReport }>;

/** What is held, by portfolio. */
export function positions(report: BacktestReport): Markup {
  const owners = [
    ...report.portfolios.map((row) => ({ id: row.id, held: row.positions })),
    { id: "unattributed", held: report.unattributed.positions },
  ];
  const held = owners.flatMap(({ id, held }) => held.map((position) => ({ portfolio: id, position })));
  const shown =
    held.length === 0
      ? html`<p class="note">No position is open.</p>`
      : table({ caption: "Open at the end", columns: HELD, rows: held.slice(0, ROWS_MAX), deck: true });
  return html`<section id="positions"><h2>Positions</h2>${shown}</section>`;
}

/** The latest closed trades of all portfolios, newest first. */
export function trades(report: BacktestReport): Markup {
  const closed = report.portfolios.flatMap((row) => row.tradesLast.map((trade) => ({ portfolio: row.id, trade })));
  const newest = closed.toSorted((a, b) => (a.trade.closedAt < b.trade.closedAt ? 1 : -1)).slice(0, 20);
  return when(
    newest.length > 0,
    () =>
      html`<section id="trades"><h2>Last trades</h2>${table({ caption: "Newest first; P&L before fees", columns: CLOSED, rows: newest })}</section>`,
  );
}

const HELD: readonly HtmlColumn<Held>[] = [
  { header: "Portfolio", number: false, cell: (row) => row.portfolio },
  { header: "Instrument", number: false, cell: (row) => row.position.instrument },
  { header: "Quantity", number: true, cell: (row) => minus(quantityText(row.position.quantity)) },
  { header: "Average entry", number: true, cell: (row) => minus(exactText(row.position.averageEntryPrice)) },
  { header: "Mark", number: true, cell: (row) => minus(exactText(row.position.mark)) },
  { header: "Market value", number: true, cell: (row) => minus(moneyText(row.position.marketValue)) },
  { header: "Unrealized", number: true, cell: (row) => signedFigure(moneyText(row.position.unrealizedPnl, { sign: true })) },
];

const CLOSED: readonly HtmlColumn<Closed>[] = [
  { header: "Closed", number: false, cell: (row) => instantText(row.trade.closedAt) },
  { header: "Portfolio", number: false, cell: (row) => row.portfolio },
  { header: "Instrument", number: false, cell: (row) => row.trade.instrument },
  { header: "Direction", number: false, cell: (row) => row.trade.direction },
  { header: "Quantity", number: true, cell: (row) => quantityText(row.trade.quantity) },
  { header: "Entry", number: true, cell: (row) => minus(exactText(row.trade.entryPrice)) },
  { header: "Exit", number: true, cell: (row) => minus(exactText(row.trade.exitPrice)) },
  { header: "Realized", number: true, cell: (row) => signedFigure(moneyText(row.trade.realizedPnl, { sign: true })) },
  { header: "Fees", number: true, cell: (row) => minus(moneyText(row.trade.fees)) },
];
