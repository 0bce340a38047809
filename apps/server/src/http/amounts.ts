import type { Listing } from "@bulkhead/core";
import {
  type AmountProblem,
  type Money,
  type Parsed,
  type Price,
  parseMoney,
  parsePrice,
  parseQuantity,
  parseRatio,
  type Quantity,
  type Ratio,
} from "@bulkhead/money";
import { HttpFailure } from "./failure.ts";

// Amounts come as text and are exact or refused by name: nothing is ever rounded on the way in.

export const moneyOf = (field: string, text: string, scale: number): Money => exactly(field, parseMoney(text, scale), scale);
export const priceOf = (field: string, text: string, listing: Listing): Price =>
  exactly(field, parsePrice(text, listing.instrument.priceScale), listing.instrument.priceScale);
export const quantityOf = (field: string, text: string, listing: Listing): Quantity =>
  exactly(field, parseQuantity(text, listing.base.scale), listing.base.scale);
export const ratioOf = (field: string, text: string): Ratio => exactly(field, parseRatio(text), 9);

function exactly<T>(field: string, parsed: Parsed<T>, places: number): T {
  if (parsed.ok) return parsed.value;
  throw problemOf(field, parsed.problem, places);
}

function problemOf(field: string, problem: AmountProblem, places: number): HttpFailure {
  switch (problem) {
    case "TOO_MANY_DIGITS":
      return new HttpFailure(422, "AMOUNT_TOO_FINE", { field, places });
    case "OUT_OF_RANGE":
      return new HttpFailure(422, "AMOUNT_OUT_OF_RANGE", { field });
    case "NOT_A_DECIMAL":
      return new HttpFailure(400, "REQUEST_INVALID", { field, problem: "not a decimal number" });
  }
}
