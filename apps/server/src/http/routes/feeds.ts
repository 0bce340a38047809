import { FeedRow, systemAnswerOf } from "@bulkhead/contract";
import { z } from "zod";
import type { Api } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { iso } from "../rows/figures.ts";
import type { FeedSource } from "../services.ts";

/** Where prices come from and how that stands: the same for all portfolios. */
export function feedRoute(api: Api): void {
  api.read(
    {
      path: "/api/feeds",
      operationId: "listFeeds",
      summary: "Where prices come from, how that stands, and which instruments can be traded on",
      action: "read",
      answer: systemAnswerOf(z.array(FeedRow)),
    },
    ({ principal }) => {
      if (!principal.actions.has("read")) throw new HttpFailure(403, "ACTION_NOT_ALLOWED", { action: "read" });
      const { market } = api.services.options;
      if (market === undefined) throw new HttpFailure(503, "SYSTEM_UNAVAILABLE");
      return { body: { data: [feedRow(market)] } };
    },
  );
}

const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

function feedRow(source: FeedSource): FeedRow {
  const { feed, untradable } = source;
  const { connection, since, reason, lastMessageAt, reconnects, lagMs, bars, dropped, invalid, skewMs } = feed.state;
  return {
    feed: feed.name,
    connection,
    since: iso(since),
    reason,
    last_message_at: isoOrNull(lastMessageAt),
    reconnects,
    lag_ms: lagMs,
    bars,
    dropped,
    invalid,
    skew_ms: skewMs,
    instruments: feed.series.map(({ instrument, resolution, length, closeAt }) => {
      const trouble = untradable.find((each) => each.instrument === instrument);
      const { open, nextOpenAt } = source.marketOf(instrument);
      return {
        instrument,
        resolution,
        bars: length,
        last_bar_at: isoOrNull(length === 0 ? null : (closeAt[length - 1] ?? null)),
        market_open: open,
        next_open_at: isoOrNull(nextOpenAt),
        trouble: trouble?.kind ?? null,
        trouble_reason: trouble?.reason ?? null,
      };
    }),
  };
}
