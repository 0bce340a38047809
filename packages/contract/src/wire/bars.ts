import { z } from "zod";
import { Decimal, Instant, UnsignedDecimal } from "./scalars.ts";

/** Lengths of bars that may be asked for. */
export const BAR_RESOLUTIONS = ["1s", "1m", "5m", "15m", "30m", "1h", "4h", "1d"] as const;

/** One bar of an instrument, prices in its quote currency. */
export const BarRow = z
  .object({
    instrument: z.string(),
    resolution: z.enum(BAR_RESOLUTIONS),
    open_at: Instant,
    close_at: Instant,
    open: Decimal,
    high: Decimal,
    low: Decimal,
    close: Decimal,
    volume: UnsignedDecimal.nullable(),
    closed: z.boolean().meta({ description: "False: it has not ended, and will change." }),
  })
  .meta({ id: "Bar" });
export type BarRow = z.infer<typeof BarRow>;
