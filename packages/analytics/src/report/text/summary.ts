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

function columnsOf(rows: readonly Row[], paint: Paint): readonly Column[] {
  const left = (header: string, giveWay: number, text: (row: Row) => string, widthMax = 24): Column => ({
    header,
    align: "left",
    giveWay,
    widthMax,
    cells: rows.map((row) => ({ text: plainText(text(row)), ...emphasis(row, paint) })),
  });
  const right = (header: string, giveWay: number, text: (row: Row) => string, coloured = false): Column => ({
    header,
    align: "right",
    giveWay,
    cells: rows.map((row): Cell => {
      const shown = plainText(text(row));
      return coloured ? { text: shown, paint: bySign(paint, shown) } : { text: shown, ...emphasis(row, paint) };
    }),
  });
  const ratio = (pick: (figures: AccountReport | PortfolioReport) => string) => (row: Row) =>
    row.figures === null ? NOTHING : pick(row.figures);
  return [
    left("Portfolio", 0, (row) => row.label),
    left("Strategy", 3, (row) => row.strategy, 18),
    right("Equity", 0, (row) => moneyText(row.money.equity)),
    right("Cash", 9, (row) => moneyText(row.money.cash)),
    right("Net P&L", 0, (row) => moneyText(netPnlOf(row.money), { sign: true }), true),
    right("Fees", 8, (row) => moneyText(row.money.fees)),
    right(
      "Return",
      0,
      ratio((figures) => percentText(figures.returnTimeWeighted)),
      true,
    ),
    right(
      "Vol",
      10,
      ratio((figures) => percentText(figures.volatility, { sign: false })),
    ),
    right(
      "Sharpe",
      4,
      ratio((figures) => ratioText(figures.sharpe)),
    ),
    right(
      "Max DD",
      1,
      ratio((figures) => percentText(negated(figures.drawdownMax))),
    ),
    right(
      "Win",
      5,
      ratio((figures) => percentText(figures.winRate, { sign: false, places: 0 })),
    ),
    right(
      "PF",
      6,
      ratio((figures) => ratioText(figures.profitFactor)),
    ),
    right(
      "In mkt",
      11,
      ratio((figures) => percentText(figures.exposure.timeInMarket, { sign: false, places: 0 })),
    ),
    right(
      "Trades",
      2,
      ratio((figures) => countText(figures.trades)),
    ),
    right(
      "Denied",
      7,
      ratio((figures) => countText(figures.receipts.denied)),
    ),
    left("State", 12, (row) => row.state),
  ];
}

const emphasis = (row: Row, paint: Paint): { paint?: (text: string) => string } => {
  if (row.label === "account") return { paint: paint.strong };
  return row.label === "unattributed" ? { paint: paint.faint } : {};
};

const negated = (value: number | null): number | null => (value === null ? null : -value);

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
