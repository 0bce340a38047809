import type { Allocation, Listing, Posting } from "@bulkhead/core";
import { unitsOf } from "@bulkhead/money";
import type { Movement } from "./holdings.ts";
import { total } from "./sum.ts";
import type { Outcome } from "./trades.ts";

/** What an execution brought each portfolio. A fee paid in coins realizes something on those coins: the rest of the postings. */
export function outcomesOf(
  allocations: readonly Allocation[],
  { base, quote }: Listing,
  postings: readonly Posting[],
  movements: readonly Movement[],
): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  for (const { portfolio, realized, fee } of allocations)
    outcomes.push({ portfolio, asset: base.id, currency: quote.id, realized: unitsOf(realized), fees: unitsOf(fee) });
  const realizing = allocations.filter(({ realized }) => unitsOf(realized) !== 0).length;
  if (postings.filter(({ account }) => account === "realized").length === realizing) return outcomes;
  for (const rest of realizedOutcomes(
    postings,
    movements.filter(({ asset }) => asset !== base.id),
    base.id,
  )) {
    const known = outcomes.filter(({ portfolio, currency }) => portfolio === rest.portfolio && currency === rest.currency);
    const realized = known.reduce((left, outcome) => total(left, -outcome.realized), rest.realized);
    if (realized !== 0) outcomes.push({ ...rest, realized });
  }
  return outcomes;
}

/** What every portfolio realized by an entry, onto the position of it that closed, else the one that moved, else of `asset`. */
export function realizedOutcomes(postings: readonly Posting[], movements: readonly Movement[], asset: string | null): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  for (const [portfolio, byCurrency] of realizedByPortfolio(postings)) {
    const moved = movements.filter((movement) => movement.portfolio === portfolio);
    const owner = moved.find(({ closed }) => closed > 0)?.asset ?? moved[0]?.asset ?? asset;
    for (const [currency, realized] of byCurrency)
      if (owner !== null) outcomes.push({ portfolio, asset: owner, currency, realized, fees: 0 });
  }
  return outcomes;
}

/** Postings onto `realized`, sign turned: positive is a gain. By portfolio and currency. */
function realizedByPortfolio(postings: readonly Posting[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (const { portfolio, account, asset, amount } of postings) {
    if (account !== "realized") continue;
    const own = found.get(portfolio) ?? new Map<string, number>();
    own.set(asset, total(own.get(asset) ?? 0, -unitsOf(amount)));
    found.set(portfolio, own);
  }
  return found;
}
