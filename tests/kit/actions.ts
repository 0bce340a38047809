import type { ExecutionId, VenueOrderSeq } from "@bulkhead/core";
import { quantityOfUnits, unitsOf } from "@bulkhead/money";
import fc from "fast-check";
import { Books, UNATTRIBUTED } from "./books.ts";
import { INSTRUMENTS } from "./world.ts";

/** One thing that happens, in plain numbers: what it means depends on the books at that moment. */
export type Action = Readonly<{
  kind: (typeof KINDS)[number];
  who: number;
  other: number;
  what: number;
  quantity: number;
  price: number;
  extra: number;
}>;

const KINDS = [
  "trade",
  "trade",
  "trade",
  "trade",
  "sell-all",
  "late",
  "nobody",
  "resend",
  "correct",
  "bust",
  "fee",
  "coin-fee",
  "income",
  "split",
  "convert",
  "transfer",
  "move",
  "flow",
  "exchange",
  "mark",
  "roll",
  "configure",
] as const;

const small = fc.integer({ min: 0, max: 1_000_000 });
export const anyAction: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom(...KINDS),
  // Mostly the same few portfolios and instruments, so that what happens to them happens on top of each other.
  who: fc.oneof({ arbitrary: fc.integer({ min: 0, max: 1 }), weight: 3 }, small),
  other: small,
  what: fc.oneof({ arbitrary: fc.integer({ min: 0, max: 1 }), weight: 4 }, small),
  quantity: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 5_000_000 })),
  price: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 1, max: 9_000_000 })),
  extra: small,
});
export const anyActions = (most: number): fc.Arbitrary<readonly Action[]> =>
  fc.array(anyAction, { minLength: 1, maxLength: most, size: "max" });

const PORTFOLIOS = ["first", "last", "dearest", "pool", "named"] as const;
const MATCHING = ["fifo", "lifo", "hifo", "average", "specific"] as const;
const CURRENCIES = ["USD", "EUR", "JPY"] as const;

const pick = <T>(list: readonly T[], index: number): T => {
  const found = list[index % list.length];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
};

/** Books with a portfolio per matching method, each with dollars and, unless told, euros. */
export function busyBooks(euros = true): Books {
  const books = new Books({ overAllocation: true });
  books.mark({}, { EUR: "1.1", JPY: "0.0067" });
  PORTFOLIOS.forEach((id, index) => {
    books.portfolio(id, "1000000", { lotMatching: pick(MATCHING, index), fx: index % 2 === 0 ? "auto" : "refuse" });
    if (euros) books.deposit(id, "500000 EUR");
  });
  return books;
}

/** Runs actions; what the engine refuses is left out. Returns the portfolios. */
export class Player {
  readonly books: Books;
  readonly ids: readonly string[] = [...PORTFOLIOS, UNATTRIBUTED];
  readonly #executions: { id: string; instrument: string; units: number }[] = [];
  readonly #versions = new Map<string, number>();
  #days = 0;
  #turn = 0;

  constructor(books: Books = busyBooks()) {
    this.books = books;
  }

  /** `turn` says which portfolios and instruments are the usual ones. */
  play(actions: readonly Action[], turn = actions[0]?.extra ?? 0): void {
    this.#turn = turn;
    for (const action of actions) {
      this.books.at += 1 + (action.extra % 5_000);
      this.step(action);
    }
  }

