import { setTimeout as sleep } from "node:timers/promises";
import type { InstantMs, VenueOrderSeq } from "@bulkhead/core";
import { describe, expect, type TestContext, test } from "vitest";
import { CANARY, CcxtStage, termsFor } from "../../kit/ccxt-stage.ts";
import type { Fault, Place } from "../../kit/exchange-faults.ts";
import { LocalTradingExchange } from "../../kit/local-trading-exchange.ts";

const BTC = "BTCUSDT@BINANCE";
const PAIRS = [{ base: "BTC", quote: "USDT", tick: "0.01", step: "0.00001", minNotional: "5" }];
const minuteAgo = (): InstantMs => (Date.now() - 60_000) as InstantMs;
const LOST: readonly Fault["how"][] = ["500", "html", "empty"];
const failing = (at: Place, how: Fault["how"]): Fault => ({ at, how, when: "before" }) as Fault;

async function exchangeFor(context: TestContext): Promise<{ exchange: LocalTradingExchange; url: string }> {
  const exchange = new LocalTradingExchange(PAIRS);
  exchange.deposit("USDT", "100000");
  exchange.deposit("BTC", "2");
  exchange.setPrice("BTCUSDT", "50000");
  const url = await exchange.start();
  context.onTestFinished(() => exchange.stop());
  return { exchange, url };
}

function stageOn(context: TestContext, url: string, options: object = {}): CcxtStage {
  const stage = new CcxtStage({ url, stream: false, ...options });
  context.onTestFinished(() => stage.venue.close());
  return stage;
}

