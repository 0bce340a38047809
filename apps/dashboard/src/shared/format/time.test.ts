import { expect, test } from "vitest";
import { ago, exact, tickWords } from "./time.ts";

const AT = Date.UTC(2026, 10, 20, 23, 58);

test.each([
  [4_000, "now"],
  [12_000, "12 s ago"],
  [240_000, "4 min ago"],
  [10_800_000, "3 h ago"],
  [172_800_000, "2 d ago"],
  [-60_000, "in 1 min"],
  [-3_000, "now"],
])("%d ms later it was %s", (later, said) => expect(ago(AT, AT + later)).toBe(said));

test("exact times say their zone", () => {
  expect(exact(AT, "UTC")).toBe("2026-11-20 23:58:00 UTC");
  expect(exact(AT, "Australia/Melbourne")).toMatch(/^2026-11-21 10:58:00 /);
});

test("ticks say the time, and the day where it is another; days where they are days apart", () => {
  const words = tickWords([AT, AT + 60_000, AT + 120_000, AT + 180_000]);
  expect(words.map((word) => word.replace(/\d{2}:\d{2}/, "T"))).toHaveLength(4);
  expect(words.filter((word) => word.includes("\n")).length).toBeGreaterThanOrEqual(1);
  expect(tickWords([AT, AT + 86_400_000])[0]).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});

test("the day of a first tick gives way to the day that begins at the next", () => {
  const words = tickWords([AT, AT + 240 * 60_000, AT + 480 * 60_000]);
  const days = words.map((word) => word.includes("\n"));
  expect([...days].filter(Boolean)).toHaveLength(1);
});
