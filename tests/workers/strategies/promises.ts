import { strategy } from "@bulkhead/strategies";

/** Answers with a promise that never comes true. */
export default strategy({ name: "promises", onBar: () => new Promise(() => undefined) as never });
