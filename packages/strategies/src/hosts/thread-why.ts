import type { ExplainOptions } from "../seat/seat.ts";
import type { LineTrace } from "../seat/trace.ts";
import { whyOf } from "./message.ts";
import type { StrategyThread } from "./thread.ts";

/** A thread that is busy with bars answers them first. */
const WHY_MS = 2_000;

type Waiting = Readonly<{ seat: number; tell: (trace: LineTrace | undefined) => void }>;
const waiting = new Map<number, Waiting>();
let last = 0;

/** Asks a thread why a seat answered as it did, beside its work; undefined where it does not answer in time. Never a fault of the strategy. */
export function askWhy(
  thread: StrategyThread,
  { seat, options, symbols }: Readonly<{ seat: number; options: ExplainOptions; symbols: readonly string[] }>,
): Promise<LineTrace | undefined> {
  last += 1;
  const number = last;
  thread.onWhy = (raw) => {
    const answer = whyOf(raw, symbols, (asked) => symbols[waiting.get(asked)?.seat ?? -1]);
    if (answer !== undefined) waiting.get(answer.number)?.tell(answer.trace);
  };
  return new Promise((resolve) => {
    const timer = setTimeout(() => tell(undefined), WHY_MS);
    timer.unref();
    const tell = (trace: LineTrace | undefined): void => {
      clearTimeout(timer);
      waiting.delete(number);
      resolve(trace);
    };
    waiting.set(number, { seat, tell });
    thread.askWhy({ type: "why", number, seat, options });
  });
}
