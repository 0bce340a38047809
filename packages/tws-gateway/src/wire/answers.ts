import type { Contract, MarketRule } from "../broker/contract.ts";
import { averagePriceOf, type BrokerOrder, type Execution, executionId, leavesOf, type OrderStatus } from "../broker/order.ts";
import { asDouble, cents, type Decimal, plain } from "../decimal.ts";
import { DOUBLE_UNSET } from "./cursor.ts";
import type { Fields } from "./frame.ts";
import type { ShownIds } from "./open-order.ts";

/** What the gateway says, by the name that its callback has in the TWS API. */
export const MESSAGE_NAMES = [
  ...(["managedAccounts", "nextValidId", "error", "currentTime", "openOrder", "orderStatus", "openOrderEnd", "execDetails"] as const),
  ...([
    "execDetailsEnd",
    "commissionReport",
    "completedOrder",
    "completedOrdersEnd",
    "position",
    "positionEnd",
    "positionMulti",
    "positionMultiEnd",
  ] as const),
  ...([
    "updateAccountValue",
    "updatePortfolio",
    "updateAccountTime",
    "accountDownloadEnd",
    "accountSummary",
    "accountSummaryEnd",
    "accountUpdateMulti",
    "accountUpdateMultiEnd",
  ] as const),
  ...([
    "contractDetails",
    "contractDetailsEnd",
    "symbolSamples",
    "marketRule",
    "tickPrice",
    "tickSize",
    "tickReqParams",
    "tickSnapshotEnd",
  ] as const),
  ...([
    "marketDataType",
    "historicalData",
    "historicalDataUpdate",
    "headTimestamp",
    "realtimeBar",
    "pnl",
    "pnlSingle",
    "userInfo",
  ] as const),
] as const;

export type MessageName = (typeof MESSAGE_NAMES)[number];

/** A message: its name, and its fields for each server version. */
export type Message = Readonly<{
  name: MessageName;
  encode: (version: number) => Fields;
  /** The order that it is about, for those who script faults. */
  order?: BrokerOrder;
}>;

const fixed = (name: MessageName, ...fields: readonly (string | number)[]): Message => {
  const texts = fields.map(String);
  return { name, encode: () => texts };
};
const since = (version: number, from: number, ...fields: string[]): string[] => (version >= from ? fields : []);

export const managedAccounts = (accounts: readonly string[]): Message => fixed("managedAccounts", 15, 1, accounts.join(","));
export const nextValidId = (id: number): Message => fixed("nextValidId", 9, 1, id);
/** Of 321, where the API is only let look on. */
export const READ_ONLY = "Error validating request.-'bN' : cause - The API interface is currently in Read-Only mode.";

export const currentTime = (at: number): Message => fixed("currentTime", 49, 1, Math.floor(at / 1000));
export const openOrderEnd: Message = fixed("openOrderEnd", 53, 1);
export const executionEnd = (reqId: number): Message => fixed("execDetailsEnd", 55, 1, reqId);
export const completedOrdersEnd: Message = fixed("completedOrdersEnd", 102);
export const positionEnd: Message = fixed("positionEnd", 62, 1);
export const userInfo = (reqId: number): Message => fixed("userInfo", 107, reqId, "");

/** An error, a warning or a notice; id −1 speaks of no request. What is not ASCII is escaped, as servers do since 153. */
export function errorMessage(id: number, code: number, text: string, rejectJson = "", atMs = ""): Message {
  const ascii = (said: string): string => said.replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return {
    name: "error",
    encode: (version) => [...["4", "2", String(id), String(code), ascii(text), ascii(rejectJson)], ...since(version, 194, atMs)],
  };
}

/** ORDER_STATUS (3). */
export function orderStatus(
  order: BrokerOrder,
  ids: ShownIds,
  status: OrderStatus = order.status,
  whyHeld: string = order.whyHeld,
): Message {
  const fields = [
    ...["3", String(ids.orderId), status, plain(order.filled), plain(leavesOf(order)), plain(averagePriceOf(order)), String(ids.permId)],
    ...[String(order.terms.parentId), plain(order.lastPrice), String(order.clientId), whyHeld, "0"],
  ];
  return { name: "orderStatus", encode: () => fields, order };
}

/** EXECUTION_DATA (11); request −1 says that it happened now. */
export function execution(told: Execution, reqId: number, time: (version: number) => string, order?: BrokerOrder): Message {
  const { contract } = told;
  const { conId, symbol, secType, expiry, strike, right, multiplier, currency, localSymbol, tradingClass } = contract;
  return {
    name: "execDetails",
    encode: (version) => [
      ...["11", String(reqId), String(told.orderId), String(conId), symbol, secType, expiry, asDouble(strike), right, multiplier],
      ...[told.exchange, currency, localSymbol, tradingClass, executionId(told), time(version), told.account, told.exchange, told.side],
      ...[plain(told.quantity), plain(told.price), String(told.permId), String(told.clientId), "0", plain(told.cumulative)],
      ...[plain(told.averagePrice), told.reference, "", "", "", String(told.liquidity)],
      ...since(version, 178, "0"),
    ],
    ...(order === undefined ? {} : { order }),
  };
}

