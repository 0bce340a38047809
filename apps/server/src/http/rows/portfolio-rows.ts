import type { AccountRow, PnlRow, PortfolioDetail, PortfolioRow, StatusRow } from "@bulkhead/contract";
import { hoursText } from "@bulkhead/contract";
import { type LossLimit, MODES, type OvernightPolicy, type Portfolio, type StateView, type View } from "@bulkhead/core";
import { formatRatio, type Money, type Ratio, subtract } from "@bulkhead/money";
import type { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { numberOf } from "../scope.ts";
import { baseOf, baseText, drawdownText, type Figures, figuresOf, iso, isoOrNull, netPnl, orNull } from "./figures.ts";

type Row<T extends z.ZodType> = z.infer<T>;
const ratioText = (ratio: View<Ratio> | Ratio | null): string | null => orNull<Ratio>(ratio, formatRatio);

/** `active`, `paused` or `archived` (S1.14). */
export const statusOf = (portfolio: View<Portfolio>): "active" | "paused" | "archived" =>
  portfolio.archived ? "archived" : portfolio.tradingState === "active" ? "active" : "paused";

export function portfolioRow(state: StateView, portfolio: View<Portfolio>, version: number): Row<typeof PortfolioRow> {
  const figures = figuresOf(state, portfolio);
  const money = (amount: Money): string => baseText(state, amount);
  return {
    portfolio_id: portfolio.id,
    name: portfolio.settings.name === "" ? portfolio.id : portfolio.settings.name,
    description: portfolio.settings.description,
    status: statusOf(portfolio),
    trading_state: portfolio.tradingState,
    state_reason: portfolio.stateReason,
    version,
    base_currency: baseOf(state).id,
    strategy_type: portfolio.settings.strategy?.type ?? null,
    initial_balance: money(figures.contributions),
    current_balance: money(figures.cash),
    total_invested: money(figures.grossExposure),
    total_profit_loss: money(subtract(figures.equity, figures.contributions)),
    equity: money(figures.equity),
    realized_pnl: money(figures.realized),
    unrealized_pnl: money(figures.unrealized),
    fees: money(figures.fees),
    day_pnl: money(figures.dayPnl),
    drawdown: drawdownText(figures),
    open_positions: portfolio.holdings.size,
    open_orders: portfolio.orders.length,
    created_at: iso(portfolio.createdAt),
    number: numberOf(state, portfolio.id),
    marked_at: isoOrNull(figures.markedAt),
  };
}

export function portfolioDetail(state: StateView, portfolio: View<Portfolio>, version: number): Row<typeof PortfolioDetail> {
  const { settings } = portfolio;
  const { limits, protection } = settings;
  const money = (amount: View<Money> | null): string | null => orNull<Money>(amount, (value) => baseText(state, value));
  return {
    ...portfolioRow(state, portfolio, version),
    time_zone: settings.timeZone,
    lot_matching: settings.lotMatching,
    fx: settings.fx,
    symbols: settings.universe === null ? null : [...settings.universe],
    strategy_config: settings.strategy?.params ?? null,
    enabled_strategies: settings.enabledStrategies === null ? null : [...settings.enabledStrategies],
    min_confidence: ratioText(settings.minConfidence),
    trade_amount: money(settings.tradeAmount),
    max_position_pct: ratioText(limits.maxPositionPct),
    max_position_size: money(limits.maxPositionSize),
    max_total_exposure: money(limits.maxTotalExposure),
    max_leverage: ratioText(limits.maxLeverage),
    max_net_exposure: money(limits.maxNetExposure),
    max_open_positions: limits.maxOpenPositions,
    max_order_notional: money(limits.maxOrderNotional),
    max_orders_per_minute: limits.maxOrdersPerMinute,
    collar_pct: ratioText(limits.collar),
    loss_limits: limits.losses.map((loss: View<LossLimit>) => ({
      window: loss.window,
      pct: ratioText(loss.fraction),
      amount: money(loss.amount),
    })),
    stop_loss_pct: ratioText(protection.stopLossPct),
    take_profit_pct: ratioText(protection.takeProfitPct),
    trailing_stop_pct: ratioText(protection.trailingStopPct),
    use_trailing_stop: protection.trailingStopPct !== null,
    overnight: overnightOf(settings.overnight),
    bot_version: settings.labels.botVersion,
    run_id: settings.labels.runId,
  };
}

function overnightOf(policy: View<OvernightPolicy> | null): Row<typeof PortfolioDetail>["overnight"] {
  if (policy === null) return null;
  return {
    stop_pct: ratioText(policy.stopPct),
    stop_factor: ratioText(policy.stopFactor),
    take_profit_pct: ratioText(policy.takeProfitPct),
    take_profit_factor: ratioText(policy.takeProfitFactor),
    before_close_ms: policy.beforeCloseMs,
    after_open_ms: policy.afterOpenMs,
    hours: policy.hours === null ? null : hoursText(policy.hours),
    except: [...policy.except],
  };
}

export function pnlRow(state: StateView, id: string, figures: Figures): Row<typeof PnlRow> {
  const money = (amount: Money): string => baseText(state, amount);
  return {
    portfolio_id: id,
    equity: money(figures.equity),
    realized_pnl: money(figures.realized),
    unrealized_pnl: money(figures.unrealized),
    income: money(figures.income),
    fees: money(figures.fees),
    net_pnl: money(netPnl(figures)),
    day_pnl: money(figures.dayPnl),
    high_water_mark: money(figures.highWaterMark),
    drawdown: drawdownText(figures),
    complete: figures.complete,
    marked_at: isoOrNull(figures.markedAt),
  };
}

export function accountRow(
  state: StateView,
  id: string,
  figures: Figures,
  cashByAsset: Readonly<Record<string, string>>,
): Row<typeof AccountRow> {
  const money = (amount: Money): string => baseText(state, amount);
  return {
    portfolio_id: id,
    base_currency: baseOf(state).id,
    cash: money(figures.cash),
    available_cash: money(figures.available),
    equity: money(figures.equity),
    gross_exposure: money(figures.grossExposure),
    net_exposure: money(figures.netExposure),
    contributions: money(figures.contributions),
    cash_by_asset: cashByAsset,
    complete: figures.complete,
    marked_at: isoOrNull(figures.markedAt),
  };
}

/** When anything was last marked. */
function lastMarkedAt(state: StateView): number | null {
  let last: number | null = null;
  for (const { at } of state.marks.values()) if (last === null || at > last) last = at;
  return last;
}

const LEVELS = ["pause", "cancel", "flatten"] as const;

export function statusRow(
  { state, readiness, alarms, live }: Pick<DeskAccount, "state" | "readiness" | "alarms" | "live">,
  portfolio: View<Portfolio>,
): Row<typeof StatusRow> {
  const scopes = ["account", `portfolio:${portfolio.id}`];
  const levels = scopes.flatMap((scope) => state.kills.get(scope)?.level ?? []);
  const modes = scopes.flatMap((scope) => state.modes.get(scope)?.mode ?? []);
  return {
    portfolio_id: portfolio.id,
    name: portfolio.settings.name === "" ? portfolio.id : portfolio.settings.name,
    status: statusOf(portfolio),
    trading_state: portfolio.tradingState,
    state_reason: portfolio.stateReason,
    kill: LEVELS.findLast((level) => levels.includes(level)) ?? null,
    mode_in_force: MODES.findLast((mode) => modes.includes(mode)) ?? "ready",
    connection: live?.status.session.state ?? "simulated",
    ready: readiness.ready,
    reasons: [...readiness.reasons],
    alarms: alarms
      .filter((alarm) => alarm.portfolio === null || alarm.portfolio === portfolio.id)
      .map(({ code, instrument, quantity, reason, says }) => ({ code, instrument, quantity, reason, says })),
    open_positions: portfolio.holdings.size,
    open_orders: portfolio.orders.length,
    protections: portfolio.protections.size,
    last_marked_at: isoOrNull(lastMarkedAt(state)),
    day: portfolio.day?.date ?? null,
  };
}
