import type { InstantMs } from "@bulkhead/core";
import { firstAtOrAfter } from "@bulkhead/market";
import {
  FIGURES_PER_SEAT,
  newReadings,
  type PortfolioFigures,
  type Progress,
  type Question,
  type Readings,
  type RemoteSeats,
  type SeatsMemory,
  type StrategyFault,
} from "@bulkhead/strategies";
import type { Cell } from "./cell.ts";
import type { Closes } from "./closes.ts";
import type { Tables } from "./tables.ts";

/** Bars of a seat that a strategy that was away sees at most, the latest. */
const MISSED_MAX = 500;

/** The chairs of a portfolio whose strategy works elsewhere: what it is asked at an instant, in the order of the loop, and with which figures. */
export class RemoteChairs {
  readonly seats: RemoteSeats;
  /** In the order of its symbols. */
  readonly cells: readonly Cell[];
  /** What it is being asked. */
  questions: readonly Question[] = [];
  readonly #figures: PortfolioFigures;
  readonly #tables: Tables;
  readonly #readings: Readings;
  /** Per seat: the last bar that it was asked about, or that was let pass. */
  readonly #seen: Int32Array;
  /** Up to when it has seen everything. */
  #heardAt = 0 as InstantMs;
  #askedAt = 0 as InstantMs;

  constructor(seats: RemoteSeats, cells: readonly Cell[], figures: PortfolioFigures, tables: Tables) {
    this.seats = seats;
    this.cells = cells;
    this.#figures = figures;
    this.#tables = tables;
    this.#readings = newReadings(cells.length);
    this.#seen = new Int32Array(cells.length);
    this.letPass();
  }

  /** Begins it where it is back or new; false where it cannot be asked. */
  ready(): StrategyFault | boolean {
    const { seats } = this;
    if (seats.condition === "fresh") return seats.begin(seats.memory) ?? true;
    return seats.condition === "working";
  }

  /** Its first memory, of `at`, and the bars that it missed since: what it answers to them is not heard. */
  begin(memory: SeatsMemory, at: InstantMs | undefined): StrategyFault | undefined {
    const fault = this.seats.begin(memory, true);
    if (fault !== undefined || at === undefined || !this.seats.declaration.needs.bars) return fault;
    const questions: Question[] = [];
    for (const [seat, { series }] of this.cells.entries()) {
      if (memory.seats[this.seats.symbols[seat] as string] === undefined) continue;
      const last = this.#seen[seat] as number;
      const from = Math.max(0, firstAtOrAfter(series.closeAt, at + 1));
      if (from <= last) questions.push({ kind: "missed", seat, from, to: last });
    }
    if (questions.length === 0) return undefined;
    this.seats.ask(questions, this.#stand(), true);
    return this.seats.answer().reply as StrategyFault | undefined;
  }

  /** Asks about what closed, and does not wait; false where nothing is to be asked. What closed too late is shown as missed. */
  askClosed(closes: Closes, at: InstantMs, isLate: boolean): boolean {
    const { bars, schedule } = this.seats.declaration.needs;
    const questions: Question[] = [];
    let moved = false;
    for (const [seat, { market }] of this.cells.entries()) {
      if (closes.stamps[market] !== closes.stamp) continue;
      moved = true;
      const first = closes.firstBar[market] as number;
      const last = this.#tables.lastBar[market] as number;
      if (bars) this.#missed(seat, first - 1, questions);
      if (bars && isLate) questions.push({ kind: "missed", seat, from: first, to: last });
      for (let bar = first; bars && !isLate && bar <= last; bar++) questions.push({ kind: "bar", seat, bar });
      this.#seen[seat] = last;
    }
    if (moved && !isLate && schedule !== undefined) questions.push({ kind: "schedule", at });
    return this.#ask(questions, at);
  }

  /** Tells of fills, and does not wait; false where there are none. */
  tell(cells: readonly Cell[], isMuted: boolean, at: InstantMs): boolean {
    const questions: Question[] = [];
    for (const [seat, cell] of this.cells.entries()) {
      if (cells.includes(cell)) for (const fill of cell.untold.splice(0)) questions.push({ kind: "fill", seat, fill });
    }
    return !isMuted && this.seats.condition === "working" && this.#ask(questions, at);
  }

  /** How far it went through its questions. */
  answer(): Progress {
    const progress = this.seats.answer();
    if (progress.place === this.questions.length && this.seats.condition === "working") this.#heardAt = this.#askedAt;
    return progress;
  }

  goOn(): void {
    this.seats.goOn(this.#stand());
  }

  /** The cell that a question is about; undefined for a schedule. */
  cellOf(question: Question | undefined): Cell | undefined {
    return question === undefined || question.kind === "schedule" ? undefined : this.cells[question.seat];
  }

  /** What closed until now it will not be asked about. */
  letPass(): void {
    for (const [seat, { market }] of this.cells.entries()) this.#seen[seat] = this.#tables.lastBar[market] as number;
  }

  /** Up to when it has seen everything, where that is not everything. */
  seenAt(now: InstantMs, isMuted: boolean): InstantMs {
    return isMuted || this.seats.condition === "working" || this.#heardAt === 0 ? now : this.#heardAt;
  }

  /** A strategy that remembers sees what closed while it was away. */
  #missed(seat: number, last: number, questions: Question[]): void {
    const from = Math.max((this.#seen[seat] as number) + 1, last - MISSED_MAX + 1);
    const state = this.seats.memory.seats[this.seats.symbols[seat] as string];
    if (from <= last && state !== undefined && state.json !== "null") questions.push({ kind: "missed", seat, from, to: last });
  }

  #ask(questions: readonly Question[], at: InstantMs): boolean {
    if (questions.length === 0) return false;
    this.questions = questions;
    this.#askedAt = at;
    this.seats.ask(questions, this.#stand());
    return true;
  }

  #stand(): Readings {
    const readings = this.#readings;
    readings[0] = this.#figures.equity;
    readings[1] = this.#figures.cash;
    for (const [i, cell] of this.cells.entries()) {
      const from = 2 + i * FIGURES_PER_SEAT;
      readings[from] = cell.quantitySigned;
      readings[from + 1] = cell.quantitySigned === 0 ? 0 : cell.averageEntryPrice;
      readings[from + 2] = cell.openedAtIndex;
      readings[from + 3] = cell.ordersWaiting;
      readings[from + 4] = cell.multiplier;
      readings[from + 5] = this.#tables.lastBar[cell.market] as number;
      readings[from + 6] = cell.series.length;
    }
    return readings;
  }
}
