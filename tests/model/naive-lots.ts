import { descending, fraction, lesser, nearest, size, sum } from "./rational.ts";

export type NaiveLot = { id: number; quantity: bigint; cost: bigint; costAsset: string; at: number; execution: string | null };
/** One asset against a cash asset: what a trade moves. */
export type Pair = Readonly<{ base: string; quote: string; settlement: "full" | "margined" }>;

/** The lots of one portfolio, by asset. */
export class NaiveLots {
  method: string;
  readonly #lots = new Map<string, readonly NaiveLot[]>();
  constructor(method: string) {
    this.method = method;
  }
  /** LOT-2. */
  readonly of = (asset: string): readonly NaiveLot[] => this.#lots.get(asset) ?? [];
  readonly held = (asset: string): bigint => sum(this.of(asset).map(({ quantity }) => quantity));
  replace(asset: string, lots: readonly NaiveLot[]): void {
    const kept = lots.filter(({ quantity }) => quantity !== 0n).sort((a, b) => a.at - b.at || a.id - b.id);
    this.#lots.set(asset, kept);
  }
  /** LOT-7 to LOT-11: which go first. */
  inOrder({ base, quote }: Pair, names: readonly number[] = []): readonly NaiveLot[] {
    const lots = [...this.of(base)];
    if (this.method === "lifo") return lots.reverse();
    if (this.method === "specific") return [...new Set([...names.flatMap((id) => lots.filter((lot) => lot.id === id)), ...lots])];
    if (this.method !== "hifo") return lots;
    const group = ({ costAsset }: NaiveLot): string => (costAsset === quote ? "" : costAsset);
    return lots.sort((a, b) => {
      if (group(a) !== group(b)) return group(a) < group(b) ? -1 : 1;
      return descending(fraction(a.cost, a.quantity), fraction(b.cost, b.quantity)) * (a.quantity < 0n ? -1 : 1);
    });
  }
  /** LOT-5: takes units, as a magnitude, in the order given. */
  take(asset: string, order: readonly NaiveLot[], wanted: bigint): readonly NaiveLot[] {
    let left = wanted;
    const taken = order.map((lot) => {
      const part = lesser(left, size(lot.quantity));
      const quantity = lot.quantity < 0n ? -part : part;
      const cost = nearest(fraction(lot.cost * quantity, lot.quantity));
      Object.assign(lot, { quantity: lot.quantity - quantity, cost: lot.cost - cost });
      left -= part;
      return { ...lot, quantity, cost };
    });
    this.replace(asset, this.of(asset));
    return taken.filter(({ quantity }) => quantity !== 0n);
  }
  /** LOT-10: under `average` a lot joins the pool of its cost asset; else it takes the next id. */
  open(asset: string, lot: NaiveLot, nextId: () => number): void {
    const pool = this.method === "average" ? this.of(asset).find(({ costAsset }) => costAsset === lot.costAsset) : undefined;
    if (pool === undefined) this.replace(asset, [...this.of(asset), { ...lot, id: nextId() }]);
    else Object.assign(pool, { quantity: pool.quantity + lot.quantity, cost: pool.cost + lot.cost });
  }
}
