import type { AnswerOf, BodyOf } from "@bulkhead/contract";

type Detail = AnswerOf<"getPortfolio">["data"];
type Patch = BodyOf<"patchPortfolio">;

/** A field of a portfolio's settings: what kind of figure it is and what it is for. Names are the API's. */
export type SettingField = Readonly<{
  name: keyof Patch & keyof Detail & string;
  label: string;
  kind: "text" | "money" | "percent" | "count" | "symbols";
  hint?: string;
}>;

export const WHAT: readonly SettingField[] = [
  { name: "name", label: "Name", kind: "text" },
  { name: "description", label: "Description", kind: "text" },
  { name: "time_zone", label: "Time zone of its days", kind: "text", hint: "Europe/Berlin, America/New_York, UTC; for reports only." },
  { name: "symbols", label: "May trade", kind: "symbols", hint: "Separated by commas; empty: everything." },
];

export const LIMITS: readonly SettingField[] = [
  { name: "max_position_pct", label: "Largest position, % of equity", kind: "percent" },
  { name: "max_position_size", label: "Largest position", kind: "money" },
  { name: "max_total_exposure", label: "Most exposure", kind: "money" },
  { name: "max_leverage", label: "Most leverage", kind: "money", hint: "2 is twice its equity." },
  { name: "max_open_positions", label: "Most open positions", kind: "count" },
  { name: "max_order_notional", label: "Largest order", kind: "money" },
  { name: "max_orders_per_minute", label: "Most orders a minute", kind: "count" },
  { name: "stop_loss_pct", label: "Stop, % from entry", kind: "percent" },
  { name: "take_profit_pct", label: "Target, % from entry", kind: "percent" },
  { name: "trailing_stop_pct", label: "Trailing stop, %", kind: "percent" },
];

export type Typed = Readonly<Record<string, string>>;

/** What stands in the form for a portfolio as it is. */
export function typedOf(detail: Detail): Typed {
  return Object.fromEntries([...WHAT, ...LIMITS].map(({ name, kind }) => [name, shown(kind, detail[name] as unknown)]));
}

function shown(kind: SettingField["kind"], value: unknown): string {
  if (value === null || value === undefined) return "";
  if (kind === "symbols") return (value as readonly string[]).join(", ");
  return kind === "percent" ? hundredfold(String(value)) : String(value);
}

/** The fields that were changed, as the API wants them: an emptied limit is null, percentages are fractions. */
export function changesOf(before: Typed, after: Typed): Patch {
  const changed = [...WHAT, ...LIMITS].filter(({ name }) => (before[name] ?? "") !== (after[name] ?? "").trim());
  return Object.fromEntries(changed.map(({ name, kind }) => [name, asked(kind, (after[name] ?? "").trim())])) as Patch;
}

function asked(kind: SettingField["kind"], text: string): unknown {
  if (kind === "text") return text;
  if (text === "") return null;
  if (kind === "symbols") return text.split(",").flatMap((each) => (each.trim() === "" ? [] : [each.trim()]));
  if (kind === "count") return Number(text);
  return kind === "percent" ? hundredth(text) : text;
}

/** Moves the point two places, on the text: 4.5 is 0.045, and back, to the last digit. */
export const hundredth = (text: string): string => moved(text, -2);
export const hundredfold = (text: string): string => moved(text, 2);

function moved(text: string, places: number): string {
  if (!/^\d+(\.\d+)?$/.test(text)) return text; // The desk says what is wrong with it.
  const [whole = "0", fraction = ""] = text.split(".");
  const digits = places < 0 ? whole.padStart(1 - places, "0") + fraction : whole + fraction.padEnd(places, "0");
  const point = (places < 0 ? whole.padStart(1 - places, "0").length : whole.length) + places;
  const tail = digits.slice(point).replace(/0+$/, "");
  return `${digits.slice(0, point).replace(/^0+(?=\d)/, "")}${tail === "" ? "" : `.${tail}`}`;
}
