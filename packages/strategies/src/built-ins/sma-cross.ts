import { size } from "../intent/size.ts";
import { stop } from "../intent/stop.ts";
import type { Entry } from "../intent/wish.ts";
import { enter, exit } from "../intent/wish.ts";
import { p } from "../params/params.ts";
import { strategy } from "../strategy/strategy.ts";
import { ta } from "../ta/ta.ts";
import { equalShare } from "./share.ts";

/** Long while the fast simple average is above the slow one; with `side = "both"` short while it is below. */
export const smaCross = strategy({
  name: "sma-cross",
  version: "1",
  description: 'Holds while the fast average is above the slow one; with side "both" it is short while it is below.',
  params: {
    fast: p.int(10, { min: 1, max: 10_000, help: "bars of the fast average" }),
    slow: p.int(30, { min: 2, max: 10_000, help: "bars of the slow average" }),
    stop_loss_pct: p.pct(undefined, { min: "0.01%", max: "99%", help: "of the entry price; none when absent" }),
    side: p.choice("long", ["long", "both"], { help: "both also goes short" }),
    reserve: p.pct("2%", { min: "0%", max: "50%", help: "of equity kept in cash for fees and a worse price" }),
  },
  check: ({ fast, slow }) => (fast < slow ? undefined : "fast must be below slow"),
  indicators: ({ fast, slow }) => ({ fast: ta.sma(fast), slow: ta.sma(slow) }),
  onBar({ ind, params, position, symbols, waiting }) {
    if (position === undefined) {
      if (ind.fast.crossedAbove(ind.slow)) return waiting ? undefined : enter.long(entry(params, symbols.length, "above"));
      if (params.side === "both" && ind.fast.crossedBelow(ind.slow))
        return waiting ? undefined : enter.short(entry(params, symbols.length, "below"));
      return undefined;
    }
    if (position.direction === "long" && ind.fast.crossedBelow(ind.slow)) {
      const out = exit({ why: "fast average crossed below slow" });
      return params.side === "both" ? [out, enter.short(entry(params, symbols.length, "below"))] : out;
    }
    if (position.direction === "short" && ind.fast.crossedAbove(ind.slow)) {
      return [exit({ why: "fast average crossed above slow" }), enter.long(entry(params, symbols.length, "above"))];
    }
    return undefined;
  },
});

type Params = Readonly<{ reserve: `${number}%`; stop_loss_pct: `${number}%` | undefined }>;

function entry(params: Params, symbols: number, side: "above" | "below"): Entry {
  return {
    size: size.percent(equalShare(symbols, params.reserve)),
    stop: params.stop_loss_pct === undefined ? undefined : stop.percent(params.stop_loss_pct),
    why: side === "above" ? "fast average crossed above slow" : "fast average crossed below slow",
  };
}
