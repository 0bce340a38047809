import type { BarSeries } from "./series.ts";

/**
 * The order in which the bars of several series become known: by `closeAt`, then by position in `series`. Step i is bar
 * `bar[i]` of series `which[i]`. One series is its own time line: then `which` and `bar` are undefined and step i is bar i
 * of series 0. A group is all steps of one instant.
 */
export type Timeline = Readonly<{
  series: readonly BarSeries[];
  /** Steps in all. */
  length: number;
  which: Uint16Array | undefined;
  bar: Uint32Array | undefined;
  /** Group g is the steps [groups[g], groups[g + 1]); undefined where every step is a group of its own. */
  groups: Uint32Array | undefined;
  /** Number of groups. */
  groupCount: number;
}>;

/** Merges series into one time line: O(bars × log series), two integers per bar, nothing for a single series of distinct instants. */
export function mergeTimeline(series: readonly BarSeries[]): Timeline {
  const length = series.reduce((sum, one) => sum + one.length, 0);
  const [only] = series;
  if (only === undefined) return { series, length: 0, which: undefined, bar: undefined, groups: undefined, groupCount: 0 };
  if (series.length === 1) return identity(series, only);
  const which = new Uint16Array(length);
  const bar = new Uint32Array(length);
  const starts = new Uint32Array(length + 1);
  const groupCount = merge(
    series.map((one) => one.closeAt),
    which,
    bar,
    starts,
  );
  const groups = groupCount === length ? undefined : starts.slice(0, groupCount + 1);
  return { series, length, which, bar, groups, groupCount };
}

/** A single series: groups only where ticks share an instant. */
function identity(series: readonly BarSeries[], only: BarSeries): Timeline {
  const { closeAt, length } = only;
  let groupCount = length === 0 ? 0 : 1;
  for (let i = 1; i < length; i += 1) if (closeAt[i] !== closeAt[i - 1]) groupCount += 1;
  if (groupCount === length) return { series, length, which: undefined, bar: undefined, groups: undefined, groupCount };
  const groups = new Uint32Array(groupCount + 1);
  let g = 0;
  for (let i = 1; i < length; i += 1) if (closeAt[i] !== closeAt[i - 1]) groups[++g] = i;
  groups[groupCount] = length;
  return { series, length, which: undefined, bar: undefined, groups, groupCount };
}

/** k-way merge by a binary heap of series, keyed by the instant of their next bar and, on a tie, by their position. */
function merge(closeAts: readonly Float64Array[], which: Uint16Array, bar: Uint32Array, starts: Uint32Array): number {
  const heads = new Float64Array(closeAts.length);
  const next = new Uint32Array(closeAts.length);
  const heap = new Int32Array(closeAts.length);
  let size = 0;
  for (let s = 0; s < closeAts.length; s += 1) {
    const first = closeAts[s]?.[0];
    if (first === undefined) continue;
    heads[s] = first;
    heap[size++] = s;
  }
  for (let i = (size >> 1) - 1; i >= 0; i -= 1) sink(heap, heads, size, i);
  let step = 0;
  let groups = 0;
  let instant = Number.NaN;
  while (size > 0) {
    const s = heap[0] as number;
    const at = heads[s] as number;
    const column = closeAts[s] as Float64Array;
    let i = next[s] as number;
    if (at !== instant) {
      starts[groups++] = step;
      instant = at;
    }
    which[step] = s;
    bar[step++] = i;
    i += 1;
    next[s] = i;
    if (i < column.length) heads[s] = column[i] as number;
    else heap[0] = heap[--size] as number;
    sink(heap, heads, size, 0);
  }
  starts[groups] = step;
  return groups;
}

function sink(heap: Int32Array, heads: Float64Array, size: number, from: number): void {
  const s = heap[from] as number;
  const at = heads[s] as number;
  let i = from;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= size) break;
    let c = heap[child] as number;
    let cAt = heads[c] as number;
    if (child + 1 < size) {
      const d = heap[child + 1] as number;
      const dAt = heads[d] as number;
      if (dAt < cAt || (dAt === cAt && d < c)) {
        child += 1;
        c = d;
        cAt = dAt;
      }
    }
    if (at < cAt || (at === cAt && s < c)) break;
    heap[i] = c;
    i = child;
  }
  heap[i] = s;
}
