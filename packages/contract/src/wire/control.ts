import { z } from "zod";
import { Decimal, Instant, InstrumentText, Reason, Slug } from "./scalars.ts";

const scope = {
  portfolio_id: Slug.optional().meta({ description: "Only this portfolio." }),
  instrument: InstrumentText.optional().meta({ description: "Only this instrument, in every portfolio. Neither: the whole account." }),
};

export const KillBody = z
  .strictObject({
    ...scope,
    level: z
      .enum(["pause", "cancel", "flatten"])
      .meta({ description: "pause: no new risk; cancel: and open orders canceled; flatten: and positions closed." }),
    reason: Reason,
  })
  .meta({ id: "EngageKill" });
export const KillPreviewBody = z.strictObject({ ...scope, level: z.enum(["pause", "cancel", "flatten"]) }).meta({ id: "PreviewKill" });
export const ClearKillBody = z.strictObject({ ...scope, reason: Reason }).meta({ id: "ClearKill" });
export type KillScopeBody = z.output<z.ZodObject<typeof scope>>;

export const KillRow = z
  .object({ scope: z.string(), level: z.enum(["pause", "cancel", "flatten"]), reason: z.string() })
  .meta({ id: "Kill" });

const orderMention = z.object({
  order_id: z.number().int(),
  portfolio_id: z.string(),
  instrument: z.string(),
  side: z.string(),
  leaves: Decimal,
});

/** What a kill does or would do. An order is confirmed when it has ended, unconfirmed while its cancel is on the way. */
export const KillOutcome = z
  .object({
    scope: z.string(),
    level: z.enum(["pause", "cancel", "flatten"]),
    entries_stopped: z.array(z.string()).meta({ description: "Portfolios that take no new risk." }),
    confirmed: z.array(orderMention),
    unconfirmed: z.array(orderMention),
    not_cancellable: z.array(orderMention).meta({ description: "Exits that work already, and orders whose cancel was asked for before." }),
    exits: z.array(
      z.object({
        portfolio_id: z.string(),
        instrument: z.string(),
        side: z.string(),
        quantity: Decimal,
        value: Decimal.nullable().meta({ description: "At the last mark, in the currency of the instrument." }),
        currency: z.string(),
        fee: Decimal.nullable().meta({ description: "What closing it would be charged at that price; null where that is not known." }),
        fee_asset: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "KillOutcome" });
export type KillOutcome = z.infer<typeof KillOutcome>;

const level = KillBody.shape.level;
export const KillAllBody = z.strictObject({ level, reason: Reason }).meta({ id: "EngageKillAll" });
export const KillAllPreviewBody = z.strictObject({ level }).meta({ id: "PreviewKillAll" });
export const ClearAllKillsBody = z.strictObject({ reason: Reason }).meta({ id: "ClearAllKills" });

/** What a kill of all accounts does or would do, account by account. */
export const KillAllOutcome = z
  .object({
    accounts: z.array(KillOutcome.extend({ account_id: z.string(), as_of_seq: z.number().int() }).meta({ id: "AccountKillOutcome" })),
    not_taken: z
      .array(z.object({ account_id: z.string(), code: z.string(), detail: z.string() }))
      .meta({ description: "Accounts that did not take it: they stand still, or were too busy. Ask again, or end the desk." }),
  })
  .meta({ id: "KillAllOutcome" });
export type KillAllOutcome = z.infer<typeof KillAllOutcome>;

export const ACTIONS = ["read", "trade", "cancel", "kill", "admin"] as const;
/** What a key may do, each on its own: none includes another. */
export type Action = (typeof ACTIONS)[number];

const KeyName = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[\p{L}\p{N} ._-]+$/u);
const KeyPortfolios = z.union([z.literal("*"), z.array(Slug).min(1).max(100)]);
const KeyActions = z.array(z.enum(ACTIONS)).min(1).max(5);
const Addresses = z
  .array(
    z
      .string()
      .max(64)
      .regex(/^[0-9A-Fa-f.:]+(?:\/\d{1,3})?$/),
  )
  .max(50)
  .meta({ description: "Addresses and networks that it may be used from, 10.0.0.7 or fd00::/8; empty: any.", example: ["10.0.0.0/8"] });

export const CreateKeyBody = z
  .strictObject({
    name: KeyName,
    portfolios: KeyPortfolios,
    actions: KeyActions,
    expires_in_days: z.number().int().min(1).max(366).default(90),
    addresses: Addresses.default([]),
  })
  .meta({ id: "CreateKey" });
export const PatchKeyBody = z
  .strictObject({
    name: KeyName.optional(),
    portfolios: KeyPortfolios.optional(),
    actions: KeyActions.optional(),
    addresses: Addresses.optional(),
  })
  .meta({ id: "PatchKey" });

export const KeyRow = z
  .object({
    key_id: z.string(),
    name: z.string(),
    account_id: z.string(),
    portfolios: z.union([z.literal("*"), z.array(z.string())]),
    actions: z.array(z.enum(ACTIONS)),
    addresses: z.array(z.string()),
    created_at: Instant,
    expires_at: Instant,
    last_used_at: Instant.nullable(),
    revoked: z.boolean(),
  })
  .meta({ id: "Key" });
export type KeyRow = z.infer<typeof KeyRow>;
export const CreatedKey = KeyRow.extend({ secret: z.string().meta({ description: "Shown once: Authorization: Bearer <secret>." }) }).meta({
  id: "CreatedKey",
});
