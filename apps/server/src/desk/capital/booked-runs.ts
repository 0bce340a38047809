import type { PortfolioId, StateView } from "@bulkhead/core";
import { isMore, type Money, moneyOfUnits, unitsOf, ZERO_MONEY } from "@bulkhead/money";
import type { Move } from "./plan.ts";

/** Which schedule of which kind, and on what occasion: the instant it was due, or the wish of a person. */
export type Run = Readonly<{ kind: "rebalance" | "sweep"; id: string; occasion: string }>;

/** How the books remember a transfer. */
const BOOKED = "transfer:";
const NO_MARK = "-";

/** The id of a run's transfer: what was done on an occasion is found in the books by it, and so is never done twice. */
export function transferIdOf({ kind, id, occasion }: Run, move: Move, index: number): string {
  if (kind === "rebalance") return `rebalance:${id}:${index + 1}:${occasion}`;
  return `sweep:${id}:${move.from}:${move.sweptUpTo === null ? NO_MARK : unitsOf(move.sweptUpTo)}:${occasion}`;
}

/**
 * What schedules have moved so far, as the books themselves remember it: the only thing that decides whether a run is done, and up to where
 * profit is swept. Looks through the booked ids once.
 */
export class BookedRuns {
  readonly #done = new Set<string>();
  readonly #sweptUpTo = new Map<PortfolioId, Money>();

  constructor(state: StateView) {
    for (const booked of state.bookedIds) if (booked.startsWith(BOOKED)) this.note(booked.slice(BOOKED.length));
  }

  has({ kind, id, occasion }: Run): boolean {
    return this.#done.has(`${kind}:${id}:${occasion}`);
  }

  sweptUpTo(portfolio: PortfolioId): Money {
    return this.#sweptUpTo.get(portfolio) ?? ZERO_MONEY;
  }

  note(transferId: string): void {
    const [kind = "", id = "", who = "", ...rest] = transferId.split(":");
    if (kind === "rebalance") this.#done.add(`${kind}:${id}:${rest.join(":")}`);
    if (kind !== "sweep") return;
    const [mark = NO_MARK, ...occasion] = rest;
    this.#done.add(`${kind}:${id}:${occasion.join(":")}`);
    const units = Number(mark);
    if (mark === NO_MARK || !Number.isSafeInteger(units)) return;
    const portfolio = who as PortfolioId;
    if (isMore(moneyOfUnits(units), this.sweptUpTo(portfolio))) this.#sweptUpTo.set(portfolio, moneyOfUnits(units));
  }
}
