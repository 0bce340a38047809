import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { calendarOf } from "../calendar/calendar.ts";
import { type BarsHeader, readBars, readBarsHeader } from "../columns/bars-file.ts";
import { IssueLog } from "../rows/row-issue.ts";
import { aggregate } from "../series/aggregate.ts";
import { RESOLUTION_MS, RESOLUTIONS } from "../series/resolution.ts";
import { sliceSeries } from "../series/series.ts";
import { spanOf } from "./date-range.ts";
import { type DataEntry, failure, type Listing, type LoadedSeries, type LoadFailure, type LoadRequest } from "./entry.ts";

/** The instruments of a `.bars` file, or of all such files in a folder. Reads headers only. */
export function columnsListings(entry: DataEntry): readonly Listing[] | LoadFailure {
  if (!existsSync(entry.path)) return failure("PATH_MISSING", `path=${entry.path}`, { path: entry.path });
  const folder = statSync(entry.path).isDirectory();
  const names = folder ? readdirSync(entry.path).filter((name) => name.endsWith(".bars")) : [""];
  if (names.length === 0) return failure("PATH_MISSING", `path=${entry.path}: no .bars file in it`, { path: entry.path });
  const listings: Listing[] = [];
  for (const name of names.sort()) {
    const path = folder ? join(entry.path, name) : entry.path;
    const header = readBarsHeader(path);
    if (!header.ok) return failure("FILE_MALFORMED", header.text, { path });
    listings.push(listingOf(path, header.header));
  }
  return listings;
}

function listingOf(path: string, header: BarsHeader): Listing {
  const { id, symbol, venue, kind, base, quote, calendar } = header.facts;
  const native = RESOLUTIONS.indexOf(header.resolution);
  return {
    id,
    symbol,
    venue,
    kind,
    base,
    quote,
    calendar,
    resolutions: RESOLUTIONS.slice(native),
    path,
    load: (request) => load(path, header, request),
  };
}

function load(path: string, header: BarsHeader, request: LoadRequest): LoadedSeries | LoadFailure {
  if (RESOLUTION_MS[header.resolution] > RESOLUTION_MS[request.resolution]) {
    return failure("RESOLUTION_UNAVAILABLE", `instrument=${header.facts.id}, wanted=${request.resolution}, has=${header.resolution}`, {
      path,
    });
  }
  const calendar = calendarOf(header.facts.calendar);
  const span = spanOf(request, calendar.zone);
  if (!span.ok) return span;
  const read = readBars(path);
  if (!read.ok) return failure("FILE_MALFORMED", read.text, { path });
  request.onFile?.(path, read.series.length);
  const series = header.resolution === request.resolution ? read.series : aggregate(read.series, request.resolution, calendar);
  return { ok: true, series: sliceSeries(series, span.fromMs, span.toMs), log: new IssueLog(), notes: [], actions: [] };
}
