import { fractionOf } from "../intent/percent.ts";
import { size } from "../intent/size.ts";
import { enter } from "../intent/wish.ts";
import { p } from "../params/params.ts";
import { strategy } from "../strategy/strategy.ts";

/** Buys each symbol once, at its first bar, with an equal part of the cash that is left; never sells. */
export const buyAndHold = strategy({
  name: "buy-and-hold",
  version: "1",
  description: "Buys each symbol once, at its first bar, with an equal part of the cash that is left; never sells.",
  params: { fee_allowance: p.pct("1%", { min: "0%", max: "50%", help: "of the cash kept back for fees and a worse price" }) },
  state: { version: 1, initial: { entered: [] as string[] } },
  schedule: "1y",
  onSchedule({ symbols, allSymbols, params, portfolio, state }) {
    const fresh = symbols.filter((symbol) => !state.entered.includes(symbol));
    if (fresh.length === 0) return undefined;
    const share = (portfolio.cash * (1 - fractionOf(params.fee_allowance))) / (allSymbols.length - state.entered.length);
    const cash = Math.floor(share * 100) / 100;
    state.entered.push(...fresh);
    if (!(cash > 0)) return undefined;
    return fresh.map((symbol) => enter.long({ symbol, size: size.cash(`${cash}`), why: `first bar of ${symbol}: bought to hold` }));
  },
});
