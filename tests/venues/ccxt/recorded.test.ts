import { existsSync, readFileSync } from "node:fs";
import type { InstantMs, VenueFact } from "@bulkhead/core";
import { type Exact, formatAmount } from "@bulkhead/money";
import { describe, expect, type TestContext, test } from "vitest";
import { CANARY, CcxtStage } from "../../kit/ccxt-stage.ts";
import { WIRES } from "../../kit/exchange-replies.ts";
import { LocalTradingExchange } from "../../kit/local-trading-exchange.ts";
import { type Reply, ReplyServer } from "../../kit/reply-server.ts";

const REPLIES = new URL("../../../../shared/data/crypto/exchange-replies/", import.meta.url);
const isHere = existsSync(REPLIES);
const recorded = (file: string): object => JSON.parse(readFileSync(new URL(file, REPLIES), "utf8")) as object;
/** The same, with its old instants moved into what the exchange still tells. */
const movedTo = (at: number, file: string, field: string): object =>
  JSON.parse(readFileSync(new URL(file, REPLIES), "utf8").replaceAll(new RegExp(`("${field}": *)"\\d+"`, "g"), `$1"${at}"`)) as object;

async function deskOn(
  context: TestContext,
  exchange: keyof typeof WIRES,
  kinds: readonly ("spot" | "linear")[],
  replies: Record<string, Reply>,
): Promise<CcxtStage> {
  const server = new ReplyServer({ ...WIRES[exchange].replies, ...replies });
  const url = await server.start();
  context.onTestFinished(() => server.stop());
  const keys = { ...CANARY, secret: "Q0FOQVJZc2VjcmV0", password: "CANARYword" };
  const stage = new CcxtStage({ exchange, url, kinds, keys, stream: false, timings: { pollMs: 60_000, quietMs: 60_000, waitMs: 5_000 } });
  context.onTestFinished(() => stage.venue.close());
  return stage;
}

/** Executions as the exchange wrote them: side, units, price, fee. */
function executionsOf({ facts, books }: CcxtStage): readonly string[] {
  const scaleOf = (asset: string): number => books.assets.get(asset as never)?.scale ?? 0;
  return facts.flatMap((fact: VenueFact) => {
    if (fact.type !== "RecordExecution") return [];
    const listing = books.listings.get(fact.instrument);
    const show = (amount: Exact, scale: number | undefined): string => formatAmount(amount, scale ?? 0);
    const fee = fact.fee === null ? "no fee" : `${show(fact.fee.amount as Exact, scaleOf(fact.fee.asset))} ${fact.fee.asset}`;
    const [quantity, price] = [show(fact.quantity, listing?.base.scale), show(fact.price, listing?.instrument.priceScale)];
    return [`${fact.instrument} ${fact.side} ${quantity} at ${price}, ${fee}, ${fact.tag?.venueOrderId ?? ""}`];
  });
}

const ALL = ["positions", "cash", "orders", "executions"] as const;

