import type { Money } from "@bulkhead/money";
import {
  absolute,
  add,
  isLess,
  isMore,
  isPositive,
  isZero,
  negate,
  signOf,
  subtract,
  valueOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { AssetId, PortfolioId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { LotChange } from "../lots/lot.ts";
import { matchLots } from "../lots/match.ts";
import { availableCash, inBase, rateOf, valuePortfolio } from "../portfolio/nav.ts";
import { freeUnits } from "../portfolio/open-orders.ts";
import { type Portfolio, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import { armProtection, type Protection, planOfPolicy } from "../protection/protection.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { Entry, holdingAfter } from "./booking.ts";
import type { CommandOf } from "./commands.ts";
import type { Event, Flow } from "./events.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

/** Where a booked transfer is remembered. */
export const transferKey = (transferId: string): string => `transfer:${transferId}`;

type CashMove = Readonly<{ from: PortfolioId; to: PortfolioId; asset: AssetId; amount: Money; transferId: string }>;

/** Cash from one portfolio to another, with the flows that returns are measured by (CAP-1). */
export function moveCash(state: StateView, move: CashMove): Event {
  const entry = new Entry(state);
  entry.move(move.from, "cash", "transfers", move.asset, move.amount);
  entry.move(move.to, "transfers", "cash", move.asset, move.amount);
  const based = inBase(state, move.asset, move.amount) ?? ZERO_MONEY;
  const flows = [flowOf(state, move.from, negate(based)), flowOf(state, move.to, based)];
  return { type: "CapitalMoved", transferId: move.transferId, postings: entry.postings, flows };
}

function flowOf(state: StateView, id: PortfolioId, amount: Money): Flow {
  const portfolio = state.portfolios.get(id);
  return { portfolio: id, amount, equityBefore: portfolio === undefined ? ZERO_MONEY : valuePortfolio(state, portfolio).equity };
}

/** A deposit or withdrawal: cash that crosses the account's border. */
export function depositOrWithdraw(state: StateView, command: CommandOf<"Deposit" | "Withdraw">): Step {
  const portfolio = state.portfolios.get(command.portfolio);
  const asset = state.assets.get(command.asset);
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.portfolio });
  if (asset === undefined) return refuse("ASSET_UNKNOWN", { asset: command.asset });
  if (asset.kind !== "cash") return refuse("ASSET_NOT_CASH", { asset: command.asset });
  if (portfolio.archived) return refuse("PORTFOLIO_ARCHIVED", { portfolio: command.portfolio });
  if (!isPositive(command.amount)) return refuse("AMOUNT_NOT_POSITIVE", { field: "amount" });
  if (state.bookedIds.has(transferKey(command.transferId))) return NOTHING;
  const withdrawing = command.type === "Withdraw";
  if (!withdrawing) assertCountable(state, command.asset, command.amount);
  if (withdrawing && isLess(availableCash(state, portfolio, command.asset), command.amount))
    return refuse("CAPITAL_INSUFFICIENT", { portfolio: command.portfolio, asset: command.asset });
  const amount = withdrawing ? negate(command.amount) : command.amount;
  const based = inBase(state, command.asset, amount);
  if (based === undefined) return refuse("RATE_MISSING", { asset: command.asset });
  const entry = new Entry(state);
  entry.move(command.portfolio, "capital", "cash", command.asset, amount);
  return done([
    { type: "CapitalMoved", transferId: command.transferId, postings: entry.postings, flows: [flowOf(state, command.portfolio, based)] },
  ]);
}

/** Half the exact range for an account's cash leaves room for every sum that is made of it. Throws `AmountOutOfRange`. */
function assertCountable(state: StateView, asset: AssetId, amount: Money): void {
  let total = add(amount, amount);
  for (const portfolio of state.portfolios.values()) {
    const cash = (portfolio.ledger.get(asset)?.cash ?? ZERO_MONEY) as Money;
    total = add(add(total, cash), cash);
  }
}

/** Cash between two portfolios; never profit of either. S1.25. */
export function transferCapital(state: StateView, command: CommandOf<"TransferCapital">): Step {
  const from = state.portfolios.get(command.from);
  const to = state.portfolios.get(command.to);
  if (from === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.from });
  if (to === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.to });
  if (command.from === command.to) return refuse("TRANSFER_TO_SELF", { portfolio: command.from });
  if (to.archived) return refuse("PORTFOLIO_ARCHIVED", { portfolio: command.to });
  const asset = state.assets.get(command.asset);
  if (asset === undefined) return refuse("ASSET_UNKNOWN", { asset: command.asset });
  if (asset.kind !== "cash") return refuse("ASSET_NOT_CASH", { asset: command.asset });
  if (!isPositive(command.amount)) return refuse("AMOUNT_NOT_POSITIVE", { field: "amount" });
  if (inBase(state, command.asset, command.amount) === undefined) return refuse("RATE_MISSING", { asset: command.asset });
  if (state.bookedIds.has(transferKey(command.transferId))) return NOTHING;
  const mayPromise = command.from === UNATTRIBUTED && state.account?.settings.overAllocation === true;
  if (!mayPromise && isLess(availableCash(state, from, command.asset), command.amount))
    return refuse("CAPITAL_INSUFFICIENT", { portfolio: command.from, asset: command.asset });
  return done([moveCash(state, command)]);
}

