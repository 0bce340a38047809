import { expect, test } from "vitest";
import { size } from "../intent/size.ts";
import { stop, trail } from "../intent/stop.ts";
import { enter, exit, target } from "../intent/wish.ts";
import { p } from "../params/params.ts";
import { ta } from "../ta/ta.ts";
import { rebalance } from "./rebalance.ts";
import { isStrategy, strategy } from "./strategy.ts";

test("[STR-1] what would be a mistake does not compile", () => {
  // Never run: the compiler is the test, and an unused expectation is an error.
  const mistakes = (): void => {
    // @ts-expect-error a percentage needs its sign
    p.pct(0.01);
    // @ts-expect-error a percentage needs its sign
    size.percent("10");
    // @ts-expect-error a percentage needs its sign
    stop.percent(7);
    // @ts-expect-error cash is exact text
    size.cash(1000);
    // @ts-expect-error a size by risk needs a stop
    enter.long({ size: size.risk("1%"), why: "no stop" });
    // @ts-expect-error people will ask why
    enter.long({ size: size.units(1) });
    // @ts-expect-error people will ask why
    exit({});
    // @ts-expect-error a trailing stop is no price
    trail.price(1);
    // @ts-expect-error a bound of a percentage needs its sign
    p.pct("1%", { max: 5 });
    // @ts-expect-error the default is one of the choices
    p.choice("a", ["b", "c"]);
    // @ts-expect-error a weight needs its sign
    rebalance({ name: "half", every: "1d", weights: { SPY: 0.5 } });
    // @ts-expect-error no such schedule
    rebalance({ name: "half", every: "2 days", weights: { SPY: "50%" } });
  };
  expect(mistakes).toBeTypeOf("function");
});

test("[STR-1] unknown indicators, lines, parameters and state do not compile; known ones have their types", () => {
  const definition = strategy({
    name: "typed",
    params: { fast: p.int(8), risk: p.pct("1%"), side: p.choice("long", ["long", "both"]), cap: p.pct(undefined) },
    // @ts-expect-error no such parameter
    indicators: ({ fast, quick }) => ({ fast: ta.ema(fast), bands: ta.bollinger(20, 2), slow: ta.sma(Number(quick)) }),
    state: { version: 1, initial: { entries: 0 } },
    onBar({ ind, params, state, position }) {
      const value: number = ind.fast.value + ind.bands.upper.at(3) + state.entries;
      const text: `${number}%` = params.risk;
      const maybe: `${number}%` | undefined = params.cap;
      // @ts-expect-error no such indicator
      ind.quick?.value;
      // @ts-expect-error no such line
      ind.bands.top?.value;
      // @ts-expect-error an indicator of several lines has no value of its own
      ind.bands.value;
      // @ts-expect-error no such choice
      if (params.side === "short") state.entries += 1;
      // @ts-expect-error no such memory
      state.exits;
      // @ts-expect-error may be flat
      position.quantity;
      return maybe === undefined && value > 0 ? enter.long({ size: size.risk(text), stop: stop.atr(ind.fast, 2), why: "up" }) : undefined;
    },
  });
  expect(isStrategy(definition)).toBe(true);
  expect(isStrategy({ name: "typed" })).toBe(false);
});

test("[STR-28] constructors make plain data that survives JSON", () => {
  const wishes = [
    enter.long({ size: size.units(10), stop: stop.percent("7%"), takeProfit: { r: 3 }, why: "up" }),
    enter.short({ size: size.cash("1000"), trailing: trail.percent("5%"), limit: "10.25", why: "down", confidence: 0.5 }),
    exit({ why: "enough", portion: "50%" }),
    target.weight("60%", { symbol: "SPY", why: "half and a bit" }),
    target.quantity(-0, { why: "none" }),
  ];
  expect(JSON.parse(JSON.stringify(wishes))).toEqual(JSON.parse(JSON.stringify(structuredClone(wishes))));
  expect(wishes[0]).toMatchObject({ type: "enter", direction: "long", size: { kind: "units", quantity: "10" }, confidence: 1 });
  expect(wishes[4]).toMatchObject({ quantity: "0" });
});

test.each([
  [0.1, "0.1"],
  [1e-7, "0.000000100000000"],
  [-0, "0"],
  [3, "3"],
  ["0.25", "0.25"],
  [Number.NaN, "NaN"],
] as const)("[STR-28] a quantity of %s is the text %s", (value, text) => {
  expect(size.units(value)).toEqual({ kind: "units", quantity: text });
});
