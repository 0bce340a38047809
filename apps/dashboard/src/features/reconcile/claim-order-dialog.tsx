import type { AnswerOf } from "@bulkhead/contract";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useBook } from "../../shared/api/live.ts";
import { useChange } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SelectField, TextField } from "../../shared/ui/field.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";

export type External = AnswerOf<"listExternalOrders">["data"][number];
type Rule = NonNullable<AnswerOf<"claimOrder">["data"]["proposed_rule"]>;

/** Says whose the fills of somebody else's order will be, and offers the rule that would have said it. */
export function ClaimOrderDialog({ order, onClose }: Readonly<{ order: External | undefined; onClose: () => void }>): ReactNode {
  const [rule, setRule] = useState<Rule | null>(null);
  const close = (): void => {
    setRule(null);
    onClose();
  };
  return (
    <Dialog
      open={order !== undefined}
      onClose={close}
      title={rule === null ? `Whose is it? ${order?.side ?? ""} ${order?.instrument ?? ""}` : "The same from now on?"}
      description={
        rule === null
          ? "The order itself is not touched. What it fills from now on is that portfolio's."
          : "A rule says it of every such order."
      }
    >
      {order === undefined ? null : rule === null ? (
        <ClaimForm order={order} onClaimed={(proposed) => (proposed === null ? close() : setRule(proposed))} />
      ) : (
        <OfferedRule rule={rule} onDone={close} />
      )}
    </Dialog>
  );
}

function ClaimForm({ order, onClaimed }: Readonly<{ order: External; onClaimed: (rule: Rule | null) => void }>): ReactNode {
  const book = useBook().filter(({ portfolio }) => portfolio.status !== "archived");
  const [portfolio, setPortfolio] = useState(order.portfolio_id ?? "");
  const [reason, setReason] = useState("");
  const claim = useChange("claimOrder", ["listExternalOrders", "listInbox"]);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        claim.mutate(
          { params: { venue_order_id: order.venue_order_id }, body: { portfolio_id: portfolio, reason: reason.trim() } },
          {
            onSuccess: ({ data }) => {
              say(`Its fills are ${portfolio === "unattributed" ? "nobody's" : `${portfolio}'s`}`);
              onClaimed(data.proposed_rule);
            },
          },
        );
      }}
    >
      <SelectField
        label="Whose"
        required
        value={portfolio}
        options={[
          { value: "", label: "Whose is it?" },
          ...book.map(({ portfolio: { portfolio_id: value, name } }) => ({ value, label: value === "unattributed" ? "Nobody's" : name })),
        ]}
        onChange={(event) => setPortfolio(event.target.value)}
      />
      <TextField
        label="Why"
        required
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        hint="Kept in the journal."
      />
      {claim.error === null ? null : <Failed error={claim.error} />}
      <Button kind="primary" type="submit" busy={claim.isPending} disabled={portfolio === "" || reason.trim() === ""}>
        {portfolio === "unattributed" ? "Leave its fills to nobody" : "Claim its fills"}
      </Button>
    </form>
  );
}

function OfferedRule({ rule, onDone }: Readonly<{ rule: Rule; onDone: () => void }>): ReactNode {
  return (
    <div className="flex flex-col gap-4 text-sm">
      <p>{rule.words}.</p>
      <pre className="overflow-x-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs">{rule.toml}</pre>
      <p className="text-muted">
        Put it into bulkhead.toml and apply it under{" "}
        <Link to="/settings" search={{ tab: "config" }} className="text-accent underline">
          Settings, Configuration
        </Link>
        : nothing sets a rule by itself.
      </p>
      <div className="flex gap-2">
        <Button
          kind="primary"
          onClick={() =>
            void navigator.clipboard.writeText(rule.toml).then(
              () => say("Copied the rule"),
              () => say("The browser does not let it be copied"),
            )
          }
        >
          Copy the rule
        </Button>
        <Button onClick={onDone}>Only this order</Button>
      </div>
    </div>
  );
}
