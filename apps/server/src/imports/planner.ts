import { explain } from "@bulkhead/contract";
import {
  type Command,
  type Engine,
  type ExecutionId,
  type InstantMs,
  type InstrumentId,
  isOrderOf,
  type JournalRecord,
  type Listing,
  type StateView,
  UNATTRIBUTED,
  type VenueOrderSeq,
  type VenueTag,
} from "@bulkhead/core";
import {
  absolute,
  add,
  isEqual,
  isNegative,
  isZero,
  type Money,
  type Parsed,
  type Price,
  parseMoney,
  parsePrice,
  parseQuantity,
  type Quantity,
  type Scale,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import { type Entry, type EntryOf, orderIdentity, type Statement, type StatementProblem } from "@bulkhead/venues";
import { actionCommands, type Booked, heldOf } from "./actions.ts";
import type { Allocations } from "./allocations.ts";
import { type Contracts, cashAsset, listingOf } from "./contracts.ts";
import { incomeCommand } from "./income.ts";

export type PlannerOptions = Readonly<{
  contracts: Contracts;
  cashScale: (currency: string) => Scale;
  /**
   * The account begins with these statements: there is nobody's order to claim, so what nobody's order made waits as one thing for each asset,
   * and as nothing where all of it was sold again.
   */
  isHistory: boolean;
  allocations: Allocations;
  /** The instant that an entry's commands are booked at. */
  stamp: (entryAt: InstantMs) => InstantMs;
}>;

/** Held by the venue and by the books before an execution, signed. */
export type Gap = Readonly<{ instrument: InstrumentId; scale: Scale; stated: Quantity; held: Quantity }>;

/** What was booked and what was known already, by kind of entry. */
export type Tally = Record<Entry["kind"] | "definition", { booked: number; known: number }>;

/** A line that cannot be booked; ends that line and nothing else, so that all are told at once. */
class LineRefused extends Error {
  readonly problem: StatementProblem;
  constructor(problem: StatementProblem) {
    super(problem.code);
    this.problem = problem;
  }
}

/**
 * Turns the entries of statements into commands by executing them on a trial engine: what comes out can be executed on the real one, which
 * stands where the trial stood, and nothing of it will be refused. Every line that is in the way is told.
 */
export class Planner {
  readonly commands: Command[] = [];
  readonly records: JournalRecord[] = [];
  readonly problems: StatementProblem[] = [];
  readonly notes: string[] = [];
  readonly tally: Tally = emptyTally();
  /** Lines from before the account was adopted. */
  adopted = 0;
  /** Where the venue says that something else was held than the books had: the first of each instrument. */
  readonly gaps: Gap[] = [];
  /** Realized P&L of the executions booked here, ours beside the venue's. */
  readonly realized = new Map<InstrumentId, Readonly<{ scale: Scale; stated: Money; books: Money }>>();
  #instruments: Set<InstrumentId> | undefined;
  readonly #engine: Engine;
  readonly #options: PlannerOptions;

  constructor(trial: Engine, options: PlannerOptions) {
    this.#engine = trial;
    this.#options = options;
  }

  get state(): StateView {
    return this.#engine.state;
  }

  /** Books one entry of a statement on the trial. */
  take(statement: Statement, entry: Entry): void {
    // What an adopted account held was taken as it stood: what had made it so is in it.
    const { baselineAt } = this.state.reconciliation;
    if (baselineAt !== null && entry.at <= baselineAt) {
      this.adopted += 1;
      return;
    }
    try {
      const { booked } = this.#entry(statement, entry);
      this.tally[entry.kind][booked ? "booked" : "known"] += 1;
    } catch (error) {
      if (!(error instanceof LineRefused)) throw error;
      this.problems.push(error.problem);
    }
  }

  /** Makes sure that a contract is in the books; what stands in the way is told. */
  define(statement: Statement, key: string, line: number): void {
    try {
      this.instrumentOf(statement, key, line, this.state.at);
    } catch (error) {
      if (!(error instanceof LineRefused)) throw error;
      this.problems.push(error.problem);
    }
  }

  /** A command about the import itself, which no line of a statement has. */
  keep(command: Command): void {
    const step = this.#engine.execute(command);
    if (!step.ok) throw new Error(`IMPORT_NOT_KEPT: command=${command.type}, refusal=${step.refusal.code}`);
    if (step.events.length > 0) this.commands.push(command);
  }

  /** The books' instrument for a contract of a statement, defined where it was not known. */
  instrumentOf(statement: Statement, key: string, line: number, at: InstantMs): Listing {
    const contract = statement.contracts.get(key);
    const refused = (figures: StatementProblem["figures"]): never =>
      this.#refuse(statement, line, "STATEMENT_INSTRUMENT_UNCLEAR", { contract: contract?.instrument.symbol ?? key, key, ...figures });
    if (contract === undefined) return refused({ candidates: "the row says too little about it" });
    const resolved = this.#options.contracts.resolve(this.state, statement.source, contract, this.#options.stamp(at));
    if (!resolved.ok) return refused({ candidates: resolved.candidates.join(", ") });
    for (const command of resolved.define) this.#define(statement, line, command);
    return listingOf(this.state, resolved.instrument);
  }

  #define(statement: Statement, line: number, command: Command): void {
    if (this.#execute(statement, line, command)) this.tally.definition.booked += 1;
  }

  #entry(statement: Statement, entry: Entry): Booked {
    switch (entry.kind) {
      case "execution":
        return this.#execution(statement, entry);
      case "fee":
        return this.#fee(statement, entry);
      case "cash":
        return this.#cash(statement, entry);
      case "conversion":
        return this.#conversion(statement, entry);
      default: {
        const listing = (key: string): Listing => this.instrumentOf(statement, key, entry.line, entry.at);
        const { commands, notes } = actionCommands(this.state, entry, {
          at: this.#at(entry),
          listing,
          tagOf: (tag) => this.#tagOf(tag),
          shareOf: (key) => {
            const contract = statement.contracts.get(key);
            return contract === undefined ? undefined : this.#options.allocations.of(contract, listing(key).instrument.id);
          },
          refuse: (figures) => this.#refuse(statement, entry.line, "STATEMENT_CONTRADICTS", figures),
        });
        this.notes.push(...notes.map((note) => `${statement.file}, line ${entry.line}: ${note}`));
        return this.#all(statement, entry.line, commands);
      }
    }
  }

  #execution(statement: Statement, entry: EntryOf<"execution">): Booked {
    const listing = this.instrumentOf(statement, entry.contract, entry.line, entry.at);
    const { instrument, base } = listing;
    const told = this.#exact(statement, entry.line, parseQuantity(entry.quantity, base.scale), "quantity", entry.quantity);
    const price = this.#amount(statement, entry.line, parsePrice(entry.price, instrument.priceScale, "half-even"), "price", entry.price);
    const booked = this.state.executions.get(entry.executionId);
    const stands = booked === undefined ? undefined : [booked, ...booked.others].reduce((sum, share) => sum + share.quantity, 0);
    if (entry.canceled && stands === 0) return { booked: false };
    const version = entry.canceled ? (booked?.version ?? entry.version) + 1 : entry.version;
    const venueOrder = this.#ourOrder(entry.tag.reference);
    if (booked === undefined && entry.before !== undefined) this.#look(statement, entry, listing, price);
    const done = this.#all(statement, entry.line, [
      {
        type: "RecordExecution",
        at: this.#at(entry),
        executionId: entry.executionId,
        version,
        venueOrder,
        tag: venueOrder === null ? this.#tagOf(entry.tag) : null,
        instrument: instrument.id,
        side: booked?.side ?? entry.side,
        quantity: entry.canceled ? ZERO_QUANTITY : told,
        price,
        fee: null,
        venueAt: entry.at,
      },
    ]);
    if (done.booked && entry.statedRealized !== undefined) this.#count(statement, entry, listing);
    return done;
  }

  /** What the venue says was held before: the beginning of what is told is booked as it was, anything else is a gap that is shown. */
  #look(statement: Statement, entry: EntryOf<"execution">, listing: Listing, price: Price): void {
    const { quantity = "0", averageCost = null } = entry.before ?? {};
    const stated = this.#exact(statement, entry.line, parseQuantity(quantity, listing.base.scale), "startPosition", quantity);
    const held = heldOf(this.state, listing);
    if (isEqual(stated, held)) return;
    const { id } = listing.instrument;
    if (!isZero(held) || this.#traded().has(id)) {
      if (!this.gaps.some(({ instrument }) => instrument === id))
        this.gaps.push({ instrument: id, scale: listing.base.scale, stated, held });
      return;
    }
    const cost =
      averageCost === null
        ? price
        : this.#amount(statement, entry.line, parsePrice(averageCost, listing.instrument.priceScale, "half-even"), "cost", averageCost);
    this.notes.push(
      `${id}: ${quantity} were held before the first fill told; booked at ${averageCost ?? "its price, for want of another"}`,
    );
    this.#execute(statement, entry.line, {
      type: "RecordExecution",
      at: this.#at(entry),
      executionId: `opening:${id}` as ExecutionId,
      version: 0,
      venueOrder: null,
      tag: this.#tagOf({ reference: "", client: "", venueOrderId: `opening:${id}` }),
      instrument: id,
      side: isNegative(stated) ? "sell" : "buy",
      quantity: absolute(stated),
      price: cost,
      fee: null,
      venueAt: entry.at,
    });
  }

  /** Instruments that anything was ever executed in. */
  #traded(): Set<InstrumentId> {
    this.#instruments ??= new Set([...this.state.executions.values()].map(({ instrument }) => instrument));
    return this.#instruments;
  }

  #count(statement: Statement, entry: EntryOf<"execution">, { instrument, quote }: Listing): void {
    const stated = this.#amount(
      statement,
      entry.line,
      parseMoney(entry.statedRealized ?? "0", quote.scale, "half-even"),
      "closedPnl",
      entry.statedRealized ?? "",
    );
    const event = this.records.at(-1)?.events[0];
    const ours =
      event?.type === "ExecutionBooked" ? event.allocations.reduce((sum, { realized }) => add(sum, realized), ZERO_MONEY) : ZERO_MONEY;
    const sum = this.realized.get(instrument.id) ?? { scale: quote.scale, stated: ZERO_MONEY, books: ZERO_MONEY };
    this.realized.set(instrument.id, { scale: quote.scale, stated: add(sum.stated, stated), books: add(sum.books, ours) });
    this.#traded().add(instrument.id);
  }

  #tagOf(tag: VenueTag): VenueTag {
    return this.#options.isHistory ? { ...tag, venueOrderId: "history" } : tag;
  }

  /** One of our own orders, by the reference that it carried; of this account and an order that was made. */
  #ourOrder(reference: string): VenueOrderSeq | null {
    const { account } = this.state;
    const identity = account === undefined || reference === "" ? undefined : orderIdentity(account.id, reference);
    return identity !== undefined && isOrderOf(this.state, identity) ? identity.venueOrder : null;
  }

  #fee(statement: Statement, entry: EntryOf<"fee">): Booked {
    const scale = this.#currency(statement, entry.line, entry.currency, entry.at);
    const amount = this.#amount(statement, entry.line, parseMoney(entry.amount, scale, "half-even"), "amount", entry.amount);
    const executionId = entry.executionId !== null && this.state.executions.get(entry.executionId) !== undefined ? entry.executionId : null;
    const fee = { asset: entry.currency as never, amount };
    return this.#all(statement, entry.line, [
      { type: "RecordFee", at: this.#at(entry), feeId: entry.feeId, executionId, portfolio: null, fee },
    ]);
  }

  #cash(statement: Statement, entry: EntryOf<"cash">): Booked {
    const scale = this.#currency(statement, entry.line, entry.currency, entry.at);
    const amount = this.#amount(statement, entry.line, parseMoney(entry.amount, scale, "half-even"), "amount", entry.amount);
    const listing = entry.contract === null ? null : this.instrumentOf(statement, entry.contract, entry.line, entry.at);
    return this.#all(statement, entry.line, [incomeCommand(this.state, entry, { at: this.#at(entry), amount, listing, scale })]);
  }

  #conversion(statement: Statement, entry: EntryOf<"conversion">): Booked {
    const money = (currency: string, text: string): Money =>
      this.#amount(
        statement,
        entry.line,
        parseMoney(text, this.#currency(statement, entry.line, currency, entry.at), "half-even"),
        "amount",
        text,
      );
    const command: Command = {
      type: "RecordConversion",
      at: this.#at(entry),
      conversionId: entry.conversionId,
      portfolio: UNATTRIBUTED,
      from: entry.from as never,
      amount: money(entry.from, entry.amount),
      to: entry.to as never,
      received: money(entry.to, entry.received),
    };
    return this.#all(statement, entry.line, [command]);
  }

  /** Decimal places of a currency, which is defined where it was not known. */
  #currency(statement: Statement, line: number, currency: string, at: InstantMs): Scale {
    const known = this.state.assets.get(currency as never);
    if (known !== undefined) return known.scale;
    const scale = this.#options.cashScale(currency);
    this.#define(statement, line, cashAsset(currency, scale, this.#options.stamp(at)));
    return scale;
  }

  #at(entry: Entry): InstantMs {
    return this.#options.stamp(entry.at);
  }

  #all(statement: Statement, line: number, commands: readonly Command[]): Booked {
    let booked = false;
    for (const command of commands) booked = this.#execute(statement, line, command) || booked;
    return { booked };
  }

  /** True where it changed the books. */
  #execute(statement: Statement, line: number, command: Command): boolean {
    const step = this.#engine.execute(command);
    if (!step.ok) {
      const { code, params } = step.refusal;
      return this.#refuse(statement, line, "STATEMENT_COMMAND_REFUSED", { refusal: code, reason: explain(code, params) });
    }
    if (step.events.length === 0) return false;
    this.commands.push(command);
    this.records.push({ seq: this.state.seq, command, events: step.events });
    return true;
  }

  /** Units are never rounded: what the books cannot keep is said. */
  #exact(statement: Statement, line: number, parsed: Parsed<Quantity>, field: string, text: string): Quantity {
    return this.#amount(statement, line, parsed, field, text);
  }

  #amount<T extends Money | Price | Quantity>(statement: Statement, line: number, parsed: Parsed<T>, field: string, text: string): T {
    if (parsed.ok) return parsed.value;
    return this.#refuse(statement, line, "STATEMENT_VALUE_INVALID", {
      element: "row",
      field,
      value: text,
      problem: PROBLEMS[parsed.problem],
    });
  }

  #refuse(statement: Statement, line: number, code: StatementProblem["code"], figures: StatementProblem["figures"]): never {
    throw new LineRefused({ code, file: statement.file, line, figures });
  }
}

const PROBLEMS = { NOT_A_DECIMAL: "not a number", TOO_MANY_DIGITS: "finer than the books keep it", OUT_OF_RANGE: "too large" } as const;

function emptyTally(): Tally {
  const none = (): { booked: number; known: number } => ({ booked: 0, known: 0 });
  return {
    definition: none(),
    execution: none(),
    fee: none(),
    cash: none(),
    conversion: none(),
    split: none(),
    "conversion-in-kind": none(),
    redemption: none(),
    "transfer-in-kind": none(),
  };
}
