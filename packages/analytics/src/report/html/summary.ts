import { countText, minus, moneyText, NOTHING, percentText, ratioText } from "../formats.ts";
import type { AccountReport, BacktestReport, MoneyColumns, PortfolioReport } from "../report.ts";
import { netPnlOf } from "../sums.ts";
import { html, type Markup, when } from "./markup.ts";
import { type HtmlColumn, signedFigure, table } from "./table.ts";

type Figures = AccountReport | PortfolioReport;
type Row = Readonly<{ name: Markup; money: MoneyColumns; figures: Figures | null }>;

/** The table of portfolios, unattributed and the account that they add up to. */
export function summary(report: BacktestReport, tones: ReadonlyMap<string, string>): Markup {
  const rows: readonly Row[] = [
    ...report.portfolios.map((row) => ({ name: nameOf(row, tones.get(row.id) ?? "quiet"), money: row, figures: row })),
    { name: html`<span class="chip free"></span><i>unattributed</i>`, money: report.unattributed, figures: null },
  ];
  const account: Row = { name: html`<b>account</b>`, money: report.account, figures: report.account };
  const caption = "Σ portfolios + unattributed = account, in every money column";
  return html`<section id="portfolios"><h2>Portfolios</h2>${table({ caption, columns: COLUMNS, rows, foot: [account], deck: true })}</section>`;
}

function nameOf(row: PortfolioReport, tone: string): Markup {
  const state = when(row.tradingState !== "active", () => html` <span class="badge">${row.tradingState}</span>`);
  const about = row.name === row.id || row.name === "" ? row.strategy : `${row.name} · ${row.strategy}`;
  return html`<span class="chip ${tone}"></span>${row.id}${state}<small>${about}</small>`;
}

const money = (header: string, pick: (row: MoneyColumns) => string): HtmlColumn<Row> => ({
  header,
  number: true,
  cell: (row) => minus(moneyText(pick(row.money))),
});
const gain = (header: string, pick: (row: MoneyColumns) => string | null): HtmlColumn<Row> => ({
  header,
  number: true,
  cell: (row) => signedFigure(moneyText(pick(row.money), { sign: true })),
});
const ratio = (header: string, pick: (row: Figures) => Markup | string): HtmlColumn<Row> => ({
  header,
  number: true,
  cell: (row) => (row.figures === null ? NOTHING : pick(row.figures)),
});

const COLUMNS: readonly HtmlColumn<Row>[] = [
  { header: "Portfolio", number: false, cell: (row) => row.name },
  money("Equity", (row) => row.equity),
  money("Cash", (row) => row.cash),
  gain("Net P&L", netPnlOf),
  gain("Realized", (row) => row.realizedPnl),
  gain("Unrealized", (row) => row.unrealizedPnl),
  money("Fees", (row) => row.fees),
  ratio("Return", (row) => signedFigure(percentText(row.returnTimeWeighted))),
  ratio("Sharpe", (row) => minus(ratioText(row.sharpe))),
  ratio("Drawdown", (row) => minus(percentText(row.drawdownMax === null ? null : -row.drawdownMax))),
  ratio("Trades", (row) => countText(row.trades)),
];
