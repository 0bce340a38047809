import type { AnswerOf } from "@bulkhead/contract";
import { type ReactNode, useMemo, useState } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { type Level, type Mark, PriceChart } from "../../shared/chart/price-chart.tsx";
import { plain, rounded, sum } from "../../shared/format/amount.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Answered, Empty, Panel } from "../../shared/ui/states.tsx";

type Detail = AnswerOf<"getTrade">["data"];
const RESOLUTIONS = ["1m", "5m", "1h", "1d"] as const;
const WIDTHS = { "1m": 60_000, "5m": 300_000, "1h": 3_600_000, "1d": 86_400_000 } as const;

/** Prices around a trade with its fills, entry and exits on them. */
export function TradeChart({ detail }: Readonly<{ detail: Detail }>): ReactNode {
  const { trade } = detail;
  const [resolution, setResolution] = useState<(typeof RESOLUTIONS)[number]>(() => fitting(detail));
  const width = WIDTHS[resolution];
  const from = new Date(new Date(trade.opened_at).getTime() - 60 * width).toISOString();
  const to = trade.closed_at === null ? {} : { to: new Date(new Date(trade.closed_at).getTime() + 30 * width).toISOString() };
  const bars = useAsk("listBars", { query: { instrument: trade.instrument, resolution, from, ...to, limit: 500 } });
  const [levels, marks] = useMemo(() => [levelsOf(detail), marksOf(detail)], [detail]);
  return (
    <Panel
      title={`Prices of ${trade.instrument}`}
      actions={RESOLUTIONS.map((each) => (
        <Button
          key={each}
          small
          kind={each === resolution ? "plain" : "quiet"}
          aria-pressed={each === resolution}
          onClick={() => setResolution(each)}
        >
          {each}
        </Button>
      ))}
    >
      <Answered query={bars}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="No prices of that time">The desk keeps no bars that are this old.</Empty>
          ) : (
            <div className="p-3">
              <PriceChart
                label={`Candles of ${trade.instrument} with the fills of this trade`}
                levels={levels}
                marks={marks}
                candles={data
                  .map((bar) => ({
                    at: new Date(bar.open_at).getTime(),
                    open: Number(bar.open),
                    high: Number(bar.high),
                    low: Number(bar.low),
                    close: Number(bar.close),
                  }))
                  .sort((a, b) => a.at - b.at)}
              />
            </div>
          )
        }
      </Answered>
    </Panel>
  );
}

/** The finest bars of which a trade fits on a screen. */
function fitting({ trade }: Detail): (typeof RESOLUTIONS)[number] {
  const lasted = (trade.closed_at === null ? Date.now() : new Date(trade.closed_at).getTime()) - new Date(trade.opened_at).getTime();
  return RESOLUTIONS.find((each) => lasted / WIDTHS[each] < 300) ?? "1d";
}

function levelsOf({ trade, protections }: Detail): readonly Level[] {
  const last = protections.at(-1);
  const level = (label: string, price: string | null | undefined, colour: Level["colour"]): readonly Level[] =>
    price === null || price === undefined ? [] : [{ label, price: Number(price), colour, dashed: true }];
  return [
    ...level("entry", trade.entry_price, "muted"),
    ...level("stop", last?.effective_stop_price, "loss"),
    ...level("target", last?.take_profit_price, "gain"),
  ];
}

/** Fills of one side that follow each other are one mark: their words would lie over one another. */
function marksOf({ executions }: Detail): readonly Mark[] {
  const runs: { at: number; side: "buy" | "sell"; quantities: string[] }[] = [];
  for (const row of [...executions].sort((a, b) => (a.venue_at < b.venue_at ? -1 : 1))) {
    const side = row.side === "buy" ? "buy" : "sell";
    const last = runs.at(-1);
    if (last?.side === side) last.quantities.push(row.quantity);
    else runs.push({ at: new Date(row.venue_at).getTime(), side, quantities: [row.quantity] });
  }
  return runs.map(({ at, side, quantities }) => ({ at, side, label: labelOf(quantities) }));
}

const labelOf = (quantities: readonly string[]): string =>
  `${plain(rounded(sum(quantities), 2))}${quantities.length === 1 ? "" : ` in ${quantities.length}`}`;
