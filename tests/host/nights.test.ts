import type { InstantMs, InstrumentId, OvernightPolicy, PortfolioId } from "@bulkhead/core";
import { effectiveStop } from "@bulkhead/core";
import type { BarSeries, CalendarId } from "@bulkhead/market";
import { calendarOf, firstAtOrAfter } from "@bulkhead/market";
import { moneyOfUnits, ratioOfUnits, unitsOf } from "@bulkhead/money";
import { enter, size, stop, strategy } from "@bulkhead/strategies";
import { describe, expect, test } from "vitest";
import { flat, type Player, SETTINGS, Stage, type StageOptions, seriesOf } from "./stage.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const XNYS = calendarOf("XNYS");
const A = "A@XNYS" as InstrumentId;
const P = "p" as PortfolioId;

/** Stops 10 % of the entry further away: from 950 to 850 for an entry at 1000. */
const POLICY: OvernightPolicy = {
  stopPct: ratioOfUnits(100_000_000),
  stopFactor: null,
  takeProfitPct: null,
  takeProfitFactor: null,
  beforeCloseMs: 0,
  afterOpenMs: 0,
  hours: null,
  except: [],
};

/** Buys once, with a stop of 5 %. */
const guarded = strategy({
  name: "guarded",
  state: { version: 1, initial: { done: false } },
  onBar({ state }) {
    if (state.done) return undefined;
    state.done = true;
    return enter.long({ size: size.units(10), stop: stop.percent("5%"), why: "once" });
  },
});
const player = (overnight: OvernightPolicy | null): Player => ({ id: "p", strategy: guarded, settings: { overnight } });

/** Bars of half an hour in the sessions of some New York dates, at 1000 or what `price` says. */
function sessions(dates: readonly string[], price: (at: number) => number = () => 1000): BarSeries {
  const opens = dates.flatMap((date) => {
    const session = XNYS.sessionOn(date);
    if (session.kind === "closed") throw new Error(`${date} ${session.reason}`);
    const { openAt, closeAt } = session;
    return Array.from({ length: (closeAt - openAt) / (HOUR / 2) }, (_, i) => openAt + i * (HOUR / 2));
  });
  return seriesOf(
    "A",
    opens.map((at) => flat(price(at))),
    (i) => opens[i] as InstantMs,
    (i) => ((opens[i] as number) + HOUR / 2) as InstantMs,
  );
}

const staged = (series: BarSeries, overnight: OvernightPolicy | null, options: StageOptions = {}): Stage =>
  new Stage([series], [player(overnight)], {
    ...options,
    settings: { calendars: new Map<InstrumentId, CalendarId>([[A, "XNYS"]]), ...options.settings },
  });

/** Nights as they were begun and ended, in UTC: `widen 2026-03-06T21:00`. */
const nightsOf = (stage: Stage): readonly string[] =>
  stage.records.flatMap(({ command, events }) =>
    events.some(({ type }) => type === "ProtectionWidened" || type === "ProtectionTightened")
      ? [`${command.type === "WidenProtection" ? "widen" : "tighten"} ${new Date(command.at).toISOString().slice(0, 16)}`]
      : [],
  );

const stopOf = (stage: Stage): number | undefined => {
  const protection = stage.engine.state.portfolios.get(P)?.protections.get(A);
  const stop = protection === undefined ? null : effectiveStop(protection);
  return stop === null ? undefined : unitsOf(stop.price);
};

