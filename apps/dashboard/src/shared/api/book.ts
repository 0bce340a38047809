import type { OrderRow, PortfolioRow, PositionRow, ProtectionRow } from "@bulkhead/contract";

/** One portfolio as it is now. A new object whenever anything of it changed, and only then. */
export type Held = Readonly<{
  seq: number;
  portfolio: PortfolioRow;
  positions: readonly PositionRow[];
  orders: readonly OrderRow[];
  protections: readonly ProtectionRow[];
}>;

/** The rows of one portfolio on the socket: all of them in a snapshot, those that changed afterwards. */
export type HeldRows = Partial<Omit<Held, "seq">>;

/**
 * The present of an account, portfolio by portfolio, as the socket tells it. Listeners are told at most once per frame, however much came:
 * a screen never draws what nobody can see.
 */
export class Book {
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Set<() => void>();
  #all: readonly Held[] = [];
  #frame: number | undefined;

  /** All portfolios by id; the same array until something changes. */
  readonly all = (): readonly Held[] => this.#all;
  readonly of = (portfolio: string): Held | undefined => this.#held.get(portfolio);

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  put(portfolio: string, seq: number, rows: HeldRows): void {
    const before = this.#held.get(portfolio);
    const row = rows.portfolio ?? before?.portfolio;
    if (row === undefined || (before !== undefined && seq < before.seq)) return;
    this.#held.set(portfolio, {
      seq,
      portfolio: row,
      positions: rows.positions ?? before?.positions ?? [],
      orders: rows.orders ?? before?.orders ?? [],
      protections: rows.protections ?? before?.protections ?? [],
    });
    this.#tell();
  }

  clear(): void {
    this.#held.clear();
    this.#tell();
  }

  #tell(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#all = [...this.#held.values()].sort((a, b) => (a.portfolio.portfolio_id < b.portfolio.portfolio_id ? -1 : 1));
      for (const listener of this.#listeners) listener();
    });
  }
}
