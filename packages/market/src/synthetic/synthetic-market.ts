import type { InstrumentId } from "@bulkhead/core";
import { formatAmount, priceOfUnits } from "@bulkhead/money";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { type Calendar, type CalendarId, calendarOf } from "../calendar/calendar.ts";
import { parseDate } from "../calendar/day.ts";
import type { InstrumentFacts } from "../load/entry.ts";
import { SeriesBuilder } from "../series/builder.ts";
import { RESOLUTION_MS, type Resolution } from "../series/resolution.ts";
import type { BarSeries } from "../series/series.ts";

/** One invented instrument. Prices are in units of 10^-`priceScale`; the size of a move is in parts per million of the price per hour. */
export type SyntheticInstrument = Readonly<{
  symbol: string;
  kind: "share" | "coin";
  quote: string;
  startUnits: number;
  priceScale: number;
  /** Typical move per hour, in parts per million. */
  moveMillionths: number;
  /** How strongly it trends: parts per million per hour, in one direction until the trend turns. */
  trendMillionths: number;
}>;

export type SyntheticOptions = Readonly<{
  seed: number;
  /** First date, `YYYY-MM-DD`. */
  from: string;
  /** Calendar days from there; instruments with sessions trade on those that are sessions. */
  days: number;
  resolution: Resolution;
  instruments?: readonly SyntheticInstrument[];
}>;

const VENUE = "DEMO";

/** Five instruments that no market knows: three shares on New York hours, two coins around the clock. */
export const SYNTHETIC_INSTRUMENTS: readonly SyntheticInstrument[] = [
  { symbol: "ACME", kind: "share", quote: "USD", startUnits: 12_000, priceScale: 2, moveMillionths: 3_000, trendMillionths: 500 },
  { symbol: "BOLT", kind: "share", quote: "USD", startUnits: 4_500, priceScale: 2, moveMillionths: 6_000, trendMillionths: 1_200 },
  { symbol: "CRUX", kind: "share", quote: "USD", startUnits: 31_000, priceScale: 2, moveMillionths: 2_000, trendMillionths: 300 },
  { symbol: "DUSK", kind: "coin", quote: "USD", startUnits: 250_000, priceScale: 2, moveMillionths: 5_000, trendMillionths: 800 },
  { symbol: "EMBER", kind: "coin", quote: "USD", startUnits: 18_000, priceScale: 4, moveMillionths: 9_000, trendMillionths: 1_500 },
];

/**
 * A seeded, invented market, labelled `format: "synthetic"`. The same options give the same bars on every machine: integers, additions,
 * products and square roots only, no transcendental function. Each instrument has its own stream of chance, so that leaving one out changes no other.
 */
export function syntheticMarket(
  options: SyntheticOptions,
): Readonly<{ series: readonly BarSeries[]; instruments: readonly InstrumentFacts[] }> {
  const instruments = options.instruments ?? SYNTHETIC_INSTRUMENTS;
  const made = instruments.map((instrument) => ({ facts: factsOf(instrument), series: seriesOf(instrument, options) }));
  return { series: made.map((one) => one.series), instruments: made.map((one) => one.facts) };
}

/** What its data says about an invented instrument. */
export function factsOf(instrument: SyntheticInstrument): InstrumentFacts {
  const { kind, quote, priceScale } = instrument;
  const symbol = kind === "coin" ? `${instrument.symbol}${quote}` : instrument.symbol;
  const id = `${symbol}@${VENUE}` as InstrumentId;
  const calendar: CalendarId = kind === "share" ? "XNYS" : "24/7";
  const sizeIncrement = kind === "share" ? "1" : "0.00000001";
  const tickSize = formatAmount(priceOfUnits(1), priceScale);
  return {
    id,
    symbol,
    venue: VENUE,
    kind,
    base: kind === "share" ? id : instrument.symbol,
    quote,
    priceScale,
    tickSize,
    sizeIncrement,
    calendar,
  };
}

