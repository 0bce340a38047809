import { expect, test } from "vitest";
import { runs } from "../count.ts";
import { configOf, fillsIn, HOUR, MINUTE, newFolder, openPaper, ordersIn, recordsIn, removeFolder, START } from "./paper.ts";

const CONFIG = configOf(`
[account]
starting_cash = "200000"
fee = { model = "ibkr-fixed" }

[[portfolio]]
id = "quick"
starting_cash = "50000"
symbols = ["ACME", "BOLT", "DUSKUSD"]
strategy = "sma-cross"
params = { fast = 2, slow = 5 }
trailing_stop_pct = "0.15%"

[[portfolio]]
id = "revert"
starting_cash = "50000"
strategy = "mean-reversion"
take_profit_pct = "0.2%"
stop_loss_pct = "0.1%"

[[portfolio]]
id = "steady"
starting_cash = "50000"
symbols = ["CRUX", "EMBERUSD"]
strategy = "buy-and-hold"
`);

/** 40 hours in full, else four. */
const LONG = runs(40) === 40 ? 40 * HOUR : 4 * HOUR;

/** Orders and fills of all that time with a restart every so often. */
async function traded(restartEveryMs: number): Promise<Readonly<{ orders: readonly string[]; fills: readonly string[] }>> {
  const folder = newFolder();
  try {
    for (let at = START; at < START + LONG; at += restartEveryMs) {
      const { desk, clock } = await openPaper({ folder, at, config: CONFIG });
      clock.advanceTo(Math.min(at + restartEveryMs, START + LONG));
      await desk.stop();
    }
    const { records } = recordsIn(folder);
    return { orders: ordersIn(records), fills: fillsIn(records) };
  } finally {
    removeFolder(folder);
  }
}

test("[DESK-19] S0.34: a desk that is stopped and started again, and again, trades as one that was not: stops, memories and all", async () => {
  const whole = await traded(LONG);
  const interrupted = await traded(17 * MINUTE + 13_000);
  expect(interrupted.orders).toEqual(whole.orders);
  expect(interrupted.fills).toEqual(whole.fills);
  expect(whole.fills.length).toBeGreaterThan(100);
}, 900_000);
