import { z } from "zod";
import { Instant } from "./scalars.ts";

const counts = {
  evaluations: z.number().int().meta({ description: "Bars and schedules that strategies were asked about." }),
  intents: z.number().int().meta({ description: "Wishes that they answered with." }),
  orders: z.number().int(),
  denials: z.number().int().meta({ description: "Orders that the gate said no to; /api/receipts says why." }),
  refusals: z.number().int().meta({ description: "Orders that could not be admitted at all." }),
  faults: z.number().int(),
};

/** One instant with closed bars, brought once to every strategy that looks at one of their markets. */
export const CycleRow = z
  .object({
    cycle_id: z.number().int().meta({ description: "From 1 since the desk started." }),
    at: Instant,
    instruments: z.array(z.string()).meta({ description: "Whose bars closed." }),
    bars: z.number().int(),
    portfolios_asked: z.number().int(),
    ...counts,
    decided_ms: z.number().meta({ description: "How long it took until all that its strategies wanted was decided, of all portfolios." }),
    duration_ms: z
      .number()
      .meta({ description: "How long the account was busy with it, until it was durable and sent; of all portfolios." }),
    portfolios: z.array(z.object({ portfolio_id: z.string(), ...counts })),
  })
  .meta({ id: "Cycle" });
export type CycleRow = z.infer<typeof CycleRow>;
