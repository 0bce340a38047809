import { exactText, percentText, quantityText } from "@bulkhead/analytics";
import { type Shell, table } from "../shell.ts";

export type Row = Readonly<Record<string, unknown>>;
/** How a field is shown: money and prices to their last digit, so that columns add up; ratios in percent; instants in UTC. */
type Kind = "text" | "money" | "price" | "quantity" | "ratio" | "figure" | "instant";
/** A column: its head, the field it shows, and how. */
export type Column = readonly [head: string, field: string, kind?: Kind];

/** Rows as an aligned table, figures to the right; where there is none, a sentence. */
export function rowsText(columns: readonly Column[], rows: readonly Row[], none: string): string {
  if (rows.length === 0) return `${none}\n`;
  return table([columns.map(([head]) => head), ...rows.map((row) => columns.map(([, field, kind]) => cellOf(row[field], kind)))]);
}

/** One thing as lines of name and value, the names of the fields as they travel. */
export function fieldsText(row: Row): string {
  const shown = Object.entries(row).map(([name, value]) => [name.replaceAll("_", " "), plain(value)] as const);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd())
    .join("\n")
    .concat("\n");
}

export function cellOf(value: unknown, kind: Kind = "text"): string {
  if (value === null || value === undefined || value === "") return "-";
  switch (kind) {
    case "money":
    case "price":
      return exactText(String(value));
    case "quantity":
      return quantityText(String(value));
    case "ratio":
      return percentText(Number(value), { sign: false });
    case "figure":
      return Number(value).toFixed(2);
    case "instant":
      return String(value).replace("T", " ").slice(0, 19);
    case "text":
      return plain(value);
  }
}

function plain(value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length === 0 ? "-" : value.map(plain).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Prints a change: for programs with its key, so that they can ask again; for people what it came to. */
export function printChange(
  shell: Shell,
  json: boolean,
  { answer, key, repeated }: Readonly<{ answer: object; key: string; repeated: boolean }>,
  text: () => string,
): void {
  if (json) shell.out(`${JSON.stringify({ idempotency_key: key, repeated, ...answer }, null, 2)}\n`);
  else shell.out(`${text()}${repeated ? "It was done before: nothing was done again.\n" : ""}`);
}
