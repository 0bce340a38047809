import type { Asset, AssetId, InstantMs, VenueOrderSeq } from "@bulkhead/core";
import { type Fault, type Gateway, type ManualClock, manualClock, startGateway } from "@bulkhead/tws-gateway";
import { clientOrderId, type IbkrVenue, openIbkrVenue } from "@bulkhead/venues";
import { GOOD_FOR_MS, HOUR_MS, isImmediate, levelOf } from "./cases.ts";
import { IBKR_FAULTS } from "./ibkr-happenings.ts";
import { findIn, lookAll } from "./look-all.ts";
import type { Moment, OpenStage, OrderTruth, Stage, Trades, Wanted } from "./stage.ts";
import type { SuiteBooks } from "./suite-books.ts";

const USD: Asset = { id: "USD" as AssetId, kind: "cash", scale: 6 };
/** A Tuesday, 15:00 UTC: New York trades. */
const BEGIN = Date.UTC(2026, 9, 20, 15);
/** Longer than the network takes, shorter than two heartbeats. */
const STEP_MS = 5_000;
/** Only a hang takes so long. */
const PATIENCE_MS = 60_000;
/** Of real time: after the first the test's clock begins to move, after the second an answer does not come any more. */
const AT_ONCE_MS = 5;
const LOST_MS = 1_000;
const PACED_MS = 50;

/** Without it an answer has no end. */
const ENDS = { positions: "positionEnd", cash: "accountDownloadEnd", orders: "openOrderEnd", executions: "execDetailsEnd" } as const;

/** The adapter of IBKR through the real wire, at a gateway whose clock is the test's. */
class IbkrStage {
  readonly #clock: ManualClock = manualClock(BEGIN);
  #gateway: Gateway | undefined;
  #venue: IbkrVenue | undefined;
  #books: SuiteBooks | undefined;
  #process = 0;
  /** Whether the adapter is said to be there: then a loss of the connection is waited out. */
  readonly #notes: string[] = [];

  async start(symbols: readonly string[]): Promise<Stage> {
    const prices = Object.fromEntries(symbols.map((symbol) => [symbol, "102"]));
    this.#gateway = await startGateway({ clock: this.#clock, prices });
    return this.#stage();
  }

  get gateway(): Gateway {
    if (this.#gateway === undefined) throw new Error("no gateway");
    return this.#gateway;
  }
  get venue(): IbkrVenue {
    if (this.#venue === undefined) throw new Error("no adapter");
    return this.#venue;
  }
  get books(): SuiteBooks {
    if (this.#books === undefined) throw new Error("no books");
    return this.#books;
  }

  #stage(): Stage {
    return {
      base: USD,
      now: () => this.#clock.now() as InstantMs,
      open: (books) => this.#open(books),
      leave: () => this.venue.close(),
      close: async () => {
        await this.#venue?.close();
        await this.gateway.close();
      },
      // Many questions use up the second's messages: the next second is what they wait for.
      find: (symbol) => this.#through(findIn(this.venue, symbol), PACED_MS),
      dispatch: (effect) => this.venue.dispatch(effect, this.#clock.now() as InstantMs),
      arm: (happening, order, moment) => this.#arm(happening, order, moment),
      fail: (section) => this.gateway.control.fault({ fault: "lose", message: ENDS[section], times: "always" }),
      mend: () => this.gateway.control.clearFaults(),
      market: (order, trades) => this.#market(order, trades),
      expire: async () => this.#pass(GOOD_FOR_MS + STEP_MS),
      tradeLate: (order) => void this.gateway.control.fill({ reference: referenceOf(order, this.books) }, { quantity: "4", price: "100" }),
      until: (isSo, what) => this.#until(isSo, what, 50),
      settled: () => this.#settled(),
      later: (ms) => this.#pass(ms),
      look: (books) => this.#look(books),
      truth: (order) => this.#truth(order),
      holdings: () => {
        const { cash, positions } = this.gateway.control.truth();
        const shares = positions.map(({ symbol, quantity }) => ({ asset: `${symbol}@XNAS`, amount: quantity }));
        return [{ asset: "USD", amount: cash["USD"] ?? "0" }, ...shares];
      },
    };
  }

  async #open(books: SuiteBooks): Promise<void> {
    this.#process += 1;
    this.#books = books;
    const venue = await openIbkrVenue({
      ...{ account: books.account, mode: "paper", expectedAccount: "DU1234567", host: "127.0.0.1", port: this.gateway.port, clientId: 7 },
      ...{ zone: "America/New_York", cashScale: () => 6, clock: this.#clock, chance: () => 0.5 },
      books: () => books.engine.state,
      orderInBooks: ({ venueOrder }) => books.instrumentOf(venueOrder),
    });
    this.#venue = venue;
    venue.listen({
      onFact: (fact) => books.take(fact),
      onSession: () => {},
      onNote: (level, message) => void this.#notes.push(`${level}: ${message}`),
    });
    venue.open();
    await this.#until(() => venue.session.state === "ready", "ready", 50);
  }

  #arm(happening: string, { symbol }: Wanted, moment: Moment): void | Promise<void> {
    const { control } = this.gateway;
    for (const fault of IBKR_FAULTS[happening]?.[moment] ?? []) control.fault({ symbol, ...fault } as Fault);
    const isAway = happening === "not connected" ? moment === "send" : happening.startsWith("cancel while") && moment === "end";
    if (!isAway) return;
    control.reset(1_000);
    return this.#until(() => this.venue.session.state !== "ready", "disconnected", 0);
  }

  #market({ symbol, terms }: Pick<Wanted, "symbol" | "terms">, trades: Trades): void {
    const { control } = this.gateway;
    const { orderType, timeInForce } = terms;
    control.manual(symbol, trades === "nothing" && orderType === "market");
    const level = levelOf(orderType, trades);
    const size = trades === "part" ? { askSize: "4" } : {};
    // Only a bid and an offer move a market that a stop waits for too early.
    const seen = trades === "nothing" && timeInForce !== undefined && isImmediate(timeInForce) ? { askSize: "0" } : size;
    control.quote(symbol, { bid: level, ask: level, last: level, ...seen });
  }

  /** With `advanceMs` time passes meanwhile. */
  async #until(isSo: () => boolean, what: string, advanceMs: number): Promise<void> {
    const began = performance.now();
    const end = began + PATIENCE_MS;
    while (!isSo()) {
      if (performance.now() > end) throw new Error(`not so: ${what}\n${this.#notes.join("\n")}\n${this.venue.session.reason}`);
      // Answers on this machine come within a turn or few; time only passes where none did.
      const isSlow = performance.now() - began > AT_ONCE_MS;
      await new Promise((resolve) => (isSlow ? setTimeout(resolve, 1) : setImmediate(resolve)));
      if (isSlow && advanceMs > 0) this.#clock.advance(advanceMs);
    }
  }

