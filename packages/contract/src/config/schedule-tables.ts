import { parseRatio, unitsOf } from "@bulkhead/money";
import { z } from "zod";
import { cron } from "./cron.ts";
import { type Fraction, money, positiveMoney, refuse, share, show, slug, timeZone, yesOrNo } from "./values.ts";

/** What a portfolio is called, the built-in one included. */
const portfolioName: z.ZodType<string> = z
  .unknown()
  .transform((value, context) => (value === "unattributed" ? value : parsedWith(slug, value, context)));

/** `{ aggressive = "60%", conservative = "40%" }`: shares of what the named portfolios are worth together; all of it. */
const targets: z.ZodType<readonly Readonly<{ portfolio: string; weight: Fraction }>[]> = z.unknown().transform((value, context) => {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Date)
    return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: '{ aggressive = "60%", conservative = "40%" }' });
  const listed: { portfolio: string; weight: Fraction }[] = [];
  let sum = 0;
  for (const [name, written] of Object.entries(value)) {
    const portfolio = parsedWith(portfolioName, name, context);
    const weight = isNothing(written) ? ("0" as Fraction) : parsedWith(share, written, context);
    if (typeof portfolio !== "string" || typeof weight !== "string") return z.NEVER;
    const parsed = parseRatio(weight);
    sum += parsed.ok ? unitsOf(parsed.value) : Number.NaN;
    listed.push({ portfolio, weight });
  }
  if (listed.length < 2) return refuse(context, "CONFIG_OUT_OF_RANGE", { value: show(value), bound: "two portfolios or more" });
  if (sum !== WHOLE) return refuse(context, "CONFIG_TARGETS_SUM", { sum: `${sum / 1e7} %` });
  return listed;
});

/** 1 in units of a ratio. */
const WHOLE = 1_000_000_000;
/** A portfolio that is to give everything away. */
const isNothing = (written: unknown): boolean => written === 0 || (typeof written === "string" && /^0+(\.0+)?\s*%?$/.test(written.trim()));

/** Portfolios as a list, or one of them. */
const portfolioNames: z.ZodType<readonly string[]> = z.unknown().transform((value, context) => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const named = list.map((each) => parsedWith(slug, each, context));
  if (named.some((each) => typeof each !== "string")) return z.NEVER;
  if (named.length === 0) return refuse(context, "CONFIG_OUT_OF_RANGE", { value: show(value), bound: "one portfolio or more" });
  return [...new Set(named)];
});

/** Over the highest that was ever swept, or over an amount that stays. */
const level: z.ZodType<string> = z
  .unknown()
  .transform((value, context) => (value === "high-water-mark" ? value : parsedWith(positiveMoney, value, context)));

/** When, and how little is not worth it. */
const timing = {
  account: slug.optional(),
  schedule: cron.optional(),
  time_zone: timeZone.optional(),
  /** Whether what was due while nothing ran is done once at the start. */
  catch_up: yesOrNo.optional(),
  minimum: money.optional(),
} as const;

/** `[[rebalance]]`. */
export const rebalanceTable = z.strictObject({
  id: slug,
  targets,
  /** Only where a weight is off by more. */
  drift: share.optional(),
  /** May sell where cash is not enough. */
  sell: yesOrNo.optional(),
  ...timing,
});

/** `[[sweep]]`. */
export const sweepTable = z.strictObject({
  id: slug,
  from: portfolioNames,
  to: portfolioName.optional(),
  above: level,
  share: share.optional(),
  ...timing,
});

export type RebalanceTable = z.output<typeof rebalanceTable>;
export type SweepTable = z.output<typeof sweepTable>;

/** Another schema's word on a value, its objection passed on as the whole's. */
function parsedWith<T>(schema: z.ZodType<T>, value: unknown, context: Parameters<typeof refuse>[0]): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    if (issue.code === "custom") context.addIssue({ code: "custom", params: issue.params ?? {}, message: issue.message });
  }
  return z.NEVER;
}
