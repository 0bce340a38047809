/** a ÷ b; null where b is 0, and where the quotient leaves what a float64 holds, for then it says nothing (ANA-4). */
export function quotient(a: number, b: number): number | null {
  const value = a / b;
  return b !== 0 && Number.isFinite(value) ? value : null;
}

/** part ÷ whole, null where the whole is not above 0. */
export function share(part: number, whole: number): number | null {
  return whole > 0 ? quotient(part, whole) : null;
}

/** The figure, or null where it overflowed. */
export const finite = (value: number | null): number | null => (value === null || Number.isFinite(value) ? value : null);
