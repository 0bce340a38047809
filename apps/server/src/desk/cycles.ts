import type { InstantMs, InstrumentId, JournalRecord, PortfolioId, Refusal } from "@bulkhead/core";
import type { BarSeries, FeedStep } from "@bulkhead/market";

/** What one portfolio's strategy did in a cycle. */
export type CyclePart = {
  readonly portfolio: PortfolioId;
  /** Bars and schedules that it was asked about. */
  evaluations: number;
  /** Wishes that it answered with. */
  intents: number;
  orders: number;
  denials: number;
  /** Orders that could not be admitted at all. */
  refusals: number;
  faults: number;
};

/** One instant with closed bars, brought once to every strategy that looks at one of their markets (S0.33, S1.72). */
export type Cycle = {
  /** From 1 since this start. */
  readonly id: number;
  readonly at: InstantMs;
  /** Whose bars closed. */
  readonly instruments: readonly InstrumentId[];
  readonly bars: number;
  /** How long it took until all that the strategies wanted was decided. */
  decidedMs: number;
  /** How long the account was busy with it, until what came of it was durable and sent. */
  durationMs: number;
  /** The last record that came of it; 0 for none. */
  seq: number;
  /** Of the portfolios that were asked, in the order in which they were. */
  readonly parts: Map<PortfolioId, CyclePart>;
};

/** What a portfolio's strategy has done so far. */
export type Worker = Readonly<{ id: PortfolioId; evaluations: number; intents: number }>;

const KEPT_MAX = 1_000;

/** The last cycles of an account, counted beside the host's loop: two looks at its counters, and its records. */
export class CycleLog {
  readonly #kept: Cycle[] = [];
  readonly #clock: () => number;
  #next = 1;
  #before: ReadonlyMap<PortfolioId, Worker> = new Map();
  #startedAt = 0;

  /** `clock` measures, in ms. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  begin({ at, closed, markets }: FeedStep, series: readonly BarSeries[], workers: Iterable<Worker>): void {
    const numbers = new Set(markets.subarray(0, closed));
    const instruments = [...numbers].flatMap((market) => series[market]?.instrument ?? []);
    this.#kept.push({
      id: this.#next++,
      at: at as InstantMs,
      instruments,
      bars: closed,
      decidedMs: 0,
      durationMs: 0,
      seq: 0,
      parts: new Map(),
    });
    if (this.#kept.length > 2 * KEPT_MAX) this.#kept.splice(0, KEPT_MAX);
    this.#before = new Map([...workers].map(({ id, evaluations, intents }) => [id, { id, evaluations, intents }]));
    this.#startedAt = this.#clock();
  }

  /** The host's word: everything that was asked is decided. */
  readonly decided = (): void => {
    const cycle = this.#kept.at(-1);
    if (cycle !== undefined) cycle.decidedMs = this.#clock() - this.#startedAt;
  };

  end(workers: Iterable<Worker>): void {
    const cycle = this.#kept.at(-1);
    if (cycle === undefined) return;
    cycle.durationMs = this.#clock() - this.#startedAt;
    for (const { id, evaluations, intents } of workers) {
      const before = this.#before.get(id);
      const asked = evaluations - (before?.evaluations ?? 0);
      if (asked === 0) continue;
      const part = partOf(cycle, id);
      part.evaluations = asked;
      part.intents = intents - (before?.intents ?? 0);
    }
  }

  /** Takes in what a strategy's order or fault became. */
  note({ seq, command, events }: JournalRecord): void {
    const cycle = this.#kept.at(-1);
    if (cycle === undefined || !isStrategys(command)) return;
    cycle.seq = seq;
    for (const event of events) {
      if (event.type === "OrderPlaced") partOf(cycle, event.portfolio).orders += 1;
      else if (event.type === "OrderDenied") partOf(cycle, event.receipt.portfolio).denials += 1;
      else if (event.type === "StrategyFaulted") partOf(cycle, event.portfolio).faults += 1;
    }
  }

  noteRefusal(_refusal: Refusal, command: JournalRecord["command"]): void {
    const cycle = this.#kept.at(-1);
    if (cycle !== undefined && command.type === "PlaceOrder" && isStrategys(command)) partOf(cycle, command.portfolio).refusals += 1;
  }

  /** Newest first. */
  list(): readonly Cycle[] {
    return this.#kept.slice(-KEPT_MAX).reverse();
  }
}

/** Whether a command came from a strategy: its order, or what is said of its fault. */
const isStrategys = (command: JournalRecord["command"]): boolean =>
  command.type === "ReportStrategyFault" || (command.type === "PlaceOrder" && command.origin === "strategy");

function partOf({ parts }: Cycle, portfolio: PortfolioId): CyclePart {
  let part = parts.get(portfolio);
  if (part === undefined) {
    part = { portfolio, evaluations: 0, intents: 0, orders: 0, denials: 0, refusals: 0, faults: 0 };
    parts.set(portfolio, part);
  }
  return part;
}
