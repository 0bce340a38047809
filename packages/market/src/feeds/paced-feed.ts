import type { InstrumentFacts } from "../load/entry.ts";
import type { BarSeries } from "../series/series.ts";
import { emptyStep, type Feed, type FeedState, type FeedStep, ownState } from "./feed.ts";
import { RevealedSeries } from "./revealed-series.ts";

/** Makes more rows of a market once those it has are nearly used up; undefined where there are no more. */
export type MoreBars = (market: number, after: number) => BarSeries | undefined;

export type PacedFeedSetup = Readonly<{
  name: string;
  instruments: readonly InstrumentFacts[];
  /** One per instrument. */
  series: readonly BarSeries[];
  more?: MoreBars;
  actions?: Feed["actions"];
}>;

/** A feed whose bars are known beforehand and let go at their instants: recorded files, and the embedded market. */
export class PacedFeed implements Feed {
  readonly name: string;
  readonly instruments: readonly InstrumentFacts[];
  readonly series: readonly RevealedSeries[];
  readonly actions: NonNullable<Feed["actions"]>;
  readonly #more: MoreBars;
  readonly #step: FeedStep = emptyStep();
  #nextAt = Number.POSITIVE_INFINITY;
  #since = 0;
  #bars = 0;

  constructor(setup: PacedFeedSetup) {
    this.name = setup.name;
    this.instruments = setup.instruments;
    this.series = setup.series.map((whole) => new RevealedSeries(whole));
    this.actions = setup.actions ?? new Map();
    this.#more = setup.more ?? (() => undefined);
    this.#plan();
  }

  get nextAt(): number {
    return this.#nextAt;
  }

  get state(): FeedState {
    const own = ownState(this.#since, this.#bars);
    if (this.#nextAt !== Number.POSITIVE_INFINITY || this.series.length === 0) return own;
    return { ...own, connection: "closed", since: Math.max(this.#since, ...this.series.map(({ until }) => until)), reason: "it is over" };
  }

  begin(at: number): void {
    this.#since = at;
    for (const [market, series] of this.series.entries()) {
      while (series.until <= at && this.#extend(market, series));
      series.reveal(at);
    }
    this.#plan();
  }

  take(): FeedStep {
    const step = this.#step;
    step.at = this.#nextAt;
    step.closed = 0;
    step.openings = 0;
    step.late = false;
    for (const [market, series] of this.series.entries()) if (series.nextAt <= step.at) series.reveal(step.at, step, market);
    this.#bars += step.closed;
    this.#plan();
    return step;
  }

  /** Its instants are known beforehand. */
  listen(): void {}

  close(): void {
    this.#nextAt = Number.POSITIVE_INFINITY;
  }

  /** One row ahead is always there, so that a bar in progress is known to be one. */
  #plan(): void {
    this.#nextAt = Number.POSITIVE_INFINITY;
    for (const [market, series] of this.series.entries()) {
      if (series.nextAt === Number.POSITIVE_INFINITY || series.nextAt >= series.until) this.#extend(market, series);
      this.#nextAt = Math.min(this.#nextAt, series.nextAt);
    }
  }

  #extend(market: number, series: RevealedSeries): boolean {
    const more = this.#more(market, series.until);
    if (more === undefined || more.length === 0) return false;
    series.add(more);
    return true;
  }
}

/** Recorded bars, let go at their instants: how fast is the clock's. */
export function replayFeed(setup: Pick<PacedFeedSetup, "instruments" | "series" | "actions">): Feed {
  const { instruments, series, actions } = setup;
  return new PacedFeed({ name: "replay", instruments, series, ...(actions === undefined ? {} : { actions }) });
}
