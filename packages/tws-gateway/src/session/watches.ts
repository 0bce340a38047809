import type { ContractQuery } from "../broker/directory.ts";
import type { DataKind } from "../wire/market-answers.ts";

/** What a client asked to be told of from then on; it is forgotten with its connection. */
export class Watches {
  /** Contract ids and kinds by request. */
  readonly prices = new Map<number, Readonly<{ conId: number; kind: DataKind }>>();
  /** Requests for bars that go on: the last five seconds, or the one that is being made. */
  readonly bars = new Map<number, Readonly<{ conId: number; query: ContractQuery; stepMs: number; realTime: boolean }>>();
  readonly summaries = new Map<number, readonly string[]>();
  readonly multis = new Set<number>();
  readonly positionMultis = new Set<number>();
  readonly pnls = new Map<number, number | null>();
  positions = false;
  account = false;
  /** What the client said it wants: 1 live, 2 frozen, 3 delayed, 4 both. */
  marketDataType = 1;

  /** Prices and bars are gone, as after 1101; what is said of the account goes on. */
  forget(): void {
    this.prices.clear();
    this.bars.clear();
  }
}
