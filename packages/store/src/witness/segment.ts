import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { chainHash } from "../chain.ts";

// One file of the second witness: a header that proves itself, then frames. All numbers are big-endian.
//
//   header  magic 8 · format u32 · header size u32 · segment u32 · first batch u64 · hash before it 32 · id · account · SHA-256 of all before 32
//   frame   batch u64 · length u32 · bytes · hash of the chain up to it 32

const MAGIC = Buffer.from("BULKWIT\n");
/** Of header and frames; a newer one refuses older code. */
export const WITNESS_FORMAT = 1;
const HASH_SIZE = 32;
const FRAME_HEAD = 12;
/** What a frame needs beside its bytes. */
export const FRAME_OVERHEAD: number = FRAME_HEAD + HASH_SIZE;
/** Magic, format and size stand at the same place in every format, so that any header can be proved whole before it is read. */
const FIXED = MAGIC.length + 8;

export type SegmentHeader = Readonly<{
  /** From 1, no gaps. */
  number: number;
  firstBatch: number;
  /** The chain before `firstBatch`. */
  previous: Uint8Array;
  id: string;
  account: string;
}>;

export type ReadHeader = Readonly<{ ok: true; header: SegmentHeader; size: number } | { ok: false; problem: "DAMAGED" | "NEWER" }>;

export function encodeHeader({ number, firstBatch, previous, id, account }: SegmentHeader): Buffer {
  const names = [id, account].map((name) => Buffer.from(name));
  const fixed = Buffer.alloc(FIXED + 12);
  MAGIC.copy(fixed);
  fixed.writeUInt32BE(WITNESS_FORMAT, MAGIC.length);
  fixed.writeUInt32BE(fixed.length + HASH_SIZE + names.reduce((size, name) => size + 2 + name.length, 0) + HASH_SIZE, MAGIC.length + 4);
  fixed.writeUInt32BE(number, FIXED);
  fixed.writeBigUInt64BE(BigInt(firstBatch), FIXED + 4);
  const all = Buffer.concat([fixed, previous, ...names.flatMap((name) => [lengthOf(name), name])]);
  return Buffer.concat([all, sha256(all)]);
}

export function decodeHeader(file: Buffer): ReadHeader {
  const damaged = { ok: false, problem: "DAMAGED" } as const;
  if (file.length < FIXED || !file.subarray(0, MAGIC.length).equals(MAGIC)) return damaged;
  const size = file.readUInt32BE(MAGIC.length + 4);
  if (size < FIXED + HASH_SIZE || size > file.length) return damaged;
  const end = size - HASH_SIZE;
  if (!sha256(file.subarray(0, end)).equals(file.subarray(end, size))) return damaged;
  if (file.readUInt32BE(MAGIC.length) > WITNESS_FORMAT) return { ok: false, problem: "NEWER" };
  const previous = FIXED + 12;
  const [id, afterId] = textAt(file, previous + HASH_SIZE);
  const [account] = textAt(file, afterId);
  const header = {
    number: file.readUInt32BE(FIXED),
    firstBatch: Number(file.readBigUInt64BE(FIXED + 4)),
    previous: file.subarray(previous, previous + HASH_SIZE),
    id,
    account,
  };
  return { ok: true, header, size };
}

/** One batch as the witness keeps it. `offset` and `end` are in the file. */
export type Frame = Readonly<{ batch: number; bytes: Uint8Array; hash: Uint8Array; offset: number; end: number }>;

/** The three parts of a frame, to be written in one go. */
export function frameParts(batch: number, bytes: Uint8Array, hash: Uint8Array): readonly [Uint8Array, Uint8Array, Uint8Array] {
  const head = Buffer.alloc(FRAME_HEAD);
  head.writeBigUInt64BE(BigInt(batch));
  head.writeUInt32BE(bytes.length, 8);
  return [head, bytes, hash];
}

/** What stands at the offset as a frame, unproved; undefined where the file ends inside it. */
export function frameAt(file: Buffer, offset: number): Frame | undefined {
  if (file.length - offset < FRAME_OVERHEAD) return undefined;
  const batch = Number(file.readBigUInt64BE(offset));
  const bytesEnd = offset + FRAME_HEAD + file.readUInt32BE(offset + 8);
  const end = bytesEnd + HASH_SIZE;
  if (end > file.length) return undefined;
  return { batch, bytes: file.subarray(offset + FRAME_HEAD, bytesEnd), hash: file.subarray(bytesEnd, end), offset, end };
}

/** The next offset from which a whole frame stands that the hash right before it proves: where reading goes on after damage. */
export function nextProvedFrame(file: Buffer, from: number, batches: Readonly<{ min: number; max: number }>): number | undefined {
  for (let offset = from; offset + FRAME_OVERHEAD <= file.length; offset++) {
    // Batches stay far below 2^40: the cheap look first.
    if (file[offset] !== 0 || file[offset + 1] !== 0 || file[offset + 2] !== 0) continue;
    const frame = frameAt(file, offset);
    if (frame === undefined || frame.batch < batches.min || frame.batch > batches.max) continue;
    const proved = chainHash(file.subarray(offset - HASH_SIZE, offset), frame.batch, frame.bytes);
    if (Buffer.compare(proved, frame.hash) === 0) return offset;
  }
  return undefined;
}

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

function lengthOf(text: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return length;
}

function textAt(file: Buffer, offset: number): readonly [text: string, end: number] {
  const end = offset + 2 + file.readUInt16BE(offset);
  return [file.toString("utf8", offset + 2, end), end];
}
