import { ACCOUNT_KEYS, type AccountConfig, PORTFOLIO_KEYS, type SettingKey } from "@bulkhead/contract";
import {
  type AccountSettings,
  availableCash,
  type Command,
  type PortfolioId,
  type PortfolioSettings,
  preview,
  type Refusal,
  type StateView,
  UNATTRIBUTED,
} from "@bulkhead/core";
import { add, isMore, ZERO_MONEY } from "@bulkhead/money";
import type { Unstamped } from "../desk.ts";
import type { Change } from "./change.ts";
import type { Wanted } from "./wanted.ts";

/** A command and the changes that it makes; decided where it is executed, so that nobody's change in between is undone. */
export type ApplyStep = Readonly<{ changes: readonly Change[]; command: (state: StateView) => Unstamped }>;

/** What a configuration's chosen changes to the books of one account come to, in order. */
export function stepsOf(
  account: AccountConfig,
  { changes, wanted, by }: Readonly<{ changes: readonly Change[]; wanted: readonly Wanted[]; by: string }>,
): readonly ApplyStep[] {
  const mine = changes.filter((change) => change.applies === "now" && change.account === account.id);
  const whole = mine.filter(({ kind, portfolio }) => kind === "set" && portfolio === null);
  const steps: ApplyStep[] = [];
  if (whole.length > 0) steps.push({ changes: whole, command: (state) => configureAccount(state, account, { changes: whole, by }) });
  for (const each of wanted) {
    const id = each.portfolio.id as PortfolioId;
    const own = mine.filter(({ kind, portfolio }) => portfolio === id && kind !== "schedule");
    const created = own.filter(({ kind }) => kind === "create");
    const set = own.filter(({ kind, key }) => kind === "set" && key !== "active");
    const paused = own.filter(({ key }) => key === "active");
    const pause = (): Unstamped => ({ type: "PausePortfolio", by, portfolio: id, reason: "configured with active = false" });
    if (created.length > 0) {
      const { startingCash } = each.portfolio;
      steps.push({
        changes: created,
        command: () => ({ type: "CreatePortfolio", by, portfolio: id, startingCash, settings: each.settings }),
      });
      if (!each.portfolio.active) steps.push({ changes: [], command: pause });
    }
    if (set.length > 0) steps.push({ changes: set, command: (state) => configurePortfolio(state, each, { changes: set, by }) });
    if (paused.length > 0) steps.push({ changes: paused, command: pause });
  }
  return steps;
}

/** What the engine would say to each step now; capital that two of them want is there once (C29). */
export function previewSteps(state: StateView, steps: readonly ApplyStep[], at: number): ReadonlyMap<string, Refusal | null> {
  const base = state.account?.base.id;
  const free = state.portfolios.get(UNATTRIBUTED);
  const available = free === undefined || base === undefined ? ZERO_MONEY : availableCash(state, free, base);
  let promised = ZERO_MONEY;
  let mayPromise = state.account?.settings.overAllocation === true;
  const said = new Map<string, Refusal | null>();
  for (const { changes, command } of steps) {
    const unstamped = command(state);
    if (unstamped.type === "PausePortfolio" && changes.length === 0) continue;
    if (unstamped.type === "ConfigureAccount") mayPromise = unstamped.settings.overAllocation;
    if (unstamped.type === "CreatePortfolio") promised = add(promised, unstamped.startingCash);
    const step = preview(state, { ...unstamped, at } as Command);
    const isTooMuch = unstamped.type === "CreatePortfolio" && !mayPromise && isMore(promised, available);
    const tooMuch: Refusal | null = isTooMuch
      ? { code: "CAPITAL_INSUFFICIENT", params: { portfolio: UNATTRIBUTED, asset: base ?? "" } }
      : null;
    const refusal = step.ok || (step.refusal.code === "CAPITAL_INSUFFICIENT" && mayPromise) ? tooMuch : step.refusal;
    for (const { id } of changes) said.set(id, refusal);
  }
  return said;
}

type Chosen = Readonly<{ changes: readonly Change[]; by: string }>;

function configureAccount(state: StateView, account: AccountConfig, { changes, by }: Chosen): Unstamped {
  const before = (state.account?.settings ?? account.settings) as AccountSettings;
  return { type: "ConfigureAccount", by, settings: taken(ACCOUNT_KEYS, changes, before, account.settings) };
}

function configurePortfolio(state: StateView, { portfolio, settings }: Wanted, { changes, by }: Chosen): Unstamped {
  const id = portfolio.id as PortfolioId;
  const before = (state.portfolios.get(id)?.settings ?? settings) as PortfolioSettings;
  return { type: "ConfigurePortfolio", by, portfolio: id, settings: taken(PORTFOLIO_KEYS, changes, before, settings) };
}

/** Settings with the chosen of another's, key by key. */
function taken<S>(keys: readonly SettingKey<S>[], changes: readonly Change[], into: S, from: S): S {
  const chosen = new Set(changes.map(({ key }) => key));
  return keys.filter(({ key }) => chosen.has(key)).reduce((settings, key) => key.taken(settings, from), into);
}
