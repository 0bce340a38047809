import { AmountOutOfRange } from "@bulkhead/money";
import type { StateView } from "../state.ts";
import type { Command } from "./commands.ts";
import { decide } from "./decide.ts";
import { hasRoom } from "./evolve-books.ts";
import { isExactCommand } from "./exact-command.ts";
import { tryFigures } from "./figures.ts";
import { refuse, type Step } from "./step.ts";

/**
 * What the engine would answer to a command now, with nothing applied: the same decision and the same gate (ORD-20). The effects of
 * the answer are what would be sent; nobody may send them.
 */
export function preview(state: StateView, command: Command): Step {
  try {
    const step = decide(state, command);
    if (!step.ok || step.events.length === 0) return step;
    tryFigures(state, step.events);
    return isExactCommand(command) && hasRoom(state, step.events) ? step : outOfRange(command);
  } catch (error) {
    // A figure that leaves the exact range while deciding is the input's fault: nothing has changed.
    if (error instanceof AmountOutOfRange || !isExactCommand(command)) return outOfRange(command);
    throw error;
  }
}

const outOfRange = (command: Command): Step => refuse("AMOUNT_OUT_OF_RANGE", { command: command.type });
