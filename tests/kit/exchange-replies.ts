import type { Reply } from "./reply-server.ts";

/** One exchange's wire in small: a market or two, an account with something in it, one resting order. Figures are ours. */
export type Wire = Readonly<{ kinds: readonly ("spot" | "linear")[]; symbol: string; replies: Readonly<Record<string, Reply>> }>;

const now = (): number => Date.now();

const BYBIT_SPOT = {
  ...{ symbol: "BTCUSDT", baseCoin: "BTC", quoteCoin: "USDT", status: "Trading", priceFilter: { tickSize: "0.1" } },
  lotSizeFilter: { basePrecision: "0.000001", quotePrecision: "0.0000001", minOrderQty: "0.000011", minOrderAmt: "5" },
};
const BYBIT_LINEAR = {
  ...{ symbol: "BTCUSDT", contractType: "LinearPerpetual", status: "Trading", baseCoin: "BTC", quoteCoin: "USDT", settleCoin: "USDT" },
  ...{ priceFilter: { tickSize: "0.10" }, lotSizeFilter: { qtyStep: "0.001", minOrderQty: "0.001", minNotionalValue: "5" } },
};
const bybit = (result: object): object => ({ retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: now() });
const ofCategory = (category: string, list: (parameters: URLSearchParams) => readonly object[]): Reply => {
  return (parameters) =>
    bybit({ category: parameters.get("category"), list: parameters.get("category") === category ? list(parameters) : [] });
};

const BYBIT: Wire = {
  kinds: ["spot", "linear"],
  symbol: "BTCUSDT@BYBIT",
  replies: {
    "GET /v5/market/instruments-info": (asked) => {
      const linear = asked.get("status") === "PreLaunch" ? [] : [BYBIT_LINEAR];
      return bybit({ category: asked.get("category"), list: asked.get("category") === "spot" ? [BYBIT_SPOT] : linear });
    },
    "GET /v5/market/time": () => bybit({ timeSecond: String(Math.floor(now() / 1_000)), timeNano: `${now()}000000` }),
    "GET /v5/user/query-api": () =>
      bybit({
        userID: 24_617_703,
        readOnly: 0,
        uta: 1,
        unified: 0,
        ips: ["203.0.113.7"],
        permissions: { Spot: ["SpotTrade"], Wallet: ["Withdraw"] },
      }),
    "GET /v5/account/info": () => bybit({ unifiedMarginStatus: 6, marginMode: "REGULAR_MARGIN" }),
    "GET /v5/account/wallet-balance": () =>
      bybit({
        list: [
          {
            accountType: "UNIFIED",
            coin: [
              { coin: "USDT", walletBalance: "1000.5", equity: "1250.5", locked: "0" },
              { coin: "BTC", walletBalance: "0.25", equity: "0.25", locked: "0" },
            ],
          },
        ],
      }),
    "GET /v5/position/list": (asked) =>
      bybit({
        category: "linear",
        list:
          asked.get("settleCoin") === "USDT"
            ? [
                {
                  symbol: "BTCUSDT",
                  side: "Sell",
                  size: "0.005",
                  avgPrice: "50000.00",
                  positionIdx: 0,
                  positionValue: "250",
                  leverage: "10",
                },
              ]
            : [],
      }),
    "GET /v5/order/realtime": () => bybit({ list: [] }),
    "GET /v5/order/history": () => bybit({ list: [] }),
    "GET /v5/execution/list": ofCategory("spot", () => [
      {
        ...{ symbol: "BTCUSDT", orderId: "o-9", orderLinkId: "somebody", side: "Buy", execFee: "0.0000025", feeCurrency: "BTC" },
        ...{ execId: "e-1", execPrice: "50000.1", execQty: "0.0025", execType: "Trade", execTime: String(now() - 5_000), isMaker: false },
      },
    ]),
    "POST /v5/order/create": (asked) => bybit({ orderId: "o-1", orderLinkId: asked.get("orderLinkId") }),
    "POST /v5/order/amend": (asked) => bybit({ orderId: asked.get("orderId"), orderLinkId: "" }),
    "POST /v5/order/cancel": (asked) => bybit({ orderId: asked.get("orderId"), orderLinkId: "" }),
  },
};

const okx = (...data: readonly object[]): object => ({ code: "0", msg: "", data });
const OKX_SPOT = {
  instType: "SPOT",
  instId: "BTC-USDT",
  baseCcy: "BTC",
  quoteCcy: "USDT",
  tickSz: "0.1",
  lotSz: "0.00000001",
  minSz: "0.00001",
  state: "live",
};
const OKX_SWAP = {
  ...{ instType: "SWAP", instId: "BTC-USDT-SWAP", instFamily: "BTC-USDT", uly: "BTC-USDT", settleCcy: "USDT", ctVal: "0.01", ctMult: "1" },
  ...{ ctValCcy: "BTC", ctType: "linear", tickSz: "0.1", lotSz: "0.01", minSz: "0.01", state: "live", baseCcy: "", quoteCcy: "" },
};

