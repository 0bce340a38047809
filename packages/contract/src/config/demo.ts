/** Variables that are a configuration of their own (S0.27, S0.29). */
const CONFIGURING = ["PORTFOLIOS", "SYMBOLS", "DEFAULT_CASH"] as const;

/** Whether the environment alone configures a desk; without it and without a file the demo desk runs. */
export const isConfiguredBy = (environment: Readonly<Record<string, string | undefined>>): boolean =>
  CONFIGURING.some((name) => (environment[name] ?? "").trim() !== "");

/**
 * What runs where nobody configured anything, as a backtest and as a desk: an invented market with five instruments and three portfolios.
 * `reckless` wants more than its limits allow on purpose, so that receipts show.
 */
export const DEMO_CONFIG = `# The demo. Everything here is invented: the market, the instruments, the results.
[account]
starting_cash = "150000"
fee = { model = "percent", rate = "0.05%" }
slippage = { pct = "0.02%" }
max_total_exposure = "220000"

[backtest]
from = "2026-01-05"
to = "2026-04-05"
resolution = "1h"

[[backtest.data]]
format = "synthetic"

[[portfolio]]
id = "steady"
name = "Steady Hands"
description = "Buys and keeps, within sensible bounds"
starting_cash = "50000"
symbols = ["ACME", "CRUX"]
strategy = "buy-and-hold"
max_position_pct = "45%"

[[portfolio]]
id = "trend"
name = "Trend Follower"
description = "Follows moving averages with a trailing stop"
starting_cash = "50000"
symbols = ["BOLT", "DUSKUSD", "EMBERUSD"]
strategy = "sma-cross"
params = { fast = 12, slow = 48 }
max_position_pct = "30%"
trailing_stop_pct = "6%"

[[portfolio]]
id = "reckless"
name = "Reckless on Purpose"
description = "Trades too much and too large, so that the risk gate has something to say"
starting_cash = "50000"
symbols = ["ACME", "BOLT", "CRUX", "DUSKUSD", "EMBERUSD"]
strategy = "sma-cross"
params = { fast = 2, slow = 5 }
max_position_pct = "25%"
max_open_positions = 3
max_order_notional = "12000"
max_daily_loss_pct = "1.5%"
max_orders_per_minute = 2
`;
