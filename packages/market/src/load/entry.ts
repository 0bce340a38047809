import type { InstrumentId } from "@bulkhead/core";
import type { CalendarId } from "../calendar/calendar.ts";
import type { BarLabel, ColumnMap } from "../csv/columns.ts";
import type { TimeFormat } from "../csv/time-cell.ts";
import type { CorporateAction } from "../lean/corporate-actions.ts";
import type { DirtyPolicy, IssueLog, LoadNote, RowIssue } from "../rows/row-issue.ts";
import type { Resolution } from "../series/resolution.ts";
import type { Adjustment, BarSeries } from "../series/series.ts";

/** One `[[backtest.data]]` of the config; the path is already resolved. Everything but format and path has a default. */
export type DataEntry = Readonly<{
  format: "lean" | "csv" | "columns";
  /** A LEAN folder; a CSV or JSON file, or a folder of them; a `.bars` file, or a folder of them. */
  path: string;
  preset?: string;
  columns?: ColumnMap;
  header?: boolean;
  delimiter?: string;
  timeFormat?: TimeFormat;
  /** IANA zone of times without an offset. */
  zone?: string;
  label?: BarLabel;
  /** Length of the file's bars, where the labels do not say ("15m"). */
  bar?: string;
  /** Resolution wanted from this entry; else the run's. */
  resolution?: Resolution;
  /** Symbol of a file without a symbol column; else the file's name. */
  symbol?: string;
  venue?: string;
  currency?: string;
  kind?: "share" | "coin" | "perpetual";
  calendar?: CalendarId;
  session?: "regular" | "extended";
  dirty?: DirtyPolicy;
  adjustment?: Adjustment;
  licence?: string;
  /** Fixes the decimal places of prices, so that an instrument's scale does not depend on the file. */
  priceScale?: number;
}>;

/** What the data says about an instrument; a proposal for `DefineInstrument`. */
export type InstrumentFacts = Readonly<{
  id: InstrumentId;
  /** For people: "SPY". */
  symbol: string;
  venue: string;
  kind: "share" | "coin" | "perpetual";
  /** What is held: the id itself for a share, "BTC" for a coin. */
  base: string;
  /** Currency of prices. */
  quote: string;
  priceScale: number;
  /** Decimal text: the smallest price step; from files one unit of the price scale. */
  tickSize: string;
  /** Decimal text: 1 for shares. */
  sizeIncrement: string;
  /** Decimal text: the smallest order in units, and in the quote currency; absent where nobody says. */
  quantityMin?: string;
  notionalMin?: string;
  calendar: CalendarId;
}>;

/** An instrument that a source has, before its bars are read. */
export type Listing = Readonly<{
  id: InstrumentId;
  symbol: string;
  venue: string;
  kind: "share" | "coin" | "perpetual";
  base: string;
  quote: string;
  calendar: CalendarId;
  /** What the source can give, finest first; coarser ones are built. */
  resolutions: readonly Resolution[];
  path: string;
  /** Why its bars cannot be traded on; absent where they can. */
  unsupported?: "INVERSE_CONTRACT";
  /** The first and last date of its files, where their names say. */
  dates?: readonly [string, string];
  /** The same of the files for one resolution. */
  datesFor?(resolution: Resolution): readonly [string, string] | undefined;
  load(request: LoadRequest): LoadedSeries | LoadFailure;
}>;

/** Dates `YYYY-MM-DD`, inclusive, local to the instrument's calendar; or instants (ISO with offset). */
export type DateRange = Readonly<{ from?: string; to?: string }>;
export type LoadRequest = DateRange & Readonly<{ resolution: Resolution; onFile?: (path: string, rows: number) => void }>;
export type LoadedSeries = Readonly<{
  ok: true;
  series: BarSeries;
  log: IssueLog;
  notes: readonly LoadNote[];
  actions: readonly CorporateAction[];
}>;

export type LoadFailureCode =
  | "PATH_MISSING"
  | "FILE_MALFORMED"
  | "PRESET_UNKNOWN"
  | "COLUMNS_UNKNOWN"
  | "TIME_FORMAT_UNKNOWN"
  | "ZONE_UNKNOWN"
  | "DATE_INVALID"
  | "RESOLUTION_UNKNOWN"
  | "RESOLUTION_UNAVAILABLE"
  | "PRICE_SCALE_TOO_COARSE"
  | "ROWS_DIRTY"
  | "INVERSE_CONTRACT"
  | "ASSET_TWO_KINDS"
  | "SYMBOL_UNKNOWN"
  | "SYMBOL_AMBIGUOUS"
  | "NO_BARS";

/** Why nothing was loaded, with what a person needs to mend it. */
export type LoadFailure = Readonly<{
  ok: false;
  code: LoadFailureCode;
  /** `key=value` figures and a hint, for the message. */
  text: string;
  path?: string;
  /** The first dirty rows, and how many there are in all. */
  issues?: readonly RowIssue[];
  issueCount?: number;
  /** Symbols that the data has, nearest first. */
  candidates?: readonly string[];
}>;

export const failure = (code: LoadFailureCode, text: string, more: Partial<LoadFailure> = {}): LoadFailure => ({
  ...more,
  ok: false,
  code,
  text,
});
