import { cashScale, loadConfig } from "@bulkhead/contract";
import type { AccountId, AssetId, Command, InstantMs } from "@bulkhead/core";

/** An account that exists only for what statements say: settings as if nothing were configured, its free cash nothing. */
export function openingOf(account: AccountId, about: Readonly<{ baseCurrency: string; venue: string; at: InstantMs }>): readonly Command[] {
  const { baseCurrency, venue, at } = about;
  const loaded = loadConfig({
    file: { name: "import", text: `[account]\nid = ${JSON.stringify(account)}\nbase_currency = ${JSON.stringify(baseCurrency)}\n` },
  });
  const config = loaded.ok ? loaded.config.accounts[0] : undefined;
  if (config === undefined) throw new RangeError(`ACCOUNT_INVALID: account=${account}, base=${baseCurrency}`);
  const base = { id: baseCurrency as AssetId, kind: "cash", scale: cashScale(baseCurrency) } as const;
  return [{ type: "OpenAccount", at, by: "import", account, venue, mode: "live", base, settings: config.settings }];
}
