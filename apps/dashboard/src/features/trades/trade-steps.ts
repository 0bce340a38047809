import type { AnswerOf } from "@bulkhead/contract";
import { plain } from "../../shared/format/amount.ts";
import type { Tone } from "../../shared/ui/badge.tsx";

type Detail = AnswerOf<"getTrade">["data"];
type Step = Readonly<{ id: string; at: string; kind: string; says: string; tone: Tone }>;

/** The life of a trade in the order in which it happened; `afterMs`: since the step before. */
export function stepsOf(detail: Detail): readonly (Step & Readonly<{ afterMs: number | null }>)[] {
  const steps = [...signals(detail), ...receipts(detail), ...orders(detail), ...executions(detail), ...exits(detail), ...end(detail)].sort(
    (a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1),
  );
  return steps.map((step, index) => {
    const before = steps[index - 1];
    return { ...step, afterMs: before === undefined ? null : new Date(step.at).getTime() - new Date(before.at).getTime() };
  });
}

const signals = ({ signals: rows }: Detail): readonly Step[] =>
  rows.map((row) => ({
    id: `signal ${row.seq}/${row.line}`,
    at: row.at,
    kind: "signal",
    tone: "neutral",
    says: `${row.strategy === "" ? "A person" : row.strategy} wanted to ${row.action} ${plain(row.quantity)}${row.reason === "" ? "" : `: ${row.reason}`}`,
  }));

const receipts = ({ receipts: rows }: Detail): readonly Step[] =>
  rows.map((row) => ({
    id: `receipt ${row.seq}/${row.line}`,
    at: row.at,
    kind: row.verdict,
    tone: row.verdict === "denied" ? "danger" : row.verdict === "reduced" ? "warn" : "good",
    says: `The gate allowed ${plain(row.allowed)} of ${plain(row.asked)}${row.rule === null ? "" : `, rule ${row.rule}`}`,
  }));

const orders = ({ order_changes: rows }: Detail): readonly Step[] =>
  rows.map((row) => ({
    id: `order ${row.seq}/${row.line}`,
    at: row.at,
    kind: `order ${row.order_id}`,
    tone: "neutral",
    says: `${row.status}${row.filled === "0" ? "" : `, ${plain(row.filled)} of ${plain(row.quantity)} filled`}${row.reason === "" ? "" : `: ${row.reason}`}`,
  }));

const executions = ({ executions: rows }: Detail): readonly Step[] =>
  rows.map((row) => ({
    id: `execution ${row.seq}/${row.line}`,
    at: row.at,
    kind: "fill",
    tone: "good",
    says: `${row.side} ${plain(row.quantity)} at ${plain(row.price)}, fees ${plain(row.fees)}`,
  }));

const exits = ({ protections: rows }: Detail): readonly Step[] =>
  rows.map((row) => ({
    id: `exit ${row.seq}/${row.line}`,
    at: row.at,
    kind: `exit ${row.change}`,
    tone: row.change === "triggered" ? "warn" : "neutral",
    says: [
      row.effective_stop_price === null ? null : `stop ${plain(row.effective_stop_price)}`,
      row.take_profit_price === null ? null : `target ${plain(row.take_profit_price)}`,
      row.leg === null ? null : `${row.leg} reached${row.trigger_price === null ? "" : ` at ${plain(row.trigger_price)}`}`,
      row.reason === "" ? null : row.reason,
    ]
      .filter((part) => part !== null)
      .join(", "),
  }));

const end = ({ trade }: Detail): readonly Step[] =>
  trade.closed_at === null
    ? []
    : [
        {
          id: "end",
          at: trade.closed_at,
          kind: "flat",
          tone: "neutral",
          says: `Realized ${plain(trade.realized_pnl)} before fees of ${plain(trade.fees)}`,
        },
      ];
