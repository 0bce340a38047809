import { expect, test } from "vitest";
import { MappedSeries, SharedMarket } from "./shared-series.ts";

/** Columns of `rows` rows, of which `known` may be seen: what is behind them is nobody's business yet. */
function growing(rows: number) {
  const column = (from: number): Float64Array => Float64Array.from({ length: rows }, (_, i) => from + i);
  return {
    length: 0,
    priceScale: 2,
    volumeScale: 0,
    openAt: column(0),
    closeAt: column(1),
    open: column(100),
    high: column(200),
    low: column(300),
    close: column(400),
    volume: column(500),
  };
}

test("[HOSTS-2] S1.72 closed bars are copied once, when they close, and no others; more than fit move to a larger memory", () => {
  const source = growing(5_000);
  const market = new SharedMarket();
  const first = market.handleOf(source);
  const mapped = new MappedSeries(first);
  source.length = 10;
  expect(market.handleOf(source)).toBe(first);
  expect([...mapped.close.subarray(8, 11)]).toEqual([408, 409, 0]);
  source.close[3] = -1;
  source.length = 1_000;
  expect(market.handleOf(source)).toBe(first);
  expect(mapped.close[3]).toBe(403);
  source.length = 5_000;
  const moved = market.handleOf(source);
  expect(moved).not.toBe(first);
  expect(moved.capacity).toBeGreaterThan(5_000);
  mapped.move(moved);
  for (const name of ["openAt", "closeAt", "open", "high", "low", "close", "volume"] as const)
    expect(mapped[name].subarray(0, 5_000)).toEqual(source[name]);
  expect(market.handleOf(growing(1))).not.toBe(moved);
});
