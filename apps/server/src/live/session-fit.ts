import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AccountConfig } from "@bulkhead/contract";
import type { VenueSession } from "@bulkhead/core";

/** Beside the books: the number of the account as the broker first said it. */
export const VENUE_ACCOUNT_FILE = "venue-account";

/** Why a session is not that of these books (B28): paper for paper, the configured number, and the same as ever. */
export function objectionTo({ account, environment }: VenueSession, { mode, broker }: AccountConfig, folder: string): string | undefined {
  if (environment !== null && environment !== mode) return `account ${account ?? "?"} is ${environment}, and these books are ${mode}`;
  if (broker !== null && broker.account !== null && account !== null && account !== broker.account)
    return `the venue answers for account ${account}, and the configuration says ${broker.account}`;
  if (account === null) return undefined;
  const path = join(folder, VENUE_ACCOUNT_FILE);
  if (existsSync(path)) {
    const before = readFileSync(path, "utf8").trim();
    return before === account ? undefined : `the venue answers for account ${account}, and these books are those of ${before}`;
  }
  writeFileSync(path, `${account}\n`, { mode: 0o600 });
  return undefined;
}
