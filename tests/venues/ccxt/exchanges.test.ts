import type { Effect, InstantMs, VenueOrderSeq } from "@bulkhead/core";
import { formatAmount, type Price, type Quantity } from "@bulkhead/money";
import { describe, expect, type TestContext, test } from "vitest";
import { CANARY, CcxtStage, termsFor } from "../../kit/ccxt-stage.ts";
import { WIRES } from "../../kit/exchange-replies.ts";
import { ReplyServer } from "../../kit/reply-server.ts";

type Exchange = keyof typeof WIRES;

async function deskOn(context: TestContext, exchange: Exchange): Promise<{ stage: CcxtStage; server: ReplyServer }> {
  const { kinds, replies } = WIRES[exchange];
  const server = new ReplyServer(replies);
  const url = await server.start();
  context.onTestFinished(() => server.stop());
  const keys = { ...CANARY, secret: "Q0FOQVJZc2VjcmV0", password: "CANARYword" };
  const stage = new CcxtStage({ exchange, url, kinds, keys, stream: false, timings: { pollMs: 60_000, quietMs: 60_000, waitMs: 5_000 } });
  context.onTestFinished(() => stage.venue.close());
  return { stage: await stage.ready(), server };
}

/** What leaves for a limit order, a market order and a cancel, and how an order is looked up; parameters that matter. */
// biome-ignore format: the table is easier to check when its columns line up.
const SENDS: Readonly<Record<Exchange, Readonly<{ route: string; cancel: string; limit: object; market: object }>>> = {
  bybit:    { route: "POST /v5/order/create", cancel: "POST /v5/order/cancel",
              limit:  { symbol: "BTCUSDT", side: "Buy", orderType: "Limit", timeInForce: "IOC", qty: "0.001", price: "50000", category: "spot" },
              market: { orderType: "Market", marketUnit: "baseCoin", qty: "0.002" } },
  okx:      { route: "POST /api/v5/trade/batch-orders", cancel: "POST /api/v5/trade/cancel-order",
              limit:  { instId: "BTC-USDT", side: "buy", ordType: "ioc", sz: "0.001", px: "50000", tdMode: "cash" },
              market: { ordType: "market", sz: "0.002", tgtCcy: "base_ccy" } },
  kraken:   { route: "POST /0/private/AddOrder", cancel: "POST /0/private/CancelOrder",
              limit:  { pair: "XBTUSDT", type: "buy", ordertype: "limit", timeinforce: "IOC", volume: "0.001", price: "50000" },
              market: { ordertype: "market", volume: "0.002" } },
  coinbase: { route: "POST /api/v3/brokerage/orders", cancel: "POST /api/v3/brokerage/orders/batch_cancel",
              limit:  { product_id: "BTC-USD", side: "BUY", order_configuration: '{"sor_limit_ioc":{"base_size":"0.001","limit_price":"50000"}}' },
              market: { order_configuration: '{"sor_limit_ioc":{"base_size":"0.002","limit_price":"51000"}}' } },
};
const ID_FIELD: Readonly<Record<Exchange, string>> = {
  bybit: "orderLinkId",
  okx: "clOrdId",
  kraken: "cl_ord_id",
  coinbase: "client_order_id",
};

const fieldsOf = (parameters: URLSearchParams | undefined, names: object): object =>
  Object.fromEntries(Object.keys(names).map((name) => [name, parameters?.get(name)]));

