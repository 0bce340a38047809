import type { InstrumentId } from "@bulkhead/core";
import { describe, expect, test } from "vitest";
import { SeriesBuilder } from "../series/builder.ts";
import type { BarSeries } from "../series/series.ts";
import { mergeTimeline } from "../series/timeline.ts";
import { syntheticMarket } from "../synthetic/synthetic-market.ts";
import { emptyStep, type Feed, type FeedState, ownState } from "./feed.ts";
import { FeedGuard } from "./feed-guard.ts";
import { GrowingSeries } from "./growing-series.ts";
import { replayFeed } from "./paced-feed.ts";
import { syntheticFeed } from "./synthetic-feed.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;
const FROM = Date.UTC(2026, 4, 20, 22);

/** What a feed says, step by step, up to an instant. */
function drain(feed: Feed, until: number): { at: number; closed: string[]; opened: number[] }[] {
  const steps = [];
  while (feed.nextAt <= until) {
    const { at, closed, markets, bars, openings, opened } = feed.take();
    steps.push({
      at,
      closed: [...markets.subarray(0, closed)].map((market, i) => `${market}:${bars[i]}`),
      opened: [...opened.subarray(0, openings)],
    });
  }
  return steps;
}

describe("the embedded market", () => {
  test("[FEED-1] is a function of seed and time: one that starts later finds the same prices", () => {
    const early = syntheticFeed({ seed: 3, from: FROM - 3 * DAY });
    const late = syntheticFeed({ seed: 3, from: FROM });
    early.begin(FROM - 3 * DAY);
    drain(early, FROM + 3 * 3_600_000);
    late.begin(FROM);
    drain(late, FROM + 3 * 3_600_000);
    for (const [market, series] of late.series.entries()) {
      const other = early.series[market] as BarSeries;
      const shift = other.length - series.length;
      for (const name of ["openAt", "closeAt", "open", "high", "low", "close", "volume"] as const)
        expect(series[name].subarray(0, series.length)).toEqual(other[name].subarray(shift, other.length));
    }
    const another = syntheticFeed({ seed: 4, from: FROM });
    expect(another.series[0]?.close.subarray(0, 100)).not.toEqual(late.series[0]?.close.subarray(0, 100));
  });

  test("[FEED-2] has a bar every minute around the clock, without an end, each beginning where the one before ended", () => {
    const feed = syntheticFeed({ seed: 3, from: FROM, historyDays: 1 });
    feed.begin(FROM);
    drain(feed, FROM + 2 * DAY);
    expect(feed.instruments.map(({ calendar }) => calendar)).toEqual(["24/7", "24/7", "24/7", "24/7", "24/7"]);
    for (const series of feed.series) {
      for (let i = 1; i < series.length; i += 1) {
        const [open, high, low, close] = [series.open[i], series.high[i], series.low[i], series.close[i]] as [
          number,
          number,
          number,
          number,
        ];
        expect(series.openAt[i]).toBe((series.openAt[i - 1] as number) + MINUTE);
        if (open !== series.close[i - 1] || low < 1 || low > Math.min(open, close) || high < Math.max(open, close))
          throw new Error(`${series.instrument} ${i}: ${open} ${high} ${low} ${close}`);
      }
    }
    expect(feed.nextAt).toBe(FROM + 2 * DAY + MINUTE);
  });
});

describe("feeds", () => {
  const market = syntheticMarket({ seed: 5, from: "2026-03-02", days: 4, resolution: "1h" });

  test("[FEED-3] let recorded bars go in the order of a time line, none before its instant", () => {
    const { which, bar } = mergeTimeline(market.series);
    const feed = replayFeed(market);
    const steps = drain(feed, Number.MAX_SAFE_INTEGER);
    expect(steps.flatMap(({ closed }) => closed)).toEqual([...(which ?? [])].map((each, i) => `${each}:${bar?.[i]}`));
    for (const { at, closed, opened } of steps) {
      for (const each of closed) {
        const [series = 0, index = 0] = each.split(":").map(Number);
        expect(market.series[series]?.closeAt[index]).toBe(at);
      }
      for (const each of opened) expect([...(market.series[each]?.openAt ?? [])]).toContain(at);
    }
    expect(feed.nextAt).toBe(Number.POSITIVE_INFINITY);
    const last = Math.max(...market.series.map(({ closeAt, length }) => closeAt[length - 1] ?? 0));
    expect(feed.state).toMatchObject({
      connection: "closed",
      since: last,
      reason: "it is over",
      bars: market.series[0] && steps.flatMap(({ closed }) => closed).length,
    });
  });

  test("[FEED-4] begin with history: what came before is there and in no step", () => {
    const feed = replayFeed(market);
    const at = (market.series[0]?.closeAt[2] as number) + 1;
    feed.begin(at);
    expect(feed.series[0]?.length).toBe(3);
    expect(feed.series[0]?.opened).toBe(4);
    expect(feed.nextAt).toBeGreaterThan(at);
    expect(drain(feed, at + DAY)[0]?.closed).toContain("0:3");
  });

  test("[FEED-5] tell of ticks that share an instant together", () => {
    const builder = new SeriesBuilder();
    for (const [at, price] of [
      [1_000, 10],
      [1_000, 11],
      [2_000, 12],
    ] as const)
      builder.push(at, at, price, price, price, price, 1);
    const series = builder.build({
      instrument: "T@SIM" as InstrumentId,
      resolution: "tick",
      priceScale: 2,
      volumeScale: 0,
      source: { format: "csv", path: "", zone: "UTC", adjustment: "raw", session: "regular" },
    });
    const feed = replayFeed({ series: [series], instruments: market.instruments.slice(0, 1) });
    expect(drain(feed, 5_000)).toEqual([
      { at: 1_000, closed: ["0:0", "0:1"], opened: [0] },
      { at: 2_000, closed: ["0:2"], opened: [0] },
    ]);
  });
});

