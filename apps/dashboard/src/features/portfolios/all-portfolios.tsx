import type { StrategyRow } from "@bulkhead/contract";
import { Link, useNavigate } from "@tanstack/react-router";
import { memo, type ReactNode, useCallback, useMemo } from "react";
import type { Held } from "../../shared/api/book.ts";
import { useBook, useLiveState } from "../../shared/api/live.ts";
import { useAsk } from "../../shared/api/queries.ts";
import { Sparkline } from "../../shared/chart/sparkline.tsx";
import { compare, money, signed, sum } from "../../shared/format/amount.ts";
import { Badge } from "../../shared/ui/badge.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Ago, Change, Money, Percent } from "../../shared/ui/figures.tsx";
import { Answered, Empty, Loading, Panel } from "../../shared/ui/states.tsx";
import { Explainable } from "../explain/explainable.tsx";
import { Combined } from "./combined.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { openRisk } from "./open-risk.ts";
import { StateOf, useStatuses } from "./state-badge.tsx";

/** Every portfolio of the account in one table whose columns add up on screen, `unattributed` always among them. */
export function AllPortfolios(): ReactNode {
  const held = useBook();
  const { status } = useLiveState();
  const account = useAsk("getAccount", { query: { portfolio_id: "*" } });
  if (held.length === 0 && status !== "live")
    return (
      <Panel title="All portfolios">
        {status === "lost" ? <Answered query={account}>{() => <Loading />}</Answered> : <Loading rows={8} />}
      </Panel>
    );
  const open = held.filter(({ portfolio }) => portfolio.status !== "archived");
  return (
    <div className="flex flex-col gap-4">
      <h1 className="sr-only">All portfolios</h1>
      <Above />
      <Totals held={open} />
      <Panel title="All portfolios">
        <PortfolioTable held={open} />
      </Panel>
    </div>
  );
}

/** What stands still while figures move. */
const Above = memo(function Above(): ReactNode {
  return (
    <>
      <FirstSteps />
      <Combined />
    </>
  );
});

const total = (held: readonly Held[], of: (row: Held["portfolio"]) => string): string => sum(held.map(({ portfolio }) => of(portfolio)));

