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

/** Columns that a view takes from other tables: how they are joined to `t`, and what each is. */
export type Joins<J> = Readonly<{ joins: string; columns: J }>;
export type Joined<T> = Readonly<{ expression: string; types?: T }>;
export const joined = <T>(expression: string): Joined<T> => ({ expression });

export type Index = Readonly<{ columns: readonly string[]; where?: string; unique?: boolean }>;

export type TableDeclaration = Readonly<{
  columns: Readonly<Record<string, Column<unknown, unknown>>>;
  key: readonly string[];
  fixed: readonly string[];
  generated: Readonly<Record<string, Generated<unknown>>>;
  joined: Joins<Readonly<Record<string, Joined<unknown>>>>;
  indexes: readonly Index[];
  checks: readonly string[];
}>;

type None = Readonly<Record<never, never>>;
type Options<C, G, J> = Readonly<{
  key: readonly (keyof C & string)[];
  /** Columns that no change of a row touches, so that writing it again leaves their indexes alone. */
  fixed?: readonly (keyof C & string)[];
  generated?: G;
  joined?: Joins<J>;
  indexes?: readonly Index[];
  checks?: readonly string[];
}>;
type Declared<C, G, J> = Readonly<{
  columns: C;
  key: readonly string[];
  fixed: readonly string[];
  generated: G;
  joined: Joins<J>;
  indexes: readonly Index[];
  checks: readonly string[];
}>;

/** Declares a table, and with `generated` and `joined` what its view adds. */
export function table<
  C extends Readonly<Record<string, Column<unknown, unknown>>>,
  G extends Readonly<Record<string, Generated<unknown>>> = None,
  J extends Readonly<Record<string, Joined<unknown>>> = None,
>(columns: C, options: Options<C, G, J>): Declared<C, G, J> {
  const { key, fixed = [], indexes = [], checks = [] } = options;
  const joins = options.joined ?? { joins: "", columns: {} as J };
  return { columns, key, fixed, generated: options.generated ?? ({} as G), joined: joins, indexes, checks };
}

type Kept<C> = C extends Column<infer K, unknown> ? K : never;
type Shown<C> = C extends Column<infer _, infer S> ? S : never;
type Computed<G> = G extends Generated<infer T> ? T : never;
type Taken<J> = J extends Joined<infer T> ? T : never;

/** A row as the table keeps it: mutable, because rows in the making are. */
export type RowOf<T> = T extends Readonly<{ columns: infer C }> ? { -readonly [K in keyof C]: Kept<C[K]> } : never;
/** A row as the view shows it. */
export type ShownRowOf<T> =
  T extends Declared<infer C, infer G, infer J>
    ? { readonly [K in keyof C]: Shown<C[K]> } & { readonly [K in keyof G]: Computed<G[K]> } & { readonly [K in keyof J]: Taken<J[K]> }
    : never;
