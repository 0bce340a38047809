/** Milliseconds of a day of 24 hours. */
export const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of a civil date (proleptic Gregorian); NaN where there is no such date. */
export function epochDay(year: number, month: number, day: number): number {
  const ms = Date.UTC(year, month - 1, day);
  const back = new Date(ms);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? ms / DAY_MS : Number.NaN;
}

/** Days since 1970-01-01 of `YYYY-MM-DD`; NaN where the text is no date. */
export function parseDate(text: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match === null ? Number.NaN : epochDay(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** `YYYY-MM-DD` of a day since 1970-01-01. */
export function formatDate(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** 0 is Sunday, 6 is Saturday. */
export function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}
