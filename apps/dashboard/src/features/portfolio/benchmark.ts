/** Money that came in (positive) or went out at an instant, in base currency. float64, for a picture. */
export type Flow = Readonly<{ at: number; amount: number }>;
export type Price = Readonly<{ at: number; close: number }>;

/**
 * What the same money would have come to in one instrument: the equity of the first instant put into it there, and every flow after at the
 * price of its time. As many values as instants; null before the first price. All ascending.
 */
export function heldInstead(
  at: readonly number[],
  first: number,
  flows: readonly Flow[],
  prices: readonly Price[],
): readonly (number | null)[] {
  let [price, flow] = [-1, 0];
  let units: number | null = null;
  const priceAt = (instant: number): number | undefined => {
    while (price + 1 < prices.length && (prices[price + 1] as Price).at <= instant) price += 1;
    return prices[price]?.close;
  };
  while ((flows[flow]?.at ?? Number.POSITIVE_INFINITY) <= (at[0] ?? 0)) flow += 1;
  return at.map((instant) => {
    for (; (flows[flow]?.at ?? Number.POSITIVE_INFINITY) <= instant; flow += 1) {
      const close = priceAt((flows[flow] as Flow).at);
      if (units !== null && close !== undefined) units += (flows[flow] as Flow).amount / close;
    }
    const close = priceAt(instant);
    if (close === undefined || close <= 0) return null;
    units ??= first / close;
    return units * close;
  });
}
