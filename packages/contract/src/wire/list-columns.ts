/** How a column of the tables travels: `flag` is 1 or 0 there, `instant` milliseconds, `decimal` text already. */
export type Kind = "text" | "decimal" | "instant" | "integer" | "flag";

/** One column on the wire: its name there, the table's column, its kind. */
export type WireColumn = Readonly<{ from: string; kind: Kind; nullable: boolean }>;

/** A list that is read from the tables, newest first: its table, the columns that order it, and what may be asked for. */
export type WireList = Readonly<{
  table: string;
  key: readonly string[];
  /** Columns that say whose a row is: of the asked portfolios in one of them, and of nobody unseen in any. */
  owners: readonly string[];
  columns: Readonly<Record<string, WireColumn>>;
  /** Query parameter to the column that has to equal it. */
  filters: Readonly<Record<string, Readonly<{ column: string; kind: "text" | "integer" | "flag" }>>>;
}>;

export type Column<K extends Kind, N extends boolean> = Readonly<{ from: string; kind: K; nullable: N }>;

const of =
  <K extends Kind>(kind: K) =>
  (from: string): Column<K, false> => ({ from, kind, nullable: false });
export const text = of("text");
export const decimal = of("decimal");
export const instant = of("instant");
export const integer = of("integer");
export const flag = of("flag");
export const maybe = <K extends Kind>(column: Column<K, false>): Column<K, true> => ({ ...column, nullable: true });
