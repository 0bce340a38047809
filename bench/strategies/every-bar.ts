import { enter, exit, size, strategy } from "@bulkhead/strategies";

const ONE = size.units(1);
const BUY = enter.long({ size: ONE, why: "every bar" });
const SELL = exit({ why: "every bar" });

/** W3: an order at every bar, by turns buying and selling one share. */
// biome-ignore lint/style/noDefaultExport: strategy files have one.
export default strategy({
  name: "every-bar",
  onBar: ({ position }) => (position === undefined ? BUY : SELL),
});
