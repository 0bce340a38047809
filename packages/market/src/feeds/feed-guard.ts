import type { InstrumentId } from "@bulkhead/core";
import { type Calendar, calendarOf } from "../calendar/calendar.ts";
import { RESOLUTION_MS } from "../series/resolution.ts";
import type { Feed } from "./feed.ts";

/** What may not be traded on: `stale` where nothing came although the market is open, `spike` where a price jumped. */
export type FeedTrouble = Readonly<{ kind: "stale" | "spike"; reason: string }>;

export type GuardSettings = Readonly<{
  /** Silence in an open market after which its data is stale; null: three bars and half a minute. */
  staleAfterMs: number | null;
  /** A close this far from the one before, as a fraction of it, is a spike until later closes agree with it. */
  spikeRatio: number;
  /** Closes that must agree before a jump is believed. */
  closesToBelieve: number;
  /** After so long without its source, everything that a feed has is stale; one that never had it is at once. */
  lostAfterMs: number;
  /** So many values within a minute that are no prices, and nothing that the feed says is traded on (reliability M4). */
  invalidMax: number;
  /** A source whose clock is this far from ours says nothing of now. */
  skewMaxMs: number;
}>;

export const GUARD_DEFAULTS: GuardSettings = {
  staleAfterMs: null,
  spikeRatio: 0.2,
  closesToBelieve: 3,
  lostAfterMs: 10_000,
  invalidMax: 5,
  skewMaxMs: 30_000,
};

const INVALID_WINDOW_MS = 60_000;

const MIN_SILENCE_MS = 30_000;
const TICK_SILENCE_MS = 300_000;

type Watched = {
  readonly calendar: Calendar;
  readonly staleAfterMs: number;
  /** When its data last said anything. */
  heardAt: number;
  /** The last close that is believed, in the units of the bar that opened at `unitsAt`; NaN before the first. */
  believed: number;
  unitsAt: number;
  /** Closes that agreed with a jump so far, and the last of them. */
  agreed: number;
  jumpedTo: number;
  trouble: FeedTrouble | undefined;
};

/** Watches each instrument's data and says when it cannot be traded on, and when it can again. Decides nothing else. */
export class FeedGuard {
  readonly #feed: Feed;
  readonly #settings: GuardSettings;
  readonly #watched: readonly Watched[];
  /** When values came that are no prices, and how many by then. */
  #invalid: Readonly<{ at: number; count: number }>[] = [];

