import { greatest, isWholeSteps, type Price, roundToStep } from "@bulkhead/money";
import type { InstrumentId } from "../brand.ts";
import { acceptedTerms, type Contract, contractChange, learnsFrom, type VenueContract } from "../instrument/contract.ts";
import { type Instrument, type Listing, termsOf } from "../instrument/instrument.ts";
import { isTerminal } from "../order/order.ts";
import { levelsOf } from "../protection/overnight.ts";
import type { Levels } from "../protection/protection.ts";
import { MODES, type Mode, scopeKey } from "../scope.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { CommandOf } from "./commands.ts";
import type { Event } from "./events.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

/** What the reason of every mode that a contract set begins with: only that is lifted. */
export const CONTRACT_REASON = "CONTRACT_CHANGED: ";

const NO_CONTRACT: Contract = { told: null, version: 1, doubt: null };
const contractOf = (state: StateView, instrument: InstrumentId): View<Contract> => state.contracts.get(instrument) ?? NO_CONTRACT;

/**
 * What a venue says of a contract of the books. What changes nothing that was booked is followed, as a new version of the definition; what
 * makes another thing of the contract stops entries until a person accepts it (INST-1 … INST-6).
 */
export function recordContract(state: StateView, { instrument, contract: now }: CommandOf<"RecordContract">): Step {
  const listing = state.listings.get(instrument);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument });
  const kept = contractOf(state, instrument);
  if (now === null) return doubt(state, listing, kept, null, "the venue does not have it any more");
  const change = contractChange(listing, kept.told, now);
  if (change.dangers.length > 0) return doubt(state, listing, kept, now, change.dangers.join("; "));
  const events: Event[] = [];
  const { instrument: followed } = change;
  if (change.harmless.length > 0) {
    const isNew = !isSameDefinition(followed, listing.instrument);
    const version = kept.version + (isNew ? 1 : 0);
    events.push({ type: "InstrumentRevised", instrument: followed, contract: now, version, says: change.harmless.join("; ") });
    if (isNew) rearmOnTick(state, followed, events);
  } else if (kept.told === null || kept.doubt !== null || learnsFrom(kept.told, now))
    events.push({ type: "ContractNoted", instrument, contract: now });
  if (kept.doubt !== null) lift(state, instrument, "the venue says again what it said before", events);
  return events.length === 0 ? NOTHING : done(events);
}

/** A person says that the contract is what they want to trade, as the venue has it now (INST-7). */
export function acceptContract(state: StateView, { instrument, by, reason }: CommandOf<"AcceptContract">): Step {
  const listing = state.listings.get(instrument);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument });
  if (reason === "") return refuse("REASON_MISSING", { command: "AcceptContract" });
  const kept = contractOf(state, instrument);
  const offered = kept.doubt;
  if (offered === null) return refuse("CONTRACT_UNCHANGED", { instrument });
  if (offered.told === null) return refuse("CONTRACT_GONE", { instrument });
  const quote = offered.told.currency === "" ? listing.quote : state.assets.get(offered.told.currency as Listing["quote"]["id"]);
  if (quote === undefined) return refuse("ASSET_UNKNOWN", { asset: offered.told.currency });
  if (quote.kind !== "cash") return refuse("ASSET_NOT_CASH", { asset: quote.id });
  const accepted = acceptedTerms(listing, offered.told, quote);
  if (accepted === undefined || !isExact(accepted, { ...listing, quote }))
    return refuse("INSTRUMENT_INVALID", { instrument, field: "multiplierUnits" });
  const inUse = useOf(state, listing, accepted);
  if (inUse !== null) return refuse("CONTRACT_IN_USE", { instrument, what: inUse });
  const isNew = !isSameDefinition(accepted, listing.instrument);
  const version = kept.version + (isNew ? 1 : 0);
  const events: Event[] = [{ type: "ContractAccepted", instrument: accepted, contract: offered.told, version, by, reason }];
  if (isNew) rearmOnTick(state, accepted, events);
  lift(state, instrument, `accepted by ${by}: ${reason}`, events);
  return done(events);
}

