import type { AnswerOf } from "@bulkhead/contract";
import { type ReactNode, useDeferredValue, useState } from "react";
import { useBook } from "../../shared/api/live.ts";
import { useChange, useQuestion } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { SelectField, TextField } from "../../shared/ui/field.tsx";
import { isReason, ReasonField } from "../../shared/ui/reason-field.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { InstrumentFinder } from "../instruments/instrument-finder.tsx";
import { draftOf, lackOf, partsOf, type Rule, type RuleDraft } from "./rule.ts";
import { RulePreview } from "./rule-preview.tsx";

type Props = Readonly<{
  /** What stands in the form at first. */
  first?: Pick<Rule, "portfolio_id" | "reference" | "client" | "instrument"> | undefined;
  /** The rule that is changed; undefined: it is a new one. */
  rule?: Rule | undefined;
  /** How many there are. */
  count?: number;
  onDone: () => void;
}>;

const TOUCHED = ["listAttributionRules", "listExternalOrders", "listInbox", "getConfig"] as const;

/** A rule, new or changed: what it would sort of what is there stands under it before it is set. */
export function RuleForm({ first, rule, count = 0, onDone }: Props): ReactNode {
  const [draft, setAll] = useState<RuleDraft>(() => draftOf(rule ?? first));
  const [reason, setReason] = useState("");
  const [takesWaiting, setTakesWaiting] = useState(false);
  const set = (changes: Partial<RuleDraft>): void => setAll((before) => ({ ...before, ...changes }));
  const lack = lackOf(draft);
  const parts = partsOf(draft);
  const asked = lack === undefined ? { ...parts, ...(rule === undefined ? {} : { rule_id: rule.rule_id }) } : undefined;
  const preview = useQuestion("previewAttributionRule", useDeferredValue(asked));
  const save = useSave({ rule, onDone });
  const trades = preview.data?.data.sorts.filter(({ kind }) => kind === "trade") ?? [];
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.run(parts, reason.trim(), takesWaiting ? trades : []);
      }}
    >
      <Parts draft={draft} set={set} count={rule === undefined ? count + 1 : count} />
      {lack === undefined ? <RulePreview preview={preview} /> : <p className="text-sm text-warn">{lack}</p>}
      {trades.length === 0 ? null : (
        <label className="flex items-start gap-2 text-sm">
          <input type="checkbox" className="mt-1" checked={takesWaiting} onChange={(event) => setTakesWaiting(event.target.checked)} />
          <span>
            Claim what waits with it too
            <span className="block text-xs text-muted">A rule sorts what comes; what has traded stays nobody's until it is claimed.</span>
          </span>
        </label>
      )}
      <ReasonField value={reason} onValue={setReason} hint="Kept in the audit." />
      {save.error === null ? null : <Failed error={save.error} />}
      <Button
        kind="primary"
        type="submit"
        busy={save.isPending}
        disabled={lack !== undefined || preview.isError || preview.data === undefined || !isReason(reason)}
      >
        {rule === undefined ? "Set the rule" : "Change the rule"}
        {takesWaiting && trades.length > 0 ? ` and claim ${trades.length}` : ""}
      </Button>
    </form>
  );
}

type Trades = AnswerOf<"previewAttributionRule">["data"]["sorts"];

/** Sets the rule, then claims what waits with it; what could not be claimed stays in the inbox, and that is said. */
function useSave({ rule, onDone }: Pick<Props, "rule" | "onDone">) {
  const create = useChange("createAttributionRule", [...TOUCHED]);
  const change = useChange("changeAttributionRule", [...TOUCHED]);
  const claim = useChange("assignBreak", ["listInbox", "listConnections"]);
  const run = (parts: ReturnType<typeof partsOf>, reason: string, trades: Trades): void => {
    const body = { ...parts, reason };
    const made =
      rule === undefined
        ? create.mutateAsync({ body })
        : change.mutateAsync({ params: { rule_id: rule.rule_id }, body, ifMatch: `"${rule.version}"` });
    void made
      .then(async () => {
        let claimed = 0;
        for (const { break_id, to_portfolio_id, quantity } of trades) {
          if (break_id === null || to_portfolio_id === null) continue;
          const shares = [{ portfolio_id: to_portfolio_id, amount: quantity }];
          const isDone = await claim.mutateAsync({ params: { break_id }, body: { shares, reason } }).then(
            () => true,
            () => false,
          );
          claimed += isDone ? 1 : 0;
        }
        const left = trades.length - claimed;
        say(`The rule is set${trades.length === 0 ? "" : `; claimed ${claimed}${left === 0 ? "" : `, ${left} stay in the inbox`}`}`);
        onDone();
      })
      // The mutation keeps what went wrong, and the form shows it.
      .catch(() => undefined);
  };
  const { isPending, error } = rule === undefined ? create : change;
  return { run, error, isPending: isPending || claim.isPending };
}

type PartsProps = Readonly<{ draft: RuleDraft; set: (changes: Partial<RuleDraft>) => void; count: number }>;

/** Whose, and by what it is told; every part that is filled in has to fit. */
function Parts({ draft, set, count }: PartsProps): ReactNode {
  const names = useBook()
    .filter(({ portfolio: { portfolio_id: id, status } }) => id !== "unattributed" && status !== "archived")
    .map(({ portfolio }) => ({ value: portfolio.portfolio_id, label: portfolio.name }));
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label="Reference begins with"
          maxLength={64}
          value={draft.reference}
          onChange={(event) => set({ reference: event.target.value })}
        />
        <TextField label="Client" maxLength={32} value={draft.client} onChange={(event) => set({ client: event.target.value })} />
      </div>
      <div className="flex flex-col gap-1">
        <TextField
          label="Instrument"
          maxLength={64}
          value={draft.instrument}
          onChange={(event) => set({ instrument: event.target.value })}
          hint="Its id, or its symbol on every venue. Empty parts fit everything."
        />
        <InstrumentFinder onChoose={({ instrument }) => set({ instrument })} adds={false} />
      </div>
      <div className={count > 1 ? "grid grid-cols-[1fr_9rem] gap-3" : ""}>
        <SelectField
          label="Whose it is"
          required
          value={draft.portfolio}
          options={[{ value: "", label: "Whose?" }, ...names]}
          onChange={(event) => set({ portfolio: event.target.value })}
        />
        {count > 1 ? (
          <SelectField
            label="Place"
            value={draft.place === "" ? String(count) : draft.place}
            options={Array.from({ length: count }, (_, index) => ({
              value: String(index + 1),
              label: index === 0 ? "1, asked first" : index + 1 === count ? `${count}, asked last` : String(index + 1),
            }))}
            onChange={(event) => set({ place: event.target.value })}
          />
        ) : null}
      </div>
    </>
  );
}
