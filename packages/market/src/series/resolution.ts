/** How long one bar of a series is; `tick` is one trade. */
export type Resolution = "tick" | "1s" | "1m" | "5m" | "1h" | "1d";

/** From the finest to the coarsest. */
export const RESOLUTIONS: readonly Resolution[] = ["tick", "1s", "1m", "5m", "1h", "1d"];

/** Length of a bar in ms: 0 for a tick; a day is 24 hours here, its session is the calendar's. */
export const RESOLUTION_MS: Readonly<Record<Resolution, number>> = {
  tick: 0,
  "1s": 1_000,
  "1m": 60_000,
  "5m": 300_000,
  "1h": 3_600_000,
  "1d": 86_400_000,
};

// biome-ignore format: a table of words.
const WORDS: Readonly<Record<string, Resolution>> = {
  tick: "tick", ticks: "tick", trades: "tick", second: "1s", sec: "1s", minute: "1m", min: "1m", hour: "1h", hourly: "1h", daily: "1d", day: "1d",
};

/** The resolution that a text of the config names ("1m", "60s", "minute", "daily"); undefined where there is none. */
export function parseResolution(text: string): Resolution | undefined {
  const lower = text.trim().toLowerCase();
  const word = WORDS[lower];
  if (word !== undefined) return word;
  const ms = parseBarMs(lower);
  return RESOLUTIONS.find((resolution) => resolution !== "tick" && RESOLUTION_MS[resolution] === ms);
}

/** The length in ms of a bar that a text names, also where we have no such resolution ("15m"); NaN where it names none. */
export function parseBarMs(text: string): number {
  const match = /^(\d{1,5})\s*(s|sec|m|min|h|d)$/.exec(text.trim().toLowerCase());
  if (match === null) return Number.NaN;
  const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2]?.[0] ?? ""] ?? Number.NaN;
  return Number(match[1]) * unit;
}
