import type { AccountSettings, AttributionRule } from "@bulkhead/core";
import type { Ratio } from "@bulkhead/money";
import { limitKeysOf } from "./limit-keys.ts";
import { durationText, percentText, type SettingKey } from "./setting-key.ts";
import type { TomlTable } from "./toml.ts";

type Key = SettingKey<AccountSettings>;

const field = (name: keyof AccountSettings, key: string, written: (settings: AccountSettings) => TomlTable): Key => ({
  key,
  written,
  taken: (into, from) => ({ ...into, [name]: from[name] }),
});

/** A fraction; written always, because what holds without it may hang on other keys. */
const share = (name: "shortRequirement" | "marginRequirement" | "feeReserve" | "fxCost", key: string): Key =>
  field(name, key, (settings) => ({ [key]: percentText(settings[name] as Ratio) }));

const byField: Readonly<Record<keyof AccountSettings, readonly Key[]>> = {
  overAllocation: [
    field("overAllocation", "over_allocation", ({ overAllocation }): TomlTable => (overAllocation ? { over_allocation: true } : {})),
  ],
  limits: limitKeysOf<AccountSettings>(),
  quoteAgeMaxMs: [field("quoteAgeMaxMs", "quote_age_max", ({ quoteAgeMaxMs }) => ({ quote_age_max: durationText(quoteAgeMaxMs) }))],
  duplicateWindowMs: [
    field("duplicateWindowMs", "duplicate_window", ({ duplicateWindowMs }) => ({ duplicate_window: durationText(duplicateWindowMs) })),
  ],
  shortRequirement: [share("shortRequirement", "short_requirement_pct")],
  marginRequirement: [share("marginRequirement", "margin_requirement_pct")],
  feeReserve: [share("feeReserve", "fee_reserve_pct")],
  fxCost: [share("fxCost", "fx_cost_pct")],
  access: [field("access", "access", ({ access }) => ({ access }))],
  // Tables of their own beside the account's.
  attribution: [
    {
      ...field("attribution", "attribute", (): TomlTable => ({})),
      shown: ({ attribution }) => (attribution.length === 0 ? null : attribution.map(ruleText).join("; ")),
      compared: ({ attribution }) => JSON.stringify(attribution),
    },
  ],
};

/** "reference grid-, client 7 → momentum". */
function ruleText({ portfolio, referencePrefix, client, instrument }: AttributionRule): string {
  const parts = [
    referencePrefix === null ? "" : `reference ${referencePrefix}`,
    client === null ? "" : `client ${client}`,
    instrument ?? "",
  ].filter((part) => part !== "");
  return `${parts.join(", ")} → ${portfolio}`;
}

/** The settings of an account that the books keep, by their keys in a file. */
export const ACCOUNT_KEYS: readonly Key[] = Object.values(byField).flat();
