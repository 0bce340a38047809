import type { CapitalPicture, CapitalPlan, CapitalRun, ScheduleConfig } from "@bulkhead/contract";
import { type Portfolio, type StateView, UNATTRIBUTED, type View } from "@bulkhead/core";
import { add, formatAmount, formatRatio, isPositive, type Money, type Ratio, ratioBetween, subtract, ZERO_MONEY } from "@bulkhead/money";
import type { Plan, Planned } from "../../desk/capital/plan.ts";
import type { RunOutcome } from "../../desk/capital/runs-file.ts";
import type { Standing } from "../../desk/capital/schedules.ts";
import { baseOf, baseText, figuresOf, iso, isoOrNull, orNull, sumOf } from "./figures.ts";
import { statusOf } from "./portfolio-rows.ts";

const ratioText = (ratio: Ratio | null): string | null => orNull<Ratio>(ratio, formatRatio);

export const runRow = ({ dueAt, at, by, result, moved, short, transfers, orders, detail }: RunOutcome): CapitalRun => ({
  due_at: isoOrNull(dueAt),
  at: iso(at),
  executed_by: by === "scheduler" ? "system" : "manual",
  principal: by,
  result,
  moved,
  short,
  transfers: transfers.map(({ transferId, from, to, amount, why }) => ({
    transfer_id: transferId,
    from_portfolio_id: from,
    to_portfolio_id: to,
    amount,
    reason: why,
  })),
  order_ids: [...orders],
  detail,
});

export function planRow(state: StateView, { shares, moves, sells, short, drift, withinDrift }: Plan): CapitalPlan {
  const money = (amount: Money): string => baseText(state, amount);
  return {
    shares: shares.map(({ portfolio, equity, free, weight, target, wants }) => ({
      portfolio_id: portfolio,
      equity: money(equity),
      free_cash: money(free),
      weight: ratioText(weight),
      target: ratioText(target),
      wants: money(wants),
    })),
    moves: moves.map(({ from, to, amount, why }) => ({
      from_portfolio_id: from,
      to_portfolio_id: to,
      amount: money(amount),
      reason: why,
    })),
    sells: sells.map(({ portfolio, instrument, quantity, value }) => ({
      portfolio_id: portfolio,
      instrument,
      quantity: formatAmount(quantity, state.listings.get(instrument)?.base.scale ?? 0),
      value: money(value),
    })),
    moved: money(moves.reduce((sum, { amount }) => add(sum, amount), ZERO_MONEY)),
    short: money(short),
    drift: ratioText(drift),
    within_drift: withinDrift,
  };
}

/** `planOf` says how a rebalance stands now. */
export function pictureRow(state: StateView, standing: readonly Standing[], planOf: (schedule: ScheduleConfig) => Planned): CapitalPicture {
  const portfolios = [...state.portfolios.values()];
  const total = sumOf(portfolios.map((portfolio) => figuresOf(state, portfolio)));
  const free = state.portfolios.get(UNATTRIBUTED);
  const pools = standing.flatMap(({ schedule }) => {
    const planned = schedule.kind === "rebalance" ? planOf(schedule) : undefined;
    return planned?.ok === true ? [{ id: schedule.id, plan: planned.plan }] : [];
  });
  const money = (amount: Money): string => baseText(state, amount);
  return {
    base_currency: baseOf(state).id,
    capital: money(total.contributions),
    equity: money(total.equity),
    cash: money(total.cash),
    free_cash: money(free === undefined ? ZERO_MONEY : figuresOf(state, free).available),
    over_allocation: state.account?.settings.overAllocation === true,
    complete: total.complete,
    portfolios: portfolios.filter(({ archived }) => !archived).map((portfolio) => portfolioShare(state, portfolio, total.equity, pools)),
    schedules: standing.map((each) => scheduleRow(state, each)),
  };
}

type Pool = Readonly<{ id: string; plan: Plan }>;

function portfolioShare(
  state: StateView,
  portfolio: View<Portfolio>,
  account: Money,
  pools: readonly Pool[],
): CapitalPicture["portfolios"][number] {
  const figures = figuresOf(state, portfolio);
  const pool = pools.find(({ plan }) => plan.shares.some((each) => each.portfolio === portfolio.id));
  const share = pool?.plan.shares.find((each) => each.portfolio === portfolio.id);
  const { weight = null, target = null } = share ?? {};
  const money = (amount: Money): string => baseText(state, amount);
  return {
    portfolio_id: portfolio.id,
    status: statusOf(portfolio),
    capital: money(figures.contributions),
    equity: money(figures.equity),
    cash: money(figures.cash),
    available_cash: money(figures.available),
    weight: isPositive(account) ? formatRatio(ratioBetween(figures.equity, account)) : null,
    rebalance: pool?.id ?? null,
    pool_weight: ratioText(weight),
    target: ratioText(target),
    drift: weight === null || target === null ? null : formatRatio(subtract(weight, target)),
  };
}

function scheduleRow(state: StateView, { schedule, nextAt, last }: Standing): CapitalPicture["schedules"][number] {
  const money = (amount: Money): string => baseText(state, amount);
  const { kind, id, timeZone, catchUp, minimum } = schedule;
  const timing = { kind, id, schedule: schedule.schedule, time_zone: timeZone, catch_up: catchUp, minimum: money(minimum) };
  const runs = { next_run_at: isoOrNull(nextAt), last_run: last === null ? null : runRow(last) };
  if (schedule.kind === "rebalance") {
    const targets = Object.fromEntries(schedule.targets.map(({ portfolio, weight }) => [portfolio, formatRatio(weight)]));
    const noSweep = { from_portfolio_ids: null, to_portfolio_id: null, above: null, share: null };
    return { ...timing, ...runs, targets, drift: ratioText(schedule.drift), sell: schedule.sell, ...noSweep };
  }
  return {
    ...timing,
    ...runs,
    targets: null,
    drift: null,
    sell: null,
    from_portfolio_ids: [...schedule.from],
    to_portfolio_id: schedule.to,
    above: schedule.above === "high-water-mark" ? schedule.above : money(schedule.above),
    share: formatRatio(schedule.share),
  };
}