/** COMMISSION_REPORT (59). Null is an unset amount, which is no amount. */
export function commissionReport(told: Execution, commission: Decimal | null, realized: Decimal | null, order?: BrokerOrder): Message {
  const amount = (value: Decimal | null): string => (value === null ? DOUBLE_UNSET : asDouble(value));
  const fields = ["59", "1", executionId(told), amount(commission), told.contract.currency, amount(realized), DOUBLE_UNSET, ""];
  return { name: "commissionReport", encode: () => fields, ...(order === undefined ? {} : { order }) };
}

/** The eleven fields of a contract in POSITION and PORTFOLIO_VALUE. */
function held(contract: Contract, exchange: string): string[] {
  const { conId, symbol, secType, expiry, strike, right, multiplier, currency, localSymbol, tradingClass } = contract;
  return [String(conId), symbol, secType, expiry, asDouble(strike), right, multiplier, exchange, currency, localSymbol, tradingClass];
}

export type PositionTold = Readonly<{ contract: Contract; account: string; quantity: Decimal; averageCost: Decimal }>;

export const position = ({ contract, account, quantity, averageCost }: PositionTold): Message =>
  fixed(
    "position",
    "61",
    "3",
    account,
    ...held(contract, contract.secType === "STK" ? contract.primaryExchange : ""),
    plain(quantity),
    asDouble(averageCost),
  );

export const positionMulti = (reqId: number, { contract, account, quantity, averageCost }: PositionTold): Message =>
  fixed("positionMulti", 71, 1, reqId, account, ...held(contract, contract.exchange), plain(quantity), asDouble(averageCost), "");
export const positionMultiEnd = (reqId: number): Message => fixed("positionMultiEnd", 72, 1, reqId);

/** A figure of the account as TWS lists it. */
export type AccountFigure = Readonly<{ key: string; value: string; currency: string }>;

export const accountValue = (account: string, { key, value, currency }: AccountFigure): Message =>
  fixed("updateAccountValue", 6, 2, key, value, currency, account);

export type PortfolioTold = PositionTold & Readonly<{ price: Decimal; value: Decimal; unrealized: Decimal; realized: Decimal }>;

export function portfolioValue(told: PortfolioTold): Message {
  const amounts = [told.price, told.value, told.averageCost, told.unrealized, told.realized].map(asDouble);
  const contract = held(told.contract, told.contract.primaryExchange);
  return fixed("updatePortfolio", "7", "8", ...contract, plain(told.quantity), ...amounts, told.account);
}

export const accountTime = (hourAndMinute: string): Message => fixed("updateAccountTime", 8, 1, hourAndMinute);
export const accountDownloadEnd = (account: string): Message => fixed("accountDownloadEnd", 54, 1, account);
export const accountSummary = (reqId: number, account: string, { key, value, currency }: AccountFigure): Message =>
  fixed("accountSummary", 63, 1, reqId, account, key, value, currency);
export const accountSummaryEnd = (reqId: number): Message => fixed("accountSummaryEnd", 64, 1, reqId);
export const accountMulti = (reqId: number, account: string, { key, value, currency }: AccountFigure): Message =>
  fixed("accountUpdateMulti", 73, 1, reqId, account, "", key, value, currency);
export const accountMultiEnd = (reqId: number): Message => fixed("accountUpdateMultiEnd", 74, 1, reqId);

export const marketRuleAnswer = (id: number, rule: MarketRule): Message =>
  fixed("marketRule", 93, id, rule.length, ...rule.flatMap(({ from, increment }) => [plain(from), plain(increment)]));

export function symbolSamples(reqId: number, contracts: readonly Contract[]): Message {
  return {
    name: "symbolSamples",
    encode: (version) => [
      ...["79", String(reqId), String(contracts.length)],
      ...contracts.flatMap(({ conId, symbol, secType, primaryExchange, currency, longName }) => [
        ...[String(conId), symbol, secType, primaryExchange, currency, "0"],
        ...since(version, 176, longName, ""),
      ]),
    ],
  };
}

/** Profit of a day, not realized, and realized. */
export const pnl = (reqId: number, amounts: readonly Decimal[]): Message => fixed("pnl", 94, reqId, ...amounts.map(cents));
export const pnlSingle = (reqId: number, quantity: Decimal, amounts: readonly Decimal[]): Message =>
  fixed("pnlSingle", 95, reqId, plain(quantity), ...amounts.map(cents));
