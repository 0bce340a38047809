import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatAmount, moneyOfUnits, mulDiv, parseRatio, unitsOf } from "@bulkhead/money";
import { type Calendar, calendarOf } from "../calendar/calendar.ts";
import { formatDate, parseDate } from "../calendar/day.ts";

/** `numerator` new shares for `denominator` old ones. `exact` is false where the factors fit no small ratio: then it is their printed quotient. */
export type SplitAction = Readonly<{ kind: "split"; exDate: string; exAt: number; numerator: number; denominator: number; exact: boolean }>;
/** Cash per share, decimal text in the quote currency, as on the ex-date (raw prices). */
export type DividendAction = Readonly<{ kind: "dividend"; exDate: string; exAt: number; amount: string }>;
/** What happens to holders before the open of `exDate` (`exAt`, ms UTC): data for `RecordCorporateAction` and `RecordIncome`. */
export type CorporateAction = SplitAction | DividendAction;

/** The corporate actions of a ticker from LEAN's factor file, oldest first; empty where there is no file. */
export function corporateActions(leanDir: string, ticker: string): readonly CorporateAction[] {
  const path = join(leanDir, "factor_files", `${ticker.toLowerCase()}.csv`);
  return existsSync(path) ? parseFactorFile(readFileSync(path, "utf8"), calendarOf("XNYS")) : [];
}

type FactorRow = Readonly<{ day: number; price: number; split: number; close: number }>;

/**
 * `YYYYMMDD,priceFactor,splitFactor,referenceClose`: a row holds up to and including its date. Between two rows stands an
 * event on the trading day after the earlier date: a split where the split factors differ, a dividend of
 * referenceClose × (1 − priceFactor ÷ next priceFactor), rounded to cents, where the price factors do.
 */
export function parseFactorFile(text: string, calendar: Calendar): readonly CorporateAction[] {
  const rows = text.split(/\r?\n/).flatMap(factorRow);
  const actions: CorporateAction[] = [];
  for (let i = 0; i + 1 < rows.length; i += 1) {
    const row = rows[i] as FactorRow;
    const next = rows[i + 1] as FactorRow;
    if (row.price === next.price && row.split === next.split) continue;
    const day = nextSession(row.day, calendar);
    const at = { exDate: formatDate(day), exAt: calendar.openOf(day) };
    if (row.price !== next.price) {
      // In cents: close (billionths) × (next − row) ÷ next, both factors in billionths.
      const cents = mulDiv(mulDiv(row.close, next.price - row.price, next.price, "half-up"), 1, 10_000_000, "half-up");
      if (cents > 0) actions.push({ kind: "dividend", ...at, amount: formatAmount(moneyOfUnits(cents), 2) });
    }
    if (row.split !== next.split) actions.push({ kind: "split", ...at, ...ratioOf(next.split, row.split) });
  }
  return actions;
}

/** When a ticker was used: rows of `YYYYMMDD,ticker[,exchange]`, each valid up to and including its date, from the day after the row before. */
export type TickerSpan = Readonly<{ ticker: string; firstDay: number; lastDay: number }>;

/** The tickers that a company had over time, from LEAN's map file; the ticker itself throughout where there is no file. */
export function tickerSpans(leanDir: string, ticker: string): readonly TickerSpan[] {
  const path = join(leanDir, "map_files", `${ticker.toLowerCase()}.csv`);
  const always = { ticker: ticker.toLowerCase(), firstDay: Number.NEGATIVE_INFINITY, lastDay: Number.POSITIVE_INFINITY };
  return existsSync(path) ? parseMapFile(readFileSync(path, "utf8")) : [always];
}

/** The first row only says when the company was listed. */
export function parseMapFile(text: string): readonly TickerSpan[] {
  const rows = text.split(/\r?\n/).flatMap((line) => {
    const [date = "", ticker = ""] = line.split(",");
    const day = compactDay(date);
    return Number.isNaN(day) || ticker === "" ? [] : [{ day, ticker: ticker.toLowerCase() }];
  });
  const spans: TickerSpan[] = [];
  let from = rows[0]?.day ?? 0;
  for (const { day, ticker } of rows.slice(1)) {
    const last = spans.at(-1);
    if (last?.ticker === ticker) spans[spans.length - 1] = { ...last, lastDay: day };
    else spans.push({ ticker, firstDay: from, lastDay: day });
    from = day + 1;
  }
  return spans;
}

const SPLIT_PARTS_MAX = 50;

/**
 * The exact ratio behind two printed factors (0.0357143 and 0.25 are 7:1): the smallest pair of integers up to 50 whose
 * quotient is within 5 parts in 100,000; otherwise the printed factors themselves, reduced.
 */
export function ratioOf(later: number, earlier: number): Readonly<{ numerator: number; denominator: number; exact: boolean }> {
  const value = later / earlier;
  for (let denominator = 1; denominator <= SPLIT_PARTS_MAX; denominator += 1) {
    const numerator = Math.round(value * denominator);
    if (numerator < 1 || numerator > SPLIT_PARTS_MAX) continue;
    if (Math.abs(numerator / denominator / value - 1) < 5e-5) return { numerator, denominator, exact: true };
  }
  const divisor = greatestCommonDivisor(later, earlier);
  return { numerator: later / divisor, denominator: earlier / divisor, exact: false };
}

function factorRow(line: string): FactorRow[] {
  const [date = "", price = "", split = "", close = "0"] = line.split(",");
  const [day, priceFactor, splitFactor, reference] = [compactDay(date), billionths(price), billionths(split), billionths(close)];
  return Number.isNaN(day + priceFactor + splitFactor + reference)
    ? []
    : [{ day, price: priceFactor, split: splitFactor, close: reference }];
}

function billionths(text: string): number {
  const parsed = parseRatio(text.trim(), "half-even");
  return parsed.ok ? unitsOf(parsed.value) : Number.NaN;
}

function compactDay(text: string): number {
  const date = text.trim();
  return parseDate(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`);
}

function nextSession(day: number, calendar: Calendar): number {
  for (let next = day + 1; next <= calendar.lastDay; next += 1) if (!Number.isNaN(calendar.openOf(next))) return next;
  return day + 1;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
