import { AmountOutOfRange, add, formatAmount, isZero, type Money, negate, parseMoney, type Scale, ZERO_MONEY } from "@bulkhead/money";
import type { BacktestReport, MoneyColumns } from "./report.ts";

/** One column of the proof: Σ portfolios + unattributed = account. Exact decimal text; "?" where a figure is no decimal number. */
export type ColumnSum = Readonly<{
  column: keyof MoneyColumns;
  portfolios: string;
  unattributed: string;
  account: string;
  /** account − portfolios − unattributed: "0" where it adds up. */
  difference: string;
  addsUp: boolean;
}>;

type Rows = Pick<BacktestReport, "account" | "portfolios" | "unattributed">;

const COLUMNS = ["equity", "cash", "marketValue", "realizedPnl", "unrealizedPnl", "fees", "income", "flows", "startingCash"] as const;

/** The money columns in words. */
export const COLUMN_LABELS: Readonly<Record<keyof MoneyColumns, string>> = {
  equity: "equity",
  cash: "cash",
  marketValue: "market value",
  realizedPnl: "realized P&L",
  unrealizedPnl: "unrealized P&L",
  fees: "fees",
  income: "income",
  flows: "flows",
  startingCash: "starting cash",
};

/** Every money column, added up exactly (ANA-18). What cannot be read or kept exactly does not add up. */
export function sumsOf(report: Rows): readonly ColumnSum[] {
  return COLUMNS.map((column) => {
    const parts = report.portfolios.map((portfolio) => portfolio[column]);
    const unattributed = report.unattributed[column];
    const account = report.account[column];
    const difference = total([account], [...parts, unattributed]);
    return {
      column,
      portfolios: total(parts) ?? "?",
      unattributed: total([unattributed]) ?? "?",
      account: total([account]) ?? "?",
      difference: difference ?? "?",
      addsUp: difference === "0",
    };
  });
}

/** True where every column adds up. */
export function addsUp(report: Rows): boolean {
  return sumsOf(report).every((sum) => sum.addsUp);
}

/** equity − startingCash − flows: what a row gained or lost, fees and income in it; null for text that is no decimal number. */
export function netPnlOf(row: MoneyColumns): string | null {
  return total([row.equity], [row.startingCash, row.flows]);
}

/** Decimal texts added and taken off, exactly; null where one is no decimal number or the sum leaves the range kept exactly. */
function total(plus: readonly string[], minus: readonly string[] = []): string | null {
  const scale = [...plus, ...minus].reduce((most, text) => Math.max(most, decimalsOf(text)), 0);
  try {
    const added = plus.map((text) => amountOf(text, scale));
    const taken = minus.map((text) => amountOf(text, scale));
    const amounts = [...added, ...taken.map((amount) => amount && negate(amount))];
    if (!amounts.every((amount) => amount !== null)) return null;
    const sum = amounts.reduce(add, ZERO_MONEY);
    return isZero(sum) ? "0" : formatAmount(sum, scale);
  } catch (error) {
    if (error instanceof AmountOutOfRange) return null;
    throw error;
  }
}

function amountOf(text: string, scale: Scale): Money | null {
  const parsed = parseMoney(text, scale);
  return parsed.ok ? parsed.value : null;
}

function decimalsOf(text: string): number {
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}
