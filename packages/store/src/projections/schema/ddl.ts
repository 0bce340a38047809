import type { TableDeclaration } from "./column.ts";

/** The statement that makes a table as it is declared. A composite key clusters the rows. */
export function createTable(name: string, { columns, key, generated, checks }: TableDeclaration): string {
  const lines = Object.entries(columns).map(([column, { sql, nullable }]) => `${column} ${sql}${nullable ? "" : " NOT NULL"}`);
  for (const [column, { sql, expression }] of Object.entries(generated)) lines.push(`${column} ${sql} AS (${expression}) VIRTUAL`);
  for (const check of checks) lines.push(`CHECK (${check})`);
  lines.push(`PRIMARY KEY (${key.join(", ")})`);
  const isRowid = key.length === 1 && columns[key[0] ?? ""]?.sql === "INTEGER";
  return `CREATE TABLE ${name} (\n  ${lines.join(",\n  ")}\n) STRICT${isRowid ? "" : ", WITHOUT ROWID"};`;
}

/** The statements that make its indexes. */
export const createIndexes = (name: string, { indexes }: TableDeclaration): readonly string[] =>
  indexes.map(({ columns, where, unique }) => {
    const condition = where === undefined ? "" : ` WHERE ${where}`;
    return `CREATE ${unique === true ? "UNIQUE " : ""}INDEX ${name}_by_${columns.join("_")} ON ${name} (${columns.join(", ")})${condition};`;
  });
