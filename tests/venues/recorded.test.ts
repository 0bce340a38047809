import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Feed } from "@bulkhead/market";
import { openCcxtFeed } from "@bulkhead/venues";
import { describe, expect, type TestContext, test, vi } from "vitest";
import { type Listed, LocalExchange, type TapeTrade } from "../kit/local-exchange.ts";
import { SOON } from "../kit/soon.ts";

const shared = new URL("../../../shared/data/crypto/", import.meta.url);
const TRADES = new URL("freqtrade/XRP_ETH-trades-ccxt.json.gz", shared);
const MINUTES = new URL("freqtrade/XRP_ETH-1m.csv.gz", shared);
const STREAM = new URL("binance-stream-with-disconnects.json", shared);
const SECOND = 1_000;
const TIMINGS = {
  backOffMs: 100,
  backOffMaxMs: 400,
  retryMs: 200,
  silentMs: 1_500,
  symbolSilentMs: 3_000,
  graceMs: 500,
  probeEveryMs: 1_000,
};

const unzipped = (file: URL): string => gunzipSync(readFileSync(file)).toString("utf8");

async function feedOn(
  context: TestContext,
  listed: readonly Listed[],
  tape: readonly TapeTrade[],
): Promise<{ exchange: LocalExchange; feed: Feed }> {
  const exchange = new LocalExchange(listed);
  exchange.play(tape);
  const url = await exchange.start();
  context.onTestFinished(() => exchange.stop());
  const symbols = listed.map(({ base, quote }) => `${base}/${quote}`);
  const shape = { exchange: "binance", resolution: "1s", method: "stream", historyBars: 700 } as const;
  const feed: Feed = await openCcxtFeed({ ...shape, symbols, url, now: () => Date.now(), known: [], timings: TIMINGS });
  context.onTestFinished(() => feed.close());
  feed.begin(Date.now());
  return { exchange, feed };
}

const takeAll = (feed: Feed): void => {
  while (feed.nextAt <= Date.now()) feed.take();
};

