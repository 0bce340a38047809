import { z } from "zod";
import { Standing } from "./books.ts";
import { instant, integer, maybe, text, type WireList } from "./list-columns.ts";
import { ProposedRule } from "./rules.ts";
import { Decimal, Instant, Reason, Slug, UnsignedDecimal, words } from "./scalars.ts";

/** How an account stands with whoever keeps it. */
export const ConnectionRow = z
  .object({
    account_id: z.string(),
    mode: z.enum(["backtest", "paper", "live"]),
    venue: z.string().meta({ description: "simulated, ibkr, or the name of an exchange." }),
    access: z.enum(["read-only", "trade"]),
    state: z
      .enum(["simulated", "disconnected", "connecting", "synchronizing", "ready", "refused"])
      .meta({ description: "refused: connecting again does not help, a person must act." }),
    wanted: z.boolean().meta({ description: "False: a person disconnected it." }),
    since: Instant.nullable(),
    reason: z.string().meta({ description: "Why it is not ready, with what to do; empty when it is." }),
    venue_account: z.string().nullable().meta({ description: "The venue's number of the account, as it says itself." }),
    environment: z.enum(["paper", "live"]).nullable(),
    session: z.number().int().meta({ description: "Connections of this start." }),
    heard_at: Instant.nullable(),
    clients: z
      .array(
        z.object({
          client_id: z.number().int(),
          state: z.enum(["disconnected", "connecting", "ready", "refused"]),
          since: Instant.meta({ description: "Since when it is ready, or since when it is not." }),
          reason: z.string().meta({ description: "Why it is not ready, with what to do; empty when it is." }),
          heard_at: Instant.nullable(),
          portfolios: z.array(z.string()),
          strategies: z.array(z.string()),
        }),
      )
      .meta({ description: "Client ids of their own: only orders of these portfolios, and of these strategies', wait for them." }),
    compared: z
      .boolean()
      .meta({ description: "The books were compared with the venue since the connection began; before that only cancels are sent." }),
    compared_at: Instant.nullable().meta({ description: "End of the last look that positions or cash were compared with." }),
    adopted_at: Instant.nullable().meta({ description: "When the account was first taken over as the venue had it." }),
    failing: z.array(z.string()).meta({ description: "Sections that the venue did not answer about several times in a row." }),
    history_gap: z
      .object({ from: Instant, to: Instant })
      .nullable()
      .meta({ description: "Executions of this stretch are not in the venue's history, and the books differ." }),
    history_missing: z
      .array(z.object({ from: Instant, to: Instant }))
      .meta({ description: "What of it no statement has told of yet, in order." }),
    history_covered: z
      .array(z.object({ from: Instant, to: Instant, source: z.string(), statement_account: z.string(), executions: z.boolean() }))
      .meta({ description: "What imported statements tell of, the last stretches; with their executions or without." }),
    unknown_orders: z.number().int(),
    open_breaks: z.number().int(),
    waiting_facts: z.number().int(),
    waiting_messages: z.number().int(),
    refused_facts: z
      .array(z.object({ at: Instant, type: z.string(), code: z.string(), about: z.string() }))
      .meta({ description: "What the venue told and the books did not take." }),
  })
  .meta({ id: "Connection" });
export type ConnectionRow = z.infer<typeof ConnectionRow>;

const differenceKind = z.enum(["position", "cash", "unknown_order", "external_order", "vanished_order", "missed_fill", "revived_order"]);
const category = z.enum(["fee", "dividend", "interest", "airdrop", "rounding", "trade", "split", "transfer"]);

const Share = z.object({ portfolio_id: z.string(), amount: Decimal });

