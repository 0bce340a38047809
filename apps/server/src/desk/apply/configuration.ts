import {
  type AccountConfig,
  type Config,
  type ConfigProblem,
  explain,
  type PortfolioConfig,
  type ScheduleConfig,
} from "@bulkhead/contract";
import type { AccountId, StateView } from "@bulkhead/core";
import type { Feed } from "@bulkhead/market";
import type { AccountCapital } from "../capital/account-capital.ts";
import type { DeskAccount } from "../desk.ts";
import { type Change, isMeant } from "./change.ts";
import { type ExportedConfig, exportConfig } from "./export.ts";
import { accountChanges, scheduleChanges, startChanges } from "./other-changes.ts";
import { portfolioChanges } from "./portfolio-changes.ts";
import { type ConfigSource, placeText } from "./source.ts";
import { type ApplyStep, previewSteps, stepsOf } from "./steps.ts";
import { type Wanted, wantedOf } from "./wanted.ts";

/** What a configuration needs of the desk that it configures. */
export type ConfiguredDesk = Readonly<{
  accounts: ReadonlyMap<AccountId, DeskAccount>;
  capital: ReadonlyMap<AccountId, AccountCapital>;
  feed: Feed;
  /** How portfolios' strategies are found from now on. */
  adopt: (account: AccountId, portfolios: readonly PortfolioConfig[]) => void;
}>;

/** A setting in force: what it means, and where it was written: in a file, in the environment, by default, or in the books alone. */
export type InForce = Readonly<{ key: string; value: string; words: string; from: string }>;

/** A configuration as it is written now, with what it says other than what is in force; or why it does not load. */
export type Difference = Readonly<
  | { ok: true; config: Config; changes: readonly Change[]; wanted: ReadonlyMap<string, readonly Wanted[]> }
  | { ok: false; problems: readonly ConfigProblem[] }
>;

/** What became of a change: `left` is what nobody can apply now. */
export type ChangeOutcome = Readonly<{ change: Change; result: "applied" | "refused" | "left"; code: string | null; detail: string }>;
export type ApplyResult = Readonly<
  | { ok: true; outcomes: readonly ChangeOutcome[] }
  | { ok: false; problems: readonly ConfigProblem[] }
  | { ok: false; unknown: string }
  | { ok: false; account: DeskAccount; unavailable: "busy" | "stopping" | "read_only" | "halted" }
>;

/**
 * The configuration of a running desk. The books are the truth; a file is a wish. What they differ in is told change by change, and becomes
 * commands where somebody applies it: never starting cash of what exists, never the end of a portfolio.
 */
export class DeskConfiguration {
  readonly source: ConfigSource;
  readonly #desk: ConfiguredDesk;
  /** As read at the start; portfolios as applied since. */
  #inForce: Config;
  #applying: Promise<unknown> = Promise.resolve();

  constructor(source: ConfigSource, inForce: Config, desk: ConfiguredDesk) {
    this.source = source;
    this.#inForce = inForce;
    this.#desk = desk;
  }