describe.concurrent("recorded messages of an exchange, through the real ccxt", () => {
  test.skipIf(!existsSync(TRADES))(
    "[CCXT-15] two days of XRP/ETH: every bar is the recorded one, digit for digit, over history, a stream and cuts",
    async (context) => {
      // A recorded minute happens in a second: the middle of the recording is now.
      const raw = JSON.parse(unzipped(TRADES)) as readonly { timestamp: number; info: { p: string; q: string } }[];
      const first = Date.UTC(2019, 9, 11);
      const zero = Math.ceil(Date.now() / SECOND) * SECOND - 600 * SECOND;
      const secondOf = (minuteAt: number): number => zero + ((minuteAt - first) / 60_000) * SECOND;
      const tape = raw.map(({ timestamp, info }) => ({
        symbol: "XRPETH",
        at: Math.floor(secondOf(timestamp)),
        price: info.p,
        amount: info.q,
      }));
      const { exchange, feed } = await feedOn(
        context,
        [{ base: "XRP", quote: "ETH", tick: "0.00000001", step: "1.00000000", minNotional: "0.01" }],
        tape,
      );
      const [series] = feed.series;
      const history = series?.length ?? 0;
      expect(history).toBeGreaterThan(300);
      for (const [cuts, more] of [3, 6, 9, 12].entries()) {
        // Bars are asked for before the connection is there again: it is cut where there is one.
        await vi.waitFor(() => {
          takeAll(feed);
          expect(series?.length).toBeGreaterThanOrEqual(history + more);
          expect(feed.state.connection).toBe("connected");
          expect(feed.state.reconnects).toBeGreaterThanOrEqual(cuts);
        }, SOON);
        exchange.cut();
      }
      const rows = unzipped(MINUTES).trim().split("\n").slice(1);
      const recorded = new Map(rows.map((row) => [secondOf(Date.parse(row.split(",")[0] ?? "")), row.split(",").slice(1).map(Number)]));
      const length = series?.length ?? 0;
      const from = series?.openAt[0] ?? 0;
      const until = series?.openAt[length - 1] ?? 0;
      expect([...recorded.keys()].filter((at) => at >= from && at <= until)).toEqual([...(series?.openAt.subarray(0, length) ?? [])]);
      for (let i = 0; i < length; i += 1) {
        const found = (["open", "high", "low", "close", "volume"] as const).map((name) => series?.[name][i] ?? Number.NaN);
        const [open = 0, high = 0, low = 0, close = 0, volume = 0] = recorded.get(series?.openAt[i] ?? 0) ?? [];
        expect(found).toEqual([...[open, high, low, close].map((price) => Math.round(price * 1e8)), volume]);
      }
    },
  );

  test.skipIf(!existsSync(STREAM))(
    "[CCXT-15] a recorded stream that broke off three times: nothing that was traded is missing from its bars",
    async (context) => {
      type Item = { Item?: { Ok: { instrument: number; kind: { Trade: { price: number; amount: number } } } }; Reconnecting?: string };
      const items = JSON.parse(readFileSync(STREAM, "utf8")) as readonly Item[];
      const listed = [
        { base: "BTC", quote: "USDT", tick: "0.01", step: "0.00001", minNotional: "5" },
        { base: "SOL", quote: "USDT", tick: "0.01", step: "0.001", minNotional: "5" },
      ];
      const begin = Date.now() + 3 * SECOND;
      const trades: TapeTrade[] = [];
      const cuts: number[] = [];
      for (const [i, { Item: item }] of items.entries()) {
        const at = begin + i * 300;
        if (item === undefined) cuts.push(at);
        else {
          const { price, amount } = item.Ok.kind.Trade;
          trades.push({ symbol: item.Ok.instrument === 0 ? "BTCUSDT" : "SOLUSDT", at, price: price.toFixed(2), amount: amount.toFixed(5) });
        }
      }
      const after = begin + (items.length + 4) * 300; // One more of each, so that the last bars are seen to be over.
      for (const symbol of ["BTCUSDT", "SOLUSDT"]) trades.push({ symbol, at: after, price: "100.00", amount: "1.00000" });
      const { exchange, feed } = await feedOn(context, listed, trades);
      // Where it broke off, as soon as somebody hears it there: on a machine that is late, later.
      let broken = 0;
      const breakOff = (): void => {
        const at = cuts[broken] ?? Number.POSITIVE_INFINITY;
        if (Date.now() < at || feed.state.connection !== "connected" || feed.state.reconnects < broken) return;
        exchange.cut();
        broken += 1;
      };
      expect(cuts).toHaveLength(3);
      const places = [5, 3];
      /** Bars before the one that only shows that the others are over. */
      const told = ({ openAt, length }: (typeof feed.series)[number]): number =>
        openAt.subarray(0, length).findLastIndex((each) => each + SECOND <= after) + 1;
      const sums = (): readonly number[] =>
        feed.series.map(
          (series, market) => series.volume.subarray(0, told(series)).reduce((sum, each) => sum + each, 0) / 10 ** (places[market] ?? 0),
        );
      const traded = ["BTCUSDT", "SOLUSDT"].map((symbol) => {
        const own = trades.filter((each) => each.symbol === symbol && each.at !== after);
        return Number(own.reduce((sum, { amount }) => sum + Number(amount), 0).toFixed(5));
      });
      await vi.waitFor(() => {
        takeAll(feed);
        breakOff();
        expect([broken, sums()]).toEqual([cuts.length, traded]);
        expect(feed.state.reconnects).toBeGreaterThanOrEqual(cuts.length);
      }, SOON);
      const bought = feed.series.map((series) => series.close[told(series) - 1]);
      expect(bought).toEqual([9_696_251, 19_086]);
    },
  );
});
