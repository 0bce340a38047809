import { percentWords, type SweepConfig } from "@bulkhead/contract";
import type { PortfolioId, StateView } from "@bulkhead/core";
import {
  add,
  divide,
  formatAmount,
  formatRatio,
  isLess,
  isPositive,
  isZero,
  least,
  type Money,
  multiply,
  negate,
  subtract,
  ZERO_MONEY,
} from "@bulkhead/money";
import { inCents, isTrouble, type Move, type Planned, type Share, type Valued, valued } from "./plan.ts";

/** Up to where a portfolio's profit was ever swept, in base currency; nothing where it never was. */
export type SweptUpTo = (portfolio: PortfolioId) => Money;

/**
 * Profit out of portfolios, as far as cash is free. Over a high-water mark profit is equity less what was put in, so that no transfer ever
 * counts as profit, and what was swept once is never swept again: a loss has to be made up for first. Over an amount it is equity beyond that.
 */
export function planSweep(
  state: StateView,
  sweep: Pick<SweepConfig, "from" | "to" | "above" | "share" | "minimum">,
  sweptUpTo: SweptUpTo,
): Planned {
  const to = valued(state, sweep.to);
  if (isTrouble(to)) return { ok: false, trouble: to };
  const shares: Share[] = [];
  const moves: Move[] = [];
  let short = ZERO_MONEY;
  for (const name of sweep.from) {
    const from = valued(state, name);
    if (isTrouble(from)) return { ok: false, trouble: from };
    const { profit, mark } = profitOf(from, sweep, sweptUpTo);
    const scale = state.account?.base.scale ?? 0;
    const wanted = isPositive(profit) ? inCents(multiply(profit, sweep.share, "down"), scale) : ZERO_MONEY;
    const amount = inCents(least(wanted, from.free), scale);
    shares.push({ portfolio: from.portfolio.id, equity: from.equity, free: from.free, weight: null, target: null, wants: negate(wanted) });
    if (isZero(amount) || isLess(amount, sweep.minimum)) {
      short = add(short, wanted);
      continue;
    }
    short = add(short, subtract(wanted, amount));
    // Where cash was short, only the profit that this came from counts as swept.
    const swept = isLess(amount, wanted) ? least(profit, divide(amount, sweep.share, "up")) : profit;
    const sweptTo = mark === null ? null : add(mark, swept);
    moves.push({ from: from.portfolio.id, to: to.portfolio.id, amount, why: whyOf(sweep, { profit, mark, scale }), sweptUpTo: sweptTo });
  }
  return { ok: true, plan: { shares, moves, sells: [], short, drift: null, withinDrift: false } };
}

type Profit = Readonly<{ profit: Money /** Null: over an amount that stays. */; mark: Money | null }>;

function profitOf({ portfolio, equity }: Valued, { above }: Pick<SweepConfig, "above">, sweptUpTo: SweptUpTo): Profit {
  if (above !== "high-water-mark") return { profit: subtract(equity, above), mark: null };
  const mark = sweptUpTo(portfolio.id);
  return { profit: subtract(subtract(equity, portfolio.contributions as Money), mark), mark };
}

function whyOf(
  { above, share }: Pick<SweepConfig, "above" | "share">,
  { profit, mark, scale }: Profit & Readonly<{ scale: number }>,
): string {
  const over =
    above === "high-water-mark" ? `swept up to ${formatAmount(mark ?? ZERO_MONEY, scale)} before` : `above ${formatAmount(above, scale)}`;
  return `${percentWords(formatRatio(share))} of ${formatAmount(profit, scale)} profit, ${over}`;
}
