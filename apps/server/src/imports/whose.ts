import type { StateView } from "@bulkhead/core";
import type { Statement, StatementProblem } from "@bulkhead/venues";
import { statementAccounts } from "./coverage.ts";

export type Whose = Readonly<{
  /** The broker's number of the account, where the books have ever been attached to it. */
  venueAccount: string | null;
  /** A person says that a statement with another number is about the same account: the broker has renumbered it. */
  sameAccount: boolean;
  /** By the wall clock. */
  now: number;
}>;

/** Clocks and zones differ by hours; a date that settles is days ahead. */
const AHEAD_MS = 7 * 86_400_000;

/** Statements of somebody else's account, and lines that have not been yet: nothing of them belongs into these books. */
export function foreignLines(
  state: StateView,
  statements: readonly Statement[],
  { venueAccount, sameAccount, now }: Whose,
): readonly StatementProblem[] {
  const problems: StatementProblem[] = [];
  for (const { source, account, file, entries } of statements) {
    const known = venueAccount !== null && source === "ibkr" ? [venueAccount] : statementAccounts(state, source);
    if (account !== "" && known.length > 0 && !known.includes(account) && !sameAccount)
      problems.push({ code: "STATEMENT_OTHER_ACCOUNT", file, line: 1, figures: { account, known: known.join(", ") } });
    for (const { line, at } of entries)
      if (at > now + AHEAD_MS)
        problems.push({
          code: "STATEMENT_IN_FUTURE",
          file,
          line,
          figures: { told: new Date(at).toISOString(), now: new Date(now).toISOString() },
        });
  }
  return problems;
}
