/**
 * What an integer column counts, and so with how many decimal places it is shown: base currency, the instrument's quote asset, its base
 * asset (`size`), its price scale, billionths (`ratio`), whatever a receipt's `figure` says, or the asset that another column names.
 */
export type Unit = "base" | "quote" | "size" | "price" | "ratio" | "figure" | Readonly<{ asset: string }>;

/** A column: `Kept` is what the table holds, `Shown` what its view holds. Amounts are kept as integers and shown as decimal text. */
export type Column<Kept, Shown = Kept> = Readonly<{
  sql: "INTEGER" | "TEXT" | "REAL";
  nullable: boolean;
  unit: Unit | null;
  /** Never there: carries the types. */
  types?: readonly [Kept, Shown];
}>;

const plain = <T>(sql: Column<T>["sql"]): Column<T> => ({ sql, nullable: false, unit: null });
const figure = (unit: Unit): Column<number, string> => ({ sql: "INTEGER", nullable: false, unit });

export const text: Column<string> = plain("TEXT");
/** A count, a number, a sequence. */
export const whole: Column<number> = plain("INTEGER");
/** 1 or 0. */
export const flag: Column<number> = plain("INTEGER");
/** Milliseconds since 1970 UTC. */
export const instant: Column<number> = plain("INTEGER");
/** A statistic: float64, never a fact. */
export const real: Column<number> = plain("REAL");
export const inBase = figure("base");
export const inQuote = figure("quote");
export const size = figure("size");
export const price = figure("price");
export const ratio = figure("ratio");
export const byFigure = figure("figure");
/** An amount of the asset that the column `asset` names. */
export const amountOf = (asset: string): Column<number, string> => figure({ asset });

export const maybe = <Kept, Shown>(column: Column<Kept, Shown>): Column<Kept | null, Shown | null> => ({
  sql: column.sql,
  nullable: true,
  unit: column.unit,
});

/** A column that the database works out from the others of its row; part of the view, never written. */
export type Generated<T> = Readonly<{ sql: "INTEGER" | "TEXT"; expression: string; types?: T }>;
export const generated = <T>(sql: Generated<T>["sql"], expression: string): Generated<T> => ({ sql, expression });

export type Index = Readonly<{ columns: readonly string[]; where?: string; unique?: boolean }>;

export type TableDeclaration = Readonly<{
  columns: Readonly<Record<string, Column<unknown, unknown>>>;
  key: readonly string[];
  generated: Readonly<Record<string, Generated<unknown>>>;
  indexes: readonly Index[];
  checks: readonly string[];
}>;

/** Declares a table. `G` are its generated columns. */
export function table<
  C extends Readonly<Record<string, Column<unknown, unknown>>>,
  G extends Readonly<Record<string, Generated<unknown>>> = Readonly<Record<never, never>>,
>(
  columns: C,
  options: Readonly<{ key: readonly (keyof C & string)[]; generated?: G; indexes?: readonly Index[]; checks?: readonly string[] }>,
): Readonly<{ columns: C; key: readonly string[]; generated: G; indexes: readonly Index[]; checks: readonly string[] }> {
  return {
    columns,
    key: options.key,
    generated: options.generated ?? ({} as G),
    indexes: options.indexes ?? [],
    checks: options.checks ?? [],
  };
}

type Kept<C> = C extends Column<infer K, unknown> ? K : never;
type Shown<C> = C extends Column<infer _, infer S> ? S : never;
type Computed<G> = G extends Generated<infer T> ? T : never;

/** A row as the table keeps it: mutable, because rows in the making are. */
export type RowOf<T> = T extends Readonly<{ columns: infer C }> ? { -readonly [K in keyof C]: Kept<C[K]> } : never;
/** A row as the view shows it. */
export type ShownRowOf<T> =
  T extends Readonly<{ columns: infer C; generated: infer G }>
    ? { readonly [K in keyof C]: Shown<C[K]> } & { readonly [K in keyof G]: Computed<G[K]> }
    : never;
