import { enter, p, size, strategy } from "@bulkhead/strategies";

/** Buys, and at bar `at` never comes back. */
export default strategy({
  name: "loops-forever",
  params: { at: p.int(3) },
  state: { version: 1, initial: { bars: 0 } },
  onBar({ state, params, position, waiting }) {
    state.bars += 1;
    while (state.bars === params.at) state.bars += 0;
    return position === undefined && !waiting ? enter.long({ size: size.units(10), why: "flat" }) : undefined;
  },
});
