import type { Amount, Money, Quantity } from "@bulkhead/money";
import {
  absolute,
  add,
  isLess,
  isMore,
  isNegative,
  isPositive,
  isZero,
  rescale,
  signOf,
  subtract,
  unitsOf,
  ZERO_MONEY,
} from "@bulkhead/money";
import type { AssetId } from "../brand.ts";
import { between, marketValue } from "../portfolio/nav.ts";
import { openUnits } from "../portfolio/open-orders.ts";
import type { StateView } from "../state.ts";
import type { Proposal } from "./break.ts";
import type { Compared } from "./compare.ts";
import { costInBooks } from "./unit-cost.ts";

/** What a difference is proposed from: everything that the same barrier showed. */
export type Cues = Readonly<{
  /** Everything that differs, this one included. */
  differing: readonly Compared[];
  /** Units that the venue says our orders filled beyond what was told, signed, by asset. */
  missed: ReadonlyMap<AssetId, Amount>;
  /** Whether the venue told its cash too: only then did none go where none differs. */
  cashTold: boolean;
}>;

/** What most likely made a difference, by the first row of the table in docs/spec/reconciliation.md that fits. Deterministic; never acted upon. */
export function propose(state: StateView, compared: Compared, cues: Cues): Proposal {
  const amount = subtract(compared.venue, compared.books);
  return compared.listing === null ? proposeCash(state, compared.asset, amount as Money, cues) : proposeUnits(state, compared, cues);
}

function proposeUnits(state: StateView, compared: Compared, cues: Cues): Proposal {
  const { asset, listing, books, venue, venueCost } = compared;
  const amount = subtract(venue, books) as Quantity;
  const missed = cues.missed.get(asset);
  if (missed !== undefined && signOf(missed) === signOf(amount)) return "missed_fill";
  if (isSplit(state, compared)) return "split";
  if (halfOf(state, compared, cues) !== undefined) return "rename";
  if (isOpenFor(state, asset, amount)) return "missed_fill";
  const isCoin = state.assets.get(asset)?.kind === "coin";
  const booked = costInBooks(state, asset, listing?.quote.id ?? asset) ?? ZERO_MONEY;
  const isFree = venueCost === null || isNear(venueCost, booked, 100);
  if (isCoin && isPositive(amount) && isFree && cues.cashTold && !isPaidFor(state, compared, cues)) return "airdrop";
  return "manual_trade";
}

/** Largest number on either side of a ratio that a split has. */
const SPLIT_MOST = 20;

/** A simple ratio of units and the same total cost: nothing was bought or sold. */
function isSplit(state: StateView, { asset, listing, books, venue, venueCost }: Compared): boolean {
  if (listing === null || listing.base.kind === "coin" || isZero(books) || signOf(books) !== signOf(venue) || venueCost === null)
    return false;
  const divisor = commonDivisor(Math.abs(unitsOf(books)), Math.abs(unitsOf(venue)));
  if (Math.abs(unitsOf(books)) / divisor > SPLIT_MOST || Math.abs(unitsOf(venue)) / divisor > SPLIT_MOST) return false;
  const cost = costInBooks(state, asset, listing.quote.id);
  return cost !== null && !isZero(cost) && isNear(venueCost, cost, 100);
}

/**
 * All of one holding is gone where another one of its kind appeared on the same side, for the same total cost or, where none is told, as many
 * units. Undefined where several fit: nothing is guessed between them.
 */
