import type { ExecutionId, InstantMs, VenueFact } from "@bulkhead/core";
import { isZero, parseMoney, parsePrice, parseQuantity } from "@bulkhead/money";
import type { Listings } from "./listings.ts";
import type { TradeText } from "./messages.ts";
import type { OurOrders, Owner } from "./our-orders.ts";

export type ExecutionsOptions = Readonly<{
  listings: Listings;
  orders: OurOrders;
  now: () => InstantMs;
  tell: (fact: VenueFact) => void;
  note: (level: "info" | "warn" | "error", message: string) => void;
  /** An order that nobody saw traded: whose is it? */
  wantOrder: (venueOrderId: string, symbol: string) => void;
  /** A trade of the stream came without its fee: the exchange is asked for it. */
  wantTrades: (symbol: string) => void;
}>;

type Told = { at: number; hasFee: boolean };
type Held = Readonly<{ trade: TradeText; since: number }>;

/** How long a trade waits for its order to be found, and a fee for being told, before it goes without. */
const OWNER_MS = 60_000;
const FEE_MS = 600_000;
/** Executions that are remembered as told; the books know the older ones. */
const TOLD_MAX = 100_000;

/**
 * The account's trades as executions, each told once, by symbol and trade id (I12): in any order, however often they come. A fee that is not
 * known is asked for again and told apart. Whose a trade is, is known from its order alone, never guessed from its symbol (B6, B17).
 */
