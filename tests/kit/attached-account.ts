/** An account at a broker that keeps it in memory, on prices that a test's market makes: two portfolios share it. */
export const ATTACHED = `
[account]
venue = "ibkr"
access = "trade"
[account.ibkr]
account = "DU1"
[feed]
source = "ccxt"
exchange = "kraken"
symbols = ["BTC/USD"]
[[portfolio]]
id = "momentum"
name = "Momentum"
starting_cash = "50000"
[[portfolio]]
id = "steady"
name = "Steady Hands"
starting_cash = "20000"
`;

/** The same account; momentum, and whatever runs the strategy trend, have a client id of their own. */
export const WITH_CLIENT = ATTACHED.replace(
  "[feed]",
  '[[account.ibkr.client]]\nclient_id = 8\nportfolios = ["momentum"]\nstrategies = ["trend"]\n[feed]',
);

/** The same account, looked at only: nobody is given cash of it. */
export const LOOKED_AT = ATTACHED.replace('access = "trade"', 'access = "read-only"').replaceAll(/starting_cash = "\d+"\n/g, "");