  /** `from`: silence counts from here. */
  constructor(feed: Feed, from: number, settings: Partial<GuardSettings> = {}) {
    this.#feed = feed;
    this.#settings = { ...GUARD_DEFAULTS, ...settings };
    this.#watched = feed.series.map((series, market) => {
      const barMs = RESOLUTION_MS[series.resolution];
      return {
        calendar: calendarOf(feed.instruments[market]?.calendar ?? "24/7"),
        staleAfterMs: this.#settings.staleAfterMs ?? (barMs === 0 ? TICK_SILENCE_MS : 3 * barMs + MIN_SILENCE_MS),
        heardAt: from,
        believed: series.close[series.length - 1] ?? Number.NaN,
        unitsAt: series.openAt[series.length - 1] ?? Number.NEGATIVE_INFINITY,
        agreed: 0,
        jumpedTo: Number.NaN,
        trouble: undefined,
      };
    });
  }

  /** Takes a closed bar in; true where the market's trouble came, changed or went. One that is told late is as old as it is. */
  onClose(market: number, bar: number, at: number): boolean {
    const watched = this.#watched[market];
    const series = this.#feed.series[market];
    const close = series?.close[bar];
    if (watched === undefined || series === undefined || close === undefined) return false;
    const closedAt = Math.min(at, series.closeAt[bar] ?? at);
    watched.heardAt = Math.max(watched.heardAt, closedAt);
    const age = at - closedAt;
    this.#split(watched, series.instrument, series.openAt[bar] ?? at);
    if (this.#isSpike(watched, close)) return this.#become(watched, { kind: "spike", reason: spikeWords(watched, this.#settings) });
    const lost = this.#distrust(at);
    if (lost !== undefined) return this.#become(watched, { kind: "stale", reason: lost });
    return this.#become(watched, age > watched.staleAfterMs ? { kind: "stale", reason: `stale: ${secondsOf(age)} s behind` } : undefined);
  }

  /** Its source was asked and has nothing newer: silence begins anew. True where it is no longer stale by that. */
  onQuiet(market: number, at: number): boolean {
    const watched = this.#watched[market];
    if (watched === undefined) return false;
    watched.heardAt = at;
    return watched.trouble?.kind === "stale" && this.#distrust(at) === undefined && this.#become(watched, undefined);
  }

  onOpen(market: number, at: number): void {
    const watched = this.#watched[market];
    if (watched !== undefined) watched.heardAt = at;
  }

  /** Markets whose data became stale by `at`. */
  becameStale(at: number): readonly number[] {
    const markets: number[] = [];
    const lost = this.lost(at);
    for (const [market, watched] of this.#watched.entries()) {
      if (watched.trouble?.kind === "stale") continue;
      const silence = at - this.#openSince(watched, at);
      const silent = silence > watched.staleAfterMs ? `stale: nothing came for ${secondsOf(silence)} s` : undefined;
      const reason = lost ?? silent;
      if (reason !== undefined && this.#become(watched, { kind: "stale", reason })) markets.push(market);
    }
    return markets;
  }

  /** Markets that cannot be traded on now. */
  get troubled(): readonly number[] {
    return [...this.#watched.keys()].filter((market) => this.#watched[market]?.trouble !== undefined);
  }

  troubleOf(market: number): FeedTrouble | undefined {
    return this.#watched[market]?.trouble;
  }

  /** Why nothing that the feed has can be trusted; undefined while its source is there, or was a moment ago. */
  lost(at: number): string | undefined {
    const { connection, since, reason } = this.#feed.state;
    if (connection === "connected" || (connection === "reconnecting" && at - since <= this.#settings.lostAfterMs))
      return this.#distrust(at);
    const why = reason === null ? "" : ` (${reason})`;
    return connection === "closed"
      ? `stale: nothing more comes from ${this.#feed.name}${why}`
      : `stale: no connection to ${this.#feed.name}${why}`;
  }

  /** Why a source that is there cannot be trusted; undefined where it can. */
  #distrust(at: number): string | undefined {
    const { invalid, skewMs } = this.#feed.state;
    const { invalidMax, skewMaxMs } = this.#settings;
    const last = this.#invalid.at(-1);
    if (last === undefined || last.count !== invalid) this.#invalid.push({ at, count: invalid });
    // The count before the window stays: from there the window is counted.
    while (this.#invalid[1] !== undefined && this.#invalid[1].at <= at - INVALID_WINDOW_MS) this.#invalid.shift();
    const first = this.#invalid[0] as Readonly<{ at: number; count: number }>;
    const bad = invalid - first.count;
    if (bad >= invalidMax) return `stale: ${bad} values of ${this.#feed.name} within a minute are no prices`;
    if (skewMs === null || Math.abs(skewMs) <= skewMaxMs) return undefined;
    return `stale: the clock of ${this.#feed.name} is ${secondsOf(Math.abs(skewMs))} s ${skewMs > 0 ? "ahead of" : "behind"} this machine's`;
  }

  /** Since when somebody should have been heard: the last word, or the market's opening where that came later. */
  #openSince({ calendar, heardAt }: Watched, at: number): number {
    const session = calendar.sessionOf(at);
    return session === undefined ? Number.POSITIVE_INFINITY : Math.max(heardAt, session.openAt);
  }

  /** What is believed counts in new units after a split: a price that falls by it has not jumped. */
  #split(watched: Watched, instrument: InstrumentId, at: number): void {
    for (const action of this.#feed.actions?.get(instrument) ?? [])
      if (action.kind === "split" && action.exAt > watched.unitsAt && action.exAt <= at)
        watched.believed = (watched.believed * action.denominator) / action.numerator;
    watched.unitsAt = Math.max(watched.unitsAt, at);
  }

  #isSpike(watched: Watched, close: number): boolean {
    const { spikeRatio, closesToBelieve } = this.#settings;
    const isFar = (from: number): boolean => Math.abs(close - from) > spikeRatio * from;
    if (Number.isNaN(watched.believed) || !isFar(watched.believed)) {
      watched.believed = close;
      watched.agreed = 0;
      return false;
    }
    watched.agreed = watched.agreed > 0 && !isFar(watched.jumpedTo) ? watched.agreed + 1 : 1;
    watched.jumpedTo = close;
    if (watched.agreed < closesToBelieve) return true;
    watched.believed = close;
    watched.agreed = 0;
    return false;
  }

  #become(watched: Watched, trouble: FeedTrouble | undefined): boolean {
    const changed = watched.trouble?.kind !== trouble?.kind;
    if (changed) watched.trouble = trouble;
    return changed;
  }
}

const secondsOf = (ms: number): number => Math.floor(ms / 1_000);

const spikeWords = ({ believed, jumpedTo }: Watched, { spikeRatio }: GuardSettings): string =>
  `spike: a close of ${jumpedTo} after ${believed}, in ticks of the series, is further than ${spikeRatio * 100} %`;
