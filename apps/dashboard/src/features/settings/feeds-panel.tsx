import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Ago, None } from "../../shared/ui/figures.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";

type Feed = AnswerOf<"listFeeds">["data"][number];
type Line = Feed["instruments"][number];
const TONES = { connected: "good", connecting: "neutral", reconnecting: "danger", closed: "danger" } as const;

/** Where prices come from, how fresh they are, and what of them is not traded on. */
export function FeedsPanel(): ReactNode {
  const feeds = useAsk("listFeeds", {}, { everyMs: 5_000 });
  return (
    <Answered query={feeds}>
      {({ data }) =>
        data.length === 0 ? (
          <Empty title="No prices">A [feed] table in bulkhead.toml names where they come from.</Empty>
        ) : (
          <div className="flex flex-col gap-4 p-4">
            {data.map((feed) => (
              <FeedCard key={feed.feed} feed={feed} />
            ))}
          </div>
        )
      }
    </Answered>
  );
}

function FeedCard({ feed }: Readonly<{ feed: Feed }>): ReactNode {
  const figures = [
    { name: "Last message", value: <Ago value={feed.last_message_at} /> },
    { name: "Behind by", value: feed.lag_ms === null ? <None /> : `${Math.round(feed.lag_ms)} ms` },
    { name: "Bars", value: String(feed.bars) },
    { name: "Left out", value: String(feed.dropped) },
    { name: "Connected anew", value: `${feed.reconnects} times` },
  ];
  return (
    <section aria-label={`Prices from ${feed.feed}`} className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <b>{feed.feed === "synthetic" ? "The embedded market: every price is invented" : feed.feed}</b>
        <Badge tone={TONES[feed.connection]}>{feed.connection}</Badge>
        <Ago value={feed.since} className="text-muted" />
        {feed.reason === null ? null : <span className="text-danger">{feed.reason}</span>}
      </p>
      <dl className="grid grid-cols-2 gap-3 text-sm sm:grid-cols-5">
        {figures.map(({ name, value }) => (
          <div key={name}>
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="figures font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
      <DataTable name={`Instruments of ${feed.feed}`} rows={feed.instruments} columns={COLUMNS} rowId={({ instrument }) => instrument} />
    </section>
  );
}

const COLUMNS: readonly Column<Line>[] = [
  textColumn("instrument", "Instrument", (row) => row.instrument, { fixed: true }),
  {
    id: "last",
    header: "Last bar",
    cell: (row) => <Ago value={row.last_bar_at} />,
    compare: (a, b) => (a.last_bar_at ?? "").localeCompare(b.last_bar_at ?? ""),
  },
  textColumn("bars", "Bars", (row) => `${row.bars} of ${row.resolution}`, { priority: 2 }),
  {
    id: "market",
    header: "Market",
    cell: (row) =>
      row.market_open ? (
        <Badge tone="good">open</Badge>
      ) : (
        <span className="flex flex-wrap items-center gap-1">
          <Badge>closed</Badge> {row.next_open_at === null ? null : <Ago value={row.next_open_at} className="text-xs text-muted" />}
        </span>
      ),
  },
  {
    id: "trouble",
    header: "Traded on",
    cell: (row) =>
      row.trouble === null ? (
        "yes"
      ) : (
        <span className="text-warn" title={row.trouble_reason ?? ""}>
          only got rid of: {row.trouble}
        </span>
      ),
  },
];
