import { enter, exit, p, size, strategy, ta } from "@bulkhead/strategies";

const ONE = size.units(1);

/** W1 and W2: one share while the fast average is above the slow one. An average that begins above counts as having crossed, as in the peers' work. */
// biome-ignore lint/style/noDefaultExport: strategy files have one, and the command line loads this one as such.
export default strategy({
  name: "one-share-cross",
  params: { fast: p.int(10, { min: 1 }), slow: p.int(30, { min: 2 }) },
  indicators: ({ fast, slow }) => ({ fast: ta.sma(fast), slow: ta.sma(slow) }),
  state: { version: 1, initial: { begun: false } },
  onBar({ ind, position, state }) {
    if (position !== undefined) return ind.fast.crossedBelow(ind.slow) ? exit({ why: "fast crossed below slow" }) : undefined;
    const beginsAbove = !state.begun && ind.fast.value > ind.slow.value;
    state.begun = true;
    return beginsAbove || ind.fast.crossedAbove(ind.slow) ? enter.long({ size: ONE, why: "fast crossed above slow" }) : undefined;
  },
});
