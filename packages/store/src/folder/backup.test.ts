import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId, JournalRecord } from "@bulkhead/core";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { chanceOf } from "../codec/samples.ts";
import { DatabaseSync } from "../sqlite/driver.ts";
import { verifyJournal } from "../verify.ts";
import { fillDesk } from "../witness/desk-folder.ts";
import { type AccountJournal, startJournal } from "./account-journal.ts";
import { backup, backupName, backupsIn, rotateBackups } from "./backup.ts";
import { accountHome } from "./home.ts";
import { BACKUP_FORMAT, copyPath, manifestPath } from "./manifest.ts";
import { clearMarker, readMarker } from "./marker.ts";
import { checkBackup, restore } from "./restore.ts";

const root = mkdtempSync(join(tmpdir(), "bulkhead-backup-test-"));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newPath = (): string => join(root, `f-${++folders}`);
const main = "main" as AccountId;
const second = "second" as AccountId;
const made = { at: Date.UTC(2026, 10, 20), version: "0.1.0" };

function start(folder: string, account: AccountId): AccountJournal {
  const { recovery, opened } = startJournal(accountHome(folder, account), `${account}-1`);
  if (opened === undefined) throw new Error(recovery.outcome);
  return opened;
}

/** A data folder with two accounts, closed. */
function desk(): string {
  const folder = newPath();
  for (const [index, account] of [main, second].entries()) {
    const { journal } = start(folder, account);
    fillDesk(journal, 20, index);
    journal.close();
  }
  return folder;
}

async function backedUp(folder: string): Promise<string> {
  const result = await backup(folder, newPath(), made);
  if (!result.ok) throw new Error(result.code);
  return result.path;
}

function epochRecord(seq: number, epoch: number): JournalRecord {
  return {
    seq,
    command: { type: "StartEpoch", at: 1, epoch, engineVersion: "t" },
    events: [{ type: "EpochStarted", epoch, engineVersion: "t" }],
  } as never;
}

function appendEpoch(folder: string, epoch: number): void {
  const { journal } = start(folder, main);
  const batch = journal.newBatch();
  batch.add(epochRecord(journal.head.seq + 1, epoch));
  expect(journal.append(journal.head.seq, batch).ok).toBe(true);
  journal.close();
}

function digestOf(folder: string, account: AccountId): unknown {
  const { journal } = start(folder, account);
  const verdict = verifyJournal(journal);
  journal.close();
  return verdict.ok && { digest: verdict.digest, hash: verdict.chainHead };
}