/** Something that the venue has otherwise than the books, and whose it is. */
export const InboxRow = z
  .object({
    break_id: z.string(),
    kind: differenceKind,
    status: z.enum(["open", "assigned", "written_off"]),
    asset: z.string(),
    instrument: z.string().nullable(),
    currency: z.string(),
    amount: Decimal.meta({ description: "Signed: positive where the venue has more, or the executions bought." }),
    left: Decimal.meta({ description: "What of it is still nobody's." }),
    cost: Decimal,
    cash: Decimal.meta({ description: "Cash that it moved, in `currency`; of executions only." }),
    proposal: z.enum([
      "none",
      "manual_trade",
      "missed_fill",
      "split",
      "rename",
      "dividend",
      "interest",
      "airdrop",
      "fee",
      "rounding",
      "transfer",
    ]),
    says: z.string().meta({ description: "What it is and what to do, in a sentence." }),
    venue_order_id: z.string(),
    order_id: z.number().int().nullable().meta({ description: "Ours, where it is about one of ours." }),
    evidence: z.string(),
    reference: z.string().nullable().meta({ description: "Of executions of others: what their order was called; null: nobody knows." }),
    client: z.string().nullable().meta({ description: "And which connection of the venue sent it." }),
    opened_at: Instant,
    last_seen_at: Instant,
    barriers: z.number().int().meta({ description: "How many comparisons have shown it." }),
    category: category.nullable(),
    assignments: z.array(z.object({ assignment_id: z.string(), undone: z.boolean(), shares: z.array(Share) })),
    pro_rata: z.array(Share).meta({ description: "How it splits over the portfolios that hold the asset; empty where none does." }),
  })
  .meta({ id: "InboxItem" });
export type InboxRow = z.infer<typeof InboxRow>;

/** Gives what is left of a break to portfolios: as the shares say, or by what each holds. */
export const AssignBreakBody = z
  .strictObject({
    shares: z
      .array(z.strictObject({ portfolio_id: Slug, amount: Decimal }))
      .min(1)
      .max(200)
      .optional()
      .meta({ description: "Signed as the break is." }),
    pro_rata: z.literal(true).optional(),
    reason: Reason,
  })
  .meta({ id: "AssignBreak" });
export type AssignBreakBody = z.output<typeof AssignBreakBody>;

export const WriteOffBody = z.strictObject({ category, reason: Reason }).meta({ id: "WriteOff" });

/** Books the split or the new name that a break proposes, for everybody who holds it. */
export const ApproveProposalBody = z
  .strictObject({
    ratio: z
      .string()
      .regex(/^[1-9]\d{0,8}:[1-9]\d{0,8}$/)
      .optional()
      .meta({ description: "Units after for units before, `3:1`; without it, that of what is held." }),
    reason: Reason,
  })
  .meta({ id: "ApproveProposal" });

/** Where a break stands after somebody answered it; null: nothing is left of it. */
export const BreakAnswered = z
  .object({
    assignment_id: z.string(),
    break: InboxRow.nullable(),
    proposed_rule: ProposedRule.nullable().meta({
      description: "After a claim by one portfolio, where it is known which program traded: offered, never set by itself.",
    }),
  })
  .meta({ id: "BreakAnswered" });

export const AssignPreviewBody = AssignBreakBody.omit({ reason: true }).meta({ id: "AssignPreviewBody" });

export const ApprovePreviewBody = ApproveProposalBody.omit({ reason: true }).meta({ id: "ApprovePreviewBody" });

/** What approving a proposal would come to, since it is not taken back; or why it is refused. */
export const ApprovePreview = z
  .object({
    break_id: z.string(),
    proposal: InboxRow.shape.proposal,
    ratio: z.string().nullable().meta({ description: "Of a split: units after for units before, `3:1`." }),
    holdings: z
      .array(z.object({ asset: z.string(), currency: z.string(), standings: z.array(Standing) }))
      .meta({ description: "Everybody who holds it before or after; of a new name the old one first. Empty where it is refused." }),
    called_back: z
      .array(z.object({ order_id: z.number().int(), portfolio_id: z.string() }))
      .meta({ description: "Working orders in the units of before: they are canceled." }),
    exits_ended: z
      .array(z.object({ portfolio_id: z.string(), instrument: z.string() }))
      .meta({ description: "Stops and targets that end. Those of a split stay, at prices of after it." }),
    problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
  })
  .meta({ id: "ApprovePreview" });
export type ApprovePreview = z.infer<typeof ApprovePreview>;

/** What an answer to a break would come to; or why it is refused, and who lacks what for it. */
export const AssignPreview = z
  .object({
    break_id: z.string(),
    asset: z.string(),
    currency: z.string(),
    shares: z.array(Share),
    left: Decimal.meta({ description: "What would still be nobody's." }),
    standings: z
      .array(Standing)
      .meta({ description: "Of those who are given something, then of unattributed; empty where it is refused." }),
    problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
    lacking: z.array(z.object({ portfolio_id: z.string(), needs: UnsignedDecimal, available: Decimal, lacks: UnsignedDecimal })).meta({
      description: "Free cash, in `currency`, that is needed and not there.",
    }),
  })
  .meta({ id: "AssignPreview" });
