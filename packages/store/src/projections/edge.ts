import type { DatabaseSync } from "../sqlite/driver.ts";
import { inTransaction } from "./connection.ts";
import { EDGE_TABLES, type EdgeTableName, type Row } from "./schema/schema.ts";
import { ChangingTable } from "./tables.ts";

/** Puts rows that are not made from the journal: figures of analytics, what venues say about markets, what models said. */
export class EdgeWriter {
  readonly #database: DatabaseSync;
  readonly #tables = new Map<EdgeTableName, ChangingTable<EdgeTableName>>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Each row takes the place of the one with its key; its `seq` says up to where the books were known. */
  put<T extends EdgeTableName>(name: T, rows: readonly Row<T>[]): void {
    let table = this.#tables.get(name) as ChangingTable<T> | undefined;
    if (table === undefined) {
      table = new ChangingTable(this.#database, name, { seq: 0, at: 0 });
      this.#tables.set(name, table as unknown as ChangingTable<EdgeTableName>);
    }
    for (const row of rows) table.keep(row);
    inTransaction(this.#database, () => table.flush());
  }
}

/** Copies what the journal cannot make again into a new file; a file that cannot be read has nothing to give. */
export function carryOver(from: DatabaseSync, to: DatabaseSync): void {
  for (const name of Object.keys(EDGE_TABLES) as EdgeTableName[]) {
    const table = new ChangingTable(to, name, { seq: 0, at: 0 });
    for (const row of new ChangingTable(from, name, { seq: 0, at: 0 }).load()) table.keep(row);
    inTransaction(to, () => table.flush());
  }
}
