import type { InstrumentId } from "@bulkhead/core";
import { expect, test } from "vitest";
import { CcxtStage } from "../../kit/ccxt-stage.ts";
import { LocalTradingExchange } from "../../kit/local-trading-exchange.ts";

const BTC = "BTCUSDT@BINANCE" as InstrumentId;

test("[CCXT-70] M8 B25 contracts are those of a list of markets that is not old, through the real ccxt; without one nothing is said", async (context) => {
  const pairs = [
    { base: "BTC", quote: "USDT", tick: "0.01", step: "0.00001", minNotional: "5" },
    { base: "ETH", quote: "USDT", tick: "0.01", step: "0.0001", minNotional: "5" },
  ];
  const exchange = new LocalTradingExchange(pairs);
  exchange.deposit("USDT", "1000");
  const url = await exchange.start();
  context.onTestFinished(() => exchange.stop());
  const stage = new CcxtStage({ url, stream: false, timings: { marketsMs: 0, pollMs: 60_000, quietMs: 60_000 } });
  context.onTestFinished(() => stage.venue.close());
  await stage.ready();
  const ask = async () => (await stage.venue.contractsOf([{ instrument: BTC, venueKey: "BTC/USDT" }])).get(BTC);
  expect(await ask()).toMatchObject({ venueKey: "BTC/USDT", currency: "USDT", tick: "0.01", increment: "0.00001", notionalMin: "5" });
  pairs[0] = { base: "BTC", quote: "USDT", tick: "0.10", step: "0.00001", minNotional: "10" };
  expect(await ask()).toMatchObject({ tick: "0.1", notionalMin: "10" });
  pairs.shift();
  expect(await ask()).toBeNull();
  await exchange.stop();
  expect(await ask()).toBeUndefined();
});
