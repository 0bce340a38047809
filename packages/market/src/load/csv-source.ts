import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { InstrumentId } from "@bulkhead/core";
import { type CalendarId, calendarOf, calendarOfVenue } from "../calendar/calendar.ts";
import { zoneOf } from "../calendar/zone.ts";
import type { Layout } from "../csv/columns.ts";
import { PRESETS } from "../csv/presets.ts";
import { CONFIDENCE_ENOUGH, proposeLayout } from "../csv/propose.ts";
import { type CsvRows, readCsvText } from "../csv/read-csv.ts";
import { readText } from "../csv/text-file.ts";
import { DAILY_FROM_MS, detectBarMs, placeBars } from "../rows/place.ts";
import type { RawRows } from "../rows/raw-rows.ts";
import type { LoadNote } from "../rows/row-issue.ts";
import { sanityWarnings } from "../rows/sanity.ts";
import { aggregate } from "../series/aggregate.ts";
import { parseBarMs, RESOLUTION_MS, RESOLUTIONS, type Resolution } from "../series/resolution.ts";
import { sliceSeries } from "../series/series.ts";
import { spanOf } from "./date-range.ts";
import { type DataEntry, failure, type Listing, type LoadedSeries, type LoadFailure, type LoadRequest } from "./entry.ts";
import { splitPair, symbolText } from "./pair.ts";

/** The instruments of a CSV or JSON file, or of all such files in a folder. The file is read at once: only its rows name them. */
export function csvListings(entry: DataEntry): readonly Listing[] | LoadFailure {
  if (!existsSync(entry.path)) return failure("PATH_MISSING", `path=${entry.path}`, { path: entry.path });
  if (!statSync(entry.path).isDirectory()) return fileListings(entry, entry.path);
  const listings: Listing[] = [];
  const names = readdirSync(entry.path).filter((name) => /\.(csv|json|txt)(\.gz|\.zip)?$/i.test(name));
  if (names.length === 0) return failure("PATH_MISSING", `path=${entry.path}: no .csv, .json or .txt file in it`, { path: entry.path });
  for (const name of names.sort()) {
    const found = fileListings(entry, join(entry.path, name));
    if ("ok" in found) return found;
    listings.push(...found);
  }
  return listings;
}

function fileListings(entry: DataEntry, path: string): readonly Listing[] | LoadFailure {
  const text = tryText(path);
  if (typeof text !== "string") return text;
  const chosen = layoutFor(entry, text, path);
  if ("ok" in chosen) return chosen;
  const { layout, notes } = chosen;
  const symbol = entry.symbol ?? basename(path).replace(/\..*$/, "");
  const dirty = entry.dirty ?? "refuse";
  const scale = entry.priceScale === undefined ? {} : { priceScale: entry.priceScale };
  const csv = readCsvText(text, { layout, dirty, path, symbol, ...scale });
  if (!csv.ok) return failure(csv.code, csv.text, { path });
  if (dirty === "refuse" && csv.log.dirty > 0) return refused(csv, path);
  const used = Math.max(0, ...[...csv.rows.values()].map((rows) => rows.priceScale));
  if (entry.priceScale !== undefined && used > entry.priceScale)
    return failure("PRICE_SCALE_TOO_COARSE", `price_scale=${entry.priceScale}, used=${used}`, { path });
  return [...csv.rows].map(([name, rows]) => listingOf({ entry, layout, path, csv, rows, notes }, name));
}

/** A damaged gzip or zip is the file's fault. */
function tryText(path: string): string | LoadFailure {
  try {
    return readText(path);
  } catch (error) {
    return failure("FILE_MALFORMED", (error as Error).message, { path });
  }
}

type Chosen = Readonly<{ layout: Layout; notes: readonly LoadNote[] }>;
type FileRows = Readonly<{ entry: DataEntry; layout: Layout; path: string; csv: CsvRows; rows: RawRows; notes: readonly LoadNote[] }>;

/** The preset, the columns of the config, or a proposal that is sure enough; the entry's own keys go before all. */
function layoutFor(entry: DataEntry, text: string, path: string): Chosen | LoadFailure {
  const preset = entry.preset === undefined ? undefined : PRESETS[entry.preset];
  if (entry.preset !== undefined && preset === undefined) {
    return failure("PRESET_UNKNOWN", `preset=${entry.preset}, known=${Object.keys(PRESETS).join(" ")}`, { path });
  }
  const own = ownKeys(entry);
  if (preset !== undefined) return { layout: { ...preset, ...own }, notes: [] };
  if (entry.columns !== undefined) {
    const named = Object.values(entry.columns).some((ref) => typeof ref !== "number");
    return { layout: { header: entry.header ?? named, columns: entry.columns, ...own }, notes: [] };
  }
  const proposal = proposeLayout(text);
  const columns = JSON.stringify(proposal.layout.columns);
  if (proposal.confidence < CONFIDENCE_ENOUGH) {
    const why = [...proposal.reasons, ...proposal.doubts].join("; ");
    return failure("COLUMNS_UNKNOWN", `proposed=${columns}, confidence=${proposal.confidence.toFixed(2)}: ${why}`, { path });
  }
  const doubts = proposal.doubts.length === 0 ? "" : ` (${proposal.doubts.join("; ")})`;
  return {
    layout: { ...proposal.layout, ...own },
    notes: [{ code: "COLUMNS_PROPOSED", path, text: `columns were taken to be ${columns}${doubts}` }],
  };
}

