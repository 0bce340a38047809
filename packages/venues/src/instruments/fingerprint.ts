import type { InstrumentId } from "@bulkhead/core";

/** What must not change behind our back about a contract (M8). All text, as the venue writes it. */
export type Fingerprint = Readonly<{
  instrument: InstrumentId;
  /** The venue's own key: a contract id, a market id. */
  venueKey: string;
  symbol: string;
  exchange: string;
  currency: string;
  multiplier: string;
  tick: string;
  increment: string;
}>;

/** What a venue says otherwise than before, and what is to be done about it. */
export type ContractChange = Readonly<{
  instrument: InstrumentId;
  field: ChangingField | "listed";
  before: string;
  now: string;
  /** `renamed`: the id stays, only the name is another. `finer`: orders on the old tick are still good. `stop`: no new orders until a person has acted. */
  severity: "renamed" | "finer" | "stop";
  /** For people: what happened and what to do. */
  says: string;
}>;

type ChangingField = Exclude<keyof Fingerprint, "instrument">;

const FIELDS: readonly ChangingField[] = ["venueKey", "symbol", "exchange", "currency", "multiplier", "tick", "increment"];

/** Compares what was kept with what a venue says now, in the order of what was kept; `null` now: the venue has it no more (B25). */
export function contractChanges(
  kept: readonly Fingerprint[],
  now: (instrument: InstrumentId) => Fingerprint | null,
): readonly ContractChange[] {
  return kept.flatMap((before) => {
    const present = now(before.instrument);
    if (present === null) return [delisted(before)];
    return FIELDS.filter((field) => !isSame(field, before[field], present[field])).map((field) => changeOf(before, present, field));
  });
}

function delisted({ instrument, venueKey }: Fingerprint): ContractChange {
  const says = `${instrument}: the venue does not have it any more. Working orders are gone there; what is held stays in the books until the venue tells of a conversion, a redemption or nothing at all.`;
  return { instrument, field: "listed", before: venueKey, now: "", severity: "stop", says };
}

function changeOf(kept: Fingerprint, present: Fingerprint, field: ChangingField): ContractChange {
  const { instrument } = kept;
  const [before, now] = [kept[field], present[field]];
  const isFiner = (field === "tick" || field === "increment") && Number(now) > 0 && isWholeMultiple(before, now);
  const severity = isFiner ? "finer" : field === "symbol" || field === "exchange" ? "renamed" : "stop";
  return { instrument, field, before, now, severity, says: `${instrument}: ${WORDS[field]} was ${before}, is ${now}. ${TO_DO[severity]}` };
}

const WORDS: Readonly<Record<ChangingField, string>> = {
  venueKey: "the venue's contract id",
  symbol: "the symbol",
  exchange: "the exchange",
  currency: "the currency",
  multiplier: "the multiplier",
  tick: "the tick",
  increment: "the smallest quantity step",
};

const TO_DO: Readonly<Record<ContractChange["severity"], string>> = {
  renamed: "The id stays; nothing is to be done.",
  finer: "Orders go on at the old step, which the new one divides; a new instrument id is needed to use the finer one.",
  stop: "No new orders in it: check the contract, then define it anew under another id and move what is held there (ConvertPosition).",
};

/** Numbers are compared by what they are worth: 0.010 is 0.01. */
function isSame(field: ChangingField, before: string, now: string): boolean {
  if (field !== "multiplier" && field !== "tick" && field !== "increment") return before === now;
  return before === now || (plain(before) === plain(now) && plain(before) !== undefined);
}

const plain = (text: string): string | undefined =>
  /^\d+(\.\d+)?$/.test(text)
    ? text
        .replace(/^0+(?=\d)/, "")
        .replace(/(\.\d*?)0+$/, "$1")
        .replace(/\.$/, "")
    : undefined;

/** Whether a step is a whole number of another, by digits: no float decides. */
function isWholeMultiple(of: string, step: string): boolean {
  const [a, b] = [plain(of), plain(step)];
  if (a === undefined || b === undefined) return false;
  const places = Math.max(placesOf(a), placesOf(b));
  const [whole, part] = [scaled(a, places), scaled(b, places)];
  return part > 0n && whole % part === 0n;
}

const placesOf = (text: string): number => (text.includes(".") ? text.length - text.indexOf(".") - 1 : 0);
const scaled = (text: string, places: number): bigint => BigInt(text.replace(".", "") + "0".repeat(places - placesOf(text)));
