import type { BoundStrategy } from "../seat/bound.ts";
import { flatFigures, type PositionFigures } from "../seat/figures.ts";
import type { Reply } from "../seat/reply.ts";
import { createScheduleSeat, type ScheduleSeat } from "../seat/schedule-seat.ts";
import { createSeat, type ExplainOptions, type Seat } from "../seat/seat.ts";
import type { StateSnapshot } from "../seat/state.ts";
import type { LineTrace } from "../seat/trace.ts";
import { specOf } from "../strategy/strategy.ts";
import { IndicatorCache } from "../ta/cache.ts";
import { FIGURES_PER_SEAT, type Progress, type Question, type Readings, type SeatsMemory } from "./question.ts";
import type { MappedSeries } from "./shared-series.ts";

/** Longest memory of one seat, as JSON. */
export const STATE_MAX = 1_048_576;
/** Place of the schedule's memory among those of the seats. */
export const SCHEDULE = -1;

/** A progress with what goes with it: memories that changed, by seat, and lines for the log. */
export type Ran = Progress & Readonly<{ states: readonly (readonly [seat: number, state: StateSnapshot])[]; log: readonly string[] }>;

/** A strategy's seats where they work: goes through questions as the host's own loop would, and stops wherever there is something to say. */
export class SeatRunner {
  readonly #seats: readonly Seat[];
  readonly #schedule: ScheduleSeat | undefined;
  readonly #series: readonly MappedSeries[];
  readonly #cache = new IndicatorCache();
  readonly #positions: readonly PositionFigures[];
  readonly #portfolio = { equity: 0, cash: 0 };
  readonly #remembers: boolean;
  /** What was last said of each memory. */
  readonly #said = new Map<number, string>();
  #questions: readonly Question[] = [];
  #place = 0;

  constructor(bound: BoundStrategy, symbols: readonly string[], series: readonly MappedSeries[]) {
    this.#series = series;
    this.#positions = symbols.map(() => flatFigures());
    this.#remembers = specOf(bound.definition).state !== undefined;
    const [cache, portfolio] = [this.#cache, this.#portfolio];
    this.#seats = symbols.map((symbol, i) => {
      const position = this.#positions[i] as PositionFigures;
      return createSeat({ bound, symbol, symbols, series: series[i] as MappedSeries, cache, position, portfolio });
    });
    this.#schedule = bound.needs.schedule === undefined ? undefined : createScheduleSeat({ bound, seats: this.#seats, portfolio });
  }

  /** Takes memories back as far as their shape fits, and says all of them. */
  begin(memory: SeatsMemory): Ran {
    for (const seat of this.#seats) {
      const state = memory.seats[seat.symbol];
      if (state !== undefined) seat.restore(state);
    }
    if (memory.schedule !== null) this.#schedule?.restore(memory.schedule);
    this.#said.clear();
    return this.#told({ place: 0, reply: undefined });
  }

  ask(questions: readonly Question[], readings: Readings): Ran {
    this.#questions = questions;
    this.#place = 0;
    return this.goOn(readings);
  }

  goOn(readings: Readings): Ran {
    this.#stand(readings);
    let reply: Reply;
    while (reply === undefined && this.#place < this.#questions.length) {
      reply = this.#answer(this.#questions[this.#place] as Question);
      this.#place += 1;
    }
    return this.#told({ place: this.#place, reply });
  }

  /** Asks a seat again about a closed bar, as it stands; changes nothing. */
  explain(seat: number, options: ExplainOptions): LineTrace | undefined {
    return this.#seats[seat]?.explain(options);
  }

  #answer(question: Question): Reply {
    if (question.kind === "schedule") return this.#schedule?.evaluate(question.at);
    const seat = this.#seats[question.seat] as Seat;
    switch (question.kind) {
      case "bar":
        return seat.evaluate(question.bar);
      case "fill":
        return seat.filled(question.fill);
      case "missed":
        for (let bar = question.from; bar <= question.to; bar++) seat.evaluate(bar);
        return undefined;
    }
  }

  /** Puts the figures where strategies read them, and every cursor at the last closed bar. */
  #stand(readings: Readings): void {
    this.#portfolio.equity = readings[0] as number;
    this.#portfolio.cash = readings[1] as number;
    for (const [i, seat] of this.#seats.entries()) {
      const from = 2 + i * FIGURES_PER_SEAT;
      const position = this.#positions[i] as PositionFigures;
      position.quantitySigned = readings[from] as number;
      position.averageEntryPrice = readings[from + 1] as number;
      position.openedAtIndex = readings[from + 2] as number;
      position.ordersWaiting = readings[from + 3] as number;
      position.multiplier = readings[from + 4] as number;
      const series = this.#series[i] as MappedSeries;
      if (series.length !== readings[from + 6]) {
        series.length = readings[from + 6] as number;
        this.#cache.extend(series);
      }
      seat.observe(readings[from + 5] as number);
    }
  }

  #told(progress: Progress): Ran {
    const log = [...this.#seats.flatMap((seat) => seat.takeLog()), ...(this.#schedule?.takeLog() ?? [])];
    try {
      return { ...progress, states: this.#changed(), log };
    } catch (error) {
      // An answer whose memory cannot be kept is void: a strategy must not forget what it ordered.
      const message = `STRATEGY_STATE_INVALID: ${String(error).slice(0, 300)}`;
      return {
        place: progress.place,
        reply: { type: "fault", code: "STRATEGY_STATE_INVALID", path: "state", message, at: 0 },
        states: [],
        log,
      };
    }
  }

  #changed(): Ran["states"] {
    const changed: [number, StateSnapshot][] = [];
    const note = (place: number, state: StateSnapshot): void => {
      if (state.json.length > STATE_MAX) throw new RangeError(`characters=${state.json.length}, most=${STATE_MAX}`);
      if (this.#said.get(place) === state.json) return;
      changed.push([place, state]);
    };
    if (this.#remembers) for (const [i, seat] of this.#seats.entries()) note(i, seat.state());
    if (this.#schedule !== undefined) note(SCHEDULE, this.#schedule.state());
    for (const [place, { json }] of changed) this.#said.set(place, json);
    return changed;
  }
}
