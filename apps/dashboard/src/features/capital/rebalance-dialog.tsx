import type { CapitalPicture, CapitalPlan } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useChange, useQuestion } from "../../shared/api/queries.ts";
import { percent } from "../../shared/format/amount.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SelectField, TextField } from "../../shared/ui/field.tsx";
import { Change, Money } from "../../shared/ui/figures.tsx";
import { Empty, Failed, Loading } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";

type Props = Readonly<{ open: boolean; onClose: () => void; picture: CapitalPicture | undefined }>;

/** Cash moved until shares are as wanted: what would move is shown before it does. */
export function RebalanceDialog({ open, onClose, picture }: Props): ReactNode {
  return (
    <Dialog open={open} onClose={onClose} title="Rebalance" description="Only free cash moves; nothing is sold.">
      {open && picture !== undefined ? <RebalanceForm picture={picture} onDone={onClose} /> : null}
    </Dialog>
  );
}

function RebalanceForm({ picture, onDone }: Readonly<{ picture: CapitalPicture; onDone: () => void }>): ReactNode {
  const configured = picture.schedules.filter(({ kind }) => kind === "rebalance");
  const [chosen, setChosen] = useState(configured[0]?.id ?? "");
  const [reason, setReason] = useState("");
  const plain = picture.portfolios.filter(({ portfolio_id, status }) => portfolio_id !== "unattributed" && status !== "archived");
  const wish = chosen === "" ? { targets: evenly(plain.map(({ portfolio_id }) => portfolio_id)) } : { rebalance: chosen };
  const preview = useQuestion("previewRebalance", wish);
  const run = useChange("rebalance", ["getCapital", "listTransfers", "listPortfolios"]);
  if (plain.length === 0) return <Empty title="No portfolio to share it out to" />;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        run.mutate(
          { body: { ...wish, reason: reason.trim() } },
          {
            onSuccess: () => {
              say("Capital was moved");
              onDone();
            },
          },
        );
      }}
    >
      <SelectField
        label="To which shares"
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
        options={[...configured.map(({ id }) => ({ value: id, label: `As configured: ${id}` })), { value: "", label: "The same to each" }]}
      />
      {preview.data === undefined ? (
        preview.isPending ? (
          <Loading rows={3} />
        ) : (
          <Failed error={preview.error} />
        )
      ) : (
        <Plan plan={preview.data.data} />
      )}
      <TextField
        label="Why"
        required
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        hint="Kept in the journal."
      />
      {run.error === null ? null : <Failed error={run.error} />}
      <Button
        kind="primary"
        type="submit"
        busy={run.isPending}
        disabled={reason.trim() === "" || (preview.data?.data.moves.length ?? 0) === 0}
      >
        Make {preview.data?.data.moves.length ?? 0} transfers
      </Button>
    </form>
  );
}

/** Fractions that sum to 1: the first takes what is left over. */
function evenly(ids: readonly string[]): Readonly<Record<string, string>> {
  const part = Math.floor(1e6 / ids.length);
  const first = 1e6 - part * (ids.length - 1);
  return Object.fromEntries(ids.map((id, index) => [id, ((index === 0 ? first : part) / 1e6).toFixed(6)]));
}

function Plan({ plan }: Readonly<{ plan: CapitalPlan }>): ReactNode {
  return (
    <section aria-label="What would move" className="flex flex-col gap-2 rounded-md border border-line bg-sunken p-3 text-sm">
      {plan.moves.length === 0 ? <p>Nothing would move.</p> : null}
      <ul className="flex flex-col gap-1">
        {plan.moves.map((move) => (
          <li key={`${move.from_portfolio_id}/${move.to_portfolio_id}`} className="flex justify-between gap-3">
            <span>
              {move.from_portfolio_id} → {move.to_portfolio_id}
            </span>
            <Money value={move.amount} />
          </li>
        ))}
      </ul>
      <ul className="mt-1 flex flex-col gap-1 text-muted">
        {plan.shares.map(({ portfolio_id, weight, target, wants }) => (
          <li key={portfolio_id} className="flex justify-between gap-3">
            <span>
              {portfolio_id}: {weight === null ? "–" : percent(weight, 1)} of {target === null ? "–" : percent(target, 1)}
            </span>
            <Change value={wants} />
          </li>
        ))}
      </ul>
      {/[1-9]/.test(plan.short) ? (
        <p className="text-warn">
          <Money value={plan.short} /> more is wanted than is free.
        </p>
      ) : null}
    </section>
  );
}
