/** How returns are spread over a year: 252 sessions for an exchange with hours, 365 for markets that never close. */
export type Annualisation = Readonly<{
  periodsPerYear: number;
  /** Risk-free rate per year, a fraction; per period it is ÷ periodsPerYear. */
  riskFreeRate: number;
}>;

/** Arithmetic mean; null for none. */
export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Sample standard deviation (n − 1); null under two values. Spread that is only rounding noise is 0. */
export function standardDeviation(values: readonly number[]): number | null {
  const average = mean(values);
  if (average === null || values.length < 2) return null;
  let squares = 0;
  let largest = 0;
  for (const value of values) {
    squares += (value - average) ** 2;
    largest = Math.max(largest, Math.abs(value));
  }
  const deviation = Math.sqrt(squares / (values.length - 1));
  return deviation <= largest * 1e-12 ? 0 : deviation;
}

/** Standard deviation of the returns × √periodsPerYear; null under two returns. */
export function volatility(returns: readonly number[], periodsPerYear: number): number | null {
  const deviation = standardDeviation(returns);
  return deviation === null ? null : deviation * Math.sqrt(periodsPerYear);
}

/** (mean − risk-free) ÷ standard deviation × √periodsPerYear; null under two returns or without spread. */
export function sharpe(returns: readonly number[], annualisation: Annualisation): number | null {
  const deviation = standardDeviation(returns);
  return quotient(excess(returns, annualisation), deviation, annualisation);
}

/** As Sharpe, over √(Σ min(0, return − risk-free)² ÷ n), all n counted; null under two returns or when none falls short. */
export function sortino(returns: readonly number[], annualisation: Annualisation): number | null {
  if (returns.length < 2) return null;
  const target = annualisation.riskFreeRate / annualisation.periodsPerYear;
  let squares = 0;
  for (const value of returns) squares += Math.min(0, value - target) ** 2;
  return quotient(excess(returns, annualisation), Math.sqrt(squares / returns.length), annualisation);
}

function excess(returns: readonly number[], annualisation: Annualisation): number | null {
  const average = mean(returns);
  return average === null ? null : average - annualisation.riskFreeRate / annualisation.periodsPerYear;
}

function quotient(numerator: number | null, deviation: number | null, annualisation: Annualisation): number | null {
  if (numerator === null || deviation === null || deviation === 0) return null;
  return (numerator / deviation) * Math.sqrt(annualisation.periodsPerYear);
}
