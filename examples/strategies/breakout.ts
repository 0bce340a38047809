import { enter, p, size, strategy, ta, trail } from "@bulkhead/strategies";

/** Buys a new high of the last bars and lets a trailing stop end it; rests for a while after each trade. */
export default strategy({
  name: "breakout",
  params: {
    length: p.int(20, { min: 2, max: 250, help: "bars whose high has to be broken" }),
    share: p.pct("20%", { min: "1%", max: "100%", help: "of equity per position" }),
    rest: p.int(10, { min: 0, max: 500, help: "bars without a new entry after one" }),
  },
  indicators: ({ length }) => ({ channel: ta.donchian(length), close: ta.price("close"), range: ta.atr(14) }),
  state: { version: 1, initial: { restingBars: 0 } },
  onBar({ ind, params, position, state, log }) {
    state.restingBars = Math.max(0, state.restingBars - 1);
    if (position !== undefined || state.restingBars > 0) return undefined;
    const high = ind.channel.upper.previous; // Without this bar, which could not be above itself.
    if (!(ind.close.value > high)) return undefined;
    state.restingBars = params.rest;
    log(`broke ${high}`);
    return enter.long({
      size: size.percent(params.share),
      trailing: trail.atr(ind.range, 3),
      why: `closed above ${high}, the high of ${params.length} bars`,
    });
  },
});
