import type { AssetId, Command, InstantMs, InstrumentId, PortfolioId, VenueOrderSeq } from "@bulkhead/core";
import { moneyOfUnits, ratioOfUnits, unitsOf } from "@bulkhead/money";
import { enter, exit, type Intent, rebalance, size, strategy } from "@bulkhead/strategies";
import { expect, test } from "vitest";
import { flat, minute, type Player, SETTINGS, Stage, seriesOf, USD } from "./stage.ts";

const once = strategy({
  name: "once",
  state: { version: 1, initial: { done: false } },
  onBar({ state }) {
    if (state.done) return undefined;
    state.done = true;
    return enter.long({ size: size.units(10), why: "once" });
  },
});
const hourly = (count: number, price = 1000) =>
  seriesOf(
    "A",
    Array.from({ length: count }, (_, i) => flat(price + i)),
    (i) => minute(60 * i),
    (i) => minute(60 * i + 60),
  );
const lines = (stage: Stage, ...kinds: readonly string[]): readonly string[] =>
  stage.tape.filter((line) => kinds.some((kind) => line.startsWith(kind)));
const hold: Player = { id: "p", strategy: once };

test("[HOST-12] the account is marked at each day's end before the day is closed, and once more at the end of the run", () => {
  const stage = new Stage([hourly(50)], [hold]).run();
  expect(lines(stage, "mark", "day")).toEqual([
    "day 2026-01-05 of unattributed p at 0",
    "mark 1023 at 1440",
    "day 2026-01-06 of unattributed p at 1440",
    "mark 1047 at 2880",
    "day 2026-01-07 of unattributed p at 2880",
    "mark 1049 at 3000",
  ]);
});

test("[HOST-12] every so many milliseconds where that is asked", () => {
  const stage = new Stage([hourly(5)], [hold], { settings: { markEveryMs: 7_200_000 } }).run();
  expect(lines(stage, "mark")).toEqual(["mark 1001 at 120", "mark 1003 at 240", "mark 1004 at 300"]);
});

test("[HOST-13] S2.35, C2: days end at midnight of each portfolio's zone, also where clocks change", () => {
  // 2026-03-08: New York skips an hour, so that day has 23.
  const from = (Date.UTC(2026, 2, 7, 12) - minute(0)) / 60_000;
  const series = seriesOf(
    "A",
    Array.from({ length: 60 }, () => flat(1000)),
    (i) => minute(from + 60 * i),
    (i) => minute(from + 60 * i + 60),
  );
  const stage = new Stage([series], [hold, { id: "q", strategy: once, settings: { timeZone: "America/New_York" } }]).run();
  const days = stage.records.flatMap(({ command }) =>
    command.type === "RollDay"
      ? [
          `${command.portfolios.join(" ")} ${command.date} ${new Date(command.at).toISOString().slice(5, 16)} until ${new Date(command.nextBoundaryAt).toISOString().slice(5, 16)}`,
        ]
      : [],
  );
  expect(days).toEqual([
    "unattributed p 2026-03-07 03-07T12:00 until 03-08T00:00",
    "q 2026-03-07 03-07T12:00 until 03-08T05:00",
    "unattributed p 2026-03-08 03-08T00:00 until 03-09T00:00",
    "q 2026-03-08 03-08T05:00 until 03-09T04:00",
    "unattributed p 2026-03-09 03-09T00:00 until 03-10T00:00",
    "q 2026-03-09 03-09T04:00 until 03-10T04:00",
    "unattributed p 2026-03-10 03-10T00:00 until 03-11T00:00",
  ]);
});

test("[HOST-14] scheduled commands are executed at their instants, after marks and days, in the order given", () => {
  const split: Command = {
    type: "RecordCorporateAction",
    at: minute(1440),
    actionId: "s",
    instrument: "A@XNYS" as InstrumentId,
    numerator: 2,
    denominator: 1,
    accountQuantity: null,
    cashInLieu: null,
  };
  const dividend: Command = {
    type: "RecordIncome",
    at: minute(90),
    incomeId: "d",
    kind: "dividend",
    instrument: "A@XNYS" as InstrumentId,
    payAsset: USD.id,
    perUnit: 25,
    perUnitScale: 2,
    received: null,
  };
  const stage = new Stage([hourly(26)], [hold], { settings: { scheduled: [split, dividend] } }).run();
  expect(stage.tape.slice(3)).toEqual([
    "dividend 25 at 90",
    "mark 1023 at 1440",
    "day 2026-01-06 of unattributed p at 1440",
    "split 2:1 at 1440",
    "mark 1025 at 1560",
  ]);
  expect(stage.units("p", "A")).toBe(20);
  expect(stage.cash("p")).toBe(100_000 - 10 * 10.01 + 2.5);
});