describe.concurrent("recorded answers of exchanges, through the real ccxt", () => {
  test.skipIf(!isHere)("[CCXT-53] bybit: wallet, positions, orders and executions of perpetuals", async (context) => {
    const now = Date.now();
    const executions = movedTo(now - 5_000, "bybit/http_get_executions.json", "execTime");
    const linear = recorded("bybit/http_get_instruments_linear.json") as { result: object };
    const none = { retCode: 0, result: { list: [] } };
    const when = (is: boolean, file: object): object => (is ? file : none);
    const stage = await deskOn(context, "bybit", ["linear"], {
      "GET /v5/market/instruments-info": (asked) =>
        when(asked.get("status") !== "PreLaunch", { ...linear, result: { ...linear.result, category: "linear" } }),
      "GET /v5/account/wallet-balance": recorded("bybit/http_get_wallet_balance.json"),
      "GET /v5/position/list": (asked) => when(asked.get("settleCoin") === "USDT", recorded("bybit/http_get_positions.json")),
      "GET /v5/order/realtime": (asked) => when(asked.get("settleCoin") === "USDT", recorded("bybit/http_get_orders_realtime.json")),
      "GET /v5/execution/list": executions,
    }).then((made) => made.ready());
    const snapshot = await stage.venue.snapshot(ALL, (now - 60_000) as InstantMs);
    expect(snapshot.cash).toEqual([{ asset: "USDT", amount: 1_000_500_000 }]);
    expect(snapshot.positions?.map(({ instrument, averageCost }) => [instrument, averageCost === null])).toEqual([
      ["BTCUSDT-PERP@BYBIT", false],
      ["ETHUSDT-PERP@BYBIT", false],
    ]);
    expect(snapshot.openOrders?.map(({ tag, terms }) => [tag.reference, tag.venueOrderId, terms.side])).toEqual([
      ["client-open-1", "open-order-1", "buy"],
      ["client-open-2", "open-order-2", "sell"],
    ]);
    expect(executionsOf(stage)).toEqual([
      "BTCUSDT-PERP@BYBIT buy 0.1 at 50000, 0.015 USDT, 8c065341-7b52-4ca9-ac2c-37e31ac55c94",
      "ETHUSDT-PERP@BYBIT sell 0.5 at 3000, 0.9 USDT, 7b954230-6a41-3ba8-bc20-26d20ab44b83",
    ]);
  });

  test.skipIf(!isHere)(
    "[CCXT-53] okx: cash without open profits, a fill with its rebate; an account in hedge mode is refused",
    async (context) => {
      const now = Date.now();
      const replies = {
        "GET /api/v5/account/balance": recorded("okx/http_get_account_balance.json"),
        "GET /api/v5/account/positions": recorded("okx/http_get_positions.json"),
        "GET /api/v5/trade/fills-history": { code: "0", data: [movedTo(now - 5_000, "okx/http_transaction_detail.json", "ts")] },
      };
      const stage = await (await deskOn(context, "okx", ["spot"], replies)).ready();
      const { cash } = await stage.venue.snapshot(ALL, (now - 60_000) as InstantMs);
      expect(cash?.[0]).toEqual({ asset: "USDT", amount: 94_426_130 });
      expect(executionsOf(stage)).toEqual(["BTCUSDT@OKX buy 0.001 at 42000.5, -0.042 USDT, 987654321"]);
      expect(stage.of("RecordExecution")[0]?.tag?.reference).toBe("client_123");
      const hedged = await deskOn(context, "okx", ["spot", "linear"], replies);
      await expect(hedged.ready()).rejects.toThrow("hedge mode");
    },
  );

  test.skipIf(!isHere)("[CCXT-53] kraken: trades with their fees, open orders of others", async (context) => {
    const stage = await deskOn(context, "kraken", ["spot"], {
      "POST /0/private/TradesHistory": recorded("kraken/http_trades_history.json"),
      "POST /0/private/OpenOrders": recorded("kraken/http_open_orders.json"),
      "POST /0/private/QueryOrders": (asked) => ({
        error: [],
        result: {
          [asked.get("txid") ?? ""]: {
            status: "closed",
            vol: "1",
            vol_exec: "1",
            descr: { pair: "XBTUSDT", type: "buy", ordertype: "limit" },
          },
        },
      }),
    }).then((made) => made.ready());
    const snapshot = await stage.venue.snapshot(["orders", "executions"], 1_688_580_000_000 as InstantMs);
    expect(snapshot.executionsSince).toBe(1_688_580_000_000);
    expect(executionsOf(stage)).toEqual(["BTCUSDT@KRAKEN buy 0.5 at 29500.5, 23.6 USDT, O26VBY-ISGAE-JP5TLU"]);
    expect(snapshot.openOrders?.map(({ tag, terms }) => [tag.venueOrderId, terms.side])).toEqual([["O26VBY-ISGAE-JP5TLU", "buy"]]);
    expect(stage.notes.some((note) => note.includes("ETHUSDT"))).toBe(true);
  });

  test.skipIf(!isHere)("[CCXT-53] coinbase: every account with what is held back, and its fills", async (context) => {
    const stage = await deskOn(context, "coinbase", ["spot"], {
      "GET /api/v3/brokerage/accounts": recorded("coinbase/http_accounts.json"),
      "GET /api/v3/brokerage/market/products": (asked) =>
        asked.has("product_type") ? { products: [] } : recorded("coinbase/http_products.json"),
      "GET /api/v3/brokerage/orders/historical/fills": recorded("coinbase/http_fills.json"),
      "GET /api/v3/brokerage/orders/historical/0000-000000-000000": recorded("coinbase/http_order.json"),
      "GET /api/v3/brokerage/orders/historical/0000-000000-000002": recorded("coinbase/http_order.json"),
    }).then((made) => made.ready());
    const snapshot = await stage.venue.snapshot(["positions", "cash", "executions"], 1_705_000_000_000 as InstantMs);
    expect(snapshot.cash).toEqual([{ asset: "USD", amount: 10_450_500_000 }]);
    expect(snapshot.positions).toEqual([{ instrument: "BTCUSD@COINBASE", quantity: 123_956_789, averageCost: null }]);
    expect(executionsOf(stage)).toEqual(["BTCUSD@COINBASE buy 0.005 at 45123.45, 1.14 USD, 0000-000000-000000"]);
  });

  test.skipIf(!isHere)("[CCXT-53] binance: an account, and what its stream said of somebody's order", async (context) => {
    const exchange = new LocalTradingExchange([{ base: "ETH", quote: "USDT", tick: "0.01", step: "0.0001", minNotional: "5" }]);
    const { balances } = recorded("binance/spot/http_json/account_response.json") as {
      balances: readonly { asset: string; free: string }[];
    };
    for (const { asset, free } of balances) exchange.deposit(asset, free);
    exchange.deposit("ETH", "4723846.89208129");
    const url = await exchange.start();
    context.onTestFinished(() => exchange.stop());
    const stage = new CcxtStage({ url });
    context.onTestFinished(() => stage.venue.close());
    await stage.ready();
    await stage.until(() => exchange.streams > 0);
    // Whoever subscribes a moment later has missed it: it is said until it was heard, and counts once.
    const say = (): void => {
      for (const file of ["new", "trade", "trade", "canceled"])
        exchange.say(JSON.stringify({ subscriptionId: 0, event: recorded(`binance/spot/user_data_json/execution_report_${file}.json`) }));
    };
    const saying = setInterval(say, 200);
    context.onTestFinished(() => clearInterval(saying));
    await stage.until(() => executionsOf(stage).length > 0);
    expect(executionsOf(stage)).toEqual(["ETHUSDT@BINANCE buy 1 at 2500, 0.001 ETH, 12345678"]);
    const { positions } = await stage.venue.snapshot(["positions"], Date.now() as InstantMs);
    expect(positions).toEqual([{ instrument: "ETHUSDT@BINANCE", quantity: 472_384_689_208_129, averageCost: null }]);
    expect(stage.notes.filter((note) => note.includes("has no market against cash"))).toHaveLength(2);
  });
});
