import {
  type AssetId,
  createEngine,
  type Engine,
  type Event,
  type EventOf,
  type EventType,
  type InstrumentId,
  type JournalRecord,
  type LedgerAccount,
  type Listing,
  type Portfolio,
  type PortfolioId,
  type View,
  valuePortfolio,
} from "@bulkhead/core";
import {
  type Exact,
  formatAmount,
  type Money,
  moneyOfUnits,
  negate,
  type Price,
  parseMoney,
  parsePrice,
  parseQuantity,
  type Quantity,
  type Scale,
} from "@bulkhead/money";

export const known = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`no ${what}`);
  return value;
};

export const parsed = <T>(result: Readonly<{ ok: true; value: T } | { ok: false; problem: string }>, text: string): T => {
  if (!result.ok) throw new Error(`${text}: ${result.problem}`);
  return result.value;
};

export type { Event } from "@bulkhead/core";

/** The books of an engine as decimal text. */
export class Looking {
  readonly engine: Engine = createEngine();

  of(portfolio: string): View<Portfolio> {
    return known(this.engine.state.portfolios.get(portfolio as PortfolioId), portfolio);
  }

  balance(portfolio: string, account: LedgerAccount, asset = "USD"): string {
    const balances = this.of(portfolio).ledger.get(asset as AssetId);
    return balances === undefined ? "0" : this.text(balances[account], asset);
  }

  cash(portfolio: string, asset = "USD"): string {
    return this.balance(portfolio, "cash", asset);
  }

  position(portfolio: string, asset: string): string {
    return this.balance(portfolio, "position", asset);
  }

  /** Realized P&L: a profit is positive. */
  realized(portfolio: string, asset = "USD"): string {
    const balances = this.of(portfolio).ledger.get(asset as AssetId);
    return balances === undefined ? "0" : this.text(negate(balances.realized as Money), asset);
  }

  equity(portfolio: string): string {
    return this.text(valuePortfolio(this.engine.state, this.of(portfolio)).equity, "USD");
  }

  /** "quantity for cost asset" of every lot in order. */
  lots(portfolio: string, asset: string): readonly string[] {
    const holding = this.of(portfolio).holdings.get(asset as AssetId);
    return (holding?.lots ?? []).map(
      (lot) => `${this.text(lot.quantity as Quantity, asset)} for ${this.text(lot.cost as Money, lot.costAsset)} ${lot.costAsset}`,
    );
  }

  lotIds(portfolio: string, asset: string): readonly number[] {
    return (this.of(portfolio).holdings.get(asset as AssetId)?.lots ?? []).map((lot) => lot.id);
  }

  /** Balances of one portfolio that are not zero, as "account amount ASSET". */
  ledger(portfolio: string): readonly string[] {
    return [...this.of(portfolio).ledger].flatMap(([asset, balances]) =>
      Object.entries(balances)
        .filter(([, amount]) => this.text(amount, asset) !== "0")
        .map(([account, amount]) => `${account} ${this.text(amount, asset)} ${asset}`),
    );
  }

  /** Postings of events as "portfolio account +amount ASSET", sorted; lines onto one account are added up. */
  postings(events: readonly Event[]): readonly string[] {
    const sums = new Map<string, { amount: number; asset: string }>();
    for (const event of events) {
      if (!("postings" in event)) continue;
      for (const { portfolio, account, asset, amount } of event.postings) {
        const key = `${portfolio} ${account} ${asset}`;
        const before = sums.get(key)?.amount ?? 0;
        sums.set(key, { amount: before + (amount as unknown as number), asset });
      }
    }
    return [...sums]
      .filter(([, sum]) => sum.amount !== 0)
      .map(([key, sum]) => {
        const [portfolio, account] = key.split(" ");
        return `${portfolio} ${account} ${sum.amount > 0 ? "+" : ""}${this.text(moneyOfUnits(sum.amount), sum.asset)} ${sum.asset}`;
      })
      .toSorted();
  }

  text(amount: View<Exact> | Exact, asset: string): string {
    return formatAmount(amount as Exact, known(this.engine.state.assets.get(asset as AssetId), asset).scale);
  }

  money(text: string, asset: string): Money {
    return parsed(parseMoney(text, known(this.engine.state.assets.get(asset as AssetId), asset).scale), text);
  }

  quantity(text: string, scale: Scale): Quantity {
    return parsed(parseQuantity(text, scale), text);
  }

  price(text: string, listing: Listing): Price {
    return parsed(parsePrice(text, listing.instrument.priceScale), text);
  }

  listing(instrument: string): Listing {
    return known(this.engine.state.listings.get(instrument as InstrumentId), instrument) as Listing;
  }
}

/** The events of one type. */
export function only<T extends EventType>(events: readonly Event[], type: T): readonly EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type);
}

/** Breaks and what follows from them, as "kind portfolio amount asset" and "portfolio state". */
export function alarms(books: Looking, events: readonly Event[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === "BreakOpened") return [`${event.kind} unattributed ${books.text(event.amount, event.asset)} ${event.asset}`];
    if (event.type === "BreakRaised") return [`${event.kind} ${event.portfolio} ${books.text(event.amount, event.asset)} ${event.asset}`];
    return event.type === "TradingStateChanged" ? [`${event.portfolio} ${event.tradingState}`] : [];
  });
}

/** Tables as plain data, so that two of them compare by value. */
export function plain(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return [...value].map(plain);
  if (value instanceof Set) return [...value].map(plain);
  if ("entries" in value && typeof value.entries === "function") return [...value.entries()].map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

/** A new engine that has applied the recorded events. */
export function replayed(books: Readonly<{ records: readonly JournalRecord[] }>): Engine {
  const engine = createEngine();
  for (const record of books.records) engine.replay(record);
  return engine;
}

/** Expected postings, in any order. */
export const lines = (...each: readonly string[]): readonly string[] => each.toSorted();
