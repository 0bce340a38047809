import { expect, test } from "vitest";
import { draftOf, lackOf, partsOf, type Rule, type Sorted, sortsText } from "./rule.ts";

const draft = draftOf({ portfolio_id: "momentum", reference: "grid-", client: null, instrument: null });

test("a draft is a rule once it says whose and by what", () => {
  expect([lackOf(draftOf()), lackOf({ ...draft, portfolio: "" }), lackOf({ ...draft, reference: " " }), lackOf(draft)]).toEqual([
    "By what is it told? A reference, a client or an instrument.",
    "Whose is it?",
    "By what is it told? A reference, a client or an instrument.",
    undefined,
  ]);
  expect(partsOf({ ...draft, client: " 7 ", place: "2" })).toEqual({
    portfolio_id: "momentum",
    reference: "grid-",
    client: "7",
    instrument: null,
    place: 2,
  });
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  [0, 0, [],                          "Nothing of others waits or works now: it sorts what comes."],
  [1, 0, [],                          "Of the 1 that is there now it would sort nothing."],
  [3, 0, ["trade"],                   "Of the 3 that are there now it would sort 1 trade that waits."],
  [9, 2, ["trade", "trade", "order"], "Of the 9 that are there now it would sort 2 trades that wait and 1 order that works. Of 2 nobody knows any more who sent them."],
] as const)("of %s, %s unknown, %j: in words", (looked_at, unknown, kinds, words) =>
  expect(sortsText({ rule: {} as Rule, looked_at, unknown, sorts: kinds.map((kind) => ({ kind }) as Sorted) })).toBe(words));

test("a rule that goes changes what it sorted", () => {
  expect(sortsText({ rule: null, looked_at: 2, unknown: 0, sorts: [{ kind: "order" } as Sorted] })).toBe(
    "Of the 2 that are there now it changes 1 order that works.",
  );
  expect(sortsText({ rule: null, looked_at: 0, unknown: 0, sorts: [] })).toBe("Nothing of others waits or works now.");
});
