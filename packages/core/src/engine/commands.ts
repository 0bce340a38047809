import type { Amount, Money, Price, Quantity, Ratio, Scale } from "@bulkhead/money";
import type { AccountMode, AccountSettings } from "../account.ts";
import type {
  AccountId,
  AssetId,
  BusinessDate,
  ExecutionId,
  InstantMs,
  InstrumentId,
  LotId,
  OrderId,
  PortfolioId,
  VenueOrderSeq,
} from "../brand.ts";
import type { VenueContract } from "../instrument/contract.ts";
import type { Asset, Instrument } from "../instrument/instrument.ts";
import type { ChangeableTerms, OrderOrigin, OrderTerms, ProtectionPlan } from "../order/order.ts";
import type { PortfolioSettings } from "../portfolio/portfolio.ts";
import type { ProtectionLeg } from "../protection/protection.ts";
import type { WriteOffCategory } from "../reconcile/break.ts";
import type { HistoryCommand } from "../reconcile/history.ts";
import type { VenueSnapshot, VenueTag } from "../reconcile/snapshot.ts";
import type { KillLevel, Mode, Scope } from "../scope.ts";

type People = Readonly<{ at: InstantMs; by: string }>;
type Fact = Readonly<{ at: InstantMs }>;

/** Asked by people: screens, the CLI, configuration. `by` is the principal. */
export type PeopleCommand =
  | (People &
      Readonly<{ type: "OpenAccount"; account: AccountId; venue: string; mode: AccountMode; base: Asset; settings: AccountSettings }>)
  | (People & Readonly<{ type: "ConfigureAccount"; settings: AccountSettings }>)
  | (People & Readonly<{ type: "DefineAsset"; asset: Asset }>)
  | (People & Readonly<{ type: "DefineInstrument"; instrument: Instrument }>)
  /** `startingCash` moves from `unattributed`, in base currency. */
  | (People & Readonly<{ type: "CreatePortfolio"; portfolio: PortfolioId; startingCash: Money; settings: PortfolioSettings }>)
  | (People & Readonly<{ type: "ConfigurePortfolio"; portfolio: PortfolioId; settings: PortfolioSettings }>)
  /** `portfolio` null pauses or resumes all. S1.36, S1.111. */
  | (People & Readonly<{ type: "PausePortfolio"; portfolio: PortfolioId | null; reason: string }>)
  | (People & Readonly<{ type: "ResumePortfolio"; portfolio: PortfolioId | null; reason: string }>)
  | (People & Readonly<{ type: "ArchivePortfolio"; portfolio: PortfolioId; reason: string }>)
  /** Its strategy is not asked any more, or again; positions, orders and exits stay managed. S3.3. */
  | (People & Readonly<{ type: "StopStrategy" | "StartStrategy"; portfolio: PortfolioId; reason: string }>)
  /** Cash from or to outside the account. `transferId` makes it idempotent. */
  | (People &
      Readonly<{ type: "Deposit" | "Withdraw"; portfolio: PortfolioId; asset: AssetId; amount: Money; transferId: string; reason: string }>)
  | (People &
      Readonly<{
        type: "TransferCapital";
        from: PortfolioId;
        to: PortfolioId;
        asset: AssetId;
        amount: Money;
        transferId: string;
        reason: string;
      }>)
  /** Lots move with cost and dates. `quantity` is signed as the position is; `price` values the flow. */
  | (People &
      Readonly<{
        type: "TransferPosition";
        from: PortfolioId;
        to: PortfolioId;
        instrument: InstrumentId;
        quantity: Quantity;
        price: Price;
        transferId: string;
        reason: string;
      }>)
  | PlaceOrder
  | (People & Readonly<{ type: "CancelOrder"; orderId: OrderId; reason: string }>)
  /** A null field stays as it is. */
  | (People & Readonly<{ type: "ReplaceOrder"; orderId: OrderId; quantity: Quantity | null; limit: Price | null; stop: Price | null }>)
  /** A null plan takes the protection away. */
  | (People & Readonly<{ type: "SetProtection"; portfolio: PortfolioId; instrument: InstrumentId; plan: ProtectionPlan | null }>)
  /** `pause`: no new risk. `cancel`: and open orders canceled. `flatten`: and positions closed. Durable until cleared. */
  | (People & Readonly<{ type: "EngageKill"; scope: Scope; level: KillLevel; reason: string }>)
  | (People & Readonly<{ type: "ClearKill"; scope: Scope; reason: string }>)
  /** Takes what the venue has and the books do not into `unattributed`, as capital and nobody's profit (C30); once by snapshot. */
  | (People & Readonly<{ type: "AdoptBaseline"; snapshot: VenueSnapshot; reason: string }>)
  /** A claim or a split: parts of a break become portfolios', signed as the break is. `assignmentId` makes it idempotent. */
  | (People &
      Readonly<{
        type: "AssignUnattributed";
        breakId: string;
        assignmentId: string;
        shares: readonly Readonly<{ portfolio: PortfolioId; amount: Amount }>[];
        reason: string;
      }>)
  /** What is left of a break stays `unattributed`'s, under a category. */
  | (People & Readonly<{ type: "WriteOffBreak"; breakId: string; category: WriteOffCategory; reason: string }>)
  /** Takes an assignment back, or a write-off: `writeoff:` and the break's id. */
  | (People & Readonly<{ type: "UndoAssignment"; assignmentId: string; reason: string }>)
  /** A split or a rename that a break proposes is booked for everybody who holds it; a ratio that is not said is that of the units. */
  | (People &
      Readonly<{
        type: "ApproveProposal";
        breakId: string;
        ratio: Readonly<{ numerator: number; denominator: number }> | null;
        reason: string;
      }>)
  /** The contract as the venue has it now is the one that is wanted: it may be entered again. */
  | (People & Readonly<{ type: "AcceptContract"; instrument: InstrumentId; reason: string }>)
  /** Executions of somebody else's order will be this portfolio's; `unattributed` takes the claim back. */
  | (People & Readonly<{ type: "ClaimOrder"; venueOrderId: string; portfolio: PortfolioId; reason: string }>);

