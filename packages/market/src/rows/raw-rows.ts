import type { CellProblem } from "./decimal-cell.ts";
import { cell, readDecimal } from "./decimal-cell.ts";
import { DecimalColumn, power } from "./decimal-column.ts";
import { type DirtyPolicy, IssueLog, type RowIssueCode } from "./row-issue.ts";

/** Rows of one instrument as read, before sessions: labels, exact integer columns and where each row stood. */
export type RawRows = Readonly<{
  length: number;
  /** The label of each row, ms UTC. */
  at: Float64Array;
  /** The written local date of each row, days since 1970-01-01. */
  day: Int32Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;
  priceScale: number;
  volumeScale: number;
  line: Uint32Array;
  /** `file(row)` names the file of a row. */
  file(row: number): string;
  /** The rows stood newest first and were turned around. */
  reversed: boolean;
  /** Prices that had more than 8 decimals and were rounded half-even. */
  rounded: number;
}>;

const NAMES = ["open", "high", "low", "close", "volume"] as const;
const PROBLEM: Readonly<Record<CellProblem, RowIssueCode>> = {
  EMPTY: "VALUE_MISSING",
  GROUPED: "NUMBER_GROUPED",
  NOT_A_NUMBER: "NUMBER_UNREADABLE",
  OUT_OF_RANGE: "NUMBER_OUT_OF_RANGE",
};

/** Collects rows of one instrument; each cell is parsed as a decimal, a bad row becomes an issue and never a bar. */
export class RowCollector {
  readonly log: IssueLog;
  length = 0;
  #action: "refused" | "skipped";
  #at: number[] = [];
  #day: number[] = [];
  #line: number[] = [];
  #starts: { file: string; row: number }[] = [];
  #file = "";
  #columns = NAMES.map((name) => new DecimalColumn(name === "volume"));
  #mantissa = new Float64Array(5);
  #decimals = new Int8Array(5);
  #rounded = 0;

  constructor(policy: DirtyPolicy, log: IssueLog = new IssueLog()) {
    this.#action = policy === "refuse" ? "refused" : "skipped";
    this.log = log;
  }

  /** The rows that follow stand in this file. */
  startFile(file: string): void {
    this.#file = file;
    this.#starts.push({ file, row: this.length });
  }

