import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type AccountId, createEngine } from "@bulkhead/core";
import { startJournal } from "../folder/account-journal.ts";
import { backupsIn } from "../folder/backup.ts";
import { accountHome } from "../folder/home.ts";
import { type BackupRefusal, restore } from "../folder/restore.ts";
import { stateDigest } from "../snapshot/snapshot.ts";
import { verifyJournal } from "../verify.ts";
import type { Finding } from "./finding.ts";

/** What a backup came to when it was restored somewhere else; `digest` of all records, `stateDigest` of the books that they make. */
export type TriedRestore = Readonly<
  | { ok: true; accounts: readonly Readonly<{ account: AccountId; seq: number; digest: string; stateDigest: string }>[] }
  | { ok: false; code: BackupRefusal; details: string }
  /** Nothing is known of the backup: there was no room or no right to try it. */
  | { ok: false; code: "BACKUP_UNTRIED"; details: string }
>;

/**
 * Restores a backup into a temporary folder as a person would, starts its journals as a desk would, and replays every record with all
 * assertions on. The only proof that a backup is one. The folder is deleted again; nothing else is touched.
 */
export function tryRestore(backup: string): TriedRestore {
  let folder = "";
  try {
    folder = mkdtempSync(join(tmpdir(), "bulkhead-try-"));
    const restored = restore(backup, folder);
    if (!restored.ok) return restored;
    const accounts = restored.accounts.map(({ account, seq }) => ({ seq, ...replayed(folder, account) }));
    const short = accounts.find(({ seq, reached }) => reached !== seq);
    if (short !== undefined)
      return { ok: false, code: "BACKUP_DAMAGED", details: `account=${short.account}, seq=${short.seq}, reached=${short.reached}` };
    return { ok: true, accounts: accounts.map(({ reached: _, ...account }) => account) };
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? "";
    if (UNABLE.has(errno)) return { ok: false, code: "BACKUP_UNTRIED", details: errno };
    // A record that no longer replays is damage of the worst kind, whatever it throws.
    return { ok: false, code: "BACKUP_DAMAGED", details: error instanceof Error ? error.message : String(error) };
  } finally {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
  }
}

/** What says something of the place where it was tried, and nothing of the backup. */
const UNABLE: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EMFILE", "ENFILE"]);

function replayed(
  folder: string,
  account: AccountId,
): Readonly<{ account: AccountId; reached: number; digest: string; stateDigest: string }> {
  const { opened } = startJournal(accountHome(folder, account), "never");
  if (opened === undefined) return { account, reached: 0, digest: "", stateDigest: "" };
  const { journal } = opened;
  try {
    const engine = createEngine();
    for (const record of journal.read(1)) engine.replay(record);
    const verdict = verifyJournal(journal);
    const digest = verdict.ok ? verdict.digest : "";
    return { account, reached: verdict.ok ? engine.state.seq : 0, digest, stateDigest: stateDigest(engine.state) };
  } finally {
    journal.close();
  }
}

export type BackupCheckOptions = Readonly<{
  now: number;
  /** Older than this the latest is too old. */
  ageMaxMs: number;
  /** What trying the latest came to, where it was tried; undefined: try it now. */
  tried?: (path: string) => TriedRestore | undefined;
}>;

/** Whether the latest backup is there, young enough, and one: a backup that was never restored is a hope. */
export function checkBackups(folder: string, { now, ageMaxMs, tried = tryRestore }: BackupCheckOptions): readonly Finding[] {
  const about = { check: "backup", account: null } as const;
  const [latest] = backupsIn(folder);
  if (latest === undefined) return [{ ...about, level: "warning", code: "HEALTH_BACKUP_NONE", figures: { folder } }];
  const name = basename(latest.path);
  const hours = Math.round(((now - latest.manifest.madeAt) / 3_600_000) * 10) / 10;
  const old: readonly Finding[] =
    now - latest.manifest.madeAt > ageMaxMs ? [{ ...about, level: "warning", code: "HEALTH_BACKUP_OLD", figures: { name, hours } }] : [];
  const result = tried(latest.path);
  if (result === undefined || (!result.ok && result.code === "BACKUP_UNTRIED"))
    return [...old, { ...about, level: "unknown", code: "HEALTH_BACKUP_UNPROVED", figures: { name } }];
  if (!result.ok) {
    const figures = { name, problem: result.details };
    return [...old, { ...about, level: "bad", code: "HEALTH_BACKUP_DAMAGED", figures }];
  }
  const records = result.accounts.reduce((sum, { seq }) => sum + seq, 0);
  return [
    ...old,
    { ...about, level: "good", code: "HEALTH_BACKUP_PROVED", figures: { name, hours, accounts: result.accounts.length, records } },
  ];
}
