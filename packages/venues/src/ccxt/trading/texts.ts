import type { MarketKind, OrderText, PositionText, TradedMarket, TradeText } from "./messages.ts";

/** A market as ccxt has it; figures are the exchange's text. */
export type CcxtMarket = Readonly<{
  id: string;
  symbol: string;
  base: string;
  quote: string;
  settle?: string;
  active?: boolean;
  spot?: boolean;
  swap?: boolean;
  linear?: boolean;
  contractSize?: unknown;
  precision?: Readonly<{ price?: unknown; amount?: unknown }>;
  limits?: Readonly<{ amount?: Readonly<{ min?: unknown }>; cost?: Readonly<{ min?: unknown }> }>;
}>;

/** ccxt's way to count precision: places after the point; any other way is not exact enough to trade on. */
const DECIMAL_PLACES = 2;
const TICK_SIZE = 4;

export const kindOf = (market: CcxtMarket): MarketKind | undefined =>
  market.spot === true ? "spot" : market.swap === true && market.linear === true ? "linear" : undefined;

/** The terms of a market; undefined where its kind is none of ours. Steps that cannot be told exactly are null. */
export function marketText(market: CcxtMarket, precisionMode: unknown): TradedMarket | undefined {
  const kind = kindOf(market);
  if (kind === undefined) return undefined;
  const { symbol, base, quote, settle, precision, limits } = market;
  const step = (value: unknown): string | null => stepText(value, precisionMode);
  return {
    symbol,
    kind,
    base,
    quote,
    settle: settle ?? null,
    tick: step(precision?.price),
    increment: step(precision?.amount),
    quantityMin: positiveText(limits?.amount?.min),
    notionalMin: positiveText(limits?.cost?.min),
    contractSize: kind === "linear" ? (positiveText(market.contractSize) ?? "1") : null,
    isActive: market.active !== false,
  };
}

function stepText(value: unknown, mode: unknown): string | null {
  const text = positiveText(value);
  if (text === null) return null;
  if (mode === TICK_SIZE) return Number(text) > 0 ? text : null;
  if (mode !== DECIMAL_PLACES || !/^\d{1,2}$/.test(text)) return null;
  const places = Number(text);
  return places === 0 ? "1" : `0.${"0".repeat(places - 1)}1`;
}

/** An order of ccxt as text; undefined where it does not say which one it is. */
export function orderText(order: unknown): OrderText | undefined {
  if (!isRecord(order)) return undefined;
  const id = words(order["id"], 120);
  if (id === null || id === "") return undefined;
  const status = STATUSES.find((each) => each === order["status"]) ?? null;
  const info = isRecord(order["info"]) ? order["info"] : {};
  return {
    id,
    clientId: words(order["clientOrderId"], 120) ?? "",
    symbol: words(order["symbol"], 64) || null,
    side: sideOf(order["side"]),
    type: words(order["type"], 40),
    amount: positiveText(order["amount"]),
    price: aboveZero(order["price"]),
    trigger: aboveZero(order["triggerPrice"]) ?? aboveZero(order["stopLossPrice"]) ?? aboveZero(order["stopPrice"]),
    timeInForce: words(order["timeInForce"], 20),
    filled: positiveText(order["filled"]),
    status,
    reason: reasonOf(info),
    at: instantOf(order["timestamp"]),
  };
}

/** A trade of the account as text; undefined where something is missing without which it cannot be booked. */
export function tradeText(trade: unknown, clientIdAt: string | null): TradeText | undefined {
  if (!isRecord(trade)) return undefined;
  const [id, symbol, side] = [words(trade["id"], 120), words(trade["symbol"], 64), sideOf(trade["side"])];
  const [amount, price, at] = [aboveZero(trade["amount"]), aboveZero(trade["price"]), instantOf(trade["timestamp"])];
  if (id === null || id === "" || symbol === null || symbol === "") return undefined;
  if (side === null || amount === null || price === null || at === null) return undefined;
  const info = isRecord(trade["info"]) ? trade["info"] : {};
  const liquidity = trade["takerOrMaker"] === "maker" || trade["takerOrMaker"] === "taker" ? trade["takerOrMaker"] : null;
  const order = words(trade["order"], 120) || null;
  const clientId = clientIdAt === null ? null : words(info[clientIdAt], 120);
  return { id, order, clientId, symbol, side, amount, price, at, liquidity, fees: feesOf(trade) };
}

