import { isTerminal, type VenueInstrument } from "@bulkhead/core";
import { moneyOfUnits } from "@bulkhead/money";
import { type Case, priceOf, restsAtVenue, termsOf, type Wave } from "./cases.ts";
import type { OpenStage, OrderTruth, Stage, Wanted } from "./stage.ts";
import { type Answer, SuiteBooks } from "./suite-books.ts";

/** How a case ended, and what it went through: what the contract is asserted on. */
export type Outcome = Readonly<{
  case: Case;
  order: Wanted;
  /** What each adapter in turn answered. */
  answers: readonly (readonly Answer[])[];
  /** Statuses after the answer and after each look. */
  statuses: readonly string[];
  status: string;
  filled: string;
  executions: number;
  /** Change of the portfolio's cash and units. */
  portfolio: Readonly<Record<string, string>>;
  truth: OrderTruth;
}>;

/** How a wave ended for the account as a whole. */
export type Played = Readonly<{
  outcomes: ReadonlyMap<string, Outcome>;
  refusals: readonly string[];
  breaks: readonly string[];
  /** What all portfolios have of each asset, and what the broker has. */
  books: Readonly<Record<string, string>>;
  broker: Readonly<Record<string, string>>;
}>;

type Act = {
  readonly case: Case;
  readonly order: Wanted;
  readonly portfolio: string;
  readonly answers: (readonly Answer[])[];
  readonly statuses: string[];
};

/** What a portfolio starts with. */
const STARTING = 5_000;
/** Two looks half a minute apart prove that an order never was; a few more find what comes late. */
const LOOKS_MOST = 6;

/** Plays a wave from an empty stage to books that were compared with the broker. */
export async function play(openStage: OpenStage, { cases, restart }: Wave): Promise<Played> {
  const symbols = cases.map((_, index) => `Q${index + 1}`);
  const stage = await openStage(symbols);
  try {
    let books = new SuiteBooks(stage);
    books.begin();
    await stage.open(books);
    books.isAttached = true;
    await stage.look(books);
    const acts: Act[] = [];
    for (const [index, each] of cases.entries()) acts.push(await begin(stage, books, each, symbols[index] ?? ""));
    const told = books;
    if (restart !== "none" && restart !== "after")
      books = await again(stage, books, restart === "meanwhile" ? () => tradeAll(stage, acts) : undefined);
    if (restart !== "meanwhile") for (const act of acts) await trade(stage, books, act);
    for (const act of acts) await endEarly(stage, books, act);
    const then = books;
    if (restart === "after") books = await again(stage, books);
    for (const { case: each, order } of acts)
      if (each.happening.late !== undefined && each.happening.unseen !== true) await stage.tradeLate(order);
    await stage.mend();
    await settle(stage, books, acts);
    return played(stage, [...new Set([told, then, books])], acts);
  } finally {
    await stage.close();
  }
}

/** Defines the market, funds a portfolio and sends the order; over once the adapter answered and is connected. */
async function begin(stage: Stage, books: SuiteBooks, each: Case, symbol: string): Promise<Act> {
  const { kind, happening } = each;
  await stage.market({ symbol, terms: { orderType: kind.orderType } as never }, "nothing");
  const instrument: VenueInstrument = await stage.find(symbol);
  books.define(instrument);
  const portfolio = symbol.toLowerCase();
  books.portfolio(portfolio, moneyOfUnits(STARTING * 10 ** stage.base.scale));
  const terms = termsOf(kind, instrument, stage.now());
  const order: Wanted = { symbol, terms, seq: books.engine.state.owners.orders.length + 1 };
  if (!restsAtVenue(kind)) await stage.market(order, happening.late === undefined ? happening.trades : "nothing");
  await stage.arm(happening.name, order, "send");
  books.place(portfolio, terms, priceOf("102", instrument.instrument));
  await stage.until(() => books.answers(order.seq).length > 0, `an answer to ${each.name}`);
  await stage.settled();
  return { case: each, order, portfolio, answers: [], statuses: [books.order(order.seq).status] };
}

