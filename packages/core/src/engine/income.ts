import type { Money, Quantity } from "@bulkhead/money";
import {
  add,
  isNegative,
  isZero,
  moneyOfUnits,
  mulDiv,
  powerOfTen,
  priceOfUnits,
  subtract,
  unitsOf,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import type { LedgerAccount } from "../ledger/ledger.ts";
import { UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import { Entry } from "./booking.ts";
import type { CommandOf, IncomeKind } from "./commands.ts";
import type { Event } from "./events.ts";
import { bookFee } from "./fee-booking.ts";
import { noteOverdrafts } from "./overdraft.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";
import { changeUnclaimed } from "./unclaimed.ts";

const ACCOUNT: Readonly<Record<IncomeKind, LedgerAccount>> = {
  dividend: "dividends",
  funding: "funding",
  interest: "interest",
  borrow: "interest",
};

/**
 * Dividends, funding and interest: per unit of each portfolio's signed position; shorts pay what longs receive. What is lent is paid for by who
 * is short, each for its own units, whatever others hold (BOOK-11, BOOK-12).
 */
export function recordIncome(state: StateView, command: CommandOf<"RecordIncome">): Step {
  const listing = state.listings.get(command.instrument);
  const asset = state.assets.get(command.payAsset);
  if (listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: command.instrument });
  if (asset === undefined) return refuse("ASSET_UNKNOWN", { asset: command.payAsset });
  if (asset.kind !== "cash") return refuse("ASSET_NOT_CASH", { asset: command.payAsset });
  const scaleIsWhole = Number.isInteger(command.perUnitScale) && command.perUnitScale >= 0 && command.perUnitScale <= 12;
  const shift = asset.scale - listing.base.scale - command.perUnitScale;
  if (!(Number.isSafeInteger(command.perUnit) && scaleIsWhole && shift >= -15)) return refuse("RATIO_INVALID", { field: "perUnit" });
  if (state.bookedIds.has(`income:${command.incomeId}`)) return NOTHING;
  const account = ACCOUNT[command.kind];
  const entry = new Entry(state);
  const shortsOnly = command.kind === "borrow";
  let booked = ZERO_MONEY;
  let owed = false;
  for (const portfolio of state.portfolios.values()) {
    const holding = portfolio.holdings.get(listing.base.id);
    if (holding === undefined || (shortsOnly && !isNegative(holding.quantity))) continue;
    owed = true;
    const amount = incomeOf(holding.quantity, command.perUnit, shift);
    entry.move(portfolio.id, account, "cash", asset.id, amount);
    booked = add(booked, amount);
  }
  if (shortsOnly && !owed && command.received === null) return NOTHING; // A venue may ask each day whether anybody is short.
  const events: Event[] = [];
  if (command.received !== null && !isZero(subtract(command.received, booked))) {
    const difference = subtract(command.received, booked);
    entry.move(UNATTRIBUTED, "income", "cash", asset.id, difference);
    events.push({
      type: "BreakRaised",
      kind: "income_difference",
      portfolio: UNATTRIBUTED,
      asset: asset.id,
      amount: difference,
      details: command.incomeId,
    });
  }
  noteOverdrafts(state, entry, events);
  const { incomeId, kind, instrument } = command;
  return done([{ type: "IncomeBooked", incomeId, kind, instrument, postings: entry.postings }, ...events]);
}

/** quantity × perUnit × 10^shift; what is scaled up is multiplied first, so that every step is exact. */
function incomeOf(quantity: Quantity, perUnit: number, shift: number): Money {
  if (shift < 0) return moneyOfUnits(mulDiv(unitsOf(quantity), perUnit, powerOfTen(-shift), "half-even"));
  return moneyOfUnits(mulDiv(mulDiv(unitsOf(quantity), perUnit, 1, "half-even"), powerOfTen(shift), 1, "half-even"));
}

/** A charge that came apart from its execution, or by itself. */
export function recordFee(state: StateView, command: CommandOf<"RecordFee">): Step {
  if (!state.assets.has(command.fee.asset)) return refuse("ASSET_UNKNOWN", { asset: command.fee.asset });
  if (state.bookedIds.has(`fee:${command.feeId}`)) return NOTHING;
  const execution = command.executionId === null ? undefined : state.executions.get(command.executionId);
  if (command.executionId !== null && execution === undefined) return refuse("EXECUTION_UNKNOWN", { execution: command.executionId });
  const id = execution?.portfolio ?? command.portfolio ?? UNATTRIBUTED;
  const portfolio = state.portfolios.get(id);
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: id });
  const listing = execution === undefined ? undefined : state.listings.get(execution.instrument);
  const quote = listing?.quote.id ?? state.account?.base.id;
  if (quote === undefined) return refuse("ACCOUNT_NOT_OPEN");
  if (listing === undefined && state.assets.get(command.fee.asset)?.kind !== "cash")
    return refuse("ASSET_NOT_CASH", { asset: command.fee.asset });
  const entry = new Entry(state);
  const known = execution !== undefined && listing !== undefined && execution.price > 0;
  const traded = known ? { listing, price: priceOfUnits(execution.price) } : null;
  const fee = bookFee(state, entry, { portfolio, fee: command.fee, quote, traded, at: command.at });
  const order = execution?.order ?? null;
  const events: Event[] = [
    { type: "FeeBooked", feeId: command.feeId, execution: command.executionId, order, fee, postings: entry.postings, lots: entry.lots },
  ];
  noteOverdrafts(state, entry, events);
  if (execution?.portfolio === UNATTRIBUTED && listing !== undefined)
    events.push(...changeUnclaimed(state, entry, { execution: execution.id, asset: listing.base.id, quote, amount: ZERO_QUANTITY }));
  return done(events);
}

/** A conversion that the venue made for a portfolio. */
export function recordConversion(state: StateView, command: CommandOf<"RecordConversion">): Step {
  const portfolio = state.portfolios.get(command.portfolio);
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.portfolio });
  for (const id of [command.from, command.to]) {
    const asset = state.assets.get(id);
    if (asset === undefined) return refuse("ASSET_UNKNOWN", { asset: id });
    if (asset.kind !== "cash") return refuse("ASSET_NOT_CASH", { asset: id });
  }
  if (unitsOf(command.amount) <= 0 || unitsOf(command.received) <= 0) return refuse("AMOUNT_NOT_POSITIVE", { field: "amount" });
  if (state.bookedIds.has(`conversion:${command.conversionId}`)) return NOTHING;
  const entry = new Entry(state);
  entry.move(command.portfolio, "cash", "exchange", command.from, command.amount);
  entry.move(command.portfolio, "exchange", "cash", command.to, command.received);
  const events: Event[] = [{ type: "CurrencyConverted", conversionId: command.conversionId, postings: entry.postings }];
  noteOverdrafts(state, entry, events);
  return done(events);
}
