import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backupsIn } from "@bulkhead/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accountOf, HOUR, newFolder, openPaper, removeFolder, START } from "./paper.ts";

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

const noteOf = (): Readonly<{ version: string }> => JSON.parse(readFileSync(join(folder, "folder.json"), "utf8"));

async function traded(): Promise<number> {
  const { desk, clock } = await openPaper({ folder });
  clock.advanceTo(START + HOUR);
  await desk.stop();
  return accountOf(desk).durableSeq;
}

const writtenByOlder = (): void => writeFileSync(join(folder, "folder.json"), JSON.stringify({ ...noteOf(), version: "0.0.9" }));

test("[DESK-25] S0.23: what an older version wrote is proved, backed up and replayed before anything of it is touched, once", async () => {
  const seq = await traded();
  writtenByOlder();
  const { desk } = await openPaper({ folder, at: START + 2 * HOUR });
  const [made, ...others] = backupsIn(join(folder, "backups"));
  expect([made?.manifest.version, made?.manifest.accounts[0]?.seq, others]).toEqual(["0.0.9", seq, []]);
  expect(desk.notes.join()).toContain("Upgraded from version 0.0.9; what it wrote is backed up as");
  await desk.stop();
  expect(noteOf().version).not.toBe("0.0.9");
  const { desk: again } = await openPaper({ folder, at: START + 3 * HOUR });
  await again.stop();
  expect(backupsIn(join(folder, "backups"))).toHaveLength(1);
});

test("[DESK-25] what cannot be proved is not upgraded, and stays for the version that wrote it", async () => {
  await traded();
  writtenByOlder();
  const database = join(folder, "accounts", "main", "journal.sqlite");
  const bytes = readFileSync(database);
  bytes.fill(0x5a, 4_096);
  writeFileSync(database, bytes);
  await expect(openPaper({ folder, at: START + 2 * HOUR })).rejects.toMatchObject({ code: "DESK_UPGRADE_REFUSED" });
  expect(noteOf().version).toBe("0.0.9");
  expect(readFileSync(database).equals(bytes)).toBe(true);
  expect(readdirSync(join(folder, "backups")).filter((name) => !name.endsWith(".unfinished"))).toEqual([]);
});
