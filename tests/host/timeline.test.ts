import { enter, exit, size, stop, strategy, trail } from "@bulkhead/strategies";
import { expect, test } from "vitest";
import { flat, minute, type Row, Stage, seriesOf } from "./stage.ts";

/** Says what a script has for a bar of a symbol, by the bar's number. */
const scripted = (script: Readonly<Record<number, unknown>>, only?: string) =>
  strategy({
    name: "scripted",
    state: { version: 1, initial: { bar: -1 } },
    onBar: ({ state, symbol }) => {
      state.bar += 1;
      return only === undefined || symbol.startsWith(only) ? (script[state.bar] as undefined) : undefined;
    },
  });
/** Commands but marks and days. */
const trades = (stage: Stage): readonly string[] => stage.tape.filter((line) => !/^(mark|day)/.test(line));
const buy = (options: Partial<Parameters<typeof enter.long>[0]> = {}) =>
  enter.long({ size: size.units(10), why: "test", ...options } as Parameters<typeof enter.long>[0]);
const sell = (options: Partial<Parameters<typeof enter.long>[0]> = {}) =>
  enter.short({ size: size.units(10), why: "test", ...options } as Parameters<typeof enter.short>[0]);
const out = exit({ why: "test" });
const calm: Row = [1000, 1010, 990, 1005];

test("[HOST-1] an order placed at a bar's close trades at the next open of its instrument", () => {
  const stage = new Stage(
    [seriesOf("A", [flat(1000), [1003, 1010, 990, 1005], flat(1005)])],
    [{ id: "p", strategy: scripted({ 0: buy() }) }],
  ).run();
  expect(trades(stage)).toEqual(["place p buy 10 at 1", "bought 10 @ 1003 at 1"]);
  expect(stage.units("p", "A")).toBe(10);
  expect(stage.cash("p")).toBe(100_000 - 100.3);
});

test("[HOST-1] the bar in progress is not its next open", () => {
  // B closes every three minutes, one minute before A does: an order for A placed then waits for A's next bar.
  const a = seriesOf(
    "A",
    [flat(1000), flat(1001), flat(1002)],
    (i) => minute(3 * i),
    (i) => minute(3 * i + 3),
  );
  const b = seriesOf(
    "B",
    [flat(2000), flat(2000)],
    (i) => minute(3 * i - 1),
    (i) => minute(3 * i + 2),
  );
  const stage = new Stage([a, b], [{ id: "p", strategy: scripted({ 2: buy({ symbol: "A" }) }, "B") }]).run();
  expect(trades(stage)).toEqual([]);
  const second = new Stage(
    [a, b],
    [
      {
        id: "p",
        strategy: strategy({
          name: "on-b",
          onBar: ({ symbol, bar, waiting }) => (symbol === "B@XNYS" && bar.at === minute(2) && !waiting ? buy({ symbol: "A" }) : undefined),
        }),
      },
    ],
  );
  expect(trades(second.run())).toEqual([]); // A had no close yet: nothing to size by.
  expect([...second.host.counters.nothingToDo]).toEqual([["quote_missing", 1]]);
  const third = new Stage(
    [a, b],
    [
      {
        id: "p",
        strategy: strategy({
          name: "on-b",
          onBar: ({ symbol, bar }) => (symbol === "B@XNYS" && bar.at === minute(5) ? buy({ symbol: "A" }) : undefined),
        }),
      },
    ],
  );
  expect(trades(third.run())).toEqual(["place p buy 10 at 5", "bought 10 @ 1002 at 6"]);
});

test("[HOST-2] at one instant: exits, ratchets, days, then strategies by portfolio id and symbol, then opens", () => {
  const day = 24 * 60;
  const rows: Row[] = [flat(1000), flat(1000), [1000, 1020, 1000, 1010], [1010, 1010, 985, 990], flat(990)];
  const at = (i: number) => minute(day - 4 + i);
  const series = [seriesOf("B", rows, at, (i) => at(i + 1)), seriesOf("A", rows, at, (i) => at(i + 1))];
  const holder = (bar: number) => scripted({ [bar]: buy({ stop: stop.price(9.9), trailing: trail.percent("2%") }) });
  const stage = new Stage(series, [
    { id: "z", strategy: scripted({ 3: buy() }) },
    { id: "y", strategy: holder(0), symbols: ["A"] },
    { id: "x", strategy: holder(0), symbols: ["A"] },
  ]).run();
  const midnight = stage.tape.filter((line) => line.endsWith(` at ${day}`));
  expect(midnight).toEqual([
    "trailing_stop x @ 1000 at 1440",
    "sold 10 @ 1000 at 1440",
    "trailing_stop y @ 1000 at 1440",
    "sold 10 @ 1000 at 1440",
    "mark 990 at 1440",
    "day 2026-01-06 of unattributed z y x at 1440",
    "place z buy 10 at 1440",
    "place z buy 10 at 1440",
    "bought 10 @ 990 at 1440",
    "bought 10 @ 990 at 1440",
  ]);
  expect(stage.tape.filter((line) => line.startsWith("ratchet"))).toEqual(["ratchet x 1020 at 1439", "ratchet y 1020 at 1439"]);
});

