import { Buffer } from "node:buffer";
import { existsSync, readdirSync, rmSync, truncateSync } from "node:fs";
import type { AccountHome } from "../folder/home.ts";
import { claimEpoch, writeMarker } from "../folder/marker.ts";
import type { StoredBatch } from "../journal.ts";
import { recordsOf } from "../records.ts";
import { DatabaseSide, type DatabaseSurvey } from "./database-side.ts";
import { Merge, type Merged } from "./merge.ts";
import type { Point } from "./point.ts";
import { readProved, writeProved } from "./proved.ts";
import { beginRepair, finishRepair, type Names, rebuildDatabase, rebuildWitness } from "./rebuild.ts";
import type { Recovery, RecoveryRefusal, Repair, SideProblem } from "./recovery.ts";
import { encodeHeader, frameParts } from "./segment.ts";
import { openWitness } from "./witness.ts";
import { WitnessSide, type WitnessSurvey } from "./witness-side.ts";

export type RecoverOptions = Readonly<{
  /** A person gives up what lies beyond the last proved sequence: what would halt is quarantined. */
  acceptLoss?: boolean;
  /** Of segments that are made anew. */
  segmentBytes?: number;
  /** Go on from where an earlier start had proved both sides, if all is well since; otherwise, and by default, from the beginning. */
  fromProved?: boolean;
}>;

/**
 * Compares database and witness by their chains and leaves them equal, or says why not; nobody else may have the folder open. The
 * database commits first, so a witness that is ahead means that the database lost committed data.
 */
export function recover(home: AccountHome, options: RecoverOptions = {}): Recovery {
  finishRepair(home);
  const database = new DatabaseSide(home.database);
  let recovery: Recovery;
  try {
    const found = { home, database, witness: new WitnessSide(home.witness), options };
    recovery = (options.fromProved ? examineSince(found) : undefined) ?? examine(found);
  } finally {
    database.close();
  }
  // The old files are moved only after nobody has them open.
  finishRepair(home);
  if ("head" in recovery && recovery.outcome !== "halted") noteProved(home, recovery.head);
  return recovery;
}

function noteProved(home: AccountHome, head: Point): void {
  const witness = new WitnessSide(home.witness);
  // After a kill the last frames may be in nobody's memory but the system's: what is noted as proved is on the disk.
  witness.sync();
  writeProved(home, witness.end(head));
}

type Found = Readonly<{ home: AccountHome; database: DatabaseSide; witness: WitnessSide; options: RecoverOptions }>;
type Surveyed = Found & Readonly<{ names: Names; ofDatabase: DatabaseSurvey; ofWitness: WitnessSurvey }>;

const NOWHERE: Point = { batch: 0, seq: 0, hash: "" };
const refused = (code: RecoveryRefusal, details: string): Recovery => ({ outcome: "refused", code, details });

/** The ordinary start of a long journal: the same journal, sound on both sides where it had been proved, and an ordinary end. */
function examineSince(found: Found): Recovery | undefined {
  const { home, database, witness } = found;
  const since = readProved(home);
  const names = { id: database.id ?? "", account: home.account };
  if (since === undefined || database.account !== home.account || !witness.reaches(since)) return undefined;
  const { owners, newer } = witness.owners();
  if (newer || owners.length !== 1 || owners[0]?.id !== names.id || owners[0].account !== names.account) return undefined;
  const surveyed = { ...found, names, ofDatabase: database.survey(names.id, since.head), ofWitness: witness.survey(names.id, since) };
  return compareWhole(surveyed, since.head.seq);
}

