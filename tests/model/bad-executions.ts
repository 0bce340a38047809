import type { Command, CommandOf, ExecutionId, InstrumentId, VenueOrderSeq } from "@bulkhead/core";
import { priceOfUnits, quantityOfUnits, unitsOf } from "@bulkhead/money";

type Execution = CommandOf<"RecordExecution">;

/** Facts that cannot be, and, where there was a `last` one, facts that contradict it. */
export function badExecutions(fresh: Execution, last: Execution | undefined): readonly Command[] {
  const { at, quantity, price } = fresh;
  const never = { executionId: "never" as ExecutionId, venueOrder: null, version: 1, quantity, price };
  const impossible: readonly Command[] = [
    { ...fresh, instrument: "NOBODY@NOWHERE" as InstrumentId },
    { ...fresh, venueOrder: fresh.venueOrder ?? (1 as VenueOrderSeq), price: priceOfUnits(0) },
    { ...fresh, price: priceOfUnits(-1) },
    { ...fresh, quantity: quantityOfUnits(0) },
    { ...fresh, quantity: quantityOfUnits(-3) },
    { type: "CorrectExecution", at, ...never },
  ];
  if (last === undefined) return impossible;
  return [
    ...impossible,
    { ...last, at, version: last.version - 1 },
    { ...last, at, side: last.side === "buy" ? "sell" : "buy" },
    { ...last, at, price: priceOfUnits(unitsOf(last.price) + 1) },
  ];
}
