import type { AccountSettings, AttributionRule, PortfolioSettings } from "@bulkhead/core";
import type { Money, Scale } from "@bulkhead/money";
import type { ScheduleConfig } from "../schedules.ts";
import { ACCOUNT_KEYS } from "./account-keys.ts";
import { PORTFOLIO_KEYS } from "./portfolio-keys.ts";
import { scheduleTable } from "./schedule-tables.ts";
import { moneyText, type SettingKey, type WriteContext } from "./setting-key.ts";
import { type TomlTable, type TomlValue, writeToml } from "./toml.ts";

/** The books of an account, as far as a file can say them. */
export type WrittenAccount = Readonly<{
  id: string;
  baseCurrency: string;
  scale: Scale;
  /** What it and its portfolios would start with: what was put in less what was taken out. */
  startingCash: Money;
  settings: AccountSettings;
  portfolios: readonly Readonly<{
    id: string;
    startingCash: Money;
    active: boolean;
    settings: PortfolioSettings;
    /** How its strategy is found: a name or a path. */
    strategyText: string | null;
  }>[];
  schedules: readonly ScheduleConfig[];
}>;

/** Whose keys these tables replace. */
const OWN: ReadonlySet<string> = new Set(["account", "defaults", "portfolio", "attribute", "rebalance", "sweep"]);
/** Keys of an account that the books say. */
const IN_BOOKS: ReadonlySet<string> = new Set([
  "id",
  "starting_cash",
  "base_currency",
  ...ACCOUNT_KEYS.flatMap(({ key, also = [] }) => [key, ...also]),
]);

/**
 * The text of a configuration file that loads to what the books say: accounts, portfolios and schedules from there, everything else as the
 * file has it (`tables` of a loaded configuration).
 */
export function writeConfig(tables: Readonly<Record<string, unknown>>, accounts: readonly WrittenAccount[]): string {
  const listed = (tables["account"] ?? []) as readonly TomlTable[];
  const several = accounts.length > 1;
  const others = Object.entries(tables as Record<string, TomlValue>).filter(([key]) => !OWN.has(key));
  const schedules = accounts.flatMap((account) => account.schedules.map((schedule) => ({ schedule, account })));
  const tablesOf = (kind: ScheduleConfig["kind"]): readonly TomlTable[] =>
    schedules.filter(({ schedule }) => schedule.kind === kind).map(({ schedule, account }) => scheduleTable(schedule, account.id, account));
  return writeToml({
    account: accounts.map((account) =>
      accountTable(
        account,
        listed.find((each) => (each["id"] ?? "main") === account.id),
      ),
    ),
    ...Object.fromEntries(others),
    portfolio: accounts.flatMap((account) => account.portfolios.map((portfolio) => portfolioTable(account, portfolio, several))),
    attribute: accounts.flatMap(({ id, settings }) => settings.attribution.map((rule) => attributeTable(rule, several ? id : null))),
    rebalance: tablesOf("rebalance"),
    sweep: tablesOf("sweep"),
  });
}

/** What a file says for settings. */
export const written = <S>(keys: readonly SettingKey<S>[], settings: S, context: WriteContext): TomlTable =>
  Object.assign({}, ...keys.map((key) => key.written(settings, context))) as TomlTable;

function accountTable(account: WrittenAccount, before: TomlTable | undefined): TomlTable {
  const { id, baseCurrency, startingCash, settings, scale } = account;
  const kept = Object.fromEntries(Object.entries(before ?? {}).filter(([key]) => !IN_BOOKS.has(key)));
  return {
    id,
    base_currency: baseCurrency,
    starting_cash: moneyText(startingCash, { scale }),
    ...kept,
    ...written(ACCOUNT_KEYS, settings, { scale, strategyText: (type) => type }),
  };
}

function attributeTable({ portfolio, referencePrefix, client, instrument }: AttributionRule, account: string | null): TomlTable {
  return {
    ...(account === null ? {} : { account }),
    portfolio,
    ...(referencePrefix === null ? {} : { reference_prefix: referencePrefix }),
    ...(client === null ? {} : { client }),
    ...(instrument === null ? {} : { symbol: instrument }),
  };
}

function portfolioTable(account: WrittenAccount, portfolio: WrittenAccount["portfolios"][number], several: boolean): TomlTable {
  const { id, startingCash, active, settings, strategyText } = portfolio;
  const { scale } = account;
  return {
    id,
    ...(several ? { account: account.id } : {}),
    starting_cash: moneyText(startingCash, { scale }),
    ...(active ? {} : { active: false }),
    ...written(PORTFOLIO_KEYS, settings, { scale, strategyText: (type) => strategyText ?? type }),
  };
}