function examine(found: Found): Recovery {
  const { home, database, witness } = found;
  const { owners, newer } = witness.owners();
  if (database.found === "newer") return refused("DATABASE_NEWER", `${home.database} was written by a newer version`);
  if (newer) return refused("WITNESS_NEWER", `${home.witness} was written by a newer version`);
  if (database.found === "missing" && witness.files.length === 0) {
    // Something is left of a journal: it is not begun anew without a word.
    return everUsed(home) ? { outcome: "halted", head: NOWHERE, database: "missing", witness: "missing" } : { outcome: "absent" };
  }
  if (owners.length > 1) return refused("WITNESS_FOREIGN", `segments of ${owners.length} journals in ${home.witness}`);
  const id = journalOf(found, owners[0]?.id);
  if (typeof id === "object") return id;
  const account = owners[0]?.account ?? database.account;
  if (account !== undefined && account !== home.account) return refused("ACCOUNT_DIFFERS", `expected=${home.account}, found=${account}`);
  const ofDatabase = surveyAs(database, id, home.account);
  return compare({ ...found, names: { id, account: home.account }, ofDatabase, ofWitness: witness.survey(id) });
}

/** Which journal this is, or why nobody can say. */
function journalOf({ database, witness, home }: Found, witnessId: string | undefined): string | Recovery {
  const id = witnessId ?? database.id;
  if (id === undefined) {
    const problems = {
      database: database.found === "missing" ? "missing" : "UNREADABLE",
      witness: witness.files.length === 0 ? "missing" : "HEADER_DAMAGED",
    } as const;
    return { outcome: "halted", head: NOWHERE, ...problems };
  }
  if (database.id === undefined || database.id === id) return id;
  // A changed name in the database is damage where its first batch follows from the name that the witness has.
  const own = database.survey(database.id);
  const isAnother = own.head.batch > 0 || witness.survey(id).head.batch === 0 || database.survey(id).head.batch === 0;
  return isAnother ? refused("WITNESS_FOREIGN", `${home.witness} belongs to journal ${id}, the database to ${database.id}`) : id;
}

function surveyAs(database: DatabaseSide, id: string, account: string): DatabaseSurvey {
  const survey = database.survey(id);
  if (database.found === "missing" || (database.account === account && database.id === id)) return survey;
  return { ...survey, problem: survey.problem ?? "ACCOUNT_DIFFERS" };
}

function compare(surveyed: Surveyed): Recovery {
  return compareWhole(surveyed, 0) ?? merge(surveyed);
}

/** What an ordinary end leaves: a whole database, and a witness that agrees with it as far as it goes. */
function compareWhole(surveyed: Surveyed, since: number): Recovery | undefined {
  const { database, ofDatabase, ofWitness, witness } = surveyed;
  const isWhole = database.found === "present" && ofDatabase.problem === undefined && witness.files.length > 0;
  if (!isWhole || hashOfBatch(surveyed, ofWitness.head.batch) !== ofWitness.head.hash) return undefined;
  const cutBytes = unfinishedBytes(surveyed);
  if (cutBytes === undefined) return undefined;
  const { head } = ofDatabase;
  if (head.batch < provedBefore(surveyed.home)) return undefined;
  if (ofWitness.stop === undefined && head.batch === ofWitness.head.batch) return { outcome: "clean", head, since };
  complete(surveyed);
  return { outcome: "completed", head, since, batches: head.batch - ofWitness.head.batch, cutBytes };
}

/** The last batch that an earlier start had proved: both sides have it, or something was lost from both. */
const provedBefore = (home: AccountHome): number => readProved(home)?.head.batch ?? 0;

/** The chain of a whole database at a batch. */
function hashOfBatch({ database, ofDatabase, ofWitness }: Surveyed, batch: number): string | undefined {
  if (batch === 0) return ofWitness.head.hash;
  return batch === ofDatabase.head.batch ? ofDatabase.head.hash : database.hashAt(batch);
}

/** How many bytes at the witness's end are the beginning of what a crash kept from being written; undefined where they are anything else. */
function unfinishedBytes({ database, witness, names, ofWitness: { head, stop } }: Surveyed): number | undefined {
  const last = witness.files.at(-1);
  if (stop === undefined || last === undefined) return 0;
  if (stop.number !== last.number || witness.files.length !== last.number) return undefined;
  const left = witness.bytesOf(last).subarray(stop.offset);
  const previous = Buffer.from(head.hash, "hex");
  const { value: next } = database.batchesAfter(head.batch).next();
  let whole: Buffer;
  if (stop.offset > 0) whole = next === undefined ? Buffer.alloc(0) : Buffer.concat(frameParts(next.batch, next.bytes, next.hash));
  else if (last.number > 1) whole = encodeHeader({ number: last.number, firstBatch: head.batch + 1, previous, ...names });
  else return undefined;
  return left.length < whole.length && whole.subarray(0, left.length).equals(left) ? left.length : undefined;
}

