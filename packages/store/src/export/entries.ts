import type {
  Asset,
  AssetId,
  Event,
  InstantMs,
  JournalRecord,
  LedgerAccount,
  LotChange,
  LotId,
  PortfolioId,
  PortfolioLots,
  Posting,
} from "@bulkhead/core";
import { type Amount, add, isZero, moneyOfUnits, type Scale } from "@bulkhead/money";

/** One booking of the journal: its lines, and what it did to lots. */
export type LedgerEntry = Readonly<{
  seq: number;
  at: InstantMs;
  /** Type of the event, and what it was about: an execution's id, a transfer's reason. */
  what: string;
  about: string;
  postings: readonly Posting[];
  lots: readonly PortfolioLots[];
}>;

/** A lot as it stood before and stands after one change; units of its asset, cost in `costAsset`, of one sign. */
export type LotStep = Readonly<{
  portfolio: PortfolioId;
  lot: LotId;
  asset: AssetId;
  costAsset: AssetId;
  openedAt: InstantMs;
  before: Readonly<{ quantity: Amount; cost: Amount }>;
  after: Readonly<{ quantity: Amount; cost: Amount }>;
}>;

const ZERO: Amount = moneyOfUnits(0);

/** Whose bookings: a portfolio's, which balance by themselves (LED-1). */
export type Whose = (portfolio: PortfolioId) => boolean;
const EVERYBODY: Whose = () => true;

/** The bookings of a journal, oldest first; what touches none of the portfolios is left out. */
export function* entriesOf(records: Iterable<JournalRecord>, whose: Whose = EVERYBODY): Generator<LedgerEntry> {
  for (const { seq, command, events } of records) {
    for (const event of events) {
      if (!("postings" in event)) continue;
      const postings = event.postings.filter(({ portfolio }) => whose(portfolio));
      if (postings.length === 0) continue;
      const lots = "lots" in event ? event.lots.filter(({ portfolio }) => whose(portfolio)) : [];
      const reason = "reason" in command ? command.reason : "";
      yield { seq, at: command.at, what: event.type, about: aboutOf(event, reason), postings, lots };
    }
  }
}

function aboutOf(event: Extract<Event, { postings: readonly Posting[] }>, reason: string): string {
  switch (event.type) {
    case "ExecutionBooked":
      return `${event.execution} ${event.side} ${event.instrument}`;
    case "ExecutionCorrected":
      return `${event.execution} version ${event.version}`;
    case "FeeBooked":
      return event.feeId;
    case "IncomeBooked":
      return `${event.kind} ${event.instrument} ${event.incomeId}`;
    case "SplitApplied":
      return `${event.instrument} ${event.numerator} for ${event.denominator}`;
    case "PositionConverted":
      return event.actionId;
    case "CurrencyConverted":
      return event.conversionId;
    case "BaselineAdopted":
    case "DifferencesBooked":
      return event.snapshotId;
    case "BreakWrittenOff":
      return `${event.category} ${event.breakId}`;
    case "ProposalApproved":
      return `${event.proposal} ${event.breakId}`;
    case "AssignmentUndone":
      return `undo ${event.assignmentId}`;
    case "CashBooked":
      return `${event.kind}${event.instrument === null ? "" : ` ${event.instrument}`} ${event.cashId}`;
    default:
      return `${event.transferId} ${reason}`.trim();
  }
}

/** What the whole journal comes to: assets, balances by portfolio, account and asset, and the last instant. */
export class Closing {
  readonly assets = new Map<AssetId, Asset>();
  readonly balances = new Map<string, { portfolio: PortfolioId; account: LedgerAccount; asset: AssetId; amount: Amount }>();
  lastAt = 0;
  firstAt = Number.NaN;
  /** The account's base currency. */
  base = "USD";
  /** Bookings so far. */
  entries = 0;
  readonly #whose: Whose;

  constructor(whose: Whose = EVERYBODY) {
    this.#whose = whose;
  }

  learn(record: JournalRecord): void {
    if (Number.isNaN(this.firstAt)) this.firstAt = record.command.at;
    this.lastAt = Math.max(this.lastAt, record.command.at);
    for (const event of record.events) {
      if (event.type === "AccountOpened") {
        this.base = event.base.id;
        this.assets.set(event.base.id, event.base);
      } else if (event.type === "AssetDefined") this.assets.set(event.asset.id, event.asset);
      if ("postings" in event) this.#book(event.postings);
    }
  }

  scaleOf(asset: AssetId): Scale {
    return this.assets.get(asset)?.scale ?? 0;
  }

  isCash(asset: AssetId): boolean {
    return this.assets.get(asset)?.kind === "cash";
  }

  #book(postings: readonly Posting[]): void {
    let own = 0;
    for (const posting of postings) {
      if (!this.#whose(posting.portfolio)) continue;
      own += 1;
      this.#add(posting);
    }
    if (own > 0) this.entries += 1;
  }

  #add({ portfolio, account, asset, amount }: Posting): void {
    const key = `${portfolio} ${account} ${asset}`;
    const before = this.balances.get(key)?.amount ?? ZERO;
    this.balances.set(key, { portfolio, account, asset, amount: add<Amount>(before, amount) });
  }
}

/** Follows lots through their changes. */
export class LotBook {
  readonly #lots = new Map<LotId, Readonly<{ quantity: Amount; cost: Amount }>>();

  step(portfolio: PortfolioId, change: LotChange): LotStep {
    const { lot, asset, costAsset, openedAt } = change;
    const before = this.#lots.get(lot) ?? { quantity: ZERO, cost: ZERO };
    const after = { quantity: add<Amount>(before.quantity, change.quantity), cost: add<Amount>(before.cost, change.cost) };
    if (isZero(after.quantity)) this.#lots.delete(lot);
    else this.#lots.set(lot, after);
    return { portfolio, lot, asset, costAsset, openedAt, before, after };
  }
}

/** Whether a line is said by the lots themselves in text accounting: units, their counterpart, and cost. */
export function isSaidByLots(posting: Posting, closing: Closing): boolean {
  if (posting.account === "position" || posting.account === "cost") return true;
  return posting.account === "exchange" && !closing.isCash(posting.asset);
}
