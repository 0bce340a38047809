import type { Command, ExecutionId, InstantMs, Listing, StateView, VenueTag } from "@bulkhead/core";
import {
  absolute,
  add,
  averagePrice,
  formatAmount,
  isNegative,
  isZero,
  type Money,
  negate,
  type Price,
  parseMoney,
  parseQuantity,
  type Quantity,
  quantityOfUnits,
  type Ratio,
  subtract,
  unitsOf,
  valueOf,
  ZERO_QUANTITY,
  ZERO_RATIO,
} from "@bulkhead/money";
import type { EntryOf, UnitRatio } from "@bulkhead/venues";
import { rest, shareText } from "./allocations.ts";

/** Whether an entry changed the books; one that they had already did not. */
export type Booked = Readonly<{ booked: boolean }>;

export type ActionAround = Readonly<{
  at: InstantMs;
  listing: (key: string) => Listing;
  /** Under which order of the venue what nobody's order made waits. */
  tagOf: (tag: VenueTag) => VenueTag;
  /** Ends the line: the statement says what cannot be. */
  refuse: (figures: Readonly<Record<string, string>>) => never;
  /** What part of the cost a person stated to go with a contract; undefined: nothing was said of it. */
  shareOf: (contract: string) => Ratio | undefined;
}>;

type Action = EntryOf<"split" | "conversion-in-kind" | "redemption" | "transfer-in-kind">;
type Planned = Readonly<{ commands: readonly Command[]; notes: readonly string[] }>;

/** What a corporate action or a transfer of units is in commands, given what the books hold when it happens. */
export function actionCommands(state: StateView, entry: Action, around: ActionAround): Planned {
  // What the books hold now is what came of it: working it out again would give something else.
  if ("actionId" in entry && state.bookedIds.has(`action:${entry.actionId}`)) return { commands: [], notes: [] };
  switch (entry.kind) {
    case "split":
      return splitCommands(state, entry, around);
    case "conversion-in-kind":
      return conversionCommands(state, entry, around);
    case "redemption":
      return {
        commands: traded(entry, { id: `action:${entry.actionId}`, side: "sell", worth: entry.received, kind: "other" }, around),
        notes: [],
      };
    case "transfer-in-kind": {
      const side = entry.arrives ? "buy" : "sell";
      const commands = traded(entry, { id: `transfer:${entry.transferId}`, side, worth: entry.worth, kind: "transfer" }, around);
      return { commands, notes: [] };
    }
  }
}

function splitCommands(state: StateView, entry: EntryOf<"split">, around: ActionAround): Planned {
  const { at, listing: find, refuse } = around;
  const listing = find(entry.contract);
  const before = heldOf(state, listing);
  const after = add(before, quantityOf(entry.delta, listing, refuse));
  if (isZero(before) && entry.ratio === null)
    return refuse({ problem: `${entry.delta} units for a holding that the books do not have, and no ratio` });
  const ratio = entry.ratio ?? lowest(unitsOf(after), unitsOf(before));
  if (ratio === undefined) return refuse({ problem: `${entry.delta} units for ${unitsOf(before)}` });
  const exact = quantityOfUnits(Number((BigInt(unitsOf(before)) * BigInt(ratio.numerator)) / BigInt(ratio.denominator)));
  const fraction = subtract(exact, after);
  const whole = 10 ** listing.base.scale;
  // Less than a unit is the broker's rounding; more, and the books held something else before, which the end shows.
  const isRounded = Math.abs(unitsOf(fraction)) < whole && !isZero(before);
  const isLeast = Math.abs(unitsOf(fraction)) <= 1;
  const split: Command = {
    type: "RecordCorporateAction",
    at,
    actionId: entry.actionId,
    instrument: listing.instrument.id,
    numerator: ratio.numerator,
    denominator: ratio.denominator,
    accountQuantity: isRounded && isLeast ? after : null,
    cashInLieu: null,
  };
  const quantity = formatAmount(absolute(fraction), listing.base.scale);
  const inLieu = { contract: entry.contract, quantity, at: entry.at, details: entry.details };
  const trade = {
    id: `action:${entry.actionId}:fraction`,
    side: isNegative(fraction) ? "buy" : "sell",
    worth: entry.inLieu,
    kind: "other",
  } as const;
  const sold = isRounded && !isLeast ? traded(inLieu, trade, around) : paidFor(entry, listing, around);
  const notes = isRounded
    ? []
    : [
        `the split of ${listing.instrument.id} gave ${entry.delta} units; the books held ${formatAmount(before, listing.base.scale)} and go by its ratio`,
      ];
  return { commands: [split, ...sold], notes };
}

/** Cash that came with a split although no fraction of a unit was left over. */
function paidFor(entry: EntryOf<"split">, { quote, instrument }: Listing, { at, refuse }: ActionAround): readonly Command[] {
  const paid = parseMoney(entry.inLieu, quote.scale, "half-even");
  if (!paid.ok) return refuse({ problem: `${entry.inLieu} is no amount` });
  if (isZero(paid.value)) return [];
  const cashId = `action:${entry.actionId}:cash`;
  return [
    {
      type: "RecordCash",
      at,
      cashId,
      kind: "other",
      asset: quote.id,
      amount: paid.value,
      instrument: instrument.id,
      details: entry.details,
    },
  ];
}

