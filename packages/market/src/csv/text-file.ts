import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";

/** The text of a file, unpacked by content (gzip, zip with one file), decoded from UTF-8 or UTF-16, without a byte order mark. */
export function readText(path: string): string {
  return decode(unpack(readFileSync(path)));
}

/** Unpacks by the first bytes, never by the name. */
export function unpack(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes);
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b || bytes[2] !== 3 || bytes[3] !== 4) return bytes;
  const [first] = Object.values(unzipSync(bytes));
  return first ?? new Uint8Array(0);
}

function decode(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes); // The decoder drops the byte order mark.
}

/** The delimiter that the first lines agree on: the one that splits them most evenly into most columns. */
export function detectDelimiter(text: string): string {
  const lines = text
    .slice(0, 20_000)
    .split(/\r?\n/)
    .filter((line) => line !== "")
    .slice(0, 20);
  let best = ",";
  let bestScore = 0;
  for (const delimiter of [",", ";", "\t", "|"]) {
    const counts = lines.map((line) => line.replace(/"[^"]*"/g, "").split(delimiter).length - 1);
    const most = Math.max(0, ...counts);
    const agreeing = counts.filter((count) => count === most).length / Math.max(1, counts.length);
    const score = most * agreeing;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}
