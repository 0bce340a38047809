import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "@bulkhead/server";
import { startGateway } from "@bulkhead/tws-gateway";
import { expect, onTestFinished, test } from "vitest";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { LocalTradingExchange } from "../kit/local-trading-exchange.ts";
import { soon } from "../kit/soon.ts";

const PAIR = { base: "BTC", quote: "USDT", tick: "0.01", step: "0.00001", minNotional: "5" };

test("[LIVE-1, LIVE-5] S3.8: a broker, an exchange and the simulator are accounts of one desk, each with its own connection and books", {
  timeout: 120_000,
}, async () => {
  const folder = newFolder();
  const gateway = await startGateway({ prices: { AAPL: "201.94" }, positions: [{ symbol: "AAPL", quantity: "300", averageCost: "150" }] });
  const exchange = new LocalTradingExchange([PAIR]);
  exchange.balances.set("BTC", 50_000_000n).set("USDT", 100_000_000_000n);
  const url = await exchange.start();
  writeFileSync(
    join(folder, "bulkhead.toml"),
    `
[[account]]
id = "stocks"
venue = "ibkr"
access = "trade"
[account.ibkr]
port = ${gateway.port}
[[account]]
id = "coins"
venue = "ccxt"
mode = "live"
base_currency = "USDT"
[account.ccxt]
exchange = "binance"
url = "${url}"
api_key = { env = "KEY" }
secret = { env = "SECRET" }
[[account]]
id = "play"
starting_cash = "10000"
[feed]
source = "ibkr"
account = "stocks"
symbols = ["AAPL"]
[[portfolio]]
id = "momentum"
account = "stocks"
starting_cash = "50000"
[[portfolio]]
id = "hodl"
account = "coins"
[[portfolio]]
id = "toy"
account = "play"
starting_cash = "10000"
`,
  );
  const environment = { KEY: "CANARYkey7pQ2", SECRET: "CANARYsecret/9x+Z=" };
  const serving = await serve({ data: join(folder, "data"), environment, workingFolder: folder, port: 0 });
  onTestFinished(async () => {
    await serving.stop();
    await gateway.close();
    await exchange.stop();
    removeFolder(folder);
  });
  let keys = 0;
  type Row = Readonly<Record<string, unknown>>;
  const ask = async (path: string, body?: unknown): Promise<Readonly<{ status: number; data: never }>> => {
    keys += 1;
    const headers = { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": `key-${keys}` };
    const response = await fetch(
      `${serving.url}${path}`,
      body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) },
    );
    return { status: response.status, ...((await response.json()) as { data: never }) };
  };
  const rows = async (path: string): Promise<readonly Row[]> => (await ask(path)).data as readonly Row[];
  const states = async (): Promise<unknown> =>
    (await rows("/api/connections")).map((row) => [row["account_id"], row["venue"], row["state"], row["compared"]]);
  await soon(async () =>
    expect(await states()).toEqual([
      ["stocks", "ibkr", "ready", true],
      ["coins", "binance", "ready", true],
      ["play", "simulated", "simulated", true],
    ]),
  );
  const held = async (account: string): Promise<unknown> =>
    (await rows(`/api/positions?account_id=${account}&portfolio_id=*`)).map(
      (row) => `${row["portfolio_id"]} ${row["quantity"]} ${row["symbol"]}`,
    );
  expect([await held("stocks"), await held("coins"), await held("play")]).toEqual([
    ["unattributed 300 AAPL"],
    [expect.stringMatching(/^unattributed 0.5 BTC/)],
    [],
  ]);
  // What happens at one of them is booked in its account and in no other.
  exchange.setPrice("BTCUSDT", "60000");
  exchange.placeByHand("BTCUSDT", "SELL", "0.1", null);
  await soon(async () => expect(await held("coins")).toEqual([expect.stringMatching(/^unattributed 0.4 BTC/)]));
  expect([await held("stocks"), await held("play")]).toEqual([["unattributed 300 AAPL"], []]);
  expect(await rows("/api/executions?account_id=stocks&portfolio_id=*")).toEqual([]);
  // One connection is cut, the other stays.
  expect((await ask("/api/accounts/coins/disconnect", { reason: "test" })).status).toBe(200);
  await soon(async () =>
    expect(await states()).toEqual([
      ["stocks", "ibkr", "ready", true],
      ["coins", "binance", "disconnected", expect.anything()],
      ["play", "simulated", "simulated", true],
    ]),
  );
});
