import { isPositive, type Money, type Price, parseMoney, parsePrice, parseQuantity, type Quantity, type Scale } from "@bulkhead/money";
import type { InstantMs } from "../brand.ts";
import type { Instrument, Listing } from "./instrument.ts";

/** What a venue says of an instrument of the books (M8). All text, as the venue writes it; empty where it says nothing. */
export type VenueContract = Readonly<{
  /** The venue's own key: a contract id, a market's id. */
  venueKey: string;
  symbol: string;
  exchange: string;
  currency: string;
  multiplier: string;
  tick: string;
  increment: string;
  /** Smallest order and smallest order value. */
  quantityMin: string;
  notionalMin: string;
  /** Last day of what ends. */
  expiry: string;
}>;

/** The contract behind an instrument, as the books go by it. */
export type Contract = Readonly<{
  /** What the venue said and the books took; null: nothing yet that could be taken. */
  told: VenueContract | null;
  /** Of the instrument's definition, from 1: each that was in force has its own. */
  version: number;
  /** What the venue says now and a person has to accept; null: nothing. */
  doubt: ContractDoubt | null;
}>;

/** `told` null: the venue has it no more. */
export type ContractDoubt = Readonly<{ told: VenueContract | null; says: string; since: InstantMs }>;

/** What a venue says otherwise, sorted by what it means for orders and books. */
export type ContractChange = Readonly<{
  /** What makes another thing of the contract; each stops entries until a person accepts it. */
  dangers: readonly string[];
  /** What the books follow: "tick 0.01, now 0.05". */
  harmless: readonly string[];
  /** The definition with everything harmless in it. */
  instrument: Instrument;
}>;

type Field = keyof VenueContract;
/** What a fill is worth, and of what: another one is another contract under an old name. */
const DANGERS: readonly Field[] = ["venueKey", "currency", "multiplier", "expiry"];
const WORDS: Readonly<Record<Field, string>> = {
  venueKey: "contract id",
  symbol: "symbol",
  exchange: "exchange",
  currency: "currency",
  multiplier: "multiplier",
  tick: "tick",
  increment: "smallest step",
  quantityMin: "smallest quantity",
  notionalMin: "smallest value",
  expiry: "last day",
};

/** Compares what a venue says with what it said before; at first sight with the books' own terms, where only dangers count (INST-2 … INST-5). */
export function contractChange({ instrument, quote, base }: Listing, before: VenueContract | null, now: VenueContract): ContractChange {
  const differing = (fields: readonly Field[]): readonly Field[] =>
    fields.filter((field) => isOther(field, before?.[field] ?? "", now[field]));
  const says = (field: Field): string => `${WORDS[field]} ${before?.[field] || "none"}, now ${now[field] || "none"}`;
  if (before === null) {
    const dangers = [
      ...(now.currency !== "" && now.currency !== quote.id ? [`currency ${quote.id}, at the venue ${now.currency}`] : []),
      ...(now.multiplier !== "" && !isWorth(now.multiplier, instrument) ? [`another multiplier than the venue's ${now.multiplier}`] : []),
    ];
    return { dangers, harmless: [], instrument };
  }
  const harmless = differing(["symbol", "exchange", "tick", "increment", "quantityMin", "notionalMin"]);
  const followed = followedTerms(instrument, base.scale, quote.scale, now, new Set(harmless));
  return { dangers: differing(DANGERS).map(says), harmless: harmless.map(says), instrument: followed };
}

/** Whether a venue says something now that it did not say before, and that changes nothing. */
export const learnsFrom = (before: VenueContract, now: VenueContract): boolean =>
  (Object.keys(WORDS) as Field[]).some((field) => before[field] === "" && now[field] !== "");

