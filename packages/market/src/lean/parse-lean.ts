import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { DAY_MS, epochDay, parseDate } from "../calendar/day.ts";
import type { Zone } from "../calendar/zone.ts";
import { cell, readDecimal } from "../rows/decimal-cell.ts";
import { DecimalColumn } from "../rows/decimal-column.ts";
import type { RowCollector } from "../rows/raw-rows.ts";

/** How the figures of a LEAN file stand: equities in 1/10 000 of a dollar and New York time, crypto in decimals and UTC. */
export type LeanTerms = Readonly<{ implied: 0 | 4; zone: Zone }>;

/** The text of the one file in a LEAN zip. Latin-1, which is one byte per character: digits only. */
export function readZip(path: string): string {
  const [bytes] = Object.values(unzipSync(readFileSync(path)));
  return bytes === undefined ? "" : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Bounds of the cells of the line last split. */
const bounds = { start: new Int32Array(16), end: new Int32Array(16) };

/** Calls `read` with each line's number (from 1) and count of cells; their bounds are in `bounds`. Nothing is copied. */
function eachLine(text: string, read: (line: number, cells: number) => unknown): void {
  let line = 0;
  let i = 0;
  while (i < text.length) {
    line += 1;
    let cells = 0;
    let start = i;
    for (; i <= text.length; i += 1) {
      const c = i === text.length ? 10 : text.charCodeAt(i);
      if (c !== 44 && c !== 10) continue;
      if (cells < 16) {
        bounds.start[cells] = start;
        bounds.end[cells++] = c === 10 && text.charCodeAt(i - 1) === 13 ? i - 1 : i;
      }
      start = i + 1;
      if (c === 10) break;
    }
    i += 1;
    if (cells > 1) read(line, cells);
  }
}

const cellStart = (index: number): number => bounds.start[index] ?? 0;
const cellEnd = (index: number): number => bounds.end[index] ?? 0;

/** A label: `YYYYMMDD HH:MM[:SS]` in the folders of whole histories, else ms since local midnight of the file's date. */
const label = { at: 0, day: 0 };

/** Reads the label in the first cell; `date` is that of the file, NaN where the label has its own. */
function readLabel(text: string, date: number, terms: LeanTerms): boolean {
  const start = cellStart(0);
  const end = cellEnd(0);
  if (!Number.isNaN(date)) {
    const ms = Number(text.slice(start, end));
    if (!(ms >= 0 && ms < 2 * DAY_MS)) return false;
    label.day = date;
    label.at = terms.zone.instantOf(date * DAY_MS + Math.floor(ms)); // Wall-clock: on the days of a change of the clock as well.
    return true;
  }
  const written = text.slice(start, end);
  const day = epochDay(Number(written.slice(0, 4)), Number(written.slice(4, 6)), Number(written.slice(6, 8)));
  const minutes = Number(written.slice(9, 11)) * 60 + Number(written.slice(12, 14));
  if (Number.isNaN(day + minutes)) return false;
  label.day = day;
  label.at = terms.zone.instantOf(day * DAY_MS + minutes * 60_000);
  return true;
}

/** Trade bars: `label,open,high,low,close,volume`. `wanted` says whether a local day is to be read. */
export function readTradeBars(
  text: string,
  date: string | undefined,
  terms: LeanTerms,
  into: RowCollector,
  wanted: (day: number) => boolean,
): void {
  const fileDay = date === undefined ? Number.NaN : parseDate(date);
  eachLine(text, (line, cells) => {
    if (cells < 6) return into.issue(line, "COLUMNS_MISSING", `has ${cells} of 6 columns`);
    if (!readLabel(text, fileDay, terms))
      return into.issue(line, "TIME_UNREADABLE", `time=${JSON.stringify(text.slice(cellStart(0), cellEnd(0)))}`);
    const { at, day } = label;
    if (!wanted(day)) return false;
    for (let i = 0; i < 5; i += 1) if (!into.read(i, text, cellStart(i + 1), cellEnd(i + 1), i < 4 ? terms.implied : 0, line)) return false;
    return into.commit(at, day, line);
  });
}

/** Trade ticks: `ms,price,size,exchange,condition,suspicious`. Returns how many suspicious ones were left out. */
export function readTradeTicks(text: string, date: string, terms: LeanTerms, into: RowCollector): number {
  const fileDay = parseDate(date);
  let suspicious = 0;
  eachLine(text, (line, cells) => {
    if (cells < 3) return into.issue(line, "COLUMNS_MISSING", `has ${cells} of 6 columns`);
    if (!readLabel(text, fileDay, terms))
      return into.issue(line, "TIME_UNREADABLE", `time=${JSON.stringify(text.slice(cellStart(0), cellEnd(0)))}`);
    if (cells > 5 && text.charCodeAt(cellStart(5)) === 49) {
      suspicious += 1;
      return false;
    }
    const { at, day } = label;
    if (!into.read(0, text, cellStart(1), cellEnd(1), terms.implied, line) || !into.read(4, text, cellStart(2), cellEnd(2), 0, line))
      return;
    into.copyOpen();
    return into.commit(at, day, line);
  });
  return suspicious;
}

/** Quote bars by label: bid open and close, ask open and close, bid and ask size, as decimals of one price and one size scale. */
export type QuoteRows = Readonly<{ at: number[]; prices: readonly DecimalColumn[]; sizes: readonly DecimalColumn[] }>;

export function emptyQuotes(): QuoteRows {
  const columns = (count: number, lossy: boolean): DecimalColumn[] => Array.from({ length: count }, () => new DecimalColumn(lossy));
  return { at: [], prices: columns(4, false), sizes: columns(2, true) };
}

/** Cells of a quote bar: `label,bidO,bidH,bidL,bidC,bidSize,askO,askH,askL,askC,askSize`. */
const QUOTE_PRICES = [1, 4, 6, 9] as const;
const QUOTE_SIZES = [5, 10] as const;

/** Reads quote bars; a cell that is no positive decimal is "none". */
export function readQuoteBars(text: string, date: string | undefined, terms: LeanTerms, into: QuoteRows): void {
  const fileDay = date === undefined ? Number.NaN : parseDate(date);
  eachLine(text, (_line, cells) => {
    if (cells < 11 || !readLabel(text, fileDay, terms)) return;
    into.at.push(label.at);
    for (let i = 0; i < 4; i += 1) quoteCell(text, QUOTE_PRICES[i] ?? 0, terms.implied, into.prices[i] as DecimalColumn);
    for (let i = 0; i < 2; i += 1) quoteCell(text, QUOTE_SIZES[i] ?? 0, 0, into.sizes[i] as DecimalColumn);
  });
}

function quoteCell(text: string, index: number, implied: number, into: DecimalColumn): void {
  const problem = readDecimal(text, cellStart(index), cellEnd(index), implied);
  if (problem !== undefined || cell.mantissa <= 0 || !into.push(cell.mantissa, cell.decimals)) into.pushUnits(Number.NaN);
}
