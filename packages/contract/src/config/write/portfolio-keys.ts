import type { OvernightPolicy, PortfolioSettings, ProtectionPolicy } from "@bulkhead/core";
import { formatRatio } from "@bulkhead/money";
import { hoursText } from "../words.ts";
import { limitKeysOf } from "./limit-keys.ts";
import { durationText, moneyText, percentText, type SettingKey } from "./setting-key.ts";
import type { TomlTable, TomlValue } from "./toml.ts";

type Key = SettingKey<PortfolioSettings>;
type Field = keyof PortfolioSettings;

/** A setting that is one field. */
const field = (name: Field, key: string, written: Key["written"], more: Pick<Key, "also" | "compared"> = {}): Key => ({
  key,
  written,
  taken: (into, from) => ({ ...into, [name]: from[name] }),
  ...more,
});

const PROTECTIONS: Readonly<Record<keyof ProtectionPolicy, string>> = {
  stopLossPct: "stop_loss_pct",
  takeProfitPct: "take_profit_pct",
  trailingStopPct: "trailing_stop_pct",
};

const protectionKeys = (Object.keys(PROTECTIONS) as (keyof ProtectionPolicy)[]).map((name): Key => {
  const key = PROTECTIONS[name];
  return {
    key,
    ...(name === "trailingStopPct" ? { also: ["use_trailing_stop"] } : {}),
    written: ({ protection }) => {
      const value = protection[name];
      return value === null ? {} : { [key]: percentText(value) };
    },
    taken: (into, from) => ({ ...into, protection: { ...into.protection, [name]: from.protection[name] } }),
  };
});

/** The settings of a portfolio, by their keys in a file and in the order in which one would write them. */
const byField: Readonly<Record<Field, readonly Key[]>> = {
  name: [field("name", "name", ({ name }) => textOrNothing("name", name))],
  description: [field("description", "description", ({ description }) => textOrNothing("description", description))],
  universe: [field("universe", "symbols", ({ universe }): TomlTable => (universe === null ? {} : { symbols: [...universe] }))],
  strategy: [field("strategy", "strategy", strategyWritten, { also: ["params"], compared: ({ strategy }) => JSON.stringify(strategy) })],
  enabledStrategies: [
    field(
      "enabledStrategies",
      "enabled_strategies",
      ({ enabledStrategies }): TomlTable => (enabledStrategies === null ? {} : { enabled_strategies: [...enabledStrategies] }),
    ),
  ],
  minConfidence: [
    field(
      "minConfidence",
      "min_confidence",
      ({ minConfidence }): TomlTable => (minConfidence === null ? {} : { min_confidence: percentText(minConfidence) }),
    ),
  ],
  limits: limitKeysOf<PortfolioSettings>(),
  protection: protectionKeys,
  overnight: [
    field("overnight", "overnight", ({ overnight }) => (overnight === null ? {} : overnightWritten(overnight)), {
      also: [
        "overnight_stop_pct",
        "overnight_stop_factor",
        "overnight_take_profit_pct",
        "overnight_take_profit_factor",
        "overnight_before_close",
        "overnight_after_open",
        "overnight_hours",
        "overnight_except",
      ],
    }),
  ],
  tradeAmount: [
    field(
      "tradeAmount",
      "trade_amount",
      ({ tradeAmount }, context): TomlTable => (tradeAmount === null ? {} : { trade_amount: moneyText(tradeAmount, context) }),
    ),
  ],
  lotMatching: [
    field("lotMatching", "lot_matching", ({ lotMatching }): TomlTable => (lotMatching === "fifo" ? {} : { lot_matching: lotMatching })),
  ],
  fx: [field("fx", "fx", ({ fx }): TomlTable => (fx === "refuse" ? {} : { fx }))],
  timeZone: [field("timeZone", "time_zone", ({ timeZone }): TomlTable => (timeZone === "UTC" ? {} : { time_zone: timeZone }))],
  labels: [
    field("labels", "labels", ({ labels }) => {
      const written = { ...textOrNothing("bot_version", labels.botVersion), ...textOrNothing("run_id", labels.runId) };
      return Object.keys(written).length === 0 ? {} : { labels: written };
    }),
  ],
};

export const PORTFOLIO_KEYS: readonly Key[] = Object.values(byField).flat();

/** A file cannot say an empty text, and nobody means one. */
const textOrNothing = (key: string, text: string): TomlTable => (text.trim() === "" ? {} : { [key]: text });

function strategyWritten({ strategy }: PortfolioSettings, { strategyText }: Parameters<Key["written"]>[1]): TomlTable {
  if (strategy === null) return {};
  const params: Record<string, TomlValue> = {};
  for (const [name, value] of Object.entries(JSON.parse(strategy.params) as Record<string, unknown>))
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") params[name] = value;
  return { strategy: strategyText(strategy.type), ...(Object.keys(params).length === 0 ? {} : { params }) };
}

function overnightWritten(policy: OvernightPolicy): TomlTable {
  const { stopPct, stopFactor, takeProfitPct, takeProfitFactor, beforeCloseMs, afterOpenMs, hours, except } = policy;
  return {
    ...(stopPct === null ? {} : { overnight_stop_pct: percentText(stopPct) }),
    ...(stopFactor === null ? {} : { overnight_stop_factor: formatRatio(stopFactor) }),
    ...(takeProfitPct === null ? {} : { overnight_take_profit_pct: percentText(takeProfitPct) }),
    ...(takeProfitFactor === null ? {} : { overnight_take_profit_factor: formatRatio(takeProfitFactor) }),
    ...(beforeCloseMs === 0 ? {} : { overnight_before_close: durationText(beforeCloseMs) }),
    ...(afterOpenMs === 0 ? {} : { overnight_after_open: durationText(afterOpenMs) }),
    ...(hours === null ? {} : { overnight_hours: hoursText(hours) }),
    ...(except.length === 0 ? {} : { overnight_except: [...except] }),
  };
}
