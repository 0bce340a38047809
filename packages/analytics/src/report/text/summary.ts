import { countText, exactText, moneyText, NOTHING, percentText, ratioText } from "../formats.ts";
import { plainText } from "../plain.ts";
import type { AccountReport, BacktestReport, MoneyColumns, PortfolioReport } from "../report.ts";
import { COLUMN_LABELS, netPnlOf, sumsOf } from "../sums.ts";
import { bySign, type Paint } from "./paint.ts";
import { type Cell, type Column, tableLines } from "./table.ts";
import { wrapped } from "./width.ts";

type Row = Readonly<{
  label: string;
  strategy: string;
  money: MoneyColumns;
  figures: AccountReport | PortfolioReport | null;
  state: string;
}>;

/** The table of portfolios, unattributed and account. */
export function summaryLines(report: BacktestReport, width: number, paint: Paint): readonly string[] {
  const rows: readonly Row[] = [
    ...report.portfolios.map((row) => ({ label: row.id, strategy: row.strategy, money: row, figures: row, state: row.tradingState })),
    { label: "unattributed", strategy: "", money: report.unattributed, figures: null, state: "" },
    { label: "account", strategy: "", money: report.account, figures: report.account, state: "" },
  ];
  const options = { width, ruleBefore: [rows.length - 2], paintHeader: paint.faint, paintRule: paint.faint };
  return tableLines(columnsOf(rows, paint), options);
}

type Figures = AccountReport | PortfolioReport;
/** What a column shows, and how soon it gives way in a narrow terminal. */
type Shown = Readonly<{ header: string; giveWay: number; text: (row: Row) => string; left?: number; coloured?: true }>;

const money = (header: string, giveWay: number, pick: (row: MoneyColumns) => string): Shown => ({
  header,
  giveWay,
  text: (row) => moneyText(pick(row.money)),
});
const ratio = (header: string, giveWay: number, pick: (figures: Figures) => string): Shown => ({
  header,
  giveWay,
  text: (row) => (row.figures === null ? NOTHING : pick(row.figures)),
});
const share = (value: number | null, places?: number): string =>
  percentText(value, places === undefined ? { sign: false } : { sign: false, places });
const negated = (value: number | null): number | null => (value === null ? null : -value);

const SHOWN: readonly Shown[] = [
  { header: "Portfolio", giveWay: 0, text: (row) => row.label, left: 24 },
  { header: "Strategy", giveWay: 3, text: (row) => row.strategy, left: 18 },
  money("Equity", 0, (row) => row.equity),
  money("Cash", 9, (row) => row.cash),
  { header: "Net P&L", giveWay: 0, text: (row) => moneyText(netPnlOf(row.money), { sign: true }), coloured: true },
  money("Fees", 8, (row) => row.fees),
  { ...ratio("Return", 0, (figures) => percentText(figures.returnTimeWeighted)), coloured: true },
  ratio("Vol", 10, (figures) => share(figures.volatility)),
  ratio("Sharpe", 4, (figures) => ratioText(figures.sharpe)),
  ratio("Max DD", 1, (figures) => percentText(negated(figures.drawdownMax))),
  ratio("Win", 5, (figures) => share(figures.winRate, 0)),
  ratio("PF", 6, (figures) => ratioText(figures.profitFactor)),
  ratio("In mkt", 11, (figures) => share(figures.exposure.timeInMarket, 0)),
  ratio("Trades", 2, (figures) => countText(figures.trades)),
  ratio("Denied", 7, (figures) => countText(figures.receipts.denied)),
  { header: "State", giveWay: 12, text: (row) => row.state, left: 24 },
];

function columnsOf(rows: readonly Row[], paint: Paint): readonly Column[] {
  return SHOWN.map(({ header, giveWay, text, left, coloured }) => ({
    header,
    giveWay,
    align: left === undefined ? "right" : "left",
    ...(left === undefined ? {} : { widthMax: left }),
    cells: rows.map((row): Cell => {
      const shown = plainText(text(row));
      return coloured === true ? { text: shown, paint: bySign(paint, shown) } : { text: shown, ...emphasis(row, paint) };
    }),
  }));
}

const emphasis = (row: Row, paint: Paint): { paint?: (text: string) => string } => {
  if (row.label === "account") return { paint: paint.strong };
  return row.label === "unattributed" ? { paint: paint.faint } : {};
};

const INDENT = "         ";

/** "adds up: Σ portfolios 1 + unattributed 0 = account 1 ✓", and the other columns in one line each where they do not. */
export function sumLines(report: BacktestReport, width: number, paint: Paint): readonly string[] {
  const sums = sumsOf(report);
  const [equity] = sums;
  const wrong = sums.filter((sum) => !sum.addsUp);
  if (equity === undefined) return [];
  const mark = (ok: boolean): string => (ok ? paint.good("✓") : paint.warn("✗"));
  const figures = `Σ portfolios ${exactText(equity.portfolios)} + unattributed ${exactText(equity.unattributed)} = account ${exactText(equity.account)}`;
  const lines = [...wrapped(`adds up: ${figures}`, width - 2, INDENT)];
  lines.push(`${lines.pop() ?? ""} ${mark(equity.addsUp)}`);
  const right = sums
    .filter((sum) => sum.addsUp && sum !== equity)
    .map((sum) => `${COLUMN_LABELS[sum.column].replaceAll(" ", "\u00a0")}\u00a0✓`);
  const text = `${INDENT}${right.join(" ")}`;
  if (right.length > 0)
    lines.push(...wrapped(text.trim(), width - INDENT.length).map((line) => paint.faint(INDENT + line.replaceAll("\u00a0", " "))));
  for (const sum of wrong) {
    lines.push(
      paint.warn(
        `${INDENT}${COLUMN_LABELS[sum.column]} does not add up: ${sum.portfolios} + ${sum.unattributed} ≠ ${sum.account}, off by ${sum.difference}`,
      ),
    );
  }
  return lines;
}