function feesOf(trade: Readonly<Record<string, unknown>>): TradeText["fees"] {
  const all = Array.isArray(trade["fees"]) && trade["fees"].length > 0 ? (trade["fees"] as readonly unknown[]) : [trade["fee"]];
  const known = all.map((fee) => {
    if (!isRecord(fee)) return undefined;
    const [code, cost] = [words(fee["currency"], 40), signedText(fee["cost"])];
    return code === null || code === "" || cost === null ? undefined : { code, cost };
  });
  // A fee of which a part is unknown is not known.
  return known.every((fee) => fee !== undefined) ? known.slice(0, 10) : null;
}

export function positionText(position: unknown): PositionText | undefined {
  if (!isRecord(position)) return undefined;
  const symbol = words(position["symbol"], 64);
  const contracts = signedText(position["contracts"]);
  if (symbol === null || symbol === "" || contracts === null) return undefined;
  const isShort = position["side"] === "short" && !contracts.startsWith("-") && Number(contracts) !== 0;
  const info = isRecord(position["info"]) ? position["info"] : {};
  const isHedged =
    position["hedged"] === true ||
    ["1", "2"].includes(String(info["positionIdx"])) ||
    ["LONG", "SHORT"].includes(String(info["positionSide"]));
  return { symbol, contracts: isShort ? `-${contracts}` : contracts, entryPrice: aboveZero(position["entryPrice"]), isHedged };
}

const STATUSES = ["open", "closed", "canceled", "expired", "rejected"] as const;
const REASONS = [
  "rejectReason",
  "reason",
  "cancelSourceReason",
  "cancelSource",
  "reject_reason",
  "reject_message",
  "cancel_message",
] as const;

const reasonOf = (info: Readonly<Record<string, unknown>>): string => {
  const found = REASONS.map((name) => words(info[name], 200)).find((text) => text !== null && text !== "" && text !== "EC_NoError");
  return found ?? "";
};

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

/** What stands at a path like `data.0.sCode`. */
export function at(value: unknown, path: string): unknown {
  if (path === "") return value;
  return path.split(".").reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

const words = (value: unknown, max: number): string | null =>
  typeof value === "string" ? value.slice(0, max) : typeof value === "number" ? String(value) : null;

const sideOf = (value: unknown): "buy" | "sell" | null => (value === "buy" || value === "sell" ? value : null);

function instantOf(value: unknown): number | null {
  const ms = typeof value === "number" ? value : typeof value === "string" && value !== "" ? Number(value) : Number.NaN;
  return Number.isFinite(ms) && ms >= 0 ? Math.floor(ms) : null;
}

/** Decimal text of a figure, with its sign; ccxt's streams make floats of some, whose shortest text is what they were made of. */
export function signedText(value: unknown): string | null {
  const text = typeof value === "number" && Number.isFinite(value) ? String(value) : value;
  return typeof text === "string" && /^-?\d{1,30}(?:\.\d{1,30})?(?:e[+-]?\d{1,2})?$/i.test(text) ? text : null;
}

const positiveText = (value: unknown): string | null => {
  const text = signedText(value);
  return text === null || text.startsWith("-") ? null : text;
};

const aboveZero = (value: unknown): string | null => {
  const text = positiveText(value);
  return text !== null && /[1-9]/.test(text.replace(/e.*$/i, "")) ? text : null;
};
