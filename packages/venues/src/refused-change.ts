import type { ChangeableTerms, Effect, InstantMs, VenueFact } from "@bulkhead/core";

/** A change that a venue did not take, or that never left: the order stays as `effect.before` says. */
export function refusedChange(
  { venueOrder, terms, before }: Omit<Extract<Effect, { type: "ReplaceVenueOrder" }>, "type">,
  at: InstantMs,
  reason: string,
): VenueFact {
  const { instrument } = terms;
  return { type: "RecordReplaceReject", at, venueOrder, instrument, refused: changeable(terms), stays: changeable(before), reason };
}

const changeable = ({ quantity, limit, stop }: ChangeableTerms): ChangeableTerms => ({ quantity, limit, stop });
