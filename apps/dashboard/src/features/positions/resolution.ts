/** Bars that a small picture asks for: the finest of which there are few enough. */
const WIDTHS = [
  ["1m", 60_000],
  ["5m", 300_000],
  ["15m", 900_000],
  ["30m", 1_800_000],
  ["1h", 3_600_000],
  ["4h", 14_400_000],
] as const;
const BARS_MOST = 120;

/** The resolution in which so many milliseconds are at most some hundred bars. */
export const resolutionFor = (lastedMs: number): string => WIDTHS.find(([, width]) => lastedMs / width <= BARS_MOST)?.[0] ?? "1d";
