import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InstrumentId, PortfolioId } from "@bulkhead/core";
import { priceOfUnits, quantityOfUnits } from "@bulkhead/money";
import { type OpenedDesk, openDesk, startDesk, wallClock } from "@bulkhead/server";
import { openCcxtFeed } from "@bulkhead/venues";
import { describe, expect, type TestContext, test } from "vitest";
import { LocalExchange, type TapeTrade } from "../kit/local-exchange.ts";
import { soon } from "../kit/soon.ts";
import { accountOf, configOf, decideAgain, newFolder, recordsIn, removeFolder } from "./paper.ts";

const SECOND = 1_000;
const BTC = { base: "BTC", quote: "USDT", tick: "0.01000000", step: "0.00001000", minNotional: "5.00000000" };
const ID = "BTCUSDT@BINANCE" as InstrumentId;
const TIMINGS = {
  backOffMs: 100,
  backOffMaxMs: 400,
  retryMs: 200,
  silentMs: 1_500,
  symbolSilentMs: 3_000,
  graceMs: 500,
  probeEveryMs: 1_000,
};

const CONFIG = `
[account]
base_currency = "USDT"
fee = { model = "percent", rate = "0.1%" }
[[portfolio]]
id = "coins"
starting_cash = "10000"
symbols = ["BTC/USDT"]
strategy = "sma-cross"
params = { fast = 2, slow = 4 }
[[portfolio]]
id = "hands"
starting_cash = "10000"
`;

/** Five trades a second, up and down, for a quarter of an hour: longer than any machine needs. */
function trades(from: number): readonly TapeTrade[] {
  return Array.from({ length: 4_500 }, (_, i) => ({
    symbol: "BTCUSDT",
    at: from + i * 200 + 30,
    price: (100 + 3 * Math.sin(i / 9)).toFixed(2),
    amount: "0.50000",
  }));
}

async function exchangeIn({ onTestFinished }: TestContext): Promise<{ exchange: LocalExchange; url: string; folder: string }> {
  const exchange = new LocalExchange([BTC]);
  exchange.play(trades(Math.ceil(Date.now() / SECOND) * SECOND - 20 * SECOND));
  const folder = newFolder();
  const url = await exchange.start();
  onTestFinished(async () => {
    await exchange.stop();
    removeFolder(folder);
  });
  return { exchange, url, folder };
}

const modeOf = (desk: OpenedDesk): Readonly<{ mode: string; reason: string }> =>
  accountOf(desk).state.modes.get(`instrument:${ID}`) ?? { mode: "ready", reason: "" };
const until = (isSo: () => void): Promise<void> => soon(isSo);

/** A person's market order for so many hundred-thousandths of a coin, decided on the last price. */
async function order(desk: OpenedDesk, side: "buy" | "sell", units: number): Promise<readonly string[]> {
  const account = accountOf(desk);
  const quote = account.quoteOf(ID);
  const terms = { instrument: ID, side, quantity: quantityOfUnits(units), orderType: "market", limit: null, stop: null } as const;
  const answer = await account.submit({
    type: "PlaceOrder",
    by: "test",
    portfolio: "hands" as PortfolioId,
    terms: { ...terms, timeInForce: "gtc", expiresAt: null },
    origin: "person",
    sizing: "exact",
    reduceOnly: false,
    allowDuplicate: true,
    protect: null,
    lots: [],
    quote: quote?.price ?? priceOfUnits(10_000),
    quoteAt: desk.clock.now(),
    marketOpen: true,
    strategy: "",
    confidence: null,
    why: "",
    intentId: "",
  });
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  return (answer.record?.events ?? []).map((event) => (event.type === "OrderDenied" ? `denied by ${event.receipt.rule}` : event.type));
}