/** From people and from the host on a strategy's behalf. The quote that it was decided on travels with it. */
export type PlaceOrder = People &
  Readonly<{
    type: "PlaceOrder";
    portfolio: PortfolioId;
    terms: OrderTerms;
    origin: OrderOrigin;
    /** Deny where a limit allows less than asked, or take what it allows. */
    sizing: "exact" | "reduce";
    /** May only shrink the position. */
    reduceOnly: boolean;
    /** Meant as it is although the same order was just placed. */
    allowDuplicate: boolean;
    protect: ProtectionPlan | null;
    /** Lots to consume first under `specific` matching. */
    lots: readonly LotId[];
    quote: Price | null;
    quoteAt: InstantMs;
    /** False while the instrument's market is closed and the order may not wait. */
    marketOpen: boolean;
    /** Name of the strategy that decided; empty for people. */
    strategy: string;
    confidence: Ratio | null;
    why: string;
    /** Makes a retry harmless; empty for the host's own orders, which are never retried. */
    intentId: string;
  }>;

/** What the venue charged: amount positive is paid, negative a rebate. */
export type Fee = Readonly<{ asset: AssetId; amount: Amount }>;

/** From venues. Facts: booked whatever the limits say. */
export type VenueCommand =
  | (Fact & Readonly<{ type: "RecordSendOutcome"; venueOrder: VenueOrderSeq; outcome: "sent" | "unknown" }>)
  | (Fact & Readonly<{ type: "RecordAck"; venueOrder: VenueOrderSeq; venueOrderId: string }>)
  | (Fact & Readonly<{ type: "RecordReject" | "RecordCancel" | "RecordExpiry"; venueOrder: VenueOrderSeq; reason: string }>)
  /** A change that the venue did not take: the order works on as it `stays`. A reason that begins with `NOT_SENT`: it provably never left. */
  | (Fact &
      Readonly<{
        type: "RecordReplaceReject";
        venueOrder: VenueOrderSeq;
        instrument: InstrumentId;
        refused: ChangeableTerms;
        stays: ChangeableTerms;
        reason: string;
      }>)
  /** `venueOrder` null: not our order, booked to whom a claim or a standing rule gives it, else to `unattributed`. `version` counts corrections from 0. */
  | (Fact &
      Readonly<{
        type: "RecordExecution";
        executionId: ExecutionId;
        version: number;
        venueOrder: VenueOrderSeq | null;
        /** Who asked, where none of our orders did and the venue tells. */
        tag: VenueTag | null;
        instrument: InstrumentId;
        side: OrderTerms["side"];
        quantity: Quantity;
        price: Price;
        fee: Fee | null;
        venueAt: InstantMs;
      }>)
  /** The execution as it should have been; quantity zero is a bust. Booked today, never restated. */
  | (Fact &
      Readonly<{
        type: "CorrectExecution";
        executionId: ExecutionId;
        venueOrder: VenueOrderSeq | null;
        version: number;
        quantity: Quantity;
        price: Price;
      }>)
  /** A charge that came apart from its execution; `executionId` null charges `portfolio`. */
  | (Fact & Readonly<{ type: "RecordFee"; feeId: string; executionId: ExecutionId | null; portfolio: PortfolioId | null; fee: Fee }>)
  /** What the venue says it has. A quiet one with positions or cash is a barrier: the books are compared with it (I2, I3). */
  | (Fact & Readonly<{ type: "RecordSnapshot"; snapshot: VenueSnapshot }>)
  /** Per unit of each portfolio's signed position; `received` minus what is booked goes to `unattributed`. */
  | (Fact &
      Readonly<{
        type: "RecordIncome";
        incomeId: string;
        kind: IncomeKind;
        instrument: InstrumentId;
        payAsset: AssetId;
        /** Units of 10^-perUnitScale of `payAsset` per whole unit of the position; negative when longs pay. */
        perUnit: number;
        perUnitScale: Scale;
        received: Money | null;
      }>)
  /** What the venue says of a contract that the books have, looked up by its own key; null: it has it no more. */
  | (Fact & Readonly<{ type: "RecordContract"; instrument: InstrumentId; contract: VenueContract | null }>)
  /** A split: every holding times numerator ÷ denominator, cost unchanged. */
  | (Fact &
      Readonly<{
        type: "RecordCorporateAction";
        actionId: string;
        instrument: InstrumentId;
        numerator: number;
        denominator: number;
        /** The venue's units after it, when known; else what the ratio gives, rounded down. */
        accountQuantity: Quantity | null;
        cashInLieu: Money | null;
      }>)
  /** One asset into others with its cost carried: merger, spin-off, rename, redemption. Shares of cost are in billionths and sum to 1. */
  | (Fact &
      Readonly<{
        type: "ConvertPosition";
        actionId: string;
        from: InstrumentId;
        into: readonly Readonly<{ instrument: InstrumentId; numerator: number; denominator: number; costShare: Ratio }>[];
      }>)
  /** A conversion that the venue made: `amount` of `from` left, `received` of `to` arrived. */
  | (Fact &
      Readonly<{
        type: "RecordConversion";
        conversionId: string;
        portfolio: PortfolioId;
        from: AssetId;
        amount: Money;
        to: AssetId;
        received: Money;
      }>)
  /**
   * Cash that came (positive) or went beside trades, as a statement has it. Of an instrument's holders by their signed positions, else of
   * `unattributed`; a transfer crosses the account's border and is always `unattributed`'s.
   */
  | (Fact &
      Readonly<{
        type: "RecordCash";
        cashId: string;
        kind: CashKind;
        asset: AssetId;
        amount: Money;
        instrument: InstrumentId | null;
        details: string;
      }>);

