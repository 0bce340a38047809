import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const STEP_MS = 30_000;
const DIGITS = 6;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A new key for an authenticator, base32: 160 bits (RFC 4226). */
export function newTotpKey(): string {
  let bits = "";
  for (const byte of randomBytes(20)) bits += byte.toString(2).padStart(8, "0");
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)]).join("");
}

/** The address that an authenticator reads as a picture. */
export const totpAddress = (key: string, user: string, desk: string): string =>
  `otpauth://totp/${encodeURIComponent(`Bulkhead ${desk}:${user}`)}?secret=${key}&issuer=Bulkhead&algorithm=SHA1&digits=${DIGITS}&period=30`;

/**
 * The step of a code (RFC 6238: SHA-1, 30 s, six digits) that is good now, one step early or late; undefined where it is not, or where that
 * step or a later one was used before: a code works once.
 */
export function totpStep(key: string, code: string, now: number, lastStep: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const current = Math.floor(now / STEP_MS);
  return [current, current - 1, current + 1].find(
    (step) => step > lastStep && timingSafeEqual(Buffer.from(totpCode(key, step)), Buffer.from(code)),
  );
}

export function totpCode(key: string, step: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", bytesOf(key)).update(message).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
}

function bytesOf(key: string): Buffer {
  let bits = "";
  for (const letter of key) bits += Math.max(0, ALPHABET.indexOf(letter)).toString(2).padStart(5, "0");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
