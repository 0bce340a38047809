import type { ContractQuery } from "../broker/directory.ts";
import { FieldCursor } from "./cursor.ts";
import type { Fields } from "./frame.ts";
import { type OrderRequest, readOrder } from "./order-request.ts";

/** Which executions a client asks for; empty and zero match all. */
export type ExecutionFilter = Readonly<{
  client: number;
  account: string;
  time: string;
  symbol: string;
  secType: string;
  exchange: string;
  side: string;
}>;

/** What a client asks, by the name that its call has in the TWS API. */
export type Request =
  | Readonly<{ request: "startApi"; client: number }>
  | Readonly<{ request: "placeOrder"; order: OrderRequest }>
  | Readonly<{ request: "cancelOrder"; orderId: number }>
  | Readonly<{ request: "reqExecutions"; reqId: number; filter: ExecutionFilter }>
  | Readonly<{ request: "reqContractDetails"; reqId: number; contract: ContractQuery }>
  | Readonly<{ request: "reqMktData"; reqId: number; contract: ContractQuery; snapshot: boolean }>
  | Readonly<{ request: "reqHistoricalData"; reqId: number; contract: ContractQuery; ask: BarsAsked }>
  | Readonly<{ request: "reqRealTimeBars"; reqId: number; contract: ContractQuery }>
  | Readonly<{ request: "reqHeadTimestamp"; reqId: number; contract: ContractQuery; epoch: boolean }>
  | Readonly<{ request: "reqAccountUpdates"; subscribe: boolean; account: string }>
  | Readonly<{ request: "reqAccountSummary"; reqId: number; tags: readonly string[] }>
  | Readonly<{ request: "reqAccountUpdatesMulti" | "reqPositionsMulti"; reqId: number; account: string; model: string }>
  | Readonly<{ request: "reqPnL"; reqId: number }>
  | Readonly<{ request: "reqPnLSingle"; reqId: number; conId: number }>
  | Readonly<{ request: "reqMatchingSymbols"; reqId: number; pattern: string }>
  | Readonly<{ request: "reqAutoOpenOrders"; bind: boolean }>
  | Readonly<{ request: "reqMarketRule"; rule: number }>
  | Readonly<{ request: "reqMarketDataType"; type: number }>
  | Readonly<{ request: WithRequestId; reqId: number }>
  | Readonly<{ request: Bare }>
  | Readonly<{ request: "unknown"; id: string }>;

type WithRequestId =
  | "cancelMktData"
  | "cancelHistoricalData"
  | "cancelRealTimeBars"
  | "cancelHeadTimestamp"
  | "cancelAccountSummary"
  | "cancelAccountUpdatesMulti"
  | "cancelPositionsMulti"
  | "cancelPnL"
  | "cancelPnLSingle"
  | "reqUserInfo";
type Bare =
  | "reqIds"
  | "reqManagedAccts"
  | "reqCurrentTime"
  | "reqPositions"
  | "cancelPositions"
  | "reqOpenOrders"
  | "reqAllOpenOrders"
  | "reqCompletedOrders"
  | "reqGlobalCancel"
  | "setServerLogLevel";

/** What of the past is asked: bars of this size over this time, up to an instant or now. */
export type BarsAsked = Readonly<{
  end: string;
  barSize: string;
  duration: string;
  whatToShow: string;
  epochDates: boolean;
  keepUpToDate: boolean;
}>;

export type RequestName = Request["request"];

/** The requests that faults are scripted for. */
export const REQUEST_NAMES = [
  ...(["placeOrder", "cancelOrder", "reqGlobalCancel", "reqIds", "reqCurrentTime", "reqManagedAccts", "reqExecutions"] as const),
  ...(["reqOpenOrders", "reqAllOpenOrders", "reqCompletedOrders", "reqPositions", "reqAccountUpdates", "reqAccountSummary"] as const),
  ...(["reqAccountUpdatesMulti", "reqContractDetails", "reqMatchingSymbols", "reqMarketRule", "reqMktData"] as const),
  ...(["reqHistoricalData", "reqRealTimeBars"] as const),
] as const satisfies readonly RequestName[];

type Reader = (cursor: FieldCursor, version: number) => Request;

const withId =
  (request: WithRequestId): Reader =>
  (cursor) => {
    if (request !== "reqUserInfo" && request !== "cancelHeadTimestamp" && !request.startsWith("cancelPnL")) cursor.skip(1);
    return { request, reqId: cursor.integer() };
  };
const bare =
  (request: Bare): Reader =>
  () => ({ request });