/** What cash beside trades was for; `tax` is withheld from dividends, `transfer` a deposit or withdrawal. */
export type CashKind = "transfer" | "dividend" | "tax" | "interest" | "fee" | "other";
export type IncomeKind = "dividend" | "funding" | "interest" | "borrow";

/** A price used for valuing, with its source and time. */
export type Mark = Readonly<{ instrument: InstrumentId; price: Price; at: InstantMs; source: string }>;
/** Units of base currency per unit of `asset`. */
export type Rate = Readonly<{ asset: AssetId; rate: Ratio; at: InstantMs; source: string }>;

/** From the host: what became due. */
export type HostCommand =
  /** A stop, trailing stop or target was reached; the exit trades at `price` where it rested at the venue, else at market. */
  | (Fact & Readonly<{ type: "TriggerProtection"; portfolio: PortfolioId; instrument: InstrumentId; leg: ProtectionLeg; price: Price }>)
  | (Fact & Readonly<{ type: "RatchetProtection"; portfolio: PortfolioId; instrument: InstrumentId; reference: Price }>)
  /** The night between the session that closes at `closeAt` and the next one has begun for the exits of a position. */
  | (Fact & Readonly<{ type: "WidenProtection"; portfolio: PortfolioId; instrument: InstrumentId; closeAt: InstantMs }>)
  /** And is over. */
  | (Fact & Readonly<{ type: "TightenProtection"; portfolio: PortfolioId; instrument: InstrumentId }>)
  | (Fact & Readonly<{ type: "MarkAccount"; marks: readonly Mark[]; rates: readonly Rate[] }>)
  /** The portfolios' day in their zone ended at `at`; `date` is the day that begins. */
  | (Fact & Readonly<{ type: "RollDay"; portfolios: readonly PortfolioId[]; date: BusinessDate; nextBoundaryAt: InstantMs }>)
  | (Fact & Readonly<{ type: "SetMode"; scope: Scope; mode: Mode; reason: string }>)
  /** Of every start, before anything newer than what was missed: raised by a restore, never by failover. */
  | (Fact & Readonly<{ type: "StartEpoch"; epoch: number; engineVersion: string }>)
  /** A strategy threw or returned nonsense too often: its portfolio is paused, positions and stops stay managed. */
  | (Fact & Readonly<{ type: "ReportStrategyFault"; portfolio: PortfolioId; code: string; message: string; pause: boolean }>);

/** Everything that can be asked of the engine. The instant and all that decided it travel inside. */
export type Command = PeopleCommand | VenueCommand | HostCommand | HistoryCommand;
export type CommandType = Command["type"];
export type CommandOf<T extends CommandType> = Extract<Command, { type: T }>;