  /** An account question went there and back, on a connection that is ready. */
  async #settled(): Promise<void> {
    await this.#until(() => this.venue.session.state === "ready", "ready again", 50);
    const answered = this.venue.snapshot(["positions"], this.#clock.now() as InstantMs);
    await this.#through(answered);
    if (this.venue.session.state !== "ready") await this.#until(() => this.venue.session.state === "ready", "ready again", 50);
  }

  /** Waits for an answer; where none comes its deadline does. */
  async #through<T>(answer: Promise<T>, patienceMs = LOST_MS): Promise<T> {
    let isOver = false;
    const whole = answer.finally(() => {
      isOver = true;
    });
    const began = performance.now();
    while (!isOver) {
      const isLost = performance.now() - began > patienceMs;
      await new Promise((resolve) => (isLost ? setTimeout(resolve, 1) : setImmediate(resolve)));
      if (isLost) this.#clock.advance(50);
    }
    return whole;
  }

  async #pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.#clock.advance(Math.min(left, STEP_MS));
      await this.#settled();
    }
  }

  async #look(books: SuiteBooks): Promise<boolean> {
    return await this.#through(lookAll(this.venue, books, this.#process, (BEGIN - HOUR_MS) as InstantMs));
  }

  #truth(order: Wanted): OrderTruth {
    const { orders, executions, sends } = this.gateway.control.truth();
    const reference = referenceOf(order, this.books);
    const found = orders.filter((each) => each.reference === reference);
    const [placed] = found;
    const isWorking = placed !== undefined && ["PendingSubmit", "PreSubmitted", "Submitted", "PendingCancel"].includes(placed.status);
    return {
      orders: found.length,
      sends: sends[reference]?.frames ?? 0,
      filled: placed?.filled ?? "0",
      status: placed === undefined ? "none" : isWorking ? "working" : placed.status === "Filled" ? "filled" : "ended",
      executions: executions
        .filter((each) => each.reference === reference && each.current)
        .map(({ quantity, price, commission }) => ({ quantity, price, fee: commission, feeAsset: "USD" })),
    };
  }
}

const referenceOf = ({ seq }: Wanted, { account, engine }: SuiteBooks): string =>
  clientOrderId(account, { epoch: engine.state.epoch, venueOrder: seq as VenueOrderSeq });

export const openIbkrStage: OpenStage = (symbols) => new IbkrStage().start(symbols);
