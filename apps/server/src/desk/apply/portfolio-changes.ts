import { type Config, PORTFOLIO_KEYS, type SettingKey, type TomlTable, type TomlValue, type WriteContext } from "@bulkhead/contract";
import {
  type AccountId,
  type Portfolio,
  type PortfolioId,
  type PortfolioSettings,
  type StateView,
  UNATTRIBUTED,
  type View,
} from "@bulkhead/core";
import { formatAmount } from "@bulkhead/money";
import type { Change } from "./change.ts";
import { placeText } from "./source.ts";
import type { Wanted } from "./wanted.ts";

/** An account's portfolios: to be created, set otherwise, or only in the books. */
export function portfolioChanges(state: StateView, account: AccountId, wanted: readonly Wanted[], config: Config): readonly Change[] {
  const changes = wanted.flatMap((each) => {
    const id = each.portfolio.id as PortfolioId;
    const portfolio = state.portfolios.get(id);
    const about = { account, portfolio: id } as const;
    return portfolio === undefined
      ? [creation(state, about, each, config)]
      : settingChanges(state, about, { portfolio, wanted: each, config });
  });
  const named = new Set(wanted.map(({ portfolio }) => portfolio.id));
  for (const [id, { archived }] of state.portfolios) {
    if (id === UNATTRIBUTED || archived || named.has(id)) continue;
    const detail = `Portfolio ${id} is in the books and not in the configuration; it goes on.`;
    changes.push({ ...nothing(account, id), id: `portfolio.${id}`, kind: "only_in_books", applies: "never", detail });
  }
  return changes;
}

type About = Readonly<{ account: AccountId; portfolio: PortfolioId }>;
const nothing = (account: AccountId, portfolio: PortfolioId) =>
  ({ account, portfolio, key: null, from: null, to: null, origin: "" }) as const;

function creation(state: StateView, { account, portfolio: id }: About, { portfolio, troubles }: Wanted, config: Config): Change {
  const scale = state.account?.base.scale ?? 0;
  const cash = `${formatAmount(portfolio.startingCash, scale)} ${state.account?.base.id ?? ""}`;
  const trouble = [...troubles.values()][0];
  return {
    ...nothing(account, id),
    id: `portfolio.${id}`,
    kind: "create",
    to: cash,
    origin: placeText(config.originOf(portfolio.path)),
    applies: trouble === undefined ? "now" : "never",
    detail: trouble ?? `Portfolio ${id} is in the configuration and not in the books.`,
  };
}

type Both = Readonly<{ portfolio: View<Portfolio>; wanted: Wanted; config: Config }>;

function settingChanges(state: StateView, about: About, { portfolio, wanted, config }: Both): readonly Change[] {
  const context: WriteContext = { scale: state.account?.base.scale ?? 0, strategyText: (type) => type };
  const { id } = portfolio;
  const base = { ...about, kind: "set" } as const;
  if (portfolio.archived) {
    const detail = `Portfolio ${id} is archived: it never comes back under this id.`;
    return [{ ...nothing(about.account, id), id: `portfolio.${id}`, kind: "only_in_books", applies: "never", detail }];
  }
  const changes = PORTFOLIO_KEYS.flatMap((key): Change[] => {
    const trouble = wanted.troubles.get(key.key);
    const before = portfolio.settings as PortfolioSettings;
    if (trouble === undefined && isSame(key, named(before, id), named(wanted.settings, id), context)) return [];
    const from = textOf(key, before, context);
    const to = trouble === undefined ? textOf(key, wanted.settings, context) : null;
    return [
      {
        ...base,
        id: `portfolio.${id}.${key.key}`,
        key: key.key,
        from,
        to,
        origin: originOfKey(config, `portfolio.${id}`, key),
        applies: trouble === undefined ? "now" : "never",
        detail: trouble ?? saysOf(`Portfolio ${id}`, key.key, from, to),
      },
    ];
  });
  return [...changes, ...activeChange(about, { portfolio, wanted, config })];
}

/** A file may pause; resuming what was paused, perhaps for a reason, is a person's. */
function activeChange({ account, portfolio: id }: About, { portfolio, wanted, config }: Both): readonly Change[] {
  const isActive = portfolio.tradingState === "active";
  const setting = config.settings.find(({ key }) => key === `portfolio.${id}.active`);
  if (setting === undefined || setting.origin.kind === "default" || wanted.portfolio.active === isActive) return [];
  const detail = isActive
    ? `Portfolio ${id} trades, and its configuration says active = false.`
    : `Portfolio ${id} is ${portfolio.tradingState} (${portfolio.stateReason}); no file resumes it, a person does.`;
  return [
    {
      id: `portfolio.${id}.active`,
      kind: "set",
      account,
      portfolio: id,
      key: "active",
      from: String(isActive),
      to: String(!isActive),
      origin: placeText(setting.origin),
      applies: isActive ? "now" : "never",
      detail,
    },
  ];
}

/** Without a name a portfolio is called by its id. */
const named = (settings: PortfolioSettings, id: PortfolioId): PortfolioSettings => ({
  ...settings,
  name: settings.name === "" ? id : settings.name,
});

/** Whether two settings say the same for a key. */
export function isSame<S>(key: SettingKey<S>, a: S, b: S, context: WriteContext): boolean {
  const text = (settings: S): string => key.compared?.(settings) ?? JSON.stringify(key.written(settings, context));
  return text(a) === text(b);
}

/** A setting as a file says it; null where a file says nothing. */
export function textOf<S>(key: SettingKey<S>, settings: S, context: WriteContext): string | null {
  const table = key.written(settings, context);
  const names = Object.keys(table);
  if (names.length === 0) return key.shown?.(settings) ?? null;
  return names.length === 1 && names[0] === key.key ? valueText(table[key.key] ?? "") : JSON.stringify(table satisfies TomlTable);
}

function valueText(value: TomlValue): string {
  if (typeof value === "string") return value;
  const isTexts = Array.isArray(value) && value.every((each) => typeof each === "string");
  return isTexts ? value.join(", ") : JSON.stringify(value);
}

/** Where a file says a key, under any of its names. */
export function originOfKey<S>(config: Config, prefix: string, { key, also = [] }: SettingKey<S>): string {
  const names = new Set([key, ...also].map((name) => `${prefix}.${name}`));
  const found = config.settings.find((setting) => names.has(setting.key) && setting.origin.kind !== "default");
  return found === undefined ? "" : placeText(found.origin);
}

/** "Portfolio trend: max_position_pct is 50% in the books and 45% in the configuration." */
export function saysOf(what: string, key: string, from: string | null, to: string | null): string {
  const say = (text: string | null): string => text ?? "not set";
  return `${what}: ${key} is ${say(from)} in the books and ${say(to)} in the configuration.`;
}