const OKX: Wire = {
  kinds: ["spot", "linear"],
  symbol: "BTCUSDT@OKX",
  replies: {
    "GET /api/v5/public/instruments": (asked) => okx(asked.get("instType") === "SPOT" ? OKX_SPOT : OKX_SWAP),
    "GET /api/v5/public/time": () => okx({ ts: String(now()) }),
    "GET /api/v5/account/config": okx({
      uid: "44705892343619584",
      posMode: "net_mode",
      perm: "read_only,trade",
      ip: "203.0.113.7",
      acctLv: "2",
    }),
    "GET /api/v5/account/balance": okx({
      uTime: "1705474164160",
      details: [
        { ccy: "USDT", cashBal: "1000.5", eq: "1250.5", availEq: "900" },
        { ccy: "BTC", cashBal: "0.25", eq: "0.25", availEq: "0.25" },
      ],
    }),
    "GET /api/v5/account/positions": okx({
      instType: "SWAP",
      instId: "BTC-USDT-SWAP",
      posSide: "net",
      pos: "-0.5",
      avgPx: "50000",
      mgnMode: "cross",
    }),
    "GET /api/v5/trade/orders-pending": okx(),
    "GET /api/v5/trade/fills-history": (asked) =>
      asked.get("instType") === "SPOT"
        ? okx({
            ...{ instType: "SPOT", instId: "BTC-USDT", tradeId: "e-1", ordId: "o-9", clOrdId: "somebody", billId: "7", fillPx: "50000.1" },
            ...{ fillSz: "0.0025", side: "buy", execType: "T", feeCcy: "BTC", fee: "-0.0000025", ts: String(now() - 5_000) },
          })
        : okx(),
    "GET /api/v5/trade/order": { code: "51603", msg: "Order does not exist", data: [] },
    "POST /api/v5/trade/order": (asked) => okx({ ordId: "o-1", clOrdId: asked.get("clOrdId"), sCode: "0", sMsg: "" }),
    "POST /api/v5/trade/batch-orders": (asked) => okx({ ordId: "o-1", clOrdId: asked.get("clOrdId"), sCode: "0", sMsg: "" }),
    "POST /api/v5/trade/cancel-order": (asked) => okx({ ordId: asked.get("ordId"), sCode: "0", sMsg: "" }),
    "POST /api/v5/trade/amend-order": (asked) => okx({ ordId: asked.get("ordId"), sCode: "0", sMsg: "" }),
  },
};

const kraken = (result: object): object => ({ error: [], result });
const KRAKEN: Wire = {
  kinds: ["spot"],
  symbol: "BTCUSDT@KRAKEN",
  replies: {
    "GET /0/public/Assets": kraken({
      XXBT: { aclass: "currency", altname: "XBT", decimals: 10, display_decimals: 5, status: "enabled" },
      USDT: { aclass: "currency", altname: "USDT", decimals: 8, display_decimals: 4, status: "enabled" },
    }),
    "GET /0/public/AssetPairs": kraken({
      XBTUSDT: {
        ...{ altname: "XBTUSDT", wsname: "XBT/USDT", aclass_base: "currency", base: "XXBT", aclass_quote: "currency", quote: "USDT" },
        ...{
          pair_decimals: 1,
          cost_decimals: 5,
          lot_decimals: 8,
          lot_multiplier: 1,
          ordermin: "0.00005",
          costmin: "0.5",
          tick_size: "0.1",
        },
        ...{ fees: [[0, 0.25]], fees_maker: [[0, 0.15]], status: "online", leverage_buy: [], leverage_sell: [] },
      },
    }),
    "GET /0/public/Time": () => kraken({ unixtime: Math.round(now() / 1_000) }),
    "POST /0/private/BalanceEx": kraken({
      USDT: { balance: "1000.50000000", hold_trade: "10" },
      XXBT: { balance: "0.2500000000", hold_trade: "0" },
    }),
    "POST /0/private/OpenOrders": kraken({ open: {} }),
    "POST /0/private/ClosedOrders": kraken({ closed: {}, count: 0 }),
    "POST /0/private/QueryOrders": kraken({
      "O-9": {
        status: "closed",
        cl_ord_id: "somebody",
        vol: "0.0025",
        vol_exec: "0.0025",
        descr: { pair: "XBTUSDT", type: "buy", ordertype: "market", price: "0" },
      },
    }),
    "POST /0/private/TradesHistory": () =>
      kraken({
        count: 1,
        trades: {
          "E-1": {
            ...{ ordertxid: "O-9", pair: "XBTUSDT", time: (now() - 5_000) / 1_000, type: "buy", ordertype: "market", price: "50000.1" },
            ...{ cost: "125.00025", fee: "0.3125", vol: "0.0025", maker: false },
          },
        },
      }),
    "POST /0/private/AddOrder": kraken({ txid: ["O-1"], descr: { order: "buy 0.00100000 XBTUSDT @ limit 50000.0" } }),
    "POST /0/private/CancelOrder": kraken({ count: 1 }),
  },
};