/** By the id that stands first in a message. */
const readers: Readonly<Record<string, Reader>> = {
  "1": readMarketData,
  "2": withId("cancelMktData"),
  "3": (cursor, version) => ({ request: "placeOrder", order: readOrder(cursor, version) }),
  "4": (cursor, version) => {
    if (version < 192) cursor.skip(1);
    return { request: "cancelOrder", orderId: cursor.integer() };
  },
  "5": bare("reqOpenOrders"),
  "6": (cursor) => {
    cursor.skip(1);
    return { request: "reqAccountUpdates", subscribe: cursor.flag(), account: cursor.text() };
  },
  "7": readExecutions,
  "8": bare("reqIds"),
  "9": readContractDetails,
  "14": bare("setServerLogLevel"),
  "15": (cursor) => {
    cursor.skip(1);
    return { request: "reqAutoOpenOrders", bind: cursor.flag() };
  },
  "16": bare("reqAllOpenOrders"),
  "17": bare("reqManagedAccts"),
  "20": readHistoricalData,
  "25": withId("cancelHistoricalData"),
  "49": bare("reqCurrentTime"),
  "50": (cursor) => {
    cursor.skip(1);
    return { request: "reqRealTimeBars", reqId: cursor.integer(), contract: readContract(cursor) };
  },
  "51": withId("cancelRealTimeBars"),
  "58": bare("reqGlobalCancel"),
  "59": (cursor) => {
    cursor.skip(1);
    return { request: "reqMarketDataType", type: cursor.integer() };
  },
  "61": bare("reqPositions"),
  "62": (cursor) => {
    cursor.skip(1);
    const reqId = cursor.integer();
    cursor.skip(1);
    const tags = cursor.text().split(",");
    return { request: "reqAccountSummary", reqId, tags: tags.map((tag) => tag.trim()).filter((tag) => tag !== "") };
  },
  "63": withId("cancelAccountSummary"),
  "64": bare("cancelPositions"),
  "71": (cursor) => {
    cursor.skip(1);
    return { request: "startApi", client: cursor.integer() };
  },
  "74": (cursor) => {
    cursor.skip(1);
    return { request: "reqPositionsMulti", reqId: cursor.integer(), account: cursor.text(), model: cursor.text() };
  },
  "75": withId("cancelPositionsMulti"),
  "76": (cursor) => {
    cursor.skip(1);
    return { request: "reqAccountUpdatesMulti", reqId: cursor.integer(), account: cursor.text(), model: cursor.text() };
  },
  "77": withId("cancelAccountUpdatesMulti"),
  "81": (cursor) => ({ request: "reqMatchingSymbols", reqId: cursor.integer(), pattern: cursor.text() }),
  "87": readHeadTimestamp,
  "90": withId("cancelHeadTimestamp"),
  "91": (cursor) => ({ request: "reqMarketRule", rule: cursor.integer() }),
  "92": (cursor) => ({ request: "reqPnL", reqId: cursor.integer() }),
  "93": withId("cancelPnL"),
  "94": (cursor) => {
    const reqId = cursor.integer();
    cursor.skip(2);
    return { request: "reqPnLSingle", reqId, conId: cursor.integer() };
  },
  "95": withId("cancelPnLSingle"),
  "99": bare("reqCompletedOrders"),
  "104": withId("reqUserInfo"),
};

/** Reads one message of a client that speaks this server version. Throws `WireMalformed`. */
export function readRequest(fields: Fields, version: number): Request {
  const [id = ""] = fields;
  return readers[id]?.(new FieldCursor(fields), version) ?? { request: "unknown", id };
}

/** The twelve fields that name a contract in most requests. */
function readContract(cursor: FieldCursor): ContractQuery {
  const [conId, symbol, secType, expiry, strike, right] = [
    cursor.integer(),
    cursor.text(),
    cursor.text(),
    cursor.text(),
    cursor.decimal(),
    cursor.text(),
  ];
  cursor.skip(1);
  const exchange = cursor.text();
  cursor.skip(1);
  const [currency, localSymbol] = [cursor.text(), cursor.text()];
  cursor.skip(1);
  return { conId, symbol, secType, expiry, strike, right, exchange, currency, localSymbol };
}

function readMarketData(cursor: FieldCursor): Request {
  cursor.skip(1);
  const reqId = cursor.integer();
  const contract = readContract(cursor);
  if (cursor.flag()) cursor.skip(3); // delta neutral
  cursor.skip(1); // generic ticks
  return { request: "reqMktData", reqId, contract, snapshot: cursor.flag() };
}

function readExecutions(cursor: FieldCursor): Request {
  cursor.skip(1);
  const reqId = cursor.integer();
  const filter = {
    ...{ client: cursor.integer(), account: cursor.text(), time: cursor.text(), symbol: cursor.text() },
    ...{ secType: cursor.text(), exchange: cursor.text(), side: cursor.text() },
  };
  return { request: "reqExecutions", reqId, filter };
}

function readContractDetails(cursor: FieldCursor): Request {
  cursor.skip(1);
  return { request: "reqContractDetails", reqId: cursor.integer(), contract: readContract(cursor) };
}

function readHistoricalData(cursor: FieldCursor): Request {
  const reqId = cursor.integer();
  const contract = readContract(cursor);
  cursor.skip(1); // include expired
  const [end, barSize, duration] = [cursor.text(), cursor.text(), cursor.text()];
  cursor.skip(1); // regular hours only
  const [whatToShow, epochDates, keepUpToDate] = [cursor.text(), cursor.integer() === 2, cursor.flag()];
  return { request: "reqHistoricalData", reqId, contract, ask: { end, barSize, duration, whatToShow, epochDates, keepUpToDate } };
}

function readHeadTimestamp(cursor: FieldCursor): Request {
  const reqId = cursor.integer();
  const contract = readContract(cursor);
  cursor.skip(3); // include expired, regular hours, what to show
  return { request: "reqHeadTimestamp", reqId, contract, epoch: cursor.integer() === 2 };
}
