import { z } from "zod";
import { AccountRow } from "./books.ts";
import { Decimal, Instant, PositiveDecimal, Reason, Slug, UnsignedDecimal } from "./scalars.ts";

const Weight = Decimal.meta({ description: "A fraction: 0.6 is 60 %." });

/** One transfer that a run made, or would make; base currency. */
const CapitalMove = z
  .object({ from_portfolio_id: z.string(), to_portfolio_id: z.string(), amount: Decimal, reason: z.string() })
  .meta({ id: "CapitalMove" });

/** What became of a run. */
export const CapitalRun = z
  .object({
    due_at: Instant.nullable().meta({ description: "Null: by hand." }),
    at: Instant,
    executed_by: z.enum(["system", "manual"]),
    principal: z.string(),
    result: z
      .enum(["moved", "selling", "nothing", "within_drift", "missed", "refused"])
      .meta({ description: "missed: nothing ran when it was due, and it is not to be caught up with." }),
    moved: Decimal,
    short: Decimal.meta({ description: "Wanted besides, and not free, or less than the minimum." }),
    transfers: z.array(CapitalMove.extend({ transfer_id: z.string() }).meta({ id: "CapitalTransfer" })),
    order_ids: z.array(z.number().int()).meta({ description: "Orders that sell; what they bring is moved when they have ended." }),
    detail: z.string(),
  })
  .meta({ id: "CapitalRun" });
export type CapitalRun = z.infer<typeof CapitalRun>;

/** What a run would do now. */
export const CapitalPlan = z
  .object({
    shares: z.array(
      z
        .object({
          portfolio_id: z.string(),
          equity: Decimal,
          free_cash: Decimal.meta({ description: "May leave: neither reserved nor held for shorts and margin." }),
          weight: Weight.nullable(),
          target: Weight.nullable(),
          wants: Decimal.meta({ description: "More than it has, or less where negative." }),
        })
        .meta({ id: "CapitalShare" }),
    ),
    moves: z.array(CapitalMove),
    sells: z
      .array(z.object({ portfolio_id: z.string(), instrument: z.string(), quantity: Decimal, value: Decimal }).meta({ id: "CapitalSell" }))
      .meta({ description: "Only where the rebalance says sell." }),
    moved: Decimal,
    short: Decimal,
    drift: Weight.nullable().meta({ description: "How far the furthest share is off." }),
    within_drift: z.boolean(),
  })
  .meta({ id: "CapitalPlan" });
export type CapitalPlan = z.infer<typeof CapitalPlan>;

/** A run by hand with its plan; repeated: it was done before, and the list of transfers has what it moved. */
export const CapitalRunDone = z
  .object({ repeated: z.boolean(), plan: CapitalPlan.nullable(), run: CapitalRun })
  .meta({ id: "CapitalRunDone" });

const CapitalSchedule = z
  .object({
    kind: z.enum(["rebalance", "sweep"]),
    id: z.string(),
    schedule: z.string().meta({ description: "Cron: minute, hour, day of the month, month, weekday." }),
    time_zone: z.string(),
    catch_up: z.boolean(),
    minimum: Decimal,
    next_run_at: Instant.nullable(),
    last_run: CapitalRun.nullable(),
    targets: z.record(z.string(), Weight).nullable().meta({ description: "Of a rebalance." }),
    drift: Weight.nullable(),
    sell: z.boolean().nullable().meta({ description: "Whether it may sell where free cash is not enough." }),
    from_portfolio_ids: z.array(z.string()).nullable().meta({ description: "Of a sweep." }),
    to_portfolio_id: z.string().nullable(),
    above: z.string().nullable().meta({ description: "high-water-mark, or an amount that stays." }),
    share: Weight.nullable(),
  })
  .meta({ id: "CapitalSchedule" });

/** How capital is allocated; base currency, at the journaled marks and rates. */
export const CapitalPicture = z
  .object({
    base_currency: z.string(),
    capital: Decimal.meta({ description: "Σ of what was put in less what was taken out." }),
    equity: Decimal,
    cash: Decimal,
    free_cash: Decimal.meta({ description: "Of no portfolio yet: what new portfolios start with (C29)." }),
    over_allocation: z.boolean(),
    complete: z.boolean().meta({ description: "False where a rate is missing: what could not be converted is left out." }),
    portfolios: z.array(
      z
        .object({
          portfolio_id: z.string(),
          status: z.enum(["active", "paused", "archived"]),
          capital: Decimal,
          equity: Decimal,
          cash: Decimal,
          available_cash: Decimal,
          weight: Weight.nullable().meta({ description: "Of the account's equity." }),
          rebalance: z
            .string()
            .nullable()
            .meta({ description: "The first rebalance that names it; the next three are about that one's pool." }),
          pool_weight: Weight.nullable(),
          target: Weight.nullable(),
          drift: Weight.nullable().meta({ description: "pool_weight − target." }),
        })
        .meta({ id: "CapitalPortfolio" }),
    ),
    schedules: z.array(CapitalSchedule),
  })
  .meta({ id: "CapitalPicture" });
export type CapitalPicture = z.infer<typeof CapitalPicture>;

const targets = z
  .record(Slug, UnsignedDecimal)
  .optional()
  .meta({ description: "Shares by portfolio, fractions that sum to 1; `unattributed` is the account's free cash." });

/** A configured rebalance by its id, or targets of one's own. */
const rebalance = {
  rebalance: Slug.optional().meta({ description: "A configured rebalance; its drift does not hold it back." }),
  targets,
  minimum: UnsignedDecimal.optional().meta({ description: "With targets: smaller transfers are left out." }),
};
export const RebalancePreviewBody = z.strictObject(rebalance).meta({ id: "RebalancePreview" });
export const RebalanceBody = z.strictObject({ ...rebalance, reason: Reason }).meta({ id: "Rebalance" });
export type RebalancePreviewBody = z.output<typeof RebalancePreviewBody>;

export const SweepPreviewBody = z.strictObject({ sweep: Slug }).meta({ id: "SweepPreview" });
export const SweepBody = z.strictObject({ sweep: Slug, reason: Reason }).meta({ id: "Sweep" });

/** Cash that comes from or goes to outside the account. */
export const CapitalFlowBody = z
  .strictObject({
    amount: PositiveDecimal,
    asset: z
      .string()
      .max(64)
      .regex(/^[A-Za-z0-9.@_-]+$/)
      .optional()
      .meta({ description: "Cash asset; omitted: base currency." }),
    portfolio_id: Slug.optional().meta({ description: "Omitted: the account's free cash." }),
    reason: Reason,
  })
  .meta({ id: "CapitalFlow" });

/** What a deposit or withdrawal did; a repeated one did nothing. */
export const CapitalFlowDone = z
  .object({ transfer_id: z.string(), repeated: z.boolean(), portfolio: AccountRow.nullable() })
  .meta({ id: "CapitalFlowDone" });
