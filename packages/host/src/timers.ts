import type { AssetId, Command, InstantMs, InstrumentId, Mark, PortfolioId, Rate } from "@bulkhead/core";
import { type CalendarId, type DayBoundaries, dayBoundaries, firstAtOrAfter } from "@bulkhead/market";
import { priceOfUnits, ratioOfUnits } from "@bulkhead/money";
import type { Executor } from "./executor.ts";
import { Nights } from "./nights.ts";
import type { MarketVenue } from "./ports.ts";
import type { Tables } from "./tables.ts";

/** Exchange rates of a cash asset over time: units of base currency per unit, in billionths, each good from its instant on. */
export type RateSeries = Readonly<{ asset: AssetId; at: Float64Array; rate: Float64Array; source: string }>;

export type TimerSettings = Readonly<{
  /** Marks at every so many ms besides those at day ends; null for day ends alone. */
  markEveryMs: number | null;
  rates: readonly RateSeries[];
  /** Commands due at their instants: splits, dividends, funding, transfers. Any order. */
  scheduled: readonly Command[];
  /** When the markets of instruments are closed, for exits that lie further away overnight; of none that is not here. */
  calendars: ReadonlyMap<InstrumentId, CalendarId>;
  /** Name of the source that marks carry. */
  markSource: string;
}>;

type ZoneDays = { days: DayBoundaries; next: number };

/** How far ahead days are known where nobody says when the data ends. */
const HORIZON_MS = 400 * 86_400_000;

/**
 * What becomes due without market data. At one instant: what the venue ends or charges, then exits whose night begins or ends, then marks,
 * then the days of portfolios whose zone's midnight it is, then what was scheduled.
 */
export class Timers {
  readonly #tables: Tables;
  readonly #executor: Executor;
  readonly #venue: MarketVenue | null;
  readonly #settings: TimerSettings;
  readonly #scheduled: readonly Command[];
  readonly #markedBar: Int32Array;
  readonly #ratedAt: Int32Array;
  readonly #nights: Nights;
  #zones: ZoneDays[] = [];
  #nextScheduled = 0;
  #markAt = Number.POSITIVE_INFINITY;
  #markedAt = Number.NEGATIVE_INFINITY;
  /** Where the data ends; null: live, nobody knows. */
  #until: number | null = 0;
  /** The next of what the venue does not say. */
  #next = Number.POSITIVE_INFINITY;

  constructor(tables: Tables, executor: Executor, venue: MarketVenue | null, settings: TimerSettings) {
    this.#tables = tables;
    this.#executor = executor;
    this.#venue = venue;
    this.#settings = settings;
    this.#nights = new Nights(tables, executor, settings.calendars);
    this.#scheduled = [...settings.scheduled].sort((a, b) => a.at - b.at); // Stable: equal instants keep their order.
    this.#markedBar = new Int32Array(tables.series.length).fill(-1);
    this.#ratedAt = new Int32Array(settings.rates.length).fill(-1);
  }

  /** The next instant at which something is due. */
  get at(): number {
    return this.#venue === null || this.#next < this.#venue.dueAt ? this.#next : this.#venue.dueAt;
  }