test("[HOST-15] rates are journaled at the start and with each mark when they changed; sizes are converted", () => {
  const eur = { id: "EUR" as AssetId, kind: "cash" as const, scale: 6 };
  const rates = [
    { asset: eur.id, at: Float64Array.of(minute(-10), minute(100)), rate: Float64Array.of(1_250_000_000, 1_200_000_000), source: "test" },
  ];
  const buyer = strategy({
    name: "buyer",
    onBar: ({ position, waiting }) =>
      position === undefined && !waiting ? enter.long({ size: size.percent("10%"), why: "w" }) : undefined,
  });
  const stage = new Stage([hourly(25)], [{ id: "p", strategy: buyer, settings: { fx: "auto" } }], {
    settings: { rates },
    quotes: { "A@XNYS": eur },
  }).run();
  const journaled = stage.records.flatMap(({ command }) =>
    command.type === "MarkAccount" && command.rates.length > 0 ? [`${command.rates[0]?.rate} at ${(command.at - minute(0)) / 60_000}`] : [],
  );
  expect(journaled).toEqual([`${ratioOfUnits(1_250_000_000)} at 0`, `${ratioOfUnits(1_200_000_000)} at 1440`]);
  // 10 % of 100,000 USD are 8,000 EUR: 800 shares at 10.00.
  expect(lines(stage, "place")).toEqual(["place p buy 800 at 60"]);
  expect(stage.units("p", "A")).toBe(800);
});

test("[HOST-15] without a rate there is no size, and no rate of 1", () => {
  const eur = { id: "EUR" as AssetId, kind: "cash" as const, scale: 6 };
  const buyer = strategy({ name: "buyer", onBar: () => enter.long({ size: size.percent("10%"), why: "w" }) });
  const stage = new Stage([hourly(2)], [{ id: "p", strategy: buyer }], { quotes: { "A@XNYS": eur } }).run();
  expect([...stage.host.counters.nothingToDo]).toEqual([["rate_missing", 2]]);
});

test("[HOST-16] a strategy that throws harms only its portfolio, and pauses it at the third fault in ten minutes", () => {
  let asked = 0;
  const faulty = strategy({
    name: "faulty",
    onBar: () => {
      asked += 1;
      throw new Error("oops");
    },
  });
  const nonsense = strategy({ name: "nonsense", onBar: () => enter.long({ size: size.units(Number.NaN), why: "w" }) });
  const series = [
    seriesOf(
      "A",
      Array.from({ length: 30 }, (_, i) => flat(1000 + i)),
    ),
  ];
  const stage = new Stage(series, [{ id: "a", strategy: faulty }, { id: "b", strategy: nonsense }, hold]).run();
  expect(lines(stage, "fault a")).toEqual([
    "fault a STRATEGY_THREW at 1",
    "fault a STRATEGY_THREW at 2",
    "fault a STRATEGY_THREW pause at 3",
  ]);
  expect(lines(stage, "fault b").at(-1)).toContain("pause at 3");
  expect(asked).toBe(3);
  expect(stage.engine.state.portfolios.get("a" as PortfolioId)?.tradingState).toBe("reducing");
  expect(stage.engine.state.portfolios.get("p" as PortfolioId)?.tradingState).toBe("active");
  expect(stage.units("p", "A")).toBe(10);
  expect(stage.host.counters.faults).toBe(6);
});

test("[HOST-16] faults farther apart than ten minutes do not pause", () => {
  const faulty = strategy({
    name: "faulty",
    onBar: () => {
      throw new Error("oops");
    },
  });
  const stage = new Stage([hourly(5)], [{ id: "a", strategy: faulty }]).run();
  expect(lines(stage, "fault")).toHaveLength(5);
  expect(stage.engine.state.portfolios.get("a" as PortfolioId)?.tradingState).toBe("active");
});

