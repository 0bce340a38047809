import type { LossLimit, LossWindow, RiskLimits } from "@bulkhead/core";
import { parseMoney, parseRatio } from "@bulkhead/money";
import type { ConfigCode } from "../catalogue/config.ts";
import type { PortfolioTable } from "./file.ts";
import type { LimitKey } from "./limits.ts";
import type { Reader } from "./reader.ts";
import { groupedWords, LIMIT_WORDS, percentWords } from "./words.ts";

type LimitTable = Pick<PortfolioTable, LimitKey>;

/** The limits of a portfolio or account, each by its own name; the loss limits gathered under their windows (C1). */
export function readLimits<T extends LimitTable & Readonly<Record<string, unknown>>>(
  reader: Reader<T>,
  cash: Readonly<{ scale: number; currency: string }>,
): RiskLimits {
  const limits = reader as unknown as Reader<LimitTable & Readonly<Record<string, unknown>>>;
  const count = (key: "max_open_positions" | "max_orders_per_minute"): number | null => {
    const value = limits.value(key);
    if (value === undefined) return null;
    limits.say(key, String(value), LIMIT_WORDS[key](String(value)), limits.origin(key));
    return value;
  };
  return {
    maxPositionPct: limits.ratio("max_position_pct", LIMIT_WORDS.max_position_pct),
    maxPositionSize: limits.money("max_position_size", LIMIT_WORDS.max_position_size),
    maxTotalExposure: limits.money("max_total_exposure", LIMIT_WORDS.max_total_exposure),
    maxLeverage: limits.ratio("max_leverage", LIMIT_WORDS.max_leverage),
    maxNetExposure: limits.money("max_net_exposure", LIMIT_WORDS.max_net_exposure),
    maxOpenPositions: count("max_open_positions"),
    maxOrderNotional: limits.money("max_order_notional", LIMIT_WORDS.max_order_notional),
    maxOrdersPerMinute: count("max_orders_per_minute"),
    collar: limits.ratio("collar_pct", LIMIT_WORDS.collar_pct),
    losses: readLosses(limits, cash),
  };
}

function readLosses(
  reader: Reader<LimitTable & Readonly<Record<string, unknown>>>,
  cash: Readonly<{ scale: number; currency: string }>,
): readonly LossLimit[] {
  const losses: LossLimit[] = [];
  const dayPct = reader.ratio("max_daily_loss_pct", LIMIT_WORDS.max_daily_loss_pct);
  if (dayPct !== null) losses.push({ window: "day", fraction: dayPct, amount: null });
  const day = reader.money("max_daily_loss", LIMIT_WORDS.max_daily_loss);
  if (day !== null) losses.push({ window: "day", fraction: null, amount: day });
  const drawdown = reader.ratio("max_drawdown_pct", LIMIT_WORDS.max_drawdown_pct);
  if (drawdown !== null) losses.push({ window: "drawdown", fraction: drawdown, amount: null });
  for (const limit of reader.value("loss_limits") ?? []) {
    const loss = lossOf(limit, cash);
    if (typeof loss === "string") {
      const given = limit.pct !== undefined && limit.amount !== undefined ? "both" : "neither";
      reader.problem(
        "loss_limits",
        loss,
        loss === "CONFIG_LOSS_LIMIT_UNCLEAR" ? { given } : { value: limit.amount ?? "", places: cash.scale },
      );
      continue;
    }
    const bound = limit.pct === undefined ? `${groupedWords(limit.amount ?? "")} ${cash.currency}` : percentWords(limit.pct);
    reader.say(
      "loss_limits",
      `${limit.window} ${limit.pct ?? limit.amount}`,
      `${bound} ${WINDOW_WORDS[limit.window]}, then no new exposure`,
      reader.origin("loss_limits"),
    );
    losses.push(loss);
  }
  return losses;
}

const WINDOW_WORDS: Readonly<Record<LossWindow, string>> = {
  day: "lost a day at most",
  "rolling-24h": "lost within any 24 hours at most",
  lifetime: "lost since the start at most",
  drawdown: "below the highest equity at most",
};

function lossOf(limit: NonNullable<LimitTable["loss_limits"]>[number], cash: Readonly<{ scale: number }>): LossLimit | ConfigCode {
  if ((limit.pct === undefined) === (limit.amount === undefined)) return "CONFIG_LOSS_LIMIT_UNCLEAR";
  if (limit.pct !== undefined) {
    const fraction = parseRatio(limit.pct);
    return fraction.ok ? { window: limit.window, fraction: fraction.value, amount: null } : "CONFIG_AMOUNT_TOO_FINE";
  }
  const amount = parseMoney(limit.amount ?? "", cash.scale);
  if (amount.ok) return { window: limit.window, fraction: null, amount: amount.value };
  return amount.problem === "TOO_MANY_DIGITS" ? "CONFIG_AMOUNT_TOO_FINE" : "CONFIG_AMOUNT_TOO_LARGE";
}
