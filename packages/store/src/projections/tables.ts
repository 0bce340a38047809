import { assert } from "@bulkhead/core";
import type { DatabaseSync, StatementSync } from "../sqlite/driver.ts";
import { DECLARATIONS, type Row, type TableName } from "./schema/schema.ts";

// The hot path. Kysely builds a statement per call; here each is prepared once and bound by position, which is the difference between
// tens of thousands of rows a second and half a million.

/** The record that is being projected: every row it makes carries its sequence. */
export type Moment = { seq: number; at: number };

type Cell = number | string | null;
type Cells = Record<string, Cell>;

const columnsOf = (name: TableName): readonly string[] => Object.keys(DECLARATIONS[name]?.columns ?? {});
const insertInto = (name: TableName, verb: "INSERT" | "INSERT OR REPLACE"): string =>
  `${verb} INTO ${name} (${columnsOf(name).join(", ")}) VALUES (${columnsOf(name)
    .map(() => "?")
    .join(", ")})`;

/** Rows per statement: a statement of many rows costs a third less per row. */
const ROWS = 32;

/** A table that only grows: its rows are numbered within their record. Rows are written when there are enough, and at the end. */
export class AppendTable<T extends TableName> {
  readonly #moment: Moment;
  readonly #one: StatementSync;
  readonly #many: StatementSync;
  readonly #columns: readonly string[];
  #waiting: Cell[] = [];
  #seq = 0;
  #line = 0;

  constructor(database: DatabaseSync, name: T, moment: Moment) {
    this.#moment = moment;
    this.#columns = columnsOf(name);
    this.#one = database.prepare(insertInto(name, "INSERT"));
    const row = `(${this.#columns.map(() => "?").join(", ")})`;
    this.#many = database.prepare(`INSERT INTO ${name} (${this.#columns.join(", ")}) VALUES ${Array(ROWS).fill(row).join(", ")}`);
  }

  /** Adds a row of the present record and returns its line. */
  append(row: Omit<Row<T>, "seq" | "line" | "at">): number {
    const { seq, at } = this.#moment;
    this.#line = this.#seq === seq ? this.#line + 1 : 0;
    this.#seq = seq;
    const cells = row as unknown as Cells;
    for (let index = 0; index < this.#columns.length; index++) {
      const column = this.#columns[index] ?? "";
      this.#waiting.push(column === "seq" ? seq : column === "line" ? this.#line : column === "at" ? at : (cells[column] as Cell));
    }
    if (this.#waiting.length === ROWS * this.#columns.length) {
      this.#many.run(...this.#waiting);
      this.#waiting = [];
    }
    return this.#line;
  }

  /** Writes what is waiting. */
  flush(): void {
    const width = this.#columns.length;
    for (let from = 0; from < this.#waiting.length; from += width) this.#one.run(...this.#waiting.slice(from, from + width));
    this.#waiting = [];
  }
}

/** A table whose rows change: they are changed in memory and written once per transaction. */
export class ChangingTable<T extends TableName> {
  readonly #database: DatabaseSync;
  readonly #name: T;
  readonly #moment: Moment;
  readonly #columns: readonly string[];
  readonly #values: Cell[];
  readonly #put: StatementSync;
  readonly #find = new Map<string, StatementSync>();
  readonly #changed = new Set<Row<T>>();

  constructor(database: DatabaseSync, name: T, moment: Moment) {
    this.#database = database;
    this.#name = name;
    this.#moment = moment;
    this.#columns = columnsOf(name);
    this.#values = this.#columns.map(() => null);
    this.#put = database.prepare(insertInto(name, "INSERT OR REPLACE"));
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

  /** Writes what changed. Throws for a row that lacks a column. */
  flush(): void {
    for (const row of this.#changed) {
      const cells = row as unknown as Cells;
      for (let index = 0; index < this.#columns.length; index++) {
        const cell = cells[this.#columns[index] ?? ""];
        assert(cell !== undefined, "PROJECTION_CELL_MISSING", () => `${this.#name}.${this.#columns[index]}`);
        this.#values[index] = cell;
      }
      this.#put.run(...this.#values);
    }
    this.#changed.clear();
  }
}
