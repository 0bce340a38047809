import { enter, exit, size, stop, strategy, trail } from "@bulkhead/strategies";
import { expect, test } from "vitest";
import { flat, minute, type Row, seriesOf, Stage } from "./stage.ts";

/** Says what a script has for a bar, by the bar's number. */
const scripted = (script: Readonly<Record<number, unknown>>) => {
  return strategy({ name: "scripted", state: { version: 1, initial: { bar: -1 } }, onBar: ({ state }) => script[++state.bar] as undefined });
};
const trades = (stage: Stage) => stage.tape.filter((line) => !/^(mark|day)/.test(line));
const buyTen = enter.long({ size: size.units(10), why: "test" });

test("[HOST-1] an order placed at a bar's close trades at the next open of its instrument", () => {
  const stage = new Stage([seriesOf("A", [flat(1000), [1003, 1010, 990, 1005], flat(1005)])], [{ id: "p", strategy: scripted({ 0: buyTen }) }]).run();
  expect(trades(stage)).toEqual(["place p buy 10 at 1", "bought 10 @ 1003 at 1"]);
  expect(stage.units("p", "A")).toBe(10);
  expect(stage.cash("p")).toBe(100_000 - 100.3);
});
