import { type ReactNode, useState } from "react";
import { useHeld } from "../../shared/api/live.ts";
import { type Query, useAsk } from "../../shared/api/queries.ts";
import { RANGES, type Range, textOfRange } from "../../shared/range.ts";
import { useAddress } from "../../shared/search.ts";
import { Button } from "../../shared/ui/button.tsx";
import { cn } from "../../shared/ui/cn.ts";
import { atColumn, changeColumn, moneyColumn, percentColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { INPUT } from "../../shared/ui/field.tsx";
import { Answered, Empty, Panel } from "../../shared/ui/states.tsx";
import { EquityChart, type Point } from "./equity-chart.tsx";

/** As many as a screen is wide enough for. */
const POINTS = 200;

/** What the chart is about: the last days, a stretch that was marked, or everything since the beginning. */
function spanOf(text: string | undefined, range: Range | undefined, createdAt: string | undefined): Query {
  const days = RANGES.find(({ id }) => id === text)?.days;
  if (days !== undefined) return { days };
  if (range !== undefined) return { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
  return createdAt === undefined ? { days: 1 } : { from: createdAt };
}

/** Equity, what is under water and what is exposed, over one axis. What is marked there narrows the page. */
export function EquityPanel({ portfolio, range }: Readonly<{ portfolio: string; range: Range | undefined }>): ReactNode {
  const [{ range: text, benchmark, scale }, change] = useAddress();
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
          <Button
            small
            kind={scale === "log" ? "plain" : "quiet"}
            aria-pressed={scale === "log"}
            title="Equal ratios equally far"
            onClick={() => change({ scale: scale === "log" ? undefined : "log" }, { replace: true })}
          >
            Log
          </Button>
          <Benchmark value={benchmark} onChoose={(instrument) => change({ benchmark: instrument }, { replace: true })} />
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
            <EquityChart
              portfolio={portfolio}
              points={data}
              benchmark={benchmark}
              isLog={scale === "log"}
              range={range}
              onRange={(marked) => change({ range: marked === undefined ? undefined : textOfRange(marked) }, { replace: true })}
            />
          )
        }
      </Answered>
    </Panel>
  );
}

/** An instrument to compare with: what the same money would have come to in it. */
function Benchmark({
  value,
  onChoose,
}: Readonly<{ value: string | undefined; onChoose: (instrument: string | undefined) => void }>): ReactNode {
  const instruments = useAsk("listInstruments", { query: { limit: 500 } }).data?.data ?? [];
  return (
    <select
      aria-label="Compare with the same money in"
      className={cn(INPUT, "min-h-8 w-auto max-w-36 px-2 py-0 text-xs")}
      value={value ?? ""}
      onChange={(event) => onChoose(event.target.value === "" ? undefined : event.target.value)}
    >
      <option value="">Compare with…</option>
      {instruments.map((row) => (
        <option key={row.instrument} value={row.instrument}>
          {row.symbol}
        </option>
      ))}
    </select>
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
