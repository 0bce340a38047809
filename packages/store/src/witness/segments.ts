import type { Buffer } from "node:buffer";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "@bulkhead/core";
import { decodeHeader, type Frame, frameAt } from "./segment.ts";

const SEGMENT = /^(\d{8})\.segment$/;

export const segmentName = (number: number): string => `${String(number).padStart(8, "0")}.segment`;

/** A segment file by its name; what it holds is another question. */
export type SegmentFile = Readonly<{ number: number; path: string }>;

/** The segment files of a witness in order; none where there is no witness. */
export function segmentFiles(folder: string): readonly SegmentFile[] {
  if (!existsSync(folder)) return [];
  const numbers = readdirSync(folder).flatMap((name) => SEGMENT.exec(name)?.[1] ?? []);
  return numbers.sort().map((number) => ({ number: Number(number), path: join(folder, `${number}.segment`) }));
}

/** Where a sound witness ends. Recovery has looked at it before, so anything else is our bug. */
export function lastSegment(folder: string): Readonly<{ number: number; head: Readonly<{ batch: number; hash: Uint8Array }> }> {
  const last = segmentFiles(folder).at(-1);
  assert(last !== undefined, "WITNESS_UNSOUND", () => `folder=${folder}`);
  const file = readFileSync(last.path);
  const read = decodeHeader(file);
  assert(read.ok, "WITNESS_UNSOUND", () => `path=${last.path}`);
  let head = { batch: read.header.firstBatch - 1, hash: read.header.previous };
  let end = read.size;
  for (const frame of framesFrom(file, read.size)) {
    head = { batch: frame.batch, hash: frame.hash };
    end = frame.end;
  }
  assert(end === file.length, "WITNESS_UNSOUND", () => `path=${last.path}`);
  // Copied, so that the whole segment does not stay in memory for one hash.
  return { number: last.number, head: { batch: head.batch, hash: head.hash.slice() } };
}

/** The frames that stand one after the other from an offset, unproved. */
export function* framesFrom(file: Buffer, offset: number): Generator<Frame> {
  for (let frame = frameAt(file, offset); frame !== undefined; frame = frameAt(file, frame.end)) yield frame;
}
