import { expect, test } from "vitest";
import { comparePortfolios, type PortfolioReport } from "../index.ts";
import { sampleReport } from "../report/sample-report.ts";
import { pearson } from "./compare.ts";

const DAY = 86_400_000;
const NOON = Date.UTC(2024, 0, 2, 12);
const [sample] = sampleReport(1).portfolios;

function portfolio(id: string, figures: Partial<PortfolioReport>, growth: readonly number[] = [], firstDay = 0): PortfolioReport {
  if (sample === undefined) throw new Error("no sample");
  const at = growth.map((_, day) => NOON + (firstDay + day) * DAY);
  return { ...sample, ...figures, id, equityHistory: { at, equity: growth, growth } };
}

test("[ANA-23] S1.4: ranked by return, equals share a place, what is not defined is last", () => {
  const { ranking } = comparePortfolios({
    portfolios: [
      portfolio("d", { returnTimeWeighted: null, sharpe: null, drawdownMax: null }),
      portfolio("b", { returnTimeWeighted: 0.1, sharpe: 1, drawdownMax: 0.3 }),
      portfolio("a", { returnTimeWeighted: 0.1, sharpe: 2, drawdownMax: 0.1 }),
      portfolio("c", { returnTimeWeighted: -0.2, sharpe: 3, drawdownMax: 0.2 }),
    ],
  });
  expect(ranking).toEqual([
    { id: "a", byReturn: 1, bySharpe: 2, byDrawdown: 1 },
    { id: "b", byReturn: 1, bySharpe: 3, byDrawdown: 3 },
    { id: "c", byReturn: 3, bySharpe: 1, byDrawdown: 2 },
    { id: "d", byReturn: null, bySharpe: null, byDrawdown: null },
  ]);
});

test("[ANA-24] who moves together, against and not at all", () => {
  const up = [1, 1.1, 1.21, 1.1, 1.32];
  const { correlation } = comparePortfolios({
    portfolios: [
      portfolio("a", {}, up),
      portfolio(
        "twin",
        {},
        up.map((value) => value * 1),
      ),
      portfolio("mirror", {}, [1, 0.9, 0.81, 0.883636363636, 0.706909090909]),
      portfolio("still", {}, [1, 1, 1, 1, 1]),
    ],
  });
  const [a = []] = correlation.matrix;
  expect(correlation.ids).toEqual(["a", "twin", "mirror", "still"]);
  expect(a[0]).toBeCloseTo(1, 12);
  expect(a[1]).toBeCloseTo(1, 12);
  expect(a[2]).toBeCloseTo(-1, 9);
  expect(a[3]).toBeNull();
  for (const [row, values] of correlation.matrix.entries()) {
    for (const [column, value] of values.entries()) expect(value).toBe(correlation.matrix[column]?.[row]);
  }
});

test("[ANA-24] only the days that both have count", () => {
  const first = portfolio("first", {}, [1, 1.1, 1.21, 1.1, 1.32, 1.2]);
  const later = portfolio("later", {}, [1.21, 1.1, 1.32, 1.2], 2);
  expect(comparePortfolios({ portfolios: [first, later] }).correlation.matrix[0]?.[1]).toBeCloseTo(1, 12);
  const apart = portfolio("apart", {}, [1.1, 1.2, 1.1, 1.2], 4);
  expect(comparePortfolios({ portfolios: [first, apart] }).correlation.matrix[0]?.[1]).toBeNull();
  expect(comparePortfolios({ portfolios: [] })).toEqual({ ranking: [], correlation: { ids: [], matrix: [] } });
});

// Means 2 and 3; deviations −1 0 1 and −2 1 1: covariance 2 + 0 + 1 = 3; √2 × √6 = √12; 3 ÷ √12 = 0.8660254.
test("[ANA-24] Pearson by hand", () => {
  expect(pearson([1, 2, 3], [1, 4, 4])).toBeCloseTo(Math.sqrt(3) / 2, 12);
  expect(pearson([1, 2], [1, 4])).toBeNull();
  expect(pearson([1, 1, 1], [1, 4, 4])).toBeNull();
});
