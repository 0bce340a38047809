import { viewNow } from "../view.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago: `now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 d ago`; of what is to come `in 4 min`. */
export function ago(instant: string | number, now: number): string {
  const ms = now - new Date(instant).getTime();
  if (Math.abs(ms) < 5_000) return "now";
  return ms < 0 ? `in ${lasting(-ms)}` : `${lasting(ms)} ago`;
}

function lasting(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / 1_000)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  return ms < DAY ? `${Math.floor(ms / HOUR)} h` : `${Math.floor(ms / DAY)} d`;
}

/** `2026-11-20 14:03:12 CET`: exact, in a zone that is said; the chosen one unless told. */
export function exact(instant: string | number, timeZone: string | undefined = chosenZone()): string {
  const parts = formatIn(timeZone).formatToParts(new Date(instant));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}:${part("second")} ${part("timeZoneName")}`;
}

const formats = new Map<string | undefined, Intl.DateTimeFormat>();
/** One for each zone: to make one takes longer than to draw the row that it is for. */
function formatIn(timeZone: string | undefined): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    formats.set(timeZone, format);
  }
  return format;
}

const chosenZone = (): string | undefined => (viewNow().zone === "UTC" ? "UTC" : undefined);

/** Words at the ticks of a time axis, in the chosen zone: days where they are days apart, else times, the day where it is another. */
export function tickWords(instants: readonly number[]): readonly string[] {
  const step = (instants[1] ?? 0) - (instants[0] ?? 0);
  const parts = instants.map((at) => exact(at).split(" "));
  return parts.map(([day = "", time = ""], index) => {
    if (step >= DAY) return day;
    const clock = step < MINUTE && step > 0 ? time : time.slice(0, 5);
    // The day of the first tick has no room where the next one begins another.
    const isFirst = index === 0 && (parts.length < 2 || parts[1]?.[0] === day);
    return isFirst || (index > 0 && parts[index - 1]?.[0] !== day) ? `${clock}\n${day}` : clock;
  });
}
