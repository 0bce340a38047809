import type { HostFaultCode } from "../hosts/fault.ts";
import { checkIntent, type IntentCode, type IntentProblem } from "../intent/check.ts";
import type { Intent } from "../intent/intent.ts";
import { symbolOf } from "../intent/symbol.ts";

/** A strategy went wrong: it threw, its intent does not stand, or where it works gave up on it. Three in ten minutes pause the portfolio: the host's business. */
export type StrategyFault = Readonly<{
  type: "fault";
  code: "STRATEGY_THREW" | "STRATEGY_ANSWER_INVALID" | "STRATEGY_ANSWER_TOO_LONG" | IntentCode | HostFaultCode;
  /** Where in the answer: `size.quantity`, `2.size.quantity` in a list; empty when it threw. */
  path: string;
  message: string;
  /** Instant of the bar's close, or of the schedule. */
  at: number;
}>;

/** What asking a strategy comes to. Nothing is allocated for `undefined`. A list is never empty and holds no fault. */
export type Reply = undefined | Intent | readonly Intent[] | StrategyFault;

/** Intents that one answer may hold. */
const INTENTS_MAX = 1_000;

/** Who was asked: `symbol` stands for an intent that names none, and is undefined where each must. */
export type Asked = Readonly<{ symbol: string | undefined; symbols: readonly string[]; at: number }>;

/** True for several intents. */
export const isIntentList = (reply: Reply): reply is readonly Intent[] => Array.isArray(reply);

/** Checks what a callback returned. One bad intent refuses the whole answer: half a rebalance is worse than none. */
export function replyOf(answer: unknown, asked: Asked): Reply {
  if (answer === undefined || answer === null) return undefined;
  if (!Array.isArray(answer)) return settle(answer, asked, "");
  const { at } = asked;
  if (answer.length > INTENTS_MAX) {
    return { type: "fault", code: "STRATEGY_ANSWER_TOO_LONG", path: "", message: `STRATEGY_ANSWER_TOO_LONG: intents=${answer.length}`, at };
  }
  const intents: Intent[] = [];
  for (const [index, each] of answer.entries()) {
    if (each === undefined) continue; // `hold` among others says nothing.
    const settled = settle(each, asked, `${index}.`);
    if (settled.type === "fault") return settled;
    intents.push(settled);
  }
  return intents.length === 0 ? undefined : intents;
}

function settle(value: unknown, { symbol, symbols, at }: Asked, prefix: string): Intent | StrategyFault {
  if (value instanceof Promise) {
    value.catch(() => undefined); // Its outcome is void; an unhandled rejection would end the process.
    return { type: "fault", code: "STRATEGY_ANSWER_INVALID", path: prefix, message: "STRATEGY_ANSWER_INVALID: answer=Promise", at };
  }
  const problem = checkIntent(value);
  if (problem !== undefined) return faultOf(problem, prefix, at);
  const intent = value as Intent;
  if (intent.symbol === undefined && symbol !== undefined) return intent;
  const named = symbolOf(String(intent.symbol), symbols);
  if (typeof named !== "string") return faultOf(named, prefix, at);
  return named === intent.symbol ? intent : { ...intent, symbol: named };
}

const faultOf = (problem: IntentProblem, prefix: string, at: number): StrategyFault => ({
  type: "fault",
  code: problem.code,
  path: prefix + problem.path,
  message: problem.message,
  at,
});

/** What a callback threw; an accident of one portfolio, never of the run. */
export function threw(error: unknown, at: number): StrategyFault {
  return { type: "fault", code: "STRATEGY_THREW", path: "", message: `STRATEGY_THREW: ${said(error).slice(0, 500)}`, at };
}

function said(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "an error that cannot be shown";
  }
}
