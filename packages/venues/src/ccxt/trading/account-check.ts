import { createHash } from "node:crypto";
import type { Identity, MarketKind } from "./messages.ts";

/** Differences of clocks that are worth a word, and that no signature survives (C2). */
const SKEW_WARN_MS = 2_000;
const SKEW_MAX_MS = 30_000;

export type Accepted = Readonly<{
  /** Why nothing is sent there; null: it may be. */
  refusal: string | null;
  /** It may be set right without a new start. */
  isPassing: boolean;
  notes: readonly string[];
  /** The exchange's number of the account, else a mark of its key. */
  account: string;
}>;

export type Expected = Readonly<{
  exchange: string;
  expectedAccount: string | null;
  kinds: readonly MarketKind[];
  apiKey: string;
}>;

/** Whether the account that answered is the one that is meant, may do what is wanted, and lives in our time. */
export function checkAccount(
  { identity, aheadMs }: Readonly<{ identity: Identity; aheadMs: number | null }>,
  expected: Expected,
): Accepted {
  const { exchange, expectedAccount, kinds } = expected;
  const account = identity.account ?? `key ${createHash("sha256").update(expected.apiKey).digest("hex").slice(0, 8)}`;
  const clock = checkClock(exchange, aheadMs ?? 0);
  const refuse = (refusal: string, isPassing = false): Accepted => ({ refusal, isPassing, notes: [], account });
  if (clock.refusal !== null) return refuse(clock.refusal, true);
  if (expectedAccount !== null && expectedAccount !== account)
    return refuse(`the key belongs to account ${account} of ${exchange}, and ${expectedAccount} is meant`);
  if (identity.isHedged === true && kinds.includes("linear"))
    return refuse(`${exchange} keeps long and short apart (hedge mode): switch the account to one-way mode`);
  const notes = [
    ...clock.notes,
    ...(identity.mayWithdraw === true ? [`The key of ${exchange} may withdraw: make one that may only read and trade.`] : []),
    ...(identity.isBoundToAddresses === false ? [`The key of ${exchange} works from any address: bind it to this machine's.`] : []),
    ...(identity.mayTrade === false ? [`The key of ${exchange} may not trade: orders will be refused.`] : []),
  ];
  return { refusal: null, isPassing: false, notes, account };
}

/** Whether this machine and the exchange live in one time; `aheadMs`: its clock less ours. */
export function checkClock(exchange: string, aheadMs: number): Readonly<{ refusal: string | null; notes: readonly string[] }> {
  const skew = Math.abs(aheadMs);
  const words = `this machine's clock and that of ${exchange} are ${(skew / 1_000).toFixed(1)} s apart`;
  if (skew > SKEW_MAX_MS) return { refusal: `${words}: set the clock, nothing is sent until then`, notes: [] };
  return { refusal: null, notes: skew > SKEW_WARN_MS ? [`Attention: ${words}. Set the clock.`] : [] };
}
