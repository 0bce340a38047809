import { plainSum, unsigned } from "../statement/decimal-text.ts";

/** What orders fills: when, of what, and what was held before. `index` is the place in the reply. */
export type ChainedFill = Readonly<{
  index: number;
  time: number;
  hash: string;
  price: string;
  size: string;
  buys: boolean;
  before: string;
}>;

/** Fills that happened as one: a fill, or the two sides of a trade with oneself, which leave what is held as it was. */
export type Unit<F> = Readonly<{ fills: readonly [F] | readonly [F, F]; before: string; after: string }>;

/** More fills of one coin in one millisecond than this are taken in the order of the reply. */
const SEARCH_MAX = 12;

/**
 * Fills of one coin in the order in which they happened. Replies are by time only, and many share a millisecond: what was held before each says
 * which came first. A trade with oneself is told as two fills with the same position before.
 */
export function inChain<F extends ChainedFill>(fills: readonly F[]): readonly Unit<F>[] {
  const groups = new Map<number, F[]>();
  for (const fill of [...fills].sort((a, b) => a.time - b.time || a.index - b.index))
    groups.set(fill.time, [...(groups.get(fill.time) ?? []), fill]);
  const chain: Unit<F>[] = [];
  for (const group of groups.values()) chain.push(...ordered(pairedUp(group), chain.at(-1)?.after));
  return chain;
}

function pairedUp<F extends ChainedFill>(group: readonly F[]): readonly Unit<F>[] {
  const left = [...group];
  const units: Unit<F>[] = [];
  for (let fill = left.shift(); fill !== undefined; fill = left.shift()) {
    const { hash, price, size, buys, before } = fill;
    const other = left.findIndex(
      (each) => each.hash === hash && each.price === price && each.size === size && each.buys !== buys && each.before === before,
    );
    const [pair] = other < 0 ? [] : left.splice(other, 1);
    const after = plainSum([before, pair !== undefined ? "0" : buys ? size : `-${unsigned(size)}`]);
    // The side that closes comes first: what it closes was held before.
    if (pair === undefined) units.push({ fills: [fill], before, after });
    else units.push({ fills: before.startsWith("-") === fill.buys ? [fill, pair] : [pair, fill], before, after });
  }
  return units;
}

/** The order in which each begins where the one before it ended; the order of the reply where there is none. */
function ordered<F extends ChainedFill>(units: readonly Unit<F>[], from: string | undefined): readonly Unit<F>[] {
  if (units.length > SEARCH_MAX) return units;
  const starts =
    from !== undefined && units.some(({ before }) => isSame(before, from)) ? [from] : [...new Set(units.map(({ before }) => before))];
  for (const start of starts) {
    const found = search(units, start);
    if (found !== undefined) return found;
  }
  return units;
}

function search<F extends ChainedFill>(units: readonly Unit<F>[], from: string): readonly Unit<F>[] | undefined {
  if (units.length === 0) return [];
  for (const [place, unit] of units.entries()) {
    if (!isSame(unit.before, from)) continue;
    const rest = search(units.toSpliced(place, 1), unit.after);
    if (rest !== undefined) return [unit, ...rest];
  }
  return undefined;
}

const isSame = (a: string, b: string): boolean => plainSum([a]) === plainSum([b]);
