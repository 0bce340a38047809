import type { Feed } from "@bulkhead/market";
import { type CcxtFeed, type CcxtFeedOptions, openCcxtFeed } from "@bulkhead/venues";
import { describe, expect, type TestContext, test, vi } from "vitest";
import { LocalExchange, type TapeTrade } from "../kit/local-exchange.ts";
import { SOON_MS, soon } from "../kit/soon.ts";

const SECOND = 1_000;
/** Seconds that trades go on: longer than any test takes on a busy machine. */
const LASTS = 120;
const BTC = { base: "BTC", quote: "USDT", tick: "0.01000000", step: "0.00001000", minNotional: "5.00000000" };
const ETH = { base: "ETH", quote: "USDT", tick: "0.10000000", step: "0.00010000", minNotional: "5.00000000" };

async function exchangeWith(
  { onTestFinished }: TestContext,
  trades: readonly TapeTrade[],
): Promise<{ exchange: LocalExchange; url: string }> {
  const exchange = new LocalExchange([BTC, ETH]);
  onTestFinished(() => exchange.stop());
  exchange.play(trades);
  return { exchange, url: await exchange.start() };
}

async function open({ onTestFinished }: TestContext, url: string, more: Partial<CcxtFeedOptions> = {}): Promise<CcxtFeed> {
  const feed = await openCcxtFeed({
    exchange: "binance",
    symbols: ["BTC/USDT"],
    resolution: "1s",
    method: "stream",
    url,
    historyBars: 60,
    now: () => Date.now(),
    known: [],
    timings: { backOffMs: 100, backOffMaxMs: 400, retryMs: 200, silentMs: 1_500, symbolSilentMs: 3_000, graceMs: 500, probeEveryMs: 1_000 },
    ...more,
  });
  onTestFinished(() => feed.close());
  return feed;
}

/** Every 100 ms a trade, the price a little higher each time, but for seconds in `quiet`. */
function trades(symbol: string, from: number, seconds: number, quiet: ReadonlySet<number> = new Set()): TapeTrade[] {
  const made: TapeTrade[] = [];
  for (let i = 0; i < seconds * 10; i += 1) {
    if (quiet.has(Math.floor(i / 10))) continue;
    made.push({ symbol, at: from + i * 100 + 30, price: (100 + i / 100).toFixed(2), amount: (0.1 + (i % 7) / 100).toFixed(5) });
  }
  return made;
}

/** Takes what a feed says as it comes, until there is enough. */
async function follow(feed: Feed, isEnough: () => boolean, forMs = SOON_MS): Promise<string[]> {
  const told: string[] = [];
  await vi.waitFor(
    () => {
      while (feed.nextAt <= Date.now()) {
        const { closed, markets, bars, openings, quotes, quiet } = feed.take();
        for (let i = 0; i < closed; i += 1) told.push(`bar ${markets[i]} ${bars[i]}`);
        if (openings > 0) told.push("open");
        for (const { bid } of quotes) told.push(`quote ${bid}`);
        for (const market of quiet) told.push(`quiet ${market}`);
      }
      if (!isEnough()) throw new Error(`not enough: ${told.slice(-5).join(", ")}`);
    },
    { timeout: forMs, interval: 20 },
  );
  return told;
}

/** The bars that a feed has, as the exchange would print them. */
const barsOf = (feed: Feed, from = 0): readonly string[] => {
  const series = feed.series[0];
  if (series === undefined) return [];
  return Array.from({ length: series.length }, (_, i) =>
    [series.openAt[i], series.open[i], series.high[i], series.low[i], series.close[i], series.volume[i]].join(" "),
  ).filter((text) => Number(text.split(" ")[0]) >= from);
};
const units = (text: string | number, scale: number): number => Math.round(Number(text) * 10 ** scale);
const expected = (exchange: LocalExchange, until: number): readonly string[] =>
  exchange
    .bars("BTCUSDT", SECOND)
    .flatMap(({ t, o, h, l, c, v }) =>
      t + SECOND > until ? [] : [[t, units(o, 2), units(h, 2), units(l, 2), units(c, 2), units(v, 5)].join(" ")],
    );

