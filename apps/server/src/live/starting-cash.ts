import type { AccountConfig } from "@bulkhead/contract";
import { type AssetId, type Command, type InstantMs, type PortfolioId, type StateView, type Step, UNATTRIBUTED } from "@bulkhead/core";
import { isPositive } from "@bulkhead/money";
import type { Words } from "../desk/speaker.ts";

type Around = Readonly<{ config: AccountConfig; state: () => StateView; say: (words: Words) => void }>;

/** What the configuration gives portfolios to begin with, out of what nobody claimed: once each, as soon as there is anything. */
export function giveStartingCash(at: InstantMs, execute: (command: Command) => Step, { config, state, say }: Around): void {
  for (const { id, startingCash: amount } of config.portfolios) {
    const portfolio = id as PortfolioId;
    // One that ever had anything was given it: a file that was written back says so as starting cash.
    if (!isPositive(amount) || state().portfolios.get(portfolio)?.ledger.size !== 0) continue;
    const asset = config.baseCurrency as AssetId;
    const step = execute({
      type: "TransferCapital",
      at,
      by: "configuration",
      from: UNATTRIBUTED,
      to: portfolio,
      asset,
      amount,
      transferId: `starting-cash:${id}`,
      reason: "starting cash",
    });
    if (!step.ok)
      say({
        level: "warn",
        source: "desk",
        message: `${id} does not get its starting cash (${step.refusal.code}): transfer it from unattributed when it is there`,
        portfolio,
      });
  }
}
