import { percentWords, type RebalanceConfig } from "@bulkhead/contract";
import type { StateView } from "@bulkhead/core";
import {
  absolute,
  add,
  formatRatio,
  isLess,
  isMore,
  isNegative,
  isPositive,
  isZero,
  least,
  type Money,
  type Ratio,
  ratioBetween,
  rescale,
  split,
  subtract,
  unitsOf,
  ZERO_MONEY,
  ZERO_RATIO,
} from "@bulkhead/money";
import { inCents, isTrouble, type Move, type Planned, type Share, troubled, type Valued, valued } from "./plan.ts";

/** What a rebalance is made of: of the configuration, or asked for by hand. */
export type Targets = Pick<RebalanceConfig, "targets" | "drift" | "minimum">;

/**
 * Cash from who has more than its share of the pool to who has less, as far as cash is free; nothing is sold. The pool is what the named
 * portfolios are worth together at the journaled marks. Where free cash is not enough, it is shared out by what is wanted.
 */
export function planRebalance(state: StateView, { targets, drift, minimum }: Targets): Planned {
  const all: Valued[] = [];
  for (const { portfolio } of targets) {
    const one = valued(state, portfolio);
    if (isTrouble(one)) return { ok: false, trouble: one };
    all.push(one);
  }
  const pool = all.reduce((sum, { equity }) => add(sum, equity), ZERO_MONEY);
  if (!isPositive(pool)) return troubled("CAPITAL_POOL_EMPTY", { portfolios: targets.map(({ portfolio }) => portfolio).join(", ") });
  const wanted = split(
    pool,
    targets.map(({ weight }) => unitsOf(weight)),
  );
  const shares = all.map(({ portfolio, equity, free }, index): Share => {
    const target = targets[index]?.weight ?? ZERO_RATIO;
    return {
      portfolio: portfolio.id,
      equity,
      free,
      weight: ratioBetween(equity, pool),
      target,
      wants: subtract(wanted[index] ?? ZERO_MONEY, equity),
    };
  });
  const largest = shares.map(driftOf).reduce((most, each) => (isMore(each, most) ? each : most), ZERO_RATIO);
  const withinDrift = drift !== null && !isMore(largest, drift);
  const lacking = shares.reduce((sum, { wants }) => (isPositive(wants) ? add(sum, wants) : sum), ZERO_MONEY);
  if (withinDrift) return { ok: true, plan: { shares, moves: [], sells: [], short: ZERO_MONEY, drift: largest, withinDrift } };
  const moves = movesOf(shares, { minimum, scale: state.account?.base.scale ?? 0 });
  const moved = moves.reduce((sum, { amount }) => add(sum, amount), ZERO_MONEY);
  return { ok: true, plan: { shares, moves, sells: [], short: subtract(lacking, moved), drift: largest, withinDrift } };
}

/** How far a share is off its target, in either direction. */
export const driftOf = ({ weight, target }: Share): Ratio => absolute(subtract(weight ?? ZERO_RATIO, target ?? ZERO_RATIO));

function movesOf(shares: readonly Share[], options: Readonly<{ minimum: Money; scale: number }>): readonly Move[] {
  const { minimum, scale } = options;
  const givers = shares
    .filter(({ wants }) => isNegative(wants))
    .map((share) => ({ share, left: inCents(least(absolute(share.wants), share.free), scale) }));
  const given = givers.reduce((sum, { left }) => add(sum, left), ZERO_MONEY);
  const takers = takersOf(shares, given, scale);
  const moves: Move[] = [];
  for (const giver of givers) {
    for (const taker of takers) {
      const amount = least(giver.left, taker.left);
      if (isZero(amount)) continue;
      giver.left = subtract(giver.left, amount);
      taker.left = subtract(taker.left, amount);
      if (isLess(amount, minimum)) continue;
      moves.push({ from: giver.share.portfolio, to: taker.share.portfolio, amount, why: whyOf(giver.share, taker.share), sweptUpTo: null });
    }
  }
  return moves;
}

type Taker = { readonly share: Share; left: Money };

/** Who gets how much of what is given: all that is wanted, or its part of it. */
function takersOf(shares: readonly Share[], given: Money, scale: number): readonly Taker[] {
  const wanting = shares.filter(({ wants }) => isPositive(wants));
  const wanted = wanting.reduce((sum, { wants }) => add(sum, wants), ZERO_MONEY);
  const parts = isLess(given, wanted)
    ? split(
        given,
        wanting.map(({ wants }) => unitsOf(wants)),
      )
    : wanting.map(({ wants }) => wants);
  return wanting.map((share, index) => ({ share, left: inCents(parts[index] ?? ZERO_MONEY, scale) }));
}

const whyOf = (from: Share, to: Share): string => `${standing(from)}, ${standing(to)}`;
const standing = ({ portfolio, weight, target }: Share): string => `${portfolio} at ${percent(weight)} of ${percent(target)}`;

/** "62.35 %", rounded for people. */
const percent = (ratio: Ratio | null): string =>
  percentWords(formatRatio(rescale(rescale(ratio ?? ZERO_RATIO, 1, 100_000, "half-even"), 100_000, 1, "half-even")));
