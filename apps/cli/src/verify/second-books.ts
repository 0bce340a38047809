import type { Event, JournalRecord, LotChange, PortfolioLots, Posting, StateView } from "@bulkhead/core";
import { LEDGER_ACCOUNTS } from "@bulkhead/core";
import type { Amount } from "@bulkhead/money";
import { add, isZero, moneyOfUnits, unitsOf } from "@bulkhead/money";
import { AccountFacts } from "./account-facts.ts";

const ZERO: Amount = moneyOfUnits(0);

/** Why the second books and something else disagree. */
export class Difference extends Error {
  readonly code = "CLI_VERIFY_FAILED";
}

/**
 * The books kept a second time, from nothing but the postings and lot changes that events state and the facts that commands bring:
 * no table of the engine is looked at. After every record: each entry sums to zero per asset; Σ portfolios = what the facts say that
 * the account holds, per asset, and at a barrier what the venue says it has (I2, I3); each portfolio's lots sum to its position.
 */
export class SecondBooks {
  /** By "portfolio account asset". */
  readonly #balances = new Map<string, Amount>();
  /** Σ over portfolios of `cash` and `position`, by asset. */
  readonly #held = new Map<string, Amount>();
  /** Lots by id, and their sums by "portfolio asset". */
  readonly #lots = new Map<number, { quantity: Amount; holder: string }>();
  readonly #lotSums = new Map<string, Amount>();
  readonly #account = new AccountFacts();
  checked = 0;

  take(record: JournalRecord): void {
    const touched = new Set<string>();
    for (const event of record.events) this.#event(event, touched);
    const told = this.#account.take(record);
    for (const asset of told.length === 0 ? touched : [...touched, ...told]) {
      const ours = this.#held.get(asset) ?? ZERO;
      const theirs = this.#account.held(asset);
      this.#same(ours, theirs, () => `Σ portfolios hold ${unitsOf(ours)} of ${asset}, the facts say ${unitsOf(theirs)}`);
    }
  }

  /** Compares every balance, position and lot with the engine's tables. */
  compare(state: StateView): void {
    let known = 0;
    for (const portfolio of state.portfolios.values()) {
      for (const [asset, balances] of portfolio.ledger) {
        for (const account of LEDGER_ACCOUNTS) {
          const ours = this.#balances.get(`${portfolio.id} ${account} ${asset}`) ?? ZERO;
          known += isZero(ours) ? 0 : 1;
          this.#same(
            ours,
            balances[account],
            () => `${portfolio.id} ${account} ${asset}: events sum to ${unitsOf(ours)}, the tables say ${unitsOf(balances[account])}`,
          );
        }
      }
      for (const [asset, holding] of portfolio.holdings) {
        const ours = this.#lotSums.get(`${portfolio.id} ${asset}`) ?? ZERO;
        this.#same(
          ours,
          holding.quantity,
          () => `${portfolio.id} ${asset}: lots sum to ${unitsOf(ours)}, the tables hold ${unitsOf(holding.quantity)}`,
        );
      }
    }
    const posted = [...this.#balances.values()].filter((balance) => !isZero(balance)).length;
    if (posted !== known) throw new Difference(`events make ${posted} balances that are not zero, the tables have ${known}`);
  }

  #event(event: Event, touched: Set<string>): void {
    if ("postings" in event) this.#post(event.postings, event.type, touched);
    if ("lots" in event && isLots(event.lots)) for (const { portfolio, changes } of event.lots) this.#changeLots(portfolio, changes);
    if ("lots" in event && isLots(event.lots)) for (const { portfolio, changes } of event.lots) this.#checkLots(portfolio, changes);
  }

  #post(postings: readonly Posting[], type: string, touched: Set<string>): void {
    const sums = new Map<string, Amount>();
    for (const { portfolio, account, asset, amount } of postings) {
      addTo(sums, asset, amount);
      addTo(this.#balances, `${portfolio} ${account} ${asset}`, amount);
      if (account !== "cash" && account !== "position") continue;
      addTo(this.#held, asset, amount);
      touched.add(asset);
    }
    for (const [asset, sum] of sums) this.#same(sum, ZERO, () => `the postings of ${type} sum to ${unitsOf(sum)} of ${asset}`);
  }

  #changeLots(portfolio: string, changes: readonly LotChange[]): void {
    for (const { lot, asset, quantity } of changes) {
      const holder = `${portfolio} ${asset}`;
      const before = this.#lots.get(lot);
      addTo(this.#lotSums, holder, quantity);
      const after = add<Amount>(before?.quantity ?? ZERO, quantity);
      if (isZero(after)) this.#lots.delete(lot);
      else this.#lots.set(lot, { quantity: after, holder });
    }
  }

  #checkLots(portfolio: string, changes: readonly LotChange[]): void {
    for (const { asset } of changes) {
      const lots = this.#lotSums.get(`${portfolio} ${asset}`) ?? ZERO;
      const position = this.#balances.get(`${portfolio} position ${asset}`) ?? ZERO;
      this.#same(lots, position, () => `${portfolio} ${asset}: lots sum to ${unitsOf(lots)}, the position is ${unitsOf(position)}`);
    }
  }

  #same(a: Amount, b: Amount, why: () => string): void {
    this.checked += 1;
    if (unitsOf(a) !== unitsOf(b)) throw new Difference(why());
  }
}

/** `OrderPlaced` names lots by id; entries carry their changes. */
const isLots = (lots: readonly unknown[]): lots is readonly PortfolioLots[] => lots.every((each) => typeof each === "object");

function addTo(sums: Map<string, Amount>, key: string, amount: Amount): void {
  sums.set(key, add<Amount>(sums.get(key) ?? ZERO, amount));
}
