import { ratioOfUnits } from "@bulkhead/money";
import { expect, test } from "vitest";
import { Desk, plan } from "../../../../tests/kit/desk.ts";
import { only } from "../../../../tests/kit/look.ts";
import { nakedPositions } from "./naked.ts";

const POLICY = { stopLossPct: ratioOfUnits(50_000_000), takeProfitPct: null, trailingStopPct: null };

/** `alpha` held 100 SPY at 10 before its policy wanted a stop; `beta` has no policy. */
function unguarded(): Desk {
  const desk = new Desk();
  desk.portfolio("alpha", "10000");
  desk.portfolio("beta", "10000");
  desk.hold("alpha", "SPY@X", "buy 100", "10");
  desk.hold("beta", "SPY@X", "buy 100", "10");
  desk.settings("alpha", { protection: POLICY });
  return desk;
}

const naked = (desk: Desk): readonly string[] =>
  nakedPositions(desk.engine.state).map(
    ({ portfolio, instrument, quantity, reason }) => `${portfolio} ${quantity} ${instrument} ${reason}`,
  );

test("[PROT-16] a position without exits of a portfolio whose policy has a stop is naked; of one without a policy it is not", () => {
  expect(naked(unguarded())).toEqual(["alpha 100 SPY@X not_armed"]);
});

test.each([
  ["with a stop it is not", { stop: "@9" }, []],
  ["with a trailing stop it is not", { trailing: "~1" }, []],
  ["with a target alone it is", { target: "@12" }, ["alpha 100 SPY@X no_stop"]],
] as const)("[PROT-16] %s", (_name, levels, expected) => {
  const desk = unguarded();
  desk.do(desk.protectAsk("alpha", "SPY@X", plan(levels)));
  expect(naked(desk)).toEqual(expected);
});

test("[PROT-16] while its exit is on its way it is not naked, and when it is closed there is nothing to guard", () => {
  const desk = unguarded();
  desk.do(desk.protectAsk("alpha", "SPY@X", plan({ stop: "@9" })));
  const [exit] = only(desk.do(desk.triggerAsk("alpha", "SPY@X", "stop", "9")), "OrderPlaced");
  expect(naked(desk)).toEqual([]);
  if (exit === undefined) throw new Error("no exit");
  desk.fill(exit, "100 @ 9");
  expect(naked(desk)).toEqual([]);
});
