import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Exchange, Impossible } from "./exchange.ts";
import { TIMINGS, type WorkerSetup } from "./messages.ts";

const replies = new URL("../../../../../shared/data/crypto/exchange-replies/", import.meta.url);

/** A server that answers with recorded replies, by path. */
async function serving(files: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://x");
    const file = files[pathname];
    response.setHeader("Content-Type", "application/json");
    response.end(file === undefined ? "{}" : readFileSync(new URL(file, replies)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const setupOf = (exchange: string, symbols: readonly string[], url: string | null): WorkerSetup => ({
  ...{ exchange, symbols, timeframe: "1m", barMs: 60_000, method: "poll", url, historyBars: 0 },
  ...{ knownUntil: [null], timings: TIMINGS },
});

type Recorded = Readonly<{ files: Readonly<Record<string, string>>; symbol: string; market: object; candle?: object }>;

// What venues said once, through the real ccxt: every figure is the venue's text.
const RECORDED: Readonly<Record<string, Recorded>> = {
  bybit: {
    files: {
      "/v5/market/instruments-info": "bybit/http_get_instruments_spot.json",
      "/v5/market/kline": "bybit/http_get_klines_linear.json",
    },
    symbol: "BTC/USDT",
    market: { tick: "0.1", increment: "0.0001", quantityMin: "0.001", notionalMin: "10", base: "BTC", quote: "USDT" },
    candle: { openAt: 1_709_891_679_000, open: "27450", high: "27460", low: "27440", close: "27455", volume: "123.45" },
  },
  okx: {
    files: {
      "/api/v5/public/instruments": "okx/http_get_instruments_spot.json",
      "/api/v5/market/history-candles": "okx/http_get_candlesticks.json",
    },
    symbol: "BTCUSD",
    market: { tick: "0.1", increment: "0.00000001", quantityMin: "0.00001", notionalMin: null, base: "BTC", quote: "USD" },
    candle: { openAt: 1_625_097_600_000, open: "33528.6", high: "33870.0", low: "33528.6", close: "33783.9", volume: "778.838" },
  },
  kraken: {
    files: { "/0/public/AssetPairs": "kraken/http_asset_pairs.json" },
    symbol: "BTC/USDT",
    market: { tick: "0.1", increment: "0.00000001", base: "BTC", quote: "USDT" },
  },
  coinbase: {
    files: { "/api/v3/brokerage/market/products": "coinbase/http_products.json" },
    symbol: "BTC/USD",
    market: { tick: "0.01", increment: "0.00000001", quantityMin: "0.00000001", notionalMin: "1", base: "BTC", quote: "USD" },
  },
};

test.skipIf(!existsSync(replies)).each(Object.entries(RECORDED))(
  "[CCXT-18] markets and bars of %s come as its own text",
  async (name, { files, symbol, market, candle }) => {
    const url = await serving(files);
    const exchange = await Exchange.open(setupOf(name, [symbol], url), undefined);
    const found = exchange.marketOf(symbol);
    expect(found).toMatchObject({ kind: "coin", ...market });
    if (candle !== undefined && "symbol" in found) expect((await exchange.candles(found.symbol, 1_600_000_000_000))[0]).toEqual(candle);
    expect(exchange.marketOf("NO/SUCH")).toHaveProperty("unusable");
    await exchange.close();
  },
);

test("[FEED-12] an exchange that ccxt does not know, or that is no name, will not be there later either", async () => {
  for (const name of ["binanse", "../../../etc/passwd", "Binance"])
    await expect(Exchange.open(setupOf(name, ["BTC/USDT"], null), undefined)).rejects.toBeInstanceOf(Impossible);
  const odd = { ...setupOf("kraken", ["BTC/USDT"], "http://127.0.0.1:1"), timeframe: "7m" };
  await expect(Exchange.open(odd, undefined)).rejects.toThrow("kraken has no bars of 7m; it has 1m, 5m");
});