function Totals({ held }: Readonly<{ held: readonly Held[] }>): ReactNode {
  const currency = held[0]?.portfolio.base_currency ?? "";
  const figures = [
    { label: `Equity, ${currency}`, value: <Money value={total(held, (row) => row.equity)} /> },
    { label: "Today", value: <Change value={total(held, (row) => row.day_pnl)} /> },
    { label: "Since the start", value: <Change value={total(held, (row) => row.total_profit_loss)} /> },
    { label: "Cash", value: <Money value={total(held, (row) => row.current_balance)} /> },
    { label: "Exposure", value: <Money value={total(held, (row) => row.total_invested)} /> },
    { label: "At risk", value: <Money value={sum(held.map(riskOf))} /> },
  ];
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-3 xl:grid-cols-6">
      {figures.map(({ label, value }) => (
        <div key={label} className="bg-surface px-4 py-3 ">
          <dt className="text-xs text-muted">{label}</dt>
          <dd className="text-lg font-semibold">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const idOf = ({ portfolio }: Held): string => portfolio.portfolio_id;
const NOBODY = (
  <Empty
    title="No portfolio yet"
    action={
      <Link to="/settings" className="text-accent underline">
        Make the first one
      </Link>
    }
  >
    Each has its own cash, positions, limits and strategy, over this one account.
  </Empty>
);

function PortfolioTable({ held }: Readonly<{ held: readonly Held[] }>): ReactNode {
  const navigate = useNavigate();
  const lines = useSparklines(firstOf(held));
  const decisions = useDecisions();
  const statuses = useStatuses();
  const columns = useMemo(() => columnsOf(lines, decisions, statuses), [lines, decisions, statuses]);
  const open = useCallback(
    ({ portfolio }: Held) => void navigate({ to: "/p/$portfolioId", params: { portfolioId: portfolio.portfolio_id } }),
    [navigate],
  );
  return <DataTable name="Portfolios" rows={held} columns={columns} rowId={idOf} source="/api/portfolios" onOpen={open} empty={NOBODY} />;
}

const riskOf = ({ portfolio, positions }: Held): string => openRisk(positions, portfolio.base_currency);

type Figure = Readonly<{
  id: string;
  /** By what name it can be looked into. */
  explain?: string;
  header: string;
  of: (row: Held["portfolio"]) => string;
  shown: (value: string) => ReactNode;
  said: (value: string) => string;
  priority: 1 | 2 | 3;
}>;

const MONEY = { shown: (value: string): ReactNode => <Money value={value} />, said: (value: string): string => money(value) };
const CHANGE = { shown: (value: string): ReactNode => <Change value={value} />, said: (value: string): string => signed(value) };

/** What adds up over the portfolios of an account. */
const FIGURES: readonly Figure[] = [
  { id: "equity", explain: "equity", header: "Equity", of: (row) => row.equity, ...MONEY, priority: 1 },
  { id: "day", header: "Today", of: (row) => row.day_pnl, ...CHANGE, priority: 1 },
  { id: "total", explain: "total_profit_loss", header: "Total P&L", of: (row) => row.total_profit_loss, ...CHANGE, priority: 2 },
  { id: "exposure", explain: "exposure", header: "Exposure", of: (row) => row.total_invested, ...MONEY, priority: 3 },
  { id: "cash", explain: "cash", header: "Cash", of: (row) => row.current_balance, ...MONEY, priority: 2 },
];

const NAME: Column<Held> = {
  id: "name",
  header: "Portfolio",
  fixed: true,
  cell: ({ portfolio }) => (
    <Link to="/p/$portfolioId" params={{ portfolioId: portfolio.portfolio_id }} className="font-medium hover:underline">
      {portfolio.name}
    </Link>
  ),
  of: ({ portfolio }) => portfolio.name,
  compare: (a, b) => a.portfolio.name.localeCompare(b.portfolio.name, undefined, { numeric: true }),
  foot: () => "Account",
};

const stateOf = (statuses: ReturnType<typeof useStatuses>): Column<Held> => ({
  id: "state",
  header: "State",
  cell: ({ portfolio }) => <StateOf portfolio={portfolio} status={statuses.get(portfolio.portfolio_id)} />,
  of: ({ portfolio }) => `${portfolio.trading_state} ${portfolio.state_reason}`,
  compare: (a, b) => a.portfolio.trading_state.localeCompare(b.portfolio.trading_state),
  priority: 2,
});

const DRAWDOWN: Column<Held> = {
  id: "drawdown",
  header: "Drawdown",
  align: "right",
  priority: 3,
  cell: ({ portfolio }) => <Percent value={portfolio.drawdown} />,
  of: ({ portfolio }) => portfolio.drawdown,
  compare: (a, b) => compare(a.portfolio.drawdown, b.portfolio.drawdown),
};

type Decisions = ReadonlyMap<string, StrategyRow>;

function columnsOf(
  lines: ReadonlyMap<string, readonly number[]>,
  decisions: Decisions,
  statuses: ReturnType<typeof useStatuses>,
): readonly Column<Held>[] {
  const figures = FIGURES.map(
    ({ id, explain, header, of, shown, said, priority }): Column<Held> => ({
      id,
      header,
      align: "right",
      priority,
      cell: ({ portfolio }) =>
        explain === undefined ? (
          shown(of(portfolio))
        ) : (
          <Explainable of={`${portfolio.portfolio_id}/${explain}`} name={`${header} of ${portfolio.name}`} said={said(of(portfolio))}>
            {shown(of(portfolio))}
          </Explainable>
        ),
      of: ({ portfolio }) => of(portfolio),
      compare: (a, b) => compare(of(a.portfolio), of(b.portfolio)),
      foot: (rows) => shown(total(rows, of)),
    }),
  );
  const risk: Column<Held> = {
    id: "risk",
    header: "At risk",
    align: "right",
    priority: 3,
    cell: (row) => (
      <span title="What would be lost at the stops; what has none counts whole.">
        <Money value={riskOf(row)} />
      </span>
    ),
    of: riskOf,
    compare: (a, b) => compare(riskOf(a), riskOf(b)),
    foot: (rows) => <Money value={sum(rows.map(riskOf))} />,
  };
  const decidedAt = ({ portfolio }: Held): string => decisions.get(portfolio.portfolio_id)?.last_evaluated_at ?? "";
  const decision: Column<Held> = {
    id: "decision",
    header: "Last decision",
    priority: 3,
    cell: ({ portfolio }) => <Decision of={decisions.get(portfolio.portfolio_id)} />,
    of: idOf,
    compare: (a, b) => decidedAt(a).localeCompare(decidedAt(b)),
  };
  const line: Column<Held> = {
    id: "line",
    header: "30 days",
    cell: ({ portfolio }) => <Sparkline values={lines.get(portfolio.portfolio_id) ?? []} label={`Equity of ${portfolio.name}`} />,
    of: ({ portfolio }) => portfolio.name,
    priority: 3,
  };
  return [NAME, stateOf(statuses), ...figures, risk, DRAWDOWN, decision, line];
}

/** When a strategy was asked last, and whether it wanted anything then. */
function Decision({ of }: Readonly<{ of: StrategyRow | undefined }>): ReactNode {
  if (of === undefined) return <span className="text-muted">by hand</span>;
  if (of.state !== "running") return <Badge tone={of.state === "failed" ? "danger" : "warn"}>{of.state}</Badge>;
  const wanted = of.last_intent_at !== null && of.last_intent_at === of.last_evaluated_at;
  return (
    <span className="text-xs whitespace-nowrap">
      {of.last_evaluated_at === null ? "not asked yet" : wanted ? "wished " : "waited "}
      {of.last_evaluated_at === null ? null : <Ago value={of.last_evaluated_at} className="text-muted" />}
    </span>
  );
}

/** How it stands with the strategies, by portfolio. */
function useDecisions(): Decisions {
  const strategies = useAsk("listStrategies", { query: { portfolio_id: "*", limit: 500 } }, { everyMs: 15_000 }).data;
  return useMemo(() => new Map((strategies?.data ?? []).map((row) => [row.portfolio_id, row])), [strategies]);
}

/** When the oldest of them began. */
const firstOf = (held: readonly Held[]): string | undefined =>
  held.reduce<string | undefined>(
    (first, { portfolio }) => (first === undefined || portfolio.created_at < first ? portfolio.created_at : first),
    undefined,
  );

const LINE_DAYS = 30;
const NO_LINES: ReadonlyMap<string, readonly number[]> = new Map();

/** Equity of the last points, portfolio by portfolio: pictures, so floats will do. A line that is as it was is the same array. */
function useSparklines(first: string | undefined): ReadonlyMap<string, readonly number[]> {
  // A young account has its whole life drawn, not one point of thirty days.
  const isYoung = first !== undefined && Date.parse(first) > Date.now() - LINE_DAYS * 86_400_000;
  const span = isYoung ? { from: first } : { days: LINE_DAYS };
  const query = { portfolio_id: "*", points: 40, ...span };
  const history = useAsk("listEquityHistory", { query }, { enabled: first !== undefined, everyMs: 60_000 });
  return useMemo(() => {
    if (history.data === undefined) return NO_LINES;
    const lines = new Map<string, number[]>();
    for (const row of [...history.data.data].sort((a, b) => a.seq - b.seq)) {
      const id = String(row["portfolio_id"]);
      const line = lines.get(id) ?? [];
      line.push(Number(row["equity"]));
      lines.set(id, line);
    }
    return lines;
  }, [history.data]);
}
