// One process of `ccxt-memory`: an exchange with as many markets as a large one has, and with `with` a venue on it until it is ready.
import type { AccountId } from "@bulkhead/core";
import { openCcxtVenue } from "@bulkhead/venues";
import { LocalTradingExchange } from "../tests/kit/local-trading-exchange.ts";

const MARKETS = 1_500;

const pairs = Array.from({ length: MARKETS }, (_, n) => ({ base: `C${n}`, quote: "USDT", tick: "0.01", step: "0.0001", minNotional: "5" }));
const exchange = new LocalTradingExchange(pairs);
exchange.deposit("USDT", "100000");
const url = await exchange.start();
const begin = performance.now();
const venue = openCcxtVenue({
  ...{ exchange: "binance", account: "main" as AccountId, mode: "live", environment: "live", kinds: ["spot"], expectedAccount: null },
  ...{ keys: { apiKey: "bench-key", secret: "bench-secret" }, url, stream: true, cashScale: () => 6, now: () => Date.now() },
  ...{ books: () => ({ listings: new Map(), assets: new Map() }), orderInBooks: () => undefined },
});
if (process.argv[2] === "with") {
  const ready = new Promise<void>((resolve, reject) =>
    venue.listen({
      onFact: () => {},
      onNote: () => {},
      onSession: ({ state, reason }) => {
        if (state === "ready") resolve();
        if (state === "refused") reject(new Error(reason));
      },
    }),
  );
  venue.open();
  await ready;
}
const ms = performance.now() - begin;
await venue.close();
await exchange.stop();
console.log(JSON.stringify({ ms }));
