import type { TableDeclaration, Unit } from "./column.ts";
import { DECLARATIONS } from "./schema.ts";

const ZEROS = "'0000000000000000000'";
const RATIO_SCALE = 9;
const BASE = "SELECT a.% FROM account JOIN assets a ON a.asset = account.base_asset";

type Scale = Readonly<{ scale: string; unit: string }>;

/** Integer units as decimal text, the same that `formatAmount` writes. */
function decimal(column: string, { scale, unit }: Scale): string {
  const fraction = `substr(${ZEROS} || (abs(${column}) % ${unit}), -(${scale}))`;
  return `iif(${column} < 0, '-', '') || (abs(${column}) / ${unit}) || rtrim(rtrim('.' || ${fraction}, '0'), '.')`;
}

const PLAIN: Scale = { scale: "0", unit: "1" };
const RATIO: Scale = { scale: String(RATIO_SCALE), unit: "1000000000" };
const IN_BASE: Scale = { scale: `(${BASE.replace("%", "scale")})`, unit: `(${BASE.replace("%", "unit")})` };
const PRICE: Scale = { scale: "i.price_scale", unit: "i.price_unit" };
const QUOTE: Scale = { scale: "q.scale", unit: "q.unit" };
const SIZE: Scale = { scale: "b.scale", unit: "b.unit" };

function shown(column: string, unit: Unit): string {
  const name = `t.${column}`;
  if (typeof unit === "object") return decimal(name, { scale: `a_${unit.asset}.scale`, unit: `a_${unit.asset}.unit` });
  switch (unit) {
    case "base":
      return decimal(name, IN_BASE);
    case "quote":
      return decimal(name, QUOTE);
    case "size":
      return decimal(name, SIZE);
    case "price":
      return decimal(name, PRICE);
    case "ratio":
      return decimal(name, RATIO);
    case "figure":
      return `CASE t.figure WHEN 'money' THEN ${decimal(name, IN_BASE)} WHEN 'quantity' THEN ${decimal(name, SIZE)} WHEN 'price' THEN ${decimal(name, PRICE)} WHEN 'ratio' THEN ${decimal(name, RATIO)} ELSE ${decimal(name, PLAIN)} END`;
  }
}

const OF_INSTRUMENT: ReadonlySet<Unit> = new Set<Unit>(["quote", "size", "price", "figure"]);

function joins({ columns, joined }: TableDeclaration): string {
  const units = Object.values(columns).flatMap(({ unit }) => unit ?? []);
  const assets = new Set(units.flatMap((unit) => (typeof unit === "object" ? unit.asset : [])));
  const lines = joined.joins === "" ? [] : [joined.joins];
  for (const asset of assets)
    lines.push(`LEFT JOIN assets a_${asset} ON a_${asset}.asset = ${joined.columns[asset]?.expression ?? `t.${asset}`}`);
  if (units.some((unit) => OF_INSTRUMENT.has(unit)))
    lines.push(
      "LEFT JOIN instruments i ON i.instrument = t.instrument",
      "LEFT JOIN assets b ON b.asset = i.base_asset",
      "LEFT JOIN assets q ON q.asset = i.quote_asset",
    );
  return lines.join(" ");
}

/** The view of a table: the same columns, amounts as decimal text. */
function viewOf(name: string, declaration: TableDeclaration): string {
  const columns = Object.entries(declaration.columns).map(([column, { unit }]) =>
    unit === null ? `t.${column}` : `${shown(column, unit)} AS ${column}`,
  );
  for (const column of Object.keys(declaration.generated)) columns.push(`t.${column}`);
  for (const [column, { expression }] of Object.entries(declaration.joined.columns)) columns.push(`${expression} AS ${column}`);
  return `CREATE VIEW ${name}_v AS SELECT ${columns.join(", ")} FROM ${name} t ${joins(declaration)};`;
}

/** Statements that make every view, by name. They hold no data and follow the code: remade on opening where they differ. */
export const VIEWS: ReadonlyMap<string, string> = new Map(
  Object.entries(DECLARATIONS).map(([name, declaration]) => [`${name}_v`, viewOf(name, declaration)]),
);
