import { enter, exit, p, size, stop, strategy, ta } from "@bulkhead/strategies";

/** Once a week chooses the symbols that trend strongly, and buys pullbacks in those. */
export default strategy({
  name: "strong-trends",
  params: {
    strength: p.number(25, { min: 5, max: 60, help: "ADX from which a trend is strong" }),
    pullback: p.number(45, { min: 5, max: 60, help: "RSI below which a pullback is bought" }),
    share: p.pct("15%", { max: "100%" }),
  },
  indicators: () => ({ trend: ta.adx(14), mean: ta.sma(50), relative: ta.rsi(4) }),
  schedule: "1w",
  universe: ({ symbols, of, params }) =>
    symbols.filter((symbol) => of(symbol).ind.trend.adx.value >= params.strength && of(symbol).bar.close > of(symbol).ind.mean.value),
  onBar({ ind, bar, params, position }) {
    if (position !== undefined) {
      if (bar.close < ind.mean.value) return exit({ why: "closed below its mean" });
      return ind.relative.value > 75 ? exit({ portion: "50%", why: "half of it on strength" }) : undefined;
    }
    if (ind.relative.value >= params.pullback) return undefined;
    return enter.long({
      size: size.percent(params.share),
      stop: stop.percent("8%"),
      why: `pullback in a trend: RSI ${ind.relative.value.toFixed(0)}`,
    });
  },
});