test("[HOST-4] a tick is decided on, the next tick of a later instant trades", () => {
  const ticks = seriesOf(
    "A",
    [flat(1000), flat(1001), flat(1002), flat(1003)],
    (i) => minute([1, 1, 2, 3][i] ?? 0),
    (i) => minute([1, 1, 2, 3][i] ?? 0),
  );
  const stage = new Stage([ticks], [{ id: "p", strategy: scripted({ 0: buy(), 1: buy(), 2: out }) }]).run();
  expect(stage.host.counters.evaluations).toBe(4);
  expect(trades(stage)).toEqual([
    "place p buy 10 at 1",
    "place p buy 10 at 1",
    "bought 10 @ 1002 at 2",
    "bought 10 @ 1002 at 2",
    "place p sell 20 at 2",
    "sold 20 @ 1003 at 3",
  ]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each<[string, Parameters<typeof buy>[0], readonly Row[], readonly string[]]>([
  ["[HOST-5] a stop reached trades at its price, in the same instant", { stop: stop.price(9.95) },                              [flat(1000), flat(1000), calm],        ["stop p @ 995 at 3", "sold 10 @ 995 at 3"]],
  ["[HOST-5] gapped through it trades at the open",                    { stop: stop.price(9.95) },                              [flat(1000), flat(1000), flat(950)],   ["stop p @ 950 at 3", "sold 10 @ 950 at 3"]],
  ["[HOST-5] a target reached trades at its price",                    { takeProfit: { price: "10.10" } },                      [flat(1000), flat(1000), calm],        ["take_profit p @ 1010 at 3", "sold 10 @ 1010 at 3"]],
  ["[HOST-5] the stop comes before the target, and ends it",           { stop: stop.price(9.9), takeProfit: { price: "10.10" } }, [flat(1000), flat(1000), calm, calm], ["stop p @ 990 at 3", "sold 10 @ 990 at 3"]],
  ["[HOST-6] the bar of the entry may stop it out",                    { stop: stop.price(9.95) },                              [flat(1000), calm],                    ["stop p @ 995 at 2", "sold 10 @ 995 at 2"]],
  ["[HOST-6] but takes no profit",                                     { takeProfit: { price: "10.10" } },                      [flat(1000), calm, flat(1005)],        []],
  ["[HOST-6] the bar after it does",                                   { takeProfit: { price: "10.10" } },                      [flat(1000), calm, calm],              ["take_profit p @ 1010 at 3", "sold 10 @ 1010 at 3"]],
  ["[HOST-6] a trailing stop follows, tick by tick, and stops out",    { trailing: trail.percent("1%") },                       [flat(1000), flat(1000), [1000, 1050, 1000, 1050], [1050, 1050, 1030, 1030]], ["ratchet p 1050 at 3", "trailing_stop p @ 1040 at 4", "sold 10 @ 1040 at 4"]],
])("%s", (_rule, options, rows, expected) => {
  const stage = new Stage([seriesOf("A", rows)], [{ id: "p", strategy: scripted({ 0: buy(options) }) }]).run();
  expect(trades(stage).slice(2)).toEqual(expected);
});

test("[HOST-6] an entry filled inside a bar may stop out in it, at its level although the bar opened beyond", () => {
  const rows: Row[] = [flat(1000), [1000, 1000, 970, 985], flat(985)];
  const stage = new Stage(
    [seriesOf("A", rows)],
    [{ id: "p", strategy: scripted({ 0: buy({ limit: 9.9, stop: stop.price(9.8) }) }) }],
  ).run();
  expect(trades(stage)).toEqual(["place p buy 10 limit 990 at 1", "bought 10 @ 990 at 2", "stop p @ 980 at 2", "sold 10 @ 980 at 2"]);
});

test("[HOST-7] S0.12: the portfolio's policy protects entries without a plan", () => {
  const { protection } = { protection: { stopLossPct: 20_000_000, takeProfitPct: null, trailingStopPct: null } };
  const stage = new Stage(
    [seriesOf("A", [flat(1000), flat(1000), [1000, 1000, 970, 985]])],
    [
      { id: "p", strategy: scripted({ 0: sell(), 1: undefined }), settings: { protection: protection as never } },
      { id: "q", strategy: scripted({ 0: buy() }), settings: { protection: protection as never } },
    ],
  ).run();
  expect(trades(stage).slice(4)).toEqual(["stop q @ 980 at 3", "sold 10 @ 980 at 3"]);
  expect(stage.units("p", "A")).toBe(-10);
});

test("[HOST-8] a limit entry waits, trades through, and ends with its session", () => {
  const rows: Row[] = [flat(1000), calm, [1000, 1000, 980, 1000]];
  const stage = new Stage(
    [seriesOf("A", rows)],
    [{ id: "p", strategy: scripted({ 0: buy({ limit: 9.85 }), 1: buy({ limit: 9 }) }) }],
  ).run();
  expect(trades(stage)).toEqual(["place p buy 10 limit 985 at 1", "place p buy 10 limit 900 at 2", "bought 10 @ 985 at 3"]);
  const long = new Stage(
    [
      seriesOf(
        "A",
        rows,
        (i) => minute(i * 1440),
        (i) => minute(i * 1440 + 60),
      ),
    ],
    [{ id: "p", strategy: scripted({ 0: buy({ limit: 9 }) }) }],
  ).run();
  expect(trades(long)).toEqual(["place p buy 10 limit 900 at 60", "expired day at 1440"]);
});

test("[HOST-9] strategies see whether an order waits, what they hold and since when", () => {
  const seen: unknown[] = [];
  const watcher = strategy({
    name: "watcher",
    onBar: ({ position, waiting, portfolio, bar }) => {
      seen.push([waiting, position?.quantity, position?.averageEntryPrice, position?.barsHeld, portfolio.equity, portfolio.cash]);
      return bar.close === 10 ? buy() : bar.close === 12 ? buy({ limit: 5 }) : undefined;
    },
  });
  new Stage([seriesOf("A", [flat(1000), flat(1100), flat(1200), flat(1300)])], [{ id: "p", strategy: watcher }]).run();
  expect(seen).toEqual([
    [false, undefined, undefined, undefined, 100_000, 100_000],
    [false, 10, 11, 0, 100_000, 99_890],
    [false, 10, 11, 1, 100_010, 99_890],
    [true, 10, 11, 2, 100_020, 99_890],
  ]);
});

test("[HOST-10] fills are told when the instant's fills are booked, with their cause; the answer is an order like any other", () => {
  const causes: string[] = [];
  const teller = strategy({
    name: "teller",
    state: { version: 1, initial: { bar: -1 } },
    onBar: ({ state }) => (++state.bar === 0 ? buy({ stop: stop.price(9.95) }) : undefined),
    onFill: ({ bar }, fill) => {
      causes.push(`${fill.side} ${fill.quantity} @ ${fill.price} ${fill.cause}, close ${bar.close}`);
      return fill.cause === "stop" ? sell() : undefined;
    },
  });
  const stage = new Stage([seriesOf("A", [flat(1000), flat(1001), calm, flat(1006)])], [{ id: "p", strategy: teller }]).run();
  expect(causes).toEqual(["buy 10 @ 10.01 intent, close 10", "sell 10 @ 9.95 stop, close 10.05", "sell 10 @ 10.06 intent, close 10.05"]);
  expect(trades(stage).slice(2)).toEqual(["stop p @ 995 at 3", "sold 10 @ 995 at 3", "place p sell 10 at 3", "sold 10 @ 1006 at 3"]);
});

test("[HOST-11] S3.39: an order that the volume fills in parts goes on at the next opens", () => {
  const rows: Row[] = [flat(1000), [1001, 1001, 1001, 1001, 4], [1002, 1002, 1002, 1002, 4], [1003, 1003, 1003, 1003, 4]];
  const stage = new Stage([seriesOf("A", rows)], [{ id: "p", strategy: scripted({ 0: buy() }) }]).run();
  expect(trades(stage).slice(1)).toEqual(["bought 4 @ 1001 at 1", "bought 4 @ 1002 at 2", "bought 2 @ 1003 at 3"]);
});

test("[HOST-27] a host that begins on books with positions and exits takes them over", () => {
  const first = new Stage(
    [seriesOf("A", [flat(1000), flat(1000)])],
    [{ id: "p", strategy: scripted({ 0: buy({ stop: stop.price(9.5), trailing: trail.percent("10%") }) }) }],
  ).run();
  const seen: unknown[] = [];
  const later = seriesOf(
    "A",
    [flat(1100), flat(940)],
    (i) => minute(10 + i),
    (i) => minute(11 + i),
  );
  const watcher = strategy({ name: "watcher", onBar: ({ position, waiting }) => void seen.push([position?.quantity, waiting]) });
  const second = new Stage([later], [{ id: "p", strategy: watcher }], { books: first }).run();
  expect(seen).toEqual([
    [10, false],
    [undefined, false],
  ]);
  expect(trades(second)).toEqual(["ratchet p 1100 at 11", "trailing_stop p @ 940 at 12", "sold 10 @ 940 at 12"]);
  expect(second.tape.filter((line) => line.startsWith("day"))).toEqual([]);
});