describe.concurrent("the session with an exchange, through the real ccxt", () => {
  test("[CCXT-40] B10, Z16: a section that fails is no information, and only that one: never an empty account", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await stageOn(context, url, { timings: { pollMs: 60_000, quietMs: 60_000 } }).ready();
    for (const how of LOST) {
      exchange.fail(failing("account", how), failing("account", how));
      const held = await stage.venue.snapshot(["positions", "cash", "orders"], minuteAgo());
      expect([how, held.positions, held.cash, held.openOrders]).toEqual([how, null, null, []]);
      exchange.fail(failing("openOrders", how));
      const open = await stage.venue.snapshot(["orders", "cash"], minuteAgo());
      expect([how, open.openOrders, open.cash?.length]).toEqual([how, null, 1]);
    }
    stage.submit(1, termsFor(BTC, "buy", "0.1"));
    await stage.until(() => stage.of("RecordExecution").length === 1);
    for (const how of LOST) {
      await exchange.calm();
      // What the desk asks by itself may take some of them.
      exchange.fail(...[1, 2, 3].map(() => failing("trades", how)));
      expect([how, (await stage.venue.snapshot(["executions"], minuteAgo())).executionsSince]).toEqual([how, null]);
      exchange.heal();
    }
    await stage.venue.close();
    const closed = await stage.venue.snapshot(["positions", "cash", "orders", "executions"], minuteAgo());
    expect(closed).toMatchObject({ positions: null, cash: null, openOrders: null, executionsSince: null, quiet: false });
  });

  test("[CCXT-41] B19: asked for silence it is silent; orders are told that they never left, cancels wait and leave", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await stageOn(context, url, { timings: { pollMs: 60_000, quietMs: 60_000, waitMs: 1_000 } }).ready();
    stage.submit(1, termsFor(BTC, "buy", "0.1", { limit: "40000" }));
    await stage.until(() => stage.of("RecordAck").length === 1);
    await exchange.calm();
    exchange.fail({ at: "openOrders", how: "limit", status: 429, retryAfterS: 2 });
    expect((await stage.venue.snapshot(["orders"], minuteAgo())).openOrders).toBeNull();
    const [asked, from] = [exchange.requests.length, Date.now()];
    stage.cancel(1);
    stage.submit(2, termsFor(BTC, "buy", "0.1"));
    await stage.until(() => stage.about(2).length > 0);
    expect(stage.reasons("RecordReject")[0]).toBe("NOT_SENT: the exchange asked for silence");
    expect(exchange.requests.length).toBe(asked);
    await stage.until(() => stage.about(1).includes("RecordCancel"));
    expect(Date.now() - from).toBeGreaterThan(1_500);
    expect(stage.notes.some((note) => note.includes("wants silence for 2 s"))).toBe(true);
  });

  test("[CCXT-43] C2: two clocks seconds apart are a word, half a minute apart a refusal that ends when the clock is set", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    exchange.skewMs = 5_000;
    const stage = await stageOn(context, url, { timings: { quietMs: 200, clockMs: 200 } }).ready();
    expect(stage.notes.some((note) => /clock.* [45]\.\d s apart/.test(note))).toBe(true);
    exchange.skewMs = 45_000;
    await stage.until(() => stage.venue.session.state === "refused");
    expect(stage.venue.session.reason).toContain("set the clock");
    stage.submit(1, termsFor(BTC, "buy", "0.1"));
    expect(stage.reasons("RecordReject")[0]).toContain("NOT_SENT");
    exchange.skewMs = 0;
    await stage.until(() => stage.venue.session.state === "ready");
    expect(exchange.orders).toEqual([]);
  });

  test("[CCXT-44] B28: a paper account is never at the real exchange, nor the other way round; another account is not ours", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    for (const options of [{ mode: "paper" }, { environment: "sandbox" }, { environment: "demo" }]) {
      const stage = stageOn(context, url, options);
      await expect(stage.ready()).rejects.toThrow("set one of them right");
    }
    expect(exchange.requests).toEqual([]);
    const wrong = stageOn(context, url, { expectedAccount: "111" });
    await expect(wrong.ready()).rejects.toThrow(`belongs to account ${exchange.uid} of Binance, and 111 is meant`);
    const right = await stageOn(context, url, { expectedAccount: String(exchange.uid) }).ready();
    expect(right.venue.session).toMatchObject({ account: String(exchange.uid), environment: "live" });
    const paper = await stageOn(context, url, { mode: "paper", environment: "sandbox" }).ready();
    expect(paper.venue.session.environment).toBe("paper");
  });

  test("[CCXT-45] S0, K5: no note, no reason, no fact has the key, the secret or a signature in it", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await stageOn(context, url).ready();
    const ways: readonly Fault["how"][] = ["cut", "mute", "500", "html", "truncated", "empty"];
    exchange.fail(...ways.flatMap((how) => [failing("submit", how), failing("openOrders", how), failing("order", how)]));
    exchange.fail({ at: "submit", how: "refuse", status: 400, code: -2010, message: `key ${CANARY.apiKey} and ${CANARY.secret}` });
    for (let seq = 1; seq <= 7; seq++) stage.submit(seq, termsFor(BTC, "buy", "0.1", { limit: "40000" }));
    await stage.until(() => [1, 2, 3, 4, 5, 6, 7].every((seq) => stage.about(seq).length > 0));
    for (let seq = 1; seq <= 4; seq++) await stage.venue.lookUp(seq as VenueOrderSeq, 1);
    exchange.off();
    await stage.until(() => stage.venue.session.state !== "ready");
    const said = JSON.stringify([stage.facts, stage.sessions, stage.notes]);
    expect(said).toContain("‹key›");
    for (const secret of [CANARY.apiKey, CANARY.secret, "signature=", "X-MBX"]) expect(said).not.toContain(secret);
    expect(said).not.toMatch(/[0-9a-f]{64}/);
  });

  test("[CCXT-47] what happens while a snapshot is taken makes it no barrier", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await stageOn(context, url).ready();
    stage.submit(1, termsFor(BTC, "buy", "0.1", { limit: "49000" }));
    await stage.until(() => stage.of("RecordAck").length === 1);
    exchange.onRequest = (request) => {
      if (!request.startsWith("GET /api/v3/account")) return;
      exchange.onRequest = () => {};
      exchange.setPrice("BTCUSDT", "48000");
    };
    const noisy = await stage.venue.snapshot(["positions", "cash", "executions"], minuteAgo());
    expect([noisy.quiet, stage.of("RecordExecution").length]).toEqual([false, 1]);
    expect((await stage.venue.snapshot(["positions", "cash", "executions"], minuteAgo())).quiet).toBe(true);
  });

  test("[CCXT-52] B20: a connection that is lost is made anew, in a worker of its own; what was under way stays unknown", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await stageOn(context, url).ready();
    exchange.fail({ at: "submit", how: "mute", when: "after" });
    exchange.partialPerMille = 0n;
    stage.submit(1, termsFor(BTC, "buy", "0.1", { limit: "40000" }));
    await stage.until(() => exchange.orders.length === 1);
    exchange.off();
    await stage.until(() => stage.venue.session.state !== "ready");
    expect(stage.about(1)).toEqual(["RecordSendOutcome"]);
    exchange.on();
    await stage.until(() => stage.venue.session.state === "ready");
    expect(stage.venue.session.number).toBeGreaterThan(1);
    await stage.until(() => stage.about(1).includes("RecordAck"));
    expect(exchange.orders).toHaveLength(1);
  });

  test("[CCXT-54] B8: a stream that is cut is opened again, and what it missed is asked for at once", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await stageOn(context, url, { stream: true, timings: { pollMs: 60_000 } }).ready();
    stage.submit(1, termsFor(BTC, "buy", "0.1", { limit: "49000" }));
    await stage.until(() => stage.of("RecordAck").length === 1);
    await stage.until(() => exchange.streams > 0);
    exchange.cutStreams();
    exchange.setPrice("BTCUSDT", "48000");
    await stage.until(() => stage.of("RecordExecution").length === 1);
    expect(stage.venue.session.state).toBe("ready");
    await stage.until(() => exchange.streams > 0);
    stage.submit(2, termsFor(BTC, "buy", "0.2"));
    await stage.until(() => stage.of("RecordExecution").length === 2);
  });

  test("[CCXT-44] a key that is not let in is for a person: nothing is tried again", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    exchange.fail({ at: "account", how: "refuse", status: 401, code: -2015, message: "Invalid API-key, IP, or permissions for action." });
    const stage = stageOn(context, url);
    await expect(stage.ready()).rejects.toThrow("does not let us in");
    const asked = exchange.requests.length;
    await sleep(500);
    expect(exchange.requests.length).toBe(asked);
  });

  test("[CCXT-49] search finds markets by symbol and by name, best first, with the terms that the books will have", async (context) => {
    const { url } = await exchangeFor(context);
    const stage = stageOn(context, url);
    expect(await stage.venue.search("btc")).toHaveProperty("failed");
    await stage.ready();
    const found = await stage.venue.search("btc/usdt");
    expect(found).toMatchObject([
      { venueKey: "BTC/USDT", description: "BTC in USDT, Binance, coin", instrument: { id: BTC, tickSize: 1 } },
    ]);
    expect(await stage.venue.search("nothing like it")).toEqual([]);
  });

  test("[CCXT-56] a day order rests, is canceled at the end of its UTC day, and has expired", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const day = 86_400_000;
    let shift = 0;
    const stage = await stageOn(context, url, { now: () => Date.now() + shift }).ready();
    shift = day - (Date.now() % day) - 1_500;
    stage.submit(1, termsFor(BTC, "buy", "0.1", { limit: "40000", timeInForce: "day" }));
    stage.submit(2, termsFor(BTC, "buy", "0.1", { limit: "40000", timeInForce: "gtc" }));
    await stage.until(() => stage.of("RecordAck").length === 2);
    expect(exchange.orders.map(({ timeInForce }) => timeInForce)).toEqual(["GTC", "GTC"]);
    await stage.until(() => stage.about(1).includes("RecordExpiry"));
    expect([stage.about(1), stage.about(2)]).toEqual([["RecordAck", "RecordExpiry"], ["RecordAck"]]);
  });

  test("[CCXT-57] S3.6: closed it is not connected and sends nothing; opened again it goes on, and with it what was asked for", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await stageOn(context, url).ready();
    stage.submit(1, termsFor(BTC, "buy", "0.1", { limit: "40000" }));
    await stage.until(() => stage.of("RecordAck").length === 1);
    await stage.venue.close();
    expect(stage.venue.session).toMatchObject({ state: "disconnected", reason: "closed" });
    stage.cancel(1);
    stage.submit(2, termsFor(BTC, "buy", "0.1"));
    expect(stage.about(2)).toEqual(["RecordReject"]);
    expect(exchange.orders[0]?.status).toBe("NEW");
    await stage.ready();
    await stage.until(() => stage.about(1).includes("RecordCancel"));
    expect(stage.venue.session.number).toBe(2);
  });
});