test("[HOST-16] positions of a silent strategy stay managed, and it is asked again when its portfolio is resumed", () => {
  const shaky = strategy({
    name: "shaky",
    state: { version: 1, initial: { bar: -1 } },
    onBar: ({ state }) => {
      state.bar += 1;
      if (state.bar === 0) return enter.long({ size: size.units(10), stop: { kind: "price", price: "9.50" }, why: "w" });
      if (state.bar < 4) throw new Error("oops");
      return state.bar === 5 ? enter.short({ size: size.units(1), why: "again" }) : undefined;
    },
  });
  const rows = [...Array.from({ length: 8 }, () => flat(1000)), flat(900), flat(900), flat(900), flat(900), flat(900)];
  const resume: Command = { type: "ResumePortfolio", at: minute(10), by: "test", portfolio: "p" as PortfolioId, reason: "mended" };
  const stage = new Stage([seriesOf("A", rows)], [{ id: "p", strategy: shaky }], { settings: { scheduled: [resume] } }).run();
  expect(stage.tape.filter((line) => !/^(mark|day)/.test(line))).toEqual([
    "place p buy 10 at 1",
    "bought 10 @ 1000 at 1",
    "fault p STRATEGY_THREW at 2",
    "fault p STRATEGY_THREW at 3",
    "fault p STRATEGY_THREW pause at 4",
    "stop p @ 900 at 9",
    "sold 10 @ 900 at 9",
    "place p sell 1 at 11",
    "sold 1 @ 900 at 11",
  ]);
});

test("[HOST-17] schedules are asked after the seats of their instant, once per instant", () => {
  const series = [seriesOf("A", [flat(1000), flat(1000), flat(1000)]), seriesOf("B", [flat(2000), flat(2000), flat(2000)])];
  const stage = new Stage(series, [{ id: "p", strategy: rebalance({ name: "half", weights: { A: "50%", B: "25%" }, every: "1d" }) }]).run();
  expect(lines(stage, "place", "bought")).toEqual([
    "place p buy 5000 at 1",
    "place p buy 1250 at 1",
    "bought 5000 @ 1000 at 1",
    "bought 1250 @ 2000 at 1",
  ]);
});

test("[HOST-18] refusals, evaluations and what came to nothing are counted", () => {
  const stage = new Stage([hourly(4)], [hold]);
  const at = minute(0) as InstantMs;
  expect(stage.host.submit({ type: "RecordCancel", at, venueOrder: 9 as VenueOrderSeq, reason: "?" }).ok).toBe(false);
  stage.run();
  expect(stage.refused).toEqual(["RecordCancel VENUE_ORDER_UNKNOWN"]);
  expect(stage.host.counters).toMatchObject({ bars: 4, evaluations: 4, intents: 1, faults: 0, records: stage.engine.state.seq });
  expect([...stage.host.counters.refusals]).toEqual([["VENUE_ORDER_UNKNOWN", 1]]);
  expect(stage.host.now()).toBe(minute(240));
});

test("[HOST-13] a portfolio that comes or moves to another zone begins its day there", () => {
  const settings = { ...SETTINGS, timeZone: "Asia/Tokyo" };
  const create: Command = {
    type: "CreatePortfolio",
    at: minute(90),
    by: "test",
    portfolio: "late" as PortfolioId,
    startingCash: moneyOfUnits(1e9),
    settings,
  };
  const move: Command = { type: "ConfigurePortfolio", at: minute(100), by: "test", portfolio: "p" as PortfolioId, settings };
  const stage = new Stage([hourly(20)], [hold], { settings: { scheduled: [create, move] } }).run();
  expect(lines(stage, "day")).toEqual([
    "day 2026-01-05 of unattributed p at 0",
    "day 2026-01-05 of late at 90",
    "day 2026-01-06 of p late at 900",
  ]);
});

