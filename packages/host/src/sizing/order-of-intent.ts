import type { InstantMs, Listing, OrderTerms, PlaceOrder, PortfolioId, ProtectionPlan, Side } from "@bulkhead/core";
import {
  AmountOutOfRange,
  absolute,
  add,
  isEqual,
  isNegative,
  isPositive,
  isZero,
  least,
  type Money,
  nearest,
  negate,
  ONE,
  type Price,
  type Quantity,
  RATIO_SCALE,
  type Ratio,
  subtract,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { EnterIntent, ExitIntent, Intent, TargetIntent } from "@bulkhead/strategies";
import type { SkipReason } from "../counters.ts";
import { type Basis, unitsOfPortion, unitsOfSize, unitsOfText, unitsOfWeight } from "./amounts.ts";
import { planOf, priceOnTick, stopPrice } from "./plan.ts";

/** What an order is made from besides the intent. All of it is in the command afterwards, or follows from the journal. */
export type Situation = Readonly<{
  portfolio: PortfolioId;
  /** Name of the strategy, and the principal that the order is placed by. */
  strategy: string;
  by: string;
  listing: Listing;
  at: InstantMs;
  /** Close of the last closed bar of the instrument and its instant; null before the first. */
  quote: Price | null;
  quoteAt: InstantMs;
  /** Signed units held, and signed units that working orders will still add; protective exits aside. */
  held: Quantity;
  coming: Quantity;
  /** Units of what is held that working orders will close; never negative. */
  closing: Quantity;
  /** Equity of the portfolio in the quote currency; undefined where its rate is missing. */
  equity: () => Money | undefined;
}>;

/**
 * The order that an intent comes to, sized from the quote and the portfolio's figures and rounded down to the size
 * increment; or why there is nothing to do. Strategies' orders may be reduced by the gate.
 */
export function orderOf(intent: Intent, situation: Situation): PlaceOrder | SkipReason {
  try {
    switch (intent.type) {
      case "enter":
        return enter(intent, situation);
      case "exit":
        return exit(intent, situation);
      case "target":
        return target(intent, situation);
    }
  } catch (error) {
    if (error instanceof AmountOutOfRange) return "out_of_range"; // A size beyond what is kept exactly is nobody's order.
    throw error;
  }
}

/** Opens or adds; against a position of the other direction that no order is closing yet, it also closes that one. */
function enter(intent: EnterIntent, situation: Situation): PlaceOrder | SkipReason {
  const { listing, quote } = situation;
  const long = intent.direction === "long";
  const limit = intent.limit === undefined ? null : priceOnTick(intent.limit, listing);
  if (limit === undefined) return "limit_not_a_price";
  const price = limit ?? quote;
  if (price === null) return "quote_missing";
  const plan = planOf(intent, listing);
  const stop = plan === undefined ? undefined : stopPrice(plan, price, long);
  if (plan === undefined || stop === undefined) return "stop_not_protective";
  const units = unitsOfSize(intent.size, { listing, price, equity: () => situation.equity() }, stop);
  if (typeof units === "string") return units;
  if (isZero(units)) return "size_zero";
  const ahead = add(situation.held, situation.coming);
  const against = long ? isNegative(ahead) : isPositive(ahead);
  const quantity = against ? add(units, absolute(ahead)) : units;
  // Behind orders that close all, an entry of the same size looks like one of them again, and is none.
  const allowDuplicate = !isZero(situation.held) && isZero(ahead);
  const confidence = intent.confidence === 1 ? ONE : (nearest<Ratio>(intent.confidence, RATIO_SCALE) ?? null);
  return command(situation, intent.why, {
    side: long ? "buy" : "sell",
    quantity,
    limit,
    reduceOnly: false,
    allowDuplicate,
    protect: plan,
    confidence,
  });
}

/** Closes a portion of what is held, but not what orders are closing already. */
function exit(intent: ExitIntent, situation: Situation): PlaceOrder | SkipReason {
  const { held, listing } = situation;
  if (isZero(held)) return "flat";
  const portion = unitsOfPortion(held, intent.portion, listing);
  if (typeof portion === "string") return portion;
  const left = subtract(absolute(held), situation.closing);
  const quantity = least(portion, left);
  if (!isPositive(left)) return "already_closing";
  if (isZero(quantity)) return "size_zero";
  return command(situation, intent.why, { side: closing(held), quantity, limit: null, reduceOnly: true, protect: null, confidence: null });
}

/** The difference between what is wanted and what is held or already coming. */
function target(intent: TargetIntent, situation: Situation): PlaceOrder | SkipReason {
  const { held, coming, listing, quote } = situation;
  if (quote === null) return "quote_missing";
  const basis: Basis = { listing, price: quote, equity: () => situation.equity() };
  const wanted =
    intent.weight !== undefined
      ? unitsOfWeight(intent.weight, basis)
      : intent.quantity !== undefined
        ? unitsOfText(intent.quantity, listing)
        : "size_zero";
  if (typeof wanted === "string") return wanted;
  const signed = intent.direction === "short" ? negate(wanted) : wanted;
  const difference = subtract(signed, add(held, coming));
  if (isZero(difference)) return isZero(held) && isZero(signed) ? "flat" : "on_target";
  const side: Side = isPositive(difference) ? "buy" : "sell";
  const quantity = absolute(difference);
  const shrinks = isEqual(coming, ZERO_QUANTITY) && side === closing(held) && !isZero(held) && !crosses(held, signed);
  return command(situation, intent.why, { side, quantity, limit: null, reduceOnly: shrinks, protect: null, confidence: null });
}

const closing = (held: Quantity): Side => (isPositive(held) ? "sell" : "buy");
const crosses = (held: Quantity, wanted: Quantity): boolean => !isZero(wanted) && isPositive(held) !== isPositive(wanted);

type Wish = Readonly<{
  side: Side;
  quantity: Quantity;
  limit: Price | null;
  reduceOnly: boolean;
  allowDuplicate?: boolean;
  protect: ProtectionPlan | null;
  confidence: Ratio | null;
}>;

function command(situation: Situation, why: string, wish: Wish): PlaceOrder {
  const terms: OrderTerms = {
    instrument: situation.listing.instrument.id,
    side: wish.side,
    quantity: wish.quantity,
    orderType: wish.limit === null ? "market" : "limit",
    limit: wish.limit,
    stop: null,
    timeInForce: wish.limit === null ? "gtc" : "day",
    expiresAt: null,
  };
  return {
    type: "PlaceOrder",
    at: situation.at,
    by: situation.by,
    portfolio: situation.portfolio,
    terms,
    origin: "strategy",
    sizing: "reduce",
    reduceOnly: wish.reduceOnly,
    allowDuplicate: wish.allowDuplicate ?? false,
    protect: wish.protect,
    lots: [],
    quote: situation.quote,
    quoteAt: situation.quoteAt,
    marketOpen: true,
    strategy: situation.strategy,
    confidence: wish.confidence,
    why,
    intentId: "",
  };
}
