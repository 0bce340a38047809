import type { AccountId, VenueOrderSeq } from "@bulkhead/core";

/** What a client order id says: journal epoch (raised by a restore, never by failover) and venue order. */
export type OrderIdentity = Readonly<{ epoch: number; venueOrder: VenueOrderSeq }>;

const VERSION = "b1";
/** Crockford's base 32 without letters that read as digits; the only characters that every venue takes. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const EPOCH_MAX = 2 ** 15 - 1;
const SEQ_MAX = 2 ** 30 - 1;

/**
 * The client order id (FIX 11) of a venue order: `b1`, three digits of the account's hash, three of the epoch, six of the sequence, four
 * of a check sum over all of it and the account's whole name. 18 characters `[0-9a-z]`, so that it fits the shortest field there is
 * (Kraken's). One to one with the intent for ever: never random, never reused (A5, S0.52). Throws `RangeError` beyond its digits.
 */
export function clientOrderId(account: AccountId, { epoch, venueOrder }: OrderIdentity): string {
  if (!inRange(epoch, EPOCH_MAX) || !inRange(venueOrder, SEQ_MAX))
    throw new RangeError(`CLIENT_ORDER_ID: epoch=${epoch}, seq=${venueOrder}`);
  const body = VERSION + digits(crc16(account) & 0x7fff, 3) + digits(epoch, 3) + digits(venueOrder, 6);
  return body + digits(crc16(account + body), 4);
}

/** Which of the account's venue orders a reference names; undefined where it is not one of this account's ids (B6, B22). */
export function orderIdentity(account: AccountId, reference: string): OrderIdentity | undefined {
  if (reference.length !== 18 || !reference.startsWith(VERSION)) return undefined;
  const identity = { epoch: number(reference.slice(5, 8)), venueOrder: number(reference.slice(8, 14)) as VenueOrderSeq };
  if (!inRange(identity.epoch, EPOCH_MAX) || !inRange(identity.venueOrder, SEQ_MAX)) return undefined;
  return clientOrderId(account, identity) === reference ? identity : undefined;
}

const inRange = (value: number, max: number): boolean => Number.isInteger(value) && value >= 0 && value <= max;

function digits(value: number, width: number): string {
  let text = "";
  for (let rest = value; text.length < width; rest = Math.floor(rest / 32)) text = DIGITS.charAt(rest % 32) + text;
  return text;
}

/** NaN where a character is none of ours. */
const number = (text: string): number =>
  [...text].reduce((sum, digit) => (DIGITS.includes(digit) ? sum * 32 + DIGITS.indexOf(digit) : Number.NaN), 0);

/** CRC-16/CCITT over the characters' codes. */
function crc16(text: string): number {
  let crc = 0xffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}