test("[SIM-25] shares bought before a split and sold after it were never lent: nothing is charged for them", () => {
  const split: Command = {
    type: "RecordCorporateAction",
    at: minute(90),
    actionId: "s",
    instrument: "A@XNYS" as InstrumentId,
    numerator: 7,
    denominator: 1,
    accountQuantity: null,
    cashInLieu: null,
  };
  const charged = (last: Intent): readonly [units: number, charges: number] => {
    const trader = strategy({
      name: "trader",
      state: { version: 1, initial: { bars: 0 } },
      onBar({ state }) {
        state.bars += 1;
        if (state.bars === 1) return enter.long({ size: size.units(10), why: "w" });
        return state.bars === 4 ? last : undefined;
      },
    });
    const settings = { scheduled: [split] };
    const stage = new Stage([hourly(60)], [{ id: "p", strategy: trader }], {
      settings,
      rules: { borrowRate: ratioOfUnits(36_000_000) },
    }).run();
    return [stage.units("p", "A"), stage.records.filter(({ command }) => command.type === "RecordIncome").length];
  };
  expect(charged(exit({ why: "all seventy" }))).toEqual([0, 0]);
  expect(charged(enter.short({ size: size.units(1), why: "one more" }))).toEqual([-1, 2]);
});

test("[HOST-28] between a split and the next close, the last close counts in the new units", () => {
  // Daily bars of 8 hours; the split comes before the second opens, and New Zealand's midnight between the two.
  const at = (day: number, hour: number) => minute(day * 1440 + hour * 60);
  const series = seriesOf(
    "A",
    [flat(1000), flat(1000), flat(500)],
    (i) => at(i, 9),
    (i) => at(i, 17),
  );
  const split = (n: number): Command => ({
    type: "RecordCorporateAction",
    at: at(2, 8),
    actionId: `s${n}`,
    instrument: "A@XNYS" as InstrumentId,
    numerator: n,
    denominator: 1,
    accountQuantity: null,
    cashInLieu: null,
  });
  const equities: number[] = [];
  const watcher = strategy({
    name: "watcher",
    onBar: ({ portfolio, position, waiting }) => {
      equities.push(portfolio.equity);
      return position === undefined && !waiting ? enter.long({ size: size.units(10), why: "w" }) : undefined;
    },
  });
  const settings = { timeZone: "Pacific/Auckland" };
  const stage = new Stage([series], [{ id: "p", strategy: watcher, settings }], {
    settings: { scheduled: [split(2), split(3)], markEveryMs: 3_600_000 },
  }).run();
  expect(stage.units("p", "A")).toBe(60);
  const marked = stage.records.flatMap(({ events }) =>
    events.flatMap((event) =>
      event.type === "AccountMarked"
        ? event.equities.filter(({ portfolio }) => portfolio === "p").map(({ equity }) => unitsOf(equity) / 1e6)
        : [],
    ),
  );
  expect(new Set(marked.slice(0, -1))).toEqual(new Set([100_000, 100_000.2]));
  expect(equities).toEqual([100_000, 100_000, 100_200]);
});

test("[SIM-20, HOST-25] I16: a short pays the same for what it borrowed beside a long that makes the account flat; the long gets nothing", () => {
  const side = (direction: "long" | "short") =>
    strategy({
      name: direction,
      state: { version: 1, initial: { done: false } },
      onBar({ state }) {
        if (state.done) return undefined;
        state.done = true;
        return enter[direction]({ size: size.units(10), why: "once" });
      },
    });
  const cash = (players: readonly Player[]): readonly number[] => {
    const stage = new Stage([hourly(60)], players, { rules: { borrowRate: ratioOfUnits(36_000_000) } }).run();
    return players.map(({ id }) => stage.cash(id));
  };
  const bear: Player = { id: "bear", strategy: side("short") };
  const bull: Player = { id: "bull", strategy: side("long") };
  const [alone] = cash([bear]);
  const [beside, long] = cash([bear, bull]);
  expect(beside).toBe(alone);
  // Sold at 10.01, and on two days a day's rent of 10 at the last closes, 10.23 and 10.47.
  expect(alone).toBeCloseTo(100_000 + 100.1 - 0.001023 * 10 - 0.001047 * 10, 6);
  expect(long).toBe(100_000 - 100.1);
});
