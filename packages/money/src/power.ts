/** Every power of ten that a float64 holds exactly: looked up, because printing and reading one costs a hundred times as much. */
const POWERS: readonly number[] = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** 10^n as an exact integer, 0 ≤ n ≤ 15. */
export function powerOfTen(n: number): number {
  const power = n <= 15 ? POWERS[n] : undefined;
  if (power === undefined) throw new RangeError(`POWER_OUT_OF_RANGE: n=${n}`);
  return power;
}

/** 10^n as a float64. */
export const approximatePower = (n: number): number => POWERS[n] ?? Number(`1e${n}`);
