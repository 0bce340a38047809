export {
  type Calendar,
  type CalendarId,
  type Closed,
  calendarOf,
  calendarOfVenue,
  parseCalendarId,
  type Session,
} from "./calendar/calendar.ts";
export { DAY_MS, formatDate, parseDate } from "./calendar/day.ts";
export { type DayBoundaries, dayBoundaries } from "./calendar/day-boundaries.ts";
export { type Zone, zoneOf } from "./calendar/zone.ts";
export { type BarsHeader, readBars, readBarsHeader, writeBars } from "./columns/bars-file.ts";
export type { BarLabel, ColumnMap, ColumnRef, Layout } from "./csv/columns.ts";
export { PRESETS } from "./csv/presets.ts";
export { CONFIDENCE_ENOUGH, type ColumnProposal, proposeColumns, proposeLayout } from "./csv/propose.ts";
export { type MalformedText, readRecords } from "./csv/records.ts";
export { TIME_FORMATS, type TimeFormat } from "./csv/time-cell.ts";
export { emptyStep, type Feed, type FeedQuote, type FeedState, type FeedStep, type LiveBars } from "./feeds/feed.ts";
export { FeedGuard, type FeedTrouble, type GuardSettings } from "./feeds/feed-guard.ts";
export { GrowingSeries, type GrownBar } from "./feeds/growing-series.ts";
export { replayFeed } from "./feeds/paced-feed.ts";
export { inventedFor, type SyntheticFeedOptions, syntheticFeed } from "./feeds/synthetic-feed.ts";
export { listedFacts, type Traded, tradedOf } from "./instruments/traded.ts";
export {
  type CorporateAction,
  corporateActions,
  type DividendAction,
  type SplitAction,
} from "./lean/corporate-actions.ts";
export { catalogOf, listingsOf, nearestIds, searchListings } from "./load/catalog.ts";
export type {
  DataEntry,
  DateRange,
  InstrumentFacts,
  Listing,
  LoadedSeries,
  LoadFailure,
  LoadFailureCode,
  LoadRequest,
} from "./load/entry.ts";
export { type Loaded, type LoadOptions, loadSeries } from "./load/load-series.ts";
export { pairText } from "./load/pair.ts";
export { entryOf, loadRecorded, type RecordedOptions, type RecordedSource, resolutionOf } from "./load/recorded.ts";
export { type DirtyPolicy, formatIssue, type LoadNote, type RowIssue, type RowIssueCode } from "./rows/row-issue.ts";
export { aggregate } from "./series/aggregate.ts";
export { SeriesBuilder, type SeriesFacts } from "./series/builder.ts";
export { filterRegular } from "./series/filter.ts";
export { parseResolution, RESOLUTION_MS, RESOLUTIONS, type Resolution } from "./series/resolution.ts";
export {
  type Adjustment,
  type BarSeries,
  firstAtOrAfter,
  type QuoteColumns,
  type SeriesSource,
  sliceBars,
  sliceSeries,
} from "./series/series.ts";
export { mergeTimeline, type Timeline } from "./series/timeline.ts";
export { WINDOW_MS, type Window, type WindowQuery, type WindowResolution, windowOf } from "./series/window.ts";
export { SYNTHETIC_INSTRUMENTS, type SyntheticInstrument, type SyntheticOptions, syntheticMarket } from "./synthetic/synthetic-market.ts";
