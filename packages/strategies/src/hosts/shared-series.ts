import type { SeriesColumns } from "../ta/series.ts";

const COLUMNS = ["openAt", "closeAt", "open", "high", "low", "close", "volume"] as const;
type Column = (typeof COLUMNS)[number];

/** Where a series is to be found by another thread; another `capacity` is another memory. */
export type SeriesHandle = Readonly<{
  memory: SharedArrayBuffer;
  /** Rows that each column has room for. */
  capacity: number;
  priceScale: number;
  volumeScale: number;
}>;

/** Room for growth beyond what is there. */
const ROOM = 1_024;

/** A series in memory that threads share: written here, once for all of them, and only closed bars. */
class SharedSeries {
  handle: SeriesHandle;
  readonly #source: SeriesColumns;
  #columns: Readonly<Record<Column, Float64Array>>;
  #rows = 0;

  constructor(source: SeriesColumns) {
    this.#source = source;
    this.handle = handleFor(source);
    this.#columns = columnsIn(this.handle);
    this.update();
  }

  /** Takes over bars that closed since. */
  update(): void {
    const source = this.#source;
    const { length } = source;
    if (length === this.#rows) return;
    if (length > this.handle.capacity) {
      this.handle = handleFor(source);
      this.#columns = columnsIn(this.handle);
      this.#rows = 0;
    }
    for (const name of COLUMNS) this.#columns[name].set(source[name].subarray(this.#rows, length), this.#rows);
    this.#rows = length;
  }
}

/** The series of a desk as its threads share them, each copied once. */
export class SharedMarket {
  readonly #series = new WeakMap<SeriesColumns, SharedSeries>();

  /** The handle of a series, up to its last closed bar. */
  handleOf(source: SeriesColumns): SeriesHandle {
    const known = this.#series.get(source);
    if (known !== undefined) {
      known.update();
      return known.handle;
    }
    const made = new SharedSeries(source);
    this.#series.set(source, made);
    return made.handle;
  }
}

/** The other end: columns to read, as far as `length` says. */
export class MappedSeries implements SeriesColumns {
  length = 0;
  priceScale: SeriesColumns["priceScale"];
  volumeScale: SeriesColumns["volumeScale"];
  openAt: Float64Array;
  closeAt: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume: Float64Array;

  constructor(handle: SeriesHandle) {
    const columns = columnsIn(handle);
    this.priceScale = handle.priceScale as SeriesColumns["priceScale"];
    this.volumeScale = handle.volumeScale as SeriesColumns["volumeScale"];
    this.openAt = columns.openAt;
    this.closeAt = columns.closeAt;
    this.open = columns.open;
    this.high = columns.high;
    this.low = columns.low;
    this.close = columns.close;
    this.volume = columns.volume;
  }

  /** The series moved to a larger memory. */
  move(handle: SeriesHandle): void {
    Object.assign(this, columnsIn(handle));
  }
}

function handleFor({ length, priceScale, volumeScale }: SeriesColumns): SeriesHandle {
  const capacity = 2 * length + ROOM;
  const memory = new SharedArrayBuffer(capacity * COLUMNS.length * Float64Array.BYTES_PER_ELEMENT);
  return { memory, capacity, priceScale, volumeScale };
}

function columnsIn({ memory, capacity }: SeriesHandle): Readonly<Record<Column, Float64Array>> {
  const bytes = capacity * Float64Array.BYTES_PER_ELEMENT;
  return Object.fromEntries(COLUMNS.map((name, place) => [name, new Float64Array(memory, place * bytes, capacity)])) as never;
}
