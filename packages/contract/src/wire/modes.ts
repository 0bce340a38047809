import { z } from "zod";
import { InstrumentText, Reason, Slug } from "./scalars.ts";

const mode = z.enum(["ready", "reduce_only", "cancel_only", "read_only", "halted"]);

/** A mode other than ready, and why. */
export const ModeRow = z.object({ scope: z.string(), mode, reason: z.string() }).meta({ id: "Mode" });

/** What a person lets an account, a portfolio or an instrument do. */
export const SetModeBody = z
  .strictObject({
    mode: mode.exclude(["halted"]).meta({
      description:
        "ready: free; reduce_only: only less exposure; cancel_only: only cancels; read_only: nothing. The strictest of account, portfolio and instrument holds.",
    }),
    portfolio_id: Slug.optional().meta({ description: "Only this portfolio." }),
    instrument: InstrumentText.optional().meta({ description: "Only this instrument, in every portfolio. Neither: the whole account." }),
    reason: Reason,
  })
  .meta({ id: "SetMode" });
export type SetModeBody = z.output<typeof SetModeBody>;