  /** Runs one action; what it means is worked out from the books as they are. */
  step(action: Action): unknown {
    const { books } = this;
    const who = pick(PORTFOLIOS, this.#turn + action.who);
    const instrument = pick(INSTRUMENTS, this.#turn + action.what);
    const name = instrument.id;
    const scale = books.listing(name).base.scale;
    const units = (count: number): string => (count / 10 ** scale).toFixed(scale);
    const price = (action.price / 100).toFixed(2);
    const side = action.extra % 2 === 0 ? "buy" : "sell";
    switch (action.kind) {
      case "trade":
        return this.#trade(who, name, `${side} ${units(action.quantity)} @ ${price}`, action);
      case "sell-all": {
        const held = Number(books.position(who, instrument.base));
        if (held === 0) return undefined;
        return this.#trade(who, name, `${held > 0 ? "sell" : "buy"} ${Math.abs(held).toFixed(scale)} @ ${price}`, action);
      }
      case "late":
        return this.#late(who, name, `${side} ${units(action.quantity)} @ ${price}`);
      case "nobody":
        return this.#filled(books.fillAsk(null, name, `${side} ${units(action.quantity)} @ ${price}`), name);
      case "resend": {
        const last = books.records.findLast((record) => record.command.type === "RecordExecution");
        if (last !== undefined) return books.run({ ...last.command, at: books.at } as Parameters<Books["run"]>[0]);
        return undefined;
      }
      case "correct":
        return this.#correct(action, (old) => 1 + (action.quantity % (old + 3)), price);
      case "bust":
        return this.#correct(action, () => 0, price);
      case "fee": {
        const execution = this.#executions.at(-1 - (action.other % 5))?.id;
        const fee = `${action.extra % 3 === 0 ? "-" : ""}${(action.quantity % 10_000) / 100} ${pick(CURRENCIES, action.what)}`;
        books.run(books.fee(fee, execution === undefined ? { portfolio: who } : { execution }));
        return undefined;
      }
      case "coin-fee": {
        const execution = this.#executions.at(-1 - (action.other % 5))?.id;
        if (execution === undefined) return undefined;
        const coin = action.what % 2 === 0 ? "BTC" : "BNB";
        books.run(books.fee(`${((action.quantity % 5_000) / 1e8).toFixed(8)} ${coin}`, { execution }));
        return undefined;
      }
      default:
        return this.#happen(action, who, instrument);
    }
  }

  /** What does not come from trading. */
  #happen(action: Action, who: string, instrument: (typeof INSTRUMENTS)[number]): unknown {
    const { books } = this;
    const name = instrument.id;
    const { scale } = books.listing(name).base;
    const price = (action.price / 100).toFixed(2);
    switch (action.kind) {
      case "income": {
        const kind = pick(["dividend", "funding", "interest", "borrow"] as const, action.other);
        const perUnit = `${action.extra % 2 === 0 ? "" : "-"}${((action.price % 1_000) / 100).toFixed(2)} ${instrument.quote}`;
        books.run(books.income(kind, name, perUnit, action.other % 3 === 0 ? "1.000001" : null));
        return undefined;
      }
      case "split": {
        const text = `${1 + (action.quantity % 7)}:${1 + (action.price % 5)}`;
        books.run(books.split(name, text, action.other % 2 === 0 ? { cash: "12.345678" } : {}));
        return undefined;
      }
      case "convert": {
        const first = pick(["0.25", "1", "0", "0.333333333"], action.other);
        const rest = (1 - Number(first)).toFixed(9);
        const into = [
          [pick(INSTRUMENTS, action.what + 1 + (action.other % 3)).id, `${1 + (action.quantity % 3)}:${1 + (action.price % 4)}`, first],
          [action.extra % 2 === 0 ? name : pick(INSTRUMENTS, action.what + 5).id, "1:1", rest],
        ] as const;
        books.run(books.convert(name, into));
        return undefined;
      }
      case "transfer": {
        const text = `${(action.quantity / 100).toFixed(2)} ${pick(CURRENCIES, action.what)}`;
        books.run(books.transfer(who, pick(this.ids, action.other), text));
        return undefined;
      }
      case "move": {
        const held = Number(books.position(who, instrument.base));
        if (held === 0) return undefined;
        const part = action.extra % 3 === 0 ? held : Math.trunc((held * 10 ** scale) / (1 + (action.extra % 4))) / 10 ** scale;
        if (part !== 0) books.run(books.moveAsk(who, pick(this.ids, action.other), name, `${part.toFixed(scale)} @ ${price}`));
        return undefined;
      }
      case "flow": {
        const sign = action.extra % 2 === 0 ? "" : "-";
        books.run(books.flow(who, `${sign}${(action.quantity / 100).toFixed(2)} ${pick(CURRENCIES, action.what)}`));
        return undefined;
      }
      case "exchange": {
        const from = pick(CURRENCIES, action.what);
        const to = pick(CURRENCIES, action.what + 1);
        const amount = books.money((action.quantity / 100).toFixed(2), from);
        const received = books.money((action.price / 100).toFixed(2), to);
        const conversionId = books.fresh("conversion");
        books.run({
          type: "RecordConversion",
          conversionId,
          portfolio: who as never,
          from: from as never,
          amount,
          to: to as never,
          received,
        });
        return undefined;
      }
      case "mark":
        books.run(books.markAsk({ [name]: price }, action.extra % 3 === 0 ? { EUR: (0.9 + (action.extra % 500) / 1000).toFixed(3) } : {}));
        return undefined;
      case "roll":
        this.#days += 1;
        books.run(books.roll(new Date(Date.UTC(2024, 0, this.#days)).toISOString().slice(0, 10), [who]));
        return undefined;
      case "configure":
        books.run(books.configure(who, { lotMatching: pick(MATCHING, action.other) }));
        return undefined;
      default:
        throw new Error(`unplayed: ${action.kind}`);
    }
  }

  #filled(ask: ReturnType<Books["fillAsk"]>, instrument: string): void {
    if (ask.type !== "RecordExecution" || !this.books.run(ask).ok) return;
    this.#executions.push({ id: ask.executionId, instrument, units: unitsOf(ask.quantity) });
  }

  #trade(who: string, instrument: string, what: string, action: Action): void {
    let venueOrder: VenueOrderSeq;
    try {
      venueOrder = this.books.order(who, instrument, what, [1 + (action.other % 9), 1 + (action.extra % 9)]);
    } catch {
      return; // The gate's no is not what these tests are about.
    }
    const fee = [undefined, "1.25 USD", "0.5 EUR", "0.000012 BTC", "-0.1 USD", "30.5 JPY", "0.01 BNB"][action.other % 7];
    this.#filled(this.books.fillAsk(venueOrder, instrument, what, fee === undefined ? {} : { fee }), instrument);
  }

  /** A fill of more than was asked, at another price: a fact all the same. */
  #late(who: string, instrument: string, what: string): void {
    const [side = "buy"] = what.split(" ");
    const { scale } = this.books.listing(instrument).base;
    let venueOrder: VenueOrderSeq;
    try {
      venueOrder = this.books.order(who, instrument, `${side} ${(10 ** -scale).toFixed(scale)} @ 0.01`);
    } catch {
      return;
    }
    this.#filled(this.books.fillAsk(venueOrder, instrument, what), instrument);
  }

  #correct(action: Action, quantityFrom: (old: number) => number, price: string): void {
    const execution = this.#executions.at(-1 - (action.other % 8));
    if (execution === undefined) return;
    const version = (this.#versions.get(execution.id) ?? 0) + 1;
    const listing = this.books.listing(execution.instrument);
    const step = this.books.run({
      type: "CorrectExecution",
      executionId: execution.id as ExecutionId,
      venueOrder: null,
      version,
      quantity: quantityOfUnits(quantityFrom(execution.units)),
      price: this.books.price(price, listing),
    });
    if (step.ok) this.#versions.set(execution.id, version);
  }
}
