import { fractionOf, type PercentText } from "../intent/percent.ts";

/** By reserve, then by count: asked at every entry, and always with the same few values. */
const known = new Map<PercentText, (PercentText | undefined)[]>();

/** An equal share of equity for each of `count` after keeping `reserve` for fees, as a percentage of at most four decimals, rounded down. */
export function equalShare(count: number, reserve: PercentText): PercentText {
  const ofReserve = known.get(reserve) ?? [];
  if (!known.has(reserve)) known.set(reserve, ofReserve);
  ofReserve[count] ??= share(count, reserve);
  return ofReserve[count];
}

function share(count: number, reserve: PercentText): PercentText {
  const percent = ((1 - fractionOf(reserve)) * 100) / count;
  // The nudge keeps a share that is a whole number of steps from falling below it by a float's last bit.
  return `${Math.floor(percent * 1e4 + 1e-6) / 1e4}%`;
}
