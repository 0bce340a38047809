import { type ReactNode, useDeferredValue, useState } from "react";
import { useBook } from "../../shared/api/live.ts";
import { useChange, useQuestion } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { cn } from "../../shared/ui/cn.ts";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SelectField, TextField } from "../../shared/ui/field.tsx";
import { Plain } from "../../shared/ui/figures.tsx";
import { isReason, ReasonField } from "../../shared/ui/reason-field.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { CATEGORIES, type Category, categoryOf, type Item, objectionTo, PROPOSALS, type Share } from "./answer.ts";
import { ApproveForm } from "./approve-form.tsx";
import { AssignPreview } from "./assign-preview.tsx";
import { type Offered, OfferedRule } from "./offered-rule.tsx";

export type Asked = Readonly<{ item: Item; way: "approve" | "claim" | "split" | "write-off" }>;

const TITLES = { approve: "Approve", claim: "Claim", split: "Split", "write-off": "Write off" } as const;

/** Says what a difference is: whose, or nobody's. How everybody would stand is shown first; all of it can be undone. */
export function AnswerDialog({ asked, onClose }: Readonly<{ asked: Asked | undefined; onClose: () => void }>): ReactNode {
  const [rule, setRule] = useState<Offered | null>(null);
  const what = asked === undefined ? "" : (asked.item.instrument ?? asked.item.asset);
  const close = (): void => {
    setRule(null);
    onClose();
  };
  return (
    <Dialog
      open={asked !== undefined}
      onClose={close}
      title={asked === undefined ? "" : rule === null ? `${TITLES[asked.way]}: ${what}` : "The same from now on?"}
      description={rule === null ? asked?.item.says : "A rule says it of whatever that program trades."}
    >
      {asked === undefined ? null : rule !== null ? (
        <OfferedRule offered={rule} only="Only this one" onDone={close} />
      ) : asked.way === "approve" ? (
        <ApproveForm item={asked.item} onDone={close} />
      ) : asked.way === "write-off" ? (
        <WriteOff item={asked.item} onDone={close} />
      ) : (
        <Give item={asked.item} first={firstShares(asked)} onDone={(offered) => (offered === null ? close() : setRule(offered))} />
      )}
    </Dialog>
  );
}

const firstShares = ({ item, way }: Asked): readonly Share[] =>
  way === "split" ? item.pro_rata : [{ portfolio_id: "", amount: item.left }];

const TOUCHED = ["listInbox", "listConnections", "listReconciliations"] as const;

type GiveProps = Readonly<{ item: Item; first: readonly Share[]; onDone: (offered: Offered | null) => void }>;

/** To one portfolio or to several, all of it or a part. */
function Give({ item, first, onDone }: GiveProps): ReactNode {
  const [shares, setShares] = useState(first);
  const [reason, setReason] = useState(`probably ${PROPOSALS[item.proposal]}`);
  const assign = useChange("assignBreak", [...TOUCHED]);
  const objection = objectionTo(item, shares);
  const preview = useQuestion("previewAssignment", useDeferredValue(objection === undefined ? { shares: [...shares] } : undefined), {
    break_id: item.break_id,
  });
  const isPossible = preview.data?.data.problem === null && !preview.isError;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        assign.mutate(
          { params: { break_id: item.break_id }, body: { shares: [...shares], reason: reason.trim() } },
          {
            onSuccess: ({ data }) => {
              say(`Given: ${shares.map(({ portfolio_id, amount }) => `${amount} ${item.asset} to ${portfolio_id}`).join(", ")}`);
              onDone(data.proposed_rule);
            },
          },
        );
      }}
    >
      <Shares item={item} shares={shares} onShares={setShares} />
      {objection === undefined ? <AssignPreview item={item} preview={preview} /> : <p className="text-sm text-warn">{objection}</p>}
      <ReasonField value={reason} onValue={setReason} hint={KEPT} />
      {assign.error === null ? null : <Failed error={assign.error} />}
      <Button kind="primary" type="submit" busy={assign.isPending} disabled={objection !== undefined || !isPossible || !isReason(reason)}>
        {shares.length === 1 ? `Give ${shares[0]?.amount ?? ""} ${item.asset}` : `Split over ${shares.length} portfolios`}
      </Button>
    </form>
  );
}

const KEPT = "Kept in the journal, with who said it.";

type SharesProps = Readonly<{ item: Item; shares: readonly Share[]; onShares: (shares: readonly Share[]) => void }>;

/** Who gets how much, one line for each. */
function Shares({ item, shares, onShares }: SharesProps): ReactNode {
  const names = useBook()
    .filter(({ portfolio: { portfolio_id: id, status } }) => id !== "unattributed" && status !== "archived")
    .map(({ portfolio }) => ({ value: portfolio.portfolio_id, label: portfolio.name }));
  const put = (index: number, change: Partial<Share>): void =>
    onShares(shares.map((share, i) => (i === index ? { ...share, ...change } : share)));
  return (
    <>
      {shares.map((share, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a share is its line in the form
        <div key={index} className={cn("grid items-end gap-3", shares.length === 1 ? "grid-cols-[1fr_8rem]" : "grid-cols-[1fr_8rem_auto]")}>
          <SelectField
            label={shares.length === 1 ? "To" : `To, share ${index + 1}`}
            required
            value={share.portfolio_id}
            options={[{ value: "", label: "To whom?" }, ...names]}
            onChange={(event) => put(index, { portfolio_id: event.target.value })}
          />
          <TextField
            label={item.asset}
            required
            inputMode="decimal"
            value={share.amount}
            onChange={(event) => put(index, { amount: event.target.value.trim() })}
          />
          {shares.length === 1 ? null : (
            <Button kind="quiet" aria-label={`Leave out share ${index + 1}`} onClick={() => onShares(shares.filter((_, i) => i !== index))}>
              ×
            </Button>
          )}
        </div>
      ))}
      <Button
        small
        kind="quiet"
        className="self-start"
        disabled={shares.length >= names.length}
        onClick={() => onShares([...shares, { portfolio_id: "", amount: "" }])}
      >
        Another share
      </Button>
    </>
  );
}

/** Left with unattributed, for a reason that is named. */
function WriteOff({ item, onDone }: Readonly<{ item: Item; onDone: () => void }>): ReactNode {
  const [category, setCategory] = useState<Category>(categoryOf(item.proposal));
  const [reason, setReason] = useState(`probably ${PROPOSALS[item.proposal]}`);
  const write = useChange("writeOffBreak", [...TOUCHED]);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        write.mutate(
          { params: { break_id: item.break_id }, body: { category, reason: reason.trim() } },
          {
            onSuccess: () => {
              say(`Written off as ${category}: ${item.left} ${item.asset}`);
              onDone();
            },
          },
        );
      }}
    >
      <SelectField
        label="What it was"
        value={category}
        options={CATEGORIES.map((value) => ({ value, label: value }))}
        onChange={(event) => setCategory(CATEGORIES.find((each) => each === event.target.value) ?? "rounding")}
      />
      <p role="note" className="rounded-md border border-line bg-sunken p-3 text-sm">
        <Plain value={item.left} /> {item.asset} stays with unattributed, as {category}. No portfolio changes, and the account stays as the
        venue has it. It can be undone.
      </p>
      <ReasonField value={reason} onValue={setReason} hint={KEPT} />
      {write.error === null ? null : <Failed error={write.error} />}
      <Button kind="primary" type="submit" busy={write.isPending} disabled={!isReason(reason)}>
        Write off {item.left} {item.asset}
      </Button>
    </form>
  );
}
