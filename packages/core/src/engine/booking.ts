import type { Money, Quantity } from "@bulkhead/money";
import { add, isZero, negate, signOf, subtract, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { AssetId, ExecutionId, InstantMs, LotId, PortfolioId } from "../brand.ts";
import type { Listing } from "../instrument/instrument.ts";
import type { LedgerAccount, Posting } from "../ledger/ledger.ts";
import type { Holding, LotChange } from "../lots/lot.ts";
import { type LotMatch, matchLots } from "../lots/match.ts";
import { between } from "../portfolio/nav.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { PortfolioLots } from "./events.ts";

/** An entry in the making: its postings and lot changes, and the ids that new lots take. */
export class Entry {
  readonly postings: Posting[] = [];
  lots: PortfolioLots[] = [];
  #nextLot: number;

  constructor(state: StateView) {
    this.#nextLot = state.nextLot;
  }

  /** Adds a line; a zero amount adds none. */
  post(portfolio: PortfolioId, account: LedgerAccount, asset: AssetId, amount: Posting["amount"]): void {
    if (!isZero(amount)) this.postings.push({ portfolio, account, asset, amount });
  }

  /** Lines that move an amount from one account to another of one portfolio: `to` grows. */
  move(portfolio: PortfolioId, from: LedgerAccount, to: LedgerAccount, asset: AssetId, amount: Posting["amount"]): void {
    this.post(portfolio, to, asset, amount);
    this.post(portfolio, from, asset, negate(amount));
  }

  changeLots(portfolio: PortfolioId, changes: readonly LotChange[]): void {
    if (changes.length === 0) return;
    // Nearly every entry changes the lots of one portfolio once; a list that grows by pushing takes room for seventeen.
    if (this.lots.length === 0) this.lots = [{ portfolio, changes }];
    else this.lots.push({ portfolio, changes });
  }

  /** Changes so far of one portfolio's lots of an asset. */
  lotChanges(portfolio: PortfolioId, asset: AssetId): readonly LotChange[] {
    return this.lots.flatMap((part) => (part.portfolio === portfolio ? part.changes.filter((change) => change.asset === asset) : []));
  }

  get nextLot(): LotId {
    return this.#nextLot as LotId;
  }

  takeLot(): LotId {
    const id = this.nextLot;
    this.#nextLot += 1;
    return id;
  }

  /** Change of a portfolio's cash in an asset by this entry. */
  cashChange(portfolio: PortfolioId, asset: AssetId): Money {
    let change = ZERO_MONEY;
    for (const posting of this.postings) {
      if (posting.portfolio === portfolio && posting.account === "cash" && posting.asset === asset)
        change = add(change, posting.amount as Money);
    }
    return change;
  }
}

/** A trade of one portfolio: `quantity` and `value` signed alike, positive for buys; value in the listing's quote asset. */
export type Trade = Readonly<{
  portfolio: View<Portfolio>;
  listing: Listing;
  quantity: Quantity;
  value: Money;
  at: InstantMs;
  execution: ExecutionId | null;
  lots: readonly LotId[];
}>;

/** What a trade made: realized P&L before fees in the quote asset, and the units that opened. */
export type TradeResult = Readonly<{ realized: Money; opened: Quantity; match: LotMatch }>;

/** Posts a trade: units against `exchange`; cash, cost and realized P&L for full settlement, P&L alone for margined (BOOK-2, BOOK-3). */
export function bookTrade(state: StateView, entry: Entry, trade: Trade): TradeResult {
  const { portfolio, listing, quantity, value } = trade;
  const match = matchLots(
    portfolio.holdings.get(listing.base.id),
    lotTrade(entry, trade, listing.base.id, listing.quote.id),
    portfolio.settings.lotMatching,
  );
  if (match.opensLot) entry.takeLot();
  const id = portfolio.id;
  const quote = listing.quote.id;
  entry.move(id, "exchange", "position", listing.base.id, quantity);
  const consumed = postConsumedCost(state, entry, id, quote, match);
  const realized = subtract(negate(match.closedValue), consumed.inQuote);
  if (listing.instrument.settlement === "full") {
    entry.post(id, "cash", quote, negate(value));
    entry.post(id, "cost", quote, subtract(match.openedCost, consumed.kept));
    entry.post(id, "realized", quote, negate(realized));
    entry.post(id, "exchange", quote, subtract(consumed.kept, consumed.inQuote));
  } else {
    entry.post(id, "cash", quote, realized);
    entry.post(id, "realized", quote, negate(realized));
    entry.post(id, "cost", quote, subtract(match.openedCost, consumed.kept));
    entry.post(id, "exchange", quote, subtract(consumed.kept, match.openedCost));
  }
  entry.changeLots(id, match.changes);
  const magnitude = signOf(quantity) > 0 ? quantity : negate(quantity);
  return { realized, opened: subtract(magnitude, match.closed), match };
}

function lotTrade(entry: Entry, trade: Trade, asset: AssetId, costAsset: AssetId): Parameters<typeof matchLots>[1] {
  return {
    asset,
    quantity: trade.quantity,
    value: trade.value,
    costAsset,
    at: trade.at,
    execution: trade.execution,
    nextLot: entry.nextLot,
    lots: trade.lots,
  };
}

/** Units that come or go for a value in `costAsset` without cash: fees in coins, conversions. Signed alike. */
export type Exchange = Readonly<{
  portfolio: View<Portfolio>;
  asset: AssetId;
  quantity: Quantity;
  value: Money;
  costAsset: AssetId;
  at: InstantMs;
  execution: ExecutionId | null;
}>;

/** Posts units, cost and realized P&L after what the entry has booked already; they sum to `value`, whose other side is the caller's. */
export function exchangeLots(state: StateView, entry: Entry, exchange: Exchange): void {
  const { portfolio, asset, costAsset } = exchange;
  const { id } = portfolio;
  const holding = holdingAfter(portfolio.holdings.get(asset), entry.lotChanges(id, asset));
  const match = matchLots(holding, { ...exchange, nextLot: entry.nextLot, lots: NO_LOTS }, portfolio.settings.lotMatching);
  if (match.opensLot) entry.takeLot();
  entry.move(id, "exchange", "position", asset, exchange.quantity);
  const consumed = postConsumedCost(state, entry, id, costAsset, match);
  entry.post(id, "cost", costAsset, subtract(match.openedCost, consumed.kept));
  entry.post(id, "realized", costAsset, add(match.closedValue, consumed.inQuote));
  entry.post(id, "exchange", costAsset, subtract(consumed.kept, consumed.inQuote));
  entry.changeLots(id, match.changes);
}

const NO_LOTS: readonly LotId[] = [];

/**
 * Cost that left the lots: `kept` is what stood in the quote asset, `inQuote` everything in the quote asset. Cost kept in
 * another asset crosses `exchange` at the journaled rates; where one is missing the trade realizes nothing (BOOK-4).
 */
function postConsumedCost(
  state: StateView,
  entry: Entry,
  portfolio: PortfolioId,
  quote: AssetId,
  match: LotMatch,
): Readonly<{ kept: Money; inQuote: Money }> {
  let kept = ZERO_MONEY;
  let inQuote = ZERO_MONEY;
  let complete = true;
  for (const part of match.consumed) {
    if (part.costAsset === quote) {
      kept = add(kept, part.cost);
      inQuote = add(inQuote, part.cost);
      continue;
    }
    entry.move(portfolio, "cost", "exchange", part.costAsset, part.cost);
    const converted = between(state, part.costAsset, quote, part.cost);
    if (converted === undefined) complete = false;
    else inQuote = add(inQuote, converted);
  }
  return { kept, inQuote: complete ? inQuote : negate(match.closedValue) };
}

/** A holding as it will be once changes are applied; for a second booking in the same entry. */
export function holdingAfter(holding: View<Holding> | undefined, changes: readonly LotChange[]): Holding {
  const lots = (holding?.lots ?? []).map((lot) => ({ ...lot }));
  for (const change of changes) {
    const lot = lots.find((candidate) => candidate.id === change.lot);
    if (lot === undefined) {
      const { lot: id, quantity, cost, costAsset, openedAt, execution } = change;
      lots.push({ id, quantity, cost, costAsset, openedAt, execution });
    } else {
      lot.quantity = add(lot.quantity, change.quantity);
      lot.cost = add(lot.cost, change.cost);
    }
  }
  const open = lots.filter((lot) => !isZero(lot.quantity));
  return { quantity: open.reduce((sum, lot) => add(sum, lot.quantity), ZERO_QUANTITY), lots: open };
}
