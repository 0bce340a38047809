import { p, strategy } from "@bulkhead/strategies";

/** Remembers how many bars it saw, and can be made to fail once. */
export default strategy({
  name: "counts",
  params: { fail_at: p.int(0) },
  state: { version: 1, initial: { bars: 0, last: 0 } },
  onBar({ state, params, bar, log }) {
    state.bars += 1;
    state.last = bar.close;
    log(`bar ${state.bars}`);
    if (state.bars === 1) console.log("first", { bar: bar.close });
    if (state.bars === params.fail_at) process.exit(1);
  },
});
