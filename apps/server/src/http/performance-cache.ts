import { setImmediate as nextTurn } from "node:timers/promises";
import { type Performance, performanceOf } from "@bulkhead/analytics";
import type { AccountId } from "@bulkhead/core";
import type { Row } from "@bulkhead/store";
import type { Desk } from "../desk/desk.ts";
import type { History } from "./history.ts";

/** How often every portfolio's row is made again, and how a year is counted there. */
const FILL_EVERY_MS = 600_000;
const PERIODS_PER_YEAR = 252;

type CacheRow = Row<"performance_cache">;
type Kept = Readonly<{ version: number; asOfSeq: number; performance: Performance }>;

export type PerformanceSources = Readonly<{
  desk: Desk;
  history: (account: AccountId) => History | undefined;
  /** Keeps rows for those who read the tables (S1.26). */
  keep: ((account: AccountId, rows: readonly CacheRow[]) => void) | undefined;
  now: () => number;
}>;

/**
 * Performance of portfolios, worked out once for each state that they have been in: thousands of marks are read for it, so between two
 * portfolios the desk gets its turn. Every ten minutes all of it is kept in the tables.
 */
export class PerformanceCache {
  readonly #sources: PerformanceSources;
  readonly #kept = new Map<string, Kept>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(sources: PerformanceSources) {
    this.#sources = sources;
    this.#timer = setInterval(() => void this.#fillAll(), FILL_EVERY_MS).unref();
  }

  /** Of one portfolio, and as of which record. */
  of(
    account: AccountId,
    history: History,
    id: string,
    periodsPerYear = PERIODS_PER_YEAR,
  ): Readonly<{ asOfSeq: number; performance: Performance }> {
    const key = `${account} ${id} ${periodsPerYear}`;
    const { asOfSeq, version } = history.versionOf(id);
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.version === version && kept.asOfSeq <= asOfSeq) return { asOfSeq, performance: kept.performance };
    const past = history.past(id);
    const performance = performanceOf({ ...past, tradedNotional: 0, periodsPerYear });
    this.#kept.set(key, { version, asOfSeq: past.asOfSeq, performance });
    return { asOfSeq: past.asOfSeq, performance };
  }

  /** Of several, a turn for others after each that had to be worked out. */
  async ofAll<P, T>(portfolios: readonly P[], one: (portfolio: P) => T): Promise<readonly T[]> {
    const all: T[] = [];
    for (const portfolio of portfolios) {
      all.push(one(portfolio));
      await nextTurn();
    }
    return all;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  /** Makes the rows of the tables, account by account. What fails is tried again in ten minutes. */
  async #fillAll(): Promise<void> {
    for (const { id, state } of this.#sources.desk.accounts.values()) {
      try {
        await this.fill(id, [...state.portfolios.keys()]);
      } catch {
        // A rebuild may have put other tables in the place of these.
      }
    }
  }

  async fill(account: AccountId, ids: readonly string[]): Promise<void> {
    const { history, keep, now } = this.#sources;
    for (const id of ids) {
      const tables = history(account);
      if (this.#closed || tables === undefined || keep === undefined) return;
      const { asOfSeq, performance } = this.of(account, tables, id);
      keep(account, [cacheRow(id, performance, { at: now(), seq: asOfSeq })]);
      await nextTurn();
    }
  }
}

function cacheRow(
  id: string,
  { returns, sharpe, sortino, trades }: Performance,
  { at, seq }: Readonly<{ at: number; seq: number }>,
): CacheRow {
  return {
    portfolio_id: id,
    calculated_at: at,
    sharpe_ratio: sharpe,
    sortino_ratio: sortino,
    win_rate: trades.winRate,
    avg_win: trades.averageWin,
    avg_loss: trades.averageLoss,
    profit_factor: trades.profitFactor,
    max_consecutive_wins: trades.consecutiveWinsMax,
    max_consecutive_losses: trades.consecutiveLossesMax,
    return_1d: returns["1d"],
    return_7d: returns["7d"],
    return_30d: returns["30d"],
    return_all_time: returns.all,
    seq,
  };
}