  /** Reads the configuration anew and compares. */
  async difference(): Promise<Difference> {
    const loaded = this.source.load();
    if (!loaded.ok) return loaded;
    const { config } = loaded;
    const changes: Change[] = [];
    const wanted = new Map<string, readonly Wanted[]>();
    for (const account of config.accounts) {
      const running = this.#desk.accounts.get(account.id as AccountId);
      if (running === undefined) changes.push(newAccount(account));
      else {
        const { feed } = this.#desk;
        const found = await wantedOf(account, { feed, folders: this.source.folders });
        wanted.set(account.id, found);
        changes.push(...accountChanges(running.state, account, config), ...portfolioChanges(running.state, running.id, found, config));
        changes.push(...scheduleChanges(account, this.#schedulesOf(running.id), config));
      }
    }
    for (const id of this.#desk.accounts.keys()) if (!config.accounts.some((account) => account.id === id)) changes.push(goneAccount(id));
    return { ok: true, config, changes: [...changes, ...startChanges(this.#inForce, config)], wanted };
  }

  /** What is in force, in words. The books go before any file. */
  settings(): readonly InForce[] {
    const { config } = this.export();
    const loaded = this.source.load();
    const written = loaded.ok ? loaded.config.settings : this.#inForce.settings;
    return (config ?? this.#inForce).settings
      .filter(({ key }) => !key.endsWith(".starting_cash"))
      .map(({ key, value, words, origin }): InForce => {
        const same = written.find((setting) => setting.key === key && setting.value === value);
        const from = same === undefined ? (origin.kind === "default" ? "default" : "the books") : placeText(same.origin) || "default";
        return { key, value, words, from };
      });
  }

  export(): ExportedConfig {
    const accounts = [...this.#desk.accounts.values()].map(({ id, state }) => ({
      id,
      state,
      schedules: this.#desk.capital.get(id)?.schedules,
    }));
    return exportConfig(accounts, this.#inForce);
  }

  /** What applying would come to; nothing happens. `chosen`: ids of changes, or of what they are parts of; null is all. */
  async preview(chosen: readonly string[] | null, by: string, at: number): Promise<ApplyResult> {
    const read = await this.#chosen(chosen);
    if (!read.ok) return read;
    const said = new Map<string, Pick<ChangeOutcome, "result" | "code" | "detail">>();
    for (const { account, running, steps } of this.#stepsOf(read, by)) {
      void account;
      for (const [id, refusal] of previewSteps(running.state, steps, Math.max(at, running.state.at)))
        if (refusal !== null) said.set(id, { result: "refused", code: refusal.code, detail: explain(refusal.code, refusal.params) });
    }
    return { ok: true, outcomes: read.picked.map((change) => outcomeOf(change, said)) };
  }

  /** Reads the configuration anew and applies changes, those of one account with nothing in between. One at a time. */
  apply(chosen: readonly string[] | null, by: string): Promise<ApplyResult> {
    const applied = this.#applying.then(() => this.#apply(chosen, by));
    this.#applying = applied.catch(() => undefined);
    return applied;
  }

  async #apply(chosen: readonly string[] | null, by: string): Promise<ApplyResult> {
    const read = await this.#chosen(chosen);
    if (!read.ok) return read;
    const said = new Map<string, Pick<ChangeOutcome, "result" | "code" | "detail">>();
    for (const { account, running, steps } of this.#stepsOf(read, by)) {
      // How strategies are found has to be known before the books name them.
      this.#adopt(account, read.picked);
      running.live?.confirm(account.confirmLive);
      const answer =
        steps.length === 0 ? undefined : await running.submitAll((state: StateView) => steps.map(({ command }) => command(state)));
      if (answer?.ok === false) return { ok: false, account: running, unavailable: answer.unavailable };
      for (const [index, step] of answer?.steps.entries() ?? []) {
        if (step.ok) continue;
        const { code, params } = step.refusal;
        for (const { id } of steps[index]?.changes ?? []) said.set(id, { result: "refused", code, detail: explain(code, params) });
      }
      await this.#adoptSchedules(account, running.id, read.picked);
    }
    return { ok: true, outcomes: read.picked.map((change) => outcomeOf(change, said)) };
  }

  async #chosen(chosen: readonly string[] | null) {
    const read = await this.difference();
    if (!read.ok) return read;
    const unknown = chosen?.find((each) => !read.changes.some(({ id }) => isMeant(id, each)));
    if (unknown !== undefined) return { ok: false, unknown } as const;
    const picked = read.changes.filter(({ id }) => chosen === null || chosen.some((each) => isMeant(id, each)));
    return { ...read, picked };
  }

  #stepsOf(
    { config, picked, wanted }: Readonly<{ config: Config; picked: readonly Change[]; wanted: ReadonlyMap<string, readonly Wanted[]> }>,
    by: string,
  ): readonly Readonly<{ account: AccountConfig; running: DeskAccount; steps: readonly ApplyStep[] }>[] {
    return config.accounts.flatMap((account) => {
      const running = this.#desk.accounts.get(account.id as AccountId);
      if (running === undefined) return [];
      return [{ account, running, steps: stepsOf(account, { changes: picked, wanted: wanted.get(account.id) ?? [], by }) }];
    });
  }

  /** The portfolios that changes are about are configured as they are written now; the others as they were. */
  #adopt(account: AccountConfig, picked: readonly Change[]): void {
    const touched = new Set(
      picked
        .filter((change) => change.applies === "now" && change.account === account.id)
        .map(({ portfolio }) => portfolio as string | null),
    );
    const before = this.#inForce.accounts.find(({ id }) => id === account.id)?.portfolios ?? [];
    const portfolios = [...before.filter(({ id }) => !touched.has(id)), ...account.portfolios.filter(({ id }) => touched.has(id))];
    const accounts = this.#inForce.accounts.map((each) => (each.id === account.id ? { ...each, portfolios } : each));
    this.#inForce = { ...this.#inForce, accounts };
    this.#desk.adopt(account.id as AccountId, portfolios);
  }

  async #adoptSchedules(account: AccountConfig, id: AccountId, picked: readonly Change[]): Promise<void> {
    const changed = new Set(picked.filter((change) => change.kind === "schedule" && change.account === id).map((change) => change.id));
    if (changed.size === 0) return;
    const idOf = (schedule: ScheduleConfig): string => `${schedule.kind}.${schedule.id}`;
    const kept = this.#schedulesOf(id).filter((schedule) => !changed.has(idOf(schedule)));
    const taken = account.schedules.filter((schedule) => changed.has(idOf(schedule)));
    await this.#desk.capital.get(id)?.schedules.adopt([...kept, ...taken]);
  }

  #schedulesOf(account: AccountId): readonly ScheduleConfig[] {
    return this.#desk.capital.get(account)?.schedules.all ?? [];
  }
}

function outcomeOf(change: Change, said: ReadonlyMap<string, Pick<ChangeOutcome, "result" | "code" | "detail">>): ChangeOutcome {
  const refused = said.get(change.id);
  if (refused !== undefined) return { change, ...refused };
  return { change, result: change.applies === "now" ? "applied" : "left", code: null, detail: change.detail };
}

const wholeAccount = (id: AccountId) =>
  ({
    id: `account.${id}`,
    kind: "restart",
    account: id,
    portfolio: null,
    key: null,
    from: null,
    to: null,
    origin: "",
    applies: "at_start",
  }) as const;
const newAccount = ({ id }: AccountConfig): Change => ({
  ...wholeAccount(id as AccountId),
  detail: `Account ${id} is new in the configuration: it is opened when the desk starts again.`,
});
const goneAccount = (id: AccountId): Change => ({
  ...wholeAccount(id),
  detail: `Account ${id} is not in the configuration: the next start leaves it closed. Its books stay.`,
});
