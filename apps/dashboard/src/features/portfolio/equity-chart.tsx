import type { ListRow } from "@bulkhead/contract";
import { type ReactNode, useMemo } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { type Line, type Mark, type Pane, TimeChart } from "../../shared/chart/time-chart.tsx";
import { money, signed } from "../../shared/format/amount.ts";
import type { Range } from "../../shared/range.ts";
import { resolutionFor } from "../positions/resolution.ts";
import { type Flow, heldInstead } from "./benchmark.ts";

export type Point = ListRow<"equity-history">;

const shownMoney = (value: number): string => money(String(Math.round(value)), 0);
const shownPercent = (value: number): string => `${(value * 100).toFixed(1)} %`;

type Props = Readonly<{
  portfolio: string;
  /** Newest first. */
  points: readonly Point[];
  benchmark: string | undefined;
  isLog: boolean;
  range: Range | undefined;
  onRange: (range: Range | undefined) => void;
}>;

/** Equity with what was put in and taken out, drawdown and exposure over one axis; beside it what the same money would have come to elsewhere. */
export function EquityChart({ portfolio, points, benchmark, isLog, range, onRange }: Props): ReactNode {
  const ordered = useMemo(() => [...points].reverse(), [points]);
  const at = useMemo(() => ordered.map((row) => new Date(row.at).getTime()), [ordered]);
  const flows = useFlows(portfolio);
  const instead = useBenchmark(benchmark, at, Number(ordered[0]?.equity ?? 0), flows);
  const panes = useMemo(() => panesOf(ordered, { isLog, instead, marks: flows.map(markOf) }), [ordered, isLog, instead, flows]);
  return (
    <div className="p-3">
      <TimeChart at={at} panes={panes} range={range} onRange={onRange} />
    </div>
  );
}

type Drawn = Readonly<{ isLog: boolean; instead: Line | undefined; marks: readonly Mark[] }>;

function panesOf(ordered: readonly Point[], { isLog, instead, marks }: Drawn): readonly Pane[] {
  const of = (value: (point: Point) => number): number[] => ordered.map(value);
  const equity: Line = { label: "Equity", values: of((row) => Number(row.equity)), colour: "accent", fill: true, shown: shownMoney };
  return [
    { title: "Equity", height: 200, log: isLog, marks, lines: instead === undefined ? [equity] : [equity, instead] },
    {
      title: "Under water",
      zero: true,
      height: 80,
      lines: [{ label: "Drawdown", values: of((row) => -Number(row.drawdown)), colour: "loss", fill: true, shown: shownPercent }],
    },
    {
      title: "Exposure",
      zero: true,
      height: 90,
      lines: [{ label: "Exposure", values: of((row) => Number(row.gross_exposure)), colour: "muted", shown: shownMoney }],
    },
  ];
}

const markOf = ({ at, amount }: Flow): Mark => ({ at, text: signed(String(amount), 0), colour: amount < 0 ? "warn" : "muted" });

/** What came in and went out of a portfolio, oldest first; those of its creation aside, which the line begins with. */
function useFlows(portfolio: string): readonly Flow[] {
  const transfers = useAsk("listTransfers", { query: { portfolio_id: portfolio, limit: 500 } }).data?.data;
  return useMemo(
    () =>
      (transfers ?? [])
        .flatMap(({ at, value, from_portfolio_id: from, to_portfolio_id: to }): readonly Flow[] => {
          const amount = (to === portfolio ? Number(value) : 0) - (from === portfolio ? Number(value) : 0);
          return amount === 0 ? [] : [{ at: new Date(at).getTime(), amount }];
        })
        .reverse(),
    [transfers, portfolio],
  );
}

/** The same money in an instrument of the feed; undefined where none is asked for. */
function useBenchmark(instrument: string | undefined, at: readonly number[], first: number, flows: readonly Flow[]): Line | undefined {
  const [from, to] = [at[0] ?? 0, at.at(-1) ?? 0];
  const query = {
    instrument: instrument ?? "",
    resolution: resolutionFor((to - from) / 3),
    from: new Date(from).toISOString(),
    limit: 1_000,
  };
  const bars = useAsk("listBars", { query }, { enabled: instrument !== undefined && at.length > 1 }).data?.data;
  return useMemo(() => {
    if (instrument === undefined || bars === undefined) return undefined;
    const prices = bars.map((bar) => ({ at: new Date(bar.open_at).getTime(), close: Number(bar.close) }));
    const values = heldInstead(at, first, flows, prices);
    return { label: `the same in ${instrument}`, values, colour: "warn", shown: shownMoney };
  }, [instrument, bars, at, first, flows]);
}
