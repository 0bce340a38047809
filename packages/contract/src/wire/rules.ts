import { z } from "zod";
import { Decimal, Reason, Slug, words } from "./scalars.ts";

/** A standing rule: the first that fits says whose an order or execution of others is. */
export const AttributionRuleRow = z
  .object({
    rule_id: z.string().meta({ description: "Made of what it says: a rule that is changed has another." }),
    place: z.number().int().meta({ description: "From 1; the first that fits counts." }),
    version: z.number().int().meta({ description: "Of all the rules of the account, for If-Match." }),
    portfolio_id: z.string(),
    reference: z.string().nullable().meta({ description: "What the order's reference begins with." }),
    client: z.string().nullable(),
    instrument: z.string().nullable(),
    words: z.string(),
    toml: z.string().meta({ description: "As the configuration has it." }),
  })
  .meta({ id: "AttributionRule" });
export type AttributionRuleRow = z.infer<typeof AttributionRuleRow>;

/** A rule that would have said what somebody just said by hand. */
export const ProposedRule = AttributionRuleRow.omit({ rule_id: true, place: true, version: true }).meta({ id: "ProposedRule" });
export type ProposedRule = z.infer<typeof ProposedRule>;

const part = (most: number, description: string) => words(most).pipe(z.string().trim().min(1)).nullable().optional().meta({ description });
const parts = {
  reference: part(64, "What the order's reference begins with."),
  client: part(32, "Which connection of the venue sent it."),
  instrument: part(64, "An instrument's id, or its symbol."),
  place: z.number().int().min(1).max(1_000).optional().meta({ description: "Where it stands; left out: last, or where it stood." }),
};

export const CreateRuleBody = z.strictObject({ portfolio_id: Slug, ...parts, reason: Reason }).meta({ id: "CreateRule" });
export type CreateRuleBody = z.output<typeof CreateRuleBody>;

/** What is left out stays as it is; null takes a part away. */
export const PatchRuleBody = z.strictObject({ portfolio_id: Slug.optional(), ...parts, reason: Reason }).meta({ id: "PatchRule" });
export type PatchRuleBody = z.output<typeof PatchRuleBody>;

/** A rule that is new, changed (`rule_id`), or taken away (`rule_id` and `remove`). */
export const RulePreviewBody = z
  .strictObject({ rule_id: z.string().max(64).optional(), remove: z.literal(true).optional(), portfolio_id: Slug.optional(), ...parts })
  .meta({ id: "RulePreview" });
export type RulePreviewBody = z.output<typeof RulePreviewBody>;

/** Something that stands there now and would be somebody else's under other rules. */
const Sorted = z
  .object({
    kind: z.enum(["trade", "order"]),
    break_id: z.string().nullable().meta({ description: "Of a trade: it waits in the inbox, and is claimed there." }),
    venue_order_id: z.string(),
    instrument: z.string(),
    quantity: Decimal.meta({ description: "Signed: bought positive. Of a trade what is left of it, of an order what it asks." }),
    reference: z.string(),
    client: z.string(),
    from_portfolio_id: z.string().nullable(),
    to_portfolio_id: z.string().nullable(),
  })
  .meta({ id: "SortedByRule" });

/** What rules would say of what waits in the inbox and of the orders of others. What has traded stays where it is until it is claimed. */
export const RulePreviewed = z
  .object({
    rule: AttributionRuleRow.nullable().meta({ description: "Null: it would be taken away." }),
    sorts: z.array(Sorted),
    looked_at: z.number().int(),
    unknown: z.number().int().meta({ description: "Of so many nobody knows any more who sent them: only rules by instrument are told." }),
  })
  .meta({ id: "RulePreviewed" });
export type RulePreviewed = z.infer<typeof RulePreviewed>;

export const RuleId = z.string().min(1).max(64).meta({ description: "rule_id of a row of the rules." });
