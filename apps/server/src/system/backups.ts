import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Worker } from "node:worker_threads";
import { type BackupRow, explain } from "@bulkhead/contract";
import { type BackupManifest, backupName, backupsIn, type TriedRestore } from "@bulkhead/store";
import { z } from "zod";
import type { BackupAnswer, BackupTask } from "./backup-task.ts";

export type BackupsSetup = Readonly<{
  /** The data folder. */
  data: string;
  /** Where backups go. */
  folder: string;
  keep: number;
  version: string;
  now: () => number;
}>;

/** A backup that was made, and what was deleted of the older ones; or why none was. */
export type BackupDone = Readonly<
  { ok: true; backup: BackupRow; removed: readonly string[] } | { ok: false; running: boolean; reason: string }
>;
/** The last time that none was made. */
export type BackupFailure = Readonly<{ at: number; reason: string }>;

const TRIED = z.record(z.string(), z.object({ ok: z.boolean(), details: z.string() }));
type Tried = z.infer<typeof TRIED>;

/** The desk's backups: made in a thread of their own, restored elsewhere to prove them, the oldest deleted. */
export class Backups {
  readonly folder: string;
  readonly #setup: BackupsSetup;
  #running: Promise<BackupDone> | undefined;
  #failure: BackupFailure | undefined;
  #worker: Worker | undefined;

  constructor(setup: BackupsSetup) {
    this.folder = setup.folder;
    this.#setup = setup;
  }

  /** The newest first. */
  list(): readonly BackupRow[] {
    const tried = this.#tried();
    return backupsIn(this.folder).map(({ path, manifest }) => rowOf(basename(path), manifest, tried[basename(path)]?.ok ?? null));
  }

  get failure(): BackupFailure | undefined {
    return this.#failure;
  }

  /** When the latest was made; undefined where there is none. */
  get latestAt(): number | undefined {
    return backupsIn(this.folder)[0]?.manifest.madeAt;
  }

  /** What became of a backup when it was restored elsewhere; undefined where nobody tried. */
  triedOf(path: string): TriedRestore | undefined {
    const known = this.#tried()[basename(path)];
    if (known === undefined) return undefined;
    if (!known.ok) return { ok: false, code: "BACKUP_DAMAGED", details: known.details };
    const manifest = backupsIn(this.folder).find((place) => basename(place.path) === basename(path))?.manifest;
    const accounts = (manifest?.accounts ?? []).map(({ account, seq, digest }) => ({ account, seq, digest, stateDigest: "" }));
    return { ok: true, accounts };
  }

  /** One at a time. */
  make(): Promise<BackupDone> {
    if (this.#running !== undefined) return Promise.resolve({ ok: false, running: true, reason: "another is being made" });
    this.#running = this.#make().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Ends what is being made: it leaves nothing but a folder that is not taken for a backup. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
    await this.#running;
  }

  async #make(): Promise<BackupDone> {
    const { data, keep, version, now } = this.#setup;
    const at = now();
    const name = backupName(at);
    const answer = await this.#inThread({ folder: data, backups: this.folder, target: join(this.folder, name), at, version, keep });
    if (!answer.ok) {
      this.#failure = { at, reason: answer.reason };
      return { ok: false, running: false, reason: answer.reason };
    }
    const { tried, manifest, removed } = answer;
    const isKnown = tried.ok || tried.code !== "BACKUP_UNTRIED";
    this.#keep({ ...this.#tried(), ...(isKnown ? { [name]: { ok: tried.ok, details: tried.ok ? "" : tried.details } } : {}) });
    this.#failure = tried.ok ? undefined : { at, reason: explain(tried.code, { path: name, details: tried.details }) };
    return { ok: true, backup: rowOf(name, manifest, isKnown ? tried.ok : null), removed: removed.map((path) => basename(path)) };
  }

  #inThread(task: BackupTask): Promise<BackupAnswer> {
    try {
      mkdirSync(task.backups, { recursive: true, mode: 0o700 });
    } catch (error) {
      return Promise.resolve({ ok: false, reason: `${task.backups} cannot be made: ${String((error as NodeJS.ErrnoException).code)}` });
    }
    return new Promise((resolve) => {
      const env = { ...process.env, TMPDIR: join(task.backups, "tmp") };
      const worker = new Worker(new URL("./backup-worker.ts", import.meta.url), { workerData: task, env });
      this.#worker = worker;
      let answer: BackupAnswer = { ok: false, reason: "it was ended before it was done" };
      worker.on("message", (message: BackupAnswer) => {
        answer = message;
      });
      worker.on("error", (error) => {
        answer = { ok: false, reason: String(error) };
      });
      worker.on("exit", () => resolve(answer));
    });
  }

  #tried(): Tried {
    const path = join(this.folder, TRIED_FILE);
    if (!existsSync(path)) return {};
    try {
      const parsed = TRIED.safeParse(JSON.parse(readFileSync(path, "utf8")));
      return parsed.success ? parsed.data : {};
    } catch {
      return {};
    }
  }

  #keep(tried: Tried): void {
    const names = new Set(backupsIn(this.folder).map(({ path }) => basename(path)));
    const kept = Object.fromEntries(Object.entries(tried).filter(([name]) => names.has(name)));
    writeFileSync(join(this.folder, TRIED_FILE), `${JSON.stringify(kept, undefined, 2)}\n`, { mode: 0o600 });
  }
}

/** What restoring each backup elsewhere came to. Lost, it is only not known any more. */
const TRIED_FILE = "tried.json";

const rowOf = (name: string, { madeAt, version, accounts }: BackupManifest, proved: boolean | null): BackupRow => ({
  name,
  made_at: new Date(madeAt).toISOString(),
  version,
  accounts: accounts.map(({ account, seq, digest }) => ({ account_id: account, seq, digest })),
  proved,
});
