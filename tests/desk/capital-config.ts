import { configOf } from "./paper.ts";

/** Two portfolios that are made even every minute, and caught up with after a crash. */
export const CAPITAL_CONFIG = configOf(`
[account]
starting_cash = "100000"
[[portfolio]]
id = "a"
starting_cash = "60000"
[[portfolio]]
id = "b"
starting_cash = "40000"
[[rebalance]]
id = "even"
targets = { a = "50%", b = "50%" }
schedule = "* * * * *"
catch_up = true
`);
