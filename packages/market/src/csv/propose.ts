import { zoneOf } from "../calendar/zone.ts";
import { cell, readDecimal } from "../rows/decimal-cell.ts";
import type { ColumnMap, Layout } from "./columns.ts";
import { readJsonRecords, readRecords } from "./records.ts";
import { detectDelimiter } from "./text-file.ts";
import { detectTimeFormat } from "./time-cell.ts";

/** A layout guessed for an unknown file: how sure (0 … 1), from what, and what a person should look at. */
export type ColumnProposal = Readonly<{ layout: Layout; confidence: number; reasons: readonly string[]; doubts: readonly string[] }>;

/** From this confidence on a proposal is used without asking, with a note. */
export const CONFIDENCE_ENOUGH = 0.8;

const SAMPLE_ROWS = 50;
const SAMPLE_CHARACTERS = 65_536;

const NAMES: readonly (readonly [keyof ColumnMap, readonly string[]])[] = [
  [
    "time",
    [
      "datetime",
      "timestamp",
      "date",
      "time",
      "open_time",
      "opentime",
      "open time",
      "unix",
      "ts",
      "date_time",
      "gmt time",
      "local time",
      "<date>",
    ],
  ],
  ["open", ["open", "o", "<open>", "open_price", "first"]],
  ["high", ["high", "h", "<high>", "max", "high_price"]],
  ["low", ["low", "l", "<low>", "min", "low_price"]],
  ["close", ["close", "c", "<close>", "close/last", "last", "price_close", "close_price"]],
  ["volume", ["volume", "vol", "v", "<vol>", "<tickvol>", "amount", "size", "qty", "quantity", "base_volume"]],
  ["price", ["price", "rate", "trade_price"]],
  ["symbol", ["symbol", "ticker", "stock", "name", "<ticker>", "instrument"]],
];

