import { type BarSeries, firstAtOrAfter } from "../series/series.ts";
import type { RowIssue } from "./row-issue.ts";

/** Splits that companies make, as new shares per old one; reverse splits are their inverses. */
const SPLITS: readonly (readonly [number, number])[] = [
  [2, 1],
  [3, 1],
  [3, 2],
  [4, 1],
  [5, 1],
  [5, 4],
  [6, 1],
  [7, 1],
  [8, 1],
  [10, 1],
  [15, 1],
  [20, 1],
  [25, 1],
  [50, 1],
];

/** An overnight move of at least this factor is looked at. */
const JUMP_MIN = 1.4;
/** How near to the ratio a move must be to look like it. */
const TOLERANCE = 0.04;

/**
 * Warnings about prices that are each plausible but jump from one bar to the next as after a split that nobody adjusted,
 * or by a factor of 100 as when cents and units are mixed up, or jump and are back in the same bar. `known` instants (splits that are in the corporate actions)
 * do not warn. Ticks are not looked at. Rows are kept: a real market can do this too.
 */
export function sanityWarnings(
  series: BarSeries,
  where: (bar: number) => Readonly<{ file: string; line: number }>,
  known: readonly number[] = [],
): RowIssue[] {
  const warnings: RowIssue[] = [];
  if (series.resolution === "tick") return warnings;
  const { open, close, openAt, length } = series;
  const explained = new Set(known.map((at) => firstAtOrAfter(openAt, at)));
  for (let i = 1; i < length && warnings.length < 100; i += 1) {
    const before = close[i - 1] ?? 0;
    const after = open[i] ?? 0;
    if (after < before * JUMP_MIN && before < after * JUMP_MIN) continue;
    if (explained.has(i)) continue;
    const code = isBack(before, close[i] ?? 0)
      ? ({ code: "JUMP_AND_BACK", text: `and closes at ${unitsText(close[i] ?? 0, series)}` } as const)
      : judge(before / after);
    if (code === undefined) continue;
    const text = `${series.instrument} opens at ${unitsText(after, series)} after a close of ${unitsText(before, series)}: ${code.text}`;
    warnings.push({ ...where(i), code: code.code, text, action: "kept" });
  }
  return warnings;
}

const isBack = (before: number, close: number): boolean => close < before * JUMP_MIN && before < close * JUMP_MIN;

function judge(ratio: number): { code: "JUMP_LIKE_SPLIT" | "JUMP_LIKE_UNIT"; text: string } | undefined {
  const factor = ratio >= 1 ? ratio : 1 / ratio;
  if (factor > 60 && factor < 160)
    return { code: "JUMP_LIKE_UNIT", text: `a factor of ${factor.toFixed(1)}, as when units and hundredths are mixed up` };
  if (factor >= 160)
    return {
      code: "JUMP_LIKE_SPLIT",
      text: `a factor of ${factor.toFixed(0)}, as after a split or a change of units that was not adjusted`,
    };
  const split = SPLITS.find(([to, from]) => Math.abs(factor / (to / from) - 1) < TOLERANCE);
  if (split === undefined) return undefined;
  const [to, from] = ratio >= 1 ? split : [split[1], split[0]];
  return { code: "JUMP_LIKE_SPLIT", text: `like a ${to}:${from} split that was not adjusted` };
}

const unitsText = (units: number, series: BarSeries): string => (units / 10 ** series.priceScale).toFixed(series.priceScale);
