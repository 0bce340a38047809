import type { AnswerOf } from "@bulkhead/contract";
import { type ReactNode, useDeferredValue, useState } from "react";
import { useChange, useQuestion } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { TextField } from "../../shared/ui/field.tsx";
import { isReason, ReasonField } from "../../shared/ui/reason-field.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";
import { Standings } from "../standings/standings.tsx";
import type { Item } from "./answer.ts";

/** What a break proposes, booked for everybody who holds it: a split, or another name. */
export function ApproveForm({ item, onDone }: Readonly<{ item: Item; onDone: () => void }>): ReactNode {
  const [ratio, setRatio] = useState("");
  const [reason, setReason] = useState("");
  const approve = useChange("approveProposal", ["listInbox", "listConnections", "listInstruments"]);
  const isSplit = item.proposal === "split";
  const isGood = ratio === "" || /^[1-9]\d{0,8}:[1-9]\d{0,8}$/.test(ratio);
  const preview = useQuestion("previewApproval", useDeferredValue(isGood ? (ratio === "" ? {} : { ratio }) : undefined), {
    break_id: item.break_id,
  });
  const isPossible = preview.data?.data.problem === null && !preview.isError && !preview.isPlaceholderData;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        approve.mutate(
          { params: { break_id: item.break_id }, body: { reason: reason.trim(), ...(ratio === "" ? {} : { ratio }) } },
          {
            onSuccess: () => {
              say(
                `Booked ${isSplit ? "as a split" : "as another name"} for everybody who held ${preview.data?.data.holdings[0]?.asset ?? item.asset}`,
              );
              onDone();
            },
          },
        );
      }}
    >
      <p role="note" className="rounded-md border border-line bg-sunken p-3 text-sm">
        {isSplit
          ? "Everybody who holds it gets units by its ratio; what they cost stays."
          : "Everybody who holds the one that is gone holds the other; units, cost and dates stay."}{" "}
        What nobody owned of the difference is as if it had never been. <b className="font-medium">It cannot be undone.</b>
      </p>
      {isSplit ? (
        <TextField
          label="Ratio"
          placeholder="of what is held"
          value={ratio}
          onChange={(event) => setRatio(event.target.value.trim())}
          hint="Units after for units before, as 3:1; only where it cannot be seen from what is held."
          error={isGood ? undefined : "Two whole numbers with a colon, as 3:1."}
        />
      ) : null}
      {isGood ? <ApprovePreview data={preview.data?.data} error={preview.error} /> : null}
      <ReasonField value={reason} onValue={setReason} hint="Kept in the journal, with who said it." />
      {approve.error === null ? null : <Failed error={approve.error} />}
      <Button kind="danger" type="submit" busy={approve.isPending} disabled={!isReason(reason) || !isGood || !isPossible}>
        {isSplit ? "Book the split" : "Book the new name"}
      </Button>
    </form>
  );
}

type Preview = AnswerOf<"previewApproval">["data"];

/** Everybody before and after, and what ends with it. */
function ApprovePreview({ data, error }: Readonly<{ data: Preview | undefined; error: unknown }>): ReactNode {
  if (error !== null) return <Failed error={error} />;
  return (
    <section
      aria-label="What it would do"
      aria-live="polite"
      className="flex min-h-28 flex-col gap-2 rounded-md border border-line bg-sunken p-3 text-sm"
    >
      {data === undefined ? <p className="text-muted">Asking the books…</p> : <Said said={data} />}
    </section>
  );
}

function Said({ said: { problem, ratio, holdings, called_back, exits_ended } }: Readonly<{ said: Preview }>): ReactNode {
  if (problem !== null)
    return (
      <>
        <p className="text-warn">{problem.detail}</p>
        <code className="font-mono text-xs text-muted">{problem.code}</code>
      </>
    );
  return (
    <>
      {ratio === null ? null : (
        <p>
          A split of <b className="figures font-medium">{ratio}</b>.
        </p>
      )}
      {holdings.map(({ asset, currency, standings }) => (
        <Standings key={asset} rows={standings} units={asset.split("@")[0] ?? asset} currency={currency} />
      ))}
      {called_back.length === 0 ? null : (
        <p className="text-warn">Orders that are called back: {called_back.map(({ order_id }) => order_id).join(", ")}.</p>
      )}
      {exits_ended.map(({ portfolio_id, instrument }) => (
        <p key={`${portfolio_id} ${instrument}`} className="text-warn">
          Stops and targets of <PortfolioName id={portfolio_id} /> at {instrument} end.
        </p>
      ))}
    </>
  );
}
