import type { Contract } from "../broker/contract.ts";
import type { Bar, Quote } from "../broker/quotes.ts";
import { type Decimal, plain, whole } from "../decimal.ts";
import type { Message, MessageName } from "./answers.ts";

const fixed = (name: MessageName, ...fields: readonly (string | number)[]): Message => {
  const texts = fields.map(String);
  return { name, encode: () => texts };
};

/** Types of ticks: bid, ask and last, their sizes, and the same delayed. */
const TICKS = {
  live: { bid: 1, ask: 2, last: 4, bidSize: 0, askSize: 3, lastSize: 5 },
  delayed: { bid: 66, ask: 67, last: 68, bidSize: 69, askSize: 70, lastSize: 71 },
} as const;

export type DataKind = keyof typeof TICKS;

/** Which data follow: 1 live, 3 delayed. */
export const marketDataType = (reqId: number, kind: DataKind): Message => fixed("marketDataType", 58, 1, reqId, kind === "live" ? 1 : 3);

export const tickParameters = (reqId: number, { minTick }: Contract): Message =>
  fixed("tickReqParams", 81, reqId, plain(minTick), "9c0001", 3);

export const tickSnapshotEnd = (reqId: number): Message => fixed("tickSnapshotEnd", 57, 1, reqId);

/** A price with its size, and the size once more on its own, for every side that is quoted. */
export function ticks(reqId: number, quote: Quote, kind: DataKind): Message[] {
  const types = TICKS[kind];
  const side = (price: Decimal | null, size: Decimal | null, priceType: number, sizeType: number): Message[] => {
    if (price === null) return [];
    const shown = plain(size ?? whole(1000));
    return [fixed("tickPrice", 1, 6, reqId, priceType, plain(price), shown, 1), fixed("tickSize", 2, 6, reqId, sizeType, shown)];
  };
  return [
    ...side(quote.bid, quote.bidSize, types.bid, types.bidSize),
    ...side(quote.ask, quote.askSize, types.ask, types.askSize),
    ...side(quote.last, quote.lastSize, types.last, types.lastSize),
  ];
}

/** What a bar says, from its opening price to its count, in the order of HISTORICAL_DATA. */
const figures = ({ open, high, low, close, volume, average, count }: Bar): string[] => [
  ...[open, high, low, close, volume, average].map(plain),
  String(count),
];

/** HISTORICAL_DATA (17), all bars in one message as up to version 195. */
export function historicalData(reqId: number, bars: readonly Bar[], time: (at: number) => string): Message {
  const [first, last] = [bars[0], bars.at(-1)];
  const range = first && last ? [time(first.at), time(last.at)] : ["", ""];
  return fixed("historicalData", 17, reqId, ...range, bars.length, ...bars.flatMap((bar) => [time(bar.at), ...figures(bar)]));
}

/** HISTORICAL_DATA_UPDATE (90): closing price before the extremes, average before volume. */
export function historicalUpdate(reqId: number, bar: Bar, time: string): Message {
  const [open = "", high = "", low = "", close = "", volume = "", average = "", count = ""] = figures(bar);
  return fixed("historicalDataUpdate", 90, reqId, count, time, open, close, high, low, average, volume);
}

export const headTimestamp = (reqId: number, text: string): Message => fixed("headTimestamp", 88, reqId, text);

export const realTimeBar = (reqId: number, bar: Bar): Message =>
  fixed("realtimeBar", 50, 3, reqId, Math.floor(bar.at / 1000), ...figures(bar));
