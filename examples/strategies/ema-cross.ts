import { enter, exit, p, size, stop, strategy, ta } from "@bulkhead/strategies"; // Outside this repository: from "bulkhead".

/**
 * Follows a trend with one per cent of equity at risk, out at three times the risk or when the trend turns.
 * Only closed bars are visible; what is returned is filled at the next open.
 */
export default strategy({
  name: "ema-cross",
  params: {
    fast: p.int(8, { min: 3, max: 30, help: "bars of the fast average" }),
    slow: p.int(21, { min: 10, max: 120, help: "bars of the slow average" }),
    risk: p.pct("1%", { min: "0.1%", max: "5%", help: "of equity lost if the stop is hit" }),
  },
  check: ({ fast, slow }) => (fast < slow ? undefined : "fast must be below slow"),
  indicators: ({ fast, slow }) => ({ fast: ta.ema(fast), slow: ta.ema(slow), atr: ta.atr(14) }),
  onBar({ ind, params, position }) {
    if (!position && ind.fast.crossedAbove(ind.slow)) {
      return enter.long({
        size: size.risk(params.risk),
        stop: stop.atr(ind.atr, 2),
        takeProfit: { r: 3 },
        why: "fast EMA crossed above slow",
      });
    }
    if (position && ind.fast.crossedBelow(ind.slow)) return exit({ why: "fast EMA crossed below slow" });
    return undefined;
  },
});