describe("from a close to the next opening", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    // New York is 5 hours behind UTC in winter, 4 in summer; the clocks change in the night to Sunday, 2026-03-08.
    ["over a weekend in which the clocks change", ["2026-03-06", "2026-03-09"], ["widen 2026-03-06T21:00", "tighten 2026-03-09T13:30"]],
    ["and back in autumn",                        ["2026-10-30", "2026-11-02"], ["widen 2026-10-30T20:00", "tighten 2026-11-02T14:30"]],
    // Thanksgiving is a Thursday without trading, and the Friday after it ends at 13:00.
    ["over a holiday, from an early close",       ["2026-11-25", "2026-11-27", "2026-11-30"], [
      "widen 2026-11-25T21:00", "tighten 2026-11-27T14:30", "widen 2026-11-27T18:00", "tighten 2026-11-30T14:30",
    ]],
  ] as const)("[NIGHT-8] %s", (_name, dates, expected) => {
    const stage = staged(sessions(dates), POLICY).run();
    const last = stage.records.at(-1)?.command.at ?? 0;
    expect(nightsOf(stage).filter((night) => night.slice(-16) < new Date(last).toISOString().slice(0, 16))).toEqual(expected);
    expect(stage.refused).toEqual([]);
  });

  test("[NIGHT-8] a lead before the close and a lag after the open", () => {
    const stage = staged(sessions(["2026-03-04", "2026-03-05"]), { ...POLICY, beforeCloseMs: 15 * MINUTE, afterOpenMs: 5 * MINUTE }).run();
    expect(nightsOf(stage)).toEqual(["widen 2026-03-04T20:45", "tighten 2026-03-05T14:35", "widen 2026-03-05T20:45"]);
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    // Melbourne is 11 hours ahead of UTC until 2026-04-05, then 10: its clocks go back at 3 in the morning, and that night has an hour more.
    ["over midnight",             { from: 22 * 60, to: 7 * 60 }, "2026-03-04", ["widen 2026-03-04T11:00", "tighten 2026-03-04T20:00", "widen 2026-03-05T11:00"]],
    ["within a day",              { from: 0, to: 6 * 60 + 30 },  "2026-03-04", ["widen 2026-03-04T13:00", "tighten 2026-03-04T19:30", "widen 2026-03-05T13:00"]],
    ["as the clocks change",      { from: 22 * 60, to: 7 * 60 }, "2026-04-04", ["widen 2026-04-04T11:00", "tighten 2026-04-04T21:00", "widen 2026-04-05T12:00"]],
  ] as const)("[NIGHT-15] S2.8 what never closes has the night of its portfolio's hours and zone: %s", (_name, hours, from, expected) => {
    const begin = Date.parse(`${from}T09:00:00Z`);
    const series = seriesOf(
      "A",
      Array.from({ length: 30 }, () => flat(1000)),
      (i) => (begin + i * HOUR) as InstantMs,
      (i) => (begin + (i + 1) * HOUR) as InstantMs,
    );
    const settings = { overnight: { ...POLICY, hours }, timeZone: "Australia/Melbourne" };
    const calendars = new Map<InstrumentId, CalendarId>([[A, "24/7"]]);
    const stage = new Stage([series], [{ id: "p", strategy: guarded, settings }], { settings: { calendars } }).run();
    expect(nightsOf(stage)).toEqual(expected);
    const shares = new Map<InstrumentId, CalendarId>([[A, "XNYS"]]);
    const closing = new Stage([series], [{ id: "p", strategy: guarded, settings }], { settings: { calendars: shares } }).run();
    expect(nightsOf(closing)).not.toEqual(expected); // A market that closes has its own night.
  });

  test("[NIGHT-8] what never closes has no night without hours, nor has what nobody gave a calendar", () => {
    const series = sessions(["2026-03-04", "2026-03-05"]);
    for (const calendars of [new Map<InstrumentId, CalendarId>([[A, "24/7"]]), new Map<InstrumentId, CalendarId>()])
      expect(nightsOf(staged(series, POLICY, { settings: { calendars } }).run())).toEqual([]);
  });

  test("[NIGHT-9] a bar that closes with the session meets the day's stop, one that opens the next session the day's again", () => {
    const closing = staged(
      sessions(["2026-03-04", "2026-03-05"], (at) => (at === Date.UTC(2026, 2, 4, 20, 30) ? 900 : 1000)),
      POLICY,
    ).run();
    expect(closing.tape.filter((line) => line.startsWith("stop"))).toHaveLength(1);
    const opening = staged(
      sessions(["2026-03-04", "2026-03-05"], (at) => (at === Date.UTC(2026, 2, 5, 14, 30) ? 900 : 1000)),
      POLICY,
    ).run();
    expect(opening.tape.filter((line) => line.startsWith("stop p @ 900"))).toHaveLength(1);
  });

  test("[NIGHT-9] in a night that lasts beyond the opening a gap passes that the day's stop would not have survived", () => {
    const gap = (at: number): number => (at >= Date.UTC(2026, 2, 5, 14, 30) && at < Date.UTC(2026, 2, 5, 15) ? 900 : 1000);
    const stage = staged(sessions(["2026-03-04", "2026-03-05"], gap), { ...POLICY, afterOpenMs: 31 * MINUTE }).run();
    expect(stage.tape.filter((line) => line.startsWith("stop"))).toEqual([]);
    expect(stage.units("p", "A")).toBe(10);
  });

  test("[NIGHT-9] a position of the last minutes before the close is widened at the close", () => {
    const late = sessions(["2026-03-04", "2026-03-05"]);
    const from = firstAtOrAfter(late.openAt, Date.UTC(2026, 2, 4, 20));
    const series = seriesOf(
      "A",
      Array.from({ length: late.length - from }, () => flat(1000)),
      (i) => late.openAt[from + i] as InstantMs,
      (i) => late.closeAt[from + i] as InstantMs,
    );
    const stage = staged(series, { ...POLICY, beforeCloseMs: 45 * MINUTE }).run();
    expect(nightsOf(stage)).toEqual(["widen 2026-03-04T21:00", "tighten 2026-03-05T14:30", "widen 2026-03-05T20:15"]);
  });
});