/** Cuts what was not finished and writes what the database has beyond it: where an ordinary crash leaves a witness. */
function complete({ home, database, witness, names, options, ofWitness: { head, stop } }: Surveyed): void {
  const last = witness.files.at(-1);
  if (stop !== undefined && last !== undefined) {
    if (stop.offset === 0) rmSync(last.path);
    else truncateSync(last.path, stop.offset);
  }
  const open = openWitness(home.witness, { ...names, ...options });
  for (const { batch, bytes, hash } of database.batchesAfter(head.batch)) open.append(batch, bytes, hash);
  open.close();
}

/** Makes anew whatever is not whole, from the longest chain that both sides together prove. */
function merge(surveyed: Surveyed): Recovery {
  const { home, database, witness, names, options } = surveyed;
  const both = new Merge(names, database, witness);
  const merged = both.prove(provedBefore(home));
  const { head } = merged;
  if (merged.diverged) return refused("HISTORIES_DIVERGED", `after sequence ${head.seq} database and witness hold another history`);
  const problems = problemsOf(surveyed, merged);
  const isOneWhole = [problems.database, problems.witness].some((problem) => problem === undefined || problem === "behind");
  if (!options.acceptLoss && !isOneWhole && (merged.more || !merged.accounted)) return { outcome: "halted", head, ...problems };

  const repairs = repairsOf(surveyed, merged, problems);
  if (problems.database !== undefined) rebuildDatabase(home, names, both.batches());
  if (problems.witness !== undefined) rebuildWitness(home, { ...names, ...options }, both.batches());
  const lost = merged.more || (!isOneWhole && !merged.accounted);
  if (!lost) return { outcome: "repaired", head, repairs, movedTo: beginRepair(home, { outcome: "repaired", head, repairs }) };
  const epochAtLeast = claimEpoch(home, highestEpoch(both));
  writeMarker(home, { reason: "quarantined", epochAtLeast, seq: head.seq });
  return { outcome: "quarantined", head, repairs, movedTo: beginRepair(home, { outcome: "quarantined", head, repairs }), epochAtLeast };
}

type Problems = Readonly<{ database: SideProblem | undefined; witness: SideProblem | undefined }>;

function problemsOf({ database, witness, ofDatabase, ofWitness }: Surveyed, { head }: Merged): Problems {
  const behind = (batch: number): SideProblem | undefined => (batch < head.batch ? "behind" : undefined);
  return {
    database: database.found === "missing" ? "missing" : (ofDatabase.problem ?? behind(ofDatabase.head.batch)),
    witness: witness.files.length === 0 ? "missing" : (ofWitness.stop?.problem ?? behind(ofWitness.head.batch)),
  };
}

function repairsOf({ ofDatabase, ofWitness }: Surveyed, { head }: Merged, problems: Problems): readonly Repair[] {
  const repairs: Repair[] = [];
  if (problems.database !== undefined)
    repairs.push({ side: "database", why: problems.database, batches: head.batch - ofDatabase.head.batch });
  if (problems.witness !== undefined) repairs.push({ side: "witness", why: problems.witness, batches: head.batch - ofWitness.head.batch });
  return repairs;
}

/** The highest epoch that the proved records began. */
export function highestEpoch(journal: Readonly<{ batches: () => Iterable<StoredBatch> }>): number {
  let epoch = 0;
  for (const { events } of recordsOf(journal.batches(), 1))
    for (const event of events) if (event.type === "EpochStarted") epoch = Math.max(epoch, event.epoch);
  return epoch;
}

/** A log without its database is what is left of one, and SQLite would play it into a new one of that name. */
const everUsed = ({ quarantine, marker, proved, database }: AccountHome): boolean =>
  existsSync(marker) ||
  existsSync(proved) ||
  existsSync(`${database}-wal`) ||
  (existsSync(quarantine) && readdirSync(quarantine).length > 0);
