import { expect, test } from "vitest";
import type { Held } from "../../shared/api/book.ts";
import { categoryOf, type Item, isLeft, leftAfter, objectionTo, standingsAfter } from "./answer.ts";

const item = (row: Partial<Item>): Item =>
  ({
    break_id: "b1",
    kind: "position",
    status: "open",
    asset: "SPY",
    instrument: "SPY@XNYS",
    left: "10",
    amount: "10",
    proposal: "none",
    ...row,
  }) as Item;
const held = (id: string, quantity: string | null): Held =>
  ({
    portfolio: { portfolio_id: id, name: id.toUpperCase(), base_currency: "USD", current_balance: "100" },
    positions: quantity === null ? [] : [{ asset: "SPY", instrument: "SPY@XNYS", quantity }],
  }) as unknown as Held;

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["10",  [["a", "10"]],               undefined],
  ["10",  [["a", "4"], ["b", "5.5"]],  undefined],
  ["-10", [["a", "-3"]],               undefined],
  ["10",  [],                          "Nobody is given anything."],
  ["10",  [["", "1"]],                 "To whom?"],
  ["10",  [["a", "0"]],                "Every share needs an amount."],
  ["10",  [["a", "many"]],             "Every share needs an amount."],
  ["10",  [["a", "-1"]],               "Every share has the sign of what is left: 10."],
  ["10",  [["a", "6"], ["b", "4.01"]], "That is more than what is left: 10."],
] as const)("of %s, %j: %s", (left, shares, objection) =>
  expect(objectionTo(item({ left }), shares.map(([portfolio_id, amount]) => ({ portfolio_id, amount })))).toBe(objection));

test("what is given comes from unattributed, and nothing is lost on the way", () => {
  const shares = [
    { portfolio_id: "a", amount: "4" },
    { portfolio_id: "b", amount: "5.5" },
  ];
  const after = standingsAfter(item({}), shares, [held("a", "1"), held("b", null), held("unattributed", "10")]);
  expect(after).toEqual([
    { owner: "A", before: "1", by: "4", after: "5" },
    { owner: "B", before: "0", by: "5.5", after: "5.5" },
    { owner: "UNATTRIBUTED", before: "10", by: "-9.5", after: "0.5" },
  ]);
  expect(leftAfter(item({}), shares)).toBe("0.5");
});

test("cash is known in base currency alone", () => {
  const shares = [{ portfolio_id: "a", amount: "-3" }];
  const of = (asset: string) => standingsAfter(item({ kind: "cash", instrument: null, asset, left: "-3" }), shares, [held("a", null)])[0];
  expect(of("USD")).toMatchObject({ before: "100", after: "97" });
  expect(of("EUR")).toMatchObject({ before: null, by: "-3", after: null });
});

test("what is answered or empty is not given away; proposals are categories", () => {
  expect([isLeft(item({})), isLeft(item({ left: "0.00" })), isLeft(item({ status: "assigned" }))]).toEqual([true, false, false]);
  expect((["manual_trade", "none", "fee"] as const).map(categoryOf)).toEqual(["trade", "rounding", "fee"]);
});
