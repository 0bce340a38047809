import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { AccountId } from "@bulkhead/core";
import { type AccountHome, syncFolder } from "../folder/home.ts";
import { readJsonFile, writeJsonFile } from "../folder/json-file.ts";
import type { StoredBatch } from "../journal.ts";
import { emptyLog, openDatabase } from "../sqlite/database.ts";
import { createSqliteJournal } from "../sqlite/open.ts";
import { createWitness } from "./witness.ts";

export type Side = "database" | "witness";
export type Names = Readonly<{ id: string; account: AccountId }>;

const DATABASE_FILES = ["-wal", "-shm", ""] as const;
const rebuilt = (path: string): string => `${path}.rebuilt`;

/** A database with the given batches beside the present one, complete and synced. */
export function rebuildDatabase(home: AccountHome, names: Names, batches: Iterable<StoredBatch>): void {
  const path = rebuilt(home.database);
  createSqliteJournal(path, names).close();
  const database = openDatabase(path, false);
  database.exec("BEGIN");
  const insert = database.prepare("INSERT INTO batches (first_seq, last_seq, batch, hash, bytes) VALUES (?, ?, ?, ?, ?)");
  for (const { firstSeq, lastSeq, batch, hash, bytes } of batches) insert.run(firstSeq, lastSeq, batch, hash, bytes);
  database.exec("COMMIT");
  emptyLog(database);
  database.close();
}

/** A witness with the given batches beside the present one, complete and synced. */
export function rebuildWitness(
  home: AccountHome,
  options: Names & Readonly<{ segmentBytes?: number }>,
  batches: Iterable<StoredBatch>,
): void {
  const witness = createWitness(rebuilt(home.witness), options);
  for (const { batch, bytes, hash } of batches) witness.append(batch, bytes, hash);
  witness.close();
}

/**
 * Says in the folder that what was rebuilt takes the place of what is there, which is moved into a new numbered folder of the quarantine.
 * From here on every start ends in the same place, wherever it is cut off. Gives back the folder.
 */
export function beginRepair(home: AccountHome, why: Readonly<Record<string, unknown>>): string {
  const movedTo = newQuarantine(home);
  writeJsonFile(join(movedTo, "why.json"), why);
  writeJsonFile(home.repair, { movedTo });
  return movedTo;
}

/** Puts a repair in place that was begun; what a crash left of one that was not begun is thrown away. */
export function finishRepair(home: AccountHome): void {
  const repair = readJsonFile(home.repair);
  if (repair === "missing") {
    for (const suffix of ["", ".new"])
      for (const file of DATABASE_FILES) rmSync(`${rebuilt(home.database)}${suffix}${file}`, { force: true });
    rmSync(rebuilt(home.witness), { recursive: true, force: true });
    return;
  }
  // Written whole or not at all; where it rots, its files are still there by their names.
  const said = repair === "unreadable" ? undefined : repair["movedTo"];
  const movedTo = typeof said === "string" && existsSync(said) ? said : newQuarantine(home);
  if (existsSync(rebuilt(home.database))) {
    // The log first: beside another database, SQLite would play it into that one.
    for (const suffix of DATABASE_FILES) moveInto(movedTo, home.folder, `${home.database}${suffix}`);
    renameSync(rebuilt(home.database), home.database);
  }
  if (existsSync(rebuilt(home.witness))) {
    moveInto(movedTo, home.folder, home.witness);
    renameSync(rebuilt(home.witness), home.witness);
  }
  for (const folder of [movedTo, home.folder]) syncFolder(folder);
  rmSync(home.repair);
  syncFolder(home.folder);
}

function newQuarantine(home: AccountHome): string {
  mkdirSync(home.quarantine, { recursive: true, mode: 0o700 });
  const last = Math.max(0, ...readdirSync(home.quarantine).map(Number).filter(Number.isSafeInteger));
  const folder = join(home.quarantine, String(last + 1).padStart(4, "0"));
  mkdirSync(folder, { mode: 0o700 });
  syncFolder(home.quarantine);
  return folder;
}

function moveInto(target: string, folder: string, path: string): void {
  if (existsSync(path)) renameSync(path, join(target, path.slice(folder.length + 1)));
}
