import type { IntentProblem } from "./check.ts";

/**
 * The portfolio's symbol that a text names: the exact id, or a bare symbol where only one instrument of the portfolio has it.
 * `symbols` are ids, `SPY@XNYS`.
 */
export function symbolOf(text: string, symbols: readonly string[]): string | IntentProblem {
  if (symbols.includes(text)) return text;
  const matches = symbols.filter((each) => each.startsWith(`${text}@`));
  const [only] = matches;
  if (matches.length === 1 && only !== undefined) return only;
  if (matches.length === 0) {
    return { code: "INTENT_SYMBOL_UNKNOWN", path: "symbol", message: `INTENT_SYMBOL_UNKNOWN: symbol=${JSON.stringify(text.slice(0, 80))}` };
  }
  return { code: "INTENT_SYMBOL_AMBIGUOUS", path: "symbol", message: `INTENT_SYMBOL_AMBIGUOUS: candidates=${matches.join(" ")}` };
}
