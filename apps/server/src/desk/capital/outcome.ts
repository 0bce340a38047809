import { explain } from "@bulkhead/contract";
import type { StateView } from "@bulkhead/core";
import { add, formatAmount, isPositive, type Money, ZERO_MONEY } from "@bulkhead/money";
import type { GroupStep } from "../desk.ts";
import type { Plan } from "./plan.ts";
import { type Occasion, type RunCommand, SCHEDULER } from "./run-commands.ts";
import type { RunOutcome } from "./runs-file.ts";

/** A run that was executed: its commands and what became of each. */
export type Ended = Readonly<{
  at: number;
  repeated: boolean;
  plan: Plan | null;
  commands: readonly RunCommand[];
  steps: readonly GroupStep[];
  occasion: Occasion;
}>;

/** What a run came to, in figures and in words. */
export function outcomeOf(state: StateView, ended: Ended): RunOutcome {
  const { plan, commands, steps, occasion, repeated } = ended;
  const text = (amount: Money): string => formatAmount(amount, state.account?.base.scale ?? 0);
  const done = commands.flatMap((command, index) =>
    command.type === "TransferCapital" && steps[index]?.ok === true ? [{ command, why: plan?.moves[index]?.why ?? "" }] : [],
  );
  const orders = steps.flatMap(ordersIn);
  const refused = steps.flatMap((step) => (step.ok ? [] : [explain(step.refusal.code, step.refusal.params)]));
  const moved = done.reduce((sum, { command }) => add(sum, command.amount), ZERO_MONEY);
  const short = plan?.short ?? ZERO_MONEY;
  const said = [
    done.length === 0
      ? "Nothing was moved."
      : `${text(moved)} moved in ${done.length === 1 ? "one transfer" : `${done.length} transfers`}.`,
    ...(plan?.withinDrift === true ? ["Every share is within the drift."] : []),
    ...(orders.length === 0
      ? []
      : [`${orders.length === 1 ? "One order sells" : `${orders.length} orders sell`}: what that brings is moved when it has ended.`]),
    ...(isPositive(short) ? [`${text(short)} more was wanted, and no cash was free for it, or it was not worth a transfer.`] : []),
    ...refused,
  ];
  return {
    dueAt: "dueAt" in occasion ? occasion.dueAt : null,
    at: ended.at,
    by: "dueAt" in occasion ? SCHEDULER : occasion.by,
    result: resultOf({
      moved: repeated || done.length > 0,
      sold: orders.length > 0,
      refused: refused.length > 0,
      within: plan?.withinDrift === true,
    }),
    transfers: done.map(({ command, why }) => ({
      transferId: command.transferId,
      from: command.from,
      to: command.to,
      amount: text(command.amount),
      why,
    })),
    orders,
    moved: text(moved),
    short: text(short),
    detail: repeated ? "It was done before." : said.join(" "),
  };
}

const ordersIn = (step: GroupStep): readonly number[] =>
  step.ok ? (step.record?.events ?? []).flatMap((event) => (event.type === "OrderPlaced" ? [event.order] : [])) : [];

function resultOf({
  moved,
  sold,
  refused,
  within,
}: Readonly<Record<"moved" | "sold" | "refused" | "within", boolean>>): RunOutcome["result"] {
  if (moved) return "moved";
  if (sold) return "selling";
  if (refused) return "refused";
  return within ? "within_drift" : "nothing";
}
