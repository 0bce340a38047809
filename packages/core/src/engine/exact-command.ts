import { type Exact, unitsOf } from "@bulkhead/money";
import type { Command } from "./commands.ts";

/**
 * Whether every number of a command is a safe integer. Amounts are by their type; this is for who forged one (I22). The commands
 * that come by the million are asked field by field, the others are walked.
 */
export function isExactCommand(command: Command): boolean {
  switch (command.type) {
    case "PlaceOrder": {
      const { terms, quote } = command;
      return isExact(terms.quantity) && isExact(quote) && isExact(terms.limit) && isExact(terms.stop);
    }
    case "RecordExecution":
      return isExact(command.quantity) && isExact(command.price) && (command.fee === null || isExact(command.fee.amount));
    case "RecordAck":
    case "RecordCancel":
    case "CancelOrder":
      return true;
    default:
      return isWalkedExact(command);
  }
}

const isExact = (amount: Exact | null): boolean => amount === null || Number.isSafeInteger(unitsOf(amount));

function isWalkedExact(value: unknown): boolean {
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (value === null || typeof value !== "object") return true;
  for (const part of Object.values(value)) if (!isWalkedExact(part)) return false;
  return true;
}
