import type { ReactNode } from "react";
import { useMemo, useState } from "react";
import { useAsk, useChange, useQuestion } from "../../shared/api/queries.ts";
import { Button } from "../../shared/ui/button.tsx";
import type { Column } from "../../shared/ui/column.ts";
import { textColumn } from "../../shared/ui/columns.tsx";
import { DataTable } from "../../shared/ui/data-table.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { ReasonDialog } from "../../shared/ui/reason-dialog.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";
import type { Rule } from "./rule.ts";
import { RuleForm } from "./rule-form.tsx";
import { RulePreview } from "./rule-preview.tsx";

type Open = Readonly<{ way: "set" | "change" | "remove"; rule?: Rule }>;

/** Standing rules that say whose the orders and executions of others are: set, changed, taken away, each tried on what is there first. */
export function Rules(): ReactNode {
  const rules = useAsk("listAttributionRules");
  const [open, setOpen] = useState<Open | undefined>(undefined);
  const columns = useMemo(() => columnsOf(setOpen), []);
  const close = (): void => setOpen(undefined);
  const set = (
    <Button small kind="primary" onClick={() => setOpen({ way: "set" })}>
      Set a rule…
    </Button>
  );
  return (
    <Answered query={rules}>
      {({ data }) => (
        <>
          <DataTable
            name="Rules"
            rows={data}
            columns={columns}
            rowId={({ rule_id }) => rule_id}
            source="/api/attribution-rules"
            actions={data.length === 0 ? undefined : <span className="mr-auto">{set}</span>}
            empty={
              <Empty title="No rule" action={set}>
                Without one, what others trade in this account is nobody's until somebody claims it. A rule is offered after each claim of
                what a program did.
              </Empty>
            }
          />
          <Dialog
            open={open?.way === "set" || open?.way === "change"}
            onClose={close}
            title={open?.way === "change" ? "Change the rule" : "Set a rule"}
            description="Whose the orders and executions of others are, from now on. The first rule that fits counts."
          >
            {open === undefined ? null : <RuleForm rule={open.rule} count={data.length} onDone={close} />}
          </Dialog>
          {open?.way === "remove" && open.rule !== undefined ? <RemoveDialog rule={open.rule} onClose={close} /> : null}
        </>
      )}
    </Answered>
  );
}

function RemoveDialog({ rule, onClose }: Readonly<{ rule: Rule; onClose: () => void }>): ReactNode {
  const preview = useQuestion("previewAttributionRule", { rule_id: rule.rule_id, remove: true });
  const remove = useChange("removeAttributionRule", ["listAttributionRules", "listExternalOrders", "getConfig"]);
  return (
    <ReasonDialog
      title="Take the rule away"
      about={`From now on it is not so any more that ${rule.words}. What it sorted stays where it is.`}
      action="Take it away"
      danger
      hint="Kept in the audit."
      change={remove}
      onClose={onClose}
      onReason={(reason) =>
        remove.mutate(
          { params: { rule_id: rule.rule_id }, query: { reason }, ifMatch: `"${rule.version}"` },
          {
            onSuccess: () => {
              say("The rule is gone");
              onClose();
            },
          },
        )
      }
    >
      <RulePreview preview={preview} />
    </ReasonDialog>
  );
}

const columnsOf = (onOpen: (open: Open) => void): readonly Column<Rule>[] => [
  textColumn("place", "", (row) => `${row.place}.`, { align: "right", compare: (a, b) => a.place - b.place }),
  textColumn("words", "The first that fits says", (row) => row.words, { fixed: true, className: "whitespace-normal" }),
  textColumn("portfolio", "Whose", (row) => row.portfolio_id, { cell: (row) => <PortfolioName id={row.portfolio_id} />, priority: 2 }),
  textColumn("toml", "In the configuration", (row) => row.toml, {
    priority: 3,
    hidden: true,
    cell: (row) => <code className="font-mono text-xs whitespace-pre-wrap">{row.toml.trim()}</code>,
  }),
  {
    id: "act",
    header: "",
    fixed: true,
    align: "right",
    cell: (row) => (
      <span className="flex flex-wrap justify-end gap-1">
        <Button small onClick={() => onOpen({ way: "change", rule: row })}>
          Change…<span className="sr-only"> rule {row.place}</span>
        </Button>
        <Button small kind="quiet" onClick={() => onOpen({ way: "remove", rule: row })}>
          Take away…<span className="sr-only"> rule {row.place}</span>
        </Button>
      </span>
    ),
  },
];
