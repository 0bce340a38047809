import { isZero, moneyOfUnits, unitsOf, ZERO_MONEY } from "@bulkhead/money";
import type { AssetId } from "../brand.ts";
import type { LedgerAccount } from "../ledger/ledger.ts";
import { inBase, valuePortfolio } from "../portfolio/nav.ts";
import { UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import { Entry } from "./booking.ts";
import type { CashKind, CommandOf } from "./commands.ts";
import { type Owner, ownersOf } from "./corporate-actions.ts";
import type { Event, Flow } from "./events.ts";
import { noteOverdrafts } from "./overdraft.ts";
import { spread } from "./spread.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

/** Which account the other side of the cash is posted to; tax withheld from a dividend makes it smaller. */
const ACCOUNT: Readonly<Record<CashKind, LedgerAccount>> = {
  transfer: "capital",
  dividend: "dividends",
  tax: "dividends",
  interest: "interest",
  fee: "fees",
  other: "income",
};

/** Cash that came or went beside trades, as the venue's statement has it: a fact, so it is booked whatever it overdraws (BOOK-16 … BOOK-18). */
export function recordCash(state: StateView, command: CommandOf<"RecordCash">): Step {
  const { cashId, kind, asset: assetId, amount, instrument } = command;
  const asset = state.assets.get(assetId);
  if (asset === undefined) return refuse("ASSET_UNKNOWN", { asset: assetId });
  if (asset.kind !== "cash") return refuse("ASSET_NOT_CASH", { asset: assetId });
  const listing = instrument === null ? undefined : state.listings.get(instrument);
  if (instrument !== null && listing === undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument });
  if (state.bookedIds.has(`cash:${cashId}`) || isZero(amount)) return NOTHING;
  const entry = new Entry(state);
  const owners = listing === undefined || kind === "transfer" ? [] : holdersOf(state, listing.base.id);
  if (owners.length === 0) entry.move(UNATTRIBUTED, ACCOUNT[kind], "cash", asset.id, amount);
  else {
    const shares = sharedOut(owners, unitsOf(amount));
    owners.forEach(({ portfolio }, index) => {
      entry.move(portfolio.id, ACCOUNT[kind], "cash", asset.id, moneyOfUnits(shares[index] ?? 0));
    });
  }
  const events: Event[] = [{ type: "CashBooked", cashId, kind, instrument, postings: entry.postings, flows: flowsOf(state, command) }];
  noteOverdrafts(state, entry, events);
  return done(events);
}

/** Those who hold an asset; nobody where the account as a whole is flat and no share can be worked out. */
function holdersOf(state: StateView, asset: AssetId): readonly Owner[] {
  const owners = ownersOf(state, asset);
  return netOf(owners) === 0n ? [] : owners;
}

const netOf = (owners: readonly Owner[]): bigint => owners.reduce((sum, { before }) => sum + BigInt(before), 0n);

/** By signed position and largest remainder, so that the shares are the amount (I18): shorts pay what longs receive. */
function sharedOut(owners: readonly Owner[], amount: number): readonly number[] {
  const net = netOf(owners);
  const sign = net < 0n ? -1n : 1n;
  const ratio = { numerator: BigInt(amount) * sign, denominator: net * sign };
  return spread(
    owners.map(({ before }) => before),
    ratio,
    BigInt(amount),
  ).after;
}

/** Capital that crossed the account's border; without a rate it is worth nothing yet, as in every flow. */
function flowsOf(state: StateView, { kind, asset, amount }: CommandOf<"RecordCash">): readonly Flow[] {
  const owner = state.portfolios.get(UNATTRIBUTED);
  if (kind !== "transfer" || owner === undefined) return [];
  const based = inBase(state, asset, amount) ?? ZERO_MONEY;
  return [{ portfolio: UNATTRIBUTED, amount: based, equityBefore: valuePortfolio(state, owner).equity }];
}
