import { calendarOf } from "../calendar/calendar.ts";
import { DAY_MS, parseDate } from "../calendar/day.ts";
import type { InstrumentFacts } from "../load/entry.ts";
import { SeriesBuilder, type SeriesFacts } from "../series/builder.ts";
import { RESOLUTION_MS, type Resolution } from "../series/resolution.ts";
import type { BarSeries } from "../series/series.ts";
import { factsOf, SYNTHETIC_INSTRUMENTS, type SyntheticInstrument, Walk } from "../synthetic/synthetic-market.ts";
import type { Feed } from "./feed.ts";
import { PacedFeed } from "./paced-feed.ts";

export type SyntheticFeedOptions = Readonly<{
  seed: number;
  /** The first instant that matters, ms UTC; some days before it are there as history. */
  from: number;
  resolution?: Exclude<Resolution, "tick">;
  instruments?: readonly SyntheticInstrument[];
  /** Whole days of history before `from`'s. */
  historyDays?: number;
}>;

/** Prices of every invented instrument on this day are its start; later ones follow from the seed alone. */
const FIRST_DAY = parseDate("2026-01-05");

/**
 * The embedded market: invented, seeded, open around the clock and without an end. Prices are a function of seed and time, so that a
 * desk that starts again finds the market where it would be. Each instrument has its own streams of chance.
 */
export function syntheticFeed(options: SyntheticFeedOptions): Feed {
  const { seed, from, resolution = "1m", historyDays = 1 } = options;
  const invented = options.instruments ?? SYNTHETIC_INSTRUMENTS;
  const instruments = invented.map((instrument): InstrumentFacts => ({ ...factsOf(instrument), calendar: "24/7" }));
  const days = invented.map(
    (instrument, market) => new Days(instrument, seed, factsFor(instruments[market] as InstrumentFacts, { resolution, seed })),
  );
  const firstDay = Math.floor(from / DAY_MS) - historyDays;
  return new PacedFeed({
    name: "synthetic",
    instruments,
    series: days.map((each) => each.barsOf(firstDay)),
    more: (market, after) => days[market]?.barsOf(Math.floor(after / DAY_MS)),
  });
}

/** The invented instruments, and one more for every symbol that they do not have: shares in dollars, with prices and tempers of their own. */
export function inventedFor(symbols: readonly string[]): readonly SyntheticInstrument[] {
  const known = new Set(SYNTHETIC_INSTRUMENTS.map((instrument) => factsOf(instrument).symbol));
  const wanted = new Set(symbols.map((symbol) => symbol.toUpperCase()).filter((symbol) => !known.has(symbol) && !symbol.includes("@")));
  return [...SYNTHETIC_INSTRUMENTS, ...[...wanted].map(invent)];
}

function invent(symbol: string): SyntheticInstrument {
  let hash = 7;
  for (const letter of symbol) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  const startUnits = 2_000 + (hash % 40_000);
  const moveMillionths = 2_000 + (hash % 5_000);
  return { symbol, kind: "share", quote: "USD", startUnits, priceScale: 2, moveMillionths, trendMillionths: moveMillionths >> 3 };
}

function factsFor(facts: InstrumentFacts, { resolution, seed }: Readonly<{ resolution: Resolution; seed: number }>): SeriesFacts {
  const source = {
    format: "synthetic",
    path: `seed ${seed}`,
    zone: calendarOf("24/7").zone.id,
    adjustment: "raw",
    licence: "invented",
    session: "regular",
  } as const;
  return { instrument: facts.id, resolution, priceScale: facts.priceScale, volumeScale: 0, source };
}

/** The days of one instrument: each begins where the one before ended, and knows its own end from the start. */
class Days {
  readonly #instrument: SyntheticInstrument;
  readonly #seed: number;
  readonly #facts: SeriesFacts;
  readonly #levels: SeriesBuilder = new SeriesBuilder();
  readonly #daily: Walk;

  constructor(instrument: SyntheticInstrument, seed: number, facts: SeriesFacts) {
    this.#instrument = instrument;
    this.#seed = seed;
    this.#facts = facts;
    this.#daily = new Walk(instrument, seed, DAY_MS);
  }

  /** The bars of one UTC day, from midnight to midnight. */
  barsOf(day: number): BarSeries {
    const ms = RESOLUTION_MS[this.#facts.resolution];
    const start = this.#levelAt(day);
    const walk = new Walk({ ...this.#instrument, startUnits: start }, this.#seed + Math.imul(day, 2_654_435), ms);
    const raw = new SeriesBuilder(DAY_MS / ms);
    for (let at = day * DAY_MS; at < (day + 1) * DAY_MS; at += ms) {
      if (at % HOUR_MS === 0) walk.turn();
      walk.bar(raw, at, at + ms);
    }
    return led(raw.build(this.#facts), this.#levelAt(day + 1));
  }

  /** The price at a day's first instant. */
  #levelAt(day: number): number {
    const wanted = Math.max(0, day - FIRST_DAY);
    const levels = this.#levels;
    while (levels.length < wanted) {
      const at = (FIRST_DAY + levels.length) * DAY_MS;
      if (levels.length % 5 === 0) this.#daily.turn();
      this.#daily.bar(levels, at, at + DAY_MS);
    }
    return wanted === 0 ? this.#instrument.startUnits : levels.closeOf(wanted - 1);
  }
}

const HOUR_MS = 3_600_000;

/** Leads bars to the price at which the next day begins: each is moved by its share of what is missing at the end. */
function led(bars: BarSeries, target: number): BarSeries {
  const { length, open, high, low, close } = bars;
  const missing = target - (close[length - 1] as number);
  let before = open[0] as number;
  for (let i = 0; i < length; i += 1) {
    const shift = Math.round((missing * (i + 1)) / length);
    const end = Math.max(1, (close[i] as number) + shift);
    high[i] = Math.max(before, end, (high[i] as number) + shift);
    low[i] = Math.max(1, Math.min(before, end, (low[i] as number) + shift));
    open[i] = before;
    close[i] = end;
    before = end;
  }
  return bars;
}
