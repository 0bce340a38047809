import type { AccountId, JournalRecord, PortfolioId } from "@bulkhead/core";
import type { Desk, DeskAccount } from "../desk/desk.ts";
import { HttpFailure } from "./failure.ts";
import type { History } from "./history.ts";

/** Stands for the settings of the account as a whole among its portfolios; no portfolio is called so. */
export const ACCOUNT = "*" as PortfolioId;

/** Sequences of portfolios' last changes (settings, state, archive), for `If-Match`; and one change at a time for each of them. */
export class Versions {
  readonly #accounts = new Map<AccountId, Map<PortfolioId, number>>();
  /** Of what has not changed since the desk opened. */
  readonly #openedAt = new Map<AccountId, number>();
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #stops: (() => void)[] = [];

  /** What the tables remember counts where they are not behind; else everything is as old as this desk. */
  constructor(desk: Desk, historyOf: (account: AccountId) => History | undefined) {
    for (const account of desk.accounts.values()) {
      const known = historyOf(account.id)?.versions();
      this.#accounts.set(account.id, new Map(known !== undefined && known.asOfSeq >= account.durableSeq ? known.versions : []));
      this.#openedAt.set(account.id, account.durableSeq);
      this.#stops.push(account.onDurable((records) => this.note(account.id, records)));
    }
  }

  of(account: AccountId, portfolio: PortfolioId): number {
    return this.#accounts.get(account)?.get(portfolio) ?? this.#openedAt.get(account) ?? 0;
  }

  note(account: AccountId, records: readonly JournalRecord[]): void {
    const versions = this.#accounts.get(account);
    if (versions === undefined) return;
    for (const { seq, events } of records) {
      for (const event of events) {
        switch (event.type) {
          case "AccountConfigured":
            versions.set(ACCOUNT, seq);
            break;
          case "PortfolioCreated":
          case "PortfolioConfigured":
          case "TradingStateChanged":
          case "PortfolioArchived":
          case "StrategyStopped":
          case "StrategyStarted":
            versions.set(event.portfolio, seq);
        }
      }
    }
  }

  /** Changes a portfolio alone, at the version that the caller has seen: nobody's change is overwritten unseen (U3). */
  change<T>(account: DeskAccount, portfolio: PortfolioId, ifMatch: string | undefined, change: () => Promise<T>): Promise<T> {
    const key = `${account.id} ${portfolio}`;
    const before = this.#queues.get(key) ?? Promise.resolve();
    const run = async (): Promise<T> => {
      this.#check(account, portfolio, ifMatch);
      return change();
    };
    const result = before.then(run, run);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.#queues.set(key, settled);
    void settled.then(() => {
      if (this.#queues.get(key) === settled) this.#queues.delete(key);
    });
    return result;
  }

  #check(account: DeskAccount, portfolio: PortfolioId, ifMatch: string | undefined): void {
    if (ifMatch === undefined || ifMatch === "*") return;
    const match = /^"(\d{1,16})"$/.exec(ifMatch);
    if (match === null) throw new HttpFailure(400, "VERSION_MALFORMED");
    const version = this.of(account.id, portfolio);
    if (Number(match[1]) === version) return;
    if (portfolio === ACCOUNT) throw new HttpFailure(412, "RULES_CHANGED", { account: account.id, version });
    throw new HttpFailure(412, "VERSION_MISMATCH", { portfolio, version });
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }
}
