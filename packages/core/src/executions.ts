import type { ExecutionId, InstrumentId, OrderId, PortfolioId, VenueOrderSeq } from "./brand.ts";
import type { OrderTerms } from "./order/order.ts";

/** One portfolio's part of a booked execution: units, and how many of them opened. */
export type ExecutionShare = { readonly portfolio: PortfolioId; readonly order: OrderId | null; quantity: number; opened: number };

/**
 * One booked execution, kept for ever so that a resent one is known and a correction finds its way (I12). Flat, because there
 * are many: its first share is itself, `others` are the further ones of a netted venue order.
 */
export type BookedExecution = ExecutionShare & {
  readonly id: ExecutionId;
  /** Null where no order of ours made it. */
  readonly venueOrder: VenueOrderSeq | null;
  version: number;
  readonly instrument: InstrumentId;
  readonly side: OrderTerms["side"];
  /** Zero once a split or a conversion of its asset has changed the units, and where it was undone before it was told: then no correction can be booked (COR-8). */
  price: number;
  readonly others: readonly ExecutionShare[];
};

/** Every execution ever booked, to look at. */
export interface ExecutionsView {
  readonly size: number;
  get(id: ExecutionId): Readonly<BookedExecution> | undefined;
  /** In the order in which they were booked. */
  values(): Iterable<Readonly<BookedExecution>>;
}

/**
 * Every execution ever booked, found by its id. There are millions and every fill asks, so the index is two lists of numbers: at the
 * hash of an id or the next free place its row, and the hash itself, so that other rows met on the way are not even looked at. A
 * third of what a map of texts costs in time and memory: rows are only ever added.
 */
export class Executions implements ExecutionsView {
  readonly #rows: BookedExecution[] = [];
  /** Row number plus 1; 0 is free. A power of two long, at most half full. */
  #places = new Int32Array(1_024);
  #hashes = new Int32Array(1_024);

  static from(rows: Iterable<BookedExecution>): Executions {
    const executions = new Executions();
    for (const row of rows) executions.add(row);
    return executions;
  }

  get size(): number {
    return this.#rows.length;
  }

  get(id: ExecutionId): BookedExecution | undefined {
    const row = this.#places[this.#placeOf(id, hashOf(id))] ?? 0;
    return row === 0 ? undefined : this.#rows[row - 1];
  }

  /** Adds one; false where its id is there already, and then nothing changes. */
  add(row: BookedExecution): boolean {
    if (this.#rows.length * 2 >= this.#places.length) this.#grow();
    const hash = hashOf(row.id);
    const place = this.#placeOf(row.id, hash);
    if (this.#places[place] !== 0) return false;
    this.#rows.push(row);
    this.#places[place] = this.#rows.length;
    this.#hashes[place] = hash;
    return true;
  }

  values(): Iterable<BookedExecution> {
    return this.#rows;
  }

  /** Where the id is, or the free place where it would be. */
  #placeOf(id: ExecutionId, hash: number): number {
    const places = this.#places;
    const hashes = this.#hashes;
    const mask = places.length - 1;
    let place = hash & mask;
    for (;;) {
      const row = places[place] as number;
      if (row === 0 || (hashes[place] === hash && this.#rows[row - 1]?.id === id)) return place;
      place = (place + 1) & mask;
    }
  }

  #grow(): void {
    const before = this.#places;
    const hashes = this.#hashes;
    this.#places = new Int32Array(before.length * 2);
    this.#hashes = new Int32Array(before.length * 2);
    const mask = this.#places.length - 1;
    for (let old = 0; old < before.length; old++) {
      const row = before[old] as number;
      if (row === 0) continue;
      const hash = hashes[old] as number;
      let place = hash & mask;
      while (this.#places[place] !== 0) place = (place + 1) & mask;
      this.#places[place] = row;
      this.#hashes[place] = hash;
    }
  }
}

/** FNV-1a over the text, stirred so that ids which differ in their last digit fall far apart. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** All shares of an execution. */
export const sharesOf = (booked: Readonly<BookedExecution>): readonly Readonly<ExecutionShare>[] =>
  booked.others.length === 0 ? [booked] : [booked, ...booked.others];
