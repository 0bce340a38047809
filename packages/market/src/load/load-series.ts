import type { InstrumentId } from "@bulkhead/core";
import { formatAmount, priceOfUnits } from "@bulkhead/money";
import type { CorporateAction } from "../lean/corporate-actions.ts";
import type { IssueLog, LoadNote, RowIssue } from "../rows/row-issue.ts";
import type { Resolution } from "../series/resolution.ts";
import type { BarSeries } from "../series/series.ts";
import { catalogOf, listingsOf, nearestIds } from "./catalog.ts";
import { type DataEntry, type DateRange, failure, type InstrumentFacts, type Listing, type LoadFailure } from "./entry.ts";
import { joinSeries } from "./join.ts";

export type LoadOptions = DateRange &
  Readonly<{
    /** Of the run; an entry may name its own. */
    resolution: Resolution;
    /** Bare symbols or ids; without it, everything that the sources can give. */
    symbols?: readonly string[];
    /** Called per file read. */
    onProgress?: (progress: Readonly<{ path: string; rows: number }>) => void;
  }>;

/** Series by instrument id, ascending, each with the facts of its instrument at the same index. */
export type Loaded = Readonly<{
  ok: true;
  series: readonly BarSeries[];
  instruments: readonly InstrumentFacts[];
  /** Splits and dividends inside the range, of instruments with raw prices whose source knows them. */
  actions: ReadonlyMap<InstrumentId, readonly CorporateAction[]>;
  issues: readonly RowIssue[];
  notes: readonly LoadNote[];
}>;

/**
 * Loads what the data entries of a config have. A symbol that several entries give is joined where they follow each other
 * in time; where they overlap the later entry wins, with a note. Dirty rows follow each entry's policy.
 */
export function loadSeries(entries: readonly DataEntry[], options: LoadOptions): Loaded | LoadFailure {
  const wantedBy = new Map<Listing, Resolution>();
  const listings: Listing[] = [];
  for (const entry of entries) {
    const found = catalogOf([entry]);
    if ("ok" in found) return found;
    for (const listing of found) wantedBy.set(listing, entry.resolution ?? options.resolution);
    listings.push(...found);
  }
  const chosen = choose(listings, options);
  if ("ok" in chosen) return chosen;
  return read(chosen, wantedBy, options);
}

/** The listings of the wanted symbols; a bare symbol must mean one instrument. */
function choose(listings: readonly Listing[], options: LoadOptions): readonly Listing[] | LoadFailure {
  if (options.symbols === undefined) return listings;
  const chosen = new Set<Listing>();
  for (const symbol of options.symbols) {
    const found = listingsOf(listings, symbol);
    const ids = [...new Set(found.map((listing) => listing.id as string))];
    if (ids.length === 0) {
      const candidates = nearestIds(listings, symbol);
      return failure("SYMBOL_UNKNOWN", `symbol=${symbol}, nearest=${candidates.slice(0, 3).join(" ") || "none: the data is empty"}`, {
        candidates,
      });
    }
    if (ids.length > 1) return failure("SYMBOL_AMBIGUOUS", `symbol=${symbol}, means=${ids.join(" ")}`, { candidates: ids });
    for (const listing of found) chosen.add(listing);
  }
  return [...chosen];
}

type Part = { series: BarSeries; listing: Listing; actions: readonly CorporateAction[] };

function read(chosen: readonly Listing[], wantedBy: ReadonlyMap<Listing, Resolution>, options: LoadOptions): Loaded | LoadFailure {
  const parts = new Map<InstrumentId, Part>();
  const logs = new Set<IssueLog>();
  const notes: LoadNote[] = [];
  const { onProgress } = options;
  for (const listing of chosen) {
    const resolution = wantedBy.get(listing) ?? options.resolution;
    if (listing.unsupported !== undefined) {
      if (options.symbols !== undefined) return failure(listing.unsupported, `instrument=${listing.id}`, { path: listing.path });
      notes.push({
        code: "SYMBOL_PASSED_OVER",
        path: listing.path,
        text: `${listing.id} is an inverse contract: it settles in its coin, which is not modelled yet`,
      });
      continue;
    }
    if (passesOver(listing, resolution, chosen, options)) {
      notes.push({ code: "SYMBOL_PASSED_OVER", path: listing.path, text: `${listing.id} has no ${resolution} bars` });
      continue;
    }
    const loaded = listing.load({
      ...options,
      resolution,
      ...(onProgress === undefined ? {} : { onFile: (path: string, rows: number) => onProgress({ path, rows }) }),
    });
    if (!loaded.ok) return loaded;
    logs.add(loaded.log);
    notes.push(...loaded.notes);
    if (loaded.series.length === 0) continue;
    const before = parts.get(listing.id);
    const joined = before === undefined ? loaded.series : joinSeries(before.series, loaded.series);
    if (joined === undefined)
      notes.push({
        code: "SERIES_REPLACED",
        path: listing.path,
        text: `${listing.id} stands in ${before?.listing.path} as well; the later entry is used`,
      });
    parts.set(listing.id, { series: joined ?? loaded.series, listing, actions: loaded.actions });
  }
  const missing = absent(chosen, parts, wantedBy, options);
  if (missing !== undefined) return missing;
  return twoKinds([...parts.values()].map(({ listing }) => listing)) ?? assemble(parts, logs, notes);
}

