import { readDecimal } from "../decimal.ts";
import { MESSAGE_NAMES } from "../wire/answers.ts";
import { REQUEST_NAMES } from "../wire/requests.ts";
import { FAULT_NAMES, type Fault, type FaultName } from "./fault.ts";

/** What cannot be a fault, with what is wrong with it. */
export class FaultInvalid extends Error {
  override readonly name = "FaultInvalid";
  readonly code = "FAULT_INVALID";
  readonly reason: string;
  constructor(reason: string) {
    super(`FAULT_INVALID: reason=${reason}`);
    this.reason = reason;
  }
}

type Kind = "message" | "request" | "integer" | "text" | "decimal" | "decimals" | "commission" | "times";

/** What each fault needs first, and may have. */
const SHAPES: Readonly<Record<FaultName, Readonly<{ needs?: Shape; may?: Shape }>>> = {
  lose: { needs: { message: "message" } },
  duplicate: { needs: { message: "message" } },
  delay: { needs: { message: "message", byMs: "integer" } },
  "drop-before": { needs: { message: "message" } },
  "drop-after": { needs: { message: "message" } },
  "lose-request": { needs: { request: "request" } },
  "drop-unread": { needs: { request: "request" } },
  "drop-unanswered": { needs: { request: "request" } },
  "half-open": { needs: { request: "request" } },
  reject: { needs: { code: "integer" }, may: { text: "text", rejectJson: "text" } },
  warn: { may: { code: "integer", text: "text" } },
  "reject-cancel": { may: { code: "integer" } },
  "ignore-cancel": {},
  "fill-before-cancel": {},
  "permanent-id-late": {},
  "status-first": {},
  commission: { needs: { as: "commission" }, may: { byMs: "integer", first: "decimal" } },
  correct: { may: { price: "decimal", quantity: "decimal", afterMs: "integer" } },
  bust: { may: { afterMs: "integer" } },
  partial: { needs: { quantities: "decimals" } },
  "client-id-in-use": {},
  "competing-session": {},
  "rate-limit": { may: { request: "request" } },
};
type Shape = Readonly<Record<string, Kind>>;

const OCCASION: Shape = { reference: "text", symbol: "text", client: "integer", nth: "integer", times: "times" };
const COMMISSIONS = ["late", "never", "minus-one", "unset", "revised"];

/** Reads `lose:execDetails`, `reject:201`, `partial:30+20`, `delay:message=orderStatus,byMs=500,nth=2`, or JSON. Throws `FaultInvalid`. */
export function readFault(text: string): Fault {
  if (text.trimStart().startsWith("{")) return faultOf(parseJson(text));
  const [, name = "", rest = ""] = /^([a-z-]+)(?::(.*))?$/s.exec(text.trim()) ?? [];
  const first = Object.keys(SHAPES[name as FaultName]?.needs ?? {})[0];
  const pairs = rest === "" ? [] : rest.split(",").map((pair, index) => pairOf(pair, index === 0 ? first : undefined));
  return faultOf({ fault: name, ...Object.fromEntries(pairs) });
}

/** A fault from what a script or the control port says. Throws `FaultInvalid`. */
export function faultOf(said: Readonly<Record<string, unknown>>): Fault {
  const { fault: name } = said;
  if (!isName(name)) throw new FaultInvalid(`${JSON.stringify(name)} is none of ${FAULT_NAMES.join(", ")}`);
  const { needs = {}, may = {} } = SHAPES[name];
  const shape = { ...needs, ...may, ...OCCASION };
  const missing = Object.keys(needs).find((key) => said[key] === undefined);
  if (missing !== undefined) throw new FaultInvalid(`${name} needs ${missing}`);
  const values = Object.entries(said).filter(([key]) => key !== "fault");
  const unknown = values.find(([key]) => shape[key] === undefined)?.[0];
  if (unknown !== undefined) throw new FaultInvalid(`${name} knows no ${unknown}; it knows ${Object.keys(shape).join(", ")}`);
  const read = values.map(([key, value]) => [key, valueOf(`${name}.${key}`, shape[key] ?? "text", value)]);
  return { fault: name, ...Object.fromEntries(read) } as Fault; // Each key was read as its shape says.
}

const isName = (name: unknown): name is FaultName => FAULT_NAMES.some((one) => one === name);

function pairOf(pair: string, first: string | undefined): readonly [string, string] {
  const at = pair.indexOf("=");
  if (at >= 0) return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  if (first === undefined) throw new FaultInvalid(`${JSON.stringify(pair)} is no key=value`);
  return [first, pair.trim()];
}

function valueOf(where: string, kind: Kind, value: unknown): unknown {
  const texts: readonly unknown[] = Array.isArray(value) ? value : String(value).split("+");
  const text = String(value);
  const one = (all: readonly string[]): string => {
    if (all.includes(text)) return text;
    throw new FaultInvalid(`${where} is ${JSON.stringify(text)}, and none of ${all.join(", ")}`);
  };
  const decimalText = (said: unknown): string => {
    if (readDecimal(String(said)) !== undefined) return String(said);
    throw new FaultInvalid(`${where} is ${JSON.stringify(said)}, no number`);
  };
  switch (kind) {
    case "message":
      return one(MESSAGE_NAMES);
    case "request":
      return one(REQUEST_NAMES);
    case "commission":
      return one(COMMISSIONS);
    case "decimal":
      return decimalText(value);
    case "decimals":
      return texts.map(decimalText);
    case "times":
    case "integer":
      if (kind === "times" && text === "always") return text;
      if (!/^-?\d{1,9}$/.test(text)) throw new FaultInvalid(`${where} is ${JSON.stringify(value)}, no whole number`);
      return Number(text);
    case "text":
      return text;
  }
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, as everything else that is no object.
  }
  throw new FaultInvalid(`${text} is no JSON object`);
}
