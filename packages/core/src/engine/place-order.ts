import type { Price } from "@bulkhead/money";
import {
  add,
  isMore,
  isPositive,
  isWholeSteps,
  isZero,
  least,
  multiply,
  signOf,
  subtract,
  ZERO_QUANTITY,
  ZERO_RATIO,
} from "@bulkhead/money";
import type { InstantMs, OrderId, VenueOrderSeq } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import { intentKey, type OrderTerms, wishKey } from "../order/order.ts";
import { inBase } from "../portfolio/nav.ts";
import { closableBy, openUnits } from "../portfolio/open-orders.ts";
import { type Portfolio, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { Effect } from "../ports.ts";
import { isProtective } from "../protection/protection.ts";
import type { Refusal } from "../refusal.ts";
import { assess } from "../risk/gate.ts";
import type { OrderRequest } from "../risk/verdict.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { Entry } from "./booking.ts";
import type { PlaceOrder } from "./commands.ts";
import type { Event } from "./events.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

/** Refuses what is malformed, denies what the gate forbids, else records the order and submits it. */
export function placeOrder(state: StateView, command: PlaceOrder): Step {
  return placeNth(state, command, 0, null);
}

/** Several orders in one step: a kill flattens many positions. Ids follow one another. `trigger`: see `SubmitOrder`. */
export function placeOrders(state: StateView, commands: readonly PlaceOrder[], trigger: Price | null): Step {
  const events: Event[] = [];
  const effects: Effect[] = [];
  for (const command of commands) {
    const step = placeNth(state, command, effects.length, trigger);
    if (!step.ok || step === NOTHING) return step;
    events.push(...step.events);
    effects.push(...step.effects);
  }
  return done(events, effects);
}

/** One order after `placed` others of the same step. */
function placeNth(state: StateView, command: PlaceOrder, placed: number, trigger: Price | null): Step {
  const retried = retryOf(state, command);
  if (retried !== null) return retried;
  const portfolio = state.portfolios.get(command.portfolio);
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.portfolio });
  const listing = state.listings.get(command.terms.instrument);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: command.terms.instrument });
  const problem = termsProblem(command.terms, listing) ?? quoteProblem(command) ?? planProblem(command);
  if (problem !== null) return { ok: false, refusal: problem };
  const order = (state.nextOrder + placed) as OrderId;
  const venueOrder = (state.nextVenueOrder + placed) as VenueOrderSeq;
  return admit(state, { command, portfolio, listing, order, venueOrder, trigger });
}

/** The same wish again is harmless; another wish under the same id is somebody's mistake. */
function retryOf(state: StateView, command: PlaceOrder): Step | null {
  const { portfolio, intentId, terms } = command;
  if (intentId === "" || !state.bookedIds.has(intentKey(portfolio, intentId))) return null;
  const same = state.bookedIds.has(wishKey(portfolio, intentId, { ...terms, asked: terms.quantity }));
  return same ? NOTHING : refuse("INTENT_REUSED", { portfolio, intentId });
}

/** What is wrong with an order's terms; null when nothing is. */
export function termsProblem(terms: OrderTerms, listing: Listing): Refusal | null {
  const { instrument } = listing;
  if (!isPositive(terms.quantity)) return { code: "AMOUNT_NOT_POSITIVE", params: { field: "quantity" } };
  if (!isWholeSteps(terms.quantity, instrument.sizeIncrement))
    return { code: "AMOUNT_OFF_INCREMENT", params: { field: "quantity", instrument: instrument.id } };
  const wantsLimit = terms.orderType === "limit" || terms.orderType === "stop_limit";
  const wantsStop = terms.orderType === "stop" || terms.orderType === "stop_limit";
  if (wantsLimit !== (terms.limit !== null)) return { code: "ORDER_INVALID", params: { field: "limit", orderType: terms.orderType } };
  if (wantsStop !== (terms.stop !== null)) return { code: "ORDER_INVALID", params: { field: "stop", orderType: terms.orderType } };
  if ((terms.timeInForce === "gtd") !== (terms.expiresAt !== null))
    return { code: "ORDER_INVALID", params: { field: "expiresAt", timeInForce: terms.timeInForce } };
  return priceProblem("limit", terms.limit, listing) ?? priceProblem("stop", terms.stop, listing);
}

function priceProblem(field: string, price: Price | null, listing: Listing): Refusal | null {
  if (price === null) return null;
  if (!isPositive(price)) return { code: "PRICE_NOT_POSITIVE", params: { field } };
  return isWholeSteps(price, listing.instrument.tickSize)
    ? null
    : { code: "PRICE_OFF_TICK", params: { field, instrument: listing.instrument.id } };
}