describe("live", () => {
  const EVENING = Date.UTC(2026, 2, 4, 22) as InstantMs;
  const MORNING = Date.UTC(2026, 2, 5, 14, 30) as InstantMs;
  const day = () => sessions(["2026-03-04"]);
  /** Goes on with the books of a stage, as a restart does. */
  const again = (books: Stage, at: number): Stage => {
    const stage = new Stage([day()], [], { books, settings: { calendars: new Map<InstrumentId, CalendarId>([[A, "XNYS"]]) } });
    stage.host.start(at as InstantMs);
    stage.host.advance(at as InstantMs);
    stage.host.flush();
    return stage;
  };
  const ended = (): Stage => staged(day(), POLICY).run();
  const configure = (stage: Stage, at: number, overnight: OvernightPolicy | null): void => {
    const settings = { ...SETTINGS, overnight };
    stage.host.submit({ type: "ConfigurePortfolio", at: at as InstantMs, by: "test", portfolio: P, settings });
    stage.host.advance(at as InstantMs);
    stage.host.flush();
  };

  test("[NIGHT-10] S2.41 a start in the middle of a night widens nothing twice, and the morning tightens to what was", () => {
    const first = ended();
    expect(stopOf(first)).toBe(850);
    const second = again(first, EVENING);
    expect(nightsOf(second)).toEqual([]);
    expect(stopOf(second)).toBe(850);
    const third = again(second, EVENING + HOUR);
    third.host.advance((MORNING - 1) as InstantMs);
    expect(stopOf(third)).toBe(850);
    third.host.advance(MORNING);
    expect(nightsOf(third)).toEqual(["tighten 2026-03-05T14:30"]);
    expect(stopOf(third)).toBe(950);
    expect(third.host.exits).toEqual({ expected: 1, armed: 1 });
  });

  test("[NIGHT-10] a desk that was down at the close widens at its start, one that was down over the morning tightens", () => {
    const dark = new Stage([day()], [player(POLICY)]).run(); // Without calendars: nobody widened.
    expect(stopOf(dark)).toBe(950);
    const night = again(dark, EVENING);
    expect(nightsOf(night)).toEqual(["widen 2026-03-04T22:00"]);
    const noon = again(night, MORNING + 2 * HOUR);
    expect(nightsOf(noon)).toEqual(["tighten 2026-03-05T16:30"]);
    expect(stopOf(noon)).toBe(950);
  });

  test("[NIGHT-10] one that slept through a whole day begins the next night from the day's levels", () => {
    const later = again(ended(), EVENING + 24 * HOUR);
    expect(nightsOf(later)).toEqual(["tighten 2026-03-05T22:00", "widen 2026-03-05T22:00"]);
    expect(stopOf(later)).toBe(850);
  });

  test("[NIGHT-11] a policy that is taken away or excepts the position tightens at once; one that is given widens", () => {
    const stage = again(ended(), EVENING);
    configure(stage, EVENING + MINUTE, null);
    expect(stopOf(stage)).toBe(950);
    configure(stage, EVENING + 2 * MINUTE, POLICY);
    expect(stopOf(stage)).toBe(850);
    configure(stage, EVENING + 3 * MINUTE, { ...POLICY, except: [A] });
    expect(stopOf(stage)).toBe(950);
  });

  test("[NIGHT-12] a backtest and a host that lives through the same bars say the same", () => {
    const dates = ["2026-03-04", "2026-03-05", "2026-03-06"];
    const policy = { ...POLICY, beforeCloseMs: 10 * MINUTE };
    const whole = staged(sessions(dates), policy).run();
    let live = staged(sessions(dates.slice(0, 1)), policy).run();
    const nights = [...nightsOf(live)];
    for (const date of dates.slice(1)) {
      const next = new Stage([sessions([date])], [], {
        books: live,
        settings: { calendars: new Map<InstrumentId, CalendarId>([[A, "XNYS"]]) },
      });
      next.run();
      nights.push(...nightsOf(next));
      live = next;
    }
    expect(nights).toEqual(nightsOf(whole));
    expect(moneyOfUnits(stopOf(live) ?? 0)).toEqual(moneyOfUnits(stopOf(whole) ?? 0));
  });
});
