import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { None } from "../../shared/ui/figures.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";

type Row = AnswerOf<"listPerformance">["data"][number];

const percent = (value: number | null): string | null => (value === null ? null : `${(value * 100).toFixed(2)} %`);
const ratio = (value: number | null): string | null => (value === null ? null : value.toFixed(2));

const FIGURES: readonly Readonly<{ name: string; about: string; of: (row: Row) => string | null }>[] = [
  { name: "Return, all time", about: "Time-weighted: a transfer is no gain", of: (row) => percent(row.return_all_time) },
  { name: "a year", about: "The same, for a year", of: (row) => percent(row.return_annualised) },
  { name: "30 days", about: "", of: (row) => percent(row.return_30d) },
  { name: "7 days", about: "", of: (row) => percent(row.return_7d) },
  { name: "Volatility", about: "Of daily returns, for a year", of: (row) => percent(row.volatility) },
  { name: "Sharpe", about: "", of: (row) => ratio(row.sharpe_ratio) },
  { name: "Sortino", about: "", of: (row) => ratio(row.sortino_ratio) },
  { name: "Calmar", about: "", of: (row) => ratio(row.calmar_ratio) },
  { name: "Deepest drawdown", about: "", of: (row) => percent(row.max_drawdown) },
  { name: "Trades", about: "", of: (row) => String(row.trades) },
  { name: "Won", about: "", of: (row) => percent(row.win_rate) },
  { name: "Average win", about: "", of: (row) => ratio(row.avg_win) },
  { name: "Average loss", about: "", of: (row) => ratio(row.avg_loss) },
  { name: "Profit factor", about: "What was won for each unit lost", of: (row) => ratio(row.profit_factor) },
  { name: "Expectancy", about: "Of a trade", of: (row) => ratio(row.expectancy) },
];

/** Statistics of a portfolio; what is not defined yet says so. */
export function PerformancePanel({ portfolio }: Readonly<{ portfolio: string }>): ReactNode {
  const performance = useAsk("listPerformance", { query: { portfolio_id: portfolio } });
  return (
    <Answered query={performance}>
      {({ data: [row] }) =>
        row === undefined ? (
          <Empty title="Nothing to say yet" />
        ) : (
          <div className="p-4">
            <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-5">
              {FIGURES.map(({ name, about, of }) => (
                <div key={name} title={about}>
                  <dt className="text-xs text-muted">{name}</dt>
                  <dd className="figures font-semibold">{of(row) ?? <None />}</dd>
                </div>
              ))}
            </dl>
            <p className="mt-4 text-xs text-muted">
              From {row.observations} daily returns, {row.periods_per_year} periods a year. A dash: not defined with so few.
            </p>
          </div>
        )
      }
    </Answered>
  );
}
