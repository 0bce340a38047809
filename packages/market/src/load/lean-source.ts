import { existsSync } from "node:fs";
import type { InstrumentId } from "@bulkhead/core";
import { calendarOf } from "../calendar/calendar.ts";
import { corporateActions } from "../lean/corporate-actions.ts";
import { filesOf, findMarkets, type LeanSymbol, symbolsOf } from "../lean/layout.ts";
import { type LeanOptions, type LeanRead, readLean } from "../lean/read-lean.ts";
import { aggregate } from "../series/aggregate.ts";
import { RESOLUTIONS, type Resolution } from "../series/resolution.ts";
import { sliceSeries } from "../series/series.ts";
import { spanOf } from "./date-range.ts";
import { type DataEntry, failure, type Listing, type LoadedSeries, type LoadFailure, type LoadRequest } from "./entry.ts";
import { splitPair } from "./pair.ts";

/** The instruments of a LEAN folder: `SPY@XNYS`, `BTCUSD@COINBASE`, perpetuals `BTCUSDT-PERP@BYBIT`. Reads names of files only. */
export function leanListings(entry: DataEntry): readonly Listing[] | LoadFailure {
  if (!existsSync(entry.path)) return failure("PATH_MISSING", `path=${entry.path}`, { path: entry.path });
  const markets = findMarkets(entry.path);
  if (markets.length === 0)
    return failure("PATH_MISSING", `path=${entry.path}: no folder daily, hour, minute, second or tick in it`, { path: entry.path });
  return markets.flatMap((market) => symbolsOf(market).map((symbol) => listingOf(entry, symbol)));
}

function listingOf(entry: DataEntry, lean: LeanSymbol): Listing {
  const { market } = lean;
  const venue = entry.venue ?? (market.type === "equity" ? "XNYS" : market.market.toUpperCase());
  const symbol = `${lean.ticker.toUpperCase()}${market.type === "cryptofuture" ? "-PERP" : ""}`;
  const id = `${symbol}@${venue}` as InstrumentId;
  const coin = splitPair(lean.ticker, entry.currency ?? "USD");
  const pair =
    market.type === "equity"
      ? { base: id, quote: entry.currency ?? "USD" }
      : market.type === "crypto"
        ? coin
        : { base: id, quote: coin.quote };
  const dates = datesOf(lean, lean.resolutions);
  return {
    id,
    symbol,
    venue,
    kind: market.type === "equity" ? "share" : market.type === "crypto" ? "coin" : "perpetual",
    ...pair,
    calendar: market.type === "equity" ? "XNYS" : "24/7",
    resolutions: RESOLUTIONS.filter((resolution) => nativeOf(lean, resolution) !== undefined),
    path: market.dir,
    ...(market.type === "cryptofuture" && coin.quote === "USD" ? { unsupported: "INVERSE_CONTRACT" as const } : {}),
    ...(dates === undefined ? {} : { dates }),
    datesFor: (resolution) => datesOf(lean, [nativeOf(lean, resolution) ?? resolution]),
    load: (request) => load(entry, lean, id, request),
  };
}

/** The resolution to read for the one wanted: itself, else the coarsest finer one. */
function nativeOf(lean: LeanSymbol, wanted: Resolution): Resolution | undefined {
  const index = RESOLUTIONS.indexOf(wanted);
  return RESOLUTIONS.slice(0, index + 1)
    .toReversed()
    .find((resolution) => lean.resolutions.includes(resolution));
}

function load(entry: DataEntry, lean: LeanSymbol, id: InstrumentId, request: LoadRequest): LoadedSeries | LoadFailure {
  const native = nativeOf(lean, request.resolution);
  const path = lean.market.dir;
  if (native === undefined)
    return failure("RESOLUTION_UNAVAILABLE", `instrument=${id}, wanted=${request.resolution}, has=${lean.resolutions.join(" ")}`, { path });
  const calendar = calendarOf(lean.market.type === "equity" ? "XNYS" : "24/7");
  const span = spanOf(request, calendar.zone);
  if (!span.ok) return span;
  const dirty = entry.dirty ?? "refuse";
  const read = tryRead(lean, {
    instrument: id,
    resolution: native,
    firstDay: span.firstDay,
    lastDay: span.lastDay,
    session: entry.session ?? "regular",
    dirty,
    root: entry.path,
    ...(entry.priceScale === undefined ? {} : { priceScale: entry.priceScale }),
    ...(request.onFile === undefined ? {} : { onFile: request.onFile }),
  });
  if (typeof read === "string") return failure("FILE_MALFORMED", read, { path });
  if (entry.priceScale !== undefined && read.series.priceScale > entry.priceScale) {
    return failure("PRICE_SCALE_TOO_COARSE", `instrument=${id}, price_scale=${entry.priceScale}, used=${read.series.priceScale}`, { path });
  }
  if (dirty === "refuse" && read.log.dirty > 0) {
    const [first] = read.log.issues;
    const text = `rows=${read.log.dirty}, first=${first?.file}:${first?.line} ${first?.code} ${first?.text}`;
    return failure("ROWS_DIRTY", text, { path, issues: read.log.issues, issueCount: read.log.dirty });
  }
  const built = native === request.resolution ? read.series : aggregate(read.series, request.resolution, calendar);
  const series = sliceSeries(built, span.fromMs, span.toMs);
  const notes =
    native === request.resolution
      ? read.notes
      : [...read.notes, { code: "BARS_BUILT", path, text: `${id}: ${request.resolution} bars were built from ${native}` }];
  const actions =
    lean.market.type !== "equity"
      ? []
      : corporateActions(path, lean.ticker).filter((action) => action.exAt >= span.fromMs && action.exAt <= span.toMs);
  return { ok: true, series, log: read.log, notes, actions };
}

/** A zip that does not unpack is told as a text: the data is at fault, not we. */
function tryRead(lean: LeanSymbol, options: LeanOptions): LeanRead | string {
  try {
    return readLean(lean, options);
  } catch (error) {
    return (error as Error).message;
  }
}

/** First and last date of dated files; undefined where a history stands in one file. */
function datesOf(lean: LeanSymbol, resolutions: readonly Resolution[]): readonly [string, string] | undefined {
  const files = resolutions.flatMap((resolution) => filesOf(lean.market, lean.ticker, resolution));
  const dates = files.flatMap((file) => file.date ?? []).sort();
  const [first] = dates;
  const last = dates.at(-1);
  return first === undefined || last === undefined || dates.length < files.length ? undefined : [first, last];
}
