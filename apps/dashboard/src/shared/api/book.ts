import type { OrderRow, PortfolioRow, PositionRow, ProtectionRow } from "@bulkhead/contract";

/** One portfolio as it is now. A new object whenever anything of it changed, and only then. */
export type Held = Readonly<{
  seq: number;
  portfolio: PortfolioRow;
  positions: readonly PositionRow[];
  orders: readonly OrderRow[];
  protections: readonly ProtectionRow[];
}>;

/** A portfolio whole, as a snapshot brings it. */
export type Whole = Omit<Held, "seq">;

/** What changed of a portfolio since it was last told: rows that are new or others, and the names of those that went. */
export type Changed = Readonly<{
  portfolio: PortfolioRow;
  positions: readonly PositionRow[];
  closed: readonly string[];
  orders: readonly OrderRow[];
  ended: readonly number[];
  protections: readonly ProtectionRow[];
  unprotected: readonly string[];
}>;

/**
 * The present of an account, portfolio by portfolio, as the socket tells it. Listeners are told at most once per frame, however much came:
 * a screen never draws what nobody can see.
 */
export class Book {
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Set<() => void>();
  #all: readonly Held[] = [];
  #order: readonly string[] = [];
  #frame: number | undefined;
  #isHeld = false;

  /** All portfolios by id; the same array until something changes. */
  readonly all = (): readonly Held[] => this.#all;
  readonly of = (portfolio: string): Held | undefined => this.#held.get(portfolio);

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** A portfolio anew. */
  put(id: string, seq: number, { portfolio, positions, orders, protections }: Whole): void {
    this.#held.set(id, { seq, portfolio, positions, orders, protections });
    this.#tell();
  }

  /** What changed of it. */
  change(id: string, seq: number, changed: Changed): void {
    const { positions = [], orders = [], protections = [] } = this.#held.get(id) ?? {};
    this.#held.set(id, {
      seq,
      portfolio: changed.portfolio,
      positions: merged(positions, changed.positions, changed.closed, ({ instrument }) => instrument),
      orders: merged(orders, changed.orders, changed.ended, ({ order_id }) => order_id),
      protections: merged(protections, changed.protections, changed.unprotected, ({ instrument }) => instrument),
    });
    this.#tell();
  }

  clear(): void {
    this.#held.clear();
    this.#tell();
  }

  /** Nothing is told until `release`: the first picture of an account is drawn once, whole. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#tell();
  }

  #tell(): void {
    if (this.#isHeld) return;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      // Names come and go seldom: their order is kept.
      if (this.#order.length !== this.#held.size || this.#order.some((id) => !this.#held.has(id)))
        this.#order = [...this.#held.keys()].sort(IDS.compare);
      this.#all = this.#order.flatMap((id) => this.#held.get(id) ?? []);
      for (const listener of this.#listeners) listener();
    });
  }
}

/** `p9` comes before `p10`. */
const IDS = new Intl.Collator("en", { numeric: true });

/** Rows with those that changed in their places, the new ones behind; rows that stay are the same objects, so that they are not drawn again. */
function merged<Row, Id>(before: readonly Row[], changed: readonly Row[], gone: readonly Id[], idOf: (row: Row) => Id): readonly Row[] {
  if (changed.length === 0 && gone.length === 0) return before;
  const fresh = new Map(changed.map((row) => [idOf(row), row]));
  const left = new Set(gone);
  const kept = before.filter((row) => !left.has(idOf(row))).map((row) => fresh.get(idOf(row)) ?? row);
  const known = new Set(kept.map(idOf));
  return [...kept, ...changed.filter((row) => !known.has(idOf(row)))];
}
