import type { AccountId, InstrumentId, Listing, Portfolio, PortfolioId, StateView, View } from "@bulkhead/core";
import type { Price } from "@bulkhead/money";
import type { Desk, DeskAccount } from "../desk/desk.ts";
import { positionRows, protectionRows } from "../http/rows/book-rows.ts";
import { figuresOf, iso, priceText } from "../http/rows/figures.ts";
import { orderRow } from "../http/rows/order-rows.ts";
import { accountRow, pnlRow, portfolioRow } from "../http/rows/portfolio-rows.ts";
import type { Versions } from "../http/versions.ts";
import type { Feed, Feeds } from "./feed.ts";
import { EVERYBODY } from "./messages.ts";

type Quote = Readonly<{ price: Price; at: number }>;
/** The price of an instrument as the desk sees it now; null where there is none. */
type QuoteOf = (account: DeskAccount, instrument: InstrumentId) => Quote | null;

/** How often prices are looked at again. */
const PRICES_EVERY_MS = 500;
/** How often what happened in the books is told at most, and least where looking at it costs next to nothing. */
const BOOKS_EVERY_MS = 20;
const BOOKS_SOON_MS = 4;
/** A look that took so long is not repeated before four times that: the desk has its own work. */
const REST = 4;

/** How long the desk is kept from its work at once. */
const SLICE_MS = 4;

/** How many rows that went are remembered. */
const GONE_MAX = 2_000;

type Row = Readonly<Record<string, unknown>>;
/** Something that is said anew when its text changes; `version` grows over all of an account. */
type Kept = { text: string; row: Row; version: number };

/** Rows of one kind that come, change and go. */
class LiveRows {
  readonly #kept = new Map<string, Kept>();
  /** What is no longer there, and since which version. */
  readonly #gone = new Map<string, number>();

