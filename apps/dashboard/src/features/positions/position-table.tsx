import type { PositionRow } from "@bulkhead/contract";
import { type ReactNode, useMemo, useState } from "react";
import { compare, rounded, sign } from "../../shared/format/amount.ts";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { atColumn, changeColumn, moneyColumn, plainColumn, textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Ago, Change, None, Percent, Plain } from "../../shared/ui/figures.tsx";
import { Empty } from "../../shared/ui/states.tsx";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";
import { ProtectionDialog } from "../protections/protection-dialog.tsx";
import { PositionLine } from "./position-line.tsx";
import { PositionSpark } from "./position-spark.tsx";

/** What is held, where its exits are, and how far it is from them. */
export function PositionTable({
  positions,
  source,
  withOwner = false,
}: Readonly<{ positions: readonly PositionRow[]; source: string; withOwner?: boolean }>): ReactNode {
  const [guarded, setGuarded] = useState<PositionRow | undefined>(undefined);
  const columns = useMemo(() => [...(withOwner ? [OWNER, NAME] : [NAME, SPARK]), ...COLUMNS, exitsOf(setGuarded)], [withOwner]);
  return (
    <>
      <DataTable
        name="Positions"
        rows={positions}
        columns={columns}
        rowId={(row) => `${row.portfolio_id}/${row.instrument}`}
        source={source}
        empty={<Empty title="No positions">Everything is in cash.</Empty>}
      />
      <ProtectionDialog position={guarded} onClose={() => setGuarded(undefined)} />
    </>
  );
}

const exitsOf = (onPress: (row: PositionRow) => void): Column<PositionRow> => ({
  id: "act",
  header: "",
  fixed: true,
  align: "right",
  cell: (row) => (
    <Button small kind="quiet" onClick={() => onPress(row)}>
      Exits…<span className="sr-only"> of {row.symbol}</span>
    </Button>
  ),
});

/** Only where one portfolio is shown: each asks for bars of its own. */
const SPARK: Column<PositionRow> = { id: "since", header: "Since entry", priority: 3, cell: (row) => <PositionSpark row={row} /> };

const OWNER: Column<PositionRow> = {
  ...textColumn<PositionRow>("owner", "Portfolio", (row) => row.portfolio_id),
  cell: (row) => <PortfolioName id={row.portfolio_id} />,
};

const NAME = textColumn<PositionRow>("symbol", "Position", (row) => row.symbol, {
  fixed: true,
  cell: (row) => (
    <>
      <b className="font-medium">{row.symbol}</b> <span className="text-muted">{row.direction}</span>
      <span className="block text-xs text-muted sm:hidden">
        <Plain value={row.quantity} />
      </span>
    </>
  ),
});

const COLUMNS: readonly Column<PositionRow>[] = [
  plainColumn("quantity", "Quantity", (row) => row.quantity, { priority: 2 }),
  plainColumn("entry", "Entry", (row) => row.average_entry_price, { priority: 3 }),
  {
    id: "mark",
    header: "Mark",
    align: "right",
    priority: 2,
    cell: (row) => (
      <span title={row.marked_at ?? ""}>
        <Plain value={row.mark} /> <Ago value={row.marked_at} className="block text-xs text-muted" />
      </span>
    ),
  },
  moneyColumn("value", "Worth", (row) => row.market_value_base, { priority: 2 }),
  changeColumn("unrealized", "Unrealized", (row) => row.unrealized_pnl_base),
  { id: "line", header: "Stop · entry · target", priority: 2, cell: (row) => <PositionLine row={row} /> },
  { id: "stop", header: "To the stop", align: "right", priority: 2, cell: (row) => <ToExit row={row} exit="stop" /> },
  { id: "totarget", header: "To the target", align: "right", hidden: true, cell: (row) => <ToExit row={row} exit="target" /> },
  {
    id: "r",
    header: "R",
    align: "right",
    priority: 3,
    cell: ({ r_multiple: r }) =>
      r === null ? <None /> : <span className={sign(r) < 0 ? "figures text-loss" : "figures text-gain"}>{rounded(r, 1)} R</span>,
    compare: (a, b) => compare(a.r_multiple ?? "0", b.r_multiple ?? "0"),
  },
  atColumn("opened", "Opened", (row) => row.opened_at, { hidden: true }),
  plainColumn("target", "Target", (row) => row.take_profit_price, { hidden: true }),
  moneyColumn("cost", "Cost", (row) => row.cost_basis, { hidden: true }),
];

/** How far an exit is: of the position's worth, in money, in what was risked. */
function ToExit({ row, exit }: Readonly<{ row: PositionRow; exit: "stop" | "target" }>): ReactNode {
  const [money, part, r] =
    exit === "stop" ? [row.to_stop, row.to_stop_pct, row.to_stop_r] : [row.to_target, row.to_target_pct, row.to_target_r];
  if (money === null) return <span className={exit === "stop" ? "text-warn" : "text-muted"}>no {exit}</span>;
  return (
    <span className="figures">
      <Percent value={part} digits={1} />
      <span className="block text-xs text-muted">
        <Change value={money} digits={0} /> {row.currency}
        {r === null ? "" : ` · ${rounded(r, 1)} R`}
      </span>
    </span>
  );
}
