import type { InstantMs, VenueOrderSeq } from "@bulkhead/core";
import { describe, expect, type TestContext, test } from "vitest";
import { ACCOUNT, CcxtStage, termsFor } from "../../kit/ccxt-stage.ts";
import type { Fault } from "../../kit/exchange-faults.ts";
import { LocalTradingExchange } from "../../kit/local-trading-exchange.ts";

const BTC = "BTCUSDT@BINANCE";
const PAIRS = [
  { base: "BTC", quote: "USDT", tick: "0.01", step: "0.00001", minNotional: "5" },
  { base: "ETH", quote: "USDT", tick: "0.01", step: "0.0001", minNotional: "5" },
];
const ALL = ["positions", "cash", "orders", "executions"] as const;
const minuteAgo = (): InstantMs => (Date.now() - 60_000) as InstantMs;
const seqOf = (seq: number): VenueOrderSeq => seq as VenueOrderSeq;

async function exchangeFor(context: TestContext): Promise<{ exchange: LocalTradingExchange; url: string }> {
  const exchange = new LocalTradingExchange(PAIRS);
  exchange.deposit("USDT", "100000");
  exchange.deposit("BTC", "2");
  exchange.setPrice("BTCUSDT", "50000");
  exchange.setPrice("ETHUSDT", "2500");
  const url = await exchange.start();
  context.onTestFinished(() => exchange.stop());
  return { exchange, url };
}

async function deskOn(context: TestContext, url: string, options: object = {}, before?: CcxtStage): Promise<CcxtStage> {
  const stage = new CcxtStage({ url, ...options }, before);
  context.onTestFinished(() => stage.venue.close());
  return stage.ready();
}

const sends = (exchange: LocalTradingExchange): number => exchange.requests.filter((each) => each.startsWith("POST /api/v3/order")).length;

