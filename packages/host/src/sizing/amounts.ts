import type { Listing } from "@bulkhead/core";
import {
  isNegative,
  isPositive,
  type Money,
  multiply,
  type Price,
  parseMoney,
  parseQuantity,
  type Quantity,
  quantityFor,
  quantityOfUnits,
  type Ratio,
  roundToStep,
  subtract,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import { type DecimalText, type PercentText, ratioOfPercent, type Size } from "@bulkhead/strategies";
import type { SkipReason } from "../counters.ts";

/** What sizes are worked out from: equity in the quote currency, asked for only where the size needs it. */
export type Basis = Readonly<{ listing: Listing; price: Price; equity: () => Money | undefined }>;

/** Units of a size, positive, rounded down to the size increment; or why there are none. `stop` is the price where a loss ends. */
export function unitsOfSize(size: Size, basis: Basis, stop: Price | null): Quantity | SkipReason {
  switch (size.kind) {
    case "units":
      return roundDown(quantityOfText(size.quantity, basis.listing.base.scale), basis.listing);
    case "cash":
      return affordable(cashOfText(size.cash, basis.listing.quote.scale), basis.price, basis.listing);
    case "percent":
      return affordable(shareOfEquity(size.percent, basis), basis.price, basis.listing);
    case "risk":
      return atRisk(shareOfEquity(size.percent, basis), basis, stop);
  }
}

/** Units worth a share of equity, positive and rounded down. */
export function unitsOfWeight(weight: PercentText, basis: Basis): Quantity | SkipReason {
  return affordable(shareOfEquity(weight, basis), basis.price, basis.listing);
}

/** Exact units of decimal text, rounded down to the size increment. */
export function unitsOfText(text: DecimalText, listing: Listing): Quantity | SkipReason {
  return roundDown(quantityOfText(text, listing.base.scale), listing);
}

/** The part of a position to close, positive. All of it is all of it. */
export function unitsOfPortion(held: Quantity, portion: PercentText, listing: Listing): Quantity | SkipReason {
  const ratio = ratioOfPercent(portion);
  if (ratio === undefined) return "out_of_range";
  const units = isNegative(held) ? subtract(ZERO_QUANTITY, held) : held;
  return roundDown(multiply(units, ratio, "down"), listing);
}

/** Equity × share ÷ the distance between entry and stop. */
function atRisk(money: Money | SkipReason, basis: Basis, stop: Price | null): Quantity | SkipReason {
  if (stop === null) return "stop_not_protective";
  const distance = subtract(basis.price, stop);
  return affordable(money, isNegative(distance) ? subtract(stop, basis.price) : distance, basis.listing);
}

function shareOfEquity(percent: PercentText, basis: Basis): Money | SkipReason {
  const equity = basis.equity();
  const ratio: Ratio | undefined = ratioOfPercent(percent);
  if (equity === undefined) return "rate_missing";
  return ratio === undefined ? "out_of_range" : multiply(equity, ratio, "down");
}

function affordable(money: Money | SkipReason | undefined, price: Price, listing: Listing): Quantity | SkipReason {
  if (money === undefined) return "out_of_range";
  if (typeof money === "string") return money;
  return quantityFor(money, price, listing.terms, listing.instrument.sizeIncrement);
}

function roundDown(units: Quantity | undefined, listing: Listing): Quantity | SkipReason {
  if (units === undefined) return "out_of_range";
  return isPositive(units) ? roundToStep(units, listing.instrument.sizeIncrement, "down") : quantityOfUnits(0);
}

const KNOWN_MAX = 4_096;
const knownQuantities = new Map<string, Quantity>();
let knownScale = -1;

/** Parsed once per text: a strategy says the same few sizes on every order. */
function quantityOfText(text: string, scale: number): Quantity | undefined {
  if (scale !== knownScale || knownQuantities.size >= KNOWN_MAX) {
    knownQuantities.clear();
    knownScale = scale;
  }
  const known = knownQuantities.get(text);
  if (known !== undefined) return known;
  const parsed = parseQuantity(text, scale, "down");
  if (!parsed.ok) return undefined;
  knownQuantities.set(text, parsed.value);
  return parsed.value;
}

function cashOfText(text: string, scale: number): Money | undefined {
  const parsed = parseMoney(text, scale, "down");
  return parsed.ok ? parsed.value : undefined;
}
