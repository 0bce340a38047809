import {
  type Asset,
  type Command,
  type CommandOf,
  type Event,
  type Instrument,
  type JournalRecord,
  termsOf,
  type VenueSnapshot,
} from "@bulkhead/core";
import { type Amount, add, moneyOfUnits, negate, type Price, type Quantity, type ValueTerms, valueOf } from "@bulkhead/money";

const ZERO: Amount = moneyOfUnits(0);

type Terms = Readonly<{ instrument: Instrument; terms: ValueTerms }>;
type Execution = { instrument: string; buys: boolean; quantity: Quantity; price: Price };

/**
 * What the account holds of every asset as the outside sees it: deposits and withdrawals, executions at their price, fees. Taken from
 * commands, which are what people and venues said, not from what was booked. Where a fact leaves the amount to the books (income per
 * unit, splits, margined fills), the books' own lines count.
 */
export class AccountFacts {
  readonly #held = new Map<string, Amount>();
  readonly #assets = new Map<string, Asset>();
  readonly #instruments = new Map<string, Terms>();
  readonly #executions = new Map<string, Execution>();

  held(asset: string): Amount {
    return this.#held.get(asset) ?? ZERO;
  }

  /** Takes a record in; gives back the assets whose holding a barrier told whole, because then nothing may differ (I2, I3). */
  take({ command, events }: JournalRecord): readonly string[] {
    for (const event of events) this.#learn(event);
    if ((command.type === "RecordSnapshot" || command.type === "AdoptBaseline") && events.some(({ type }) => type === "Reconciled"))
      return this.#told(command.snapshot);
    const stated = events.length > 0 && this.#stated(command, events);
    if (!stated) for (const event of events) this.#asBooked(event);
    return [];
  }

  /** What the venue says it has: what a told section leaves out, it has none of. */
  #told({ positions, cash }: VenueSnapshot): readonly string[] {
    const told = [...this.#assets.values()].filter(({ kind }) => (kind === "cash" ? cash : positions) !== null).map(({ id }) => id);
    for (const asset of told) this.#held.set(asset, ZERO);
    for (const { instrument, quantity } of positions ?? []) this.#add(this.#instruments.get(instrument)?.instrument.base ?? "", quantity);
    for (const { asset, amount } of cash ?? []) this.#add(asset, amount);
    return told;
  }

  #learn(event: Event): void {
    if (event.type === "AccountOpened") this.#assets.set(event.base.id, event.base);
    else if (event.type === "AssetDefined") this.#assets.set(event.asset.id, event.asset);
    else if (event.type === "InstrumentDefined" || event.type === "InstrumentRevised" || event.type === "ContractAccepted") {
      const { instrument } = event;
      const base = this.#assets.get(instrument.base);
      const quote = this.#assets.get(instrument.quote);
      if (base !== undefined && quote !== undefined)
        this.#instruments.set(instrument.id, { instrument, terms: termsOf(instrument, base, quote) });
    }
  }

  /** Takes what the command itself states; false where it leaves the amount to the books. */
  #stated(command: Command, events: readonly Event[]): boolean {
    switch (command.type) {
      case "Deposit":
      case "Withdraw":
        this.#add(command.asset, command.type === "Deposit" ? command.amount : negate(command.amount));
        return true;
      case "RecordExecution":
        return events.some((event) => event.type === "ExecutionBooked") ? this.#executed(command) : this.#corrected(command, events);
      case "CorrectExecution":
        return this.#corrected(command, events);
      case "RecordFee":
        this.#add(command.fee.asset, negate(command.fee.amount));
        return true;
      case "RecordCash":
        this.#add(command.asset, command.amount);
        return true;
      case "RecordConversion":
        this.#add(command.from, negate(command.amount));
        this.#add(command.to, command.received);
        return true;
      default:
        return false;
    }
  }

  #executed({ executionId, instrument, side, quantity, price, fee }: CommandOf<"RecordExecution">): boolean {
    const known = this.#instruments.get(instrument);
    if (known === undefined || known.instrument.settlement === "margined") return false;
    const execution = { instrument, buys: side === "buy", quantity, price };
    this.#executions.set(executionId, execution);
    this.#trade(known, execution, false);
    if (fee !== null) this.#add(fee.asset, negate(fee.amount));
    return true;
  }

  /** A venue corrects by a fact of its own or says the execution anew. One that was too late for the books moved nothing (COR-8). */
  #corrected({ executionId, quantity, price }: CommandOf<"CorrectExecution" | "RecordExecution">, events: readonly Event[]): boolean {
    if (!events.some((event) => event.type === "ExecutionCorrected" && event.postings.length > 0)) return false;
    const execution = this.#executions.get(executionId);
    const known = execution === undefined ? undefined : this.#instruments.get(execution.instrument);
    if (execution === undefined || known === undefined) return false;
    this.#trade(known, execution, true);
    execution.quantity = quantity;
    execution.price = price;
    this.#trade(known, execution, false);
    return true;
  }

  /** Units against their value; `back` takes it back. */
  #trade({ instrument, terms }: Terms, { buys, quantity, price }: Execution, back: boolean): void {
    const value = valueOf(quantity, price, terms);
    const units: Amount = quantity;
    this.#add(instrument.base, buys !== back ? units : negate(units));
    this.#add(instrument.quote, buys !== back ? negate(value) : value);
  }

  #asBooked(event: Event): void {
    if (!("postings" in event)) return;
    for (const { account, asset, amount } of event.postings) if (account === "cash" || account === "position") this.#add(asset, amount);
  }

  #add(asset: string, amount: Amount): void {
    this.#held.set(asset, add<Amount>(this.held(asset), amount));
  }
}
