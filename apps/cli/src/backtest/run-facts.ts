import type { BacktestReport } from "@bulkhead/analytics";
import type { Engine } from "@bulkhead/core";
import type { Prices } from "./prices.ts";
import type { Tally } from "./tally.ts";

/** What a run leaves behind for its report. */
export type RunFacts = Readonly<{
  title: string;
  seed: number;
  prices: Prices;
  engine: Engine;
  tally: Tally;
  bars: number;
  evaluations: number;
  wallMs: number;
  digest: string;
  chainHead: string;
  records: number;
  assumptions: BacktestReport["assumptions"];
  notes: readonly string[];
  /** Refused commands by code. */
  refusals: ReadonlyMap<string, number>;
}>;
