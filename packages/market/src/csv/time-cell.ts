import { DAY_MS, epochDay } from "../calendar/day.ts";
import type { Zone } from "../calendar/zone.ts";

/**
 * How a file writes its times. `iso`: `YYYY-MM-DD` or `YYYY/MM/DD`, optionally with a time, fraction and offset.
 * `compact`: `YYYYMMDD`, optionally `HHMM` or `HHMMSS` after a blank or `T`. `m/d/y`, `d/m/y`: with optional time.
 * `epoch-…`: a number since 1970 UTC.
 */
export type TimeFormat = "iso" | "compact" | "m/d/y" | "d/m/y" | "epoch-s" | "epoch-ms" | "epoch-us";

export const TIME_FORMATS: readonly TimeFormat[] = ["iso", "compact", "m/d/y", "d/m/y", "epoch-s", "epoch-ms", "epoch-us"];

/** The time last read by `readTime`. */
export const time = {
  /** ms UTC. */
  at: 0,
  /** The local date as written, days since 1970-01-01. */
  day: 0,
  /** Whether only a date was written. */
  dateOnly: false,
};

const ISO = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z)?$/;
const SLASHED = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z)?$/;
const EPOCH = /^(\d{1,17})(?:\.(\d+))?$/;

/** Reads a time into `time`; false where the text is none in that format. Wall-clock times without an offset are of `zone`. */
export function readTime(text: string, format: TimeFormat, zone: Zone): boolean {
  const trimmed = text.trim();
  switch (format) {
    case "iso":
      return written(ISO.exec(trimmed), 1, 2, 3, zone);
    case "compact":
      return written(COMPACT.exec(trimmed), 1, 2, 3, zone);
    case "m/d/y":
      return written(SLASHED.exec(trimmed), 3, 1, 2, zone);
    case "d/m/y":
      return written(SLASHED.exec(trimmed), 3, 2, 1, zone);
    case "epoch-s":
      return epoch(trimmed, 1_000);
    case "epoch-ms":
      return epoch(trimmed, 1);
    case "epoch-us":
      return epoch(trimmed, 0.001);
  }
}

function written(match: RegExpExecArray | null, year: number, month: number, dom: number, zone: Zone): boolean {
  if (match === null) return false;
  const day = epochDay(Number(match[year]), Number(match[month]), Number(match[dom]));
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (Number.isNaN(day) || hour > 24 || minute > 59 || second > 60) return false;
  // Finer than a millisecond is cut off: time is milliseconds here.
  const ms = match[7] === undefined ? 0 : Number(match[7].padEnd(3, "0").slice(0, 3));
  const wall = day * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
  const offset = offsetOf(match[8]);
  time.at = offset === undefined ? zone.instantOf(wall) : wall - offset;
  time.day = day;
  time.dateOnly = match[4] === undefined;
  return true;
}

function epoch(text: string, scale: number): boolean {
  const match = EPOCH.exec(text);
  if (match === null) return false;
  const fraction = match[2] === undefined ? 0 : scale === 1_000 ? Number(match[2].padEnd(3, "0").slice(0, 3)) : 0;
  const at = Math.floor(Number(match[1]) * scale) + fraction;
  if (!(at > 0 && at < 4_102_444_800_000)) return false; // After 2100 it is another unit.
  time.at = at;
  time.day = Math.floor(at / DAY_MS);
  time.dateOnly = false;
  return true;
}

function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === "Z" || text === "UTC") return 0;
  const digits = text.replace(":", "");
  return (digits[0] === "-" ? -1 : 1) * (Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5))) * 60_000;
}

/** In the order in which they are preferred where several read the samples. */
const DETECTED: readonly TimeFormat[] = ["iso", "compact", "epoch-ms", "epoch-us", "epoch-s", "m/d/y", "d/m/y"];

/** The format that reads most of the samples, at least half of them; `ambiguous` where day and month could be the other way around. */
export function detectTimeFormat(samples: readonly string[], zone: Zone): Readonly<{ format: TimeFormat; ambiguous: boolean }> | undefined {
  const filled = samples.filter((sample) => sample.trim() !== "");
  const counts = DETECTED.map(
    (format) => filled.filter((sample) => readTime(sample, format, zone) && (!format.startsWith("epoch") || time.at > EPOCH_MIN)).length,
  );
  const most = Math.max(...counts);
  const format = DETECTED[counts.indexOf(most)];
  if (most === 0 || most * 2 < filled.length || format === undefined) return undefined;
  return { format, ambiguous: format === "m/d/y" && counts[DETECTED.indexOf("d/m/y")] === most };
}

/** An epoch number is read in the unit that puts it between 1980 and 2100. */
const EPOCH_MIN = 315_532_800_000;
