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

/** Copies what the journal cannot make again into a new file, and says which tables could not be read any more. */
export function carryOver(from: DatabaseSync, to: DatabaseSync): readonly EdgeTableName[] {
  const lost: EdgeTableName[] = [];
  for (const name of Object.keys(EDGE_TABLES) as EdgeTableName[]) {
    const rows = readable(from, name);
    if (rows === undefined) lost.push(name);
    else new EdgeWriter(to).put(name, rows);
  }
  return lost;
}

/** Rows of a table; undefined where its pages are damaged: then there is nothing to carry, and the rebuild is the way out. */
function readable<T extends EdgeTableName>(database: DatabaseSync, name: T): readonly Row<T>[] | undefined {
  try {
    return new ChangingTable(database, name, { seq: 0, at: 0 }).load();
  } catch (error) {
    if (error instanceof Error && "errcode" in error) return undefined;
    throw error;
  }
}