  /** Begins at `from`: rates are journaled, and days begun that were not. `until` is where the data ends; null: without an end. */
  start(from: InstantMs, until: InstantMs | null): void {
    const { markEveryMs } = this.#settings;
    this.#until = until;
    this.#markAt = markEveryMs === null ? Number.POSITIVE_INFINITY : (Math.floor(from / markEveryMs) + 1) * markEveryMs;
    if (this.#settings.rates.length > 0) this.mark(from);
    this.#nights.lookAt(from);
    this.learnZones(from);
  }

  /**
   * Live, before anything newer happens: what was due while nothing ran, from the books' last instant `from` up to `until`. Every day that ended
   * ends at its own instant, with what the venue charged for it and the prices that were known then. Nights are looked at by the start.
   */
  catchUp(from: InstantMs, until: InstantMs): void {
    this.#until = null;
    this.#learnDays(from);
    for (let at = this.#dueAfter(from); at <= until; at = this.#dueAfter(at)) {
      this.#endDays(at);
      this.#executor.release();
    }
  }

  #dueAfter(at: InstantMs): InstantMs {
    const days = this.#zones.map((zone) => zone.days.at[zone.next] ?? Number.POSITIVE_INFINITY);
    return Math.max(at, Math.min(this.#venue?.dueAt ?? Number.POSITIVE_INFINITY, ...days)) as InstantMs;
  }

  #plan(): void {
    this.#next = Math.min(this.#markAt, this.#nights.at, this.#scheduled[this.#nextScheduled]?.at ?? Number.POSITIVE_INFINITY);
    for (const zone of this.#zones) this.#next = Math.min(this.#next, zone.days.at[zone.next] ?? Number.POSITIVE_INFINITY);
  }

  /** Begins the days of portfolios that came, or moved to a zone that nobody was in. */
  learnZones(at: InstantMs): void {
    this.#learnDays(at);
    this.#nights.learn(at);
    this.#plan();
  }

  #learnDays(at: InstantMs): void {
    for (const portfolio of this.#tables.engine.state.portfolios.values()) {
      const { timeZone } = portfolio.settings;
      const isKnown = portfolio.day !== null && this.#zones.some((zone) => zone.days.zone === timeZone);
      if (!isKnown && !portfolio.archived) this.#beginDays(timeZone, at);
    }
  }

  /** Does what is due at `at`, the earliest instant that anything is due at. */
  fire(at: InstantMs): void {
    this.#endDays(at);
    for (let command = this.#due(at); command !== undefined; command = this.#due(at)) {
      this.#nextScheduled += 1;
      this.#executor.execute(command);
    }
    this.#executor.release();
    this.learnZones(at);
  }

  /** What the venue ends or charges, nights, marks, and days whose end it is. */
  #endDays(at: InstantMs): void {
    if (this.#venue !== null && this.#venue.dueAt <= at) {
      this.#venue.onDue(at);
      this.#executor.settle();
    }
    this.#nights.fire(at);
    const rolls = this.#zones.filter((zone) => (zone.days.at[zone.next] ?? Number.POSITIVE_INFINITY) <= at);
    if (this.#markAt <= at || rolls.length > 0) this.mark(at);
    for (const zone of rolls) this.#roll(zone, at);
  }

  /** The last mark of a run; what was marked at that instant already stands. */
  finish(at: InstantMs): void {
    if (this.#markedAt !== at) this.mark(at);
  }

  /** Journals the last closes and rates that changed since the last mark. */
  mark(at: InstantMs): void {
    this.#markedAt = at;
    const { markEveryMs } = this.#settings;
    if (markEveryMs !== null && this.#markAt <= at) this.#markAt = (Math.floor(at / markEveryMs) + 1) * markEveryMs;
    this.#executor.execute({ type: "MarkAccount", at, marks: this.#marks(at), rates: this.#rates(at) });
  }

  #marks(at: InstantMs): readonly Mark[] {
    const { series, lastBar, touched } = this.#tables;
    const marks: Mark[] = [];
    for (let market = 0; market < series.length; market++) {
      const { instrument, closeAt, close } = series[market] as (typeof series)[number];
      const last = lastBar[market] as number;
      // Of a time that is caught up with, the series know already what came after it.
      const isLast = last < 0 || (closeAt[last] as number) <= at;
      const bar = isLast ? last : firstAtOrAfter(closeAt, at + 1) - 1;
      if (touched[market] === 0 || bar < 0 || bar === this.#markedBar[market]) continue;
      const price = isLast ? this.#tables.lastClose(market) : priceOfUnits(close[bar] as number);
      this.#markedBar[market] = bar;
      if (price !== undefined) marks.push({ instrument, price, at: closeAt[bar] as InstantMs, source: this.#settings.markSource });
    }
    return marks;
  }

  #rates(at: InstantMs): readonly Rate[] {
    const rates: Rate[] = [];
    for (const [i, { asset, at: instants, rate, source }] of this.#settings.rates.entries()) {
      const row = firstAtOrAfter(instants, at + 1) - 1;
      if (row < 0 || row === this.#ratedAt[i]) continue;
      this.#ratedAt[i] = row;
      rates.push({ asset, rate: ratioOfUnits(rate[row] as number), at: instants[row] as InstantMs, source });
    }
    return rates;
  }

  #due(at: InstantMs): Command | undefined {
    const command = this.#scheduled[this.#nextScheduled];
    return command !== undefined && command.at <= at ? command : undefined;
  }

  #beginDays(timeZone: string, at: InstantMs): void {
    let zone = this.#zones.find((each) => each.days.zone === timeZone);
    if (zone === undefined) {
      const days = dayBoundaries(timeZone, at, Math.max(at, this.#until ?? at + HORIZON_MS));
      if (days === undefined) return; // The portfolio was created with a zone that nobody knows: it has no days.
      zone = { days, next: 0 };
      this.#zones.push(zone);
      this.#zones.sort((a, b) => (a.days.zone < b.days.zone ? -1 : 1));
      this.#roll(zone, at);
    } else this.#rollInto(zone, zone.next - 1, at);
  }

  #roll(zone: ZoneDays, at: InstantMs): void {
    zone.next += 1;
    this.#rollInto(zone, zone.next - 1, at);
    if (this.#until !== null || zone.next + 1 < zone.days.at.length) return;
    zone.days = dayBoundaries(zone.days.zone, at, at + HORIZON_MS) ?? zone.days;
    zone.next = 1;
  }

  /** Begins day `day` of a zone for its portfolios that are not in it yet. */
  #rollInto({ days }: ZoneDays, day: number, at: InstantMs): void {
    const date = days.dates[day];
    const nextBoundaryAt = days.at[day + 1];
    if (date === undefined || nextBoundaryAt === undefined) return;
    const portfolios: PortfolioId[] = [];
    for (const { id, settings, archived, day: current } of this.#tables.engine.state.portfolios.values()) {
      if (settings.timeZone === days.zone && !archived && (current === null || current.date < date)) portfolios.push(id);
    }
    if (portfolios.length > 0)
      this.#executor.execute({ type: "RollDay", at, portfolios, date, nextBoundaryAt: nextBoundaryAt as InstantMs });
  }
}
