import type { WireColumn, WireList } from "@bulkhead/contract";

/** A row of the tables as it travels. */
export type WireRow = Readonly<Record<string, unknown>>;

export const wireRow = ({ columns }: WireList, row: Readonly<Record<string, unknown>>): WireRow =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, shown(column, row[column.from])]));

/** Columns that a list is made from. */
export const columnsOf = ({ columns, key }: WireList): readonly string[] => [
  ...new Set([...Object.values(columns).map(({ from }) => from), ...key]),
];

function shown({ kind }: WireColumn, cell: unknown): unknown {
  if (cell === null || cell === undefined) return null;
  switch (kind) {
    case "instant":
      return new Date(Number(cell)).toISOString();
    case "flag":
      return cell === 1;
    case "integer":
      return Number(cell);
    case "decimal":
    case "text":
      return String(cell);
  }
}