function halfOf(state: StateView, compared: Compared, { differing }: Cues): Compared | undefined {
  const fits = (one: Compared, other: Compared): boolean => {
    const [gone, came] = isZero(one.venue) ? [one, other] : [other, one];
    if (gone.listing === null || came.listing === null || gone.asset === came.asset) return false;
    if (!isZero(gone.venue) || isZero(gone.books) || !isZero(came.books) || signOf(gone.books) !== signOf(came.venue)) return false;
    if (gone.listing.base.kind !== came.listing.base.kind || gone.listing.quote.id !== came.listing.quote.id) return false;
    const cost = costInBooks(state, gone.asset, gone.listing.quote.id);
    if (came.venueCost !== null && cost !== null && !isZero(cost)) return isNear(came.venueCost, cost, 100);
    return rescale(gone.books, 10 ** came.listing.base.scale, 10 ** gone.listing.base.scale, "half-even") === came.venue;
  };
  const found = differing.filter((other) => fits(compared, other));
  const [only] = found;
  if (only === undefined || found.length > 1) return undefined;
  return differing.filter((other) => fits(only, other)).length === 1 ? only : undefined;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Within a share of the larger: one in `parts`. */
function isNear(a: Money, b: Money, parts: number): boolean {
  const larger = isMore(absolute(a), absolute(b)) ? absolute(a) : absolute(b);
  return !isMore(absolute(subtract(a, b)), part(larger, 1, parts));
}

/** An order of ours works, or waits for an answer, on this side: the venue may have filled it already. */
function isOpenFor(state: StateView, asset: AssetId, amount: Quantity): boolean {
  for (const portfolio of state.portfolios.values())
    if (!isLess(openUnits(state, portfolio, asset, isPositive(amount) ? "buy" : "sell"), absolute(amount))) return true;
  return false;
}

/** Cash of the same barrier went the other way for about what the units are worth. */
function isPaidFor(state: StateView, compared: Compared, { differing }: Cues): boolean {
  const value = worthOf(state, compared);
  if (value === undefined || isZero(value.worth)) return false;
  for (const { asset, listing, books, venue } of differing) {
    if (listing !== null || asset !== value.quote) continue;
    if (isNear(subtract(venue, books) as Money, subtract(ZERO_MONEY, value.worth), 20)) return true;
  }
  return false;
}

/** What the units that differ are worth at the last mark, else at the venue's average cost. */
function worthOf(state: StateView, compared: Compared): Readonly<{ worth: Money; quote: AssetId }> | undefined {
  const { listing, books, venue, venueCost } = compared;
  if (listing === null) return undefined;
  const quantity = subtract(venue, books) as Quantity;
  const marked = state.marks.has(listing.instrument.id) ? marketValue(state, { quantity, lots: [] }, listing) : undefined;
  if (marked !== undefined) return { worth: marked, quote: listing.quote.id };
  if (venueCost === null || isZero(venue)) return undefined;
  return { worth: part(venueCost, unitsOf(quantity), unitsOf(venue)), quote: listing.quote.id };
}

function proposeCash(state: StateView, asset: AssetId, amount: Money, cues: Cues): Proposal {
  const traded = cues.differing.find(
    (each) => each.listing !== null && worthOf(state, each)?.quote === asset && isPaidFor(state, each, cues),
  );
  if (traded !== undefined) return proposeUnits(state, traded, cues);
  const pending = pendingValue(state, asset);
  if (isNegative(amount) && isPositive(pending) && !isMore(absolute(amount), part(pending, 1, 50))) return "fee";
  const scale = state.assets.get(asset)?.scale ?? 0;
  if (Math.abs(unitsOf(amount)) < 10 ** Math.max(0, scale - 2)) return "rounding";
  if (isPositive(amount) && isYieldOf(state, asset, amount)) return "dividend";
  let cash = ZERO_MONEY;
  for (const portfolio of state.portfolios.values()) cash = add(cash, (portfolio.ledger.get(asset)?.cash ?? ZERO_MONEY) as Money);
  if (!isMore(absolute(amount), part(absolute(cash), 1, 100))) return isPositive(amount) ? "interest" : "fee";
  return "transfer";
}

/** Value of the executions whose fee the venue has not told, as far as it is in this asset. */
function pendingValue(state: StateView, asset: AssetId): Money {
  let value = ZERO_MONEY;
  for (const pending of state.reconciliation.pendingFees.values()) if (pending.asset === asset) value = add(value, absolute(pending.value));
  return value;
}

/** At most a twentieth of what is held of some share that pays in this asset. */
function isYieldOf(state: StateView, asset: AssetId, amount: Money): boolean {
  for (const [held, listing] of state.primary) {
    if (listing.base.kind !== "share") continue;
    let value = ZERO_MONEY;
    for (const portfolio of state.portfolios.values()) {
      const holding = portfolio.holdings.get(held);
      if (holding === undefined) continue;
      const worth = marketValue(state, holding, listing);
      const inAsset = worth === undefined ? undefined : between(state, listing.quote.id, asset, worth);
      if (inAsset !== undefined) value = add(value, inAsset);
    }
    if (isPositive(value) && listing.quote.id === asset && !isMore(amount, part(value, 1, 20))) return true;
  }
  return false;
}

const part = (amount: Money, numerator: number, denominator: number): Money => rescale(amount, numerator, denominator, "half-even");
