import type { RiskLimits } from "@bulkhead/core";
import { formatRatio } from "@bulkhead/money";
import { moneyText, percentText, type SettingKey } from "./setting-key.ts";

type Limited = Readonly<{ limits: RiskLimits }>;
type Plain = Exclude<keyof RiskLimits, "losses">;

/** Every limit by its name in a file; a limit that is added to the books has to be named here. */
const NAMES: Readonly<Record<Plain, Readonly<{ key: string; kind: "share" | "money" | "factor" | "count" }>>> = {
  maxPositionPct: { key: "max_position_pct", kind: "share" },
  maxPositionSize: { key: "max_position_size", kind: "money" },
  maxTotalExposure: { key: "max_total_exposure", kind: "money" },
  maxLeverage: { key: "max_leverage", kind: "factor" },
  maxNetExposure: { key: "max_net_exposure", kind: "money" },
  maxOpenPositions: { key: "max_open_positions", kind: "count" },
  maxOrderNotional: { key: "max_order_notional", kind: "money" },
  maxOrdersPerMinute: { key: "max_orders_per_minute", kind: "count" },
  collar: { key: "collar_pct", kind: "share" },
};

/** The limits of a portfolio or an account. */
export function limitKeysOf<S extends Limited>(): readonly SettingKey<S>[] {
  const plain = (Object.keys(NAMES) as Plain[]).map((field): SettingKey<S> => {
    const { key, kind } = NAMES[field];
    return {
      key,
      written({ limits }, context) {
        const value = limits[field];
        if (value === null) return {};
        switch (kind) {
          case "count":
            return { [key]: value as number };
          case "money":
            return { [key]: moneyText(value as never, context) };
          case "factor":
            return { [key]: formatRatio(value as never) };
          case "share":
            return { [key]: percentText(value as never) };
        }
      },
      taken: (into, from) => ({ ...into, limits: { ...into.limits, [field]: from.limits[field] } }),
    };
  });
  return [...plain, lossesKey<S>()];
}

/** All loss limits are one setting: their order says nothing, and one with a share and an amount is two (C1). */
function lossesKey<S extends Limited>(): SettingKey<S> {
  return {
    key: "loss_limits",
    also: ["max_daily_loss_pct", "max_daily_loss", "max_drawdown_pct"],
    written({ limits }, context) {
      const listed = limits.losses.flatMap(({ window, fraction, amount }) => [
        ...(fraction === null ? [] : [{ window, pct: percentText(fraction) }]),
        ...(amount === null ? [] : [{ window, amount: moneyText(amount, context) }]),
      ]);
      const texts = new Map(listed.map((each) => [JSON.stringify(each), each]));
      return texts.size === 0 ? {} : { loss_limits: [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each) };
    },
    taken: (into, from) => ({ ...into, limits: { ...into.limits, losses: from.limits.losses } }),
  };
}
