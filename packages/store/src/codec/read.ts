import { Buffer } from "node:buffer";
import { type CorruptionCode, JournalCorrupt } from "../errors.ts";
import { INSTANT_MAX, REMEMBERED_TEXTS } from "./write.ts";

/** Where decoding stands. One reader serves many records; `texts` and `base` start anew with each. */
export type Reader = {
  readonly bytes: Uint8Array;
  position: number;
  readonly texts: string[];
  count: number;
  base: number;
  /** The command of the record, once read. */
  command: object;
};
export const newReader = (bytes: Uint8Array): Reader => ({
  bytes,
  position: 0,
  texts: new Array<string>(REMEMBERED_TEXTS).fill(""),
  count: 0,
  base: 0,
  command: {},
});

export function refuse(reason: CorruptionCode, offset: number): never {
  throw new JournalCorrupt(reason, offset);
}

export function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.position];
  if (byte === undefined) refuse("TRUNCATED", reader.position);
  reader.position += 1;
  return byte;
}

/** A position in a fixed list of `size` members. */
export function readChoice(reader: Reader, size: number): number {
  const index = readByte(reader);
  if (index >= size) refuse("TAG_UNKNOWN", reader.position - 1);
  return index;
}

export const readFlag = (reader: Reader): boolean => {
  const byte = readByte(reader);
  if (byte > 1) refuse("NOT_CANONICAL", reader.position - 1);
  return byte === 1;
};

/** A count or tag below 2^31, in its shortest form. */
export function readCount(reader: Reader): number {
  let byte = readByte(reader);
  if (byte < 128) return byte;
  let count = byte & 127;
  let shift = 7;
  do {
    byte = readByte(reader);
    if (shift > 21 && byte > 7) refuse("NUMBER_OUT_OF_RANGE", reader.position - 1);
    count |= (byte & 127) << shift;
    shift += 7;
  } while (byte >= 128);
  if (byte === 0) refuse("NOT_CANONICAL", reader.position - 1);
  return count;
}

/** The number of members that follow: each takes at least a byte, so more than are left cannot be. */
export function readLength(reader: Reader): number {
  const count = readCount(reader);
  if (count > reader.bytes.length - reader.position) refuse("TRUNCATED", reader.position);
  return count;
}

export function readInteger(reader: Reader): number {
  let byte = readByte(reader);
  const negative = (byte & 1) === 1;
  let magnitude = (byte & 127) >>> 1;
  if (byte < 128) {
    if (!negative) return magnitude;
    return magnitude === 0 ? refuse("NOT_CANONICAL", reader.position - 1) : -magnitude;
  }
  let weight = 64;
  do {
    byte = readByte(reader);
    magnitude += (byte & 127) * weight;
    weight *= 128;
    if (magnitude > Number.MAX_SAFE_INTEGER || weight > 2 ** 55) refuse("NUMBER_OUT_OF_RANGE", reader.position - 1);
  } while (byte >= 128);
  if (byte === 0) refuse("NOT_CANONICAL", reader.position - 1);
  return negative ? -magnitude : magnitude;
}

export function readInstant(reader: Reader): number {
  const at = reader.base + readInteger(reader);
  if (at > INSTANT_MAX || at < -INSTANT_MAX) refuse("NUMBER_OUT_OF_RANGE", reader.position - 1);
  return at;
}

export function readText(reader: Reader): string {
  const head = readCount(reader);
  const { texts, count } = reader;
  if ((head & 1) === 1) {
    const index = head >>> 1;
    if (index >= count) refuse("TEXT_INVALID", reader.position);
    return texts[index] ?? "";
  }
  const length = head >>> 1;
  if (length === 0) return "";
  const start = reader.position;
  if (length > reader.bytes.length - start) refuse("TRUNCATED", start);
  reader.position = start + length;
  const text = textOf(reader.bytes, start, length);
  for (let index = 0; index < count; index++) if (texts[index] === text) refuse("NOT_CANONICAL", start);
  if (count < REMEMBERED_TEXTS) {
    texts[count] = text;
    reader.count = count + 1;
  }
  return text;
}

const RECENT_MASK = 1023;
const RECENT_LENGTH_MAX = 48;
/** Texts made lately, by a hash of their bytes: ids come again in every record, and comparing is cheaper than making them. */
const recent = new Array<string>(RECENT_MASK + 1).fill("");

function textOf(bytes: Uint8Array, start: number, length: number): string {
  const end = start + length;
  let hash = length;
  let wide = 0;
  for (let p = start; p < end; p++) {
    const byte = bytes[p] ?? 0;
    hash = (Math.imul(hash, 31) + byte) | 0;
    wide |= byte;
  }
  if (wide > 127) return wideTextOf(bytes, start, end);
  const slot = (hash ^ (hash >>> 15)) & RECENT_MASK;
  const known = recent[slot] ?? "";
  if (known.length === length && isText(known, bytes, start)) return known;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString("latin1");
  if (length <= RECENT_LENGTH_MAX) recent[slot] = text;
  return text;
}

function isText(text: string, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) !== bytes[start + index]) return false;
  return true;
}

/** UTF-8 with lone surrogates; refuses longer forms than needed and a pair written as two halves. */
function wideTextOf(bytes: Uint8Array, start: number, end: number): string {
  const parts: string[] = [];
  let p = start;
  let afterHigh = false;
  while (p < end) {
    const lead = bytes[p] ?? 0;
    const trailing = lead < 0x80 ? 0 : lead >>> 5 === 6 ? 1 : lead >>> 4 === 14 ? 2 : lead >>> 3 === 30 ? 3 : -1;
    if (trailing === -1 || p + trailing >= end) refuse("TEXT_INVALID", p);
    let code = trailing === 0 ? lead : lead & (63 >>> trailing);
    for (let next = 1; next <= trailing; next++) {
      const byte = bytes[p + next] ?? 0;
      if (byte >>> 6 !== 2) refuse("TEXT_INVALID", p + next);
      code = (code << 6) | (byte & 63);
    }
    const isLow = code >= 0xdc00 && code <= 0xdfff;
    if (code < (SMALLEST[trailing] ?? 0) || code > 0x10ffff || (afterHigh && isLow)) refuse("TEXT_INVALID", p);
    afterHigh = code >= 0xd800 && code <= 0xdbff;
    parts.push(String.fromCodePoint(code));
    p += trailing + 1;
  }
  return parts.join("");
}

const SMALLEST = [0, 0x80, 0x800, 0x10000] as const;
