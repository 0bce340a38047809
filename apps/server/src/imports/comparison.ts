import type { AssetId, ExecutionId, InstantMs, JournalRecord, Listing, StateView } from "@bulkhead/core";
import {
  type Amount,
  absolute,
  add,
  formatAmount,
  isLess,
  isZero,
  type Money,
  moneyOfUnits,
  parseMoney,
  parsePrice,
  parseQuantity,
  subtract,
  valueOf,
  ZERO_MONEY,
} from "@bulkhead/money";
import type { Statement } from "@bulkhead/venues";
import { heldOf } from "./actions.ts";
import type { Gap, Planner } from "./planner.ts";

/** One figure of a statement beside the books' at the same time. Decimal text. */
export type Compared = Readonly<{
  /** `gap`: before an execution the venue held something else; `realized`: P&L before fees as each counts it, never a reason to refuse. */
  kind: "position" | "cash" | "gap" | "realized";
  /** Instrument or currency. */
  about: string;
  stated: string;
  books: string;
  /** Books minus statement. */
  difference: string;
  /** Positions to the last unit, cash to the cent that the statement is written in. */
  equal: boolean;
}>;

export type Comparison = Readonly<{
  /** End of the statement that was compared with; null: none says what was held. */
  at: InstantMs | null;
  rows: readonly Compared[];
  /** What could not be compared, and what to ask for. */
  missing: readonly string[];
}>;

export type ComparisonInput = Readonly<{
  state: StateView;
  /** Everything that was ever booked, with what this import adds. */
  records: () => Iterable<JournalRecord>;
  statements: readonly Statement[];
  gaps: readonly Gap[];
  realized: Planner["realized"];
  /** The books' instrument of a statement's contract. */
  listing: (statement: Statement, key: string, line: number) => Listing;
}>;

/** Positions and cash of the last statement that says them against the books as they were at its end, whatever was booked since. */
export function compare(input: ComparisonInput): Comparison {
  const latest = (has: (statement: Statement) => boolean): Statement | undefined =>
    input.statements
      .filter(has)
      .reduce<Statement | undefined>((last, next) => (last === undefined || endOf(next) >= endOf(last) ? next : last), undefined);
  const withPositions = latest(({ positions }) => positions !== null);
  const withCash = latest(({ cash }) => cash !== null);
  const rows = [
    ...(withPositions === undefined ? [] : comparePositions(input, withPositions)),
    ...(withCash === undefined ? [] : compareCash(input, withCash)),
    ...input.gaps.map(gapRow),
    ...[...input.realized].map(([about, { scale, stated, books }]) => ({
      ...cashRow(about, scale, stated, books),
      kind: "realized" as const,
    })),
  ];
  const missing: string[] = [];
  if (withPositions === undefined) missing.push("no statement has the section Open Positions: positions were not compared");
  if (withCash === undefined) missing.push("no statement has the section Cash Report: cash was not compared");
  const compared = withCash ?? withPositions;
  return { at: compared?.covers?.to ?? null, rows, missing };
}

const endOf = ({ covers }: Statement): number => covers?.to ?? 0;

function gapRow({ instrument, scale, stated, held }: Gap): Compared {
  const text = (amount: Amount): string => formatAmount(amount, scale);
  return {
    kind: "gap",
    about: instrument,
    stated: text(stated),
    books: text(held),
    difference: text(subtract(held, stated)),
    equal: false,
  };
}

function comparePositions(input: ComparisonInput, statement: Statement): readonly Compared[] {
  const { state } = input;
  const later = laterChanges(input, endOf(statement));
  const rows: Compared[] = [];
  const seen = new Set<AssetId>();
  for (const { contract, quantity, line } of statement.positions ?? []) {
    const listing = input.listing(statement, contract, line);
    const { base } = listing;
    const parsed = parseQuantity(quantity, base.scale, "half-even");
    if (!parsed.ok) continue;
    seen.add(base.id);
    rows.push(positionRow(listing, parsed.value, subtract<Amount>(heldOf(state, listing), later.of(base.id))));
  }
  for (const listing of state.primary.values()) {
    if (seen.has(listing.base.id)) continue;
    const books = subtract<Amount>(heldOf(state, listing), later.of(listing.base.id));
    if (!isZero(books)) rows.push(positionRow(listing, ZERO_MONEY, books));
  }
  return rows;
}