describe.concurrent.each(Object.keys(WIRES) as Exchange[])("%s through the real ccxt", (exchange) => {
  const { symbol, kinds } = WIRES[exchange];

  test(`[CCXT-50] ${exchange}: cash without open profits, coins, contracts and what others traded, in the books' terms`, async (context) => {
    const { stage } = await deskOn(context, exchange);
    const snapshot = await stage.venue.snapshot(["positions", "cash", "orders", "executions"], (Date.now() - 60_000) as InstantMs);
    const quote = exchange === "coinbase" ? "USD" : "USDT";
    expect(snapshot.cash).toEqual([{ asset: quote, amount: 1_000_500_000 }]);
    expect(snapshot).toMatchObject({ openOrders: [], quiet: true });
    const base = stage.books.assets.get("BTC" as never);
    expect(snapshot.positions?.[0]).toEqual({ instrument: symbol, quantity: 25_000_000, averageCost: null });
    expect(base?.scale).toBe(8);
    const [execution] = stage.of("RecordExecution");
    expect([execution?.executionId, execution?.tag?.reference, execution?.venueOrder]).toEqual([
      expect.stringMatching(/:[Ee]-1$/),
      "somebody",
      null,
    ]);
    const priceScale = stage.books.listings.get(symbol as never)?.instrument.priceScale ?? 0;
    expect([formatAmount(execution?.quantity as Quantity, 8), formatAmount(execution?.price as Price, priceScale)]).toEqual([
      "0.0025",
      "50000.1",
    ]);
    if (!kinds.includes("linear")) return;
    const contract = snapshot.positions?.[1];
    const listing = stage.books.listings.get(contract?.instrument as never);
    const held = formatAmount(contract?.quantity as Quantity, listing?.base.scale ?? 0);
    const { multiplierUnits, multiplierScale } = listing?.instrument ?? { multiplierUnits: 0, multiplierScale: 0 };
    expect([held, multiplierUnits, multiplierScale]).toEqual(exchange === "okx" ? ["-0.5", 1, 2] : ["-0.005", 1, 0]);
  });

  test(`[CCXT-51] ${exchange}: what leaves is what was asked, under our id, and is found again by it`, async (context) => {
    const { stage, server } = await deskOn(context, exchange);
    const { route, limit, market, cancel } = SENDS[exchange];
    const scales = { quantity: 8, price: exchange === "coinbase" ? 2 : 1 };
    stage.submit(1, termsFor(symbol, "buy", "0.001", { limit: "50000", timeInForce: "ioc" }, scales));
    await stage.until(() => stage.about(1).length > 0);
    expect(stage.about(1)).toEqual(["RecordAck"]);
    expect(fieldsOf(server.last(route), limit)).toEqual(limit);
    const id = server.last(route)?.get(ID_FIELD[exchange]) ?? "";
    expect(id).toMatch(/^b1[0-9a-z]{16}$/);
    stage.submit(2, termsFor(symbol, "buy", "0.002", {}, scales));
    await stage.until(() => stage.about(2).length > 0);
    expect(fieldsOf(server.last(route), market)).toEqual(market);
    const before = server.requests.length;
    // The exchange answers completely, and without it.
    expect(await stage.venue.lookUp(7 as VenueOrderSeq, 1)).toHaveProperty("failed");
    stage.sent.set(7, symbol as never);
    expect(await stage.venue.lookUp(7 as VenueOrderSeq, 1)).toEqual({ absent: true });
    const asked = server.requests.slice(before).map(({ parameters }) => [...parameters.values()].join());
    if (exchange !== "coinbase") expect(asked.some((each) => /b1[0-9a-z]{16}/.test(each))).toBe(true);
    stage.cancel(1);
    await stage.until(() => server.last(cancel) !== undefined);
    expect([...(server.last(cancel)?.values() ?? [])].join()).toMatch(/[oO]-1/);
    expect(server.requests.filter((each) => each.route === route)).toHaveLength(2);
  });

  test.runIf(exchange === "bybit" || exchange === "okx")(
    `[CCXT-55] ${exchange}: an order is changed in place, as a whole`,
    async (context) => {
      const { stage, server } = await deskOn(context, exchange);
      const terms = termsFor(symbol, "buy", "0.001", { limit: "40000" }, { quantity: 8, price: 1 });
      stage.submit(1, terms);
      await stage.until(() => stage.about(1).includes("RecordAck"));
      const changed = termsFor(symbol, "buy", "0.003", { limit: "41000" }, { quantity: 8, price: 1 });
      stage.venue.dispatch(
        { type: "ReplaceVenueOrder", venueOrder: 1 as VenueOrderSeq, terms: changed, before: terms } satisfies Effect,
        Date.now() as InstantMs,
      );
      const route = exchange === "bybit" ? "POST /v5/order/amend" : "POST /api/v5/trade/amend-order";
      await stage.until(() => server.last(route) !== undefined);
      const wanted =
        exchange === "bybit" ? { orderId: "o-1", qty: "0.003", price: "41000" } : { ordId: "o-1", newSz: "0.003", newPx: "41000" };
      expect(fieldsOf(server.last(route), wanted)).toEqual(wanted);
    },
  );
});
