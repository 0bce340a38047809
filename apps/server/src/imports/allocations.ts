import { formatRatio, isMore, ONE, parseRatio, type Ratio, ratioOfUnits, subtract, unitsOf } from "@bulkhead/money";
import type { StatedContract } from "@bulkhead/venues";

/** What part of the cost of something goes with what was spun off of it, as its company states it (Form 8937): `0.0812`, or `8.12%`. */
export type Allocation = Readonly<{ key: string; share: string }>;

/** The parts of cost that a person stated, by contract; those that nothing asked for are told. */
export class Allocations {
  readonly #given: readonly Readonly<{ key: string; share: Ratio }>[];
  readonly #used = new Set<string>();

  constructor(given: readonly Allocation[]) {
    this.#given = given.flatMap(({ key, share }) => {
      const parsed = shareOf(share);
      return parsed === undefined ? [] : [{ key, share: parsed }];
    });
  }

  /** By contract id, ISIN, symbol or instrument; undefined where nothing was stated. */
  of({ key, names, instrument }: StatedContract, id: string): Ratio | undefined {
    const called = [key, instrument.symbol, id, ...names.map((name) => name.key)];
    const found = this.#given.find((each) => called.includes(each.key));
    if (found !== undefined) this.#used.add(found.key);
    return found?.share;
  }

  get unused(): readonly string[] {
    return this.#given.filter(({ key }) => !this.#used.has(key)).map(({ key }) => key);
  }
}

/** A fraction from 0 to 1; undefined: it is none. */
export function shareOf(text: string): Ratio | undefined {
  const isPercent = text.endsWith("%");
  const parsed = parseRatio(isPercent ? text.slice(0, -1) : text);
  if (!parsed.ok) return undefined;
  const share = isPercent ? ratioOfUnits(Math.round(unitsOf(parsed.value) / 100)) : parsed.value;
  return unitsOf(share) < 0 || isMore(share, ONE) ? undefined : share;
}

/** What is left for what is kept. */
export const rest = (shares: readonly Ratio[]): Ratio => shares.reduce((left, share) => subtract(left, share), ONE);

export const shareText = (share: Ratio): string => formatRatio(share);
