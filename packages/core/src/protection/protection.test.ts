import { type Price, priceOfUnits } from "@bulkhead/money";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { plan } from "../../../../tests/kit/desk.ts";
import type { InstantMs, InstrumentId, PortfolioId } from "../brand.ts";
import {
  armProtection,
  type Direction,
  effectiveStop,
  isProtective,
  isRatchet,
  keepReference,
  nearer,
  type Protection,
} from "./protection.ts";

const cents = (price: number): Price => priceOfUnits(Math.round(price * 100));
const around = (direction: Direction, entry: number) => ({
  portfolio: "alpha" as PortfolioId,
  instrument: "SPY@X" as InstrumentId,
  direction,
  entry: cents(entry),
  at: 1 as InstantMs,
});
type Levels = Parameters<typeof plan>[0];

function arm(direction: Direction, levels: Levels, entry = 100): string {
  const armed = armProtection(plan(levels), around(direction, entry));
  if (armed === undefined) return "nothing";
  const text = (price: Price | null) => (price === null ? "-" : String((price as unknown as number) / 100));
  return `${text(armed.stop)} ${text(armed.takeProfit)} ${text(armed.trailing)}`;
}

describe("levels", () => {
  // biome-ignore format: stop, target and trailing distance of an entry at 100.
  test.each<[Direction, Levels, string]>([
    ["long",  { stop: "5%" },                    "95 - -"],
    ["short", { stop: "5%" },                    "105 - -"],
    ["long",  { stop: "~3.50" },                 "96.5 - -"],
    ["short", { stop: "~3.50" },                 "103.5 - -"],
    ["long",  { stop: "@92.25" },                "92.25 - -"],
    ["short", { stop: "@108" },                  "108 - -"],
    ["long",  { target: "10%" },                 "- 110 -"],
    ["short", { target: "10%" },                 "- 90 -"],
    ["long",  { stop: "5%", target: "2R" },      "95 110 -"],
    ["short", { stop: "@104", target: "1.5R" },  "104 94 -"],
    ["long",  { trailing: "3%" },                "- - 3"],
    ["short", { trailing: "@104" },              "- - 4"],
    ["short", { target: "100%" },                "nothing"],
    ["long",  { stop: "~100", trailing: "1%" },  "- - 1"],
    ["long",  { target: "2R" },                  "nothing"],
    ["long",  {},                                "nothing"],
  ])("[PROT-2] %s %j: %s", (direction, levels, expected) => {
    expect(arm(direction, levels)).toBe(expected);
  });

  // biome-ignore format: whether a plan can protect an entry at 100.
  test.each<[Direction, Levels, number | null, boolean]>([
    ["long",  { stop: "@99.99" }, 100, true ], ["long",  { stop: "@100" }, 100, false], ["short", { stop: "@100.01" }, 100, true], ["short", { stop: "@100" }, 100, false],
    ["long",  { target: "@100.01" }, 100, true], ["long", { target: "@100" }, 100, false], ["short", { target: "@99.99" }, 100, true], ["short", { target: "@101" }, 100, false],
    ["long",  { stop: "0%" }, 100, false], ["long", { stop: "-5%" }, 100, false], ["long", { stop: "~0" }, 100, false], ["long", { trailing: "0%" }, 100, false],
    ["long",  { target: "2R" }, 100, false], ["long", { stop: "5%", target: "2R" }, 100, true], ["long", { stop: "5%", target: "0R" }, 100, false], ["long", { stop: "2R" }, 100, false],
    ["long",  { stop: "@110" }, null, true], ["long", { stop: "@110", target: "@105" }, null, false], ["long", { stop: "@0" }, null, false], ["long", {}, 100, true],
  ])("[PROT-6] %s %j at %s: %s", (direction, levels, price, expected) => {
    expect(isProtective(plan(levels), direction, price === null ? null : cents(price))).toBe(expected);
  });
});

const armed = (direction: Direction, levels: Levels): Protection => {
  const found = armProtection(plan(levels), around(direction, 100));
  if (found === undefined) throw new Error("nothing armed");
  return found;
};

describe("the stop in force", () => {
  // biome-ignore format: the better of the two.
  test.each<[Direction, Levels, number, number | null, string]>([
    ["long",  { stop: "5%" },                  100, 95,   "stop"],
    ["long",  { target: "5%" },                100, null, ""],
    ["long",  { stop: "5%", trailing: "10%" }, 100, 95,   "stop"],
    ["long",  { stop: "5%", trailing: "10%" }, 106, 96,   "trailing_stop"],
    ["long",  { stop: "5%", trailing: "10%" }, 105, 95,   "stop"],
    ["short", { stop: "5%", trailing: "10%" }, 94,  104,  "trailing_stop"],
    ["short", { stop: "5%", trailing: "10%" }, 95,  105,  "stop"],
    ["short", { trailing: "10%" },             90,  100,  "trailing_stop"],
    ["long",  { trailing: "~150" },            100, 0,    "trailing_stop"],
  ])("[PROT-7] %s %j followed to %d: %s", (direction, levels, reference, price, leg) => {
    const stop = effectiveStop({ ...armed(direction, levels), reference: cents(reference) });
    expect(stop).toEqual(price === null ? null : { price: cents(price), leg });
  });

  test("[PROT-8] following never loosens the stop, whatever the prices", () => {
    const prices = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom<Direction>("long", "short"), prices, (direction, path) => {
        const protection = { ...armed(direction, { stop: "5%", trailing: "3%" }) };
        let last = effectiveStop(protection)?.price as unknown as number;
        for (const price of path) {
          if (isRatchet(protection, priceOfUnits(price))) protection.reference = priceOfUnits(price);
          const now = effectiveStop(protection)?.price as unknown as number;
          expect(direction === "long" ? now >= last : now <= last).toBe(true);
          last = now;
        }
      }),
      { numRuns: runs(1_000), seed: seed() },
    );
  });
});

test("[PROT-3] of two plans the nearer level holds, and each gives what the other leaves out (C28)", () => {
  const wide = armed("long", { stop: "10%", target: "30%" });
  const tight = armed("long", { stop: "5%", target: "20%", trailing: "4%" });
  expect(nearer(wide, tight)).toMatchObject({ stop: cents(95), takeProfit: cents(120), trailing: cents(4) });
  expect(nearer(tight, wide)).toMatchObject({ stop: cents(95), takeProfit: cents(120), trailing: cents(4) });
  const [short, policy] = [armed("short", { stop: "10%", target: "5%" }), armed("short", { stop: "6%", target: "30%" })];
  expect(nearer(short, policy)).toMatchObject({ stop: cents(106), takeProfit: cents(95) });
  expect(nearer(undefined, tight)).toBe(tight);
  expect(nearer(tight, undefined)).toBe(tight);
});

test("[PROT-4] a new plan does not lose the best price", () => {
  const before = { ...armed("long", { trailing: "5%" }), reference: cents(120) };
  expect(keepReference(armed("long", { trailing: "3%" }), before).reference).toEqual(cents(120));
  const below = { ...before, reference: cents(90) };
  expect(keepReference(armed("long", { trailing: "3%" }), below).reference).toEqual(cents(100));
});
