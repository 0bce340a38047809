import { InvariantViolation } from "@bulkhead/core";

/** Texts that a record remembers: those after the sixteenth different one are written out each time. */
export const REMEMBERED_TEXTS = 16;
/** Instants lie within this many milliseconds of 1970, so that their differences are exact. */
export const INSTANT_MAX = 2 ** 52 - 1;

/** Outside the writers: a closure that names a parameter would cost an allocation in every call of theirs. */
function notEncodable(code: string, value: unknown): never {
  throw new InvariantViolation(code, `value=${String(value)}`);
}

/** What one record has written so far. Nothing of it outlives the record: bytes never depend on batching. */
export type WriteContext = {
  readonly texts: string[];
  count: number;
  /** Where the text written last is remembered. */
  found: number;
  /** The record's instant. */
  base: number;
  /** The record's command, for the fields that its events share with it. */
  command: object;
};
export const newWriteContext = (): WriteContext => ({
  texts: new Array<string>(REMEMBERED_TEXTS).fill(""),
  count: 0,
  found: 0,
  base: 0,
  command: {},
});

// Writers take the position and give back the next. They never check for room: a store beyond the end of a typed array does
// nothing, so the caller sees a position beyond the end, grows the buffer and writes the record again.

/** A count or tag: seven bits a byte, lowest first. Below 2^31. */
export function writeCount(bytes: Uint8Array, position: number, count: number): number {
  let p = position;
  let rest = count;
  while (rest >= 128) {
    bytes[p++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  bytes[p] = rest;
  return p + 1;
}

/** A safe integer: sign in the lowest bit, then magnitude, six bits and seven a byte. Throws `InvariantViolation` on any other number (I22). */
export function writeInteger(bytes: Uint8Array, position: number, value: number): number {
  if ((value << 1) >> 1 !== value) return writeWide(bytes, position, value);
  let p = position;
  const sign = value < 0 ? 1 : 0;
  let rest = value < 0 ? -value : value;
  if (rest < 64) {
    bytes[p] = (rest << 1) | sign;
    return p + 1;
  }
  bytes[p++] = ((rest & 63) << 1) | sign | 128;
  rest >>>= 6;
  while (rest >= 128) {
    bytes[p++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  bytes[p] = rest;
  return p + 1;
}

/** Magnitudes from 2^30: the low 27 bits are four bytes, the rest at most four more. */
function writeWide(bytes: Uint8Array, position: number, value: number): number {
  if (!Number.isSafeInteger(value)) notEncodable("I22_NOT_AN_INTEGER", value);
  const magnitude = value < 0 ? -value : value;
  // Bitwise operators take a number modulo 2^32, so the low bits need no division; the rest divides by a power of two exactly.
  const low = magnitude & 0x7ffffff;
  const high = (magnitude - low) / 0x8000000;
  bytes[position] = ((low & 63) << 1) | (value < 0 ? 1 : 0) | 128;
  bytes[position + 1] = ((low >>> 6) & 127) | 128;
  bytes[position + 2] = ((low >>> 13) & 127) | 128;
  bytes[position + 3] = (low >>> 20) | 128;
  return writeCount(bytes, position + 4, high);
}

export function writeInstant(bytes: Uint8Array, position: number, at: number, context: WriteContext): number {
  if (!(at <= INSTANT_MAX && at >= -INSTANT_MAX)) notEncodable("I22_INSTANT_OUT_OF_RANGE", at);
  return writeInteger(bytes, position, at - context.base);
}

/** A text that the record has had is its number, doubled, plus one; a new one is its length in bytes, doubled, and the bytes. */
export function writeText(bytes: Uint8Array, position: number, text: string, context: WriteContext): number {
  const { texts, count } = context;
  for (let index = 0; index < count; index++) {
    if (texts[index] === text) {
      context.found = index;
      bytes[position] = (index << 1) | 1;
      return position + 1;
    }
  }
  const length = text.length;
  if (length !== 0 && count < REMEMBERED_TEXTS) {
    texts[count] = text;
    context.found = count;
    context.count = count + 1;
  }
  let p = writeCount(bytes, position, length << 1);
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 127) return writeWideText(bytes, position, text);
    bytes[p++] = unit;
  }
  return p;
}

/** UTF-8, except that half a surrogate pair stands for itself (WTF-8), so that every string comes back as it was. */
function writeWideText(bytes: Uint8Array, position: number, text: string): number {
  let length = 0;
  for (const character of text) length += sizeOf(character.codePointAt(0) ?? 0);
  let p = writeCount(bytes, position, length << 1);
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const trailing = sizeOf(code) - 1;
    bytes[p++] = trailing === 0 ? code : (code >>> (6 * trailing)) | LEAD[trailing as 1 | 2 | 3];
    for (let left = trailing - 1; left >= 0; left--) bytes[p++] = ((code >>> (6 * left)) & 63) | 128;
  }
  return p;
}

const LEAD = { 1: 0xc0, 2: 0xe0, 3: 0xf0 } as const;
const sizeOf = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
