import { expect, test } from "vitest";
import { equityChart } from "./equity-chart.ts";
import { growthChart, PAGE_FRAME } from "./growth-chart.ts";
import { hull } from "./hull.ts";
import { areaOf, pathOf } from "./path.ts";
import { scaleOf, spanOf, ticksOf } from "./scale.ts";
import { timeTicks } from "./time-ticks.ts";

test("[ANA-28] a scale is a straight line, and a span of no width its middle", () => {
  expect(scaleOf([0, 10], [100, 0])(2.5)).toBe(75);
  expect(scaleOf([3, 3], [0, 100])(3)).toBe(50);
  expect(spanOf([3, -1, 2])).toEqual([-1, 3]);
  expect(spanOf([])).toEqual([0, 0]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  [[0, 1],         5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [[-0.13, 0.28],  5, [-0.1, 0, 0.1, 0.2]],
  [[48_400, 63_800], 4, [50_000, 55_000, 60_000]],
  [[7, 7],         5, [7]],
] as const)("[ANA-28] round figures in %j", (span, count, expected) => {
  const ticks = ticksOf(span, count);
  expect(ticks).toHaveLength(expected.length);
  for (const [index, tick] of ticks.entries()) expect(tick).toBeCloseTo(expected[index] ?? Number.NaN, 9);
});

const utc = (text: string): number => Date.parse(`${text}Z`);

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["1998-01-02T00:00", "2021-03-31T00:00", 8, ["2000", "2005", "2010", "2015", "2020"]],
  ["2024-01-02T00:00", "2024-05-01T00:00", 8, ["Feb 2024", "Mar", "Apr", "May"]],
  ["2023-11-15T00:00", "2024-02-15T00:00", 4, ["Dec 2023", "2024", "Feb"]],
  ["2013-10-07T13:30", "2013-10-11T20:00", 6, ["8 Oct 2013", "9 Oct", "10 Oct", "11 Oct"]],
  ["2013-10-07T13:31", "2013-10-07T20:00", 8, ["14:00", "15:00", "16:00", "17:00", "18:00", "19:00", "20:00"]],
  ["2013-10-07T13:31", "2013-10-07T13:31", 8, ["7 Oct"]],
] as const)("[ANA-28] round instants from %s to %s", (from, to, count, expected) => {
  expect(timeTicks(utc(from), utc(to), count).map((tick) => tick.label)).toEqual(expected);
});

const same = (value: number): number => value;

test("[ANA-28] a path keeps every peak and trough of a column", () => {
  const at = Array.from({ length: 10_000 }, (_, index) => index / 100);
  const values = at.map((_, index) => (index === 4321 ? 999 : index === 8765 ? -999 : Math.sin(index)));
  const path = pathOf({ at, values }, same, same);
  expect(path).toContain("L43.2,999");
  expect(path).toContain("L87.7,-999");
  expect(path.match(/[ML]/g)?.length).toBeLessThanOrEqual(400);
  expect(pathOf({ at: [0, 1], values: [1, 2] }, same, same)).toBe("M0,1L1,2");
  expect(areaOf({ at: [0, 1], values: [1, 2] }, same, same, 0)).toBe("M0,1L1,2L1,0L0,0Z");
  expect(areaOf({ at: [], values: [] }, same, same, 0)).toBe("");
});

test("[ANA-28] no chart has a coordinate that is not a number", () => {
  const flat = { at: [5, 5], equity: [0, 0], growth: [1, 1] };
  const lines = [{ label: "flat", tone: "s0", line: { at: flat.at, values: flat.growth } }];
  const drawn = [
    equityChart(flat, { tone: "s0", title: "flat", depthMax: 0 }),
    growthChart(lines, PAGE_FRAME, "flat"),
    hull([{ label: "x", tone: "s0", equity: 0.000001 }], { id: "h", width: 100, height: 10 }),
  ];
  for (const chart of drawn) expect(chart.toString()).not.toMatch(/NaN|Infinity|undefined/);
});

test("[ANA-29] lines far apart stand on a logarithmic axis of round multiples, near ones on a straight one in percent", () => {
  const line = (label: string, end: number) => ({ label, tone: "s0", line: { at: [0, 1, 2], values: [1, Math.sqrt(end), end] } });
  const labels = (...ends: readonly number[]): readonly string[] =>
    [
      ...growthChart(
        ends.map((end) => line(`to ${end}`, end)),
        PAGE_FRAME,
        "far",
      )
        .toString()
        .matchAll(/class="tick end"[^>]*>([^<]*)</g),
    ].map(([, text = ""]) => text);
  expect(labels(150, 0.5)).toEqual(["× 1", "× 3", "× 10", "× 30", "× 100"]);
  expect(labels(20)).toEqual(["× 1", "× 2", "× 5", "× 10", "× 20"]);
  expect(labels(4, 0.9)).toEqual(["0%", "+100%", "+200%", "+300%"]);
  expect(labels(0, 30).every((text) => text.endsWith("%"))).toBe(true); // What lost everything has no logarithm.
});

test("[ANA-28] names at the ends of lines do not cover each other", () => {
  const lines = Array.from({ length: 9 }, (_, index) => ({
    label: `p${index}`,
    tone: `s${index}`,
    line: { at: [0, 1], values: [1, 1 + index / 1e4] },
  }));
  const tops = [
    ...growthChart(lines, PAGE_FRAME, "near")
      .toString()
      .matchAll(/class="name [^"]*" x="[^"]*" y="([^"]*)"/g),
  ].map(([, top]) => Number(top));
  expect(tops).toHaveLength(9);
  for (const [index, top] of tops.slice(1).entries()) expect(top - (tops[index] ?? 0)).toBeGreaterThanOrEqual(14.9);
});
