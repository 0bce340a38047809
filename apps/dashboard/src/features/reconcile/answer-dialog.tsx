import { type ReactNode, useState } from "react";
import { useBook } from "../../shared/api/live.ts";
import { useChange } from "../../shared/api/queries.ts";
import { sign } from "../../shared/format/amount.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SelectField, TextField } from "../../shared/ui/field.tsx";
import { Change, Plain } from "../../shared/ui/figures.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import {
  CATEGORIES,
  type Category,
  categoryOf,
  type Item,
  leftAfter,
  objectionTo,
  PROPOSALS,
  type Share,
  standingsAfter,
} from "./answer.ts";

export type Asked = Readonly<{ item: Item; way: "claim" | "split" | "write-off" }>;

const TITLES = { claim: "Claim", split: "Split", "write-off": "Write off" } as const;

/** Says what a difference is: whose, or nobody's. How everybody would stand is shown first; all of it can be undone. */
export function AnswerDialog({ asked, onClose }: Readonly<{ asked: Asked | undefined; onClose: () => void }>): ReactNode {
  const what = asked === undefined ? "" : (asked.item.instrument ?? asked.item.asset);
  return (
    <Dialog
      open={asked !== undefined}
      onClose={onClose}
      title={asked === undefined ? "" : `${TITLES[asked.way]}: ${what}`}
      description={asked?.item.says}
    >
      {asked === undefined ? null : asked.way === "write-off" ? (
        <WriteOff item={asked.item} onDone={onClose} />
      ) : (
        <Give item={asked.item} first={firstShares(asked)} onDone={onClose} />
      )}
    </Dialog>
  );
}

const firstShares = ({ item, way }: Asked): readonly Share[] =>
  way === "split" ? item.pro_rata : [{ portfolio_id: "", amount: item.left }];

const TOUCHED = ["listInbox", "listConnections", "listReconciliations"] as const;

/** To one portfolio or to several, all of it or a part. */
function Give({ item, first, onDone }: Readonly<{ item: Item; first: readonly Share[]; onDone: () => void }>): ReactNode {
  const book = useBook().filter(({ portfolio: { portfolio_id: id, status } }) => id !== "unattributed" && status !== "archived");
  const [shares, setShares] = useState(first);
  const [reason, setReason] = useState(`probably ${PROPOSALS[item.proposal]}`);
  const assign = useChange("assignBreak", [...TOUCHED]);
  const objection = objectionTo(item, shares);
  const put = (index: number, change: Partial<Share>): void =>
    setShares((all) => all.map((share, i) => (i === index ? { ...share, ...change } : share)));
  const names = book.map(({ portfolio }) => ({ value: portfolio.portfolio_id, label: portfolio.name }));
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        assign.mutate(
          { params: { break_id: item.break_id }, body: { shares: [...shares], reason: reason.trim() } },
          {
            onSuccess: () => {
              say(`Given: ${shares.map(({ portfolio_id, amount }) => `${amount} ${item.asset} to ${portfolio_id}`).join(", ")}`);
              onDone();
            },
          },
        );
      }}
    >
      {shares.map((share, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a share is its line in the form
        <div key={index} className="grid grid-cols-[1fr_8rem] gap-3">
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
        </div>
      ))}
      <Button
        small
        kind="quiet"
        className="self-start"
        disabled={shares.length >= names.length}
        onClick={() => setShares((all) => [...all, { portfolio_id: "", amount: "" }])}
      >
        Another share
      </Button>
      {objection === undefined ? <Preview item={item} shares={shares} /> : <p className="text-sm text-warn">{objection}</p>}
      <Reason value={reason} onChange={setReason} />
      {assign.error === null ? null : <Failed error={assign.error} />}
      <Button kind="primary" type="submit" busy={assign.isPending} disabled={objection !== undefined || reason.trim() === ""}>
        {shares.length === 1 ? `Give ${shares[0]?.amount ?? ""} ${item.asset}` : `Split over ${shares.length} portfolios`}
      </Button>
    </form>
  );
}

const Reason = ({ value, onChange }: Readonly<{ value: string; onChange: (text: string) => void }>): ReactNode => (
  <TextField
    label="Why"
    required
    maxLength={500}
    value={value}
    onChange={(event) => onChange(event.target.value)}
    hint="Kept in the journal, with who said it."
  />
);

/** How everybody would stand; the sum stays the same. */
function Preview({ item, shares }: Readonly<{ item: Item; shares: readonly Share[] }>): ReactNode {
  const standings = standingsAfter(item, shares, useBook());
  return (
    <section aria-label="What it would do" aria-live="polite" className="rounded-md border border-line bg-sunken p-3 text-sm">
      <dl className="grid grid-cols-[1fr_auto_auto] gap-x-4 gap-y-1">
        {standings.map(({ owner, before, by, after }) => (
          <div key={owner} className="contents">
            <dt className="text-muted">{owner}</dt>
            <dd className="text-right">
              <Plain value={before} /> → <Plain value={after} />
            </dd>
            <dd className="text-right">
              <Change value={by} digits={by.split(".")[1]?.length ?? 0} />
            </dd>
          </div>
        ))}
      </dl>
      {sign(item.cash) === 0 ? null : (
        <p className="mt-2 text-xs text-muted">
          The cash of it goes along in proportion: <Change value={item.cash} /> {item.currency} for all of it.
        </p>
      )}
      <p className="mt-2 text-xs text-muted">
        Still nobody's afterwards: <Plain value={leftAfter(item, shares)} /> {item.asset}. The account stays as the venue has it.
      </p>
    </section>
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
      <Reason value={reason} onChange={setReason} />
      {write.error === null ? null : <Failed error={write.error} />}
      <Button kind="primary" type="submit" busy={write.isPending} disabled={reason.trim() === ""}>
        Write off {item.left} {item.asset}
      </Button>
    </form>
  );
}
