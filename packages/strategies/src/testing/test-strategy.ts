import type { Intent } from "../intent/intent.ts";
import { fractionOf } from "../intent/percent.ts";
import type { ParamProblem } from "../params/problem.ts";
import { bindStrategy } from "../seat/bound.ts";
import { flatFigures, type PortfolioFigures } from "../seat/figures.ts";
import { isIntentList, type Reply, type StrategyFault } from "../seat/reply.ts";
import { createScheduleSeat } from "../seat/schedule-seat.ts";
import { createSeat, type Seat } from "../seat/seat.ts";
import type { Strategy } from "../strategy/strategy.ts";
import { IndicatorCache } from "../ta/cache.ts";
import type { SeriesColumns } from "../ta/series.ts";
import { seriesOf, type TestBar } from "./series.ts";

/** What a test feeds: closes (or bars) of one symbol, or of several by name. */
export type TestRun = Readonly<{
  closes: readonly TestBar[] | Readonly<Record<string, readonly TestBar[]>>;
  params?: Readonly<Record<string, unknown>>;
  cash?: number;
}>;

/** An intent with the bar (from 0) at whose close it was wished. */
export type TestedIntent = Intent & Readonly<{ bar: number; symbol: string }>;

/** What the strategy wished, where it went wrong, and what it logged. */
export type TestOutcome = Readonly<{ intents: readonly TestedIntent[]; faults: readonly StrategyFault[]; log: readonly string[] }>;

/** The parameters of a test do not fit the strategy. */
export class TestParamsInvalid extends Error {
  readonly code = "TEST_PARAMS_INVALID";
  readonly problems: readonly ParamProblem[];
  constructor(problems: readonly ParamProblem[]) {
    super(problems.map((problem) => problem.message).join("\n"));
    this.problems = problems;
  }
}

type Wish = Readonly<{ seat: Seat; intent: Intent }>;

/**
 * Runs a strategy over daily bars and gives its intents. A toy market for unit tests: every intent is filled at the next bar's open,
 * without costs, limits or stops; an entry without a share of equity or units holds one unit. The real thing is a backtest.
 */
export function testStrategy(definition: Strategy, run: TestRun): TestOutcome {
  const outcome = bindStrategy(definition, run.params ?? {});
  if (!outcome.ok) throw new TestParamsInvalid(outcome.problems);
  const bound = outcome.value;
  const named = Array.isArray(run.closes) ? { "TEST@XTST": run.closes } : (run.closes as Readonly<Record<string, readonly TestBar[]>>);
  const series = new Map(Object.entries(named).map(([symbol, bars]) => [symbol, seriesOf(bars)] as const));
  const market = new ToyMarket(run.cash ?? 100_000);
  const cache = new IndicatorCache();
  const symbols = [...series.keys()];
  const seats = [...series].map(([symbol, columns]) => {
    const position = flatFigures();
    const seat = createSeat({ bound, symbol, symbols, series: columns, cache, position, portfolio: market });
    market.seats.set(symbol, { seat, columns });
    return seat;
  });
  const schedule = bound.needs.schedule === undefined ? undefined : createScheduleSeat({ bound, seats, portfolio: market });
  const intents: TestedIntent[] = [];
  const faults: StrategyFault[] = [];
  const take = (reply: Reply, seat: Seat | undefined, bar: number): void => {
    if (reply === undefined) return;
    if (!isIntentList(reply) && reply.type === "fault") return void faults.push(reply);
    for (const intent of isIntentList(reply) ? reply : [reply]) {
      const symbol = intent.symbol ?? seat?.symbol ?? "";
      intents.push({ ...intent, symbol, bar });
      market.wish(symbol, intent);
    }
  };
  const bars = Math.max(0, ...[...series.values()].map((columns) => columns.length));
  for (let bar = 0; bar < bars; bar += 1) {
    market.open(bar);
    const closing = seats.filter((seat) => bar < (series.get(seat.symbol)?.length ?? 0));
    for (const seat of closing) take(seat.evaluate(bar), seat, bar);
    const at = series.get(closing[0]?.symbol ?? "")?.closeAt[bar];
    if (schedule !== undefined && at !== undefined) take(schedule.evaluate(at), undefined, bar);
  }
  return { intents, faults, log: [...seats.flatMap((seat) => [...seat.takeLog()]), ...(schedule?.takeLog() ?? [])] };
}

/** Positions and cash in float64: good enough for a unit test of a strategy, and for nothing else. */
class ToyMarket implements PortfolioFigures {
  cash: number;
  readonly seats = new Map<string, Readonly<{ seat: Seat; columns: SeriesColumns }>>();
  private wishes: Wish[] = [];
  private bar = 0;

  constructor(cash: number) {
    this.cash = cash;
  }

  get equity(): number {
    let equity = this.cash;
    for (const { seat, columns } of this.seats.values()) equity += seat.figures.quantitySigned * this.price(columns.close, this.bar);
    return equity;
  }

  wish(symbol: string, intent: Intent): void {
    const entry = this.seats.get(symbol);
    if (entry === undefined) return;
    this.wishes.push({ seat: entry.seat, intent });
    entry.seat.figures.ordersWaiting += 1;
  }

  /** Fills what was wished at the open of `bar`; symbols that ended keep their wishes for ever. */
  open(bar: number): void {
    this.bar = bar;
    const wishes = this.wishes;
    this.wishes = [];
    for (const wish of wishes) {
      const columns = this.seats.get(wish.seat.symbol)?.columns;
      if (columns === undefined || bar >= columns.length) this.wishes.push(wish);
      else this.fill(wish, this.price(columns.open, bar), bar);
    }
  }

  private fill({ seat, intent }: Wish, price: number, bar: number): void {
    const { figures } = seat;
    const before = figures.quantitySigned;
    const after = this.quantityAfter(intent, before, price);
    figures.ordersWaiting -= 1;
    this.cash -= (after - before) * price;
    if (before === 0 || before > 0 !== after > 0) {
      figures.averageEntryPrice = price;
      figures.openedAtIndex = bar;
    } else if (Math.abs(after) > Math.abs(before)) {
      figures.averageEntryPrice = (figures.averageEntryPrice * before + price * (after - before)) / after;
    }
    figures.quantitySigned = after;
  }

  private quantityAfter(intent: Intent, before: number, price: number): number {
    if (intent.type === "exit") return before * (1 - fractionOf(intent.portion));
    const sign = intent.direction === "short" ? -1 : 1;
    if (intent.type === "target") {
      return sign * (intent.quantity === undefined ? (fractionOf(intent.weight ?? "0%") * this.equity) / price : Number(intent.quantity));
    }
    switch (intent.size.kind) {
      case "units":
        return before + sign * Number(intent.size.quantity);
      case "percent":
        return before + (sign * fractionOf(intent.size.percent) * this.equity) / price;
      case "cash":
        return before + (sign * Number(intent.size.cash)) / price;
      case "risk":
        return before + sign;
    }
  }

  private price(column: Float64Array, bar: number): number {
    return (column[Math.min(bar, column.length - 1)] ?? 0) / 1e6;
  }
}
