import { enter, size, strategy } from "@bulkhead/strategies";

/** Names a symbol that its portfolio does not have. */
export default strategy({ name: "knows-nobody", onBar: () => enter.long({ symbol: "NONE", size: size.units(1), why: "unknown" }) });
