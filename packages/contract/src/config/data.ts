import { z } from "zod";
import { currency, delimiter, resolution, text, timeZone, venueName, whole, word, yesOrNo } from "./values.ts";

/** A name in the header, several to try, or a position from 1. */
const column = z.union([text(100), whole(1, 10_000), z.array(text(100))]);

/** What any source of prices may say about itself; the keys of `@bulkhead/market`'s data entries. */
const common = {
  /** Relative to the configuration file. */
  path: text(4096),
  /** Where the instruments trade: XNYS for LEAN's US equities. */
  venue: venueName.optional(),
  currency: currency.optional(),
  /** Wanted from this source; else the run's. */
  resolution: resolution.optional(),
  /** What `symbol` is; a perpetual settles in `currency`. */
  kind: word(["share", "coin", "perpetual"]).optional(),
  calendar: word(["XNYS", "24/7"]).optional(),
  /** `regular` hours are the default. */
  session: word(["regular", "extended"]).optional(),
  /** What becomes of dirty rows: the file is refused, or they are left out and counted. */
  dirty: word(["refuse", "skip"]).optional(),
  adjustment: word(["raw", "split-adjusted", "fully-adjusted"]).optional(),
  licence: text(200).optional(),
  /** Fixes the decimal places of prices, so that an instrument's scale does not depend on the file. */
  price_scale: whole(0, 8).optional(),
} as const;

const lean = z.strictObject({ format: z.literal("lean"), ...common });
const csv = z.strictObject({
  format: z.literal("csv"),
  ...common,
  /** Of a file without a symbol column; else the file's name. */
  symbol: text(48).optional(),
  preset: text(48).optional(),
  /** Of times without an offset. */
  zone: timeZone.optional(),
  /** Whether a row carries the time of its bar's start or end. */
  label: word(["start", "end"]).optional(),
  /** Length of the file's bars, where the times do not say. */
  bar: text(10).optional(),
  delimiter: delimiter.optional(),
  header: yesOrNo.optional(),
  time_format: word(["iso", "compact", "epoch-s", "epoch-ms", "epoch-us", "m/d/y", "d/m/y"]).optional(),
  columns: z
    .strictObject({
      time: column.optional(),
      date: column.optional(),
      open: column.optional(),
      high: column.optional(),
      low: column.optional(),
      close: column.optional(),
      price: column.optional(),
      volume: column.optional(),
      symbol: column.optional(),
    })
    .optional(),
});
const columns = z.strictObject({ format: z.literal("columns"), ...common });
/** Prices made up by a seeded generator; every report says so. */
const synthetic = z.strictObject({ format: z.literal("synthetic") });

/** One source of recorded prices: `[[feed.data]]`. */
export const recorded = z.discriminatedUnion("format", [lean, csv, columns]);
/** One source of prices: `[[backtest.data]]`. */
export const data = z.discriminatedUnion("format", [lean, csv, columns, synthetic]);
