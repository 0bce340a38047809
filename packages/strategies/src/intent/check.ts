import type { Intent } from "./intent.ts";

/** Why an intent does not stand. */
export type IntentCode =
  | "INTENT_TYPE_UNKNOWN"
  | "INTENT_FIELD_MISSING"
  | "INTENT_FIELD_UNKNOWN"
  | "INTENT_NOT_A_NUMBER"
  | "INTENT_NOT_POSITIVE"
  | "INTENT_TOO_LARGE"
  | "INTENT_NOT_A_PERCENT"
  | "INTENT_WORD_UNKNOWN"
  | "INTENT_TEXT_INVALID"
  | "INTENT_STOP_MISSING"
  | "INTENT_SYMBOL_UNKNOWN"
  | "INTENT_SYMBOL_AMBIGUOUS";

/** The code, the field's path inside the intent (`size.quantity`), and what was there. */
export type IntentProblem = Readonly<{ code: IntentCode; path: string; message: string }>;

/** Longest `why`. */
const WHY_MAX = 500;
/** Largest price, distance, quantity or cash in whole units: fifteen digits. */
const AMOUNT_MAX = 1e15;

type Fields = Readonly<Record<string, unknown>>;
type Checked = IntentProblem | undefined;

const FIELDS: Readonly<Record<Intent["type"], readonly string[]>> = {
  enter: ["type", "symbol", "direction", "size", "stop", "trailing", "takeProfit", "limit", "why", "confidence"],
  exit: ["type", "symbol", "portion", "why"],
  target: ["type", "symbol", "direction", "weight", "quantity", "why"],
};

/**
 * The edge that every intent passes, whoever made it (S4): the first problem in the order of docs/spec/strategies.md, undefined for an
 * intent that stands. The symbol is not looked at here: `symbolOf` does.
 */
export function checkIntent(value: unknown): Checked {
  if (!isFields(value)) return problem("INTENT_TYPE_UNKNOWN", "", value);
  const type = value["type"];
  if (type !== "enter" && type !== "exit" && type !== "target") return problem("INTENT_TYPE_UNKNOWN", "type", type);
  const unknown = hasOthers(value, type) ? Object.keys(value).find((field) => !FIELDS[type].includes(field)) : undefined;
  if (unknown !== undefined) return problem("INTENT_FIELD_UNKNOWN", unknown, value[unknown]);
  const inside = type === "enter" ? checkEnter(value) : type === "exit" ? percent(value, "portion", 100) : checkTarget(value);
  return inside ?? checkWhy(value["why"]);
}

/** Whether an intent has more fields than the known ones: counted, because looking each one up costs more than all the other checks. */
function hasOthers(value: Fields, type: Intent["type"]): boolean {
  let extra = 0;
  for (const _ in value) extra += 1;
  extra -= 1 + Number("symbol" in value) + Number("why" in value);
  if (type === "exit") return extra > Number("portion" in value);
  extra -= Number("direction" in value);
  if (type === "target") return extra > Number("weight" in value) + Number("quantity" in value);
  extra -= Number("size" in value) + Number("stop" in value) + Number("trailing" in value);
  return extra > Number("takeProfit" in value) + Number("limit" in value) + Number("confidence" in value);
}

function checkEnter(intent: Fields): Checked {
  return (
    word(intent, "direction", "long", "short") ??
    checkSize(intent["size"], intent["stop"] !== undefined) ??
    checkStop(intent["stop"], "stop", true) ??
    checkStop(intent["trailing"], "trailing", false) ??
    checkTakeProfit(intent["takeProfit"], intent["stop"] !== undefined) ??
    (intent["limit"] === undefined ? undefined : price(intent, "limit")) ??
    checkConfidence(intent["confidence"])
  );
}

function checkTarget(intent: Fields): Checked {
  const { weight, quantity } = intent;
  if ((weight === undefined) === (quantity === undefined)) return problem("INTENT_FIELD_MISSING", "weight", "one of weight and quantity");
  return (
    (intent["direction"] === undefined ? undefined : word(intent, "direction", "long", "short")) ??
    (weight !== undefined ? percent(intent, "weight", 1_000, "zero allowed") : decimal(intent, "quantity", "", "zero allowed"))
  );
}

function checkSize(value: unknown, hasStop: boolean): Checked {
  if (!isFields(value)) return problem("INTENT_FIELD_MISSING", "size", value);
  switch (value["kind"]) {
    case "units":
      return decimal(value, "quantity", "size.");
    case "cash":
      return decimal(value, "cash", "size.");
    case "percent":
      return percent(value, "percent", 1_000, "", "size.");
    case "risk":
      return percent(value, "percent", 100, "", "size.") ?? (hasStop ? undefined : problem("INTENT_STOP_MISSING", "stop", "size by risk"));
    default:
      return problem("INTENT_WORD_UNKNOWN", "size.kind", value["kind"]);
  }
}

function checkStop(value: unknown, path: "stop" | "trailing", mayBePrice: boolean): Checked {
  if (value === undefined) return undefined;
  if (!isFields(value)) return problem("INTENT_FIELD_MISSING", path, value);
  if (value["kind"] === "percent") return percent(value, "percent", 100, "", `${path}.`);
  if (value["kind"] === "distance") return number(value["distance"], `${path}.distance`, AMOUNT_MAX);
  if (value["kind"] === "price" && mayBePrice) return price(value, "price", `${path}.`);
  return problem("INTENT_WORD_UNKNOWN", `${path}.kind`, value["kind"]);
}

