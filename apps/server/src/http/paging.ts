import { HttpFailure } from "./failure.ts";

/** A place in a list, opaque outside: the key of the last row that was given. */
export type Place = readonly (string | number)[];

export const cursorOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString("base64url");

/** Reads a cursor of `length` parts; a forged one is a bad request, nothing more. */
export function placeOf(cursor: string | undefined, length: number): Place | null {
  if (cursor === undefined) return null;
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const isPart = (part: unknown): boolean => (typeof part === "string" && part.length <= 128) || Number.isSafeInteger(part);
    if (Array.isArray(place) && place.length === length && place.every(isPart)) return place as Place;
  } catch {
    // Not one of ours.
  }
  throw new HttpFailure(400, "REQUEST_INVALID", { field: "cursor", problem: "not a cursor of this list" });
}

/** A page of rows that are all at hand. `keyOf` names a row; a row that is gone since is stood in for by its place. */
export function pageOfRows<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  query: Readonly<{ cursor?: string | undefined; limit: number }>,
): Readonly<{ rows: readonly T[]; next: string | null }> {
  const place = placeOf(query.cursor, 2);
  const found = place === null ? -1 : rows.findIndex((row) => keyOf(row) === place[0]);
  const start = place === null ? 0 : found === -1 ? Math.min(Math.max(Number(place[1]) || 0, 0), rows.length) : found + 1;
  const page = rows.slice(start, start + query.limit);
  const last = page.at(-1);
  const end = start + page.length;
  return { rows: page, next: last === undefined || end >= rows.length ? null : cursorOf([keyOf(last), end]) };
}
