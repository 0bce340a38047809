import type { CreatePortfolioBody, PatchPortfolioBody } from "@bulkhead/contract";
import type { LossLimit, PortfolioSettings, RiskLimits, StateView } from "@bulkhead/core";
import type { Money, Ratio } from "@bulkhead/money";
import type { z } from "zod";
import { moneyOf, ratioOf } from "./amounts.ts";
import { HttpFailure } from "./failure.ts";
import { baseOf } from "./rows/figures.ts";
import { listingOf } from "./scope.ts";

type Asked = Omit<z.output<typeof CreatePortfolioBody>, "portfolio_id" | "starting_cash" | "active"> | z.output<typeof PatchPortfolioBody>;

/** Settings with what was asked for: null takes a limit away, a field left out stays (S1.35; names are the schema's, never the caller's). */
export function settingsWith(state: StateView, before: PortfolioSettings, asked: Asked): PortfolioSettings {
  const timeZone = asked.time_zone ?? before.timeZone;
  if (!isZone(timeZone)) throw new HttpFailure(422, "SETTINGS_INVALID", { field: "time_zone" });
  const { symbols } = asked;
  return {
    ...before,
    name: asked.name ?? before.name,
    description: asked.description ?? before.description,
    timeZone,
    lotMatching: asked.lot_matching ?? before.lotMatching,
    fx: asked.fx ?? before.fx,
    universe:
      symbols === undefined ? before.universe : symbols === null ? null : symbols.map((symbol) => listingOf(state, symbol).instrument.id),
    enabledStrategies: asked.enabled_strategies === undefined ? before.enabledStrategies : asked.enabled_strategies,
    minConfidence: ratio("min_confidence", asked.min_confidence, before.minConfidence),
    limits: limitsWith(state, before.limits, asked),
    protection: {
      stopLossPct: ratio("stop_loss_pct", asked.stop_loss_pct, before.protection.stopLossPct),
      takeProfitPct: ratio("take_profit_pct", asked.take_profit_pct, before.protection.takeProfitPct),
      trailingStopPct: ratio("trailing_stop_pct", asked.trailing_stop_pct, before.protection.trailingStopPct),
    },
    tradeAmount: tradeAmountWith(state, before.tradeAmount, asked),
    overnight: overnightWith(state, before.overnight, asked),
    labels: { botVersion: asked.bot_version ?? before.labels.botVersion, runId: asked.run_id ?? before.labels.runId },
  };
}

/** Minutes of the day of a text that its schema has proved. */
function hoursOf(text: string | null): NonNullable<PortfolioSettings["overnight"]>["hours"] {
  if (text === null) return null;
  const [from = 0, to = 0] = text.split("-").map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
  return { from, to };
}

function tradeAmountWith(state: StateView, before: Money | null, { trade_amount: text }: Asked): Money | null {
  return text === undefined ? before : text === null ? null : moneyOf("trade_amount", text, baseOf(state).scale);
}

/** A policy is set as a whole: what it leaves out is nothing. */
function overnightWith(state: StateView, before: PortfolioSettings["overnight"], { overnight }: Asked): PortfolioSettings["overnight"] {
  if (overnight === undefined) return before;
  if (overnight === null) return null;
  return {
    stopPct: ratio("overnight.stop_pct", overnight.stop_pct, null),
    stopFactor: ratio("overnight.stop_factor", overnight.stop_factor, null),
    takeProfitPct: ratio("overnight.take_profit_pct", overnight.take_profit_pct, null),
    takeProfitFactor: ratio("overnight.take_profit_factor", overnight.take_profit_factor, null),
    beforeCloseMs: overnight.before_close_ms,
    afterOpenMs: overnight.after_open_ms,
    hours: hoursOf(overnight.hours),
    except: overnight.except.map((symbol) => listingOf(state, symbol).instrument.id),
  };
}

function limitsWith(state: StateView, before: RiskLimits, asked: Asked): RiskLimits {
  const { scale } = baseOf(state);
  const money = (field: keyof Asked & string, now: Money | null): Money | null => {
    const text = asked[field] as string | null | undefined;
    return text === undefined ? now : text === null ? null : moneyOf(field, text, scale);
  };
  return {
    maxPositionPct: ratio("max_position_pct", asked.max_position_pct, before.maxPositionPct),
    maxPositionSize: money("max_position_size", before.maxPositionSize),
    maxTotalExposure: money("max_total_exposure", before.maxTotalExposure),
    maxLeverage: ratio("max_leverage", asked.max_leverage, before.maxLeverage),
    maxNetExposure: money("max_net_exposure", before.maxNetExposure),
    maxOpenPositions: asked.max_open_positions === undefined ? before.maxOpenPositions : asked.max_open_positions,
    maxOrderNotional: money("max_order_notional", before.maxOrderNotional),
    maxOrdersPerMinute: asked.max_orders_per_minute === undefined ? before.maxOrdersPerMinute : asked.max_orders_per_minute,
    collar: ratio("collar_pct", asked.collar_pct, before.collar),
    losses: lossesWith(before.losses, asked, scale),
  };
}

function lossesWith(before: readonly LossLimit[], asked: Asked, scale: number): readonly LossLimit[] {
  const listed = asked.loss_limits?.map(({ window, pct, amount }, index): LossLimit => {
    const field = `loss_limits.${index}`;
    if ((pct ?? null) === null && (amount ?? null) === null)
      throw new HttpFailure(400, "REQUEST_INVALID", { field, problem: "pct or amount is needed" });
    return {
      window,
      fraction: ratio(`${field}.pct`, pct, null),
      amount: amount === undefined || amount === null ? null : moneyOf(`${field}.amount`, amount, scale),
    };
  });
  const losses = listed ?? before;
  const daily = asked.max_daily_loss_pct;
  if (daily === undefined) return losses;
  const others = losses.filter(({ window, fraction }) => window !== "day" || fraction === null);
  return daily === null ? others : [...others, { window: "day", fraction: ratioOf("max_daily_loss_pct", daily), amount: null }];
}

const ratio = (field: string, text: string | null | undefined, before: Ratio | null): Ratio | null =>
  text === undefined ? before : text === null ? null : ratioOf(field, text);

function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
