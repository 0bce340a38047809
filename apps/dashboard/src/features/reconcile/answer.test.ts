import { expect, test } from "vitest";
import { categoryOf, type Item, isLeft, objectionTo } from "./answer.ts";

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

test("what is answered or empty is not given away; proposals are categories", () => {
  expect([isLeft(item({})), isLeft(item({ left: "0.00" })), isLeft(item({ status: "assigned" }))]).toEqual([true, false, false]);
  expect((["manual_trade", "none", "fee"] as const).map(categoryOf)).toEqual(["trade", "rounding", "fee"]);
});
