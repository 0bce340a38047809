import type { PositionRow } from "@bulkhead/contract";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import type { Held } from "../../shared/api/book.ts";
import { sign, sum } from "../../shared/format/amount.ts";
import type { Column } from "../../shared/ui/column.ts";
import { changeColumn, moneyColumn, plainColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Plain } from "../../shared/ui/figures.tsx";
import { Empty } from "../../shared/ui/states.tsx";

/** One asset over all portfolios: what the broker holds, whose it is, and what nobody claimed. */
type Netted = Readonly<{
  instrument: string;
  symbol: string;
  net: string;
  long: string;
  short: string;
  unattributed: string;
  value: string;
  unrealized: string;
  owners: readonly PositionRow[];
}>;

/** Positions as the account holds them: longs and shorts of several portfolios netted, each owner named, adding up. */
export function AssetTable({ held, source }: Readonly<{ held: readonly Held[]; source: string }>): ReactNode {
  const rows = useMemo(() => netted(held.flatMap(({ positions }) => positions)), [held]);
  return (
    <DataTable
      name="Assets"
      rows={rows}
      columns={COLUMNS}
      rowId={({ instrument }) => instrument}
      source={source}
      empty={<Empty title="No positions">Everything is in cash.</Empty>}
    />
  );
}

function netted(positions: readonly PositionRow[]): readonly Netted[] {
  const groups = Map.groupBy(positions, ({ instrument }) => instrument);
  return [...groups].map(([instrument, owners]) => {
    const of = (some: readonly PositionRow[]): string => sum(some.map(({ quantity }) => quantity));
    return {
      instrument,
      symbol: owners[0]?.symbol ?? instrument,
      net: of(owners),
      long: of(owners.filter(({ quantity }) => sign(quantity) > 0)),
      short: of(owners.filter(({ quantity }) => sign(quantity) < 0)),
      unattributed: of(owners.filter(({ portfolio_id }) => portfolio_id === "unattributed")),
      value: sum(owners.map(({ market_value_base }) => market_value_base ?? "0")),
      unrealized: sum(owners.map(({ unrealized_pnl_base }) => unrealized_pnl_base ?? "0")),
      owners,
    };
  });
}

const COLUMNS: readonly Column<Netted>[] = [
  textColumn("symbol", "Asset", (row) => row.symbol, { fixed: true }),
  plainColumn("net", "The account holds", (row) => row.net),
  plainColumn("long", "Long", (row) => row.long, { priority: 3 }),
  plainColumn("short", "Short", (row) => row.short, { priority: 3 }),
  plainColumn("nobody", "Unattributed", (row) => row.unattributed, { priority: 2 }),
  moneyColumn("value", "Worth", (row) => row.value),
  changeColumn("unrealized", "Unrealized", (row) => row.unrealized, { priority: 2 }),
  {
    id: "owners",
    header: "Whose",
    cell: ({ owners }) => (
      <ul className="flex flex-wrap gap-x-3">
        {owners.map((row) => (
          <li key={row.portfolio_id} className="whitespace-nowrap">
            <Link to="/p/$portfolioId" params={{ portfolioId: row.portfolio_id }} className="text-muted hover:underline">
              {row.portfolio_id}
            </Link>{" "}
            <Plain value={row.quantity} />
          </li>
        ))}
      </ul>
    ),
  },
];
