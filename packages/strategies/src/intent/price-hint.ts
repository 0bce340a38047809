import { nearest, type Price, parsePrice, type Scale } from "@bulkhead/money";
import type { PriceHint } from "./intent.ts";

/** The exact price nearest to a hint at an instrument's price scale; undefined where it is no price of that scale's range. */
export function priceOfHint(hint: PriceHint, scale: Scale): Price | undefined {
  if (typeof hint === "number") return nearest<Price>(hint, scale);
  const parsed = parsePrice(hint, scale, "half-even");
  return parsed.ok ? parsed.value : undefined;
}
