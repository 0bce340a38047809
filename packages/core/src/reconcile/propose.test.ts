import { expect, test } from "vitest";
import { Attached, type Told } from "../../../../tests/kit/attached.ts";

/** alpha holds 100 SPY for 5,000 and 2 BTC for 200; free cash is a billion less 100,000; fees of an attached account come apart. */
function deskOf(): Attached {
  const desk = new Attached();
  desk.portfolio("alpha");
  desk.adopt({ positions: {}, cash: { USD: "1000000000" } });
  desk.trade("alpha", "SPY@X", "buy 100 @ 50");
  desk.trade("alpha", "BTC-USD@X", "buy 2 @ 100");
  for (const id of desk.breakIds()) throw new Error(id);
  desk.do(desk.roll("2026-01-02", ["alpha"]));
  return desk;
}
const UNITS = { "SPY@X": "100 @ 50", "BTC-USD@X": "2 @ 100" };
const USD = 999_994_800; // A billion less 5,200.
const cash = (change: number | string): Readonly<Record<string, string>> => ({
  USD: typeof change === "string" ? change : String(USD + change),
});

// biome-ignore format: one row per row of the table in docs/spec/reconciliation.md.
test.each([
  ["shares and the price of them the other way",  { positions: { ...UNITS, "SPY@X": "110 @ 50" }, cash: cash(-500) },          ["cash manual_trade", "position manual_trade"]],
  ["shares alone",                                { positions: { ...UNITS, "SPY@X": "110 @ 50" }, cash: cash(0) },             ["position manual_trade"]],
  ["twice as many for the same total",            { positions: { ...UNITS, "SPY@X": "200 @ 25" }, cash: cash(0) },             ["position split"]],
  ["a fifth of them for the same total",          { positions: { ...UNITS, "SPY@X": "20 @ 250" }, cash: cash(0) },             ["position split"]],
  ["twice as many for twice the total",           { positions: { ...UNITS, "SPY@X": "200 @ 50" }, cash: cash(0) },             ["position manual_trade"]],
  ["coins for nothing",                           { positions: { ...UNITS, "BTC-USD@X": "3 @ 66.67" }, cash: cash(0) },        ["position airdrop"]],
  ["coins that cost nothing",                     { positions: { ...UNITS, "BTC-USD@X": "3" }, cash: cash(0) },                ["position airdrop"]],
  ["coins while no cash was told",                { positions: { ...UNITS, "BTC-USD@X": "3" } },                               ["position manual_trade"]],
  ["a little cash while fees are missing",        { cash: cash(-2) },                                                          ["cash fee"]],
  ["less than a cent",                            { cash: cash(`${USD}.009`) },                                                ["cash rounding"]],
  ["a few percent of a share that is held",       { cash: cash(200) },                                                         ["cash dividend"]],
  ["a little cash of a lot",                      { cash: cash(9_000) },                                                       ["cash interest"]],
  ["a little cash gone of a lot",                 { cash: cash(-9_000) },                                                      ["cash fee"]],
  ["a lot of cash",                               { cash: cash(50_000_000) },                                                  ["cash transfer"]],
] as const)("[REC-29] %s: a proposal, never acted upon (A2, B16, C30)", (_what, told, expected) => {
  const desk = deskOf();
  desk.told(told as Told);
  const proposals = [...desk.engine.state.reconciliation.breaks.values()].map(({ kind, proposal }) => `${kind} ${proposal}`);
  expect(proposals.toSorted()).toEqual(expected);
  expect(desk.position("alpha", "SPY@X")).toBe("100");
});

test("[REC-29] units on the side of an open order as large are a fill that was not told (B7, Z05, Z06)", () => {
  const desk = deskOf();
  desk.place("alpha", "SPY@X", "buy 10", { limit: "50" });
  desk.told({ positions: { ...UNITS, "SPY@X": "110 @ 50" }, cash: cash(-500) });
  expect(desk.breaks()).toEqual(["position 10 SPY@X missed_fill", "cash -500 USD missed_fill"]);
});

test("[REC-29] a fee that comes settles what was proposed as one", () => {
  const desk = deskOf();
  desk.told({ cash: cash(-2) });
  desk.do(desk.fee("2 USD", { execution: "x1" }));
  desk.told({ cash: cash(-2) });
  expect([desk.breaks(), desk.cash("unattributed"), desk.balance("alpha", "fees")]).toEqual([[], "999900000", "2"]);
});
