import { unreachable } from "../assert.ts";
import type { InstantMs, InstrumentId } from "../brand.ts";
import type { Contract } from "../instrument/contract.ts";
import { type Instrument, termsOf } from "../instrument/instrument.ts";
import type { State } from "../state.ts";
import { isOtherWorth } from "./contracts.ts";
import type { EventOf } from "./events.ts";
import { detachExecutions } from "./evolve-books.ts";

export type ContractEvent = EventOf<"InstrumentSucceeded" | "InstrumentRevised" | "ContractNoted" | "ContractDoubted" | "ContractAccepted">;

/** Folds what a venue says of contracts, and what people accepted of it. */
export function evolveContract(state: State, event: ContractEvent, at: InstantMs): void {
  switch (event.type) {
    case "InstrumentSucceeded":
      state.formerly.set(event.instrument, event.formerly);
      return;
    case "ContractNoted": {
      const { version } = keptOf(state, event.instrument);
      state.contracts.set(event.instrument, { told: event.contract, version, doubt: null });
      return;
    }
    case "ContractDoubted": {
      const kept = keptOf(state, event.instrument);
      state.contracts.set(event.instrument, { ...kept, doubt: { told: event.contract, says: event.says, since: kept.doubt?.since ?? at } });
      return;
    }
    case "InstrumentRevised":
    case "ContractAccepted":
      reviseListing(state, event.instrument);
      state.contracts.set(event.instrument.id, { told: event.contract, version: event.version, doubt: null });
      return;
    default:
      unreachable(event);
  }
}

const keptOf = (state: State, instrument: InstrumentId): Contract =>
  state.contracts.get(instrument) ?? { told: null, version: 1, doubt: null };

/** The definition from now on. What was booked stays in money; executions at another worth are of the version before (INST-8). */
function reviseListing(state: State, instrument: Instrument): void {
  const before = state.listings.get(instrument.id);
  const quote = state.assets.get(instrument.quote);
  if (before === undefined || quote === undefined) return;
  const { base } = before;
  const listing = { instrument, base, quote, terms: termsOf(instrument, base, quote) };
  state.listings.set(instrument.id, listing);
  if (state.primary.get(base.id)?.instrument.id === instrument.id) state.primary.set(base.id, listing);
  if (isOtherWorth(before.instrument, instrument)) detachExecutions(state, base.id);
}
