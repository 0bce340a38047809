import { rebalance } from "@bulkhead/strategies";

/** Sixty per cent in the first, forty less a little for fees in the second, put right once a month where they are two per cent off. */
export default rebalance({
  name: "sixty-forty",
  every: "1mo",
  band: "2%",
  weights: { SPY: "60%", IBM: "38%" },
});
