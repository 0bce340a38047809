import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId } from "@bulkhead/core";
import { afterAll, describe, expect, test } from "vitest";
import { startJournal } from "../folder/account-journal.ts";
import { backup, backupName } from "../folder/backup.ts";
import { openFolder } from "../folder/folder.ts";
import { folderHolder } from "../folder/holder.ts";
import { accountHome } from "../folder/home.ts";
import { copyPath } from "../folder/manifest.ts";
import { writeMarker } from "../folder/marker.ts";
import { Projections } from "../projections/projections.ts";
import { runScenario } from "../scenario.ts";
import { stateDigest } from "../snapshot/snapshot.ts";
import { DatabaseSync } from "../sqlite/driver.ts";
import { checkBackups, tryRestore } from "./backup-check.ts";
import { checkDisk, checkFileClock, checkFolder } from "./folder-check.ts";
import { checkAccount } from "./journal-check.ts";

const root = mkdtempSync(join(tmpdir(), "bulkhead-checks-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newPath = (): string => join(root, `f-${++folders}`);
const main = "main" as AccountId;
const now = Date.UTC(2026, 10, 20);
const scenario = runScenario();

/** A data folder as a desk that was stopped leaves it, with its tables. */
async function desk(): Promise<string> {
  const path = newPath();
  const opened = openFolder(path, { owner: { pid: 1, host: hostname(), startedAt: "", address: null }, version: "0.1.0" });
  if (!opened.ok) throw new Error(opened.details);
  const home = accountHome(path, main);
  const { journal } = startJournal(home, "checked").opened ?? {};
  if (journal === undefined) throw new Error("not opened");
  for (const record of scenario.records) {
    const batch = journal.newBatch();
    batch.add(record);
    journal.append(record.seq - 1, batch);
  }
  const tables = new Projections(join(home.folder, "tables"));
  await tables.follow(journal);
  tables.close();
  journal.close();
  opened.folder.close();
  return path;
}

const looked = (path: string, running = false) => checkAccount(path, main, { running, now });
const codes = (path: string): readonly string[] => looked(path).map(({ code }) => code);

describe("an account", () => {
  test("[WIT-50] that is sound says so: journal, witness, tables, each with its figures", async () => {
    const path = await desk();
    expect(looked(path)).toEqual([
      expect.objectContaining({
        level: "good",
        code: "HEALTH_DATABASE_SOUND",
        figures: { records: scenario.records.length, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      }),
      expect.objectContaining({ level: "good", code: "HEALTH_WITNESS_AGREES", figures: { seq: scenario.records.length } }),
      expect.objectContaining({ level: "good", code: "HEALTH_TABLES_CURRENT", figures: { seq: scenario.records.length } }),
    ]);
  });

  test("[WIT-50] damage of either side is found, and nothing is changed by looking", async () => {
    const path = await desk();
    const { database, witness } = accountHome(path, main);
    const [segment = ""] = readdirSync(witness);
    const file = join(witness, segment);
    const whole = readFileSync(file);
    const flipped = Buffer.from(whole);
    flipped[whole.length >> 1] = (flipped[whole.length >> 1] ?? 0) ^ 1;
    writeFileSync(file, flipped);
    expect(codes(path)).toContain("HEALTH_WITNESS_DAMAGED");
    expect(readFileSync(file)).toEqual(flipped);
    rmSync(file);
    expect(codes(path)).toContain("HEALTH_WITNESS_DAMAGED");
    writeFileSync(file, whole);
    expect(codes(path)).toEqual(["HEALTH_DATABASE_SOUND", "HEALTH_WITNESS_AGREES", "HEALTH_TABLES_CURRENT"]);
    // The last batch is taken from the database: the witness knows more than it.
    const sql = new DatabaseSync(database);
    for (const { name } of sql.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all())
      sql.exec(`DROP TRIGGER ${String(name)}`);
    sql.exec("DELETE FROM batches WHERE batch = (SELECT max(batch) FROM batches)");
    sql.close();
    expect(looked(path)[0]).toMatchObject({ level: "bad", code: "HEALTH_DATABASE_DAMAGED", figures: { problem: "STRUCTURE_DAMAGED" } });
    truncateSync(database, 5_000);
    expect(looked(path)[0]).toMatchObject({ level: "bad", code: "HEALTH_DATABASE_DAMAGED" });
    expect(looked(path)).toHaveLength(1);
  });

  test("[WIT-50] a witness cut short, tables behind or gone, a read-only mark and quarantined files are said", async () => {
    const path = await desk();
    const home = accountHome(path, main);
    const [segment = ""] = readdirSync(home.witness);
    truncateSync(join(home.witness, segment), readFileSync(join(home.witness, segment)).length - 5);
    expect(looked(path)[1]).toMatchObject({ level: "warning", code: "HEALTH_WITNESS_BEHIND" });
    // A desk at work may be in the middle of a batch.
    expect(looked(path, true)[1]).toMatchObject({ level: "good", code: "HEALTH_WITNESS_AGREES" });
    const tables = new DatabaseSync(join(home.folder, "tables", "000001.sqlite"));
    tables.exec("UPDATE progress SET seq = seq - 1");
    tables.close();
    expect(codes(path)).toContain("HEALTH_TABLES_BEHIND");
    rmSync(join(home.folder, "tables"), { recursive: true });
    expect(codes(path)).toContain("HEALTH_TABLES_UNREADABLE");
    writeMarker(home, { reason: "restored", epochAtLeast: 2, seq: 7 });
    expect(looked(path).find(({ check }) => check === "account")).toMatchObject({ level: "bad", figures: { reason: "restored", seq: 7 } });
  });

  test("[WIT-50] a clock before the books is said with how far", async () => {
    const path = await desk();
    const at = scenario.records.at(-1)?.command.at ?? 0;
    const found = checkAccount(path, main, { running: false, now: at - 90_000 });
    expect(found.find(({ check }) => check === "clock")).toMatchObject({
      level: "bad",
      code: "HEALTH_CLOCK_BEHIND_BOOKS",
      figures: { seconds: 90 },
    });
  });
});

describe("a folder", () => {
  test("[WIT-51] is private, open to others, absent or not ours; its disk and clock are looked at", async () => {
    const path = await desk();
    expect(checkFolder(path)).toMatchObject({ level: "good", code: "HEALTH_FOLDER_PRIVATE" });
    chmodSync(path, 0o755);
    expect(checkFolder(path)).toMatchObject({ level: "warning", code: "HEALTH_FOLDER_READABLE", figures: { mode: "755" } });
    expect(checkFolder(newPath())).toMatchObject({ level: "unknown", code: "HEALTH_FOLDER_ABSENT" });
    rmSync(join(path, "folder.json"));
    expect(checkFolder(path)).toMatchObject({ level: "bad", code: "HEALTH_FOLDER_UNUSABLE" });
    expect(checkDisk(path)).toMatchObject({ check: "disk", figures: { free: expect.stringMatching(/[GM]iB$/) } });
    expect(checkFileClock(path, Date.now)).toMatchObject({ level: "good", code: "HEALTH_CLOCK_AGREES" });
    expect(checkFileClock(path, () => Date.now() + 60_000)).toMatchObject({ level: "warning", code: "HEALTH_CLOCK_FILES_DIFFER" });
    expect(readdirSync(path).filter((name) => name.endsWith(".probe"))).toEqual([]);
  });

  test("[WIT-52] nobody holds one that was let go, or whose desk was killed", async () => {
    const path = await desk();
    expect(folderHolder(path)).toEqual({ held: false });
    writeFileSync(join(path, "owner.json"), JSON.stringify({ pid: 1, host: "h", startedAt: "t", address: "http://127.0.0.1:5000" }));
    expect(folderHolder(path)).toEqual({ held: false });
    expect(folderHolder(newPath())).toEqual({ held: false });
  });
});

describe("a backup", () => {
  test("[WIT-53] is proved by restoring it elsewhere and replaying it to the same digests", async () => {
    const path = await desk();
    const target = join(path, "backups", backupName(now));
    const made = await backup(path, target, { at: now, version: "0.1.0" });
    if (!made.ok) throw new Error(made.code);
    expect(tryRestore(target)).toEqual({
      ok: true,
      accounts: [
        {
          account: main,
          seq: scenario.records.length,
          digest: made.manifest.accounts[0]?.digest,
          stateDigest: stateDigest(scenario.engine.state),
        },
      ],
    });
  });

  test("[WIT-53] there is none, it is old, it is damaged: each is said", async () => {
    const path = await desk();
    const backups = join(path, "backups");
    const options = { now: now + 86_400_000, ageMaxMs: 3_600_000 };
    expect(checkBackups(backups, options)).toMatchObject([{ level: "warning", code: "HEALTH_BACKUP_NONE" }]);
    const target = join(backups, backupName(now));
    await backup(path, target, { at: now, version: "0.1.0" });
    expect(checkBackups(backups, options)).toMatchObject([
      { level: "warning", code: "HEALTH_BACKUP_OLD", figures: { hours: 24 } },
      { level: "good", code: "HEALTH_BACKUP_PROVED", figures: { records: scenario.records.length } },
    ]);
    expect(checkBackups(backups, { ...options, now, tried: () => undefined })).toMatchObject([{ level: "unknown" }]);
    const copy = copyPath(target, main);
    copyFileSync(copy, `${copy}.good`);
    const bytes = readFileSync(copy);
    bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 0x40;
    writeFileSync(copy, bytes);
    expect(checkBackups(backups, { ...options, now })).toMatchObject([{ level: "bad", code: "HEALTH_BACKUP_DAMAGED" }]);
  });
});
