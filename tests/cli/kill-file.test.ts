import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killFilePath, putKillFileAside, readKillFile, writeKillAnswer } from "@bulkhead/store";
import { expect, onTestFinished, test } from "vitest";
import { bulkhead, type Ran } from "./command.ts";

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-kill-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const killByFile = (folder: string, ...more: string[]): Promise<Ran> =>
  bulkhead(["kill", "engage", "cancel", "--file", "--reason", "the desk hangs", "--data", folder, ...more]);

test("[WATCH-6] where nobody runs the file waits for the next start, and the command says so", async () => {
  const folder = newFolder();
  const ran = await killByFile(folder, "--portfolio", "alpha");
  expect(ran.out).toContain("the next start of the desk does, before anything trades");
  expect(ran.code).toBe(1); // Not stopped yet.
  expect(readKillFile(folder, "flatten")).toMatchObject({ level: "cancel", portfolio: "alpha", reason: "the desk hangs" });
});

test("[WATCH-6] what cannot be written is not a kill, and the command says what to do instead", async () => {
  const folder = newFolder();
  mkdirSync(`${killFilePath(folder)}.new`);
  const ran = await killByFile(folder);
  expect([ran.code, ran.out]).toEqual([1, ""]);
  expect(ran.err).toMatch(/^CLI_KILL_FILE_UNWRITABLE: .*NOTHING was stopped\. .*nobody runs there/);
  expect(readKillFile(folder, "cancel")).toBeUndefined();
});

test("[WATCH-1] the answer of the desk is printed", async () => {
  const folder = newFolder();
  writeFileSync(join(folder, "lock"), "");
  // Somebody who obeys at once, as a desk does.
  const timer = setInterval(() => {
    const mark = readKillFile(folder, "cancel")?.mark;
    if (mark === undefined) return;
    clearInterval(timer);
    const outcome = {
      account_id: "main",
      scope: "account",
      level: "cancel",
      entries_stopped: ["alpha"],
      confirmed: [],
      unconfirmed: [],
      not_cancellable: [],
      exits: [],
    };
    writeKillAnswer(folder, { mark, accounts: [outcome] });
    putKillFileAside(folder, mark);
  }, 1);
  onTestFinished(() => clearInterval(timer));
  const { DatabaseSync } = await import("../desk/database.ts");
  const lock = new DatabaseSync(join(folder, "lock"));
  lock.exec("BEGIN EXCLUSIVE");
  const ran = await killByFile(folder);
  lock.close();
  expect([ran.code, ran.err]).toEqual([0, ""]);
  expect(ran.out).toMatch(/KILL is obeyed\.\nKill switch on account, level cancel\nNo new risk for alpha\n/);
});
