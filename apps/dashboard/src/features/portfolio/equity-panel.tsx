import type { ListRow } from "@bulkhead/contract";
import { type ReactNode, useMemo, useState } from "react";
import { useHeld } from "../../shared/api/live.ts";
import { type Query, useAsk } from "../../shared/api/queries.ts";
import { type Pane, TimeChart } from "../../shared/chart/time-chart.tsx";
import { money } from "../../shared/format/amount.ts";
import { RANGES, type Range, textOfRange } from "../../shared/range.ts";
import { useAddress } from "../../shared/search.ts";
import { Button } from "../../shared/ui/button.tsx";
import { atColumn, changeColumn, moneyColumn, percentColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Answered, Empty, Panel } from "../../shared/ui/states.tsx";

type Point = ListRow<"equity-history">;

/** As many as a screen is wide enough for. */
const POINTS = 200;

/** What the chart is about: the last days, a stretch that was marked, or everything since the beginning. */
function spanOf(text: string | undefined, range: Range | undefined, createdAt: string | undefined): Query {
  const days = RANGES.find(({ id }) => id === text)?.days;
  if (days !== undefined) return { days };
  if (range !== undefined) return { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
  return createdAt === undefined ? { days: 1 } : { from: createdAt };
}

const shownMoney = (value: number): string => money(String(Math.round(value)), 0);
const shownPercent = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** Equity, what is under water and what is exposed, over one axis. What is marked there narrows the page. */
export function EquityPanel({ portfolio, range }: Readonly<{ portfolio: string; range: Range | undefined }>): ReactNode {
  const [{ range: text }, change] = useAddress();
  const [isTable, setTable] = useState(false);
  const history = useAsk("listEquityHistory", {
    query: { portfolio_id: portfolio, points: POINTS, ...spanOf(text, range, useHeld(portfolio)?.portfolio.created_at) },
  });
  return (
    <Panel
      title="Equity"
      actions={
        <>
          {RANGES.map(({ id, label }) => (
            <Button
              key={id}
              small
              kind={text === id ? "plain" : "quiet"}
              aria-pressed={text === id}
              onClick={() => change({ range: id }, { replace: true })}
            >
              {label}
            </Button>
          ))}
          <Button
            small
            kind={text === undefined ? "plain" : "quiet"}
            aria-pressed={text === undefined}
            onClick={() => change({ range: undefined }, { replace: true })}
          >
            All
          </Button>
          <Button small kind="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "Chart" : "Table"}
          </Button>
        </>
      }
    >
      <Answered query={history}>
        {({ data }) =>
          data.length < 2 ? (
            <Empty title="Not enough marks yet">The account is marked once a minute; a line needs two of them.</Empty>
          ) : isTable ? (
            <Figures points={data} portfolio={portfolio} />
          ) : (
            <Chart
              points={data}
              range={range}
              onRange={(marked) => change({ range: marked === undefined ? undefined : textOfRange(marked) }, { replace: true })}
            />
          )
        }
      </Answered>
    </Panel>
  );
}

function Chart({
  points,
  range,
  onRange,
}: Readonly<{ points: readonly Point[]; range: Range | undefined; onRange: (range: Range | undefined) => void }>): ReactNode {
  const [at, panes] = useMemo(() => {
    const ordered = [...points].reverse();
    const of = (value: (point: Point) => number): number[] => ordered.map(value);
    const all: readonly Pane[] = [
      {
        title: "Equity",
        height: 200,
        lines: [{ label: "Equity", values: of((row) => Number(row.equity)), colour: "accent", fill: true, shown: shownMoney }],
      },
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
    return [ordered.map((row) => new Date(row.at).getTime()), all];
  }, [points]);
  return (
    <div className="p-3">
      <TimeChart at={at} panes={panes} range={range} onRange={onRange} />
    </div>
  );
}

const Figures = ({ points, portfolio }: Readonly<{ points: readonly Point[]; portfolio: string }>): ReactNode => (
  <DataTable
    name="Equity history"
    rows={points}
    rowId={(row) => `${row.seq}/${row.portfolio_id}`}
    source={`/api/equity-history?portfolio_id=${encodeURIComponent(portfolio)}`}
    columns={[
      atColumn<Point>("at", "At", (row) => row.at, { fixed: true }),
      moneyColumn<Point>("equity", "Equity", (row) => row.equity),
      moneyColumn<Point>("cash", "Cash", (row) => row.cash, { priority: 2 }),
      moneyColumn<Point>("gross", "Exposure", (row) => row.gross_exposure, { priority: 2 }),
      changeColumn<Point>("put", "Put in", (row) => row.contributions, { priority: 3 }),
      percentColumn<Point>("drawdown", "Drawdown", (row) => row.drawdown),
    ]}
  />
);