function checkTakeProfit(value: unknown, hasStop: boolean): Checked {
  if (value === undefined) return undefined;
  if (!isFields(value)) return problem("INTENT_FIELD_MISSING", "takeProfit", value);
  const names = Object.keys(value);
  if (names.length !== 1) return problem("INTENT_FIELD_UNKNOWN", "takeProfit", names.join(" and "));
  switch (names[0]) {
    case "r":
      return (
        number(value["r"], "takeProfit.r", 1_000) ?? (hasStop ? undefined : problem("INTENT_STOP_MISSING", "stop", "take profit by risk"))
      );
    case "percent":
      return percent(value, "percent", 100_000, "", "takeProfit.");
    case "price":
      return price(value, "price", "takeProfit.");
    default:
      return problem("INTENT_FIELD_UNKNOWN", `takeProfit.${names[0]}`, value);
  }
}

function checkConfidence(value: unknown): Checked {
  return value === 0 && !Object.is(value, -0) ? undefined : number(value, "confidence", 1);
}

function checkWhy(value: unknown): Checked {
  if (value === undefined) return problem("INTENT_FIELD_MISSING", "why", value);
  if (typeof value !== "string" || value.length > WHY_MAX || value.trim() === "") return problem("INTENT_TEXT_INVALID", "why", value);
  return undefined;
}

function word(fields: Fields, name: string, ...words: readonly string[]): Checked {
  const value = fields[name];
  if (value === undefined) return problem("INTENT_FIELD_MISSING", name, value);
  return words.includes(value as string) ? undefined : problem("INTENT_WORD_UNKNOWN", name, value);
}

/** Above zero, at most `most`: NaN, infinities, zero, -0 and negatives each have their code. */
function number(value: unknown, path: string, most: number): Checked {
  if (value === undefined) return problem("INTENT_FIELD_MISSING", path, value);
  if (typeof value !== "number" || !Number.isFinite(value)) return problem("INTENT_NOT_A_NUMBER", path, value);
  if (value <= 0) return problem("INTENT_NOT_POSITIVE", path, value);
  return value > most ? problem("INTENT_TOO_LARGE", path, value) : undefined;
}

function price(fields: Fields, name: string, prefix = ""): Checked {
  return typeof fields[name] === "string" ? decimal(fields, name, prefix) : number(fields[name], prefix + name, AMOUNT_MAX);
}

function decimal(fields: Fields, name: string, prefix = "", zero: "zero allowed" | "" = ""): Checked {
  const value = fields[name];
  if (value === undefined) return problem("INTENT_FIELD_MISSING", prefix + name, value);
  if (typeof value !== "string" || value.endsWith("%")) return problem("INTENT_NOT_A_NUMBER", prefix + name, value);
  const read = readText(value);
  if (Number.isNaN(read)) return problem("INTENT_NOT_A_NUMBER", prefix + name, value);
  return within(read, AMOUNT_MAX, zero) ? undefined : problem(read > 0 ? "INTENT_TOO_LARGE" : "INTENT_NOT_POSITIVE", prefix + name, value);
}

function percent(fields: Fields, name: string, most: number, zero: "zero allowed" | "" = "", prefix = ""): Checked {
  const value = fields[name];
  if (value === undefined) return problem("INTENT_FIELD_MISSING", prefix + name, value);
  if (typeof value !== "string" || !value.endsWith("%")) return problem("INTENT_NOT_A_PERCENT", prefix + name, value);
  const read = readText(value);
  if (Number.isNaN(read)) return problem("INTENT_NOT_A_PERCENT", prefix + name, value);
  return within(read, most, zero) ? undefined : problem(read > 0 ? "INTENT_TOO_LARGE" : "INTENT_NOT_POSITIVE", prefix + name, value);
}

const within = (read: number, most: number, zero: "zero allowed" | ""): boolean =>
  read <= most && (read > 0 || (read === 0 && zero !== ""));

/** Plain digits; percentages have at most seven decimals, which is what a ratio keeps. */
const TEXT = /^(-?)(?:(\d{1,40}(?:\.\d{1,40})?)|(\d{1,40}(?:\.\d{1,7})?)%)$/;
const KNOWN_MAX = 4096;
const known = new Map<string, number>();

/** A decimal or percentage as a number to compare with bounds: NaN where it is neither, -1 for any with a minus sign. Remembered. */
function readText(text: string): number {
  const remembered = known.get(text);
  if (remembered !== undefined) return remembered;
  const match = TEXT.exec(text);
  const read = match === null ? Number.NaN : match[1] === "-" ? -1 : Number(match[2] ?? match[3]);
  if (known.size >= KNOWN_MAX) known.clear();
  if (text.length <= 40) known.set(text, read);
  return read;
}

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

function problem(code: IntentCode, path: string, value: unknown): IntentProblem {
  const shown =
    typeof value === "string"
      ? JSON.stringify(value.slice(0, 80))
      : Object.is(value, -0)
        ? "-0"
        : typeof value === "object"
          ? "an object"
          : String(value);
  return { code, path, message: `${code}: field=${path === "" ? "intent" : path}, value=${shown}` };
}