/** Cash has no lots and a position has: an asset that prices are in cannot also be bought. */
function twoKinds(listings: readonly Listing[]): LoadFailure | undefined {
  for (const bought of listings) {
    const priced = listings.find((listing) => listing.quote === bought.base);
    if (priced !== undefined)
      return failure("ASSET_TWO_KINDS", `asset=${bought.base}, bought=${bought.id}, pays=${priced.id}`, { path: priced.path });
  }
  return undefined;
}

/** A source that lacks the resolution is passed over where nobody asked for the symbol, or another source has it. */
function passesOver(listing: Listing, resolution: Resolution, chosen: readonly Listing[], options: LoadOptions): boolean {
  if (listing.resolutions.length === 0 || listing.resolutions.includes(resolution)) return false;
  return options.symbols === undefined || chosen.some((other) => other.id === listing.id && other.resolutions.includes(resolution));
}

/** A wanted symbol without a bar in the range is refused; without a list, only nothing at all is. */
function absent(
  chosen: readonly Listing[],
  parts: ReadonlyMap<InstrumentId, Part>,
  wantedBy: ReadonlyMap<Listing, Resolution>,
  options: LoadOptions,
): LoadFailure | undefined {
  const lacking = chosen.find((listing) => !parts.has(listing.id));
  if (lacking === undefined || (options.symbols === undefined && parts.size > 0)) return undefined;
  const resolution = wantedBy.get(lacking) ?? options.resolution;
  if (!lacking.resolutions.includes(resolution)) {
    return failure("RESOLUTION_UNAVAILABLE", `instrument=${lacking.id}, wanted=${resolution}, has=${lacking.resolutions.join(" ")}`, {
      path: lacking.path,
    });
  }
  const known = lacking.datesFor?.(resolution);
  const dates = known === undefined ? "" : `, its files are of ${known[0]} to ${known[1]}`;
  return failure("NO_BARS", `instrument=${lacking.id}, from=${options.from ?? "the start"}, to=${options.to ?? "the end"}${dates}`, {
    path: lacking.path,
  });
}

function assemble(parts: ReadonlyMap<InstrumentId, Part>, logs: ReadonlySet<IssueLog>, notes: readonly LoadNote[]): Loaded {
  const sorted = [...parts.values()].sort((a, b) => (a.listing.id < b.listing.id ? -1 : 1));
  const actions = new Map<InstrumentId, readonly CorporateAction[]>();
  for (const { listing, series, actions: known } of sorted)
    if (known.length > 0 && series.source.adjustment === "raw") actions.set(listing.id, known);
  return {
    ok: true,
    series: sorted.map((part) => part.series),
    instruments: sorted.map(({ listing, series }) => factsOf(listing, series)),
    actions,
    issues: [...logs].flatMap((log) => log.issues),
    notes,
  };
}

function factsOf(listing: Listing, series: BarSeries): InstrumentFacts {
  const { id, symbol, venue, kind, base, quote, calendar } = listing;
  const step = (scale: number): string => formatAmount(priceOfUnits(1), scale);
  const sizeIncrement = kind === "share" ? "1" : kind === "coin" ? step(8) : step(series.volumeScale);
  return {
    id,
    symbol,
    venue,
    kind,
    base,
    quote,
    priceScale: series.priceScale,
    tickSize: step(series.priceScale),
    sizeIncrement,
    calendar,
  };
}
