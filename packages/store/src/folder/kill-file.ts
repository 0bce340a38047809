import { chmodSync, closeSync, openSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { KillLevel } from "@bulkhead/core";
import { syncFolder } from "./home.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";

/** What the file KILL asks for. Names are as a person wrote them; null: all of them. */
export type KillWish = Readonly<{
  level: KillLevel;
  account: string | null;
  portfolio: string | null;
  instrument: string | null;
  reason: string;
  /** Of the file that said so: its `id` where it has one. Another mark is another wish. */
  mark: string;
}>;

/** The flag file of a data folder. */
export const killFilePath = (folder: string): string => join(folder, "KILL");
const obeyedPath = (folder: string): string => join(folder, "KILL.obeyed");
const answerPath = (folder: string): string => join(folder, "kill-answer.json");

const LEVELS: readonly string[] = ["pause", "cancel", "flatten"] satisfies readonly KillLevel[];
const REASON_MAX = 300;
const READ_MAX = 4_096;

/** What the file asks for; undefined where there is none. Whatever it holds, it is a kill: of what cannot be understood everything is stopped. */
export const readKillFile = (folder: string, otherwise: KillLevel): KillWish | undefined => readWish(killFilePath(folder), otherwise);

function readWish(path: string, otherwise: KillLevel): KillWish | undefined {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    const wish = wishOf(size > READ_MAX ? "" : readFileSync(path, "utf8").trim(), otherwise);
    return { ...wish, mark: wish.mark === "" ? `${ino}-${mtimeMs}-${size}` : wish.mark };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ENOENT") return undefined;
    return { ...NOTHING_SAID, level: otherwise, reason: `the file KILL, which cannot be read (${String(code)})`, mark: String(code) };
  }
}

const NOTHING_SAID = { account: null, portfolio: null, instrument: null } as const;

/** JSON with `level`, `account`, `portfolio`, `instrument`, `reason`; or a level and a reason in words; or nothing. */
function wishOf(text: string, otherwise: KillLevel): KillWish {
  if (text.startsWith("{")) {
    const said = jsonOf(text);
    const word = (name: string): string | null => (typeof said[name] === "string" && said[name] !== "" ? said[name] : null);
    const level = word("level") ?? "";
    return {
      level: LEVELS.includes(level) ? (level as KillLevel) : otherwise,
      account: word("account"),
      portfolio: word("portfolio"),
      instrument: word("instrument"),
      reason: reasonOf(word("reason") ?? ""),
      mark: word("id") ?? "",
    };
  }
  const [first = "", ...rest] = text.split(/\s+/);
  const isLevel = LEVELS.includes(first.toLowerCase());
  return {
    ...NOTHING_SAID,
    level: isLevel ? (first.toLowerCase() as KillLevel) : otherwise,
    reason: reasonOf(isLevel ? rest.join(" ") : text),
    mark: "",
  };
}

function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // Half a wish: everything is stopped.
  }
}

const reasonOf = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\s]+/gu, " ")
    .trim()
    .slice(0, REASON_MAX) || "the file KILL";

/**
 * Writes the flag file, whole and durable. On a disk without space it is written empty, which is a kill all the same; `empty` says so.
 * Throws where not even that is possible.
 */
export function writeKillFile(
  folder: string,
  wish: Partial<Omit<KillWish, "mark">> & Readonly<{ id: string }>,
): Readonly<{ empty: boolean }> {
  const path = killFilePath(folder);
  try {
    writeJsonFile(path, wish);
    return { empty: false };
  } catch (error) {
    rmSync(`${path}.new`, { force: true });
    if (!(error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT"))) throw error;
    closeSync(openSync(path, "a", 0o600));
    return { empty: true };
  }
}

/** The wish is in the journals: its file is put aside. A newer wish that came meanwhile stays. True where it was this one. */
export function putKillFileAside(folder: string, mark: string): boolean {
  const path = killFilePath(folder);
  if (readWish(path, "cancel")?.mark !== mark) return false;
  try {
    renameSync(path, obeyedPath(folder));
  } catch {
    // Something else has that name, and nothing may keep a kill from being over.
    rmSync(obeyedPath(folder), { recursive: true, force: true });
    renameSync(path, obeyedPath(folder));
  }
  try {
    chmodSync(obeyedPath(folder), 0o600);
  } catch {
    // Another user's file, say of root: obeyed all the same.
  }
  const isThis = readWish(obeyedPath(folder), "cancel")?.mark === mark;
  if (!isThis) renameSync(obeyedPath(folder), path);
  syncFolder(folder);
  return isThis;
}

/** What was done about a wish, for who wrote the file. */
export function writeKillAnswer(folder: string, answer: Readonly<{ mark: string; accounts: readonly unknown[] }>): void {
  writeJsonFile(answerPath(folder), answer);
}

/** The answer to the wish with this mark; undefined where there is none. */
export function readKillAnswer(folder: string, mark: string): readonly unknown[] | undefined {
  const said = readJsonFile(answerPath(folder));
  if (typeof said === "string" || said["mark"] !== mark) return undefined;
  return Array.isArray(said["accounts"]) ? said["accounts"] : undefined;
}
