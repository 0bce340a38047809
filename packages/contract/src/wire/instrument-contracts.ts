import { z } from "zod";
import { Instant, InstrumentText, Reason } from "./scalars.ts";

const Told = z.object({
  venue_key: z.string().meta({ description: "The venue's own key: a contract id, a market's id." }),
  symbol: z.string(),
  exchange: z.string(),
  currency: z.string(),
  multiplier: z.string(),
  tick: z.string(),
  increment: z.string(),
  quantity_min: z.string(),
  notional_min: z.string(),
  expiry: z.string().meta({ description: "Last day of what ends; empty of what does not." }),
});

/** The contract behind an instrument, as the books go by it and as the venue has it now. Texts as the venue writes them. */
export const ContractRow = z
  .object({
    instrument: z.string(),
    version: z.number().int().meta({ description: "Of the definition that is in force, from 1." }),
    told: Told.nullable().meta({ description: "What the books took; null: nothing yet." }),
    changed: z
      .object({
        says: z.string(),
        since: Instant,
        told: Told.nullable().meta({ description: "Null: the venue has it no more, and there is nothing to accept." }),
      })
      .nullable()
      .meta({ description: "What a person has to accept before it may be entered again." }),
    formerly: z.string().nullable().meta({ description: "What it was before all of it became this." }),
  })
  .meta({ id: "InstrumentContract" });
export type ContractRow = z.infer<typeof ContractRow>;

export const AcceptContractBody = z.strictObject({ instrument: InstrumentText, reason: Reason }).meta({ id: "AcceptContract" });
