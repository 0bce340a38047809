import { type AccountId, createEngine, type JournalRecord } from "@bulkhead/core";
import { memoryJournal } from "@bulkhead/store";
import { W3_BARS, w3Series } from "./data.ts";
import { prepare } from "./desk.ts";
import { type Figure, medianSeconds } from "./measure.ts";
import { everyBarPortfolio } from "./workloads.ts";

/** Where the time of W3 goes, in nanoseconds per order: an order is placed and filled, two records. The yardstick of each part is the whole. */
export function anatomy(): readonly Figure[] {
  const bench = { series: [w3Series()], portfolios: everyBarPortfolio };
  const journal = memoryJournal({ account: "bench" as AccountId, id: "anatomy" });
  prepare({ ...bench, journal })();
  const records = [...journal.read(1)];
  const seconds = medianSeconds([() => prepare(bench), () => executing(records), () => replaying(records), () => encoding(records)], 5, 2);
  const [whole = Number.NaN, executed = Number.NaN, replayed = Number.NaN, encoded = Number.NaN] = seconds.map(
    (each) => (each * 1e9) / W3_BARS,
  );
  const part = (bench: string, value: number): Figure => ({ bench: `W3-${bench}`, value, unit: "ns/order", yardstick: whole });
  return [
    part("decide", executed - replayed),
    part("evolve", replayed),
    part("encode", encoded),
    part("host-and-venue", whole - executed - encoded),
  ];
}

/** Decides and applies the same commands again, without host, venue or journal. */
function executing(records: readonly JournalRecord[]): () => void {
  const engine = createEngine();
  return () => {
    for (const { command } of records) engine.execute(command);
  };
}

/** Applies what was decided. */
function replaying(records: readonly JournalRecord[]): () => void {
  const engine = createEngine();
  return () => {
    for (const record of records) engine.replay(record);
  };
}

/** Writes the records into batches of the usual size, and forgets them. */
function encoding(records: readonly JournalRecord[]): () => void {
  const batch = memoryJournal({ account: "bench" as AccountId, id: "anatomy" }).newBatch();
  return () => {
    for (const record of records) {
      batch.add(record);
      if (batch.count >= 1_024) batch.clear();
    }
  };
}
