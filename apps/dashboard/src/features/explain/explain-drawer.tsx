import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { usePages } from "../../shared/api/queries.ts";
import { sum } from "../../shared/format/amount.ts";
import { useAddress } from "../../shared/search.ts";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { At, Change, Money, Plain } from "../../shared/ui/figures.tsx";
import { Empty, Failed, Loading } from "../../shared/ui/states.tsx";
import { Composition, isMadeOf } from "./composition.tsx";

type Row = Readonly<Record<string, unknown>>;
const text = (row: Row, name: string): string => String(row[name] ?? "");

/** The figures that a person can open, by the name that the desk knows them by. */
const NAMES: Readonly<Record<string, string>> = {
  cash: "Cash",
  capital: "What was put in, less what was taken out",
  position: "Quantity held",
  cost: "Cost of what is held",
  realized_pnl: "Realized P&L, before fees",
  fees: "Fees",
  income: "Income",
  dividends: "Dividends",
  funding: "Funding",
  interest: "Interest",
  equity: "Equity",
  exposure: "Exposure",
  unrealized_pnl: "Unrealized P&L",
  net_pnl: "Net P&L",
  total_profit_loss: "Total P&L",
};

/** From a figure to the postings and executions that make it, adding up on screen. Open wherever the address says `explain=portfolio/figure`. */
export function ExplainDrawer(): ReactNode {
  const [{ explain }, change] = useAddress();
  const [portfolio = "", figure = "", asset] = (explain ?? "").split("/");
  return (
    <Dialog
      place="side"
      open={explain !== undefined}
      onClose={() => change({ explain: undefined })}
      title={`${NAMES[figure] ?? figure}${portfolio === "*" ? " of the account" : ` of ${portfolio}`}`}
      description="What makes this figure, down to the executions, adding up."
    >
      {explain === undefined ? null : isMadeOf(figure) ? (
        <Composition portfolio={portfolio} figure={figure} />
      ) : (
        <Explained portfolio={portfolio} figure={figure} asset={asset} />
      )}
    </Dialog>
  );
}

function Explained({ portfolio, figure, asset }: Readonly<{ portfolio: string; figure: string; asset: string | undefined }>): ReactNode {
  const query = { portfolio_id: portfolio, figure, ...(asset === undefined ? {} : { asset }) };
  const asked = usePages("explain", { query });
  if (asked.data === undefined) return asked.isPending ? <Loading /> : <Failed error={asked.error} retry={() => void asked.refetch()} />;
  const [first] = asked.data.pages;
  const postings = asked.data.pages.flatMap((page) => page.data.postings) as readonly Row[];
  const executions = asked.data.pages.flatMap((page) => page.data.executions) as readonly Row[];
  const last = asked.data.pages.at(-1);
  if (first === undefined) return null;
  const listed = sum(postings.map((row) => text(row, "amount")));
  const more = first.data.count - postings.length;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-2xl font-semibold">
        <Money value={first.data.balance} /> <span className="text-sm font-normal text-muted">{first.data.asset}</span>
      </p>
      <p className="text-sm text-muted">
        {first.data.count} postings, as of record {first.as_of_seq}.{" "}
        {more > 0 ? `The ${postings.length} newest are listed and add up to ` : "They add up to "}
        <Change value={listed} />.
      </p>
      <DataTable
        name="Postings"
        rows={postings}
        columns={POSTINGS}
        rowId={(row) => `${text(row, "seq")}/${text(row, "line")}`}
        source={`/api/ledger?portfolio_id=${encodeURIComponent(portfolio)}`}
        empty={<Empty title="Nothing was ever posted to it">It is zero because nothing has happened yet.</Empty>}
      />
      {last?.data.next_cursor == null ? null : (
        <Button busy={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          Older postings
        </Button>
      )}
      {executions.length === 0 ? null : (
        <>
          <h3 className="font-semibold">Executions behind them</h3>
          <DataTable name="Executions" rows={executions} columns={EXECUTIONS} rowId={(row) => `${text(row, "seq")}/${text(row, "line")}`} />
        </>
      )}
      <Link to="/activity" className="text-sm text-accent underline">
        Everything that happened
      </Link>
    </div>
  );
}

/** On a phone the time stands under what happened: the figures need the width. */
const WhenOnPhone = ({ row }: Readonly<{ row: Row }>): ReactNode => (
  <At value={text(row, "at")} className="block text-xs text-muted sm:hidden" />
);

const POSTINGS: readonly Column<Row>[] = [
  { id: "at", header: "At", cell: (row) => <At value={text(row, "at")} className="text-xs" />, priority: 2 },
  {
    id: "event",
    header: "What",
    cell: (row) => (
      <>
        {text(row, "event")} → {text(row, "account")} <WhenOnPhone row={row} />
      </>
    ),
  },
  { id: "amount", header: "Amount", align: "right", cell: (row) => <Change value={text(row, "amount")} /> },
  { id: "reference", header: "Reference", cell: (row) => text(row, "reference"), hidden: true },
  { id: "seq", header: "Record", align: "right", cell: (row) => text(row, "seq"), priority: 3 },
];

const EXECUTIONS: readonly Column<Row>[] = [
  { id: "at", header: "At", cell: (row) => <At value={text(row, "at")} className="text-xs" />, priority: 2 },
  {
    id: "side",
    header: "Side",
    cell: (row) => (
      <>
        {text(row, "side")} {text(row, "instrument")} <WhenOnPhone row={row} />
      </>
    ),
  },
  { id: "quantity", header: "Quantity", align: "right", cell: (row) => <Plain value={text(row, "quantity")} /> },
  { id: "price", header: "Price", align: "right", cell: (row) => <Plain value={text(row, "price")} /> },
  { id: "fees", header: "Fees", align: "right", cell: (row) => <Plain value={text(row, "fees")} />, priority: 2 },
  {
    id: "execution",
    header: "Venue's id",
    cell: (row) => <code className="font-mono text-xs">{text(row, "execution_id")}</code>,
    priority: 3,
  },
];
