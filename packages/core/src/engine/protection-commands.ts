import { averagePrice, isMore, isPositive, isZero, roundToStep, signOf, ZERO_MONEY } from "@bulkhead/money";
import type { Listing } from "../instrument/instrument.ts";
import type { ProtectionPlan } from "../order/order.ts";
import { costOf } from "../portfolio/nav.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { Effect } from "../ports.ts";
import { nightAfter } from "../protection/overnight.ts";
import { armProtection, isProtective, isRatchet, keepReference, type Protection, type ProtectionLeg } from "../protection/protection.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { CommandOf } from "./commands.ts";
import type { Event } from "./events.ts";
import { competingOrders, exitOrder, freeToExit, placeExits } from "./exits.ts";
import { requestCancel } from "./order-commands.ts";
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
  const direction = signOf(holding.quantity) > 0 ? "long" : "short";
  const protection = armProtection(command.plan, {
    portfolio: command.portfolio,
    instrument: command.instrument,
    direction,
    entry: averagePrice(costOf(state, holding, listing) ?? ZERO_MONEY, holding.quantity, listing.terms),
    at: command.at,
  });
  if (!isProtective(command.plan, direction, null) || protection === undefined || !isWhole(command.plan, protection))
    return refuse("PROTECTION_INVALID", { instrument: command.instrument });
  const { portfolio: id, instrument } = command;
  const before = portfolio.protections.get(instrument);
  if (before === undefined) return done([{ type: "ProtectionArmed", protection }]);
  const overnight = nightAfter(before, protection);
  // Who moves another exit does not mean the trailing stop: it goes on from the best price since entry.
  const trails = protection.trailing !== null && protection.trailing === before.trailing && before.direction === direction;
  const armed = trails ? keepReference(protection, before) : protection;
  return done([
    { type: "ProtectionEnded", portfolio: id, instrument, reason: `replaced by ${command.by}` },
    { type: "ProtectionArmed", protection: { ...armed, overnight } },
  ]);
}

/** Whether every level that was asked for came out as a price, the stop on the losing side of the target. */
function isWhole(plan: ProtectionPlan, armed: Protection): boolean {
  if ((plan.stop === null) !== (armed.stop === null) || (plan.takeProfit === null) !== (armed.takeProfit === null)) return false;
  if ((plan.trailing === null) !== (armed.trailing === null)) return false;
  if (armed.stop === null || armed.takeProfit === null) return true;
  return armed.direction === "long" ? isMore(armed.takeProfit, armed.stop) : isMore(armed.stop, armed.takeProfit);
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

/**
 * An exit was reached: the position is closed at market. Orders that would close the same units are called back first; what
 * they hold trades when they have ended (PROT-10).
 */
export function triggerProtection(state: StateView, command: CommandOf<"TriggerProtection">): Step {
  const { portfolio: id, instrument, leg, price, at } = command;
  const portfolio = state.portfolios.get(id);
  const listing = state.listings.get(instrument);
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: id });
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument });
  const protection = portfolio.protections.get(instrument);
  if (protection === undefined || !hasLeg(protection, leg)) return refuse("PROTECTION_UNKNOWN", { portfolio: id, instrument });
  if (!isPositive(price)) return refuse("PRICE_NOT_POSITIVE", { field: "price" });
  const triggered: Event = { type: "ProtectionTriggered", portfolio: id, instrument, leg, price };
  const over = whyOver(state, portfolio, listing, protection);
  if (over !== null) return done([triggered, { type: "ProtectionEnded", portfolio: id, instrument, reason: over }]);
  const exit = exitOrder(state, portfolio, listing, { at, origin: "protection", quote: price, why: leg });
  const competing = competingOrders(state, portfolio, listing.base.id);
  if (exit === undefined && competing.length === 0 && portfolio.exiting.has(instrument)) return NOTHING;
  const events: Event[] = [triggered];
  const effects: Effect[] = [];
  for (const order of competing) requestCancel(order, leg, events, effects);
  const placed = exit === undefined ? NOTHING : placeExits(state, [exit], price);
  return placed.ok ? done([...events, ...placed.events], [...effects, ...placed.effects]) : placed;
}

const hasLeg = (protection: View<Protection>, leg: ProtectionLeg): boolean =>
  (leg === "stop" ? protection.stop : leg === "trailing_stop" ? protection.trailing : protection.takeProfit) !== null;

/** Why there is nothing left that the exit could close; null where there is. */
function whyOver(state: StateView, portfolio: View<Portfolio>, listing: Listing, protection: View<Protection>): string | null {
  const held = portfolio.holdings.get(listing.base.id)?.quantity;
  if (held === undefined) return "position_closed";
  if (signOf(held) !== (protection.direction === "long" ? 1 : -1)) return "position_flipped";
  return isZero(roundToStep(held, listing.instrument.sizeIncrement, "down")) && isZero(freeToExit(state, portfolio, listing))
    ? "dust"
    : null;
}
