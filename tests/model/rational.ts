/** An exact fraction; the denominator is above zero. */
export type Rational = Readonly<{ n: bigint; d: bigint }>;
export function fraction(n: bigint | number, d: bigint | number = 1n): Rational {
  const [top, bottom] = [BigInt(n), BigInt(d)];
  return bottom < 0n ? { n: -top, d: -bottom } : { n: top, d: bottom };
}
export const times = (a: Rational, b: Rational): Rational => ({ n: a.n * b.n, d: a.d * b.d });
export const over = (a: Rational, b: Rational): Rational => fraction(a.n * b.d, a.d * b.n);
export const less = (a: Rational, b: Rational): Rational => ({ n: a.n * b.d - b.n * a.d, d: a.d * b.d });
/** For sorting, the largest first. */
export const descending = (a: Rational, b: Rational): number => Number(less(b, a).n > 0n) - Number(less(a, b).n > 0n);
/** 10^exponent, also below one. */
export const ten = (exponent: number): Rational => fraction(10n ** BigInt(Math.max(exponent, 0)), 10n ** BigInt(Math.max(-exponent, 0)));
export const size = (n: bigint): bigint => (n < 0n ? -n : n);
export const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const sum = (values: Iterable<bigint>): bigint => [...values].reduce((a, b) => a + b, 0n);
/** The largest whole number not above it. */
export const floor = ({ n, d }: Rational): bigint => (n % d < 0n ? n / d - 1n : n / d);
/** The nearest whole number, halves to the even one. */
export function nearest(value: Rational): bigint {
  const below = floor(value);
  const twice = 2n * (value.n - below * value.d);
  return twice > value.d || (twice === value.d && below % 2n !== 0n) ? below + 1n : below;
}
/** Exact parts rounded down, and `missing` of them up instead: those with the largest fractions, ties to the earlier. */
export function rounded(exact: readonly Rational[], missing: bigint): bigint[] {
  const rests = exact.map((each, i) => ({ i, rest: less(each, fraction(floor(each))) })).filter(({ rest }) => rest.n > 0n);
  const up = rests.sort((a, b) => descending(a.rest, b.rest) || a.i - b.i).slice(0, Math.max(0, Number(missing)));
  return exact.map((each, i) => floor(each) + (up.some((row) => row.i === i) ? 1n : 0n));
}
/** Shares of `total` over weights by largest remainder, ties to the earlier (MON-9). */
export function shares(total: bigint, weights: readonly bigint[]): bigint[] {
  const exact = weights.map((weight) => fraction(size(total) * weight, sum(weights)));
  return rounded(exact, size(total) - sum(exact.map(floor))).map((part) => (total < 0n ? -part : part));
}
