import { type Zone, zoneOf } from "../calendar/zone.ts";
import { type RawRows, RowCollector } from "../rows/raw-rows.ts";
import { type DirtyPolicy, IssueLog } from "../rows/row-issue.ts";
import { type Layout, type ResolvedColumns, resolveColumns } from "./columns.ts";
import { readJsonRecords, readRecords } from "./records.ts";
import { detectTimeFormat, readTime, type TimeFormat, time } from "./time-cell.ts";

export type CsvOptions = Readonly<{
  layout: Layout;
  dirty: DirtyPolicy;
  /** Name of the file in issues. */
  path: string;
  /** The symbol of a file without a symbol column. */
  symbol: string;
  /** Fixes the price scale; else it is the most decimals used, at least 2. */
  priceScale?: number;
  log?: IssueLog;
}>;

/** Rows by symbol, in order of first appearance; `dateOnly` where no row has a time of day. */
export type CsvRows = Readonly<{
  ok: true;
  rows: ReadonlyMap<string, RawRows>;
  dateOnly: boolean;
  ticks: boolean;
  zone: Zone;
  log: IssueLog;
}>;
export type CsvFailure = Readonly<{
  ok: false;
  code: "FILE_MALFORMED" | "COLUMNS_UNKNOWN" | "TIME_FORMAT_UNKNOWN" | "ZONE_UNKNOWN";
  text: string;
}>;

