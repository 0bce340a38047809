import {
  ACCOUNT_KEYS,
  type AccountConfig,
  type Config,
  type ScheduleConfig,
  type Setting,
  scheduleTable,
  type WriteContext,
} from "@bulkhead/contract";
import type { AccountId, AccountSettings, StateView } from "@bulkhead/core";
import { consentProblem } from "../../live/consent.ts";
import type { Change } from "./change.ts";
import { isSame, originOfKey, saysOf, textOf } from "./portfolio-changes.ts";
import { placeText } from "./source.ts";

/** What the books keep about an account itself. */
export function accountChanges(state: StateView, account: AccountConfig, config: Config): readonly Change[] {
  const settings = state.account?.settings as AccountSettings | undefined;
  if (settings === undefined) return [];
  const context: WriteContext = { scale: state.account?.base.scale ?? 0, strategyText: (type) => type };
  return ACCOUNT_KEYS.filter((key) => !isSame(key, settings, account.settings, context)).map((key): Change => {
    const [from, to] = [textOf(key, settings, context), textOf(key, account.settings, context)];
    const problem = key.key === "access" ? consentProblem(account, account.settings.access) : undefined;
    return {
      id: `account.${account.id}.${key.key}`,
      kind: "set",
      account: account.id as AccountId,
      portfolio: null,
      key: key.key,
      from,
      to,
      origin: originOfKey(config, `account.${account.id}`, key),
      applies: problem === undefined ? "now" : "never",
      detail: problem?.message ?? saysOf(`Account ${account.id}`, key.key, from, to),
    };
  });
}

/** Schedules that are new, otherwise or gone. They are in no books: what is in force is what was read last and applied. */
export function scheduleChanges(account: AccountConfig, inForce: readonly ScheduleConfig[], config: Config): readonly Change[] {
  const idOf = ({ kind, id }: ScheduleConfig): string => `${kind}.${id}`;
  const text = (schedule: ScheduleConfig | undefined): string | null => {
    if (schedule === undefined) return null;
    const { id: _, account: __, ...rest } = scheduleTable(schedule, account.id, account);
    return JSON.stringify(rest);
  };
  const ids = new Set([...inForce, ...account.schedules].map(idOf));
  return [...ids].flatMap((id): Change[] => {
    const [from, to] = [inForce, account.schedules].map((list) => text(list.find((each) => idOf(each) === id)));
    if (from === to) return [];
    const written = config.settings.find(({ key, origin }) => key.startsWith(`${id}.`) && origin.kind === "file");
    const what =
      from === null || from === undefined
        ? "is new"
        : to === null || to === undefined
          ? "is gone from the configuration"
          : "is set otherwise";
    return [
      {
        id,
        kind: "schedule",
        account: account.id as AccountId,
        portfolio: null,
        key: null,
        from: from ?? null,
        to: to ?? null,
        origin: written === undefined ? "" : placeText(written.origin),
        applies: "now",
        detail: `The ${id.replace(".", " ")} ${what}.`,
      },
    ];
  });
}

/** Keys that the books or the schedules answer for, and those that only count once, or for backtests. */
const ELSEWHERE = /^(?:portfolio|attribute|rebalance|sweep|backtest)\.|^account\.[^.]+\.starting_cash$/;
const IN_BOOKS: ReadonlySet<string> = new Set(ACCOUNT_KEYS.flatMap(({ key, also = [] }) => [key, ...also]));

/** Everything else that a desk reads at its start: what of it is written otherwise by now. */
export function startChanges(inForce: Config, config: Config): readonly Change[] {
  const [before, after] = [bySetting(inForce.settings), bySetting(config.settings)];
  const first = config.accounts[0]?.id ?? "main";
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): Change[] => {
    const [from, to] = [before.get(key), after.get(key)];
    const account = /^account\.([^.]+)\./.exec(key)?.[1];
    // An account that comes or goes is one change.
    const isWhole = account !== undefined && [inForce, config].some(({ accounts }) => !accounts.some(({ id }) => id === account));
    if (from?.value === to?.value || isWhole) return [];
    const fixed = key.endsWith(".base_currency");
    const detail = fixed
      ? "An account stays in the currency that it was opened in."
      : `${key} is ${from?.value ?? "not set"} in force and ${to?.value ?? "not set"} in the configuration: it counts from the next start on.`;
    return [
      {
        id: key,
        kind: "restart",
        account: (account ?? first) as AccountId,
        portfolio: null,
        key: key.slice(key.lastIndexOf(".") + 1),
        from: from?.value ?? null,
        to: to?.value ?? null,
        origin: to === undefined ? "" : placeText(to.origin),
        applies: fixed ? "never" : "at_start",
        detail,
      },
    ];
  });
}

function bySetting(settings: readonly Setting[]): ReadonlyMap<string, Pick<Setting, "value" | "origin">> {
  const found = new Map<string, Pick<Setting, "value" | "origin">>();
  for (const { key, value, origin } of settings) {
    if (ELSEWHERE.test(key) || (key.startsWith("account.") && IN_BOOKS.has(key.slice(key.lastIndexOf(".") + 1)))) continue;
    const before = found.get(key);
    found.set(key, { value: before === undefined ? value : `${before.value}, ${value}`, origin });
  }
  return found;
}
