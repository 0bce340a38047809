import type { BacktestReport } from "@bulkhead/analytics";
import type { Config } from "@bulkhead/contract";
import { RESOLUTIONS } from "@bulkhead/market";
import type { Prices } from "./prices.ts";

/** How fills, fees, data and gaps are treated: said before any figure. The words are those of `config show`. */
export function assumptionsOf(config: Config, account: string, prices: Prices, actions: number): BacktestReport["assumptions"] {
  const words = (key: string): string => {
    const text = config.settings.find((setting) => setting.key === `account.${account}.${key}`)?.words ?? "";
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  };
  return [
    {
      label: "Prices",
      value: prices.synthetic
        ? `Invented by a seeded generator (seed ${config.backtest.seed}); no market ever traded them`
        : sourcesOf(prices),
    },
    {
      label: "Fills",
      value:
        "Decided on closed bars; market orders fill at the next open, limits only when the price trades through them, stops at their trigger or at a gapped open",
    },
    { label: "Slippage", value: words("slippage") },
    { label: "Volume", value: words("fill") },
    { label: "Fees", value: words("fee") },
    { label: "Hours", value: hoursOf(prices) },
    {
      label: "Splits and dividends",
      value: actions === 0 ? "None known in the period" : `${actions} booked at the opening of their ex-dates`,
    },
    { label: "Exposure", value: `${words("short_requirement_pct")}; ${words("collar_pct")}` },
  ];
}

function sourcesOf(prices: Prices): string {
  const sources = new Set(prices.series.map((each) => `${each.source.format}, ${ADJUSTMENT_WORDS[each.source.adjustment]}`));
  return `${[...sources].join("; ")}; bars of ${resolutionsOf(prices)}`;
}

/** "1m" or, where sources differ, "1m, 1d": from the finest. */
export function resolutionsOf({ series }: Prices): string {
  const used = new Set(series.map((each) => each.resolution));
  return RESOLUTIONS.filter((resolution) => used.has(resolution)).join(", ");
}

function hoursOf({ series, instruments }: Prices): string {
  const hours = series.map((each, index) => {
    if (instruments[index]?.calendar !== "XNYS") return "around the clock";
    return each.source.session === "extended" ? "New York with extended hours" : "regular New York hours";
  });
  const text = [...new Set(hours)].sort().reverse().join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const ADJUSTMENT_WORDS = {
  raw: "raw prices",
  "split-adjusted": "prices divided for splits",
  "fully-adjusted": "prices divided for splits and dividends",
} as const;