describe("the guard", () => {
  /** One instrument, an hourly close each. */
  function watched(closes: readonly number[], calendar: "24/7" | "XNYS" = "24/7"): Feed {
    const whole = syntheticMarket({ seed: 5, from: "2026-03-02", days: 3, resolution: "1h" });
    const market = calendar === "24/7" ? 3 : 0;
    const series = whole.series[market] as BarSeries;
    const changed = { ...series, close: series.close.slice() };
    for (const [i, close] of closes.entries()) changed.close[i] = close;
    return replayFeed({ series: [changed], instruments: whole.instruments.slice(market, market + 1) });
  }

  test("[GUARD-1] data that says nothing for three bars and half a minute is stale, until it speaks again", () => {
    const feed = watched([100, 101]);
    feed.take();
    const step = feed.take();
    const guard = new FeedGuard(feed, step.at);
    const silent = step.at + 3 * 3_600_000 + 30_000;
    expect(guard.becameStale(silent)).toEqual([]);
    expect(guard.becameStale(silent + 1)).toEqual([0]);
    expect(guard.becameStale(silent + 2)).toEqual([]);
    expect(guard.troubleOf(0)).toMatchObject({ kind: "stale" });
    feed.take();
    expect(guard.onClose(0, 1, silent + 3)).toBe(true);
    expect(guard.troubleOf(0)).toBeUndefined();
  });

  test("[GUARD-2] a closed market is not stale; its silence counts from the opening", () => {
    const feed = watched([], "XNYS");
    const friday = Date.UTC(2026, 2, 6, 21);
    const guard = new FeedGuard(feed, friday);
    expect(guard.becameStale(friday + 40 * 3_600_000)).toEqual([]);
    const monday = Date.UTC(2026, 2, 9, 13, 30); // New York has summer time by then.
    expect(guard.becameStale(monday + 2 * 3_600_000)).toEqual([]);
    expect(guard.becameStale(monday + 4 * 3_600_000)).toEqual([0]);
  });

  test("[GUARD-3] a close a fifth away from the last is a spike; one that goes back ends it, three that agree are believed", () => {
    const feed = watched([100, 130, 101, 150, 151, 152, 150]);
    const guard = new FeedGuard(feed, 0);
    const troubles = Array.from({ length: 7 }, (_, bar) => {
      guard.onClose(0, bar, bar);
      return guard.troubleOf(0)?.kind;
    });
    expect(troubles).toEqual([undefined, "spike", undefined, "spike", "spike", undefined, undefined]);
  });

  /** One instrument whose bars come from a source that can be lost. */
  function lossy(): { feed: Feed; series: GrowingSeries; set: (state: Partial<FeedState>) => void } {
    const series = new GrowingSeries({ ...FACTS, resolution: "1m" });
    let state = ownState(0, 0);
    const { instruments } = syntheticMarket({ seed: 5, from: "2026-03-02", days: 1, resolution: "1h" });
    const feed: Feed = {
      name: "somewhere",
      instruments: instruments.slice(3, 4),
      series: [series],
      get state() {
        return state;
      },
      nextAt: Number.POSITIVE_INFINITY,
      take: emptyStep,
      begin: () => {},
      listen: () => {},
      close: () => {},
    };
    const set = (changes: Partial<FeedState>): void => {
      state = { ...state, ...changes };
    };
    return { feed, series, set };
  }

  test("[GUARD-4] I21: without its source everything is stale after ten seconds, and at once where it never was there", () => {
    const { feed, set } = lossy();
    const guard = new FeedGuard(feed, 0);
    set({ connection: "reconnecting", since: 5_000, reason: "cut" });
    expect(guard.becameStale(15_000)).toEqual([]);
    expect(guard.becameStale(15_001)).toEqual([0]);
    expect(guard.troubleOf(0)?.reason).toBe("stale: no connection to somewhere (cut)");
    expect(guard.troubled).toEqual([0]);
    const first = lossy();
    first.set({ connection: "connecting", since: 0, reason: "not found" });
    expect(new FeedGuard(first.feed, 0).becameStale(0)).toEqual([0]);
  });

  test("[GUARD-5] a bar that is told late is as old as it is: it lifts nothing, and is not traded on", () => {
    const { feed, series, set } = lossy();
    const guard = new FeedGuard(feed, 0);
    const now = 20 * MINUTE;
    const close = (minute: number): number => {
      series.end({ openAt: (minute - 1) * MINUTE, closeAt: minute * MINUTE, open: 5, high: 5, low: 5, close: 5, volume: 1 });
      return series.length - 1;
    };
    expect(guard.onClose(0, close(2), now)).toBe(true); // Nobody had noticed yet.
    expect(guard.troubleOf(0)?.reason).toBe("stale: 1080 s behind");
    expect(guard.onClose(0, close(3), now)).toBe(false);
    set({ connection: "connected" });
    expect(guard.onClose(0, close(19), now)).toBe(true);
    expect(guard.troubleOf(0)).toBeUndefined();
  });

  test("[GUARD-7] M4: five values within a minute that are no prices degrade the feed until a minute has fewer", () => {
    const { feed, series, set } = lossy();
    const guard = new FeedGuard(feed, 0);
    const close = (minute: number): number => {
      series.end({ openAt: (minute - 1) * MINUTE, closeAt: minute * MINUTE, open: 5, high: 5, low: 5, close: 5, volume: 1 });
      return series.length - 1;
    };
    set({ connection: "connected", invalid: 7 }); // Of before anybody looked.
    expect(guard.becameStale(1_000)).toEqual([]);
    set({ invalid: 11 });
    expect(guard.becameStale(2_000)).toEqual([]);
    set({ invalid: 12 });
    expect(guard.becameStale(3_000)).toEqual([0]);
    expect(guard.troubleOf(0)?.reason).toBe("stale: 5 values of somewhere within a minute are no prices");
    expect([guard.onClose(0, close(1), MINUTE), guard.onQuiet(0, MINUTE), guard.troubled]).toEqual([false, false, [0]]);
    expect(guard.onClose(0, close(2), 2 * MINUTE + 3_000)).toBe(true);
    expect(guard.troubled).toEqual([]);
  });

  test("[GUARD-8] M6: a source whose clock is more than half a minute away says nothing of now", () => {
    const { feed, set } = lossy();
    const guard = new FeedGuard(feed, 0);
    set({ connection: "connected", skewMs: -30_000 });
    expect(guard.becameStale(1_000)).toEqual([]);
    set({ skewMs: 31_000 });
    expect(guard.becameStale(2_000)).toEqual([0]);
    expect(guard.troubleOf(0)?.reason).toBe("stale: the clock of somewhere is 31 s ahead of this machine's");
    set({ skewMs: 10 });
    expect(guard.onQuiet(0, 3_000)).toBe(true);
  });

  test("[GUARD-6] Z37: a symbol that its source says is quiet is not stale; only a stale one is lifted by that", () => {
    const { feed } = lossy();
    const guard = new FeedGuard(feed, 0);
    expect(guard.onQuiet(0, 3 * MINUTE)).toBe(false);
    expect(guard.becameStale(6 * MINUTE)).toEqual([]);
    expect(guard.becameStale(6 * MINUTE + 30_001)).toEqual([0]);
    expect(guard.onQuiet(0, 7 * MINUTE)).toBe(true);
    expect(guard.troubleOf(0)).toBeUndefined();
  });
});