/** Reads CSV or JSON text with a layout. Dirty rows are in `log`; with policy `refuse` the caller refuses the file when there is one. */
export function readCsvText(text: string, options: CsvOptions): CsvRows | CsvFailure {
  const { layout } = options;
  const zone = zoneOf(layout.zone ?? "UTC");
  if (zone === undefined) return { ok: false, code: "ZONE_UNKNOWN", text: `zone=${layout.zone}` };
  const json = /^\s*[[{]/.test(text);
  const each = (read: (cells: readonly string[], line: number) => void, part = text) =>
    json ? readJsonRecords(part, read) : readRecords(part, layout.delimiter, read);
  const head = headOf(layout, each, json ? text : text.slice(0, sampleEnd(text)));
  if (!head.ok) return { ok: false, code: "COLUMNS_UNKNOWN", text: `missing=${head.missing.join(", ")}` };
  const format = layout.timeFormat ?? detectTimeFormat(head.times, zone)?.format;
  if (format === undefined) return { ok: false, code: "TIME_FORMAT_UNKNOWN", text: `sample=${JSON.stringify(head.times[0] ?? "")}` };
  const target = new Rows(options, head.columns, format, zone);
  let header: readonly string[] | undefined;
  const malformed = each((cells, line) => {
    if (layout.header && header === undefined) header = cells;
    else if (layout.wide === true) target.readWide(cells, line, header ?? []);
    else target.read(cells, line);
  });
  if (malformed !== undefined) return { ok: false, code: "FILE_MALFORMED", text: `line=${malformed.line}, ${malformed.text}` };
  return target.finish();
}

type Head = Readonly<{ ok: true; columns: ResolvedColumns; times: readonly string[] } | { ok: false; missing: readonly string[] }>;
type Each = (read: (cells: readonly string[], line: number) => void, part?: string) => unknown;

const SAMPLES = 50;

/** The columns, and the first times for guessing their format. */
function headOf(layout: Layout, each: Each, sample: string): Head {
  const records: (readonly string[])[] = [];
  each((cells) => records.length <= SAMPLES && records.push(cells), sample);
  const header = layout.header ? records.shift() : undefined;
  const { time: when } = layout.columns;
  const map = layout.wide === true && when !== undefined ? { price: when, ...layout.columns } : layout.columns;
  const resolved = resolveColumns(map, header);
  if (!resolved.ok) return resolved;
  return { ok: true, columns: resolved.columns, times: records.map((cells) => timeText(cells, resolved.columns)) };
}

function sampleEnd(text: string): number {
  if (text.length < 65_536) return text.length;
  return text.lastIndexOf("\n", 65_536) + 1;
}

function timeText(cells: readonly string[], columns: ResolvedColumns): string {
  const [first = 0, second] = columns.time;
  return second === undefined ? (cells[first] ?? "") : `${cells[first] ?? ""} ${cells[second] ?? ""}`;
}

/** Turns records into rows by symbol. */
class Rows {
  readonly #options: CsvOptions;
  readonly #columns: ResolvedColumns;
  readonly #format: TimeFormat;
  readonly #zone: Zone;
  readonly #log: IssueLog;
  readonly #collectors = new Map<string, RowCollector>();
  #dateOnly = true;

  constructor(options: CsvOptions, columns: ResolvedColumns, format: TimeFormat, zone: Zone) {
    this.#options = options;
    this.#columns = columns;
    this.#format = format;
    this.#zone = zone;
    this.#log = options.log ?? new IssueLog();
  }

  /** False where the record made no row. */
  read(cells: readonly string[], line: number): boolean {
    const columns = this.#columns;
    const collector = this.#collectorOf(columns.symbol < 0 ? this.#options.symbol : (cells[columns.symbol] ?? "").trim());
    if (cells.length < columns.width) return collector.issue(line, "COLUMNS_MISSING", `has ${cells.length} of ${columns.width} columns`);
    const text = timeText(cells, columns);
    if (!readTime(text, this.#format, this.#zone))
      return collector.issue(line, "TIME_UNREADABLE", `time=${JSON.stringify(text)}, format=${this.#format}`);
    const { at, day } = time;
    this.#dateOnly &&= time.dateOnly;
    const prices = columns.ticks ? 1 : 4;
    for (let i = 0; i < prices; i += 1) {
      const value = cells[columns.prices[i] ?? 0] ?? "";
      if (!collector.read(i, value, 0, value.length, 0, line)) return false;
    }
    if (columns.ticks) collector.copyOpen();
    const volume = columns.volume < 0 ? "" : (cells[columns.volume] ?? "");
    if (!collector.read(4, volume, 0, volume.length, 0, line)) return false;
    return collector.commit(at, day, line);
  }

  /** One price per symbol of the header; an empty cell is none. */
  readWide(cells: readonly string[], line: number, header: readonly string[]): void {
    const [when = 0] = this.#columns.time;
    const readable = readTime(cells[when] ?? "", this.#format, this.#zone);
    const { at, day, dateOnly } = time;
    this.#dateOnly &&= dateOnly;
    for (const [i, value] of cells.entries()) {
      if (i === when || value.trim() === "") continue;
      const collector = this.#collectorOf((header[i] ?? `COLUMN${i + 1}`).trim());
      if (!readable) collector.issue(line, "TIME_UNREADABLE", `time=${JSON.stringify(cells[when])}, format=${this.#format}`);
      else if (collector.read(0, value, 0, value.length, 0, line)) {
        collector.copyOpen();
        collector.set(4, 0, 0);
        collector.commit(at, day, line);
      }
    }
  }

  finish(): CsvRows {
    const ticks = this.#columns.ticks && this.#options.layout.resolution !== "1d" && !this.#dateOnly;
    const scaleOf = (most: number): number => this.#options.priceScale ?? Math.max(2, most);
    const rows = new Map<string, RawRows>();
    for (const [symbol, collector] of this.#collectors) if (collector.length > 0) rows.set(symbol, collector.finish(ticks, scaleOf));
    return { ok: true, rows, dateOnly: this.#dateOnly, ticks, zone: this.#zone, log: this.#log };
  }

  #collectorOf(symbol: string): RowCollector {
    const known = this.#collectors.get(symbol);
    if (known !== undefined) return known;
    const made = new RowCollector(this.#options.dirty, this.#log);
    made.startFile(this.#options.path);
    this.#collectors.set(symbol, made);
    return made;
  }
}
