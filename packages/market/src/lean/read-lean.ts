import { relative } from "node:path";
import type { InstrumentId } from "@bulkhead/core";
import { type Calendar, calendarOf } from "../calendar/calendar.ts";
import { formatDate } from "../calendar/day.ts";
import { placeBars } from "../rows/place.ts";
import { RowCollector } from "../rows/raw-rows.ts";
import { type DirtyPolicy, IssueLog, type LoadNote } from "../rows/row-issue.ts";
import { sanityWarnings } from "../rows/sanity.ts";
import { RESOLUTION_MS, type Resolution } from "../series/resolution.ts";
import type { BarSeries } from "../series/series.ts";
import { corporateActions, type TickerSpan, tickerSpans } from "./corporate-actions.ts";
import { filesOf, type LeanSymbol } from "./layout.ts";
import { emptyQuotes, readQuoteBars, readTradeBars, readTradeTicks, readZip } from "./parse-lean.ts";
import { detachQuotes } from "./quotes.ts";

export type LeanOptions = Readonly<{
  instrument: InstrumentId;
  /** One that the symbol has. */
  resolution: Resolution;
  /** First and last local day (counted from 1970-01-01), inclusive. */
  firstDay: number;
  lastDay: number;
  session: "regular" | "extended";
  dirty: DirtyPolicy;
  priceScale?: number;
  /** Paths in issues are given relative to it. */
  root: string;
  log?: IssueLog;
  onFile?: (path: string, rows: number) => void;
}>;

export type LeanRead = Readonly<{
  series: BarSeries;
  log: IssueLog;
  notes: readonly LoadNote[];
  calendar: Calendar;
  dividendsAndSplits: number;
}>;

/**
 * Reads one symbol of a LEAN folder: trade bars with their quotes, or trade ticks. Prices of equities are in 1/10 000 and
 * times in New York; crypto has decimals and UTC. Only rows that the map file gives to the company are taken: a ticker's file may hold
 * another company's history. Suspicious ticks are left out. Hour bars are cut at the session's ends.
 */
export function readLean(symbol: LeanSymbol, options: LeanOptions): LeanRead {
  const { market } = symbol;
  const equity = market.type === "equity";
  const calendar = calendarOf(equity ? "XNYS" : "24/7");
  const terms = { implied: equity ? 4 : 0, zone: calendar.zone } as const;
  const log = options.log ?? new IssueLog();
  const rows = new RowCollector(options.dirty, log);
  const quotes = emptyQuotes();
  const tally = { suspicious: 0, foreign: 0 };
  const absent: TickerSpan[] = [];
  const spans = equity ? tickerSpans(market.dir, symbol.ticker) : tickerSpans("", symbol.ticker);
  for (const span of spans) {
    const files = filesOf(market, span.ticker, options.resolution);
    if (files.length === 0 && span.firstDay <= options.lastDay && span.lastDay >= options.firstDay) absent.push(span);
    for (const file of files) {
      const fileDay = file.date === undefined ? undefined : Date.parse(`${file.date}T00:00:00Z`) / 86_400_000;
      const wanted = (day: number): boolean => {
        if (day < options.firstDay || day > options.lastDay) return false;
        const own = day >= span.firstDay && day <= span.lastDay;
        if (
          !own &&
          span.ticker === symbol.ticker &&
          !spans.some((other) => other.ticker === span.ticker && day >= other.firstDay && day <= other.lastDay)
        )
          tally.foreign += 1;
        return own;
      };
      if (fileDay !== undefined && !wanted(fileDay)) continue;
      rows.startFile(relative(options.root, file.trade));
      const text = readZip(file.trade);
      if (options.resolution === "tick" && file.date !== undefined) tally.suspicious += readTradeTicks(text, file.date, terms, rows);
      else readTradeBars(text, file.date, terms, rows, wanted);
      if (file.quote !== undefined && options.resolution !== "tick") readQuoteBars(readZip(file.quote), file.date, terms, quotes);
      options.onFile?.(file.trade, rows.length);
    }
  }
  const raw = rows.finish(
    options.resolution === "tick",
    (most) => options.priceScale ?? (equity ? (most <= 2 ? 2 : 4) : Math.max(2, most)),
  );
  const aligned = detachQuotes(quotes, raw);
  const placed = placeBars(aligned.raw, {
    instrument: options.instrument,
    resolution: options.resolution,
    barMs: RESOLUTION_MS[options.resolution],
    label: "start",
    calendar,
    zone: calendar.zone,
    clipOpen: options.resolution === "1h",
    source: { format: "lean", path: market.dir, zone: calendar.zone.id, adjustment: "raw", session: options.session },
    ...(aligned.quotes === undefined ? {} : { quotes: aligned.quotes }),
  });
  const actions = equity ? corporateActions(market.dir, symbol.ticker) : [];
  const warnings = sanityWarnings(
    placed.series,
    (bar) => ({ file: raw.file(placed.rows[bar] ?? 0), line: raw.line[placed.rows[bar] ?? 0] ?? 0 }),
    actions.filter((action) => action.kind === "split").map((action) => action.exAt),
  );
  for (const warning of warnings) log.add(warning);
  const notes = [...notesOf(symbol, options, { ...tally, ...placed }), ...absentNotes(symbol, options, absent)];
  return { series: placed.series, log, notes, calendar, dividendsAndSplits: actions.length };
}

function notesOf(
  symbol: LeanSymbol,
  options: LeanOptions,
  counts: Readonly<{ suspicious: number; foreign: number; outside: number; closedDays: number; beyondCalendar: number }>,
): LoadNote[] {
  const path = symbol.market.dir;
  const notes: LoadNote[] = [];
  const say = (code: string, count: number, text: string): void => {
    if (count > 0) notes.push({ code, path, text: `${options.instrument}: ${count} ${text}` });
  };
  say("TICKS_SUSPICIOUS", counts.suspicious, "ticks marked suspicious were left out");
  say(
    "ROWS_OF_ANOTHER_COMPANY",
    counts.foreign,
    `rows or files belong to another company that used the ticker ${symbol.ticker.toUpperCase()} (map file) and were left out`,
  );
  say("BARS_OUTSIDE_SESSION", counts.outside, 'bars outside regular hours were left out (session = "extended" keeps them)');
  say("BARS_ON_CLOSED_DAYS", counts.closedDays, "bars on days without a session were left out");
  say("BARS_BEYOND_CALENDAR", counts.beyondCalendar, "bars lie outside the calendar's years and were left out");
  return notes;
}

/** Years of a history that stands in files of a former ticker, which are not there: a gap that nobody would see. Dated files have gaps anyway. */
function absentNotes(symbol: LeanSymbol, options: LeanOptions, absent: readonly TickerSpan[]): LoadNote[] {
  if (options.resolution !== "1d" && options.resolution !== "1h") return [];
  return absent.map(({ ticker, firstDay, lastDay }) => ({
    code: "TICKER_FILE_MISSING",
    path: symbol.market.dir,
    text: `${options.instrument}: no bars from ${formatDate(firstDay)} to ${formatDate(lastDay)}, when it traded as ${ticker.toUpperCase()}: there is no file of that ticker`,
  }));
}
