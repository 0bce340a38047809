import { p, strategy } from "@bulkhead/strategies";

/** Ends its thread, one way or the other. */
export default strategy({
  name: "leaves",
  params: { how: p.choice("exit", ["exit", "later", "throw later", "reject", "fall silent"]) },
  onBar({ params }) {
    if (params.how === "exit") process.exit(3);
    if (params.how === "later") setTimeout(() => process.exit(3), 1);
    if (params.how === "throw later") {
      setTimeout(() => {
        throw new Error("out of the blue");
      }, 1);
    }
    if (params.how === "reject") void Promise.reject(new Error("nobody listens"));
    if (params.how === "fall silent") {
      setTimeout(() => {
        for (;;);
      }, 1);
    }
  },
});
