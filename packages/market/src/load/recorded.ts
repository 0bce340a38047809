import { resolve } from "node:path";
import { parseResolution, RESOLUTION_MS, RESOLUTIONS, type Resolution } from "../series/resolution.ts";
import { catalogOf, listingsOf } from "./catalog.ts";
import type { DataEntry, DateRange, LoadFailure } from "./entry.ts";
import { type Loaded, loadSeries } from "./load-series.ts";

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };
/** One source of recorded prices as a configuration writes it: `[[backtest.data]]`, `[[feed.data]]`. Relative paths start from a folder. */
export type RecordedSource = Readonly<Pick<DataEntry, "format" | "path">> &
  Loose<Omit<DataEntry, "format" | "path" | "priceScale" | "timeFormat" | "resolution" | "columns">> &
  Loose<{ price_scale: DataEntry["priceScale"]; time_format: DataEntry["timeFormat"]; resolution: string; columns: object }>;

export type RecordedOptions = DateRange &
  Readonly<{
    /** The folder that relative paths start from. */
    folder: string;
    /** What is wanted; null: everything that the sources have. */
    symbols: readonly string[] | null;
    /** Undefined: the finest, from a minute up, that every wanted symbol has. */
    resolution?: Resolution | undefined;
    onProgress?: ((progress: Readonly<{ path: string; rows: number }>) => void) | undefined;
  }>;

/** Loads recorded prices as configured, at one resolution for all. */
export function loadRecorded(
  sources: readonly RecordedSource[],
  options: RecordedOptions,
): (Loaded & Readonly<{ ok: true; resolution: Resolution }>) | LoadFailure {
  const { folder, symbols, from, to, onProgress } = options;
  const entries = sources.map((source) => entryOf(source, folder));
  const resolution = options.resolution ?? finest(entries, symbols);
  if (typeof resolution !== "string") return resolution;
  const loaded = loadSeries(entries, {
    resolution,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(symbols === null ? {} : { symbols }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return loaded.ok ? { ...loaded, resolution } : loaded;
}

/** A source as the reader takes it: our keys in its spelling, the path made absolute. */
export function entryOf(source: RecordedSource, folder: string): DataEntry {
  const { path, price_scale: priceScale, time_format: timeFormat, resolution, ...others } = source;
  const entry = {
    ...others,
    path: resolve(folder, path),
    priceScale,
    timeFormat,
    resolution: resolution === undefined ? undefined : resolutionOf(resolution),
  };
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as unknown as DataEntry;
}

/** The resolution of a text that a configuration has checked. */
export function resolutionOf(text: string): Resolution {
  const parsed = parseResolution(text);
  if (parsed === undefined) throw new RangeError(`NOT_A_RESOLUTION: ${text}`);
  return parsed;
}

/** The finest bars, from a minute up, that every wanted symbol has; the finest of all where there are none. */
function finest(entries: readonly DataEntry[], symbols: readonly string[] | null): Resolution | LoadFailure {
  const listings = catalogOf(entries);
  if ("ok" in listings) return listings;
  const wanted = symbols === null ? listings : symbols.flatMap((symbol) => listingsOf(listings, symbol));
  const common = RESOLUTIONS.filter(
    (resolution) =>
      wanted.length > 0 && wanted.every((listing) => listing.resolutions.length === 0 || listing.resolutions.includes(resolution)),
  );
  return common.find((resolution) => RESOLUTION_MS[resolution] >= 60_000) ?? common[0] ?? "1d";
}
