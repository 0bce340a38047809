import { gunzipSync } from "node:zlib";
import type { StatementProblem } from "@bulkhead/venues";

/** Text of a file as it came, or why there is none. */
export type TextOf = Readonly<
  { ok: true; text: string } | { ok: false; code: StatementProblem["code"]; figures: StatementProblem["figures"] }
>;

const MB = 1024 * 1024;
const wrong = (code: StatementProblem["code"], figures: StatementProblem["figures"]): TextOf => ({ ok: false, code, figures });
const notText = (found: string): TextOf => wrong("STATEMENT_NOT_TEXT", { found });
export const tooLarge = (most: number): TextOf => wrong("STATEMENT_TOO_LARGE", { most: Math.floor(most / MB) });

/** What is often sent in place of a statement, by its first bytes. */
const OTHERS: readonly (readonly [signature: string, found: string])[] = [
  ["PK\x03\x04", "a zip archive or a workbook"],
  ["%PDF", "a PDF"],
  ["\xd0\xcf\x11\xe0", "a workbook"],
  ["SQLite format", "a database"],
];

/** Unpacks gzip, reads UTF-8 and what Windows calls Unicode, with their marks or without; says of anything else what it is. */
export function textOf(bytes: Uint8Array, most: number): TextOf {
  if (bytes.length === 0) return wrong("STATEMENT_EMPTY", { found: "nothing" });
  if (bytes.length > most) return tooLarge(most);
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(bytes, most) : bytes;
  if (!(plain instanceof Uint8Array)) return plain;
  if (plain.length === 0) return wrong("STATEMENT_EMPTY", { found: "nothing" });
  const begins = Buffer.from(plain.subarray(0, 16)).toString("latin1");
  const other = OTHERS.find(([signature]) => begins.startsWith(signature));
  if (other !== undefined) return notText(other[1]);
  const encoding = begins.startsWith("\xff\xfe") ? "utf-16le" : begins.startsWith("\xfe\xff") ? "utf-16be" : "utf-8";
  const decoded = decode(plain, encoding);
  if (decoded === undefined) return notText("in another encoding, or no text at all");
  if (decoded.trim() === "") return wrong("STATEMENT_EMPTY", { found: "nothing but spaces" });
  return decoded.includes("\0") ? notText("binary data") : asStatement(decoded);
}

/** A page that a login or an error sent in place of the file. */
function asStatement(text: string): TextOf {
  if (!/^\s*<(?:!doctype html|html[\s>]|head[\s>]|body[\s>])/i.test(text.slice(0, 1_000))) return { ok: true, text };
  const title = /<title[^>]*>([^<]*)/i.exec(text.slice(0, 100_000))?.[1]?.replace(/\s+/g, " ").trim() ?? "";
  return wrong("STATEMENT_IS_A_PAGE", { title: title === "" ? "it has no title" : title.slice(0, 120) });
}

function unpacked(bytes: Uint8Array, most: number): Uint8Array | TextOf {
  try {
    return gunzipSync(bytes, { maxOutputLength: most });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? tooLarge(most) : notText("gzip that is damaged or cut off");
  }
}

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