function positionRow({ instrument, base }: Listing, stated: Amount, books: Amount): Compared {
  const text = (amount: Amount): string => formatAmount(amount, base.scale);
  const difference = subtract<Amount>(books, stated);
  return {
    kind: "position",
    about: instrument.id,
    stated: text(stated),
    books: text(books),
    difference: text(difference),
    equal: isZero(difference),
  };
}

function compareCash(input: ComparisonInput, statement: Statement): readonly Compared[] {
  const { state } = input;
  const later = laterChanges(input, endOf(statement));
  const variation = variationOf(input, statement);
  const rows: Compared[] = [];
  const seen = new Set<string>();
  const cashOf = (currency: AssetId): Money => {
    const booked = [...state.portfolios.values()].reduce(
      (sum, { ledger }) => add(sum, (ledger.get(currency)?.cash ?? ZERO_MONEY) as Money),
      ZERO_MONEY,
    );
    return add(subtract(booked, later.of(currency) as Money), variation.get(currency) ?? ZERO_MONEY);
  };
  for (const { currency, amount } of statement.cash ?? []) {
    const scale = state.assets.get(currency as AssetId)?.scale ?? 6;
    const parsed = parseMoney(amount, scale, "half-even");
    if (!parsed.ok) continue;
    seen.add(currency);
    rows.push(cashRow(currency, scale, parsed.value, cashOf(currency as AssetId)));
  }
  for (const { id, kind, scale } of state.assets.values()) {
    if (kind !== "cash" || seen.has(id)) continue;
    const books = cashOf(id);
    if (!isZero(books)) rows.push(cashRow(id, scale, ZERO_MONEY, books));
  }
  return rows;
}

function cashRow(currency: string, scale: number, stated: Money, books: Money): Compared {
  const difference = subtract(books, stated);
  const cent = moneyOfUnits(10 ** Math.max(0, scale - 2));
  const text = (amount: Money): string => formatAmount(amount, scale, 2);
  const equal = isLess(absolute(difference), cent);
  return { kind: "cash", about: currency, stated: text(stated), books: text(books), difference: text(difference), equal };
}

/** What is settled every day has its gains in the stated cash already; in the books they come when the position closes. */
function variationOf({ state, listing: find }: ComparisonInput, statement: Statement): ReadonlyMap<AssetId, Money> {
  const variation = new Map<AssetId, Money>();
  for (const { contract, mark, line } of statement.positions ?? []) {
    if (mark === null || statement.contracts.get(contract)?.settledDaily !== true) continue;
    const listing = find(statement, contract, line);
    const price = parsePrice(mark, listing.instrument.priceScale, "half-even");
    if (!price.ok || listing.instrument.settlement !== "margined") continue;
    const cost = [...state.portfolios.values()].reduce(
      (sum, { holdings }) => (holdings.get(listing.base.id)?.lots ?? []).reduce((lots, lot) => add(lots, lot.cost), sum),
      ZERO_MONEY,
    );
    const worth = valueOf(heldOf(state, listing), price.value, listing.terms);
    variation.set(listing.quote.id, add(variation.get(listing.quote.id) ?? ZERO_MONEY, subtract(worth, cost)));
  }
  return variation;
}

/** What executions after an instant, by the venue's time, and their charges moved: the statement does not know of them. */
function laterChanges({ records }: ComparisonInput, end: number): Readonly<{ of: (asset: AssetId) => Amount }> {
  const changes = new Map<AssetId, Amount>();
  const later = new Set<ExecutionId>();
  for (const { command, events } of records()) {
    for (const event of events) {
      const isLater =
        (event.type === "ExecutionBooked" && event.venueAt > end) ||
        (event.type === "FeeBooked" && command.type === "RecordFee" && command.executionId !== null && later.has(command.executionId));
      if (!isLater || !("postings" in event)) continue;
      if (event.type === "ExecutionBooked") later.add(event.execution);
      for (const { account, asset, amount } of event.postings)
        if (account === "cash" || account === "position") changes.set(asset, add<Amount>(changes.get(asset) ?? ZERO_MONEY, amount));
    }
  }
  return { of: (asset) => changes.get(asset) ?? ZERO_MONEY };
}
