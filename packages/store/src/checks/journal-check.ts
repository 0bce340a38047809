import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { AccountId } from "@bulkhead/core";
import { JournalUnusable } from "../errors.ts";
import { type AccountHome, accountHome } from "../folder/home.ts";
import { readMarker } from "../folder/marker.ts";
import { DatabaseSync } from "../sqlite/driver.ts";
import { openSqliteJournal } from "../sqlite/open.ts";
import { verifyJournal } from "../verify.ts";
import { DatabaseSide } from "../witness/database-side.ts";
import { WitnessSide } from "../witness/witness-side.ts";
import type { Finding } from "./finding.ts";
import { checkBooksClock } from "./folder-check.ts";

export type JournalCheckOptions = Readonly<{
  /** A desk writes meanwhile: its witness may be a batch behind, and may end inside one. */
  running: boolean;
  now: number;
}>;

/** Proves the journal of an account and compares it with witness and tables. Reads only; a desk may be at work on it. */
export function checkAccount(folder: string, account: AccountId, options: JournalCheckOptions): readonly Finding[] {
  const home = accountHome(folder, account);
  // The witness first: the database commits before it, so that what is read later of it can only be ahead.
  const witness = surveyWitness(home);
  const { finding, head, lastAt } = checkDatabase(home);
  const findings = [finding];
  if (head !== undefined) {
    findings.push(checkWitness(home, witness, { ...options, seq: head.seq }));
    findings.push(checkTables(home, head.seq, options.running));
  }
  if (lastAt !== undefined) findings.push(...checkBooksClock(account, lastAt, options.now));
  return [...findings, ...checkMarks(home)];
}

type Head = Readonly<{ seq: number; batch: number; hash: string }>;

function checkDatabase({ account, database }: AccountHome): Readonly<{ finding: Finding; head?: Head; lastAt?: number }> {
  const about = { check: "database", account } as const;
  const damaged = (problem: string, seq: number): Finding => ({
    ...about,
    level: "bad",
    code: "HEALTH_DATABASE_DAMAGED",
    figures: { problem, seq },
  });
  const side = new DatabaseSide(database);
  try {
    const survey = side.id === undefined ? undefined : side.survey(side.id);
    if (survey?.problem !== undefined) return { finding: damaged(survey.problem, survey.head.seq + 1) };
  } finally {
    side.close();
  }
  try {
    const journal = openSqliteJournal(database, { access: "read" });
    try {
      const verdict = verifyJournal(journal);
      if (!verdict.ok) return { finding: damaged(verdict.problem, verdict.seq) };
      const [last] = verdict.records === 0 ? [] : [...journal.read(verdict.records)];
      const figures = { records: verdict.records, digest: verdict.digest };
      const head = { seq: verdict.records, batch: verdict.batches, hash: verdict.chainHead };
      const finding: Finding = { ...about, level: "good", code: "HEALTH_DATABASE_SOUND", figures };
      return last === undefined ? { finding, head } : { finding, head, lastAt: last.command.at };
    } finally {
      journal.close();
    }
  } catch (error) {
    if (!(error instanceof JournalUnusable)) throw error;
    return { finding: damaged(error.code, 0) };
  }
}

type Surveyed = Readonly<{ files: number; head: Head; problem: string | undefined; last: boolean }>;

function surveyWitness({ database, witness }: AccountHome): Surveyed {
  const side = new WitnessSide(witness);
  const files = side.files.length;
  const source = new DatabaseSide(database);
  const id = source.id ?? side.owners().owners[0]?.id ?? "";
  source.close();
  const { head, stop } = side.survey(id);
  return { files, head, problem: stop?.problem, last: stop?.number === files };
}

function checkWitness(home: AccountHome, found: Surveyed, { running, seq }: JournalCheckOptions & Readonly<{ seq: number }>): Finding {
  const about = { check: "witness", account: home.account } as const;
  const { files, head, problem, last } = found;
  if (files === 0) return { ...about, level: "bad", code: "HEALTH_WITNESS_DAMAGED", figures: { problem: "missing", seq: 0 } };
  // What a crash cut off at the very end is completed by the next start.
  const isUnfinished = problem === "ENDS_INSIDE" && last;
  if (problem !== undefined && !isUnfinished)
    return { ...about, level: "bad", code: "HEALTH_WITNESS_DAMAGED", figures: { problem, seq: head.seq } };
  if (head.seq > seq) return { ...about, level: "bad", code: "HEALTH_WITNESS_AHEAD", figures: { seq, witness: head.seq } };
  const side = new DatabaseSide(home.database);
  const hash = head.batch === 0 ? head.hash : side.hashAt(head.batch);
  side.close();
  if (hash !== head.hash)
    return { ...about, level: "bad", code: "HEALTH_WITNESS_DAMAGED", figures: { problem: "HISTORIES_DIVERGED", seq: head.seq } };
  if (head.seq < seq && !running) return { ...about, level: "warning", code: "HEALTH_WITNESS_BEHIND", figures: { seq, witness: head.seq } };
  return { ...about, level: "good", code: "HEALTH_WITNESS_AGREES", figures: { seq: head.seq } };
}

/** Whether the tables for reading have come as far as the journal; a desk that starts brings them there. */
function checkTables({ account, folder }: AccountHome, seq: number, running: boolean): Finding {
  const about = { check: "tables", account } as const;
  const reached = tablesSeq(join(folder, "tables"));
  if (reached === undefined) return { ...about, level: "warning", code: "HEALTH_TABLES_UNREADABLE", figures: {} };
  // A desk at work may be a few records further than what was read a moment ago.
  const isFar = reached < seq || (reached > seq && !running);
  return isFar
    ? { ...about, level: "warning", code: "HEALTH_TABLES_BEHIND", figures: { seq: reached, of: seq } }
    : { ...about, level: "good", code: "HEALTH_TABLES_CURRENT", figures: { seq: reached } };
}

/** The sequence up to which the tables in a folder have come, read beside whoever writes them; undefined where that cannot be told. */
export function tablesSeq(folder: string): number | undefined {
  const name = existsSync(folder)
    ? readdirSync(folder)
        .filter((each) => /^\d{6,}\.sqlite$/.test(each))
        .toSorted()
        .at(-1)
    : undefined;
  if (name === undefined) return undefined;
  try {
    const database = new DatabaseSync(join(folder, name), { readOnly: true });
    try {
      const seq = database.prepare("SELECT seq FROM progress").get()?.["seq"];
      return typeof seq === "number" ? seq : undefined;
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

/** What starts and restores left for a person to look at. */
export function checkMarks(home: AccountHome): readonly Finding[] {
  const about = { check: "account", account: home.account } as const;
  const marker = readMarker(home);
  const held = existsSync(home.quarantine) ? readdirSync(home.quarantine).length : 0;
  return [
    ...(marker === undefined
      ? []
      : [{ ...about, level: "bad", code: "HEALTH_ACCOUNT_READ_ONLY", figures: { reason: marker.reason, seq: marker.seq } } as const]),
    ...(held === 0 ? [] : [{ ...about, level: "warning", code: "HEALTH_QUARANTINE_HELD", figures: { count: held } } as const]),
  ];
}