/** The definition as it becomes when a person accepts what the venue says: with its multiplier and its currency. Undefined where that cannot be kept exactly. */
export function acceptedTerms(listing: Listing, now: VenueContract, quote: Listing["quote"]): Instrument | undefined {
  const { instrument, base } = listing;
  const worth = now.multiplier === "" ? { units: instrument.multiplierUnits, scale: instrument.multiplierScale } : worthOf(now.multiplier);
  if (worth === undefined) return undefined;
  const all = new Set<Field>(["tick", "increment", "quantityMin", "notionalMin"]);
  const followed = followedTerms(instrument, base.scale, quote.scale, now, all);
  return { ...followed, quote: quote.id, multiplierUnits: worth.units, multiplierScale: worth.scale };
}

/** Steps and minimums as the venue has them now; what is finer than the books' scales stays as it was: scales never change. */
function followedTerms(
  instrument: Instrument,
  quantityScale: Scale,
  moneyScale: Scale,
  now: VenueContract,
  fields: ReadonlySet<Field>,
): Instrument {
  const tickSize = fields.has("tick") ? priceOf(now.tick, instrument.priceScale) : undefined;
  const increment = fields.has("increment") ? quantityOf(now.increment, quantityScale) : undefined;
  const quantityMin = fields.has("quantityMin") ? quantityOf(now.quantityMin || "0", quantityScale) : undefined;
  const notionalMin = fields.has("notionalMin") ? moneyOf(now.notionalMin || "0", moneyScale) : undefined;
  return {
    ...instrument,
    tickSize: tickSize !== undefined && isPositive(tickSize) ? tickSize : instrument.tickSize,
    sizeIncrement: increment !== undefined && isPositive(increment) ? increment : instrument.sizeIncrement,
    quantityMin: quantityMin ?? instrument.quantityMin,
    notionalMin: notionalMin ?? instrument.notionalMin,
  };
}

function priceOf(text: string, scale: Scale): Price | undefined {
  const parsed = parsePrice(text, scale);
  return parsed.ok ? parsed.value : undefined;
}
/** A minimum or a step finer than what is kept is rounded up: less would be refused. */
function quantityOf(text: string, scale: Scale): Quantity | undefined {
  const parsed = parseQuantity(text, scale, "up");
  return parsed.ok ? parsed.value : undefined;
}
function moneyOf(text: string, scale: Scale): Money | undefined {
  const parsed = parseMoney(text, scale, "up");
  return parsed.ok ? parsed.value : undefined;
}

const NUMBERS: ReadonlySet<Field> = new Set(["multiplier", "tick", "increment", "quantityMin", "notionalMin"]);

/** Numbers are compared by what they are worth: 0.010 is 0.01. A venue that leaves a field out now has changed nothing by it. */
function isOther(field: Field, before: string, now: string): boolean {
  if (before === now || now === "") return false;
  // What was not said before is learned, not changed.
  if (before === "") return NUMBERS.has(field) && field !== "multiplier" && plainNumber(now) !== "0";
  return !NUMBERS.has(field) || plainNumber(before) !== plainNumber(now);
}

const PLAIN = /^\d+(\.\d+)?$/;
/** A decimal without zeros that say nothing; any other text as it is. */
function plainNumber(text: string): string {
  if (!PLAIN.test(text)) return text;
  const short = text.replace(/^0+(?=\d)/, "");
  return short.includes(".") ? short.replace(/0+$/, "").replace(/\.$/, "") : short;
}

/** Currency per point and contract, exactly: at most nine places. */
function worthOf(text: string): Readonly<{ units: number; scale: Scale }> | undefined {
  const plain = plainNumber(text);
  if (!PLAIN.test(plain)) return undefined;
  const point = plain.indexOf(".");
  const scale = point === -1 ? 0 : plain.length - point - 1;
  const units = Number(plain.replace(".", ""));
  return scale <= 9 && Number.isSafeInteger(units) && units > 0 ? { units, scale } : undefined;
}

function isWorth(text: string, { multiplierUnits, multiplierScale }: Instrument): boolean {
  const told = worthOf(text);
  if (told === undefined) return false;
  const [a, b] = [BigInt(told.units) * 10n ** BigInt(multiplierScale), BigInt(multiplierUnits) * 10n ** BigInt(told.scale)];
  return a === b;
}