describe.concurrent("a paper desk on an exchange", () => {
  test("[FEED-10] I21: trades on its bars and best prices; cut off it only gets rid of things, and says why; back again it trades on", async (context) => {
    const { exchange, url, folder } = await exchangeIn(context);
    const clock = wallClock();
    const options = { exchange: "binance", symbols: ["BTC/USDT"], resolution: "1s", method: "stream", url, historyBars: 60 } as const;
    const desk = await openDesk({
      folder,
      config: configOf(CONFIG),
      clock,
      guard: { lostAfterMs: 1_000, staleAfterMs: 8_000, spikeRatio: 0.5 },
      feed: ({ instruments }) => openCcxtFeed({ ...options, now: () => clock.now(), known: instruments, timings: TIMINGS }),
    });
    context.onTestFinished(() => desk.stop());
    const account = accountOf(desk);
    await until(() => expect(account.state.executions.size).toBeGreaterThan(1));
    expect(await order(desk, "buy", 200_000)).toContain("OrderPlaced");
    await until(() => expect(account.state.portfolios.get("hands" as PortfolioId)?.holdings.size).toBe(1));

    exchange.off();
    await until(() => expect(modeOf(desk)).toMatchObject({ mode: "reduce_only" }));
    expect(modeOf(desk).reason).toMatch(/^market data: stale: no connection to binance \(.+\)$/);
    expect(desk.readiness.ready).toBe(false);
    expect(desk.readiness.reasons.join()).toContain("market data: stale: no connection to binance");
    expect(desk.untradable).toMatchObject([{ instrument: ID, kind: "stale" }]);
    expect(await order(desk, "buy", 100_000)).toEqual(["denied by mode"]);
    expect(await order(desk, "sell", 100_000)).toContain("OrderPlaced"); // Rid of it: that is allowed.

    exchange.on();
    await until(() => expect(modeOf(desk)).toMatchObject({ mode: "ready" }));
    expect(desk.readiness).toEqual({ ready: true, reasons: [] });
    expect(await order(desk, "buy", 100_000)).toContain("OrderPlaced");
    const [series] = desk.feed.series;
    const times = Array.from({ length: series?.length ?? 0 }, (_, i) => series?.openAt[i] ?? 0);
    expect(times).toEqual(exchange.bars("BTCUSDT", SECOND).flatMap(({ t }) => (t <= (times.at(-1) ?? 0) ? [t] : [])));

    await desk.stop();
    const { records, digest, id } = recordsIn(folder);
    expect(decideAgain(records, id).digest).toBe(digest);
  });

  test("[FEED-11] an exchange that cannot be reached is waited for, aloud; a desk whose books know its instruments opens and trades nothing", async (context) => {
    const { exchange, url, folder } = await exchangeIn(context);
    const config = join(folder, "bulkhead.toml");
    writeFileSync(config, `${CONFIG}[feed]\nsource = "ccxt"\nexchange = "binance"\ntimeframe = "1s"\nhistory = 60\nurl = "${url}"\n`);
    const said: string[] = [];
    const options = { data: join(folder, "data"), config, environment: {}, workingFolder: folder, say: (line: string) => said.push(line) };
    exchange.off();
    const starting = startDesk(options);
    await until(() => expect(said).toHaveLength(1));
    expect(said[0]).toMatch(/^binance cannot be reached \(.+\)\. Nothing trades until it can; trying again\.$/);
    exchange.on();
    const first = await starting;
    expect(first.market).toBe("Prices come from binance, bars of 1s: BTCUSDT.");
    expect(first.desk.feed.series[0]?.length).toBeGreaterThan(15); // Strategies begin with a history.
    await first.desk.stop();

    exchange.off();
    const { desk, market } = await startDesk(options);
    context.onTestFinished(() => desk.stop());
    expect(market).toMatch(/^Prices come from binance, bars of 1s: BTCUSDT\. It cannot be reached \(.+\); nothing trades until it can\.$/);
    await until(() => expect(modeOf(desk)).toMatchObject({ mode: "reduce_only" }));
    expect(await order(desk, "buy", 100_000)).toEqual(["denied by mode"]);
    exchange.on();
    await until(() => expect(modeOf(desk)).toMatchObject({ mode: "ready" }));
    await until(() => expect(desk.feed.series[0]?.length).toBeGreaterThan(15));
  });

  test("[FEED-12] what will not get better by waiting is refused: an exchange, a bar or a symbol that there is not", async (context) => {
    const { url, folder } = await exchangeIn(context);
    const config = join(folder, "bulkhead.toml");
    const options = { data: join(folder, "data"), config, environment: {}, workingFolder: folder };
    const feed = (lines: string): void => writeFileSync(config, `${CONFIG}[feed]\nsource = "ccxt"\nurl = "${url}"\n${lines}\n`);
    for (const [lines, message] of [
      ['exchange = "binanse"', "ccxt knows no exchange binanse"],
      ['exchange = "binance"\nsymbols = ["BTC/EUR"]', "binance has no BTC/EUR; it has BTC/USDT"],
    ] as const) {
      feed(lines);
      await expect(startDesk(options)).rejects.toThrow(message);
    }
    feed('exchange = "coinbase"\ntimeframe = "1s"');
    await expect(startDesk(options)).rejects.toThrow("coinbase has no bars of 1s; it has 1m, 5m");
  });
});
