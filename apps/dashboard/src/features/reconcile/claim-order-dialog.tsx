import type { AnswerOf } from "@bulkhead/contract";
import { type ReactNode, useState } from "react";
import { useBook } from "../../shared/api/live.ts";
import { useChange } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { SelectField } from "../../shared/ui/field.tsx";
import { isReason, ReasonField } from "../../shared/ui/reason-field.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { type Offered, OfferedRule } from "./offered-rule.tsx";

export type External = AnswerOf<"listExternalOrders">["data"][number];

/** Says whose the fills of somebody else's order will be, and offers the rule that would have said it. */
export function ClaimOrderDialog({ order, onClose }: Readonly<{ order: External | undefined; onClose: () => void }>): ReactNode {
  const [rule, setRule] = useState<Offered | null>(null);
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
        <OfferedRule offered={rule} only="Only this order" onDone={close} />
      )}
    </Dialog>
  );
}

function ClaimForm({ order, onClaimed }: Readonly<{ order: External; onClaimed: (rule: Offered | null) => void }>): ReactNode {
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
      <ReasonField value={reason} onValue={setReason} />
      {claim.error === null ? null : <Failed error={claim.error} />}
      <Button kind="primary" type="submit" busy={claim.isPending} disabled={portfolio === "" || !isReason(reason)}>
        {portfolio === "unattributed" ? "Leave its fills to nobody" : "Claim its fills"}
      </Button>
    </form>
  );
}