const PRODUCT = {
  ...{
    product_id: "BTC-USD",
    price: "50000",
    base_increment: "0.00000001",
    quote_increment: "0.01",
    price_increment: "0.01",
    quote_min_size: "1",
  },
  ...{ base_min_size: "0.00000001", base_max_size: "3400", quote_max_size: "150000000", status: "online", product_type: "SPOT" },
  ...{ base_currency_id: "BTC", quote_currency_id: "USD", trading_disabled: false, is_disabled: false, view_only: false },
};
const COINBASE: Wire = {
  kinds: ["spot"],
  symbol: "BTCUSD@COINBASE",
  replies: {
    "GET /api/v3/brokerage/transaction_summary": { fee_tier: { taker_fee_rate: "0.006", maker_fee_rate: "0.004" } },
    "GET /api/v3/brokerage/market/products": (asked) => ({ products: asked.has("product_type") ? [] : [PRODUCT] }),
    "GET /api/v3/brokerage/time": () => ({
      iso: new Date(now()).toISOString(),
      epochSeconds: String(Math.floor(now() / 1_000)),
      epochMillis: String(now()),
    }),
    "GET /api/v3/brokerage/key_permissions": { can_view: true, can_trade: true, can_transfer: false, portfolio_uuid: "2bb6-11" },
    "GET /api/v3/brokerage/accounts": (asked) =>
      asked.get("cursor") === "next"
        ? { accounts: [account("BTC", "0.25", "0")], has_next: false, cursor: "", size: 1 }
        : { accounts: [account("USD", "990.5", "10")], has_next: true, cursor: "next", size: 1 },
    "GET /api/v3/brokerage/orders/historical/batch": { orders: [], has_next: false, cursor: "" },
    "GET /api/v3/brokerage/orders/historical/o-9": {
      order: {
        order_id: "o-9",
        client_order_id: "somebody",
        product_id: "BTC-USD",
        side: "BUY",
        status: "FILLED",
        filled_size: "0.0025",
        order_type: "MARKET",
      },
    },
    "GET /api/v3/brokerage/orders/historical/fills": () => ({
      cursor: "",
      fills: [
        {
          ...{
            entry_id: "x",
            trade_id: "e-1",
            order_id: "o-9",
            trade_time: new Date(now() - 5_000).toISOString(),
            trade_type: "FILL",
            price: "50000.1",
          },
          ...{ size: "0.0025", commission: "0.75", product_id: "BTC-USD", side: "BUY", liquidity_indicator: "TAKER", size_in_quote: false },
        },
      ],
    }),
    "GET /api/v3/brokerage/market/products/BTC-USD/ticker": { trades: [], best_bid: "49999.99", best_ask: "50000.00" },
    "GET /api/v3/brokerage/products/BTC-USD/ticker": { trades: [], best_bid: "49999.99", best_ask: "50000.00" },
    "POST /api/v3/brokerage/orders": (asked) => ({
      success: true,
      success_response: { order_id: "o-1", product_id: "BTC-USD", side: "BUY", client_order_id: asked.get("client_order_id") },
    }),
    "POST /api/v3/brokerage/orders/batch_cancel": {
      results: [{ success: true, failure_reason: "UNKNOWN_CANCEL_FAILURE_REASON", order_id: "o-1" }],
    },
  },
};

const account = (currency: string, free: string, hold: string): object => ({
  ...{ uuid: `u-${currency}`, currency, available_balance: { value: free, currency }, hold: { value: hold, currency } },
  ...{ type: currency === "USD" ? "ACCOUNT_TYPE_FIAT" : "ACCOUNT_TYPE_CRYPTO", active: true, ready: true },
});

export const WIRES: Readonly<Record<"bybit" | "okx" | "kraken" | "coinbase", Wire>> = {
  bybit: BYBIT,
  okx: OKX,
  kraken: KRAKEN,
  coinbase: COINBASE,
};
