import type { AccountId, InstrumentId, Listing, Portfolio, PortfolioId, StateView, View } from "@bulkhead/core";
import type { Price } from "@bulkhead/money";
import type { Desk, DeskAccount } from "../desk/desk.ts";
import { positionRows } from "../http/rows/book-rows.ts";
import { figuresOf, iso, priceText } from "../http/rows/figures.ts";
import { accountRow, pnlRow } from "../http/rows/portfolio-rows.ts";

type Quote = Readonly<{ price: Price; at: number }>;
/** The price of an instrument as the desk sees it now; null where there is none. */
type QuoteOf = (account: DeskAccount, instrument: InstrumentId) => Quote | null;

/** How often figures are looked at again. */
const EVERY_MS = 500;

type Row = Readonly<Record<string, unknown>>;
/** Something that is said anew when its text changes; `version` grows over all of an account. */
type Kept = { text: string; row: Row; version: number };

/** What a portfolio is worth now, as it was last looked at. */
class LivePortfolio {
  figures: Kept = { text: "", row: {}, version: 0 };
  readonly positions = new Map<string, Kept>();
  /** Instruments that are no longer held, and since which version. */
  readonly gone = new Map<string, number>();
  /** The newest of all its versions. */
  version = 0;
  /** The last message made, and from which version on: most listeners need the same. */
  last: Readonly<{ from: number; to: number; text: string }> | undefined;
}

/**
 * Figures of an account's portfolios at the prices that the desk sees now, between two journaled marks: for looking at, nothing is decided
 * from them. Worked out at most twice a second, only while somebody listens, and told only where they changed.
 */
export class LiveAccount {
  readonly #account: DeskAccount;
  readonly #quoteOf: QuoteOf;
  readonly #portfolios = new Map<PortfolioId, LivePortfolio>();
  readonly #quotes = new Map<InstrumentId, Kept>();
  #version = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #seq = -1;

  constructor(account: DeskAccount, quoteOf: QuoteOf) {
    this.#account = account;
    this.#quoteOf = quoteOf;
  }

  /** The newest version of anything. */
  get version(): number {
    return this.#version;
  }

  /** Looks again, unless that was just done or something is not durable yet. */
  look(now: number): void {
    const { state, durableSeq } = this.#account;
    if (now - this.#lookedAt < EVERY_MS || state.seq > durableSeq) return;
    this.#lookedAt = now;
    const quotes = new Map<InstrumentId, Quote>();
    const changed = new Set<InstrumentId>();
    for (const id of state.listings.keys()) {
      const quote = this.#quoteOf(this.#account, id);
      if (quote === null) continue;
      quotes.set(id, quote);
      if (this.#keepQuote(state.listings.get(id) as Listing, quote)) changed.add(id);
    }
    const all = this.#seq !== state.seq;
    this.#seq = state.seq;
    if (!all && changed.size === 0) return;
    const live = atQuotes(state, quotes);
    for (const portfolio of state.portfolios.values()) if (all || holdsAny(state, portfolio, changed)) this.#value(live, portfolio, now);
  }

  /** What changed of a portfolio after a version, as a message's text; undefined where nothing did. */
  figuresSince(id: PortfolioId, from: number): string | undefined {
    const kept = this.#portfolios.get(id);
    if (kept === undefined || kept.version <= from) return undefined;
    if (kept.last?.from === from && kept.last.to === kept.version) return kept.last.text;
    const positions = [...kept.positions.values()].filter(({ version }) => version > from).map(({ row }) => row);
    const closed = [...kept.gone].filter(([, version]) => version > from).map(([instrument]) => instrument);
    const data = { ...kept.figures.row, positions, closed };
    const text = JSON.stringify({ type: "figures_update", portfolio_id: id, seq: this.#seq, data });
    kept.last = { from, to: kept.version, text };
    return text;
  }

  /** Quotes that changed after a version, as messages' texts. */
  quotesSince(from: number): readonly string[] {
    return [...this.#quotes.values()].filter(({ version }) => version > from).map(({ text }) => text);
  }

  #keepQuote(listing: Listing, { price, at }: Quote): boolean {
    const { id, symbol } = listing.instrument;
    const row = { instrument: id, symbol, price: priceText(listing, price), currency: listing.quote.id, at: iso(at) };
    const before = this.#quotes.get(id);
    if (before?.row["price"] === row.price && before.row["at"] === row.at) return false;
    const text = JSON.stringify({ type: "quote_update", portfolio_id: "*", seq: this.#account.durableSeq, data: row });
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
    const figures = figuresOf(live, portfolio);
    const { cash_by_asset: _, portfolio_id: __, ...account } = accountRow(live, portfolio.id, figures, {});
    const { portfolio_id: ___, ...pnl } = pnlRow(live, portfolio.id, figures);
    this.#keep(kept, { ...account, ...pnl, open_positions: portfolio.holdings.size, open_orders: portfolio.orders.length }, now);
    const held = new Set<string>();
    for (const row of positionRows(live, portfolio)) {
      held.add(row.instrument);
      kept.gone.delete(row.instrument);
      const text = JSON.stringify(row);
      if (kept.positions.get(row.instrument)?.text === text) continue;
      kept.positions.set(row.instrument, { text, row, version: this.#next(kept) });
    }
    for (const instrument of kept.positions.keys()) {
      if (held.has(instrument)) continue;
      kept.positions.delete(instrument);
      kept.gone.set(instrument, this.#next(kept));
    }
  }

  #keep(kept: LivePortfolio, row: Row, now: number): void {
    const text = JSON.stringify(row);
    if (kept.figures.text !== text) kept.figures = { text, row: { at: iso(now), ...row }, version: this.#next(kept) };
  }

  #next(kept: LivePortfolio): number {
    this.#version += 1;
    kept.version = this.#version;
    return this.#version;
  }
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

  constructor(desk: Desk, quoteOf: QuoteOf = () => null) {
    this.#accounts = new Map([...desk.accounts].map(([id, account]) => [id, new LiveAccount(account, quoteOf)]));
  }

  of({ id }: DeskAccount): LiveAccount {
    const live = this.#accounts.get(id);
    if (live === undefined) throw new Error("ACCOUNT_UNKNOWN");
    return live;
  }
}