/** Proposes a layout for a whole text, JSON or CSV. */
export function proposeLayout(text: string): ColumnProposal {
  const records: (readonly string[])[] = [];
  if (/^\s*[[{]/.test(text)) {
    readJsonRecords(text, (cells) => records.length < SAMPLE_ROWS && records.push(cells));
  } else {
    const cut = text.length > SAMPLE_CHARACTERS ? text.lastIndexOf("\n", SAMPLE_CHARACTERS) : text.length;
    readRecords(text.slice(0, cut), undefined, (cells) => records.length < SAMPLE_ROWS && records.push(cells));
  }
  const [first = [], ...rest] = records;
  const header = looksLikeHeader(first) ? first : undefined;
  const proposal = proposeColumns(header, header === undefined ? records : rest);
  return { ...proposal, layout: { ...proposal.layout, ...(/^\s*[[{]/.test(text) ? {} : { delimiter: detectDelimiter(text) }) } };
}

/** Proposes which column holds what, from the header's names where there is one and from the cells. */
export function proposeColumns(header: readonly string[] | undefined, rows: readonly (readonly string[])[]): ColumnProposal {
  return header === undefined ? byContent(rows) : byName(header, rows);
}

function byName(header: readonly string[], rows: readonly (readonly string[])[]): ColumnProposal {
  const reasons: string[] = [];
  const doubts: string[] = [];
  const columns: Record<string, number> = {};
  const lower = header.map((name) => name.trim().toLowerCase());
  for (const [what, words] of NAMES) {
    const found = words.map((word) => lower.indexOf(word)).find((index) => index >= 0);
    if (found === undefined || Object.values(columns).includes(found + 1)) continue;
    columns[what] = found + 1;
    reasons.push(`${what}: column ${found + 1} is named "${header[found]?.trim()}"`);
  }
  splitDate(lower, columns, reasons);
  if (lower.some((name) => /adj/.test(name))) doubts.push("the file has adjusted columns too; the plain ones are proposed");
  const bars = ["open", "high", "low", "close"].every((name) => columns[name] !== undefined);
  if (bars) delete columns["price"];
  else if (columns["price"] === undefined && columns["close"] !== undefined) {
    columns["price"] = columns["close"];
    doubts.push("no open, high and low: closes are taken as single prices");
  }
  if (!bars) for (const name of ["open", "high", "low", "close"]) delete columns[name];
  return finish(columns, true, rows, reasons, doubts);
}

/** A file with a column for the date and one for the time of day. */
function splitDate(lower: readonly string[], columns: Record<string, number>, reasons: string[]): void {
  const date = Math.max(lower.indexOf("date"), lower.indexOf("<date>"));
  const time = Math.max(lower.indexOf("time"), lower.indexOf("<time>"));
  if (date < 0 || time < 0) return;
  columns["date"] = date + 1;
  columns["time"] = time + 1;
  reasons.push(`date and time stand in columns ${date + 1} and ${time + 1}`);
}

function byContent(rows: readonly (readonly string[])[]): ColumnProposal {
  const reasons: string[] = [];
  const doubts: string[] = [];
  const columns: Record<string, number> = {};
  const width = Math.min(...rows.map((row) => row.length), 20);
  const time = range(width).find((index) => timeFormatOf(rows.map((row) => row[index] ?? "")) !== undefined);
  if (time !== undefined) {
    columns["time"] = time + 1;
    reasons.push(`time: the cells of column ${time + 1} read as times`);
  }
  const numeric = range(width).filter((index) => index !== time && rows.every((row) => number(row[index]) !== undefined));
  const start = numeric.find(
    (index) => [1, 2, 3].every((step) => numeric.includes(index + step)) && rows.every((row) => isBar(row, index)),
  );
  if (start !== undefined) {
    for (const [step, name] of ["open", "high", "low", "close"].entries()) columns[name] = start + step + 1;
    reasons.push(
      `open, high, low, close: in columns ${start + 1} to ${start + 4} the second is never below and the third never above the others`,
    );
    if (numeric.includes(start + 4)) columns["volume"] = start + 5;
    if (numeric.includes(start + 4)) doubts.push(`volume is taken to be column ${start + 5}, which follows them`);
  } else if (numeric.length >= 2) {
    const [price = 0, volume = 0] = numeric;
    columns["price"] = price + 1;
    columns["volume"] = volume + 1;
    doubts.push(`no four columns look like bars: column ${price + 1} is taken as the price of a trade and ${volume + 1} as its size`);
  }
  return finish(columns, false, rows, reasons, doubts);
}

function finish(
  columns: Record<string, number>,
  header: boolean,
  rows: readonly (readonly string[])[],
  reasons: string[],
  doubts: string[],
): ColumnProposal {
  const timeCells = rows.map((row) =>
    [columns["date"], columns["time"]].map((column) => (column === undefined ? "" : (row[column - 1] ?? ""))).join(" "),
  );
  const format = timeFormatOf(timeCells);
  if (format === undefined) doubts.push("the times are in no format that we know");
  else reasons.push(`times are read as ${format.format}`);
  if (format?.ambiguous === true) doubts.push("day and month may be the other way around: no sampled day is above 12");
  const bars = ["open", "high", "low", "close"].every((name) => columns[name] !== undefined);
  const priced = bars || columns["price"] !== undefined;
  const broken = bars ? rows.filter((row) => !isBarAt(row, columns)).length : 0;
  if (broken > 0) doubts.push(`${broken} of ${rows.length} sampled rows break low ≤ open, close ≤ high`);
  const timed = columns["time"] !== undefined && format !== undefined;
  const sure = header ? (bars ? 0.95 : 0.6) : bars ? 0.7 : 0.4;
  const confidence =
    !priced || !timed || rows.length === 0 ? 0 : Math.max(0, sure - (format.ambiguous ? 0.3 : 0) - (broken > rows.length / 10 ? 0.4 : 0));
  return {
    layout: { columns: columns as ColumnMap, header, ...(format === undefined ? {} : { timeFormat: format.format }) },
    confidence,
    reasons,
    doubts,
  };
}

function timeFormatOf(cells: readonly string[]): ReturnType<typeof detectTimeFormat> {
  const utc = zoneOf("UTC");
  return utc === undefined ? undefined : detectTimeFormat(cells, utc);
}

function looksLikeHeader(cells: readonly string[]): boolean {
  return cells.length > 0 && cells.every((text) => number(text) === undefined) && timeFormatOf(cells.slice(0, 1)) === undefined;
}

function isBar(row: readonly string[], start: number): boolean {
  const [open, high, low, close] = [0, 1, 2, 3].map((step) => number(row[start + step]) ?? Number.NaN) as [number, number, number, number];
  return low > 0 && high >= Math.max(open, close, low) && low <= Math.min(open, close);
}

function isBarAt(row: readonly string[], columns: Record<string, number>): boolean {
  return isBar(
    ["open", "high", "low", "close"].map((name) => row[(columns[name] ?? 0) - 1] ?? ""),
    0,
  );
}

/** A cell as a float, for guessing only. */
function number(text: string | undefined): number | undefined {
  if (text === undefined || readDecimal(text, 0, text.length, 0) !== undefined) return undefined;
  return cell.mantissa / 10 ** cell.decimals;
}

const range = (count: number): number[] => Array.from({ length: Math.max(0, Number.isFinite(count) ? count : 0) }, (_, index) => index);
