import {
  type CommandOf,
  type Effect,
  type InstantMs,
  isTerminal,
  type OrderId,
  type PortfolioId,
  type Scope,
  type StateView,
  scopeKey,
  type Venue,
  type VenueCommand,
  type VenueOrderSeq,
} from "@bulkhead/core";
import { isNegative, isPositive } from "@bulkhead/money";

/** What within a minute is a storm (reliability B29); null: never. */
export type StormLimits = Readonly<{
  /** Orders of one portfolio. */
  orders: number | null;
  /** Of them those that the venue rejects. */
  rejects: number | null;
  /** Orders of all portfolios of the account. */
  accountOrders: number | null;
}>;

export type SendGuardSetup = Readonly<{
  venue: Venue;
  state: () => StateView;
  storms: StormLimits;
  /** Milliseconds that never jump. */
  steady: () => number;
  /** What the desk should read. */
  note: (sentence: string) => void;
}>;

/** A decision this old is void: what it was made on is over (reliability R3). */
const DECISION_AGE_MAX_MS = 2_000;
const MINUTE_MS = 60_000;

/**
 * The last look at an order before it leaves. One that opens and was decided on before the desk stood still, or that belongs to a storm, is
 * not sent and says so; what closes always goes, and so does every cancel. What is a storm asks for a kill.
 */
export class SendGuard implements Venue {
  readonly #setup: SendGuardSetup;
  readonly #account = new Storm();
  readonly #portfolios = new Map<PortfolioId, Readonly<{ orders: Storm; rejects: Storm }>>();
  readonly #kills = new Map<string, CommandOf<"EngageKill">>();
  #emit: (fact: VenueCommand) => void = () => {};
  #decidedAt: number;

  constructor(setup: SendGuardSetup) {
    this.#setup = setup;
    this.#decidedAt = setup.steady();
  }

  get capabilities(): Venue["capabilities"] {
    return this.#setup.venue.capabilities;
  }

  connect(emit: (fact: VenueCommand) => void): void {
    this.#emit = emit;
    this.#setup.venue.connect((fact) => {
      emit(fact);
      if (fact.type === "RecordReject") this.#rejected(fact.venueOrder, fact.at);
    });
  }

  /** What is decided from here on is decided on what is known now. */
  begin(): void {
    this.#decidedAt = this.#setup.steady();
  }

  dispatch(effect: Effect, at: InstantMs): void {
    const objection = effect.type === "CancelVenueOrder" ? undefined : this.#objectionTo(effect, at);
    if (objection === undefined) this.#setup.venue.dispatch(effect, at);
    else if (effect.type === "SubmitOrder")
      this.#emit({ type: "RecordReject", at, venueOrder: effect.venueOrder, reason: `NOT_SENT: ${objection}` });
  }

  /** Kills that storms ask for, each once. */
  takeKills(): readonly CommandOf<"EngageKill">[] {
    if (this.#kills.size === 0) return [];
    const kills = [...this.#kills.values()].filter(({ scope }) => !this.#setup.state().kills.has(scopeKey(scope)));
    this.#kills.clear();
    return kills;
  }

  #objectionTo(effect: Exclude<Effect, { type: "CancelVenueOrder" }>, at: InstantMs): string | undefined {
    const { state, steady, storms, note } = this.#setup;
    const id = effect.type === "SubmitOrder" ? effect.order : state().venueOrders.get(effect.venueOrder)?.orders[0];
    const order = id === undefined ? undefined : state().orders.get(id);
    if (order === undefined || order.origin === "protection" || order.origin === "kill") return undefined;
    const counts = this.#of(order.portfolio);
    const own = counts.orders.count(at);
    const all = this.#account.count(at);
    const words = [
      this.#storm({ kind: "portfolio", portfolio: order.portfolio }, { count: own, most: storms.orders, what: "orders" }, at),
      this.#storm({ kind: "account" }, { count: all, most: storms.accountOrders, what: "orders of all portfolios" }, at),
    ].find((each) => each !== undefined);
    // A working order that gets other prices is counted, and changed: it is there already.
    if (effect.type === "ReplaceVenueOrder" || this.#closes(order.id)) return undefined;
    if (words !== undefined) return words;
    const age = steady() - this.#decidedAt;
    if (age <= DECISION_AGE_MAX_MS) return undefined;
    const late = `decided ${(age / 1_000).toFixed(1)} s ago, the desk stood still since`;
    note(`Order ${order.id} of ${order.portfolio} was not sent: ${late}.`);
    return late;
  }

  #rejected(venueOrder: VenueOrderSeq, at: InstantMs): void {
    const { state, storms } = this.#setup;
    const id = state().venueOrders.get(venueOrder)?.orders[0];
    const portfolio = id === undefined ? undefined : state().orders.get(id)?.portfolio;
    if (portfolio === undefined) return;
    const count = this.#of(portfolio).rejects.count(at);
    this.#storm({ kind: "portfolio", portfolio }, { count, most: storms.rejects, what: "rejects" }, at);
  }

  /** Why more is not sent, where it is a storm; a kill is asked for. */
  #storm(
    scope: Scope,
    { count, most, what }: Readonly<{ count: number; most: number | null; what: string }>,
    at: InstantMs,
  ): string | undefined {
    if (most === null || count <= most) return undefined;
    const reason = `storm: more than ${most} ${what} within a minute`;
    const key = scopeKey(scope);
    if (!this.#kills.has(key)) this.#kills.set(key, { type: "EngageKill", at, by: "desk", scope, level: "cancel", reason });
    return reason;
  }

  /** Whether an order only gets rid of what its portfolio holds. */
  #closes(id: OrderId): boolean {
    const state = this.#setup.state();
    const order = state.orders.get(id);
    const asset = order === undefined ? undefined : state.listings.get(order.instrument)?.base.id;
    if (order === undefined || asset === undefined || isTerminal(order.status)) return false;
    const held = state.portfolios.get(order.portfolio)?.holdings.get(asset)?.quantity;
    if (held === undefined) return false;
    return order.side === "sell" ? isPositive(held) : isNegative(held);
  }

  #of(portfolio: PortfolioId): Readonly<{ orders: Storm; rejects: Storm }> {
    const known = this.#portfolios.get(portfolio) ?? { orders: new Storm(), rejects: new Storm() };
    this.#portfolios.set(portfolio, known);
    return known;
  }
}

/** How often something happened within the last minute. */
class Storm {
  #at: number[] = [];

  /** It happened once more. */
  count(at: number): number {
    this.#at.push(at);
    const from = this.#at.findIndex((each) => each > at - MINUTE_MS);
    if (from > 0) this.#at.splice(0, from);
    return this.#at.length;
  }
}
