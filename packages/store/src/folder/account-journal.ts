import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { StoredJournal } from "../journal.ts";
import { createSqliteJournal, openSqliteJournal } from "../sqlite/open.ts";
import { type RecoverOptions, recover } from "../witness/recover.ts";
import type { Recovery } from "../witness/recovery.ts";
import { createWitness, openWitness, type Witness } from "../witness/witness.ts";
import { witnessedJournal } from "../witness/witnessed-journal.ts";
import { type AccountHome, syncFolder } from "./home.ts";
import { type ReadOnlyMarker, readMarker } from "./marker.ts";

/** A journal with its witness, open. The host asks `witness.syncDue` by its clock and calls `witness.sync`. */
export type AccountJournal = Readonly<{
  journal: StoredJournal;
  witness: Witness;
  /** Why nothing may be sent before a person has looked; undefined: nothing stands in the way. */
  readOnly: ReadOnlyMarker | undefined;
}>;

/** `opened` is undefined where recovery halted or refused: its outcome says why. */
export type StartedJournal = Readonly<{ recovery: Recovery; opened: AccountJournal | undefined }>;

/**
 * Recovers the journal of an account and opens it with its witness; makes both, under `newId`, where there never was one. The data folder
 * must be this process's own.
 */
export function startJournal(home: AccountHome, newId: string, options: RecoverOptions = {}): StartedJournal {
  if (!existsSync(home.folder)) {
    mkdirSync(home.folder, { recursive: true, mode: 0o700 });
    syncFolder(dirname(home.folder));
  }
  const recovery = recover(home, options);
  if (recovery.outcome === "halted" || recovery.outcome === "refused") return { recovery, opened: undefined };
  const { account } = home;
  const isNew = recovery.outcome === "absent";
  const database = isNew ? createSqliteJournal(home.database, { account, id: newId }) : openSqliteJournal(home.database);
  const names = { account, id: database.id, ...options };
  const witness = isNew ? createWitness(home.witness, names) : openWitness(home.witness, names);
  return { recovery, opened: { journal: witnessedJournal(database, witness), witness, readOnly: readMarker(home) } };
}
