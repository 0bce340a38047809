import type { AnswerOf } from "@bulkhead/contract";
import { type ReactNode, useDeferredValue, useState } from "react";
import { useBook } from "../../shared/api/live.ts";
import { useChange, useQuestion } from "../../shared/api/queries.ts";
import { money } from "../../shared/format/amount.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SelectField, TextField } from "../../shared/ui/field.tsx";
import { At, Money, Plain } from "../../shared/ui/figures.tsx";
import { isReason, ReasonField } from "../../shared/ui/reason-field.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { Standings } from "../standings/standings.tsx";

/** Cash, or a position in kind, from one portfolio to another: never a profit or a loss. */
export function TransferDialog({
  open,
  onClose,
  first,
}: Readonly<{ open: boolean; onClose: () => void /** What stands in the form at first. */; first?: First }>): ReactNode {
  return (
    <Dialog open={open} onClose={onClose} title="Transfer" description="Lots move with their cost and dates; returns are not touched.">
      {open ? <TransferForm onDone={onClose} first={first} /> : null}
    </Dialog>
  );
}

/** An instrument of `unattributed`, and how much of it. */
type First = Readonly<{ what: string; amount: string }>;

function TransferForm({ onDone, first }: Readonly<{ onDone: () => void; first: First | undefined }>): ReactNode {
  const book = useBook().filter(({ portfolio }) => portfolio.status !== "archived");
  const [from, setFrom] = useState("unattributed");
  const [to, setTo] = useState("");
  const [what, setWhat] = useState(first?.what ?? "");
  const [amount, setAmount] = useState(first?.amount ?? "");
  const [price, setPrice] = useState("");
  const [reason, setReason] = useState("");
  const giver = book.find(({ portfolio }) => portfolio.portfolio_id === from);
  const transfer = useChange("transfer", ["listTransfers", "getCapital", "listPortfolios"]);
  const names = book.map(({ portfolio }) => ({ value: portfolio.portfolio_id, label: portfolio.name }));
  const sent = what === "" ? { amount } : { instrument: what, quantity: amount, ...(price === "" ? {} : { price }) };
  const isSaid = to !== "" && isAmount(amount) && (what === "" || price === "" || isAmount(price));
  const preview = useQuestion("previewTransfer", useDeferredValue(isSaid ? { to_portfolio_id: to, ...sent } : undefined), {
    portfolio_id: from,
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        transfer.mutate(
          { params: { portfolio_id: from }, body: { to_portfolio_id: to, ...sent, reason: reason.trim() } },
          {
            onSuccess: () => {
              say(`Moved ${amount} from ${from} to ${to}`);
              onDone();
            },
          },
        );
      }}
    >
      <div className="grid grid-cols-2 gap-3">
        <SelectField
          label="From"
          value={from}
          options={names}
          onChange={(event) => {
            setFrom(event.target.value);
            setWhat("");
          }}
        />
        <SelectField
          label="To"
          required
          value={to}
          options={[{ value: "", label: "To whom?" }, ...names.filter(({ value }) => value !== from)]}
          onChange={(event) => setTo(event.target.value)}
        />
      </div>
      <SelectField
        label="What"
        value={what}
        options={[
          { value: "", label: `Cash (${money(giver?.portfolio.current_balance ?? "0")} there)` },
          ...(giver?.positions ?? []).map((row) => ({ value: row.instrument, label: `${row.symbol} (${row.quantity} there)` })),
        ]}
        onChange={(event) => setWhat(event.target.value)}
      />
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label={what === "" ? "Amount" : "Quantity"}
          required
          inputMode="decimal"
          value={amount}
          onChange={(event) => setAmount(event.target.value.trim())}
        />
        {what === "" ? null : (
          <TextField
            label="Worth, each"
            inputMode="decimal"
            placeholder="as it is now"
            value={price}
            onChange={(event) => setPrice(event.target.value.trim())}
          />
        )}
      </div>
      {isSaid ? <Preview preview={preview} what={giver?.positions.find((row) => row.instrument === what)?.symbol ?? what} /> : null}
      <ReasonField value={reason} onValue={setReason} />
      {transfer.error === null ? null : <Failed error={transfer.error} />}
      <Button kind="primary" type="submit" busy={transfer.isPending} disabled={!isSaid || preview.isError || !isReason(reason)}>
        Move it
      </Button>
    </form>
  );
}

const isAmount = (text: string): boolean => /^\d+(\.\d+)?$/.test(text) && /[1-9]/.test(text);

type PreviewState = Readonly<{ data: AnswerOf<"previewTransfer"> | undefined; error: unknown; isError: boolean }>;

/** How both would stand afterwards, cash, units and cost; the sum of the two stays the same. */
function Preview({ preview: { data, error, isError }, what }: Readonly<{ preview: PreviewState; what: string }>): ReactNode {
  if (isError) return <Failed error={error} />;
  const said = data?.data;
  return (
    <section aria-label="What it would do" aria-live="polite" className="rounded-md border border-line bg-sunken p-3 text-sm">
      {said === undefined ? (
        <p className="text-muted">Asking the books…</p>
      ) : (
        <>
          <Standings rows={[said.from, said.to]} units={said.kind === "cash" ? null : what} currency={said.currency} />
          <dl className="mt-2 grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 border-t border-line pt-2 text-xs">
            {[said.from, said.to].map(({ portfolio_id, equity_before, equity_after }) => (
              <div key={portfolio_id} className="contents">
                <dt className="text-muted">Equity of {portfolio_id}</dt>
                <dd className="text-right">
                  <Money value={equity_before} /> → <Money value={equity_after} />
                </dd>
              </div>
            ))}
            {said.lots.map((lot) => (
              <div key={`${lot.opened_at}/${lot.quantity}/${lot.cost}`} className="contents">
                <dt className="text-muted">
                  Lot of <At value={lot.opened_at} />
                </dt>
                <dd className="text-right">
                  <Plain value={lot.quantity} /> for <Money value={lot.cost} /> {lot.cost_asset}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  );
}
