import type { AssetId, Command, InstantMs, InstrumentId } from "@bulkhead/core";
import type { CorporateAction, InstrumentFacts } from "@bulkhead/market";
import { parseMoney, unitsOf } from "@bulkhead/money";

/** Decimal places of a dividend per share as it goes into its command. */
const PER_UNIT_SCALE = 9;

/** Splits and dividends of the data as commands due at the opening of their ex-dates. */
export function corporateCommands(
  actions: ReadonlyMap<InstrumentId, readonly CorporateAction[]>,
  facts: readonly InstrumentFacts[],
  span: Readonly<{ from: number; to: number }>,
): readonly Command[] {
  const quotes = new Map(facts.map((each) => [each.id, each.quote as AssetId]));
  return [...actions].flatMap(([instrument, known]) =>
    known
      .filter((action) => action.exAt >= span.from && action.exAt <= span.to)
      .map((action) => commandOf(instrument, action, quotes.get(instrument) ?? ("USD" as AssetId))),
  );
}

function commandOf(instrument: InstrumentId, action: CorporateAction, payAsset: AssetId): Command {
  const at = action.exAt as InstantMs;
  if (action.kind === "split") {
    const { numerator, denominator, exDate } = action;
    const actionId = `split:${instrument}:${exDate}`;
    return { type: "RecordCorporateAction", at, actionId, instrument, numerator, denominator, accountQuantity: null, cashInLieu: null };
  }
  const parsed = parseMoney(action.amount, PER_UNIT_SCALE, "half-even");
  const perUnit = parsed.ok ? unitsOf(parsed.value) : 0;
  const incomeId = `dividend:${instrument}:${action.exDate}`;
  return {
    type: "RecordIncome",
    at,
    incomeId,
    kind: "dividend",
    instrument,
    payAsset,
    perUnit,
    perUnitScale: PER_UNIT_SCALE,
    received: null,
  };
}
