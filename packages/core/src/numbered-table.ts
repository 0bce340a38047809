/** A numbered table, to look at. */
export interface NumberedView<K extends number, V> {
  readonly size: number;
  get(key: K): V | undefined;
  has(key: K): boolean;
  values(): IterableIterator<V>;
  entries(): IterableIterator<[K, V]>;
}

/**
 * Rows by an ascending number: orders come with the next number and leave mostly in that order. A map that is filled and emptied
 * for ever is rebuilt for ever, and each old copy keeps the rows of the next alive; here a row is a place in a list.
 */
export class NumberedTable<K extends number, V> implements NumberedView<K, V> {
  #rows: (V | undefined)[] = [];
  /** Number of the first place. */
  #first = 0;
  #size = 0;

  /** A table of these rows, in ascending order of their numbers. */
  static from<K extends number, V>(rows: Iterable<readonly [K, V]>): NumberedTable<K, V> {
    const table = new NumberedTable<K, V>();
    for (const [key, row] of rows) table.set(key, row);
    return table;
  }

  get size(): number {
    return this.#size;
  }

  get(key: K): V | undefined {
    return this.#rows[key - this.#first];
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  /** Puts a row; a new number is larger than every number that is there. */
  set(key: K, row: V): void {
    if (this.#size === 0) {
      this.#rows = [];
      this.#first = key;
    }
    const place = key - this.#first;
    while (this.#rows.length < place) this.#rows.push(undefined);
    if (this.#rows[place] === undefined) this.#size += 1;
    this.#rows[place] = row;
  }

  delete(key: K): void {
    const place = key - this.#first;
    if (this.#rows[place] === undefined) return;
    this.#rows[place] = undefined;
    this.#size -= 1;
  }

  /** Gives back the places before the first row that is left. */
  compact(): void {
    const empty = this.#rows.findIndex((row) => row !== undefined);
    const gone = empty === -1 ? this.#rows.length : empty;
    this.#rows = this.#rows.slice(gone);
    this.#first += gone;
  }

  *values(): IterableIterator<V> {
    for (const row of this.#rows) if (row !== undefined) yield row;
  }

  *entries(): IterableIterator<[K, V]> {
    for (let place = 0; place < this.#rows.length; place++) {
      const row = this.#rows[place];
      if (row !== undefined) yield [(place + this.#first) as K, row];
    }
  }
}
