import { Buffer } from "node:buffer";
import { closeSync, fsyncSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { chainHash, equalHashes, hexOf } from "../chain.ts";
import { beginning, type Point, seqsOf } from "./point.ts";
import { decodeHeader, type Frame, frameAt, nextProvedFrame, type ReadHeader } from "./segment.ts";
import { type SegmentFile, segmentFiles } from "./segments.ts";

/** The first place from which a witness does not hold what it should. */
export type WitnessStop = Readonly<{
  problem: "HEADER_DAMAGED" | "SEGMENT_MISSING" | "CHAIN_BROKEN" | "ENDS_INSIDE";
  number: number;
  offset: number;
}>;

/** What a walk from the beginning proved, and where it stopped short of the end. */
export type WitnessSurvey = Readonly<{ head: Point; stop: WitnessStop | undefined }>;

/** A place in a witness up to which it was proved: where the frame of `head` ends, and how much lies in the segments before. */
export type WitnessPlace = Readonly<{ head: Point; segment: number; offset: number; bytesBefore: number }>;

/** Far more batches than damage can hide: bounds the search for the next sound frame. */
const BATCHES_HIDDEN_MAX = 1_000_000;
/** No frame begins before the hash that proves it. */
const HASH_BEFORE_FRAME = 32;

/** A witness as it lies on the disk, in whatever condition. Reads and changes nothing. */
export class WitnessSide {
  readonly files: readonly SegmentFile[];
  #loaded: Readonly<{ path: string; bytes: Buffer }> | undefined;

  constructor(folder: string) {
    this.files = segmentFiles(folder);
  }

  /** Whose witness the headers say it is, each name once; a damaged header says nothing. `newer`: a format that we do not know. */
  owners(): Readonly<{ owners: readonly Readonly<{ id: string; account: string }>[]; newer: boolean }> {
    const owners = new Map<string, Readonly<{ id: string; account: string }>>();
    let newer = false;
    for (const file of this.files) {
      const read = this.headerOf(file);
      if (read.ok) owners.set(`${read.header.id}\n${read.header.account}`, { id: read.header.id, account: read.header.account });
      else newer ||= read.problem === "NEWER";
    }
    return { owners: [...owners.values()], newer };
  }

  /** Follows the chain as far as it is sound, from the beginning or from a place that was proved before and is still there. */
  survey(id: string, since?: WitnessPlace): WitnessSurvey {
    const walk = new WitnessWalk(since?.head ?? beginning(id));
    for (const [index, file] of this.files.entries()) {
      if (since !== undefined && file.number < since.segment) continue;
      let problem: WitnessStop["problem"] | undefined;
      if (file.number !== index + 1) problem = "SEGMENT_MISSING";
      else if (file.number === since?.segment) problem = walk.resume(this.bytesOf(file), since.offset);
      else problem = walk.segment(this.headerOf(file), file.number, this.bytesOf(file));
      if (problem !== undefined) return { head: walk.head(), stop: { problem, number: file.number, offset: walk.offset } };
    }
    return { head: walk.head(), stop: undefined };
  }

  /** Everything durable: only the last segment can have what is not. */
  sync(): void {
    const last = this.files.at(-1);
    if (last === undefined) return;
    const file = openSync(last.path, "r+");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** Where a sound witness ends. */
  end(head: Point): WitnessPlace {
    const sizes = this.files.map(({ path }) => statSync(path).size);
    return { head, segment: this.files.length, offset: sizes.at(-1) ?? 0, bytesBefore: sumOf(sizes.slice(0, -1)) };
  }

  /** Whether what lies before a place is still there, by its size. */
  reaches({ segment, bytesBefore }: WitnessPlace): boolean {
    return this.files.length >= segment && sumOf(this.files.slice(0, segment - 1).map(({ path }) => statSync(path).size)) === bytesBefore;
  }

  /** Every frame that can be made out, also behind damage, by batch, unproved. */
  index(): ReadonlyMap<number, readonly FramePlace[]> {
    const places = new Map<number, FramePlace[]>();
    for (const file of this.files) {
      for (const { batch, offset } of framesAnywhere(this.headerOf(file), this.bytesOf(file))) {
        places.set(batch, [...(places.get(batch) ?? []), { file, offset }]);
      }
    }
    return places;
  }

  frameIn({ file, offset }: FramePlace): Frame | undefined {
    return frameAt(this.bytesOf(file), offset);
  }

  /** A whole segment; the last one asked for stays in memory. */
  bytesOf(file: SegmentFile): Buffer {
    if (this.#loaded?.path !== file.path) this.#loaded = { path: file.path, bytes: readFileSync(file.path) };
    return this.#loaded.bytes;
  }

  /** The header, also of a file that is not in memory. */
  headerOf(file: SegmentFile): ReadHeader {
    return decodeHeader(this.#loaded?.path === file.path ? this.#loaded.bytes : beginOf(file));
  }
}

/** Longer than any header. */
const BEGIN_BYTES = 4_096;

function beginOf({ path }: SegmentFile): Buffer {
  const file = openSync(path, "r");
  try {
    const begin = Buffer.alloc(BEGIN_BYTES);
    return begin.subarray(0, readSync(file, begin));
  } finally {
    closeSync(file);
  }
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

export type FramePlace = Readonly<{ file: SegmentFile; offset: number }>;

class WitnessWalk {
  /** Where in its segment the last proved frame ends. */
  offset = 0;
  #hash: Uint8Array;
  #batch: number;
  #seq: number;
  #last: Uint8Array | undefined;
  constructor({ batch, seq, hash }: Point) {
    this.#hash = Buffer.from(hash, "hex");
    this.#batch = batch;
    this.#seq = seq;
  }

  head(): Point {
    const seq = this.#last === undefined ? this.#seq : (seqsOf(this.#last)?.last ?? 0);
    return { batch: this.#batch, seq, hash: hexOf(this.#hash) };
  }

  segment(read: ReadHeader, number: number, bytes: Buffer): WitnessStop["problem"] | undefined {
    this.offset = 0;
    if (!read.ok) return "HEADER_DAMAGED";
    const { header, size } = read;
    if (header.number !== number || header.firstBatch !== this.#batch + 1) return "SEGMENT_MISSING";
    if (!equalHashes(header.previous, this.#hash)) return "CHAIN_BROKEN";
    this.offset = size;
    return this.#frames(bytes);
  }

  /** From the middle of a segment, where the last hash before the offset must be the one that was proved. */
  resume(bytes: Buffer, offset: number): WitnessStop["problem"] | undefined {
    this.offset = offset;
    const isThere = this.#batch === 0 || equalHashes(bytes.subarray(offset - this.#hash.length, offset), this.#hash);
    return isThere ? this.#frames(bytes) : "CHAIN_BROKEN";
  }

  #frames(bytes: Buffer): WitnessStop["problem"] | undefined {
    while (this.offset < bytes.length) {
      const frame = frameAt(bytes, this.offset);
      if (frame === undefined) return "ENDS_INSIDE";
      const hash = chainHash(this.#hash, this.#batch + 1, frame.bytes);
      if (frame.batch !== this.#batch + 1 || !equalHashes(hash, frame.hash)) return "CHAIN_BROKEN";
      this.#hash = hash;
      this.#batch = frame.batch;
      this.#last = frame.bytes;
      this.offset = frame.end;
    }
    return undefined;
  }
}

/** Frames one after the other; behind damage, on from the next one that proves itself. */
function* framesAnywhere(read: ReadHeader, bytes: Buffer): Generator<Frame> {
  let expected = read.ok ? read.header.firstBatch : 1;
  let offset: number | undefined = read.ok ? read.size : undefined;
  for (;;) {
    const frame = offset === undefined ? undefined : frameAt(bytes, offset);
    if (frame !== undefined && frame.batch === expected) {
      yield frame;
      expected = frame.batch + 1;
      offset = frame.end;
      continue;
    }
    const max = expected + BATCHES_HIDDEN_MAX;
    offset = nextProvedFrame(bytes, offset === undefined ? HASH_BEFORE_FRAME : offset + 1, { min: expected, max });
    if (offset === undefined) return;
    expected = frameAt(bytes, offset)?.batch ?? expected;
  }
}
