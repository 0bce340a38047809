import { join, resolve } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { BackupRow, CheckRow, Config, SystemReport } from "@bulkhead/contract";
import type { AccountId } from "@bulkhead/core";
import { checkBackups, checkDisk, checkFileClock, checkFolder, checkMarks, type Projections } from "@bulkhead/store";
import { DESK_VERSION, type OpenedDesk } from "../desk/open-desk.ts";
import { type BackupDone, Backups } from "./backups.ts";
import { accountRows, checkRow, clockRows, failureRow, feedRow, findingRow, loopRow, worstOf } from "./checks.ts";
import { ClockWatch } from "./clock-watch.ts";
import { DailyBackup } from "./daily-backup.ts";
import { TimeSyncWatch } from "./time-sync.ts";

/** What the API is told of the machinery around a desk. */
export interface SystemSource {
  /** How everything is; about the accounts that `isSeen` lets through. */
  report(isSeen: (account: AccountId) => boolean): SystemReport;
  backups(): readonly BackupRow[];
  makeBackup(): Promise<BackupDone>;
  /** Begins to make the tables of all accounts anew; the account whose tables are being made already, where there is one. */
  rebuild(): Readonly<{ ok: true; accounts: readonly AccountId[] } | { ok: false; running: AccountId }>;
}

export type SystemSetup = Readonly<{
  desk: OpenedDesk;
  config: Config;
  /** Where backups go. */
  backupFolder: string;
  tables: ReadonlyMap<AccountId, Projections>;
  say: (line: string) => void;
  now: () => number;
}>;

const NS_PER_MS = 1e6;
/** The daily one may be late by a start and a retry. */
const BACKUP_AGE_MAX_MS = 36 * 3_600_000;
/** Files are looked at this often at most, however often somebody asks. */
const FILES_EVERY_MS = 5_000;
/** Records per turn of a rebuild, so that the desk's own turns come between. */
const REBUILD_CHUNK = 2_000;
/** Of the monitor's own timer: part of every delay that it sees. */
const RESOLUTION_MS = 20;
/** Delays longer ago say nothing of now. */
const DELAY_WINDOW_MS = 60_000;

/** Looks after what a desk stands on, and says how it is: `GET /api/system`, backups, rebuilds. */
export class System implements SystemSource {
  readonly #setup: SystemSetup;
  readonly #backups: Backups;
  readonly #daily: DailyBackup;
  readonly #clock = new ClockWatch();
  readonly #sync = new TimeSyncWatch();
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #window = setInterval(() => this.#delay.reset(), DELAY_WINDOW_MS).unref();
  readonly #startedAt: number;
  readonly #rebuilding = new Map<AccountId, { seq: number; of: number }>();
  #files: Readonly<{ at: number; checks: readonly CheckRow[] }> | undefined;

  constructor(setup: SystemSetup) {
    this.#setup = setup;
    const { desk, config, backupFolder, now } = setup;
    this.#startedAt = now();
    this.#delay.enable();
    this.#backups = new Backups({ data: desk.dataFolder.path, folder: backupFolder, keep: config.backup.keep, version: DESK_VERSION, now });
    this.#daily = new DailyBackup({
      config: config.backup,
      now,
      latestAt: () => this.#backups.latestAt,
      make: () => this.#makeDaily(),
    });
    void this.#sync.state;
  }

  report(isSeen: (account: AccountId) => boolean): SystemReport {
    const { desk, tables, now } = this.#setup;
    const seen = [...desk.accounts.values()].filter(({ id }) => isSeen(id));
    const checks = [
      ...this.#fileChecks(),
      ...clockRows(this.#clock.jumps, this.#sync.state),
      loopRow(Math.max(0, Math.round(this.#delay.percentile(99) / NS_PER_MS) - RESOLUTION_MS)),
      feedRow(desk.feed),
      ...seen.flatMap((account) => [
        ...accountRows(account, tables.get(account.id)?.seq),
        ...checkMarks(account.books.home).map(findingRow),
        ...this.#rebuildRows(account.id),
      ]),
    ];
    return {
      version: DESK_VERSION,
      started_at: new Date(this.#startedAt).toISOString(),
      now: new Date(now()).toISOString(),
      level: worstOf(checks),
      accounts: seen.map(({ id, state, durableSeq, readiness }) => ({
        account_id: id,
        mode: state.account?.mode ?? "",
        seq: durableSeq,
        ready: readiness.ready,
      })),
      checks,
      rebuilding: [...this.#rebuilding].filter(([id]) => isSeen(id)).map(([account_id, far]) => ({ account_id, ...far })),
    };
  }

  backups(): readonly BackupRow[] {
    return this.#backups.list();
  }

  async makeBackup(): Promise<BackupDone> {
    const done = await this.#backups.make();
    this.#files = undefined;
    return done;
  }

  rebuild(): ReturnType<SystemSource["rebuild"]> {
    const [running] = this.#rebuilding.keys();
    if (running !== undefined) return { ok: false, running };
    const accounts = [...this.#setup.desk.accounts.keys()];
    for (const account of accounts) this.#rebuilding.set(account, { seq: 0, of: 0 });
    void this.#rebuildAll(accounts);
    return { ok: true, accounts };
  }

  async close(): Promise<void> {
    this.#clock.close();
    this.#daily.close();
    this.#delay.disable();
    clearInterval(this.#window);
    await this.#backups.close();
  }

  async #makeDaily(): Promise<boolean> {
    const done = await this.makeBackup();
    this.#setup.say(done.ok ? `backed up: ${done.backup.name}` : `the daily backup failed: ${done.reason}`);
    return done.ok && done.backup.proved === true;
  }

  /** One account after the other: each takes what turns there are. */
  async #rebuildAll(accounts: readonly AccountId[]): Promise<void> {
    const { desk, tables, say } = this.#setup;
    for (const id of accounts) {
      const journal = desk.accounts.get(id)?.books.journal;
      try {
        if (journal !== undefined)
          await tables.get(id)?.rebuild(journal, {
            chunk: REBUILD_CHUNK,
            onProgress: ({ seq, of }) => this.#rebuilding.set(id, { seq, of }),
          });
        say(`${id}: tables made anew`);
      } catch (error) {
        say(`${id}: tables were not made anew, the old ones stay: ${String(error)}`);
      }
      this.#rebuilding.delete(id);
    }
  }

  #rebuildRows(account: AccountId): readonly CheckRow[] {
    const far = this.#rebuilding.get(account);
    return far === undefined ? [] : [checkRow({ check: "tables", account }, "warning", "HEALTH_TABLES_REBUILDING", far)];
  }

  #fileChecks(): readonly CheckRow[] {
    const { desk, now } = this.#setup;
    const at = performance.now();
    if (this.#files !== undefined && at - this.#files.at < FILES_EVERY_MS) return this.#files.checks;
    const { path } = desk.dataFolder;
    const tried = (backup: string) => this.#backups.triedOf(backup);
    const failure = this.#backups.failure;
    const checks = [
      checkFolder(path),
      checkDisk(path),
      checkFileClock(path, Date.now),
      ...checkBackups(this.#backups.folder, { now: now(), ageMaxMs: BACKUP_AGE_MAX_MS, tried }),
    ].map(findingRow);
    this.#files = { at, checks: failure === undefined ? checks : [...checks, failureRow(failure)] };
    return this.#files.checks;
  }
}

/** Where a desk's backups go: as configured, relative to the configuration file, else beside the journals. */
export function backupFolderOf({ backup }: Pick<Config, "backup">, data: string, base: string): string {
  return backup.folder === null ? join(data, "backups") : resolve(base, backup.folder);
}
