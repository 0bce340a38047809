import { type Decimal, decimal } from "../decimal.ts";

export type SecurityType = "STK" | "FUT" | "OPT" | "CASH" | "CRYPTO";

/** What can be traded at the gateway, with the names that TWS gives its parts. */
export type Contract = Readonly<{
  conId: number;
  symbol: string;
  secType: SecurityType;
  /** `yyyymmdd`, empty where nothing expires. */
  expiry: string;
  strike: Decimal;
  right: "" | "C" | "P";
  /** Currency units per point, as text; empty is one. */
  multiplier: string;
  exchange: string;
  primaryExchange: string;
  currency: string;
  localSymbol: string;
  tradingClass: string;
  longName: string;
  minTick: Decimal;
  marketRuleId: number;
  /** Smallest quantity and its step. */
  sizeIncrement: Decimal;
}>;

/** From which price on which step holds; bands in rising order, the first from zero. */
export type MarketRule = readonly Readonly<{ from: Decimal; increment: Decimal }>[];

/** US stocks: whole cents from one dollar on, hundredths of a cent below (venues.md 8.8). */
const STOCK_RULE = 26;
const FUTURE_RULE = 67;
const OPTION_RULE = 110;
const FOREX_RULE = 239;
const CRYPTO_RULE = 3100;

const rules: Readonly<Record<number, MarketRule>> = {
  [STOCK_RULE]: [
    { from: 0n, increment: decimal("0.0001") },
    { from: decimal("1"), increment: decimal("0.01") },
  ],
  [FUTURE_RULE]: [{ from: 0n, increment: decimal("0.25") }],
  [OPTION_RULE]: [
    { from: 0n, increment: decimal("0.01") },
    { from: decimal("3"), increment: decimal("0.05") },
  ],
  [FOREX_RULE]: [{ from: 0n, increment: decimal("0.00005") }],
  [CRYPTO_RULE]: [{ from: 0n, increment: decimal("0.01") }],
};

export const marketRule = (id: number): MarketRule | undefined => rules[id];

/** The step of prices at this price. */
export function incrementAt(contract: Contract, price: Decimal): Decimal {
  let increment = contract.minTick;
  for (const band of rules[contract.marketRuleId] ?? []) if (price >= band.from) increment = band.increment;
  return increment;
}

/** How many currency units one point of price is. */
export const multiplierOf = (contract: Contract): Decimal => (contract.multiplier === "" ? decimal("1") : decimal(contract.multiplier));

/** A stock as the gateway knows it; for symbols that its list lacks. */
export function stock(symbol: string, conId: number, longName = symbol, primaryExchange = "NASDAQ", currency = "USD"): Contract {
  return {
    ...{ conId, symbol, secType: "STK", expiry: "", strike: 0n, right: "", multiplier: "", exchange: "SMART" },
    ...{ primaryExchange, currency, localSymbol: symbol, tradingClass: primaryExchange === "NASDAQ" ? "NMS" : symbol },
    ...{ longName, minTick: decimal("0.01"), marketRuleId: STOCK_RULE, sizeIncrement: decimal("1") },
  };
}

/** A future; `symbol` is its underlying's, `localSymbol` its own. */
export function future(symbol: string, conId: number, localSymbol: string, expiry: string, multiplier: string): Contract {
  const base = stock(symbol, conId, `${symbol} future ${expiry}`, "CME");
  const own = { secType: "FUT", expiry, multiplier, exchange: "CME", localSymbol, tradingClass: symbol } as const;
  return { ...base, ...own, minTick: decimal("0.25"), marketRuleId: FUTURE_RULE };
}

/** An option on a stock, a hundred shares each. */
export function option(symbol: string, conId: number, expiry: string, right: "C" | "P", strike: string): Contract {
  const thousandths = (decimal(strike) / 100_000n).toString().padStart(8, "0");
  const localSymbol = `${symbol.padEnd(6)}${expiry.slice(2)}${right}${thousandths}`;
  const own = { secType: "OPT", expiry, strike: decimal(strike), right, multiplier: "100", localSymbol, tradingClass: symbol } as const;
  return { ...stock(symbol, conId, `${symbol} ${expiry} ${strike} ${right}`, "CBOE"), ...own, marketRuleId: OPTION_RULE };
}

/** A currency pair on IDEALPRO. */
export function forex(base: string, quote: string, conId: number): Contract {
  const own = { secType: "CASH", exchange: "IDEALPRO", localSymbol: `${base}.${quote}`, tradingClass: `${base}.${quote}` } as const;
  const plain = stock(base, conId, `${base}.${quote}`, "IDEALPRO", quote);
  return { ...plain, ...own, primaryExchange: "", minTick: decimal("0.00005"), marketRuleId: FOREX_RULE };
}

/** A coin on PAXOS. */
export function crypto(symbol: string, conId: number): Contract {
  const own = {
    secType: "CRYPTO",
    exchange: "PAXOS",
    localSymbol: `${symbol}.USD`,
    tradingClass: symbol,
    marketRuleId: CRYPTO_RULE,
  } as const;
  return { ...stock(symbol, conId, symbol, "PAXOS"), ...own, primaryExchange: "", sizeIncrement: 1n };
}
