/** The truth of the local exchange and Binance's words for it. */
export type TradedPair = Readonly<{ base: string; quote: string; tick: string; step: string; stepMin?: string; minNotional: string }>;

export type TruthOrder = {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly pair: TradedPair;
  readonly side: "BUY" | "SELL";
  readonly type: string;
  readonly timeInForce: string;
  readonly quantity: bigint;
  readonly price: bigint;
  readonly stopPrice: bigint;
  readonly time: number;
  filled: bigint;
  quote: bigint;
  status: "NEW" | "PARTIALLY_FILLED" | "FILLED" | "CANCELED" | "EXPIRED";
  isTriggered: boolean;
};

export type TruthTrade = Readonly<{
  id: number;
  orderId: number;
  pair: TradedPair;
  side: "BUY" | "SELL";
  price: bigint;
  quantity: bigint;
  fee: bigint;
  feeAsset: string;
  isMaker: boolean;
  time: number;
}> & { shownFrom: number };

/** Amounts are units of 10^-8. */
export const SCALE = 100_000_000n;

export const symbolOf = ({ base, quote }: TradedPair): string => `${base}${quote}`;
export const isOpen = ({ status }: TruthOrder): boolean => status === "NEW" || status === "PARTIALLY_FILLED";
export const isOf = (pair: TradedPair, parameters: URLSearchParams): boolean =>
  (parameters.get("symbol") ?? symbolOf(pair)) === symbolOf(pair);

/** Units of 10^-8. */
export function units(decimal: string): bigint {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return BigInt(whole) * SCALE + BigInt(fraction.padEnd(8, "0").slice(0, 8));
}
export const text = (amount: bigint): string =>
  `${amount < 0n ? "-" : ""}${(amount < 0n ? -amount : amount) / SCALE}.${String((amount < 0n ? -amount : amount) % SCALE).padStart(8, "0")}`;

export function orderJson(order: TruthOrder): object {
  return {
    symbol: symbolOf(order.pair),
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    price: text(order.price),
    origQty: text(order.quantity),
    executedQty: text(order.filled),
    cummulativeQuoteQty: text(order.quote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
    stopPrice: text(order.stopPrice),
    time: order.time,
    updateTime: order.time,
    isWorking: true,
    selfTradePreventionMode: "NONE",
  };
}

export function tradeJson({ id, orderId, pair, side, price, quantity, fee, feeAsset, isMaker, time }: TruthTrade): object {
  return {
    symbol: symbolOf(pair),
    ...{ id, orderId, orderListId: -1, price: text(price), qty: text(quantity), quoteQty: text((quantity * price) / SCALE) },
    ...{ commission: text(fee), commissionAsset: feeAsset, time, isBuyer: side === "BUY", isMaker, isBestMatch: true, tradeId: id },
  };
}

export function symbolJson({ base, quote, tick, step, stepMin, minNotional }: TradedPair): object {
  return {
    symbol: `${base}${quote}`,
    status: "TRADING",
    baseAsset: base,
    baseAssetPrecision: 8,
    quoteAsset: quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    orderTypes: ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"],
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      { filterType: "PRICE_FILTER", minPrice: tick, maxPrice: "1000000.00000000", tickSize: tick },
      { filterType: "LOT_SIZE", minQty: stepMin ?? step, maxQty: "9000.00000000", stepSize: step },
      {
        filterType: "NOTIONAL",
        minNotional,
        applyMinToMarket: true,
        maxNotional: "9000000.00000000",
        applyMaxToMarket: false,
        avgPriceMins: 5,
      },
    ],
    permissions: ["SPOT"],
    permissionSets: [["SPOT"]],
  };
}

/** What a stream says of an order: it is there, traded, or ended. */
export function executionReport(order: TruthOrder, what: string, trade: TruthTrade | null, hidesFee: boolean): object {
  const fee = trade === null || hidesFee ? {} : { n: text(trade.fee), N: trade.feeAsset };
  return {
    ...{
      e: "executionReport",
      E: Date.now(),
      s: symbolOf(order.pair),
      c: order.clientOrderId,
      S: order.side,
      o: order.type,
      f: order.timeInForce,
    },
    ...{
      q: text(order.quantity),
      p: text(order.price),
      P: text(order.stopPrice),
      F: "0.00000000",
      g: -1,
      C: "",
      x: what,
      X: order.status,
      r: "NONE",
    },
    ...{
      i: order.orderId,
      l: text(trade?.quantity ?? 0n),
      z: text(order.filled),
      L: text(trade?.price ?? 0n),
      ...fee,
      T: trade?.time ?? Date.now(),
    },
    ...{
      t: trade?.id ?? -1,
      w: isOpen(order),
      m: trade?.isMaker ?? false,
      O: order.time,
      Z: text(order.quote),
      Y: "0.00000000",
      Q: "0.00000000",
    },
  };
}