/** A price of zero or less would make everything affordable. */
const quoteProblem = (command: PlaceOrder): Refusal | null =>
  command.quote === null || isPositive(command.quote) ? null : { code: "PRICE_NOT_POSITIVE", params: { field: "quote" } };

/** A plan that cannot protect what the order opens. */
function planProblem(command: PlaceOrder): Refusal | null {
  const { protect, terms, quote } = command;
  if (protect === null || isProtective(protect, terms.side === "buy" ? "long" : "short", terms.limit ?? terms.stop ?? quote)) return null;
  return { code: "PROTECTION_INVALID", params: { instrument: terms.instrument } };
}

type Admission = Readonly<{
  command: PlaceOrder;
  portfolio: View<Portfolio>;
  listing: Listing;
  order: OrderId;
  venueOrder: VenueOrderSeq;
  trigger: Price | null;
}>;

/** Runs the gate: an order placed and submitted, or a receipt that says why not. */
function admit(state: StateView, admission: Admission): Step {
  const { command, portfolio, listing, order, venueOrder, trigger } = admission;
  const settings = state.account?.settings;
  if (settings === undefined) return refuse("ACCOUNT_NOT_OPEN");
  const request = requestOf(state, command, portfolio, listing);
  const { allowed, reservation, receipt } = assess(state, settings, request, command.sizing);
  if (isZero(allowed))
    return receipt === null ? done([]) : done([{ type: "OrderDenied", receipt, why: command.why, intentId: command.intentId }]);
  const terms: OrderTerms = receipt === null ? command.terms : { ...command.terms, quantity: allowed };
  const { origin, protect, lots, strategy, confidence, why, intentId } = command;
  const event: Event = {
    type: "OrderPlaced",
    order,
    portfolio: portfolio.id,
    terms,
    origin,
    protect,
    lots,
    venueOrder,
    reserved: reservation.reserved,
    reservedAsset: reservation.asset,
    holdback: reservation.holdback,
    receipt,
    strategy,
    confidence,
    why,
    intentId,
  };
  const effect: Effect = { type: "SubmitOrder", venueOrder, epoch: state.epoch, terms, trigger, portfolio: portfolio.id, order };
  if (!isPositive(reservation.shortfall)) return done([event], [effect]);
  const conversion = provideCurrency(state, command, listing, reservation.shortfall);
  return done(conversion === undefined ? [event] : [conversion, event], [effect]);
}

function requestOf(state: StateView, command: PlaceOrder, portfolio: View<Portfolio>, listing: Listing): OrderRequest {
  const { terms } = command;
  const held = portfolio.holdings.get(listing.base.id)?.quantity ?? ZERO_QUANTITY;
  const same = openUnits(state, portfolio, listing.base.id, terms.side);
  const closable = closableBy(portfolio, listing, terms.side);
  const free = isMore(closable, same) ? subtract(closable, same) : ZERO_QUANTITY;
  return {
    portfolio,
    listing,
    terms,
    price: command.quote ?? terms.limit ?? terms.stop ?? state.marks.get(terms.instrument)?.price ?? listing.instrument.tickSize,
    quote: command.quote,
    quoteAt: command.quoteAt,
    at: command.at,
    origin: command.origin,
    reduceOnly: command.reduceOnly,
    allowDuplicate: command.allowDuplicate,
    marketOpen: command.marketOpen,
    strategy: command.strategy,
    confidence: command.confidence,
    held,
    exit: least(terms.quantity, free),
    pendingEntry: isMore(same, closable) ? subtract(same, closable) : ZERO_QUANTITY,
  };
}

/** `fx = "auto"`: base currency buys what is missing from `unattributed`, at the journaled rate plus its cost. */
function provideCurrency(
  state: StateView,
  command: PlaceOrder,
  listing: Listing,
  shortfall: Parameters<typeof inBase>[2],
): Event | undefined {
  const base = state.account?.base.id;
  const based = inBase(state, listing.quote.id, shortfall);
  if (base === undefined || based === undefined || signOf(based) <= 0) return undefined;
  const cost = multiply(based, state.account?.settings.fxCost ?? ZERO_RATIO, "up");
  const entry = new Entry(state);
  entry.move(command.portfolio, "cash", "exchange", base, based);
  entry.move(command.portfolio, "cash", "fees", base, cost);
  entry.move(command.portfolio, "exchange", "cash", listing.quote.id, shortfall);
  entry.move(UNATTRIBUTED, "exchange", "cash", base, add(based, cost));
  entry.move(UNATTRIBUTED, "cash", "exchange", listing.quote.id, shortfall);
  const at: InstantMs = command.at;
  const conversionId = `fx:${command.portfolio}:${listing.quote.id}:${at}:${state.nextOrder}`;
  return { type: "CurrencyConverted", conversionId, postings: entry.postings };
}
