import { Buffer } from "node:buffer";
import { chainHash, hexOf } from "../chain.ts";
import type { StoredBatch } from "../journal.ts";
import type { DatabaseSide, RowPlace } from "./database-side.ts";
import { beginning, type Point, seqsOf } from "./point.ts";
import { encodeHeader, FRAME_OVERHEAD } from "./segment.ts";
import type { SegmentFile } from "./segments.ts";
import type { FramePlace, WitnessSide } from "./witness-side.ts";

// What two damaged copies prove together. A batch is proved where the chain from the beginning, over its bytes, gives a hash that either side
// kept for it: that cannot happen by chance, whichever side the bytes come from.

export type Merged = Readonly<{
  /** Where the proof ends. */
  head: Point;
  /** Something beyond the head is there that cannot be proved: batches were lost. */
  more: boolean;
  /** One side, damaged as it is, shows by its extent that it never held more than what was proved. */
  accounted: boolean;
  /** Both sides prove another batch after the head: two histories. */
  diverged: boolean;
}>;

/** The longest chain that both sides together prove, walked as often as it is asked for. */
export class Merge {
  readonly #id: string;
  readonly #account: string;
  readonly #database: DatabaseSide;
  readonly #witness: WitnessSide;
  readonly #rows = new Map<number, RowPlace[]>();
  readonly #rowsBySeq = new Map<number, RowPlace>();
  readonly #frames: ReadonlyMap<number, readonly FramePlace[]>;

  constructor(names: Readonly<{ id: string; account: string }>, database: DatabaseSide, witness: WitnessSide) {
    this.#id = names.id;
    this.#account = names.account;
    this.#database = database;
    this.#witness = witness;
    for (const row of database.index()) {
      this.#rows.set(row.batch, [...(this.#rows.get(row.batch) ?? []), row]);
      this.#rowsBySeq.set(row.firstSeq, row);
    }
    this.#frames = witness.index();
  }

  /** Proves to the end and says what is left over. `known`: the last batch that there was, by other evidence. */
  prove(known: number): Merged {
    const sizes: number[] = [0];
    let head = beginning(this.#id);
    for (const { batch, lastSeq, hash, bytes } of this.batches()) {
      head = { batch, seq: lastSeq, hash: hexOf(hash) };
      sizes.push(bytes.length);
    }
    const diverged = this.#provedAfter(head).length > 1;
    const extent = this.#witnessExtent(head, sizes);
    const more = head.batch < known || this.#rowBeyond(head) || this.#frameBeyond(head) || extent === "longer";
    return { head, more, diverged, accounted: extent === "exact" || this.#rowsBySeq.size === head.batch };
  }

  /** The proved batches from the first. */
  *batches(): Generator<StoredBatch> {
    let head = beginning(this.#id);
    for (;;) {
      const proved = this.#provedAfter(head);
      const [batch] = proved;
      if (batch === undefined || proved.length > 1) return;
      yield batch;
      head = { batch: batch.batch, seq: batch.lastSeq, hash: hexOf(batch.hash) };
    }
  }

  /** The different batches that prove themselves after a proved one: one at most, in one history. */
  #provedAfter(head: Point): readonly StoredBatch[] {
    const batch = head.batch + 1;
    const row = this.#rowsBySeq.get(head.seq + 1);
    const rows = [...(this.#rows.get(batch) ?? []), ...(row === undefined ? [] : [row])];
    const frames = (this.#frames.get(batch) ?? []).flatMap((place) => this.#witness.frameIn(place) ?? []);
    const kept = new Set([...rows, ...frames].map(({ hash }) => hexOf(hash)));
    const proved = new Map<string, StoredBatch>();
    for (const bytes of [...frames.map((frame) => frame.bytes), ...rows.flatMap((place) => this.#database.bytesOf(place) ?? [])]) {
      const hash = chainHash(Buffer.from(head.hash, "hex"), batch, bytes);
      const seqs = kept.has(hexOf(hash)) ? seqsOf(bytes) : undefined;
      if (seqs?.first === head.seq + 1) proved.set(hexOf(hash), { batch, firstSeq: seqs.first, lastSeq: seqs.last, bytes, hash });
    }
    return [...proved.values()];
  }

  /** A row is beyond by both of its labels, because damage changes one. */
  #rowBeyond(head: Point): boolean {
    for (const { batch, firstSeq } of this.#rowsBySeq.values()) if (batch > head.batch && firstSeq > head.seq) return true;
    return this.#rowsBySeq.size > head.batch;
  }

  #frameBeyond(head: Point): boolean {
    for (const batch of this.#frames.keys()) if (batch > head.batch) return true;
    return false;
  }

  /** The length of the last segment beside what the proved batches make it. */
  #witnessExtent(head: Point, sizes: readonly number[]): "none" | "shorter" | "exact" | "longer" {
    const last = this.#witness.files.at(-1);
    if (last === undefined) return "none";
    const { firstBatch, headerSize } = this.#beginOf(last);
    if (firstBatch > head.batch + 1) return "longer";
    const length = this.#witness.bytesOf(last).length;
    const explained = sizes.slice(firstBatch).reduce((sum, size) => sum + size + FRAME_OVERHEAD, headerSize);
    return length > explained ? "longer" : length < explained ? "shorter" : "exact";
  }

  /** What the header of a segment says, or where it is damaged what is before and after it. */
  #beginOf(file: SegmentFile): Readonly<{ firstBatch: number; headerSize: number }> {
    const read = this.#witness.headerOf(file);
    if (read.ok) return { firstBatch: read.header.firstBatch, headerSize: read.size };
    let before = 0;
    let first = Number.POSITIVE_INFINITY;
    for (const [batch, places] of this.#frames) {
      if (places.some((place) => place.file.number < file.number)) before = Math.max(before, batch);
      if (places.some((place) => place.file.number === file.number)) first = Math.min(first, batch);
    }
    const header = { number: file.number, firstBatch: before + 1, previous: new Uint8Array(32), id: this.#id, account: this.#account };
    return { firstBatch: Math.min(first, before + 1), headerSize: encodeHeader(header).length };
  }
}
