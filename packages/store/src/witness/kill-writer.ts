import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { chanceOf, randomRecord } from "../codec/samples.ts";
import { startJournal } from "../folder/account-journal.ts";
import { openFolder } from "../folder/folder.ts";
import { accountHome } from "../folder/home.ts";
import { ACCOUNT, SEGMENT_BYTES } from "./desk-folder.ts";

// The process that the kill tests kill: it opens a data folder as a desk does and appends as fast as the disk takes it.

/** One line of its output. `start`: what recovery found. `ack`: a batch whose append has returned. */
export type WriterLine = Readonly<{ line: "start" | "ack"; outcome: string; seq: number; hash: string }>;

/** Appends until it is killed; says every acknowledged batch on its standard output before the next. */
export function writeUntilKilled(folder: string, seed: number): void {
  const owner = { pid: process.pid, host: "test", startedAt: "now", address: null };
  const opened = openFolder(folder, { owner, version: "test" });
  if (!opened.ok) throw new Error(opened.code);
  const { recovery, opened: account } = startJournal(accountHome(folder, ACCOUNT), "killed-1", {
    segmentBytes: SEGMENT_BYTES,
    fromProved: seed % 2 === 0,
  });
  if (account === undefined) throw new Error(recovery.outcome);
  const { journal, witness } = account;
  say({ line: "start", outcome: recovery.outcome, seq: journal.head.seq, hash: journal.head.hash });
  flushCompileCache(); // It will not end as others do, and the next one starts in half the time.
  const chance = chanceOf(seed);
  const batch = journal.newBatch();
  for (;;) {
    const { seq } = journal.head;
    const records = 1 + Math.floor(5 * chance());
    for (let next = 1; next <= records; next++) batch.add(randomRecord(seq + next, chance));
    const appended = journal.append(seq, batch);
    if (!appended.ok) throw new Error(appended.why);
    say({ line: "ack", outcome: "", seq: appended.head.seq, hash: appended.head.hash });
    if (witness.syncDue(performance.now())) witness.sync();
  }
}

/** In one write, so that a kill leaves a line whole or out. */
function say(line: WriterLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