describe.concurrent("orders on an exchange, through the real ccxt", () => {
  test("[CCXT-30] a market order fills, with its fee, and everything adds up", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url);
    stage.submit(1, termsFor(BTC, "buy", "0.5"));
    await stage.until(() => stage.of("RecordExecution").length === 1);
    expect(stage.about(1)).toEqual(["RecordAck", "RecordExecution"]);
    const [execution] = stage.of("RecordExecution");
    expect(execution).toMatchObject({ executionId: "BTC/USDT:5000", side: "buy", quantity: 50_000_000, price: 5_000_000, tag: null });
    expect(execution?.fee).toEqual({ asset: "BTC", amount: 50_000 });
    const snapshot = await stage.venue.snapshot(ALL, minuteAgo());
    expect(snapshot).toMatchObject({ quiet: true, openOrders: [] });
    expect(snapshot.cash).toEqual([{ asset: "USDT", amount: 75_000_000_000 }]);
    expect(snapshot.positions).toEqual([{ instrument: BTC, quantity: 249_950_000, averageCost: null }]);
    expect(snapshot.executionsSince).not.toBeNull();
    expect(sends(exchange)).toBe(1);
  });

  test("[CCXT-31] a limit order rests, fills in parts and is canceled: every part once, the end once", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url);
    stage.submit(1, termsFor(BTC, "buy", "0.4", { limit: "49000" }));
    await stage.until(() => stage.about(1).includes("RecordAck"));
    exchange.partialPerMille = 250n;
    exchange.setPrice("BTCUSDT", "48990");
    await stage.until(() => stage.of("RecordExecution").length === 1);
    stage.cancel(1);
    stage.cancel(1);
    await stage.until(() => stage.about(1).includes("RecordCancel"));
    expect(stage.about(1)).toEqual(["RecordAck", "RecordExecution", "RecordCancel"]);
    expect(stage.of("RecordExecution")[0]).toMatchObject({ quantity: 10_000_000, price: 4_900_000 });
    const { openOrders } = await stage.venue.snapshot(["orders"], minuteAgo());
    expect(openOrders).toEqual([]);
  });

  test("[CCXT-31] stops rest at the exchange where it has them", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url);
    stage.submit(1, termsFor(BTC, "sell", "0.1", { stop: "45000" }));
    stage.submit(2, termsFor(BTC, "sell", "0.1", { stop: "44000", limit: "43900" }));
    await stage.until(() => stage.of("RecordAck").length === 2);
    expect(exchange.orders.map(({ type, isTriggered }) => [type, isTriggered])).toEqual([
      ["STOP_LOSS", false],
      ["STOP_LOSS_LIMIT", false],
    ]);
    const { openOrders } = await stage.venue.snapshot(["orders"], minuteAgo());
    expect(openOrders?.map(({ terms, venueOrder }) => [venueOrder, terms.orderType, terms.stop])).toEqual([
      [1, "stop", 4_500_000],
      [2, "stop_limit", 4_400_000],
    ]);
    exchange.setPrice("BTCUSDT", "44950");
    await stage.until(() => stage.about(1).includes("RecordExecution"));
    expect(stage.of("RecordExecution")).toHaveLength(1);
  });

  test("[CCXT-32] B1, N6, N8: the order is there and its answer is lost, in seven ways: unknown, found, filled once, sent once", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url, { stream: false });
    for (const [index, how] of (["cut", "mute", "500", "503", "html", "truncated", "empty"] as const).entries()) {
      const seq = index + 1;
      exchange.fail({ at: "submit", how, when: "after" });
      stage.submit(seq, termsFor(BTC, "buy", "0.1"));
      await stage.until(() => stage.about(seq).includes("RecordExecution"));
      // Exactly one word about the send; a look that finds the order before its answer is given up is that word.
      expect([how, stage.about(seq).filter((type) => type !== "RecordExecution")[0]]).toEqual([
        how,
        how === "mute" ? "RecordAck" : "RecordSendOutcome",
      ]);
      const found = await stage.venue.lookUp(seqOf(seq), 1);
      expect(found).toMatchObject({ found: { venueOrder: seq, status: "filled", filled: 10_000_000 } });
    }
    expect([sends(exchange), exchange.orders.length, stage.of("RecordExecution").length, stage.of("RecordAck").length]).toEqual([
      7, 7, 7, 7,
    ]);
    expect(stage.sessions.filter(({ state }) => state === "ready")).toHaveLength(1);
  });

  test("[CCXT-33] B1: the order never arrived and nobody says so: unknown until a look-up finds nothing, and none that fails does", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url, { stream: false });
    for (const [index, how] of (["cut", "mute", "500", "html"] as const).entries()) {
      const seq = index + 1;
      exchange.fail({ at: "submit", how, when: "before" });
      stage.submit(seq, termsFor(BTC, "buy", "0.1"));
      await stage.until(() => stage.about(seq).length > 0);
      expect(stage.about(seq)).toEqual(["RecordSendOutcome"]);
      expect(await stage.venue.lookUp(seqOf(seq), 1)).toEqual({ absent: true });
    }
    exchange.fail(...(["html", "500", "empty"] as const).map((how): Fault => ({ at: "order", how, when: "before" })));
    for (let asked = 0; asked < 3; asked++) expect(await stage.venue.lookUp(seqOf(1), 1)).toHaveProperty("failed");
    expect([sends(exchange), exchange.orders.length]).toEqual([4, 0]);
  });

  test("[CCXT-34] B2: only what the exchange's table proves is a refusal", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url, { stream: false });
    // biome-ignore format: the table is easier to check when its columns line up.
    const table = [
      [400, -2010, "Account has insufficient balance for requested action.", "RecordReject"],
      [400, -1013, "Filter failure: LOT_SIZE",                               "RecordReject"],
      [401, -2015, "Invalid API-key, IP, or permissions for action.",        "RecordReject"],
      [400, -2010, "Duplicate order sent.",                                  "RecordSendOutcome"],
      [400, -1007, "Timeout waiting for response from backend server.",      "RecordSendOutcome"],
      [400, -1006, "An unexpected response was received.",                   "RecordSendOutcome"],
      [400, -9999, "Something new.",                                         "RecordSendOutcome"],
      [503, -1008, "Server is currently overloaded.",                        "RecordSendOutcome"],
      [429, -1015, "Too many new orders.",                                   "RecordReject"],
    ] as const;
    for (const [index, [status, code, message, fact]] of table.entries()) {
      exchange.fail({ at: "submit", how: "refuse", status, code, message });
      stage.submit(index + 1, termsFor(BTC, "buy", "0.1"));
      await stage.until(() => stage.about(index + 1).length > 0);
      expect([message, stage.about(index + 1)]).toEqual([message, [fact]]);
      if (fact === "RecordReject") expect(stage.reasons("RecordReject").at(-1)).toContain(message);
    }
    expect(exchange.orders).toEqual([]);
  });

  test("[CCXT-35] what never left is said to have never left: before the session, of no market, on no step, and after it", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = new CcxtStage({ url, stream: false });
    context.onTestFinished(() => stage.venue.close());
    stage.submit(1, termsFor(BTC, "buy", "0.1"));
    await stage.ready();
    stage.submit(2, termsFor("DOGEUSDT@BINANCE", "buy", "1"));
    stage.submit(3, termsFor(BTC, "buy", "0.000015"));
    await exchange.stop();
    await stage.until(() => stage.venue.session.state !== "ready");
    stage.submit(4, termsFor(BTC, "buy", "0.1"));
    await stage.until(() => stage.reasons("RecordReject").length === 4);
    expect(stage.reasons("RecordReject").every((reason) => reason.startsWith("NOT_SENT: "))).toBe(true);
    expect(stage.of("RecordSendOutcome")).toEqual([]);
    expect(exchange.orders).toEqual([]);
  });

  test("[CCXT-36] a cancel whose answer is lost is asked for again and ends once; one of a filled order ends as filled", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url, { stream: false });
    stage.submit(1, termsFor(BTC, "buy", "0.1", { limit: "49000" }));
    stage.submit(2, termsFor(BTC, "buy", "0.2", { limit: "48000" }));
    await stage.until(() => stage.of("RecordAck").length === 2);
    exchange.fail({ at: "cancel", how: "mute", when: "before" }, { at: "cancel", how: "cut", when: "after" });
    stage.cancel(1);
    await stage.until(() => stage.about(1).includes("RecordCancel"));
    exchange.setPrice("BTCUSDT", "47000");
    stage.cancel(2);
    await stage.until(() => stage.about(2).includes("RecordExecution"));
    expect(stage.about(2)).toEqual(["RecordAck", "RecordExecution"]);
    expect(stage.about(1)).toEqual(["RecordAck", "RecordCancel"]);
  });

  test("[CCXT-36] B13: an order that the exchange does not find, and finds later, is canceled when it is found", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url, { stream: false });
    const lost: Fault = { at: "submit", how: "mute", when: "after" };
    exchange.fail(lost, { at: "order", how: "hide" }, { at: "order", how: "hide" });
    stage.submit(1, termsFor(BTC, "buy", "0.1", { limit: "49000" }));
    stage.cancel(1);
    await stage.until(() => stage.about(1).includes("RecordCancel"));
    expect(stage.about(1).filter((type) => type === "RecordCancel")).toHaveLength(1);
    expect(exchange.orders[0]?.status).toBe("CANCELED");
  });

  test("[CCXT-37] a fee that is not known yet comes apart from its execution, once", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url);
    exchange.hidesFees = true;
    stage.submit(1, termsFor(BTC, "sell", "0.1"));
    await stage.until(() => stage.of("RecordExecution").length === 1);
    expect(stage.of("RecordExecution")[0]?.fee).toBeNull();
    exchange.hidesFees = false;
    await stage.venue.snapshot(["executions"], minuteAgo());
    await stage.venue.snapshot(["executions"], minuteAgo());
    expect(stage.of("RecordFee")).toMatchObject([
      { feeId: "BTC/USDT:5000:fee:0", executionId: "BTC/USDT:5000", fee: { asset: "USDT", amount: 5_000_000 } },
    ]);
  });

  test("[CCXT-38] B4, B5, B11: said three times, late, or by nobody but the answer: every execution once", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url);
    exchange.repeats = 3;
    stage.submit(1, termsFor(BTC, "buy", "0.1"));
    await stage.until(() => stage.of("RecordExecution").length === 1);
    exchange.isMuted = true;
    exchange.tradesLateMs = 700;
    stage.submit(2, termsFor(BTC, "buy", "0.2"));
    await stage.until(() => stage.of("RecordExecution").length === 2);
    await stage.venue.snapshot(ALL, minuteAgo());
    expect(stage.of("RecordExecution").map(({ venueOrder, quantity }) => [venueOrder, quantity])).toEqual([
      [1, 10_000_000],
      [2, 20_000_000],
    ]);
    const again = await deskOn(context, url, {}, stage);
    await again.venue.snapshot(ALL, minuteAgo());
    expect(again.of("RecordExecution").map(({ executionId, venueOrder }) => [executionId, venueOrder])).toEqual([
      ["BTC/USDT:5000", 1],
      ["BTC/USDT:5001", 2],
    ]);
    expect(again.of("DefineInstrument")).toEqual([]);
  });

  test("[CCXT-38] B12: what trades after its order was canceled is told all the same, as that order's", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url, { stream: false });
    stage.submit(1, termsFor(BTC, "buy", "0.4", { limit: "49000" }));
    await stage.until(() => stage.about(1).includes("RecordAck"));
    stage.cancel(1);
    await stage.until(() => stage.about(1).includes("RecordCancel"));
    exchange.tradeLate(exchange.orders[0]?.orderId ?? 0, "0.1", "49000");
    await stage.venue.snapshot(["executions"], minuteAgo());
    expect(stage.about(1)).toEqual(["RecordAck", "RecordCancel", "RecordExecution"]);
  });

  test("[CCXT-39] B6, B22: what others do with the account comes with who asked, and is nobody's of ours", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url, { stream: false });
    stage.submit(1, termsFor(BTC, "buy", "0.1", { limit: "40000" }));
    exchange.placeByHand("BTCUSDT", "SELL", "0.30000000", null, "grid-bot-7");
    exchange.placeByHand("BTCUSDT", "BUY", "0.10000000", "41000.00", "web_1");
    await stage.until(() => stage.of("RecordExecution").length === 1);
    const order = exchange.orderOf("grid-bot-7");
    expect(stage.of("RecordExecution")[0]).toMatchObject({
      venueOrder: null,
      tag: { reference: "grid-bot-7", client: "", venueOrderId: String(order?.orderId) },
    });
    const { openOrders } = await stage.venue.snapshot(["orders"], minuteAgo());
    const seen = new Map(openOrders?.map(({ venueOrder, tag }) => [venueOrder, tag.reference]));
    expect([seen.size, seen.get(seqOf(1))?.startsWith("b1"), seen.get(null)]).toEqual([2, true, "web_1"]);
  });

  test("[CCXT-39] B6: a trade whose order cannot be found is held, and nothing is said to be complete before it is", async (context) => {
    const { exchange, url } = await exchangeFor(context);
    const stage = await deskOn(context, url, { stream: false });
    stage.submit(1, termsFor(BTC, "buy", "0.1", { limit: "40000" }));
    await stage.until(() => stage.of("RecordAck").length === 1);
    exchange.fail(...Array.from({ length: 3 }, (): Fault => ({ at: "order", how: "500", when: "before" })));
    exchange.placeByHand("BTCUSDT", "SELL", "0.30000000", null, "grid-bot-7");
    const first = await stage.venue.snapshot(["executions"], minuteAgo());
    expect([first.executionsSince, stage.of("RecordExecution").length]).toEqual([null, 0]);
    await stage.until(() => stage.of("RecordExecution").length === 1);
    expect(stage.of("RecordExecution")[0]?.tag?.reference).toBe("grid-bot-7");
  });

  test("[CCXT-48] B23: an order of a journal that was restored away is nobody's, though it speaks our language", async (context) => {
    const { url } = await exchangeFor(context);
    const stage = await deskOn(context, url, { stream: false });
    stage.submit(1, termsFor(BTC, "buy", "0.1", { limit: "40000" }));
    await stage.until(() => stage.of("RecordAck").length === 1);
    const other = await deskOn(context, url, { stream: false, orderInBooks: () => undefined });
    const { openOrders } = await other.venue.snapshot(["orders"], minuteAgo());
    expect(openOrders).toMatchObject([{ venueOrder: null, tag: { client: "" } }]);
    const elsewhere = await deskOn(context, url, { stream: false, account: `${ACCOUNT}-2` });
    const others = await elsewhere.venue.snapshot(["orders"], minuteAgo());
    expect(others.openOrders?.[0]?.venueOrder).toBeNull();
  });
});
