import { openCcxtFeed } from "@bulkhead/venues";
import { expect, test, vi } from "vitest";
import { LocalExchange } from "../kit/local-exchange.ts";
import { SOON } from "../kit/soon.ts";

const SECOND = 1_000;
const BTC = { base: "BTC", quote: "USDT", tick: "0.01000000", step: "0.00001000", minNotional: "5.00000000" };

test("[Z08, Z16] [CCXT-21] a question that never ends is given up, and no answer is not an empty one: nothing is told meanwhile, nothing is missing after", async (context) => {
  const exchange = new LocalExchange([BTC]);
  context.onTestFinished(() => exchange.stop());
  const start = Math.ceil(Date.now() / SECOND) * SECOND - 5 * SECOND;
  const trades = Array.from({ length: 9_000 }, (_, i) => ({
    symbol: "BTCUSDT",
    at: start + i * 100 + 30,
    price: (100 + i / 100).toFixed(2),
    amount: "0.10000",
  }));
  exchange.play(trades);
  const feed = await openCcxtFeed({
    exchange: "binance",
    symbols: ["BTC/USDT"],
    resolution: "1s",
    method: "poll",
    url: await exchange.start(),
    historyBars: 60,
    now: () => Date.now(),
    known: [],
    timings: {
      backOffMs: 100,
      backOffMaxMs: 400,
      retryMs: 200,
      silentMs: 1_500,
      symbolSilentMs: 3_000,
      graceMs: 500,
      probeEveryMs: 1_000,
      answerMs: 1_500,
    },
  });
  context.onTestFinished(() => feed.close());
  feed.begin();
  const [series] = feed.series;
  const take = (): number => {
    while (feed.nextAt <= Date.now()) feed.take();
    return series?.length ?? 0;
  };
  const first = take();
  await vi.waitFor(() => expect(take()).toBeGreaterThan(first + 1), SOON);

  exchange.isMute = true;
  await vi.waitFor(() => expect([take() > 0, feed.state.connection]).not.toEqual([true, "connected"]), SOON);
  const known = take();
  const asked = exchange.requests.length;
  // It asks again, and takes silence for nothing.
  await vi.waitFor(() => expect(exchange.requests.length).toBeGreaterThan(asked), SOON);
  expect(take()).toBe(known);

  exchange.isMute = false;
  await vi.waitFor(() => expect([take() > known + 3, feed.state.connection]).toEqual([true, "connected"]), SOON);
  const length = take();
  const closes = Array.from({ length }, (_, i) => series?.closeAt[i] ?? 0);
  expect(closes).toEqual(closes.map((_, i) => (closes[0] ?? 0) + i * SECOND));
});
