import { p } from "../params/params.ts";
import { rebalance } from "../strategy/rebalance.ts";
import { ta } from "../ta/ta.ts";
import { equalShare } from "./share.ts";

/** Holds the symbols with the best return over `lookback` bars in equal parts, chosen anew each period. Ties go to the symbol named first. */
export const momentum = rebalance({
  name: "momentum",
  version: "1",
  description: "Holds the symbols that rose most, in equal parts, chosen anew each period.",
  params: {
    lookback: p.int(60, { min: 1, max: 10_000, help: "bars that the return is measured over" }),
    top: p.int(1, { min: 1, max: 1_000, help: "how many symbols to hold" }),
    every: p.choice("1mo", ["1h", "4h", "1d", "1w", "1mo", "3mo", "1y"], { help: "how often to choose anew" }),
    rising_only: p.bool(false, { help: "leave the part of a symbol that fell in cash" }),
    band: p.pct("1%", { min: "0%", max: "50%", help: "leave a symbol alone while its share of equity is this close" }),
    reserve: p.pct("2%", { min: "0%", max: "50%", help: "of equity kept in cash for fees and a worse price" }),
  },
  indicators: ({ lookback }) => ({ change: ta.roc(lookback) }),
  every: ({ every }) => every,
  band: ({ band }) => band,
  weights({ symbols, allSymbols, of, params }) {
    const chosen = symbols
      .map((symbol) => ({ symbol, change: of(symbol).ind.change.value }))
      .sort((a, b) => b.change - a.change) // Stable, so ties keep the portfolio's order.
      .slice(0, params.top)
      .filter(({ change }) => !params.rising_only || change > 0);
    const share = equalShare(Math.min(params.top, allSymbols.length), params.reserve);
    return Object.fromEntries(chosen.map(({ symbol }) => [symbol, share]));
  },
});