  /** Reports a row of the present file; always false, so that a reader can end with it. */
  issue(line: number, code: RowIssueCode, text: string): false {
    this.log.add({ file: this.#file, line, code, text, action: this.#action });
    return false;
  }

  /** Reads one cell (0 open … 4 volume); false, with an issue, where it is none. An empty volume is 0. */
  read(column: number, text: string, start: number, end: number, implied: number, line: number): boolean {
    const problem = readDecimal(text, start, end, implied);
    if (problem === "EMPTY" && column === 4) return this.set(4, 0, 0);
    if (problem !== undefined) {
      this.issue(line, PROBLEM[problem], `${NAMES[column]}=${JSON.stringify(text.slice(start, end))}`);
      return false;
    }
    if (cell.rounded && column < 4) this.#rounded += 1;
    return this.set(column, cell.mantissa, cell.decimals);
  }

  set(column: number, mantissa: number, decimals: number): true {
    this.#mantissa[column] = mantissa;
    this.#decimals[column] = decimals;
    return true;
  }

  /** Takes open as high, low and close: a tick. */
  copyOpen(): void {
    for (let column = 1; column < 4; column += 1) this.set(column, this.#mantissa[0] ?? 0, this.#decimals[0] ?? 0);
  }

  /** Appends the row whose cells were read; false, with an issue, where it is not clean. */
  commit(at: number, day: number, line: number): boolean {
    const problem = this.#problem();
    if (problem !== undefined) return this.issue(line, problem, this.#cells());
    for (let column = 0; column < 5; column += 1) {
      const target = this.#columns[column] as DecimalColumn;
      if (target.push(this.#mantissa[column] ?? 0, this.#decimals[column] ?? 0)) continue;
      for (const done of this.#columns.slice(0, column)) done.length -= 1;
      return this.issue(line, "NUMBER_OUT_OF_RANGE", this.#cells());
    }
    this.#at.push(at);
    this.#day.push(day);
    this.#line.push(line);
    this.length += 1;
    return true;
  }

  /** The rows in order of time, prices at the scale that `scaleOf` makes of the most decimals used, never below them; duplicates and rows that go back are dirty. Ticks may share an instant. */
  finish(ticks: boolean, scaleOf: (most: number) => number): RawRows {
    const [open, high, low, close, volume] = this.#columns as [DecimalColumn, DecimalColumn, DecimalColumn, DecimalColumn, DecimalColumn];
    const most = Math.max(open.scale, high.scale, low.scale, close.scale);
    const priceScale = Math.max(most, scaleOf(most));
    const reversed = this.length > 1 && strictlyDescending(this.#at);
    const rows = reversed ? this.#at.map((_, row) => this.length - 1 - row) : this.#inOrder(ticks);
    const pick = (column: DecimalColumn, scale: number): Float64Array => take(column.finish(scale), rows);
    const line = Uint32Array.from(rows === undefined ? this.#line : rows.map((row) => this.#line[row] ?? 0));
    return {
      length: line.length,
      at: take(Float64Array.from(this.#at), rows),
      day: Int32Array.from(rows === undefined ? this.#day : rows.map((row) => this.#day[row] ?? 0)),
      open: pick(open, priceScale),
      high: pick(high, priceScale),
      low: pick(low, priceScale),
      close: pick(close, priceScale),
      volume: pick(volume, volume.scale),
      priceScale,
      volumeScale: volume.scale,
      line,
      file: (row) => this.#fileOf(rows === undefined ? row : (rows[row] ?? 0)),
      reversed,
      rounded: this.#rounded,
    };
  }

  /** The rows to keep, or undefined for all: each must come after the last kept one. */
  #inOrder(ticks: boolean): number[] | undefined {
    const at = this.#at;
    let last = Number.NEGATIVE_INFINITY;
    let kept: number[] | undefined;
    for (let row = 0; row < at.length; row += 1) {
      const now = at[row] ?? 0;
      if (now > last || (ticks && now === last)) {
        kept?.push(row);
        last = now;
        continue;
      }
      kept ??= Array.from({ length: row }, (_, index) => index);
      const code = now === last ? "TIME_DUPLICATE" : "TIME_BACKWARD";
      const text = `${new Date(now).toISOString()} after ${new Date(last).toISOString()}`;
      this.log.add({ file: this.#fileOf(row), line: this.#line[row] ?? 0, code, text, action: this.#action });
    }
    return kept;
  }

  #problem(): RowIssueCode | undefined {
    const open = this.#value(0);
    const high = this.#value(1);
    const low = this.#value(2);
    const close = this.#value(3);
    if (open <= 0 || high <= 0 || low <= 0 || close <= 0) return "PRICE_NOT_POSITIVE";
    if ((this.#mantissa[4] ?? 0) < 0) return "VOLUME_NEGATIVE";
    return high < low || open > high || close > high || open < low || close < low ? "RANGE_BROKEN" : undefined;
  }

  /** Figures of a row on one scale, for comparing them: exact, because a mantissa has at most 15 digits or 8 decimals. */
  #value(column: number): number {
    return (this.#mantissa[column] ?? 0) / power(this.#decimals[column] ?? 0);
  }

  #cells(): string {
    return NAMES.map((name, column) => `${name}=${this.#value(column)}`).join(", ");
  }

  #fileOf(row: number): string {
    let found = this.#file;
    for (const start of this.#starts) {
      if (start.row > row) break;
      found = start.file;
    }
    return found;
  }
}

function take(column: Float64Array, rows: readonly number[] | undefined): Float64Array {
  return rows === undefined ? column : Float64Array.from(rows, (row) => column[row] ?? Number.NaN);
}

function strictlyDescending(at: readonly number[]): boolean {
  for (let i = 1; i < at.length; i += 1) if ((at[i] ?? 0) >= (at[i - 1] ?? 0)) return false;
  return true;
}