  /** Takes the rows as they are now; `next` makes a version for each that is another than before. */
  put(rows: readonly Row[], idOf: (row: Row) => string, next: () => number): void {
    const here = new Set<string>();
    for (const row of rows) {
      const id = idOf(row);
      const text = JSON.stringify(row);
      here.add(id);
      this.#gone.delete(id);
      if (this.#kept.get(id)?.text !== text) this.#kept.set(id, { text, row, version: next() });
    }
    for (const id of this.#kept.keys()) {
      if (here.has(id)) continue;
      this.#kept.delete(id);
      this.#gone.set(id, next());
    }
    // Who was told longer ago than all of these began anew long since.
    for (const id of this.#gone.keys()) {
      if (this.#gone.size <= GONE_MAX) break;
      this.#gone.delete(id);
    }
  }

  changedSince = (from: number): readonly Row[] => [...this.#kept.values()].filter(({ version }) => version > from).map(({ row }) => row);
  goneSince = (from: number): readonly string[] => [...this.#gone].filter(([, version]) => version > from).map(([id]) => id);
}

/** What a portfolio is worth and has now, as it was last looked at. */
class LivePortfolio {
  figures: Kept = { text: "", row: {}, version: 0 };
  readonly positions = new LiveRows();
  readonly orders = new LiveRows();
  readonly protections = new LiveRows();
  /** The newest of all its versions. */
  version = 0;
  /** The record that it was worked out at. */
  seq = 0;
  /** The last message made, and from which version on: most listeners need the same. */
  last: Readonly<{ from: number; to: number; text: string }> | undefined;
}

/**
 * What an account's portfolios have and are worth at the prices that the desk sees now, between two journaled marks: for looking at, nothing is
 * decided from it. What happened in the books is told at once, prices twice a second; nothing is worked out while nobody listens, and only
 * what changed is told.
 */
export class LiveAccount {
  readonly #account: DeskAccount;
  readonly #quoteOf: QuoteOf;
  readonly #versionOf: (portfolio: PortfolioId) => number;
  readonly #portfolios = new Map<PortfolioId, LivePortfolio>();
  readonly #quotes = new Map<InstrumentId, Kept>();
  #prices: ReadonlyMap<InstrumentId, Quote> = new Map();
  #version = 0;
  #pricedAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #restMs = BOOKS_EVERY_MS;
  /** Portfolios that something happened to since they were last looked at. */
  #touched = new Set<string>();
  /** Portfolios that are to be worked out. */
  readonly #due = new Set<PortfolioId>();

  constructor(feed: Feed, quoteOf: QuoteOf, versionOf: (portfolio: PortfolioId) => number) {
    this.#account = feed.account;
    this.#quoteOf = quoteOf;
    this.#versionOf = versionOf;
    feed.listen((told) => {
      for (const { message } of told) this.#touched.add(message.portfolio_id);
    });
  }

  /** The newest version of anything. */
  get version(): number {
    return this.#version;
  }

  /** Looks again, unless that was just done or something is not durable yet. */
  look(now: number): void {
    const { state, durableSeq } = this.#account;
    if (state.seq > durableSeq || now - this.#lookedAt < this.#restMs) return;
    this.#lookedAt = now;
    const began = performance.now();
    this.#lookNow(now);
    this.#restMs = Math.min(BOOKS_EVERY_MS, Math.max(BOOKS_SOON_MS, (performance.now() - began) * REST));
  }

  #lookNow(now: number): void {
    const { state } = this.#account;
    const changed = now - this.#pricedAt >= PRICES_EVERY_MS ? this.#lookAtPrices(now) : NOTHING;
    // Before the first message of a portfolio comes, it is known from nothing but the books.
    const isNew = this.#portfolios.size < state.portfolios.size;
    if (changed.size === 0 && this.#touched.size === 0 && this.#due.size === 0 && !isNew) return;
    const touched = this.#touched;
    this.#touched = new Set();
    const all = isNew || touched.has(EVERYBODY);
    for (const portfolio of state.portfolios.values())
      if (all || touched.has(portfolio.id) || holdsAny(state, portfolio, changed)) this.#due.add(portfolio.id);
    this.#valueDue(now);
  }

  /** As many as fit into a short while; the others have their turn at the next look. */
  #valueDue(now: number): void {
    const { state } = this.#account;
    const live = atQuotes(state, this.#prices);
    const until = performance.now() + SLICE_MS;
    for (const id of this.#due) {
      const portfolio = state.portfolios.get(id);
      this.#due.delete(id);
      if (portfolio !== undefined) this.#value(live, portfolio, now);
      if (performance.now() > until) return;
    }
  }

  /** What changed of a portfolio after a version, as a message's text; undefined where nothing did. */
  figuresSince(id: PortfolioId, from: number): string | undefined {
    const kept = this.#portfolios.get(id);
    if (kept === undefined || kept.version <= from) return undefined;
    if (kept.last?.from === from && kept.last.to === kept.version) return kept.last.text;
    const { positions, orders, protections } = kept;
    const data = {
      ...kept.figures.row,
      positions: positions.changedSince(from),
      closed: positions.goneSince(from),
      orders: orders.changedSince(from),
      ended: orders.goneSince(from).map(Number),
      protections: protections.changedSince(from),
      unprotected: protections.goneSince(from),
    };
    const text = JSON.stringify({ type: "figures_update", portfolio_id: id, seq: kept.seq, data });
    kept.last = { from, to: kept.version, text };
    return text;
  }

  /** Quotes that changed after a version, as messages' texts. */
  quotesSince(from: number): readonly string[] {
    return [...this.#quotes.values()].filter(({ version }) => version > from).map(({ text }) => text);
  }

  /** Returns the instruments whose price is another now. */
  #lookAtPrices(now: number): ReadonlySet<InstrumentId> {
    this.#pricedAt = now;
    const { listings } = this.#account.state;
    const prices = new Map<InstrumentId, Quote>();
    const changed = new Set<InstrumentId>();
    for (const [id, listing] of listings) {
      const quote = this.#quoteOf(this.#account, id);
      if (quote === null) continue;
      prices.set(id, quote);
      if (this.#keepQuote(listing as Listing, quote)) changed.add(id);
    }
    this.#prices = prices;
    return changed;
  }

  #keepQuote(listing: Listing, { price, at }: Quote): boolean {
    const { id, symbol } = listing.instrument;
    const row = { instrument: id, symbol, price: priceText(listing, price), currency: listing.quote.id, at: iso(at) };
    const before = this.#quotes.get(id);
    if (before?.row["price"] === row.price && before.row["at"] === row.at) return false;
    const text = JSON.stringify({ type: "quote_update", portfolio_id: EVERYBODY, seq: this.#account.durableSeq, data: row });
    this.#version += 1;
    this.#quotes.set(id, { text, row, version: this.#version });
    return true;
  }

  #value(live: StateView, portfolio: View<Portfolio>, now: number): void {
    let kept = this.#portfolios.get(portfolio.id);
    if (kept === undefined) {
      kept = new LivePortfolio();
      this.#portfolios.set(portfolio.id, kept);
    }
    const of = kept;
    of.seq = live.seq;
    const next = (): number => {
      this.#version += 1;
      of.version = this.#version;
      return this.#version;
    };
    const row = figuresRow(live, portfolio, this.#versionOf(portfolio.id));
    const text = JSON.stringify(row);
    if (kept.figures.text !== text) kept.figures = { text, row: { at: iso(now), ...row }, version: next() };
    const orders = portfolio.orders.flatMap((id) => {
      const order = live.orders.get(id);
      return order === undefined ? [] : (orderRow(live, order) ?? []);
    });
    kept.positions.put(positionRows(live, portfolio), ({ instrument }) => String(instrument), next);
    kept.orders.put(orders, ({ order_id }) => String(order_id), next);
    kept.protections.put(protectionRows(live, portfolio), ({ instrument }) => String(instrument), next);
  }
}

const NOTHING: ReadonlySet<InstrumentId> = new Set();

function figuresRow(live: StateView, portfolio: View<Portfolio>, version: number): Row {
  const figures = figuresOf(live, portfolio);
  const { cash_by_asset: _, portfolio_id: __, ...account } = accountRow(live, portfolio.id, figures, {});
  const { portfolio_id: ___, ...pnl } = pnlRow(live, portfolio.id, figures);
  const counts = { open_positions: portfolio.holdings.size, open_orders: portfolio.orders.length };
  return { ...account, ...pnl, ...counts, portfolio: portfolioRow(live, portfolio, version) };
}

/** The same tables, valued at quotes where those are newer than the last mark. */
function atQuotes(state: StateView, quotes: ReadonlyMap<InstrumentId, Quote>): StateView {
  const marks = new Map(state.marks);
  for (const [instrument, { price, at }] of quotes) {
    const mark = marks.get(instrument);
    if (mark === undefined || mark.at <= at) marks.set(instrument, { price: price as Price, at: at as typeof state.at, source: "quote" });
  }
  return Object.create(state, { marks: { value: marks } }) as StateView;
}

function holdsAny(state: StateView, { holdings }: View<Portfolio>, instruments: ReadonlySet<InstrumentId>): boolean {
  for (const asset of holdings.keys()) {
    const instrument = state.primary.get(asset)?.instrument.id;
    if (instrument !== undefined && instruments.has(instrument)) return true;
  }
  return false;
}

/** The live figures of every account of a desk. */
export class Live {
  readonly #accounts: ReadonlyMap<AccountId, LiveAccount>;

  constructor(desk: Desk, feeds: Feeds, versions: Versions, quoteOf: QuoteOf = () => null) {
    this.#accounts = new Map(
      [...desk.accounts].map(([id, account]) => [
        id,
        new LiveAccount(feeds.of(account), quoteOf, (portfolio) => versions.of(id, portfolio)),
      ]),
    );
  }

  of({ id }: DeskAccount): LiveAccount {
    const live = this.#accounts.get(id);
    if (live === undefined) throw new Error("ACCOUNT_UNKNOWN");
    return live;
  }
}
