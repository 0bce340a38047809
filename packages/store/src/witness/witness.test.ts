import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { chainHash, genesisHash, hexOf } from "../chain.ts";
import { memoryJournal } from "../memory/journal.ts";
import { ACCOUNT, fillDesk } from "./desk-folder.ts";
import { decodeHeader, encodeHeader, frameAt, frameParts, WITNESS_FORMAT } from "./segment.ts";
import { segmentFiles } from "./segments.ts";
import { createWitness, openWitness, SYNC_WITHIN_MS, type Witness, WitnessFailed } from "./witness.ts";
import { WitnessSide } from "./witness-side.ts";
import { witnessedJournal } from "./witnessed-journal.ts";

const root = mkdtempSync(join(tmpdir(), "bulkhead-witness-"));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = (): string => join(root, `witness-${++folders}`);
const names = { account: ACCOUNT, id: "j" };

/** Appends batches of the given sizes and gives back their chain. */
function appendAll(witness: Witness, sizes: readonly number[]): readonly string[] {
  let hash = genesisHash(names.id);
  return sizes.map((size, index) => {
    const bytes = new Uint8Array(size).fill(index + 1);
    hash = chainHash(hash, index + 1, bytes);
    witness.append(index + 1, bytes, hash);
    return hexOf(hash);
  });
}

describe("segments", () => {
  const header = { number: 3, firstBatch: 41, previous: new Uint8Array(32).fill(9), id: "main-1", account: "main" };

  test("[WIT-1] a header reads back, and any changed byte of it is found", () => {
    const bytes = encodeHeader(header);
    expect(decodeHeader(bytes)).toMatchObject({
      ok: true,
      size: bytes.length,
      header: { ...header, previous: Buffer.from(header.previous) },
    });
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(decodeHeader(damaged)).toEqual({ ok: false, problem: "DAMAGED" });
      expect(decodeHeader(bytes.subarray(0, at)).ok).toBe(false);
    }
  });

  test("[WIT-1] a frame reads back, and one that the file ends in is no frame", () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const hash = new Uint8Array(32).fill(7);
    const frame = Buffer.concat(frameParts(5, bytes, hash));
    expect(frameAt(frame, 0)).toMatchObject({ batch: 5, bytes: Buffer.from(bytes), hash: Buffer.from(hash), end: frame.length });
    for (let length = 0; length < frame.length; length++) expect(frameAt(frame.subarray(0, length), 0)).toBeUndefined();
    expect(WITNESS_FORMAT).toBe(1);
  });

  test("[WIT-2] is for its owner only, and a full segment is followed by another", () => {
    const folder = newFolder();
    const witness = createWitness(folder, { ...names, segmentBytes: 1_000 });
    const sizes = [300, 300, 300, 5_000, 1, 1];
    const chain = appendAll(witness, sizes);
    witness.close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const files = segmentFiles(folder);
    expect(files.map(({ number }) => number)).toEqual([1, 2, 3]);
    for (const { path } of files) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(files.map(({ path }) => firstBatchOf(path))).toEqual([1, 4, 5]);
    expect(new WitnessSide(folder).survey(names.id)).toMatchObject({ head: { batch: 6, hash: chain[5] }, stop: undefined });
  });

  test("[WIT-2] goes on where it ended, whatever the sizes", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, fc.nat(30), (all, cut) => {
        const folder = newFolder();
        const options = { ...names, segmentBytes: 1_500 };
        const first = createWitness(folder, options);
        const [before, after] = [all.slice(0, cut), all.slice(cut)];
        const chain = appendAll(first, before);
        const head = { ...first.head };
        first.close();
        const again = openWitness(folder, options);
        expect(again.head).toEqual(head);
        let hash = Buffer.from(again.head.hash, "hex") as Uint8Array;
        for (const [index, size] of after.entries()) {
          const batch = before.length + index + 1;
          const bytes = new Uint8Array(size).fill(batch);
          hash = chainHash(hash, batch, bytes);
          again.append(batch, bytes, hash);
        }
        again.close();
        expect(chain.length + after.length).toBe(all.length);
        expect(new WitnessSide(folder).survey(names.id)).toMatchObject({ head: { batch: all.length, hash: hexOf(hash) }, stop: undefined });
      }),
      { numRuns: runs(200), seed: seed() },
    );
  });
});

