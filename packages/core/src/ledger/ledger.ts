import type { Amount } from "@bulkhead/money";
import { add, UNITS_MAX, unitsOf, ZERO_MONEY } from "@bulkhead/money";
import { assert } from "../assert.ts";
import type { AssetId, PortfolioId } from "../brand.ts";

/**
 * The accounts of every portfolio. Assets are positive (`cash`, `position`, `cost`), sources negative (`capital`, `realized`
 * and the other income); `exchange` is the far side of a trade between two assets. A portfolio's accounts sum to zero per asset.
 */
export const LEDGER_ACCOUNTS = [
  "cash",
  "position",
  "cost",
  "exchange",
  "capital",
  "transfers",
  "realized",
  "income",
  "dividends",
  "funding",
  "interest",
  "fees",
  "model-costs",
  "accrued",
  "rounding",
] as const;
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

/** One line of an entry: `amount` of `asset` onto one account of one portfolio; positive is a debit. */
export type Posting = Readonly<{ portfolio: PortfolioId; account: LedgerAccount; asset: AssetId; amount: Amount }>;

/** The balances of one portfolio in one asset, by account. */
export type Balances = Record<LedgerAccount, Amount>;

/** Balances of one portfolio: per asset, by account. */
export type Ledger = Map<AssetId, Balances>;

/** All accounts at zero. */
export function emptyBalances(): Balances {
  const zero: Amount = ZERO_MONEY;
  return {
    cash: zero,
    position: zero,
    cost: zero,
    exchange: zero,
    capital: zero,
    transfers: zero,
    realized: zero,
    income: zero,
    dividends: zero,
    funding: zero,
    interest: zero,
    fees: zero,
    "model-costs": zero,
    accrued: zero,
    rounding: zero,
  };
}

/** Adds one posting to a portfolio's ledger and returns the new balance. */
export function post(ledger: Ledger, posting: Posting): Amount {
  let balances = ledger.get(posting.asset);
  if (balances === undefined) {
    balances = emptyBalances();
    ledger.set(posting.asset, balances);
  }
  const balance = add(balances[posting.account], posting.amount);
  balances[posting.account] = balance;
  return balance;
}

/** The balance of one account in one asset; zero where nothing was ever posted. */
export function balanceOf(ledger: ReadonlyMap<AssetId, Readonly<Balances>>, asset: AssetId, account: LedgerAccount): Amount {
  const balances = ledger.get(asset);
  return balances === undefined ? ZERO_MONEY : balances[account];
}

/** A sum that is exact whatever the order of its parts: on the way it may leave the range that balances keep. */
export class Total {
  #sum = 0;
  #wide: bigint | undefined;

  add(amount: Amount): void {
    const next = this.#sum + unitsOf(amount);
    if (this.#wide !== undefined) this.#wide += BigInt(unitsOf(amount));
    else if (Number.isSafeInteger(next)) this.#sum = next;
    else this.#wide = BigInt(this.#sum) + BigInt(unitsOf(amount));
  }

  equals(amount: Amount): boolean {
    return this.#wide === undefined ? this.#sum === unitsOf(amount) : this.#wide === BigInt(unitsOf(amount));
  }
}

/** I1: an entry's postings sum to zero per asset. Entries are short, so the sums are taken by rescanning. */
export function assertBalanced(postings: readonly Posting[]): void {
  for (let i = 0; i < postings.length; i++) {
    const asset = postings[i]?.asset;
    let sum = 0;
    let safe = true;
    let first = true;
    for (let j = 0; j < postings.length; j++) {
      const other = postings[j];
      if (other === undefined || other.asset !== asset) continue;
      if (j < i) {
        first = false;
        break;
      }
      sum += unitsOf(other.amount);
      if (sum > UNITS_MAX || sum < -UNITS_MAX) safe = false;
    }
    if (first) assert(safe ? sum === 0 : isBalanced(postings, asset), "I1_UNBALANCED_ENTRY", () => `asset=${asset}`);
  }
}

function isBalanced(postings: readonly Posting[], asset: AssetId | undefined): boolean {
  const total = new Total();
  for (const posting of postings) if (posting.asset === asset) total.add(posting.amount);
  return total.equals(ZERO_MONEY);
}
