import { AccountChoice, BAR_RESOLUTIONS, BarRow, Cursor, Format, InstrumentText, pageOf } from "@bulkhead/contract";
import { type BarSeries, calendarOf, RESOLUTION_MS, WINDOW_MS, type Window, type WindowResolution, windowOf } from "@bulkhead/market";
import { formatAmount, priceOfUnits, quantityOfUnits } from "@bulkhead/money";
import { z } from "zod";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { cursorOf, placeOf } from "../paging.ts";
import { iso } from "../rows/figures.ts";
import { accountOf, listingOf } from "../scope.ts";
import type { MarketSeries } from "../services.ts";

/** An instant in ISO 8601 with its offset, or a date: its first instant in UTC. */
export const InstantText = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => Date.parse(text))
  .meta({ type: "string", description: "ISO 8601 with Z or an offset; or a date, in UTC.", example: "2026-11-20T14:30:00Z" });

const Query = z.strictObject({
  instrument: InstrumentText,
  resolution: z.enum(BAR_RESOLUTIONS).optional().meta({ description: "Omitted: that of the data." }),
  from: InstantText.optional().meta({
    type: "string",
    description: "Bars that open at or after it, oldest first; omitted: the last ones.",
  }),
  to: InstantText.optional().meta({ type: "string", description: "Bars that open before it." }),
  in_progress: z.enum(["true", "false"]).default("false").meta({ description: "Whether the bar that has not ended comes too." }),
  account_id: AccountChoice.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(300),
  cursor: Cursor.optional(),
  format: Format.optional(),
});
type Query = z.output<typeof Query>;

/** Bars of an instrument, as the desk's feed has them. Market data is nobody's in particular: whoever may read may read it. */
export function barsRoute(api: Api): void {
  const { desk, options } = api.services;
  api.read(
    {
      path: "/api/bars",
      operationId: "listBars",
      summary: "Bars of an instrument, oldest first, in the data's resolution or a coarser one",
      action: "read",
      query: Query,
      answer: pageOf(BarRow),
      csv: true,
    },
    ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      const { instrument } = listingOf(account.state, query.instrument);
      const market = options.seriesOf?.(account, instrument.id);
      if (market === undefined) throw new HttpFailure(404, "BARS_UNKNOWN", { instrument: instrument.id });
      const resolution = resolutionOf(market.series, query);
      const window = windowFor(market, resolution, query);
      const { bars, endsOpen } = window;
      const rows = Array.from({ length: bars.length }, (_, bar) => barRow(bars, bar, resolution, !(endsOpen && bar === bars.length - 1)));
      return { body: { ...one(account, account.durableSeq, rows), next_cursor: nextOf(window, query) } };
    },
  );
}

function resolutionOf({ instrument, resolution: own }: BarSeries, { resolution: wanted }: Query): WindowResolution {
  if (wanted === undefined) return own === "tick" ? "1s" : own;
  if (WINDOW_MS[wanted] < RESOLUTION_MS[own]) throw new HttpFailure(422, "BARS_TOO_FINE", { instrument, resolution: wanted, finest: own });
  return wanted;
}

/** A cursor is the instant at which the page before ended: behind it where `from` was given, else before it. */
function windowFor(
  { series, calendar }: MarketSeries,
  resolution: WindowResolution,
  { from, to, limit, cursor, in_progress }: Query,
): Window {
  const place = placeOf(cursor, 1)?.[0];
  const at = place === undefined ? undefined : Number(place);
  return windowOf(series, {
    resolution,
    calendar: calendarOf(calendar),
    from: from === undefined ? undefined : (at ?? from),
    to: from === undefined ? (at ?? to) : to,
    limit,
    inProgress: in_progress === "true",
  });
}

function nextOf({ bars, more }: Window, { from }: Query): string | null {
  if (!more || bars.length === 0) return null;
  return cursorOf([from === undefined ? (bars.openAt[0] as number) : (bars.openAt[bars.length - 1] as number) + 1]);
}

function barRow(bars: Window["bars"], bar: number, resolution: WindowResolution, closed: boolean): BarRow {
  const price = (column: Float64Array): string => formatAmount(priceOfUnits(column[bar] as number), bars.priceScale);
  const volume = bars.volume[bar] as number;
  return {
    instrument: bars.instrument,
    resolution,
    open_at: iso(bars.openAt[bar] as number),
    close_at: iso(bars.closeAt[bar] as number),
    open: price(bars.open),
    high: price(bars.high),
    low: price(bars.low),
    close: price(bars.close),
    volume: Number.isNaN(volume) ? null : formatAmount(quantityOfUnits(volume), bars.volumeScale),
    closed,
  };
}
