import { join } from "node:path";
import type { AccountId, JournalRecord } from "@bulkhead/core";
import { createSqliteJournal, memoryJournal, openSqliteJournal, type StoredJournal, verifyJournal } from "@bulkhead/store";
import { w3Series } from "./data.ts";
import { prepare } from "./desk.ts";
import { inFolder } from "./durable.ts";
import { type Figure, medianSeconds } from "./measure.ts";
import { everyBarPortfolio } from "./workloads.ts";

const NAMES = { account: "bench" as AccountId, id: "store" };
/** Few enough to stay in the processor's caches, as records do that were just made. */
const RECORDS = 2_000;
const ROUNDS = 100;
const BATCH = 1_000;

/** Encoding of W3's records beside JSON, appending to memory and disk beside each other, decoding and verifying. */
export function store(): readonly Figure[] {
  const records = w3Records();
  const work = RECORDS * ROUNDS;
  const encoding = (): (() => void) => () => encodeAll(records);
  const json = (): (() => void) => () => jsonAll(records);
  const [encode = Number.NaN, stringify = Number.NaN] = medianSeconds([encoding, json], 5, 2);
  return [{ bench: "encode", value: (encode / work) * 1e9, unit: "ns/record", yardstick: (stringify / work) * 1e9 }, ...stored(records)];
}

function stored(records: readonly JournalRecord[]): readonly Figure[] {
  return inFolder((folder) => {
    let made = 0;
    const open: StoredJournal[] = [];
    const sqlite = (): (() => void) => {
      for (const each of open.splice(0)) each.close();
      const journal = createSqliteJournal(join(folder, `store-${made++}.sqlite`), NAMES);
      open.push(journal);
      return () => appendAll(journal, records);
    };
    const memory = (): (() => void) => {
      const journal = memoryJournal(NAMES);
      return () => appendAll(journal, records);
    };
    const [disk = Number.NaN, plain = Number.NaN] = medianSeconds([sqlite, memory], 5, 1);
    for (const each of open) each.close();
    const last = openSqliteJournal(join(folder, `store-${made - 1}.sqlite`), { access: "read" });
    const reading = (): (() => void) => () => readAll(last);
    const verifying = (): (() => void) => () => verifyJournal(last);
    const [read = Number.NaN, verify = Number.NaN] = medianSeconds([reading, verifying], 5, 1);
    last.close();
    const work = RECORDS * ROUNDS;
    return [
      { bench: "append", value: work / disk, unit: "records/s", yardstick: work / plain },
      { bench: "decode", value: work / read, unit: "records/s", yardstick: null },
      { bench: "verify-journal", value: work / verify, unit: "records/s", yardstick: work / read },
    ];
  });
}

/** Orders and executions from the middle of W3. */
function w3Records(): readonly JournalRecord[] {
  const { journal } = prepare({ series: [w3Series()], portfolios: everyBarPortfolio })();
  const from = Math.floor(journal.head.seq / 2);
  const records: JournalRecord[] = [];
  for (const record of journal.read(from)) {
    records.push({ ...record, seq: records.length + 1 });
    if (records.length === RECORDS) break;
  }
  return records;
}

function encodeAll(records: readonly JournalRecord[]): void {
  const batch = memoryJournal(NAMES).newBatch();
  for (let round = 0; round < ROUNDS; round++) {
    for (const record of records) batch.add(record);
    batch.clear();
  }
}

function jsonAll(records: readonly JournalRecord[]): number {
  let length = 0;
  for (let round = 0; round < ROUNDS; round++) for (const record of records) length += JSON.stringify(record).length;
  return length;
}

function appendAll(journal: StoredJournal, records: readonly JournalRecord[]): void {
  const batch = journal.newBatch();
  for (let round = 0; round < ROUNDS; round++) {
    for (const record of records) {
      batch.add({ ...record, seq: round * RECORDS + record.seq });
      if (batch.count === BATCH && !journal.append(journal.head.seq, batch).ok) throw new Error("BENCH_APPEND_FAILED");
    }
  }
}

function readAll(journal: StoredJournal): number {
  let events = 0;
  for (const record of journal.read(1)) events += record.events.length;
  return events;
}