export type AssignPreview = z.infer<typeof AssignPreview>;

export const RECONCILIATION_OUTCOMES = ["agrees", "differs", "adopted"] as const;

/** The comparisons as the tables have them. */
export const RECONCILIATIONS = {
  table: "reconciliations",
  key: ["seq", "line"],
  owners: [],
  columns: {
    at: instant("to_at"),
    snapshot_id: text("snapshot_id"),
    kind: text("kind"),
    positions: maybe(integer("positions")),
    cash: maybe(integer("cash")),
    differences: integer("differences"),
  },
  filters: {},
} as const satisfies WireList;

/** One comparison with the venue. */
export const ReconciliationRow = z
  .object({
    at: Instant,
    snapshot_id: z.string(),
    outcome: z.enum(RECONCILIATION_OUTCOMES),
    positions: z.number().int().nullable().meta({ description: "How many were compared; null: the venue did not say." }),
    cash: z.number().int().nullable(),
    differences: z.number().int(),
  })
  .meta({ id: "Reconciliation" });
export type ReconciliationRow = z.infer<typeof ReconciliationRow>;

/** An order at the venue that is not in the books. */
export const ExternalOrderRow = z
  .object({
    venue_order_id: z.string(),
    reference: z.string(),
    client: z.string(),
    is_ours: z.boolean().meta({ description: "Its reference is one of ours, and the books ended it." }),
    instrument: z.string(),
    side: z.enum(["buy", "sell"]),
    order_type: z.enum(["market", "limit", "stop", "stop_limit"]),
    quantity: UnsignedDecimal,
    filled: UnsignedDecimal,
    limit: Decimal.nullable(),
    stop: Decimal.nullable(),
    time_in_force: z.string(),
    portfolio_id: z.string().nullable().meta({ description: "Whose its executions will be; null: nobody's." }),
    seen_at: Instant,
  })
  .meta({ id: "ExternalOrder" });
export type ExternalOrderRow = z.infer<typeof ExternalOrderRow>;

export const ClaimOrderBody = z
  .strictObject({ portfolio_id: Slug.meta({ description: "`unattributed` takes a claim back." }), reason: Reason })
  .meta({ id: "ClaimOrder" });

/** A claim, and the rule that would have made it: offered, never set by itself. */
export const OrderClaimed = z
  .object({
    venue_order_id: z.string(),
    portfolio_id: z.string(),
    order: ExternalOrderRow.nullable(),
    proposed_rule: ProposedRule.nullable(),
  })
  .meta({ id: "OrderClaimed" });

/** Something that can be traded at the venue. */
export const FoundInstrument = z
  .object({
    instrument: z.string(),
    symbol: z.string(),
    description: z.string(),
    venue_key: z.string(),
    currency: z.string(),
    kind: z.string().meta({ description: "share, coin, contract, outcome." }),
    tick_size: Decimal,
    size_increment: Decimal,
    in_books: z.boolean(),
    has_prices: z.boolean().meta({ description: "The desk's market data have it." }),
  })
  .meta({ id: "FoundInstrument" });
export type FoundInstrument = z.infer<typeof FoundInstrument>;

/** Something that the venue trades, to be known to the books: nothing is bought. It is looked for again by `q`, so that its terms are the venue's. */
export const AddInstrumentBody = z
  .strictObject({
    instrument: words(100).pipe(z.string().min(1)).meta({ description: "As the search had it." }),
    q: words(64).pipe(z.string().min(1)).meta({ description: "What it was found by." }),
    reason: Reason,
  })
  .meta({ id: "AddInstrument" });

export const SearchText = words(64)
  .pipe(z.string().min(1))
  .meta({ description: "A symbol or a part of a name; `@VENUE` behind it narrows to that venue; an ISIN where the venue knows them." });
export const BreakId = words(200).pipe(z.string().min(1)).meta({ description: "break_id of a row of the inbox." });
export const VenueOrderText = words(128).pipe(z.string().min(1)).meta({ description: "The venue's own key of an order." });
