import type { InstantMs } from "@bulkhead/core";
import type { GrowthPoint } from "./growth.ts";
import { quotient } from "./quotient.ts";

/**
 * The deepest fall below the flow-adjusted high-water mark. `drawdownMax` is a fraction in [0, 1]; the instants are null when there was
 * no fall, `recoveredAt` also while the mark has not been reached again. `underwaterMsMax` is the longest time below a mark, the
 * present one included; `drawdownNow` the depth at the last point.
 */
export type Drawdown = Readonly<{
  drawdownMax: number;
  peakAt: InstantMs | null;
  troughAt: InstantMs | null;
  recoveredAt: InstantMs | null;
  fallMs: number | null;
  recoveryMs: number | null;
  underwaterMsMax: number;
  drawdownNow: number;
}>;

/** A stretch below one high-water mark. */
type Fall = { peakAt: InstantMs; troughAt: InstantMs; depth: number; recoveredAt: InstantMs | null; lastAt: InstantMs };

/** Null without capital. Of two equal falls the first counts; the peak is the last instant at the mark. */
export function drawdownOf(growth: readonly GrowthPoint[]): Drawdown | null {
  const last = growth.at(-1);
  if (last === undefined) return null;
  const falls = fallsOf(growth);
  const deepest = falls.reduce<Fall | undefined>(
    (worst, fall) => (worst === undefined || fall.depth > worst.depth ? fall : worst),
    undefined,
  );
  const open = falls.at(-1);
  const underwaterMsMax = falls.reduce((longest, fall) => Math.max(longest, (fall.recoveredAt ?? fall.lastAt) - fall.peakAt), 0);
  return {
    drawdownMax: deepest?.depth ?? 0,
    peakAt: deepest?.peakAt ?? null,
    troughAt: deepest?.troughAt ?? null,
    recoveredAt: deepest?.recoveredAt ?? null,
    fallMs: deepest === undefined ? null : deepest.troughAt - deepest.peakAt,
    recoveryMs: deepest === undefined || deepest.recoveredAt === null ? null : deepest.recoveredAt - deepest.troughAt,
    underwaterMsMax,
    drawdownNow: open === undefined || open.recoveredAt !== null ? 0 : depthOf(last.growth, highWaterMark(growth)),
  };
}

/** Drawdown at each point, a fraction in [0, 1]: 1 − growth ÷ high-water mark. For pictures. */
export function drawdownCurve(growth: readonly number[]): readonly number[] {
  let mark = 0;
  return growth.map((value) => {
    mark = Math.max(mark, value);
    return depthOf(value, mark);
  });
}

function fallsOf(growth: readonly GrowthPoint[]): readonly Fall[] {
  const falls: Fall[] = [];
  let mark = 0;
  let markAt = growth[0]?.at;
  let fall: Fall | undefined;
  for (const point of growth) {
    if (markAt === undefined || point.growth >= mark) {
      if (fall !== undefined) fall.recoveredAt = point.at;
      fall = undefined;
      mark = point.growth;
      markAt = point.at;
      continue;
    }
    const depth = depthOf(point.growth, mark);
    if (fall === undefined) {
      fall = { peakAt: markAt, troughAt: point.at, depth, recoveredAt: null, lastAt: point.at };
      falls.push(fall);
    }
    if (depth > fall.depth) {
      fall.depth = depth;
      fall.troughAt = point.at;
    }
    fall.lastAt = point.at;
  }
  return falls;
}

const depthOf = (growth: number, mark: number): number => (mark > 0 ? Math.min(1, Math.max(0, 1 - growth / mark)) : 0);

const highWaterMark = (growth: readonly GrowthPoint[]): number => growth.reduce((mark, point) => Math.max(mark, point.growth), 0);

/** Annualised return ÷ greatest drawdown; null when either is missing or nothing ever fell. */
export function calmar(annualised: number | null, drawdownMax: number | null): number | null {
  return annualised === null || drawdownMax === null ? null : quotient(annualised, drawdownMax);
}
