import type { Amount, Money, Ratio } from "@bulkhead/money";
import { absolute, isZero, least, negate, ONE, proportion, rescale, signOf, subtract, unitsOf } from "@bulkhead/money";
import type { Listing } from "../instrument/instrument.ts";
import type { Break } from "../reconcile/break.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { Event } from "./events.ts";

/** What an asset becomes, and how much of the cost goes there. */
export type Heir = Readonly<{ listing: Listing; numerator: number; denominator: number; costShare: Ratio }>;

/**
 * What differed of an asset differs of what it became: breaks that nobody answered go on there, in its units, and settle those of the other
 * sign that the venue's new holding made (REC-33). Of several targets it is the one that most of the cost goes to.
 */
export function carryBreaks(state: StateView, from: Listing, heirs: readonly Heir[], events: Event[]): void {
  const [heir] = [...heirs].sort((a, b) => unitsOf(b.costShare) - unitsOf(a.costShare));
  if (heir === undefined || heir.listing.base.id === from.base.id) return;
  const asset = heir.listing.base.id;
  const open = [...state.reconciliation.breaks.values()].filter(({ kind, left }) => isOfUnits(kind) && !isZero(left));
  const there = open.filter((item) => item.asset === asset).map((item) => ({ item, left: item.left as Amount }));
  for (const item of open) {
    if (item.asset !== from.base.id) continue;
    const reason = `carried over into ${heir.listing.instrument.id}`;
    events.push({ type: "BreakSettled", breakId: item.id, asset: item.asset, amount: item.left as Amount, reason });
    let rest = inUnitsOf(heir, from, item.left as Amount);
    const whole = rest;
    for (const other of there) {
      if (isZero(rest) || signOf(other.left) !== -signOf(rest)) continue;
      const part = least(absolute(other.left), absolute(rest));
      const amount = signOf(other.left) > 0 ? part : negate(part);
      events.push({ type: "BreakSettled", breakId: other.item.id, asset, amount, reason: `explained by ${item.id}` });
      other.left = subtract(other.left, amount);
      rest = subtract(rest, negate(amount));
    }
    if (!isZero(rest)) events.push(opened(item, heir, rest, whole));
  }
}

const isOfUnits = (kind: Break["kind"]): boolean => kind === "position" || kind === "unknown_order";

/** Units of before as units of what they became, each at its own scale. */
function inUnitsOf({ listing, numerator, denominator }: Heir, from: Listing, amount: Amount): Amount {
  const shift = listing.base.scale - from.base.scale;
  return rescale(amount, numerator * 10 ** Math.max(shift, 0), denominator * 10 ** Math.max(-shift, 0), "half-even");
}

function opened(item: View<Break>, { listing, costShare }: Heir, amount: Amount, whole: Amount): Event {
  const share = (money: Money): Money => {
    const ofLeft = isZero(item.amount) ? money : proportion(money, item.left as never, item.amount as never);
    return proportion(proportion(ofLeft, costShare, ONE), amount as never, whole as never);
  };
  return {
    type: "BreakOpened",
    breakId: `${item.id}>${listing.base.id}`,
    kind: item.kind,
    asset: listing.base.id,
    instrument: listing.instrument.id,
    quote: item.quote,
    amount,
    cost: share(item.cost as Money),
    cash: share(item.cash as Money),
    proposal: item.proposal,
    venueOrderId: item.venueOrderId,
    venueOrder: item.venueOrder,
    endsAs: item.endsAs,
    evidence: item.evidence,
  };
}