const FACTS = {
  instrument: "T@SIM" as InstrumentId,
  resolution: "1m",
  priceScale: 2,
  volumeScale: 0,
  source: { format: "live", path: "", zone: "UTC", adjustment: "raw", session: "regular" },
} as const;

describe("a growing series", () => {
  const bar = (minute: number, price: number) => ({
    openAt: minute * MINUTE,
    closeAt: (minute + 1) * MINUTE,
    open: price,
    high: price + 1,
    low: price - 1,
    close: price,
    volume: 7,
  });

  test("[FEED-6] takes bars in order, once each, begun or not, and room for more is behind the last one", () => {
    const series = new GrowingSeries(FACTS);
    expect(series.begin(0, MINUTE, 10)).toBe(true);
    expect([series.length, series.opened]).toEqual([0, 1]);
    expect(series.begin(0, MINUTE, 11)).toBe(false);
    expect(series.end(bar(0, 10))).toBe(true);
    expect([series.length, series.opened]).toEqual([1, 1]);
    expect([series.end(bar(0, 12)), series.begin(0, MINUTE, 12)]).toEqual([false, false]);
    expect(series.begin(5 * MINUTE, 6 * MINUTE, 20)).toBe(true);
    expect(series.end(bar(2, 15))).toBe(true); // Known after all: it stands where the one that was begun would have.
    expect([...series.open.subarray(0, 2)]).toEqual([10, 15]);
    expect(series.openAt[2]).toBe(Number.POSITIVE_INFINITY);
  });

  test("[FEED-6] grows beyond its first room without losing anything", () => {
    const series = new GrowingSeries(FACTS);
    for (let minute = 0; minute < 3_000; minute += 1) if (!series.end(bar(minute, 10 + (minute % 7)))) throw new Error(String(minute));
    expect([series.length, series.close[2_999], series.closeAt[2_999]]).toEqual([3_000, 10 + (2_999 % 7), 3_000 * MINUTE]);
    expect(series.closeAt[3_000]).toBe(Number.POSITIVE_INFINITY);
  });
});
