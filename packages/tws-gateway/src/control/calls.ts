import type { Fault } from "../faults/fault.ts";
import { faultOf } from "../faults/read-fault.ts";
import type { Control } from "./control.ts";

/** What somebody at the control port asks that cannot be done. */
export class CallInvalid extends Error {
  override readonly name = "CallInvalid";
  readonly code = "CALL_INVALID";
}

type Kind = "text" | "text?" | "flag" | "flag?" | "number" | "number?" | "record" | "texts" | "records";

/** What each method of the control is given, in order. */
const CALLS: Readonly<Record<keyof Control, readonly Kind[]>> = {
  quote: ["text", "record"],
  bars: ["text", "records"],
  manual: ["text", "flag?"],
  fill: ["record", "record"],
  trade: ["record"],
  place: ["record"],
  cancel: ["record"],
  correct: ["text", "record"],
  bust: ["text"],
  cash: ["text", "text", "text"],
  split: ["text", "text"],
  contract: ["text", "record"],
  hold: ["text", "text", "text"],
  rate: ["text", "text"],
  fault: ["record"],
  clearFaults: [],
  loseBroker: [],
  regainBroker: ["text"],
  disconnect: ["number?"],
  freeze: ["number?"],
  reset: ["number?"],
  announce: ["texts"],
  readOnly: ["flag"],
  rights: ["text", "text?"],
  endDay: [],
  notice: ["number", "text"],
  truth: [],
};

/** Does what one line of the control port asks: `{"do": "quote", "with": ["AAPL", {"bid": "200"}]}`. Throws with the reason. */
export function call(control: Control, line: string): unknown {
  const { do: name, with: given = [] } = read(line);
  const kinds = typeof name === "string" && Object.hasOwn(CALLS, name) ? CALLS[name as keyof Control] : undefined;
  if (kinds === undefined) throw new CallInvalid(`CALL_INVALID: do=${JSON.stringify(name)}, one of=${Object.keys(CALLS).join(" ")}`);
  if (!Array.isArray(given) || given.length > kinds.length) throw new CallInvalid(`CALL_INVALID: ${name}(${kinds.join(", ")})`);
  for (const [index, kind] of kinds.entries()) {
    if (!isKind(kind, given[index])) throw new CallInvalid(`CALL_INVALID: ${name}(${kinds.join(", ")}), argument=${index + 1}`);
  }
  const checked: unknown[] = name === "fault" ? [faultOf(given[0] as Readonly<Record<string, unknown>>) satisfies Fault] : given;
  const method = control[name as keyof Control] as (...args: unknown[]) => unknown; // Its arguments were checked against the table.
  return method(...checked) ?? null;
}

function read(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (isRecord(value)) return value;
  } catch {
    // Said below, as everything else that is no object.
  }
  throw new CallInvalid("CALL_INVALID: a line is a JSON object with `do` and `with`");
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function isKind(kind: Kind, value: unknown): boolean {
  if (kind.endsWith("?") && (value === undefined || value === null)) return true;
  switch (kind) {
    case "text":
    case "text?":
      return typeof value === "string";
    case "flag":
    case "flag?":
      return typeof value === "boolean";
    case "number":
    case "number?":
      return typeof value === "number" && Number.isFinite(value);
    case "record":
      return isRecord(value);
    case "texts":
      return Array.isArray(value) && value.every((one) => typeof one === "string");
    case "records":
      return Array.isArray(value) && value.every(isRecord);
  }
}
