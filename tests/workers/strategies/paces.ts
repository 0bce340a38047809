import { enter, exit, p, size, strategy, ta } from "@bulkhead/strategies";

/** Goes by what it remembers: in after so many bars, out after so many more; and counts its fills. */
export default strategy({
  name: "paces",
  params: { pace: p.int(5) },
  indicators: () => ({ mean: ta.sma(3) }),
  state: { version: 1, initial: { bars: 0, fills: 0 } },
  onBar({ state, params, bar, ind, position, waiting }) {
    state.bars += 1;
    if (waiting || state.bars % params.pace !== 0) return undefined;
    const why = `bar ${state.bars}, fill ${state.fills}`;
    if (position !== undefined) return exit({ why });
    return enter.long({ size: size.percent(bar.close > ind.mean.value ? "20%" : "10%"), why });
  },
  onFill({ state }) {
    state.fills += 1;
  },
});
