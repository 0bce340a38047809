import { type Decimal, lesser, over, portion, sizeOf, times } from "../decimal.ts";
import { type Contract, multiplierOf } from "./contract.ts";
import type { Execution } from "./order.ts";

/** What the account holds of one contract. */
export type Holding = Readonly<{
  contract: Contract;
  /** Negative when short. */
  quantity: Decimal;
  /** What it cost with commissions, in the currency, signed as the quantity. */
  cost: Decimal;
  /** The same without commissions: what a future's profit is counted from. */
  notional: Decimal;
  /** Realized with it since the gateway began, after commissions. */
  realized: Decimal;
}>;

/** A change of cash that no execution explains: deposits, dividends, interest, fees. */
export type CashEntry = Readonly<{ at: number; currency: string; amount: Decimal; reason: string }>;

/** One account: cash by currency, holdings by contract. Exact: every unit is where an execution or an entry put it. */
export class Account {
  readonly #cash = new Map<string, Decimal>();
  readonly #holdings = new Map<number, Holding>();
  readonly entries: CashEntry[] = [];

  cash(): ReadonlyMap<string, Decimal> {
    return this.#cash;
  }

  holdings(): readonly Holding[] {
    return [...this.#holdings.values()];
  }

  holding(contract: Contract): Holding {
    return this.#holdings.get(contract.conId) ?? { contract, quantity: 0n, cost: 0n, notional: 0n, realized: 0n };
  }

  /** Average cost per unit with its multiplier, as POSITION tells it. */
  static averageCost({ quantity, cost }: Holding): Decimal {
    return over(sizeOf(cost), sizeOf(quantity));
  }

  enter(entry: CashEntry): void {
    this.entries.push(entry);
    this.#pay(entry.currency, entry.amount);
  }

  /** Puts a holding where it is said to be, cash apart: what the account began with, splits, transfers in kind. */
  place(contract: Contract, quantity: Decimal, averageCost: Decimal): void {
    const cost = times(quantity, averageCost);
    this.#set({ ...this.holding(contract), quantity, cost, notional: cost });
  }

  /** Every holding of a contract times a ratio, its cost kept. */
  split(contract: Contract, ratio: Decimal): void {
    const held = this.holding(contract);
    this.#set({ ...held, quantity: times(held.quantity, ratio) });
  }

  /**
   * Books a trade and says what it realized, after its commission; null where it only opened. Futures move no notional: what they
   * realize is paid. Pairs of currencies exchange the two.
   */
  trade(contract: Contract, quantitySigned: Decimal, price: Decimal, commission: Decimal): Decimal | null {
    const amount = times(times(quantitySigned, price), multiplierOf(contract));
    this.#pay(contract.currency, -commission);
    if (contract.secType === "CASH") {
      this.#pay(contract.currency, -amount);
      this.#pay(contract.symbol, quantitySigned);
      return null;
    }
    const held = this.holding(contract);
    const asked = sizeOf(quantitySigned);
    const closes = held.quantity !== 0n && held.quantity < 0n !== quantitySigned < 0n;
    const closed = closes ? lesser(sizeOf(held.quantity), asked) : 0n;
    const closingAmount = portion(amount, closed, asked);
    const closingCommission = portion(commission, closed, asked);
    const consumed = portion(held.cost, closed, sizeOf(held.quantity));
    const consumedNotional = portion(held.notional, closed, sizeOf(held.quantity));
    const realized = closes ? -closingAmount - consumed - closingCommission : null;
    const opened = amount - closingAmount + (commission - closingCommission);
    const cost = held.cost - consumed + (closed === asked ? 0n : opened);
    const notional = held.notional - consumedNotional + amount - closingAmount;
    this.#set({ contract, quantity: held.quantity + quantitySigned, cost, notional, realized: held.realized + (realized ?? 0n) });
    this.#pay(contract.currency, contract.secType === "FUT" ? -closingAmount - consumedNotional : -amount);
    return realized;
  }

  /** Takes back what an execution did, at its own price; its commission is paid back. */
  reverse(execution: Execution): void {
    this.trade(
      execution.contract,
      execution.side === "BOT" ? -execution.quantity : execution.quantity,
      execution.price,
      -execution.commission,
    );
  }

  #pay(currency: string, amount: Decimal): void {
    this.#cash.set(currency, (this.#cash.get(currency) ?? 0n) + amount);
  }

  #set(holding: Holding): void {
    this.#holdings.set(holding.contract.conId, holding.quantity === 0n ? { ...holding, cost: 0n, notional: 0n } : holding);
  }
}