/** Orders were reserved for, and holdings priced, on the terms that would change. */
function useOf(state: StateView, { instrument, base }: Listing, accepted: Instrument): string | null {
  if (!isOtherWorth(instrument, accepted)) return null;
  for (const order of state.orders.values()) if (order.instrument === instrument.id && !isTerminal(order.status)) return "orders";
  if (accepted.quote === instrument.quote) return null;
  for (const portfolio of state.portfolios.values()) if (portfolio.holdings.has(base.id)) return "holdings";
  return null;
}

/** Whether a unit at a price is another value under the two: executions of before stay as they were booked. */
export const isOtherWorth = (a: Instrument, b: Instrument): boolean =>
  a.quote !== b.quote || a.multiplierUnits !== b.multiplierUnits || a.multiplierScale !== b.multiplierScale;

function isExact(instrument: Instrument, { base, quote }: Listing): boolean {
  try {
    termsOf(instrument, base, quote);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const isSameDefinition = (a: Instrument, b: Instrument): boolean =>
  (Object.keys(a) as (keyof Instrument)[]).every((field) => a[field] === b[field]);

function doubt(state: StateView, { instrument }: Listing, kept: View<Contract>, told: VenueContract | null, says: string): Step {
  if (kept.doubt !== null && kept.doubt.says === says && isSameContract(kept.doubt.told, told)) return NOTHING;
  const events: Event[] = [{ type: "ContractDoubted", instrument: instrument.id, contract: told, says }];
  const scope = { kind: "instrument", instrument: instrument.id } as const;
  const set = state.modes.get(scopeKey(scope));
  // A stricter mode, and one that a person set, stays as it is.
  if (set === undefined || isLooser(set.mode) || set.reason.startsWith(CONTRACT_REASON) || set.reason.startsWith("reconciliation: "))
    events.push({ type: "ModeSet", scope, mode: "reduce_only", reason: CONTRACT_REASON + says });
  return done(events);
}

const isLooser = (mode: Mode): boolean => MODES.indexOf(mode) < MODES.indexOf("reduce_only");

const isSameContract = (a: View<VenueContract> | null, b: VenueContract | null): boolean =>
  a === null || b === null ? a === b : (Object.keys(a) as (keyof VenueContract)[]).every((field) => a[field] === b[field]);

function lift(state: StateView, instrument: InstrumentId, why: string, events: Event[]): void {
  const scope = { kind: "instrument", instrument } as const;
  if (state.modes.get(scopeKey(scope))?.reason.startsWith(CONTRACT_REASON) === true)
    events.push({ type: "ModeSet", scope, mode: "ready", reason: CONTRACT_REASON + why });
}

/** Exits stand on the new tick: an order of theirs would be refused on the old one. */
function rearmOnTick(state: StateView, { id, tickSize }: Instrument, events: Event[]): void {
  const onTick = (price: Price): Price =>
    isWholeSteps(price, tickSize) ? price : greatest(tickSize, roundToStep(price, tickSize, "half-even"));
  const moved = ({ stop, takeProfit, trailing }: Levels): Levels => ({
    stop: stop === null ? null : onTick(stop),
    takeProfit: takeProfit === null ? null : onTick(takeProfit),
    trailing: trailing === null ? null : onTick(trailing),
  });
  for (const portfolio of state.portfolios.values()) {
    const protection = portfolio.protections.get(id);
    if (protection === undefined) continue;
    const levels = levelsOf(protection);
    const after = moved(levels);
    if (after.stop === levels.stop && after.takeProfit === levels.takeProfit && after.trailing === levels.trailing) continue;
    const { overnight } = protection;
    const night = overnight === null ? null : { ...overnight, day: moved(overnight.day) };
    events.push({ type: "ProtectionArmed", protection: { ...protection, ...after, overnight: night } });
  }
}
