import { cpSync, mkdirSync } from "node:fs";
import type { AccountId, JournalRecord } from "@bulkhead/core";
import { chanceOf, randomRecord } from "../codec/samples.ts";
import { type AccountHome, homeAt } from "../folder/home.ts";
import type { StoredJournal } from "../journal.ts";
import { createSqliteJournal, openSqliteJournal } from "../sqlite/open.ts";
import { createWitness, openWitness } from "./witness.ts";
import { witnessedJournal } from "./witnessed-journal.ts";

// A desk's folder of real files for tests, as kill -9 leaves it: some batches in the database, some still in its log.

export const ACCOUNT = "main" as AccountId;
/** Small, so that a few hundred batches fill many. */
export const SEGMENT_BYTES: number = 16 * 1024;

/** A new journal with its witness in a folder that is made. */
export function newDesk(folder: string, id: string): Readonly<{ home: AccountHome; journal: StoredJournal }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const home = homeAt(folder, ACCOUNT);
  const database = createSqliteJournal(home.database, { account: ACCOUNT, id });
  return { home, journal: witnessedJournal(database, createWitness(home.witness, { account: ACCOUNT, id, segmentBytes: SEGMENT_BYTES })) };
}

/** The journal of a folder that recovery left sound. */
export function reopened(home: AccountHome): StoredJournal {
  const database = openSqliteJournal(home.database);
  const { account, id } = database;
  return witnessedJournal(database, openWitness(home.witness, { account, id, segmentBytes: SEGMENT_BYTES }));
}

/** Appends so many batches of one to four records; the same for the same seed. */
export function fillDesk(journal: StoredJournal, batches: number, seed: number): void {
  const chance = chanceOf(seed);
  const batch = journal.newBatch();
  for (let index = 0; index < batches; index++) {
    const { seq } = journal.head;
    const records = 1 + Math.floor(4 * chance());
    for (let next = 1; next <= records; next++) batch.add(recordOf(seq + next, seed));
    const appended = journal.append(seq, batch);
    if (!appended.ok) throw new Error(appended.why);
  }
}

/** What a kill at this moment would leave: a copy of the files of a desk that is running. */
export function copyDesk(home: AccountHome, folder: string): AccountHome {
  cpSync(home.folder, folder, { recursive: true, filter: (path) => !path.endsWith("-shm") });
  return homeAt(folder, home.account);
}

/** Any record but one that begins an epoch: a random one could be the highest that there is. */
function recordOf(seq: number, seed: number): JournalRecord {
  const record = randomRecord(seq, chanceOf(seed + seq));
  return { ...record, events: record.events.filter(({ type }) => type !== "EpochStarted") };
}
