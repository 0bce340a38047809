import type { Price, Quantity } from "@bulkhead/money";
import { absolute, add, averagePrice, isPositive, isZero, signOf, ZERO_MONEY } from "@bulkhead/money";
import type { InstantMs } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { OrderOrigin } from "../order/order.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { armProtection, isRatchet } from "../protection/protection.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { CommandOf, PlaceOrder } from "./commands.ts";
import type { Event } from "./events.ts";
import { placeOrders } from "./place-order.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

/** Sets or takes away the exits of a position; levels are measured from its average entry price. */
export function setProtection(state: StateView, command: CommandOf<"SetProtection">): Step {
  const portfolio = state.portfolios.get(command.portfolio);
  const listing = state.listings.get(command.instrument);
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.portfolio });
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: command.instrument });
  if (command.plan === null) {
    if (!portfolio.protections.has(command.instrument))
      return refuse("PROTECTION_UNKNOWN", { portfolio: command.portfolio, instrument: command.instrument });
    return done([
      { type: "ProtectionEnded", portfolio: command.portfolio, instrument: command.instrument, reason: `removed by ${command.by}` },
    ]);
  }
  const holding = portfolio.holdings.get(listing.base.id);
  if (holding === undefined) return refuse("POSITION_FLAT", { portfolio: command.portfolio, instrument: command.instrument });
  const cost = holding.lots.reduce((sum, lot) => add(sum, lot.cost), ZERO_MONEY);
  const entry = averagePrice(cost, holding.quantity, listing.terms);
  const direction = signOf(holding.quantity) > 0 ? "long" : "short";
  const protection = armProtection(command.plan, {
    portfolio: command.portfolio,
    instrument: command.instrument,
    direction,
    entry,
    at: command.at,
  });
  return protection === undefined
    ? refuse("PROTECTION_INVALID", { instrument: command.instrument })
    : done([{ type: "ProtectionArmed", protection }]);
}

/** Moves the reference of a trailing stop; a worse price changes nothing. */
export function ratchetProtection(state: StateView, command: CommandOf<"RatchetProtection">): Step {
  const protection = state.portfolios.get(command.portfolio)?.protections.get(command.instrument);
  if (protection === undefined) return refuse("PROTECTION_UNKNOWN", { portfolio: command.portfolio, instrument: command.instrument });
  if (!isPositive(command.reference)) return refuse("PRICE_NOT_POSITIVE", { field: "reference" });
  if (!isRatchet(protection, command.reference)) return NOTHING;
  const { portfolio, instrument, reference } = command;
  return done([{ type: "ProtectionRatcheted", portfolio, instrument, reference }]);
}

/** An exit was reached: the position is closed at market; the position is flat then, which ends the other exits (one cancels other). */
export function triggerProtection(state: StateView, command: CommandOf<"TriggerProtection">): Step {
  const portfolio = state.portfolios.get(command.portfolio);
  const listing = state.listings.get(command.instrument);
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.portfolio });
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: command.instrument });
  if (!portfolio.protections.has(command.instrument))
    return refuse("PROTECTION_UNKNOWN", { portfolio: command.portfolio, instrument: command.instrument });
  if (!isPositive(command.price)) return refuse("PRICE_NOT_POSITIVE", { field: "price" });
  const { instrument, leg, price } = command;
  const events: Event[] = [{ type: "ProtectionTriggered", portfolio: command.portfolio, instrument, leg, price }];
  const exit = exitOrder(portfolio, listing, { at: command.at, origin: "protection", quote: price, why: leg });
  if (exit === undefined)
    return done([...events, { type: "ProtectionEnded", portfolio: command.portfolio, instrument, reason: "position_closed" }]);
  const placed = placeOrders(state, [exit], price);
  return placed.ok ? done([...events, ...placed.events], placed.effects) : placed;
}

type Exit = Readonly<{ at: InstantMs; origin: OrderOrigin; quote: Price | null; why: string }>;

/** The market order that closes a whole position; undefined where there is none. */
export function exitOrder(portfolio: View<Portfolio>, listing: Listing, exit: Exit): PlaceOrder | undefined {
  const held: Quantity | undefined = portfolio.holdings.get(listing.base.id)?.quantity;
  if (held === undefined || isZero(held)) return undefined;
  return {
    type: "PlaceOrder",
    at: exit.at,
    by: "engine",
    portfolio: portfolio.id,
    terms: {
      instrument: listing.instrument.id,
      side: signOf(held) > 0 ? "sell" : "buy",
      quantity: absolute(held),
      orderType: "market",
      limit: null,
      stop: null,
      timeInForce: "gtc",
      expiresAt: null,
    },
    origin: exit.origin,
    sizing: "reduce",
    reduceOnly: true,
    allowDuplicate: true,
    protect: null,
    lots: [],
    quote: exit.quote,
    quoteAt: exit.at,
    marketOpen: true,
    strategy: "",
    confidence: null,
    why: exit.why,
    intentId: "",
  };
}
