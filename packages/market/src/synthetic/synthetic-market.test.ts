import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { calendarOf } from "../calendar/calendar.ts";
import type { Resolution } from "../series/resolution.ts";
import { SYNTHETIC_INSTRUMENTS, syntheticMarket } from "./synthetic-market.ts";

test("[MKT-44] the same seed gives the same bars, another seed others, and an instrument stands alone", () => {
  const options = { seed: 42, from: "2024-01-01", days: 30, resolution: "1h" } as const;
  const market = syntheticMarket(options);
  expect(syntheticMarket(options)).toEqual(market);
  expect(syntheticMarket({ ...options, seed: 43 }).series[0]?.close).not.toEqual(market.series[0]?.close);
  const alone = syntheticMarket({ ...options, instruments: SYNTHETIC_INSTRUMENTS.slice(3, 4) });
  expect(alone.series[0]).toEqual(market.series[3]);
  expect(market.series.map((series) => series.source.format)).toEqual(Array.from({ length: 5 }, () => "synthetic"));
});

test("[MKT-44] the first closes of seed 42 are these on every machine", () => {
  const market = syntheticMarket({ seed: 42, from: "2024-01-02", days: 2, resolution: "1h" });
  expect(market.series.map((series) => [series.instrument, ...series.close.slice(0, 4)])).toMatchInlineSnapshot(`
    [
      [
        "ACME@DEMO",
        11922,
        11998,
        12005,
        12000,
      ],
      [
        "BOLT@DEMO",
        4410,
        4368,
        4309,
        4268,
      ],
      [
        "CRUX@DEMO",
        30825,
        30804,
        30803,
        30889,
      ],
      [
        "DUSKUSD@DEMO",
        253215,
        250878,
        253370,
        253229,
      ],
      [
        "EMBERUSD@DEMO",
        18141,
        18125,
        18019,
        17978,
      ],
    ]
  `);
});

test("[MKT-44] prices are positive whole ticks, bars clean, in order and inside their sessions", () => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom<Resolution>("1m", "5m", "1h", "1d"), (chance, resolution) => {
      const { series, instruments } = syntheticMarket({ seed: chance, from: "2023-11-20", days: 8, resolution });
      for (const [index, one] of series.entries()) {
        const calendar = calendarOf(instruments[index]?.calendar ?? "24/7");
        expect(one.length).toBeGreaterThan(4);
        for (let i = 0; i < one.length; i += 1) {
          const [open = 0, high = 0, low = 0, close = 0] = [one.open[i], one.high[i], one.low[i], one.close[i]];
          const clean =
            low > 0 &&
            low <= Math.min(open, close) &&
            high >= Math.max(open, close) &&
            [open, high, low, close].every(Number.isSafeInteger);
          const session = calendar.sessionOf(one.openAt[i] ?? 0);
          const inside = session !== undefined && (one.closeAt[i] ?? 0) <= session.closeAt && (one.openAt[i] ?? 0) < (one.closeAt[i] ?? 0);
          if (!clean || !inside || (i > 0 && (one.openAt[i] ?? 0) < (one.closeAt[i - 1] ?? 0)))
            throw new Error(`${one.instrument} bar ${i}`);
        }
      }
    }),
    { numRuns: runs(100), seed: seed() },
  );
});
