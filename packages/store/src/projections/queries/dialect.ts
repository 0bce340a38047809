import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from "kysely";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { ReadSchema } from "../schema/schema.ts";

/** Statements kept prepared; the queries of a desk are a few dozen. */
const STATEMENTS_MAX = 500;

/** Kysely over a connection of `node:sqlite`. */
export const kyselyOver = (database: DatabaseSync): Kysely<ReadSchema> =>
  new Kysely<ReadSchema>({ dialect: new SqliteDialect({ database: adapt(database) }) });

function adapt(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  const prepare = (sql: string): SqliteStatement => {
    const statement = database.prepare(sql);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...(parameters as Bound)),
      run: (parameters) => statement.run(...(parameters as Bound)),
      iterate: (parameters) => statement.iterate(...(parameters as Bound)),
    };
  };
  return {
    close: () => database.close(),
    prepare: (sql) => {
      let statement = statements.get(sql);
      if (statement !== undefined) return statement;
      if (statements.size >= STATEMENTS_MAX) statements.clear();
      statement = prepare(sql);
      statements.set(sql, statement);
      return statement;
    },
  };
}

type Bound = (string | number | null)[];