/** A position in kind: lots move with cost and dates, realized P&L stays, reserved units cannot move. */
export function transferPosition(state: StateView, command: CommandOf<"TransferPosition">): Step {
  const from = state.portfolios.get(command.from);
  const to = state.portfolios.get(command.to);
  const listing = state.listings.get(command.instrument);
  if (from === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.from });
  if (to === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.to });
  if (command.from === command.to) return refuse("TRANSFER_TO_SELF", { portfolio: command.from });
  if (to.archived) return refuse("PORTFOLIO_ARCHIVED", { portfolio: command.to });
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: command.instrument });
  if (isZero(command.quantity)) return refuse("AMOUNT_NOT_POSITIVE", { field: "quantity" });
  if (!isPositive(command.price)) return refuse("PRICE_NOT_POSITIVE", { field: "price" });
  if (state.bookedIds.has(transferKey(command.transferId))) return NOTHING;
  const held = from.holdings.get(listing.base.id)?.quantity ?? ZERO_QUANTITY;
  if (signOf(held) !== signOf(command.quantity) || isMore(absolute(command.quantity), absolute(held)))
    return refuse("POSITION_INSUFFICIENT", { portfolio: command.from, instrument: command.instrument });
  if (rateOf(state, listing.quote.id) === undefined) return refuse("RATE_MISSING", { asset: listing.quote.id });
  if (isMore(absolute(command.quantity), freeUnits(state, from, listing.base.id)))
    return refuse("POSITION_RESERVED", { portfolio: command.from, instrument: command.instrument });
  const theirs = to.holdings.get(listing.base.id)?.quantity ?? ZERO_QUANTITY;
  if (!isZero(theirs) && signOf(theirs) !== signOf(command.quantity))
    return refuse("POSITION_INSUFFICIENT", { portfolio: command.to, instrument: command.instrument });
  return done(positionMoved(state, command, { from, to, listing }));
}

type Move = Readonly<{ from: View<Portfolio>; to: View<Portfolio>; listing: Listing }>;

function positionMoved(state: StateView, command: CommandOf<"TransferPosition">, move: Move): readonly Event[] {
  const { from, to, listing } = move;
  const entry = new Entry(state);
  const asset = listing.base.id;
  const trade = {
    asset,
    quantity: negate(command.quantity),
    value: ZERO_MONEY,
    costAsset: listing.quote.id,
    at: command.at,
    execution: null,
    nextLot: entry.nextLot,
    lots: [],
  };
  const taken = matchLots(from.holdings.get(asset), trade, from.settings.lotMatching).changes;
  const counter = listing.instrument.settlement === "full" ? "transfers" : "exchange";
  entry.move(from.id, "position", "exchange", asset, command.quantity);
  entry.move(to.id, "exchange", "position", asset, command.quantity);
  entry.changeLots(from.id, taken);
  for (const change of taken) receive(entry, to, change, counter, from.id);
  const amount = flowValue(state, command, listing, taken);
  const flows = [flowOf(state, from.id, negate(amount)), flowOf(state, to.id, amount)];
  const events: Event[] = [{ type: "PositionMoved", transferId: command.transferId, postings: entry.postings, lots: entry.lots, flows }];
  const left = add(from.holdings.get(asset)?.quantity ?? ZERO_QUANTITY, negate(command.quantity));
  if (isZero(left) && from.protections.has(listing.instrument.id))
    events.push({ type: "ProtectionEnded", portfolio: from.id, instrument: listing.instrument.id, reason: "position_transferred" });
  const armed = armedOnArrival(to, command);
  return armed === undefined ? events : [...events, { type: "ProtectionArmed", protection: armed }];
}

/** The receiver's policy guards what arrives, from the price at which it came; exits that it has already stay (PROT-15). */
export function armedOnArrival(
  to: View<Portfolio>,
  command: Pick<CommandOf<"TransferPosition">, "instrument" | "quantity" | "price" | "at">,
): Protection | undefined {
  const { instrument, price: entry, at } = command;
  if (to.protections.has(instrument)) return undefined;
  const direction = signOf(command.quantity) > 0 ? "long" : "short";
  return armProtection(planOfPolicy(to.settings.protection), { portfolio: to.id, instrument, direction, entry, at });
}

/** A lot that left the giver opens, or joins the pool, at the receiver: with its date, execution and cost (CAP-5). */
function receive(entry: Entry, to: View<Portfolio>, given: LotChange, counter: "transfers" | "exchange", from: PortfolioId): void {
  const { asset, costAsset, openedAt: at, execution } = given;
  const value = negate(given.cost);
  const holding = holdingAfter(to.holdings.get(asset), entry.lotChanges(to.id, asset));
  const trade = { asset, quantity: negate(given.quantity), value, costAsset, at, execution, nextLot: entry.nextLot, lots: [] };
  const { changes, opensLot } = matchLots(holding, trade, to.settings.lotMatching);
  if (opensLot) entry.takeLot();
  entry.changeLots(to.id, changes);
  entry.move(from, "cost", counter, costAsset, value);
  entry.move(to.id, counter, "cost", costAsset, value);
}

/** The flow is market value at the command's price; for a margined position only what it is worth beyond its cost. */
function flowValue(state: StateView, command: CommandOf<"TransferPosition">, listing: Listing, taken: readonly LotChange[]): Money {
  const value = valueOf(command.quantity, command.price, listing.terms);
  const cost = taken.reduce((sum, change) => subtract(sum, change.cost), ZERO_MONEY);
  const worth = listing.instrument.settlement === "full" ? value : subtract(value, cost);
  return inBase(state, listing.quote.id, worth) ?? ZERO_MONEY;
}
