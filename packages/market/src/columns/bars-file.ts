import { closeSync, fstatSync, openSync, readSync, renameSync, writeSync } from "node:fs";
import { endianness } from "node:os";
import type { InstrumentFacts } from "../load/entry.ts";
import type { Resolution } from "../series/resolution.ts";
import type { BarSeries, QuoteColumns, SeriesSource } from "../series/series.ts";

/** First line of a `.bars` file: JSON, padded with blanks so that the columns begin at a multiple of 8 bytes. */
export type BarsHeader = Readonly<{
  format: "bulkhead-bars";
  version: 1;
  facts: InstrumentFacts;
  resolution: Resolution;
  priceScale: number;
  volumeScale: number;
  length: number;
  /** Names of the columns in the order in which they follow, each `length` little-endian float64. */
  columns: readonly string[];
  source: SeriesSource;
}>;

const BARS = ["openAt", "closeAt", "open", "high", "low", "close", "volume"] as const;
const QUOTES = ["bidOpen", "bidClose", "askOpen", "askClose", "bidSize", "askSize"] as const;
const HEADER_MAX = 65_536;

type Bad = Readonly<{ ok: false; text: string }>;

/** Writes a series with the facts of its instrument: to a file beside it first, then renamed, so that a half-written one never counts. */
export function writeBars(path: string, series: BarSeries, facts: InstrumentFacts): void {
  needLittleEndian();
  const { quotes, resolution, priceScale, volumeScale, length, source } = series;
  const columns = quotes === undefined ? [...BARS] : [...BARS, ...QUOTES];
  const header: BarsHeader = { format: "bulkhead-bars", version: 1, facts, resolution, priceScale, volumeScale, length, columns, source };
  const line = Buffer.from(JSON.stringify(header), "utf8");
  const padding = Buffer.from(`${" ".repeat((8 - ((line.length + 1) % 8)) % 8)}\n`);
  const part = `${path}.part`;
  const file = openSync(part, "w");
  try {
    for (const bytes of [line, padding]) writeAll(file, bytes);
    for (const name of BARS) writeAll(file, bytesOf(series[name]));
    if (quotes !== undefined) for (const name of QUOTES) writeAll(file, bytesOf(quotes[name]));
  } finally {
    closeSync(file);
  }
  renameSync(part, path);
}

/** The header alone: what the file has, without reading its columns. */
export function readBarsHeader(path: string): Readonly<{ ok: true; header: BarsHeader; bytes: number }> | Bad {
  const file = openSync(path, "r");
  try {
    const head = Buffer.alloc(HEADER_MAX);
    const end = head.subarray(0, readSync(file, head, 0, HEADER_MAX, 0)).indexOf(10);
    if (end < 0) return { ok: false, text: "no header line: not a .bars file" };
    const header = parseHeader(head.toString("utf8", 0, end));
    if (header === undefined) return { ok: false, text: "the first line is no header of version 1" };
    const bytes = end + 1;
    const wanted = bytes + header.length * header.columns.length * 8;
    const size = fstatSync(file).size;
    return size === wanted ? { ok: true, header, bytes } : { ok: false, text: `has ${size} bytes, its header says ${wanted}` };
  } finally {
    closeSync(file);
  }
}

/** The series as views on one buffer that holds the file as it is: nothing is parsed, nothing copied. */
export function readBars(path: string): Readonly<{ ok: true; series: BarSeries; facts: InstrumentFacts }> | Bad {
  needLittleEndian();
  const head = readBarsHeader(path);
  if (!head.ok) return head;
  const { header, bytes } = head;
  const size = header.length * header.columns.length * 8;
  const data = new ArrayBuffer(size);
  const file = openSync(path, "r");
  try {
    for (let done = 0; done < size; ) {
      const count = readSync(
        file,
        new Uint8Array(data, done, Math.min(size - done, 1 << 30)),
        0,
        Math.min(size - done, 1 << 30),
        bytes + done,
      );
      if (count === 0) return { ok: false, text: `ended after ${done} of ${size} bytes` };
      done += count;
    }
  } finally {
    closeSync(file);
  }
  const column = (name: string): Float64Array => new Float64Array(data, header.columns.indexOf(name) * header.length * 8, header.length);
  const bars = Object.fromEntries(BARS.map((name) => [name, column(name)])) as Record<(typeof BARS)[number], Float64Array>;
  const quotes = header.columns.includes("bidOpen")
    ? { quotes: Object.fromEntries(QUOTES.map((name) => [name, column(name)])) as unknown as QuoteColumns }
    : {};
  const { resolution, priceScale, volumeScale, length, source, facts } = header;
  return { ok: true, facts, series: { instrument: facts.id, resolution, priceScale, volumeScale, length, ...bars, ...quotes, source } };
}

function parseHeader(line: string): BarsHeader | undefined {
  try {
    const header = JSON.parse(line) as Partial<BarsHeader>;
    const right =
      header.format === "bulkhead-bars" && header.version === 1 && Number.isSafeInteger(header.length) && Array.isArray(header.columns);
    return right && BARS.every((name) => header.columns?.includes(name)) ? (header as BarsHeader) : undefined;
  } catch {
    return undefined;
  }
}

const bytesOf = (column: Float64Array): Uint8Array => new Uint8Array(column.buffer, column.byteOffset, column.byteLength);

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, Math.min(bytes.length - done, 1 << 30));
}

function needLittleEndian(): void {
  if (endianness() !== "LE") throw new Error("PLATFORM_BIG_ENDIAN: .bars files are little-endian");
}
