import type { Command, InstantMs, Listing, StateView } from "@bulkhead/core";
import {
  absolute,
  add,
  isLess,
  isNegative,
  type Money,
  moneyOfUnits,
  mulDiv,
  negate,
  parseMoney,
  parseQuantity,
  powerOfTen,
  subtract,
  unitsOf,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { EntryOf } from "@bulkhead/venues";

type Received = Readonly<{ at: InstantMs; amount: Money; listing: Listing | null; scale: number }>;

/**
 * Cash of a statement as a fact. Where so much per unit was declared and what came is that for what is held, but for the broker's cents, it
 * is shared out as it came; where it is something else, each holder gets what was declared and the difference waits in `unattributed`.
 */
export function incomeCommand(state: StateView, entry: EntryOf<"cash">, { at, amount, listing, scale }: Received): Command {
  const asset = entry.currency as never;
  const shared: Command = {
    type: "RecordCash",
    at,
    cashId: entry.cashId,
    kind: entry.cashKind,
    asset,
    amount,
    instrument: listing?.instrument.id ?? null,
    details: entry.details,
  };
  if (listing === null || entry.perUnit === null || entry.cashKind !== "dividend") return shared;
  const perUnit = perUnitOf(entry.perUnit, isNegative(amount));
  if (perUnit === undefined) return shared;
  const held = [...state.portfolios.values()].reduce(
    (sum, { holdings }) => add(sum, holdings.get(listing.base.id)?.quantity ?? ZERO_QUANTITY),
    ZERO_QUANTITY,
  );
  const owed = moneyOfUnits(mulDiv(unitsOf(held), perUnit.units, powerOfTen(perUnit.scale + listing.base.scale - scale), "half-even"));
  const cent = parseMoney("0.01", scale);
  if (cent.ok && isLess(absolute(subtract(amount, owed)), cent.value)) return shared;
  return {
    type: "RecordIncome",
    at,
    incomeId: entry.cashId,
    kind: "dividend",
    instrument: listing.instrument.id,
    payAsset: asset,
    perUnit: perUnit.units,
    perUnitScale: perUnit.scale,
    received: amount,
  };
}

/** A declared amount as an integer of its own scale; a reversal takes it back. */
function perUnitOf(text: string, reversed: boolean): Readonly<{ units: number; scale: number }> | undefined {
  const scale = Math.max(0, Math.min(12, text.includes(".") ? text.length - text.indexOf(".") - 1 : 0));
  const parsed = parseQuantity(text, scale, "half-even");
  if (!parsed.ok) return undefined;
  return { units: unitsOf(reversed ? negate(parsed.value) : parsed.value), scale };
}
