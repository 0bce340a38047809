import { accessSync, constants, existsSync, statfsSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FOLDER_FORMAT } from "../folder/folder.ts";
import { readJsonFile } from "../folder/json-file.ts";
import { killFilePath, readKillFile } from "../folder/kill-file.ts";
import type { Finding } from "./finding.ts";

/** Below this a desk may stop at any moment: its journal, witness and tables all grow. */
const DISK_FULL_BYTES = 100 * 1024 ** 2;
const DISK_LOW_BYTES = 1024 ** 3;
const DISK_LOW_SHARE = 0.05;
/** Further apart, instants in files and in records cannot be compared by eye. */
const FILE_CLOCK_MS = 2_000;

/** Who may look into the data folder, whether it is one, and whether it can be written. */
export function checkFolder(path: string): Finding {
  const folder = { check: "folder", account: null } as const;
  if (!existsSync(path)) return { ...folder, level: "unknown", code: "HEALTH_FOLDER_ABSENT", figures: { path } };
  const { uid, mode } = statSync(path);
  const user = process.getuid?.();
  if (user !== undefined && user !== uid)
    return { ...folder, level: "bad", code: "HEALTH_FOLDER_FOREIGN", figures: { path, owner: uid, user } };
  const reason = whyUnusable(path);
  if (reason !== undefined) return { ...folder, level: "bad", code: "HEALTH_FOLDER_UNUSABLE", figures: { path, reason } };
  if ((mode & 0o077) !== 0)
    return { ...folder, level: "warning", code: "HEALTH_FOLDER_READABLE", figures: { path, mode: (mode & 0o777).toString(8) } };
  return { ...folder, level: "good", code: "HEALTH_FOLDER_PRIVATE", figures: { path } };
}

function whyUnusable(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return "it cannot be read and written";
  }
  const note = readJsonFile(join(path, "folder.json"));
  if (note === "missing") return "it is not a data folder of Bulkhead";
  if (note === "unreadable") return "its folder.json cannot be read";
  return Number(note["format"]) > FOLDER_FORMAT ? `it was written by the newer version ${String(note["version"])}` : undefined;
}

/** The file KILL, where nobody has obeyed it yet. */
export function checkKillFile(path: string): readonly Finding[] {
  const wish = readKillFile(path, "cancel");
  if (wish === undefined) return [];
  const { level, account, portfolio, instrument } = wish;
  const scope = [account, portfolio, instrument].filter((name) => name !== null).join(", ") || "everything";
  const figures = { path: killFilePath(path), level, scope };
  return [{ check: "kill", account: null, level: "warning", code: "HEALTH_KILL_WAITING", figures }];
}

/** How much may still be written where a folder lies. */
export function checkDisk(path: string): Finding {
  const { bavail, blocks, bsize } = statfsSync(path);
  const free = bavail * bsize;
  const share = blocks === 0 ? 1 : bavail / blocks;
  const figures = { free: bytesText(free), share: `${(share * 100).toFixed(0)} %` };
  const disk = { check: "disk", account: null, figures } as const;
  if (free < DISK_FULL_BYTES) return { ...disk, level: "bad", code: "HEALTH_DISK_FULL" };
  if (free < DISK_LOW_BYTES && share < 0.5) return { ...disk, level: "warning", code: "HEALTH_DISK_LOW" };
  if (share < DISK_LOW_SHARE && free < 10 * DISK_LOW_BYTES) return { ...disk, level: "warning", code: "HEALTH_DISK_LOW" };
  return { ...disk, level: "good", code: "HEALTH_DISK_FREE" };
}

/** Whether the clock and the file system's are one: a file that is written now has to say now. */
export function checkFileClock(path: string, now: () => number): Finding {
  const probe = join(path, `clock-${process.pid}.probe`);
  const clock = { check: "clock", account: null } as const;
  try {
    writeFileSync(probe, "", { mode: 0o600 });
    const stamped = statSync(probe).mtimeMs;
    const apart = Math.round(Math.abs(stamped - now()));
    return apart > FILE_CLOCK_MS
      ? { ...clock, level: "warning", code: "HEALTH_CLOCK_FILES_DIFFER", figures: { ms: apart } }
      : { ...clock, level: "good", code: "HEALTH_CLOCK_AGREES", figures: { ms: apart } };
  } finally {
    if (existsSync(probe)) unlinkSync(probe);
  }
}

/** The clock against the last record: a desk waits until its books' last instant has come. */
export function checkBooksClock(account: Finding["account"], lastAt: number, now: number): readonly Finding[] {
  const behindMs = lastAt - now;
  if (behindMs <= 1_000) return [];
  const figures = { seconds: Math.ceil(behindMs / 1_000) };
  return [{ check: "clock", account, level: "bad", code: "HEALTH_CLOCK_BEHIND_BOOKS", figures }];
}

function bytesText(bytes: number): string {
  const gib = bytes / 1024 ** 3;
  return gib >= 1 ? `${gib.toFixed(1)} GiB` : `${Math.round(bytes / 1024 ** 2)} MiB`;
}