describe("a backup", () => {
  test("[WIT-40] holds every account as its manifest says, for its owner only, and is never written over", async () => {
    const folder = desk();
    const target = newPath();
    const result = await backup(folder, target, made);
    expect(result).toMatchObject({
      ok: true,
      manifest: {
        format: BACKUP_FORMAT,
        madeAt: made.at,
        version: "0.1.0",
        accounts: [{ account: "main", journalId: "main-1", batch: 20 }, { account: "second" }],
      },
    });
    expect(statSync(copyPath(target, main)).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(target, "accounts", "main"))).toEqual(["journal.sqlite"]);
    expect(await backup(folder, target, made)).toMatchObject({ ok: false, code: "BACKUP_EXISTS" });
    expect(await backup(newPath(), newPath(), made)).toMatchObject({ ok: false, code: "BACKUP_EMPTY" });
  });

  test("[WIT-40] is taken while the desk writes, and is one instant of it", async () => {
    const folder = desk();
    const { journal } = start(folder, main);
    const before = journal.head.seq;
    let writing = true;
    const writer = (async () => {
      for (let turn = 0; writing; turn++) {
        fillDesk(journal, 1, 1_000 + turn);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const target = await backedUp(folder);
    writing = false;
    await writer;
    const checked = checkBackup(target);
    const [copy] = checked.ok ? checked.manifest.accounts : [];
    const there = [...journal.batches()].find(({ batch }) => batch === copy?.batch);
    journal.close();
    expect(copy?.seq).toBeGreaterThanOrEqual(before);
    expect(there && Buffer.from(there.hash).toString("hex")).toBe(copy?.hash);
  });

  test("[WIT-40] of a damaged journal is not made", async () => {
    const folder = desk();
    const database = new DatabaseSync(accountHome(folder, main).database);
    database.exec("DROP TRIGGER batches_keep; UPDATE batches SET bytes = zeroblob(9) WHERE batch = 5");
    database.close();
    const target = newPath();
    expect(await backup(folder, target, made)).toMatchObject({ ok: false, code: "BACKUP_COPY_DAMAGED" });
    expect([existsSync(target), existsSync(`${target}.unfinished`)]).toEqual([false, false]);
  });

  test("[WIT-41] that is damaged anywhere is found before anything is touched, or is as it was", async () => {
    const folder = desk();
    const target = await backedUp(folder);
    const checked = checkBackup(target);
    for (let run = 0; run < runs(200); run++) {
      const chance = chanceOf(seed() + run);
      const path = chance() < 0.2 ? manifestPath(target) : copyPath(target, chance() < 0.5 ? main : second);
      const whole = readFileSync(path);
      const damaged = Buffer.from(whole);
      const at = Math.floor(chance() * damaged.length);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(8 * chance()));
      writeFileSync(path, damaged);
      const result = checkBackup(target);
      // A flip in the instant or the version of the manifest, or in a free page, changes nothing that is restored.
      if (result.ok && checked.ok) expect(result.manifest.accounts).toEqual(checked.manifest.accounts);
      else expect(["BACKUP_DAMAGED", "BACKUP_NEWER"]).toContain(result.ok ? "" : result.code);
      writeFileSync(path, whole);
    }
    rmSync(copyPath(target, second));
    const digest = digestOf(folder, main);
    expect(restore(target, folder)).toMatchObject({ ok: false, code: "BACKUP_DAMAGED" });
    expect(digestOf(folder, main)).toEqual(digest);
    expect(restore(newPath(), folder)).toMatchObject({ ok: false, code: "BACKUP_MISSING" });
  });

  test("[WIT-43] of a newer version is refused", async () => {
    const folder = desk();
    const target = await backedUp(folder);
    const manifest = JSON.parse(readFileSync(manifestPath(target), "utf8")) as object;
    writeFileSync(manifestPath(target), JSON.stringify({ ...manifest, format: BACKUP_FORMAT + 1 }));
    expect(restore(target, folder)).toMatchObject({ ok: false, code: "BACKUP_NEWER" });
    writeFileSync(manifestPath(target), JSON.stringify(manifest));
    const database = new DatabaseSync(copyPath(target, main));
    database.exec("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    expect(restore(target, folder)).toMatchObject({ ok: false, code: "BACKUP_NEWER" });
  });

  test("[WIT-44] the oldest beyond the number to keep are deleted, and nothing else", () => {
    const folder = newPath();
    const names = [3, 1, 2, 5, 4].map((day) => {
      const at = Date.UTC(2026, 0, day);
      mkdirSync(join(folder, backupName(at)), { recursive: true });
      const account = { account: "main", journalId: "j", seq: 1, batch: 1, hash: "h", digest: "d", epoch: 0 };
      writeFileSync(
        manifestPath(join(folder, backupName(at))),
        JSON.stringify({ format: 1, madeAt: at, version: "v", accounts: [account] }),
      );
      return backupName(at);
    });
    mkdirSync(join(folder, "holiday pictures"));
    expect(backupsIn(folder).map(({ path }) => path)).toEqual(
      [...names]
        .sort()
        .reverse()
        .map((name) => join(folder, name)),
    );
    expect(rotateBackups(folder, 3)).toEqual(
      [...names]
        .sort()
        .slice(0, 2)
        .reverse()
        .map((name) => join(folder, name)),
    );
    expect(rotateBackups(folder, 0)).toHaveLength(2);
    expect(readdirSync(folder).sort()).toEqual([...names].sort().slice(-1).concat("holiday pictures"));
    expect(backupName(Date.UTC(2026, 10, 20, 9, 58))).toBe("2026-11-20T09-58-00.000Z");
  });
});

describe("a restore", () => {
  test("[WIT-42] Z47 D9: gives the journals back with witnesses, read-only, and keeps what was there", async () => {
    const folder = desk();
    const [digest, other] = [digestOf(folder, main), digestOf(folder, second)];
    const target = await backedUp(folder);
    const { journal } = start(folder, main);
    fillDesk(journal, 15, 99);
    journal.close();
    const later = digestOf(folder, main);
    const restored = restore(target, folder);
    if (!restored.ok) throw new Error(restored.code);
    expect([digestOf(folder, main), digestOf(folder, second)]).toEqual([digest, other]);
    expect(later).not.toEqual(digest);
    const again = start(folder, main);
    expect(again.readOnly).toEqual({ reason: "restored", epochAtLeast: restored.accounts[0]?.epochAtLeast, seq: again.journal.head.seq });
    fillDesk(again.journal, 1, 5);
    again.journal.close();
    expect(readdirSync(restored.accounts[0]?.movedTo ?? "")).toEqual(expect.arrayContaining(["journal.sqlite", "why.json", "witness"]));
    clearMarker(accountHome(folder, main));
    expect(readMarker(accountHome(folder, main))).toBeUndefined();
  });

  test("[WIT-42] into a new folder gives the same journals", async () => {
    const folder = desk();
    const target = await backedUp(folder);
    const fresh = newPath();
    expect(restore(target, fresh)).toMatchObject({ ok: true, accounts: [{ account: "main" }, { account: "second" }] });
    expect(digestOf(fresh, main)).toEqual(digestOf(folder, main));
    expect(readMarker(accountHome(fresh, main))?.reason).toBe("restored");
  });

  test("[WIT-42] never gives out an epoch twice, whatever was used, restored, cleared or destroyed", async () => {
    const folder = desk();
    appendEpoch(folder, 1_000_000_007);
    const target = await backedUp(folder);
    const home = accountHome(folder, main);
    const seen = new Set<number>([1_000_000_007]);
    for (const step of ["use", "clear", "destroy", "restore"]) {
      const restored = restore(target, folder);
      const epoch = restored.ok ? (restored.accounts[0]?.epochAtLeast ?? 0) : 0;
      expect(Math.max(...seen), step).toBeLessThan(epoch);
      seen.add(epoch);
      if (step === "use") {
        appendEpoch(folder, epoch + 10);
        seen.add(epoch + 10);
      }
      if (step === "clear") clearMarker(home);
      if (step === "destroy") writeFileSync(home.database, "gone");
    }
    expect(seen.size).toBe(6);
  });
});