describe("syncing", () => {
  test("[WIT-4] nothing stays unsynced for a second while the host asks every half a second or more often", () => {
    for (const everyMs of [1, 40, 100, 333, 500]) {
      const witness = createWitness(newFolder(), names);
      let hash = genesisHash(names.id);
      let oldestMs: number | undefined;
      let syncs = 0;
      for (let atMs = 10; atMs < 5_000; atMs += everyMs) {
        if (witness.syncDue(atMs)) {
          witness.sync();
          syncs += 1;
          oldestMs = undefined;
        }
        // Written right after the question, the worst moment.
        const batch = witness.head.batch + 1;
        hash = chainHash(hash, batch, new Uint8Array([1]));
        witness.append(batch, new Uint8Array([1]), hash);
        oldestMs ??= atMs;
        expect(atMs + everyMs - oldestMs).toBeLessThanOrEqual(SYNC_WITHIN_MS);
      }
      expect(syncs).toBeLessThanOrEqual(10);
      witness.close();
    }
  });

  test("[WIT-4] nothing is due while nothing is unsynced", () => {
    const witness = createWitness(newFolder(), names);
    expect([0, 400, 5_000].map((atMs) => witness.syncDue(atMs))).toEqual([false, false, false]);
    appendAll(witness, [5]);
    expect([5_100, 5_499, 5_500].map((atMs) => witness.syncDue(atMs))).toEqual([false, false, true]);
    witness.sync();
    expect([5_501, 9_000].map((atMs) => witness.syncDue(atMs))).toEqual([false, false]);
    witness.close();
  });

  test("[WIT-5] after one failure nothing is written or synced any more", () => {
    const witness = createWitness(newFolder(), names);
    witness.close();
    expect(() => appendAll(witness, [5])).toThrow(WitnessFailed);
    expect(() => witness.sync()).toThrow(WitnessFailed);
  });
});

describe("a witnessed journal", () => {
  test("[WIT-3] commits, writes the witness and then acknowledges: both hold each batch when append returns", () => {
    const folder = newFolder();
    const journal = witnessedJournal(memoryJournal(names), createWitness(folder, { ...names, segmentBytes: 2_000 }));
    for (let batch = 1; batch <= 30; batch++) {
      fillDesk(journal, 1, batch);
      const { head } = new WitnessSide(folder).survey(names.id);
      expect(head).toEqual({ batch, seq: journal.head.seq, hash: journal.head.hash });
    }
    journal.close();
  });

  test("[WIT-3] a batch that the journal refuses does not reach the witness", () => {
    const witness = createWitness(newFolder(), names);
    const journal = witnessedJournal(memoryJournal({ ...names, inDoubt: (batch) => (batch === 3 ? "lost" : undefined) }), witness);
    fillDesk(journal, 2, 1);
    expect(() => fillDesk(journal, 1, 2)).toThrow("in-doubt");
    expect(witness.head.batch).toBe(2);
  });

  test("[WIT-3, WIT-5] a batch that the witness does not take is in doubt, and the journal takes no more", () => {
    const witness = createWitness(newFolder(), names);
    const inner = memoryJournal(names);
    const journal = witnessedJournal(inner, witness);
    fillDesk(journal, 2, 1);
    witness.close();
    expect(() => fillDesk(journal, 1, 2)).toThrow("in-doubt");
    expect(() => fillDesk(journal, 1, 3)).toThrow("in-doubt");
    // It is in the journal: start-up completes the witness.
    expect(inner.head.batch).toBe(3);
  });

  test("[WIT-6] journal and witness that stand at different batches are not opened together", () => {
    const inner = memoryJournal(names);
    fillDesk(inner, 1, 1);
    expect(() => witnessedJournal(inner, createWitness(newFolder(), names))).toThrow("WITNESS_APART");
  });
});

function firstBatchOf(path: string): number | undefined {
  const read = decodeHeader(readFileSync(path));
  expect(readdirSync(join(path, ".."))).not.toEqual([]);
  return read.ok ? read.header.firstBatch : undefined;
}
