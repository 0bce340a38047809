import type { StrategyFault } from "../seat/reply.ts";
import type { ExplainOptions } from "../seat/seat.ts";
import type { LineTrace } from "../seat/trace.ts";
import type { StrategyDeclaration } from "./declaration.ts";
import type { Progress, Question, Readings, SeatsMemory } from "./question.ts";

/**
 * The seats of one portfolio's strategy at work somewhere else. The host asks all that are concerned first, then hears them one after the
 * other; whoever fails comes back by itself, fresh.
 */
export interface RemoteSeats {
  readonly declaration: StrategyDeclaration;
  /** In the order in which questions number them. */
  readonly symbols: readonly string[];
  /** `fresh`: loaded, and to be begun; `working`: can be asked; `down`: neither. */
  readonly condition: "fresh" | "working" | "down";
  /** What it remembered when it last answered. */
  readonly memory: SeatsMemory;
  /** Gives it its memory, as far as the shape fits; waits for that, the first time a little longer. */
  begin(memory: SeatsMemory, isFirst?: boolean): StrategyFault | undefined;
  /** Asks, and does not wait; catching up may take longer. It answers at the first question that it has something to say to. */
  ask(questions: readonly Question[], readings: Readings, isCatchingUp?: boolean): void;
  /** Waits for the answer, the deadline at most. After a fault of the host itself, `condition` is `down`. */
  answer(): Progress;
  /** Lets it go on with its questions, where figures have changed by what it answered. */
  goOn(readings: Readings): void;
  /** While it rests it is not asked, and need not come back. */
  rest(isResting: boolean): void;
  /** Why a seat answered as it did at a closed bar, asked again there; undefined where nobody answers in time. Changes nothing. */
  explain(seat: number, options: ExplainOptions): Promise<LineTrace | undefined>;
  /** Lines logged since the last call. */
  takeLog(): readonly string[];
}
