import { cashScale, nearestWord } from "@bulkhead/contract";
import type { InstrumentId } from "@bulkhead/core";
import { type InstrumentFacts, type Traded, tradedOf as tradedFor } from "@bulkhead/market";
import { CommandFailure } from "../shell.ts";

/** What the data says about instruments, as terms of trade. */
export const tradedOf = (facts: readonly InstrumentFacts[]): Traded => tradedFor(facts, cashScale);

/** The ids that symbols mean: an id, or a bare symbol that only one instrument has. */
export function instrumentIds(symbols: readonly string[], facts: readonly InstrumentFacts[], place: string): readonly InstrumentId[] {
  return symbols.map((symbol) => {
    const wanted = symbol.toUpperCase();
    const found = facts.filter((each) => each.id.toUpperCase() === wanted || each.symbol.toUpperCase() === wanted);
    const [first] = found;
    if (first === undefined) {
      const near = nearestWord(
        symbol,
        facts.map((each) => each.symbol),
      );
      const suggestion = near === undefined ? "`bulkhead instrument search` lists what there is." : `Did you mean ${near}?`;
      throw new CommandFailure("CLI_SYMBOL_UNKNOWN", { symbol, suggestion }, { details: place === "" ? [] : [place], exitCode: 2 });
    }
    if (found.length > 1)
      throw new CommandFailure("CLI_SYMBOL_AMBIGUOUS", { symbol, candidates: found.map((each) => each.id).join(", ") }, { exitCode: 2 });
    return first.id;
  });
}