describe.concurrent("public data through ccxt", () => {
  test("[CCXT-10] the real ccxt, in its worker: instruments, history, closed bars and best prices of an exchange without keys", async (context) => {
    const start = Math.ceil(Date.now() / SECOND) * SECOND - 30 * SECOND;
    const { exchange, url } = await exchangeWith(context, [...trades("BTCUSDT", start, LASTS), ...trades("ETHUSDT", start, LASTS)]);
    const feed = await open(context, url, { symbols: ["BTC/USDT", "ETHUSDT"] });
    expect(feed.instruments).toEqual([
      {
        ...{ id: "BTCUSDT@BINANCE", symbol: "BTCUSDT", venue: "BINANCE", kind: "coin", base: "BTC", quote: "USDT" },
        ...{ priceScale: 2, tickSize: "0.01", sizeIncrement: "0.00001", quantityMin: "0.00001", notionalMin: "5", calendar: "24/7" },
      },
      expect.objectContaining({ id: "ETHUSDT@BINANCE", tickSize: "0.1", priceScale: 1 }),
    ]);
    const [history] = feed.series;
    expect(history?.length).toBeGreaterThanOrEqual(29);
    feed.begin();
    const before = history?.length ?? 0;
    const told = await follow(feed, () => (feed.series[0]?.length ?? 0) >= before + 5 && feed.state.lastMessageAt !== null);
    expect(told.filter((each) => each.startsWith("bar 0"))).toEqual(
      Array.from({ length: (feed.series[0]?.length ?? 0) - before }, (_, i) => `bar 0 ${before + i}`),
    );
    expect(told).toContain("open");
    expect(told.some((each) => each.startsWith("quote"))).toBe(true);
    const until = feed.series[0]?.closeAt[(feed.series[0]?.length ?? 0) - 1] ?? 0;
    expect(barsOf(feed)).toEqual(expected(exchange, until));
    expect(feed.state).toMatchObject({ connection: "connected", reason: null, reconnects: 0, dropped: 0 });
  });

  test("[CCXT-11] C22: cut connections, again and again: every bar once, in order, none missing, and what was missed comes first", async (context) => {
    const start = Math.ceil(Date.now() / SECOND) * SECOND - 5 * SECOND;
    const { exchange, url } = await exchangeWith(context, trades("BTCUSDT", start, LASTS));
    const feed = await open(context, url);
    feed.begin();
    const from = feed.series[0]?.length ?? 0;
    // A connection is cut where there is one: bars are asked for before it is there again.
    const grown = (bars: number, reconnects: number) => () =>
      (feed.series[0]?.length ?? 0) >= from + bars && feed.state.connection === "connected" && feed.state.reconnects >= reconnects;
    await follow(feed, grown(2, 0));
    exchange.off();
    await soon(() => expect(feed.state.connection).toBe("reconnecting"));
    expect(feed.state.reason).toMatch(/closed|ECONN|fetch|socket/i);
    const traded = exchange.bars("BTCUSDT", SECOND).length;
    await soon(() => expect(exchange.bars("BTCUSDT", SECOND).length).toBeGreaterThan(traded + 2)); // Bars that nobody tells us about.
    exchange.on();
    await follow(feed, grown(7, 1));
    exchange.cut();
    await follow(feed, grown(9, 2));
    exchange.cut();
    await follow(feed, grown(12, 3));
    const until = feed.series[0]?.closeAt[(feed.series[0]?.length ?? 0) - 1] ?? 0;
    expect(barsOf(feed)).toEqual(expected(exchange, until));
    expect(feed.state.dropped).toBe(0);
  });

  test("[CCXT-12] Z37: seconds without a trade are quiet, not a stall: the connection holds, and nobody invents a bar", async (context) => {
    const before = Math.ceil(Date.now() / SECOND) * SECOND - 5 * SECOND;
    const { exchange, url } = await exchangeWith(context, trades("BTCUSDT", before, 5));
    const feed = await open(context, url);
    feed.begin();
    const start = Math.ceil(Date.now() / SECOND) * SECOND + SECOND;
    exchange.play(trades("BTCUSDT", start, LASTS, new Set([3, 4, 5, 6, 7, 8, 9, 10, 13])));
    const told = await follow(feed, () => (feed.series[0]?.closeAt[(feed.series[0]?.length ?? 0) - 1] ?? 0) >= start + 15 * SECOND);
    expect(told).toContain("quiet 0");
    const until = feed.series[0]?.closeAt[(feed.series[0]?.length ?? 0) - 1] ?? 0;
    expect(barsOf(feed)).toEqual(expected(exchange, until));
    expect([feed.state.reconnects, feed.state.connection]).toEqual([0, "connected"]);
  });

  test("[CCXT-13] Z36: a socket that says nothing while the exchange trades on is frozen: a new one is opened, and nothing is missing", async (context) => {
    const start = Math.ceil(Date.now() / SECOND) * SECOND - 5 * SECOND;
    const { exchange, url } = await exchangeWith(context, trades("BTCUSDT", start, LASTS));
    const feed = await open(context, url);
    feed.begin();
    const length = (): number => feed.series[0]?.length ?? 0;
    const from = length();
    await follow(feed, () => length() >= from + 2);
    const { connections } = exchange;
    const { reconnects } = feed.state;
    exchange.isFrozen = true;
    await follow(feed, () => feed.state.reconnects > reconnects);
    expect(feed.state.reason ?? "").toMatch(/its stream is silent|^$/);
    exchange.isFrozen = false;
    const after = length();
    // Bars are asked for before the new socket is there.
    const isNew = (): boolean => exchange.connections > connections && feed.state.connection === "connected";
    await follow(feed, () => length() >= after + 3 && isNew());
    expect(barsOf(feed)).toEqual(expected(exchange, feed.series[0]?.closeAt[length() - 1] ?? 0));
  });

  test("[CCXT-13] Z38: a subscription that died while others live is noticed, and everything is subscribed anew", async (context) => {
    const start = Math.ceil(Date.now() / SECOND) * SECOND - 5 * SECOND;
    const { exchange, url } = await exchangeWith(context, [...trades("BTCUSDT", start, LASTS), ...trades("ETHUSDT", start, LASTS)]);
    const feed = await open(context, url, { symbols: ["BTC/USDT", "ETH/USDT"] });
    feed.begin();
    const length = (): number => feed.series[0]?.length ?? 0;
    const from = length();
    await follow(feed, () => length() >= from + 2);
    const { reconnects } = feed.state;
    exchange.forget("BTCUSDT");
    await follow(feed, () => feed.state.reconnects > reconnects);
    const after = length();
    await follow(feed, () => length() >= after + 3 && feed.state.connection === "connected");
    expect(barsOf(feed)).toEqual(expected(exchange, feed.series[0]?.closeAt[length() - 1] ?? 0));
  });

  test("[CCXT-14] API10: whatever the exchange says that is no bar changes nothing, and neither does a lagging answer", async (context) => {
    const start = Math.ceil(Date.now() / SECOND) * SECOND - 5 * SECOND;
    const { exchange, url } = await exchangeWith(context, trades("BTCUSDT", start, LASTS));
    const feed = await open(context, url);
    feed.begin();
    const length = (): number => feed.series[0]?.length ?? 0;
    const from = length();
    const k = { t: start, T: start + 999, s: "BTCUSDT", i: "1s", f: 1, L: 2, n: 1, x: false, q: "0", V: "0", Q: "0", B: "0" };
    const nonsense = [
      "not json",
      "[]",
      "null",
      '{"e":"kline"}',
      JSON.stringify({ e: "kline", E: 1, s: "BTCUSDT", k: { ...k, o: "NaN", h: "-1", l: "0", c: "1e999", v: "x" } }),
      JSON.stringify({ e: "kline", E: 1, s: "NOSUCH", k: { ...k, s: "NOSUCH", o: "1", h: "1", l: "1", c: "1", v: "1" } }),
      JSON.stringify({ u: 1, s: "BTCUSDT", b: "101.00", B: "1", a: "99.00", A: "1" }),
      JSON.stringify({ e: "kline", E: 1, s: "BTCUSDT", k: { ...k, o: "5", h: "5", l: "5", c: "5", v: "1" } }),
    ];
    for (let i = 0; i < 4; i += 1) {
      exchange.barsLagMs = i % 2 === 0 ? 700 : 0;
      for (const text of nonsense) exchange.say(text);
      await follow(feed, () => length() >= from + 1 + i);
    }
    const told = await follow(feed, () => length() >= from + 7);
    expect(told.filter((each) => each.startsWith("quote")).every((each) => Number(each.slice(6)) > 9_900)).toBe(true);
    expect(barsOf(feed)).toEqual(expected(exchange, feed.series[0]?.closeAt[length() - 1] ?? 0));
  });

  test("[CCXT-20] C22: where sockets do not get through, bars and best prices are asked for, and are the same", async (context) => {
    const start = Math.ceil(Date.now() / SECOND) * SECOND - 5 * SECOND;
    const { exchange, url } = await exchangeWith(context, trades("BTCUSDT", start, LASTS));
    const feed = await open(context, url, { method: "poll" });
    feed.begin();
    const from = feed.series[0]?.length ?? 0;
    const told = await follow(feed, () => (feed.series[0]?.length ?? 0) >= from + 6);
    expect(exchange.connections).toBe(0);
    expect(told).toContain("open");
    expect(told.some((each) => each.startsWith("quote"))).toBe(true);
    const until = feed.series[0]?.closeAt[(feed.series[0]?.length ?? 0) - 1] ?? 0;
    expect(barsOf(feed)).toEqual(expected(exchange, until));
  });
});