function seriesOf(instrument: SyntheticInstrument, options: SyntheticOptions): BarSeries {
  const { resolution, from, days } = options;
  const facts = factsOf(instrument);
  const calendar = calendarOf(facts.calendar);
  const walk = new Walk(instrument, options.seed, resolution === "tick" ? 1_000 : RESOLUTION_MS[resolution]);
  const builder = new SeriesBuilder();
  const first = parseDate(from);
  for (let day = first; day < first + days; day += 1) session(builder, walk, calendar, day, resolution);
  const source = {
    format: "synthetic",
    path: `seed ${options.seed}`,
    zone: calendar.zone.id,
    adjustment: "raw",
    licence: "invented",
    session: "regular",
  } as const;
  return builder.build({ instrument: facts.id, resolution, priceScale: instrument.priceScale, volumeScale: 0, source });
}

function session(builder: SeriesBuilder, walk: Walk, calendar: Calendar, day: number, resolution: Resolution): void {
  const open = calendar.openOf(day);
  const close = calendar.closeOf(day);
  if (Number.isNaN(open)) return;
  walk.gap();
  // A day is the whole session; ticks come once a second.
  const ms = resolution === "1d" ? Number.POSITIVE_INFINITY : resolution === "tick" ? 1_000 : RESOLUTION_MS[resolution];
  for (let at = open; at < close; ) {
    const next = ms === Number.POSITIVE_INFINITY ? close : Math.min((Math.floor(at / ms) + 1) * ms, close);
    if (resolution === "tick") walk.bar(builder, at, at);
    else walk.bar(builder, at, next);
    at = next;
  }
}

/** A random walk on the tick grid with trends that turn and calm and wild stretches. */
export class Walk {
  readonly #random: RandomGenerator;
  readonly #instrument: SyntheticInstrument;
  /** Moves per bar as a part of the price: by the square root of time. */
  readonly #move: number;
  readonly #trend: number;
  #units: number;
  #direction = 1;
  #wildness = 1;

  constructor(instrument: SyntheticInstrument, seed: number, barMs: number) {
    let salt = seed | 0;
    for (const letter of instrument.symbol) salt = (Math.imul(salt, 31) + letter.charCodeAt(0)) | 0;
    this.#random = xoroshiro128plus(salt);
    this.#instrument = instrument;
    const hours = barMs / 3_600_000;
    this.#move = (instrument.moveMillionths / 1e6) * Math.sqrt(hours);
    this.#trend = (instrument.trendMillionths / 1e6) * hours;
    this.#units = instrument.startUnits;
  }

  /** The move between two sessions; now and then the trend turns or the weather changes. */
  gap(): void {
    this.turn();
    if (this.#instrument.kind === "share") this.#step(3 * this.#move);
  }

  /** Now and then the trend turns, or the weather changes. */
  turn(): void {
    if (this.#chance(4)) this.#direction = -this.#direction;
    if (this.#chance(5)) this.#wildness = this.#wildness === 1 ? 2 : 1;
  }

  bar(builder: SeriesBuilder, openAt: number, closeAt: number): void {
    const open = this.#units;
    const turns = openAt === closeAt ? [0] : [0, 0, 0, 0];
    let high = open;
    let low = open;
    for (const _ of turns) {
      this.#step(this.#move / 2);
      high = Math.max(high, this.#units);
      low = Math.min(low, this.#units);
    }
    const close = this.#units;
    const volume = 100 * this.#int(1, 400) * this.#wildness;
    if (openAt === closeAt) builder.push(openAt, closeAt, close, close, close, close, volume);
    else builder.push(openAt, closeAt, open, high, low, close, volume);
  }

  /** Three uniform numbers make a bell; the price is pulled back gently when it strays to a tenth or to ten times its start. */
  #step(size: number): void {
    const bell = (this.#int(-1_000, 1_000) + this.#int(-1_000, 1_000) + this.#int(-1_000, 1_000)) / 1_000;
    const { startUnits } = this.#instrument;
    const pull = this.#units > startUnits * 3 ? -0.2 : this.#units < startUnits / 3 ? 0.2 : 0;
    const change = this.#units * ((bell + pull) * size * this.#wildness + (this.#direction * this.#trend) / 4);
    this.#units = Math.max(Math.round(startUnits / 10), Math.round(this.#units + change));
  }

  #chance(oneIn: number): boolean {
    return this.#int(1, oneIn) === 1;
  }

  #int(least: number, most: number): number {
    return uniformInt(this.#random, least, most);
  }
}