export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #told = new Map<string, Told>();
  readonly #held = new Map<string, Held>();
  readonly #unbookable = new Set<string>();
  /** Grows with every execution that was told: a snapshot in which it grew is not quiet. */
  count = 0;

  constructor(options: ExecutionsOptions) {
    this.#options = options;
  }

  /** Whether trades wait for their order to be known: not everything was told then. */
  get isHolding(): boolean {
    return this.#held.size > 0;
  }

  /** The oldest trade whose fee is still to come; undefined where none is. */
  get feelessSince(): number | undefined {
    const from = this.#options.now() - FEE_MS;
    let oldest: number | undefined;
    for (const { at, hasFee } of this.#told.values()) if (!hasFee && at >= from && (oldest === undefined || at < oldest)) oldest = at;
    return oldest;
  }

  /** Trades from anywhere. `isAnswer`: the exchange was asked, and says no more about fees than this. */
  hear(trades: readonly TradeText[], isAnswer: boolean): void {
    for (const trade of [...trades].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) this.#hearOne(trade, isAnswer);
  }

  /** What was held is looked at again: an order became known, or was not found in time. */
  release(): void {
    for (const [key, { trade, since }] of [...this.#held]) {
      const owner = this.#ownerOf(trade) ?? (this.#options.now() - since >= OWNER_MS ? this.#nobody(trade) : undefined);
      if (owner === undefined) continue;
      this.#held.delete(key);
      this.#book(key, trade, owner);
    }
  }

  #hearOne(trade: TradeText, isAnswer: boolean): void {
    const key = `${trade.symbol}:${trade.id}`;
    const told = this.#told.get(key);
    if (told !== undefined) {
      if (!told.hasFee && trade.fees !== null) this.#tellFees(key, trade, told);
      return;
    }
    // Streams leave fees out that an answer has: one execution, with what it cost, is better than two facts.
    if (trade.fees === null && !isAnswer) {
      this.#options.wantTrades(trade.symbol);
      return;
    }
    const owner = this.#ownerOf(trade);
    if (owner !== undefined) {
      this.#held.delete(key);
      this.#book(key, trade, owner);
      return;
    }
    if (!this.#held.has(key)) this.#held.set(key, { trade, since: this.#options.now() });
    if (trade.order !== null) this.#options.wantOrder(trade.order, trade.symbol);
  }

  /** Undefined: it is not known yet. */
  #ownerOf({ order, clientId, symbol }: TradeText): Owner | undefined {
    const { orders } = this.#options;
    if (clientId !== null && clientId !== "") return orders.ownerByReference(clientId, order ?? "", symbol);
    if (order === null) return { ours: null, tag: { reference: "", client: "", venueOrderId: "" } };
    return orders.ownerOf(order);
  }

  #nobody(trade: TradeText): Owner {
    this.#options.note(
      "warn",
      `The order ${trade.order ?? ""} of trade ${trade.id} in ${trade.symbol} cannot be found: it is booked as nobody's.`,
    );
    return { ours: null, tag: { reference: "", client: "", venueOrderId: trade.order ?? "" } };
  }

  #book(key: string, trade: TradeText, { ours, tag }: Owner): void {
    const traded = this.#options.listings.bySymbol(trade.symbol);
    if (traded === undefined) {
      this.#leave(trade.symbol);
      return;
    }
    this.#options.listings.define(traded);
    const { instrument, base } = traded.listing;
    const quantity = parseQuantity(trade.amount, base.scale, "half-even");
    const price = parsePrice(trade.price, instrument.priceScale, "half-even");
    if (!quantity.ok || !price.ok || isZero(quantity.value)) {
      this.#options.note(
        "error",
        `Trade ${trade.id} of ${trade.symbol}, ${trade.amount} at ${trade.price}, cannot be kept exactly: it was not booked.`,
      );
      return;
    }
    const fees = this.#feesOf(trade);
    const [fee, ...more] = fees ?? [];
    this.#note(key, { at: trade.at, hasFee: fees !== null });
    this.count += 1;
    this.#options.tell({
      type: "RecordExecution",
      at: this.#options.now(),
      executionId: key as ExecutionId,
      version: 0,
      venueOrder: ours?.identity.venueOrder ?? null,
      tag: ours === null ? tag : null,
      instrument: instrument.id,
      side: trade.side,
      quantity: quantity.value,
      price: price.value,
      fee: fee ?? null,
      venueAt: trade.at as InstantMs,
    });
    for (const [index, each] of more.entries()) this.#tellFee(key, index + 1, each);
    if (ours !== null) this.#options.orders.count(ours, quantity.value);
  }

  #tellFees(key: string, trade: TradeText, told: Told): void {
    told.hasFee = true;
    for (const [index, fee] of (this.#feesOf(trade) ?? []).entries()) this.#tellFee(key, index, fee);
  }

  #tellFee(key: string, index: number, fee: FeeOf): void {
    const at = this.#options.now();
    this.#options.tell({ type: "RecordFee", at, feeId: `${key}:fee:${index}`, executionId: key as ExecutionId, portfolio: null, fee });
  }

  /** Null: not known. A fee of nothing is known and is none. */
  #feesOf({ fees, id, symbol }: TradeText): FeeOf[] | null {
    if (fees === null) return null;
    return fees.flatMap(({ code, cost }): FeeOf[] => {
      if (!/[1-9]/.test(cost.replace(/e.*$/i, ""))) return [];
      const asset = this.#options.listings.asset(code);
      const amount =
        asset === undefined
          ? undefined
          : asset.kind === "cash"
            ? parseMoney(cost, asset.scale, "half-even")
            : parseQuantity(cost, asset.scale, "half-even");
      if (asset !== undefined && amount?.ok === true) return isZero(amount.value) ? [] : [{ asset: asset.id, amount: amount.value }];
      this.#options.note(
        "error",
        `The fee of trade ${id} in ${symbol}, ${cost} ${code}, cannot be kept exactly: it shows as a difference.`,
      );
      return [];
    });
  }

  #note(key: string, told: Told): void {
    this.#told.set(key, told);
    const [oldest] = this.#told.keys();
    if (this.#told.size > TOLD_MAX && oldest !== undefined) this.#told.delete(oldest);
  }

  #leave(symbol: string): void {
    if (this.#unbookable.has(symbol)) return;
    this.#unbookable.add(symbol);
    this.#options.note("warn", `Trades in ${symbol} cannot be booked as trades: they show as differences of cash and coins.`);
  }
}

type FeeOf = Extract<VenueFact, { type: "RecordFee" }>["fee"];