function conversionCommands(state: StateView, entry: EntryOf<"conversion-in-kind">, around: ActionAround): Planned {
  const { at, listing: find, refuse, shareOf } = around;
  const from = find(entry.from);
  const before = heldOf(state, from);
  const stated = entry.into.map(({ contract }) => shareOf(contract));
  // What nobody stated stays with what is kept, or goes with the first that comes.
  const remainder = rest(stated.map((share, index) => (index === 0 && !entry.keeps ? ZERO_RATIO : (share ?? ZERO_RATIO))));
  if (isNegative(remainder)) return refuse({ problem: `more than the whole cost of ${from.instrument.id} is allocated` });
  const into = entry.into.map((part, index) => {
    const to = find(part.contract);
    const ratio = part.ratio ?? ratioBetween(quantityOf(part.delta, to, refuse), to, before, from);
    if (ratio === undefined)
      return refuse({ problem: `${part.delta} of ${to.instrument.id} for ${from.instrument.id}, of which the books have none` });
    return { instrument: to.instrument.id, ...ratio, costShare: index === 0 && !entry.keeps ? remainder : (stated[index] ?? ZERO_RATIO) };
  });
  const kept = entry.keeps ? [{ instrument: from.instrument.id, numerator: 1, denominator: 1, costShare: remainder }] : [];
  const command: Command = { type: "ConvertPosition", at, actionId: entry.actionId, from: from.instrument.id, into: [...kept, ...into] };
  return { commands: [command], notes: entry.keeps || into.length > 1 ? [costNote(entry, from, around)] : [] };
}

/** How the cost was divided, or how a person can say how it is: the statement does not. */
function costNote({ into, keeps }: EntryOf<"conversion-in-kind">, from: Listing, { listing: find, shareOf }: ActionAround): string {
  const others = keeps ? into : into.slice(1);
  const said = others.flatMap(({ contract }) => {
    const share = shareOf(contract);
    return share === undefined
      ? []
      : [`${shareText(share)} of the cost of ${from.instrument.id} goes with ${find(contract).instrument.id}`];
  });
  if (said.length === others.length) return said.join(", ");
  const open = others.filter(({ contract }) => shareOf(contract) === undefined);
  const ask = open.map(({ contract }) => `--allocate ${find(contract).instrument.symbol}=SHARE`).join(" ");
  return `the whole cost stays with ${keeps ? from.instrument.id : "the first that comes"}: its company states how it is divided (Form 8937); before it is booked, say it with ${ask}`;
}

type Moved = Readonly<{ contract: string; quantity: string; at: InstantMs; details: string }>;
type Trade = Readonly<{ id: string; side: "buy" | "sell"; worth: string; kind: "transfer" | "other" }>;

/** Units against what they were worth, and what makes the cash exactly what the statement says: nothing for a transfer, what was paid else. */
function traded(entry: Moved, trade: Trade, { at, listing: find, tagOf, refuse }: ActionAround): readonly Command[] {
  const listing = find(entry.contract);
  const quantity = quantityOf(entry.quantity, listing, refuse);
  const parsed = parseMoney(trade.worth, listing.quote.scale, "half-even");
  if (!parsed.ok) return refuse({ problem: `${trade.worth} is no amount` });
  const price: Price = averagePrice(parsed.value, quantity, listing.terms);
  const value = valueOf(quantity, price, listing.terms);
  const moved: Money = listing.instrument.settlement === "margined" ? subtract(value, value) : trade.side === "buy" ? negate(value) : value;
  const execution: Command = {
    type: "RecordExecution",
    at,
    executionId: trade.id as ExecutionId,
    version: 0,
    venueOrder: null,
    tag: tagOf({ reference: "", client: "", venueOrderId: trade.id }),
    instrument: listing.instrument.id,
    side: trade.side,
    quantity,
    price,
    fee: null,
    venueAt: entry.at,
  };
  const wanted = trade.kind === "transfer" ? negate(moved) : subtract(parsed.value, moved);
  const cash: Command = {
    type: "RecordCash",
    at,
    cashId: `${trade.id}:worth`,
    kind: trade.kind,
    asset: listing.quote.id,
    amount: wanted,
    instrument: null,
    details: entry.details,
  };
  return isZero(wanted) ? [execution] : [cash, execution];
}

/** Signed units of an instrument's base asset over all portfolios. */
export function heldOf(state: StateView, { base }: Listing): Quantity {
  return [...state.portfolios.values()].reduce(
    (sum, { holdings }) => add(sum, holdings.get(base.id)?.quantity ?? ZERO_QUANTITY),
    ZERO_QUANTITY,
  );
}

function quantityOf(text: string, { base, instrument }: Listing, refuse: ActionAround["refuse"]): Quantity {
  const parsed = parseQuantity(text, base.scale);
  return parsed.ok ? parsed.value : refuse({ problem: `${text} of ${instrument.id} is finer than the books keep it` });
}

/** Units that came for units that are there, both counted whole. */
function ratioBetween(came: Quantity, to: Listing, before: Quantity, from: Listing): UnitRatio | undefined {
  if (isZero(before)) return undefined;
  const shift = from.base.scale - to.base.scale;
  return lowest(unitsOf(came) * 10 ** Math.max(shift, 0), unitsOf(before) * 10 ** Math.max(-shift, 0));
}

function lowest(numerator: number, denominator: number): UnitRatio | undefined {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || numerator === 0 || numerator < 0 !== denominator < 0)
    return undefined;
  const common = greatestCommon(Math.abs(numerator), Math.abs(denominator));
  return { numerator: Math.abs(numerator) / common, denominator: Math.abs(denominator) / common };
}

const greatestCommon = (a: number, b: number): number => (b === 0 ? a : greatestCommon(b, a % b));
