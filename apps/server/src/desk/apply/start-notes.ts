import type { Config } from "@bulkhead/contract";
import type { PortfolioId } from "@bulkhead/core";
import type { Feed } from "@bulkhead/market";
import type { RunningAccount } from "../running-account.ts";
import { accountChanges } from "./other-changes.ts";
import { portfolioChanges } from "./portfolio-changes.ts";
import type { ConfigSource } from "./source.ts";
import { wantedOf } from "./wanted.ts";

/** Differences that a start says one by one. */
const SAID_MAX = 10;

/** Where the configuration says other than the books, as a start tells it. Files of strategies are not loaded again for this. */
export async function noteDifferences(
  account: RunningAccount,
  config: Config,
  around: Readonly<{ feed: Feed; folders: ConfigSource["folders"] }>,
): Promise<void> {
  const own = config.accounts.find(({ id }) => id === account.id);
  if (own === undefined) return;
  const wanted = await wantedOf(own, { ...around, recorded: account.state });
  const changes = [...accountChanges(account.state, own, config), ...portfolioChanges(account.state, account.id, wanted, config)];
  for (const schedule of own.schedules) {
    const named = schedule.kind === "rebalance" ? schedule.targets.map(({ portfolio }) => portfolio) : [...schedule.from, schedule.to];
    for (const portfolio of named)
      if (!account.state.portfolios.has(portfolio as PortfolioId))
        account.note(`The ${schedule.kind} ${schedule.id} names ${portfolio}, which is not in the books: it moves nothing.`, "warn");
  }
  for (const { detail } of changes.slice(0, SAID_MAX)) account.note(detail);
  if (changes.length > SAID_MAX) account.note(`The configuration says other than the books in ${changes.length - SAID_MAX} more places.`);
}