function ownKeys(entry: DataEntry): Partial<Layout> {
  const keys = ["columns", "header", "delimiter", "timeFormat", "zone", "label", "adjustment", "calendar", "kind"] as const;
  return Object.fromEntries(keys.flatMap((key) => (entry[key] === undefined ? [] : [[key, entry[key]]])));
}

function refused(csv: CsvRows, path: string): LoadFailure {
  const [first] = csv.log.issues;
  const text = `rows=${csv.log.dirty}, first=${first?.file}:${first?.line} ${first?.code} ${first?.text}`;
  return failure("ROWS_DIRTY", text, { path, issues: csv.log.issues, issueCount: csv.log.dirty });
}

function listingOf(file: FileRows, name: string): Listing {
  const { entry, layout, path } = file;
  const kind = entry.kind ?? layout.kind ?? "share";
  const venue = entry.venue ?? "LOCAL";
  const symbol = symbolText(name);
  const id = `${symbol}@${venue}` as InstrumentId;
  const coins = splitPair(name.replace(/-PERP$/i, ""), entry.currency ?? "USD");
  const pair = kind === "coin" ? coins : { base: id, quote: kind === "perpetual" ? coins.quote : "USD" };
  const barMs = barMsOf(file);
  return {
    id,
    symbol,
    venue,
    kind,
    base: pair.base,
    quote: entry.currency ?? pair.quote,
    calendar: calendarFor(file, venue),
    resolutions: RESOLUTIONS.filter((resolution) => canGive(barMs, resolution)),
    path,
    load: (request) => load(file, id, barMs, request),
  };
}

function calendarFor(file: FileRows, venue: string): CalendarId {
  return file.entry.calendar ?? (file.entry.venue === undefined ? (file.layout.calendar ?? "24/7") : calendarOfVenue(venue));
}

/** 0 for ticks; NaN where neither the layout nor the labels say. */
function barMsOf(file: FileRows): number {
  if (file.entry.bar !== undefined) return parseBarMs(file.entry.bar);
  if (file.layout.resolution !== undefined) return RESOLUTION_MS[file.layout.resolution];
  if (file.csv.dateOnly) return RESOLUTION_MS["1d"];
  return file.csv.ticks ? 0 : detectBarMs(file.rows.at);
}

function canGive(barMs: number, resolution: Resolution): boolean {
  const wanted = RESOLUTION_MS[resolution];
  return barMs === 0 || (barMs >= DAILY_FROM_MS ? resolution === "1d" : wanted > 0 && wanted % barMs === 0);
}

function load(file: FileRows, id: InstrumentId, barMs: number, request: LoadRequest): LoadedSeries | LoadFailure {
  const { entry, layout, path, csv, rows } = file;
  if (Number.isNaN(barMs))
    return failure("RESOLUTION_UNKNOWN", `instrument=${id}: the labels have no common step. Say bar = "1m" (or the like)`, { path });
  if (!canGive(barMs, request.resolution))
    return failure("RESOLUTION_UNAVAILABLE", `instrument=${id}, wanted=${request.resolution}, bars=${barMs / 1_000} s`, { path });
  const calendar = calendarOf(calendarFor(file, entry.venue ?? "LOCAL"));
  const zone = zoneOf(layout.zone ?? "UTC") ?? calendar.zone;
  const session = entry.session ?? "regular";
  const licence = entry.licence === undefined ? {} : { licence: entry.licence };
  const source = { format: "csv", path, zone: zone.id, adjustment: layout.adjustment ?? "raw", session, ...licence } as const;
  const direct = barMs === RESOLUTION_MS[request.resolution] || barMs >= DAILY_FROM_MS;
  const native = barMs === 0 ? "tick" : request.resolution;
  const placed = placeBars(rows, {
    instrument: id,
    resolution: direct ? request.resolution : native,
    barMs,
    label: layout.label ?? "start",
    calendar,
    zone,
    source,
    dateOnly: csv.dateOnly,
  });
  for (const warning of sanityWarnings(placed.series, (bar) => ({ file: path, line: rows.line[placed.rows[bar] ?? 0] ?? 0 })))
    csv.log.add(warning);
  const span = spanOf(request, calendar.zone);
  if (!span.ok) return span;
  const whole = direct ? placed.series : aggregate(placed.series, request.resolution, calendar);
  request.onFile?.(path, rows.length);
  return {
    ok: true,
    series: sliceSeries(whole, span.fromMs, span.toMs),
    log: csv.log,
    notes: [...file.notes, ...notesOf(file, id, placed)],
    actions: [],
  };
}

function notesOf(
  file: FileRows,
  id: string,
  placed: Readonly<{ outside: number; closedDays: number; beyondCalendar: number }>,
): LoadNote[] {
  const { path, rows } = file;
  const notes: LoadNote[] = [];
  const say = (code: string, count: number, text: string): void => {
    if (count > 0) notes.push({ code, path, text: `${id}: ${count} ${text}` });
  };
  say("ROWS_REVERSED", rows.reversed ? rows.length : 0, "rows stand newest first and were turned around");
  say("PRICES_ROUNDED", rows.rounded, "prices have more than 8 decimals and were rounded half-even");
  say("BARS_OUTSIDE_SESSION", placed.outside, 'bars outside regular hours were left out (session = "extended" keeps them)');
  say("BARS_ON_CLOSED_DAYS", placed.closedDays, "bars on days without a session were left out");
  say("BARS_BEYOND_CALENDAR", placed.beyondCalendar, "bars lie outside the calendar's years and were left out");
  return notes;
}
