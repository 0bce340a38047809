import type { DatabaseSync, StatementSync } from "../sqlite/driver.ts";
import { DECLARATIONS, type Row, type TableName } from "./schema/schema.ts";

// The hot path. Kysely builds a statement per call; here each is prepared once and bound by position, which is the difference between
// tens of thousands of rows a second and half a million.

/** The record that is being projected: every row it makes carries its sequence. */
export type Moment = { seq: number; at: number };

type Cell = number | string | null;

/** Adds a row's cells to a list, in the order of the columns. */
type Spreading = (row: object, cells: Cell[], seq: number, line: number, at: number) => void;

/**
 * Made as code from the declared columns, as the codec is (0030): reading thirty properties by computed names costs as much as SQLite
 * takes to keep them. `stamped` columns come with the record.
 */
function spreading(columns: readonly string[], stamped: readonly string[]): Spreading {
  const cells = columns.map((column) => (stamped.includes(column) ? column : `row.${column}`));
  return new Function("row", "cells", "seq", "line", "at", `cells.push(${cells.join(", ")});`) as Spreading;
}

const columnsOf = (name: TableName): readonly string[] => Object.keys(DECLARATIONS[name]?.columns ?? {});
function insertInto(name: TableName, rows = 1): string {
  const columns = columnsOf(name);
  const row = `(${columns.map(() => "?").join(", ")})`;
  return `INSERT INTO ${name} (${columns.join(", ")}) VALUES ${Array(rows).fill(row).join(", ")}`;
}

/** Writes a row again in its place: unlike a replacement it leaves the indexes of fixed columns alone. */
function putInto(name: TableName, rows = 1): string {
  const { key = [], fixed = [] } = DECLARATIONS[name] ?? {};
  const set = columnsOf(name).flatMap((column) =>
    key.includes(column) || fixed.includes(column) ? [] : [`${column} = excluded.${column}`],
  );
  return `${insertInto(name, rows)} ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${set.join(", ")}`;
}

/** Rows per statement: a statement of many rows costs a third less per row. */
const ROWS = 32;

/** A table that only grows: its rows are numbered within their record. Rows are written when there are enough, and at the end. */
export class AppendTable<T extends TableName> {
  readonly #moment: Moment;
  readonly #one: StatementSync;
  readonly #many: StatementSync;
  readonly #spread: Spreading;
  readonly #width: number;
  readonly #waiting: Cell[] = [];
  #seq = 0;
  #line = 0;

  constructor(database: DatabaseSync, name: T, moment: Moment) {
    const columns = columnsOf(name);
    this.#moment = moment;
    this.#spread = spreading(columns, ["seq", "line", "at"]);
    this.#width = columns.length;
    this.#one = database.prepare(insertInto(name));
    this.#many = database.prepare(insertInto(name, ROWS));
  }

  /** Adds a row of the present record and returns its line. */
  append(row: Omit<Row<T>, "seq" | "line" | "at">): number {
    const { seq, at } = this.#moment;
    this.#line = this.#seq === seq ? this.#line + 1 : 0;
    this.#seq = seq;
    this.#spread(row, this.#waiting, seq, this.#line, at);
    if (this.#waiting.length === ROWS * this.#width) {
      this.#many.run(...this.#waiting);
      this.#waiting.length = 0;
    }
    return this.#line;
  }

  /** Writes what is waiting. */
  flush(): void {
    const width = this.#width;
    for (let from = 0; from < this.#waiting.length; from += width) this.#one.run(...this.#waiting.slice(from, from + width));
    this.#waiting.length = 0;
  }
}

/** A table whose rows change: they are changed in memory and written once per transaction. */
export class ChangingTable<T extends TableName> {
  readonly #database: DatabaseSync;
  readonly #name: T;
  readonly #moment: Moment;
  readonly #columns: readonly string[];
  readonly #spread: Spreading;
  readonly #put: StatementSync;
  readonly #putMany: StatementSync;
  readonly #find = new Map<string, StatementSync>();
  readonly #changed = new Set<Row<T>>();

  constructor(database: DatabaseSync, name: T, moment: Moment) {
    this.#database = database;
    this.#name = name;
    this.#moment = moment;
    this.#columns = columnsOf(name);
    this.#spread = spreading(this.#columns, []);
    this.#put = database.prepare(putInto(name));
    this.#putMany = database.prepare(putInto(name, ROWS));
  }

  /** Stored rows under a condition, to be kept in memory from now on. */
  load(condition = "TRUE"): readonly Row<T>[] {
    const rows = this.#database.prepare(`SELECT ${this.#columns.join(", ")} FROM ${this.#name} WHERE ${condition}`).all();
    return rows.map((row) => ({ ...row }) as Row<T>);
  }

  /** Stored rows with this value in a column. Rows that were changed since the last flush are not looked at. */
  find(column: keyof Row<T> & string, value: Cell, condition = "TRUE"): readonly Row<T>[] {
    const sql = `SELECT ${this.#columns.join(", ")} FROM ${this.#name} WHERE ${column} = ? AND ${condition}`;
    let statement = this.#find.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#find.set(sql, statement);
    }
    return statement.all(value).map((row) => ({ ...row }) as Row<T>);
  }

  /** Notes a row as changed by the present record. */
  change(row: Row<T>): void {
    (row as { seq: number }).seq = this.#moment.seq;
    this.#changed.add(row);
  }

  /** Notes a row as changed without giving it the present sequence: its own says already when. */
  keep(row: Row<T>): void {
    this.#changed.add(row);
  }

  get changed(): ReadonlySet<Row<T>> {
    return this.#changed;
  }

  /** Writes what changed. A row that lacks a column cannot be bound, and throws. */
  flush(): void {
    const cells: Cell[] = [];
    const width = this.#columns.length;
    for (const row of this.#changed) {
      this.#spread(row, cells, 0, 0, 0);
      if (cells.length < ROWS * width) continue;
      this.#putMany.run(...cells);
      cells.length = 0;
    }
    for (let from = 0; from < cells.length; from += width) this.#put.run(...cells.slice(from, from + width));
    this.#changed.clear();
  }
}
