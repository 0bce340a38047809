import { z } from "zod";

// What travels as text and why: amounts as decimal text, because a JSON number would round them; instants in ISO 8601 UTC.

/** A signed decimal: "-1250.5". */
export const Decimal = z
  .string()
  .max(72)
  .regex(/^[+-]?\d{1,30}(?:\.\d{1,40})?$/, { error: 'a decimal number as text, like "-12.5"' })
  .meta({ id: "Decimal", description: "A signed decimal number as text; never rounded.", example: "1250.5" });

/** A decimal that is not negative. */
export const UnsignedDecimal = z
  .string()
  .max(72)
  .regex(/^\d{1,30}(?:\.\d{1,40})?$/, { error: 'a decimal number as text, zero or more, like "12.5"' })
  .meta({ id: "UnsignedDecimal", description: "A decimal number as text, zero or more.", example: "100" });

/** A decimal above zero: where zero could mean nothing or no bound. */
export const PositiveDecimal = UnsignedDecimal.refine((text) => /[1-9]/.test(text), { error: "above 0; null is no bound" }).meta({
  id: "PositiveDecimal",
  description: "A decimal number as text, above zero.",
  example: "100",
});

export const Instant = z
  .string()
  .meta({ id: "Instant", format: "date-time", description: "ISO 8601, UTC, milliseconds.", example: "2026-11-20T14:30:00.000Z" });

/** How old the figures of a row are (C22). */
export const MarkedAt = Instant.nullable().meta({
  description: "When the oldest price in its figures was taken; null where nothing that is held was marked.",
});

/** `aggressive`; upper and lower case are the same. */
export const Slug = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/)
  .meta({ id: "Slug", description: "Letters, digits, - and _, at most 64; upper and lower case are the same.", example: "aggressive" });

/** `SPY@XNYS`, or the bare symbol where one instrument of the account has it. */
export const InstrumentText = z
  .string()
  .regex(/^[A-Za-z0-9._:/-]{1,48}(?:@[A-Za-z0-9._-]{1,32})?$/)
  .meta({
    id: "InstrumentText",
    description: "SYMBOL@VENUE, or the symbol where only one instrument of the account has it.",
    example: "SPY@XNYS",
  });

const isPlain = (text: string): boolean => !/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u.test(text);

/** Words of people: NFC, without control and direction characters (U8). */
export const words = (most: number) =>
  z
    .string()
    .max(most)
    .refine(isPlain, { error: "control and direction characters are not allowed" })
    .transform((text) => text.normalize("NFC"));

export const Reason = words(500)
  .pipe(z.string().min(1))
  .meta({ id: "Reason", type: "string", minLength: 1, maxLength: 500, description: "Why, in a sentence: somebody will ask." });

/** `?limit=` of every list. */
export const PageLimit = z.coerce.number().int().min(1).max(500).default(100).meta({ description: "Rows per page, at most 500." });
export const Cursor = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9_-]+$/)
  .meta({ description: "next_cursor of the page before." });
export const Format = z.enum(["json", "csv"]).meta({ description: "csv answers the list as a file; so does Accept: text/csv." });

/** Who may be asked about: an id, or `*` for all that the caller may see. */
export const PortfolioChoice = z
  .string()
  .regex(/^(?:\*|[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?)$/)
  .meta({
    description:
      "A portfolio by its id or number, or * for all. Omitted: `default` where it exists, else the first active one (S0.38, S1.32).",
  });
export const AccountChoice = Slug.meta({ description: "Which account; omitted: the only one, or `main`." });