async function again(stage: Stage, books: SuiteBooks, meanwhile?: () => Promise<void>): Promise<SuiteBooks> {
  books.isAttached = false;
  await stage.leave();
  await meanwhile?.();
  const next = books.again();
  await stage.open(next);
  next.isAttached = true;
  return next;
}

async function tradeAll(stage: Stage, acts: readonly Act[]): Promise<void> {
  for (const { order, case: each } of acts) if (each.happening.late === undefined) await stage.market(order, each.happening.trades);
}

/** The market of an order that rests comes to it. */
async function trade(stage: Stage, books: SuiteBooks, { case: each, order }: Act): Promise<void> {
  const { happening, kind } = each;
  if (restsAtVenue(kind) && happening.late === undefined && stage.truth(order).status === "working") {
    await stage.arm(happening.name, order, "trade");
    await stage.market(order, happening.trades);
  }
  if (happening.clear === true)
    await stage.until(() => books.filled(order.seq) === stage.truth(order).filled, `the news of ${each.name}, which come by themselves`);
  await stage.settled();
}

/** An order that ends before its trade is told. */
async function endEarly(stage: Stage, books: SuiteBooks, { case: each, order }: Act): Promise<void> {
  const { late, unseen, trades, name } = each.happening;
  if (late === undefined) return;
  if (unseen === true) {
    await stage.arm(name, order, "trade");
    await stage.market(order, trades);
    await stage.mend();
  }
  await stage.arm(name, order, "end");
  if (late === "cancel") books.cancel(order.seq);
  else await stage.expire(order);
  await stage.until(() => isTerminal(books.order(order.seq).status), `the end of ${each.name}`);
}

/** Looks at everything, as the desk does, until nothing is open and the last look was complete. */
async function settle(stage: Stage, books: SuiteBooks, acts: readonly Act[]): Promise<void> {
  await stage.settled();
  let wasComplete = false;
  for (let looks = 0; looks < LOOKS_MOST && !(wasComplete && books.open().length === 0); looks += 1) {
    // Whoever was just sent is missed by nobody yet; two looks that count are half a minute apart.
    await stage.later(looks === 0 ? 6_000 : 31_000);
    await stage.settled();
    wasComplete = await stage.look(books);
    for (const { order, statuses } of acts) statuses.push(books.order(order.seq).status);
  }
  if (!wasComplete) throw new Error("no look was complete");
}

function played(stage: Stage, all: readonly SuiteBooks[], acts: readonly Act[]): Played {
  const books = all.at(-1) as SuiteBooks;
  books.engine.audit();
  const outcomes = acts.map(({ case: each, order, portfolio, statuses }): [string, Outcome] => {
    const { status, filled } = { status: books.order(order.seq).status, filled: books.filled(order.seq) };
    const base = books.engine.state.listings.get(order.terms.instrument)?.base.id ?? "";
    const { scale } = stage.base;
    const cash = Number(books.has(portfolio, stage.base.id)) - STARTING;
    const has = { [stage.base.id]: cash.toFixed(scale), [base]: books.has(portfolio, base) };
    const answers = all.map((told) => (stage.repeats === true ? [...new Set(told.answers(order.seq))] : told.answers(order.seq)));
    const executions = books.executions(order.seq);
    return [each.name, { case: each, order, answers, statuses, status, filled, executions, portfolio: has, truth: stage.truth(order) }];
  });
  const broker = Object.fromEntries(stage.holdings().map(({ asset, amount }) => [asset, amount]));
  return {
    outcomes: new Map(outcomes),
    refusals: all.flatMap(({ refusals }) => refusals),
    breaks: books.breaks(),
    books: Object.fromEntries(Object.keys(broker).map((asset) => [asset, books.total(asset)])),
    broker,
  };
}
