import { enter, p, size, strategy } from "@bulkhead/strategies";

/** Its state is nothing that can be kept. */
export default strategy({
  name: "forgets",
  params: { how: p.choice("circle", ["circle", "huge", "bigint"]) },
  state: { version: 1, initial: { kept: null as unknown } },
  onBar({ state, params }) {
    state.kept = params.how === "circle" ? state : params.how === "huge" ? "x".repeat(1_100_000) : 1n;
    return enter.long({ size: size.units(10), why: "void" });
  },
});
