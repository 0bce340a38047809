import { z } from "zod";
import { Instant } from "./scalars.ts";

/** A statement as it came, packed: gzip of the file, as base64, so that months of it fit into one request. */
const ImportFile = z.strictObject({
  name: z.string().min(1).max(200).meta({ description: "For people: named in every note and problem." }),
  gzip: z.base64().min(1).meta({ description: "gzip of the file, base64." }),
});

/** Body of `POST /api/imports` and of its preview. */
export const ImportBody = z.strictObject({
  format: z.enum(["flex", "csv", "hyperliquid"]),
  files: z.array(ImportFile).min(1).max(20),
  statement_account: z.string().min(1).max(64).optional().meta({ description: "Whose lines, where a file has several accounts." }),
  zone: z.string().min(1).max(64).optional().meta({ description: "Zone of times that name none; default America/New_York." }),
  leave_out: z.array(z.number().int().positive()).max(1_000).optional().meta({ description: "Numbers of lines not to read." }),
  aliases: z
    .array(z.strictObject({ key: z.string().min(1).max(100), instrument: z.string().min(3).max(100) }))
    .max(1_000)
    .optional()
    .meta({ description: "What contracts are called here, by contract id, ISIN or symbol; kept with the account's books." }),
  covers: z
    .strictObject({ from: z.string().min(1).max(64), to: z.string().min(1).max(64) })
    .optional()
    .meta({ description: "From when to when a file that does not say so itself is complete: days, the last one included, or instants." }),
  allocate: z
    .array(z.strictObject({ key: z.string().min(1).max(100), share: z.string().regex(/^(0?\.\d{1,9}|0|1)$|^\d{1,3}(\.\d{1,7})?%$/) }))
    .max(100)
    .optional()
    .meta({
      description: "What part of the cost goes with something that was spun off, by its contract id, ISIN or symbol: 0.0812 or 8.12%.",
    }),
  same_account: z.boolean().optional().meta({ description: "The statements' number is another one of the same account." }),
});
export type ImportBody = z.infer<typeof ImportBody>;

const Span = z.object({ from: Instant, to: Instant });

/** What an import did, or would do, and how the end compares with what the statements say was held. */
export const ImportRow = z
  .object({
    account_id: z.string(),
    booked: z.boolean().meta({ description: "False: only tried." }),
    counts: z.array(z.object({ kind: z.string(), booked: z.number().int(), known: z.number().int() })),
    covers: z.array(Span),
    missing: z.array(Span).meta({ description: "Between the statements: nothing tells what happened there." }),
    compared_at: Instant.nullable(),
    comparison: z.array(
      z.object({
        kind: z.enum(["position", "cash", "gap", "realized"]),
        about: z.string(),
        stated: z.string(),
        books: z.string(),
        difference: z.string(),
        equal: z.boolean(),
      }),
    ),
    equal: z.boolean().meta({ description: "Positions to the last unit, cash to the cent; `realized` is only shown." }),
    notes: z.array(z.string()),
    history_left: z.array(Span).meta({ description: "Executions of these stretches are in no history and in no statement yet." }),
  })
  .meta({ id: "Import" });
export type ImportRow = z.infer<typeof ImportRow>;
