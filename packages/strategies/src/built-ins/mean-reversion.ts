import { size } from "../intent/size.ts";
import { stop } from "../intent/stop.ts";
import { type Entry, enter, exit } from "../intent/wish.ts";
import { p } from "../params/params.ts";
import { strategy } from "../strategy/strategy.ts";
import { ta } from "../ta/ta.ts";
import { equalShare } from "./share.ts";

/** Buys what fell unusually far and sells it back at its mean; with `side = "both"` also the other way round. */
export const meanReversion = strategy({
  name: "mean-reversion",
  version: "1",
  description: "Enters against a move far from the mean, and exits when it is back there.",
  params: {
    signal: p.choice("zscore", ["zscore", "rsi"], { help: "standard deviations from the mean, or relative strength" }),
    length: p.int(20, { min: 2, max: 10_000, help: "bars of the mean or of the relative strength" }),
    entry_deviations: p.number(2, { min: 0.1, max: 20, help: "zscore: how far from the mean to enter" }),
    entry_rsi: p.number(30, { min: 1, max: 49, help: "rsi: enter long below this, short above 100 less it; the mean is 50" }),
    stop_loss_pct: p.pct(undefined, { min: "0.01%", max: "99%", help: "of the entry price; none when absent" }),
    side: p.choice("long", ["long", "both"], { help: "both also goes short" }),
    reserve: p.pct("2%", { min: "0%", max: "50%", help: "of equity kept in cash for fees and a worse price" }),
  },
  indicators: ({ signal, length }) => ({ signal: signal === "rsi" ? ta.rsi(length) : ta.zscore(length) }),
  onBar({ ind, params, position, symbols, waiting }) {
    const byStrength = params.signal === "rsi";
    const value = byStrength ? ind.signal.value - 50 : ind.signal.value; // Below zero is below the mean for both.
    const edge = byStrength ? 50 - params.entry_rsi : params.entry_deviations;
    if (position !== undefined) {
      const isBack = position.direction === "long" ? value >= 0 : value <= 0;
      return isBack ? exit({ why: `back at the mean: ${params.signal} ${ind.signal.value.toFixed(2)}` }) : undefined;
    }
    if (waiting || Math.abs(value) < edge) return undefined;
    const entry: Entry = {
      size: size.percent(equalShare(symbols.length, params.reserve)),
      stop: params.stop_loss_pct === undefined ? undefined : stop.percent(params.stop_loss_pct),
      why: `far from the mean: ${params.signal} ${ind.signal.value.toFixed(2)}`,
    };
    if (value < 0) return enter.long(entry);
    return params.side === "both" ? enter.short(entry) : undefined;
  },
});
