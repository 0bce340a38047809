import type { Amount } from "@bulkhead/money";
import { add, unitsOf, ZERO_MONEY } from "@bulkhead/money";
import { InvariantViolation } from "../assert.ts";
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
  return postTo(balances, posting.account, posting.amount);
}

/** The accounts of every fill by name: a property found by a text that varies costs several times a named one. */
function postTo(balances: Balances, account: LedgerAccount, amount: Amount): Amount {
  switch (account) {
    case "cash":
      balances.cash = add(balances.cash, amount);
      return balances.cash;
    case "cost":
      balances.cost = add(balances.cost, amount);
      return balances.cost;
    case "position":
      balances.position = add(balances.position, amount);
      return balances.position;
    case "exchange":
      balances.exchange = add(balances.exchange, amount);
      return balances.exchange;
    case "fees":
      balances.fees = add(balances.fees, amount);
      return balances.fees;
    case "realized":
      balances.realized = add(balances.realized, amount);
      return balances.realized;
    default:
      balances[account] = add(balances[account], amount);
      return balances[account];
  }
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

/** Whether an asset's accounts are safe integers that sum to zero. By name: a list of names costs several times as much. */
export function isBalanced(balances: Readonly<Balances>): boolean {
  const { cash, position, cost, exchange, capital, transfers, realized, income, dividends, funding, interest, fees, accrued, rounding } =
    balances;
  const models = balances["model-costs"];
  const assets = unitsOf(cash) + unitsOf(position) + unitsOf(cost) + unitsOf(exchange) + unitsOf(accrued) + unitsOf(rounding);
  const sources = unitsOf(capital) + unitsOf(transfers) + unitsOf(realized) + unitsOf(income) + unitsOf(dividends) + unitsOf(funding);
  const costs = unitsOf(interest) + unitsOf(fees) + unitsOf(models);
  if (Number.isSafeInteger(assets) && Number.isSafeInteger(sources) && Number.isSafeInteger(costs) && isPlain(balances))
    return assets + sources + costs === 0;
  const sum = new Total();
  for (const account of LEDGER_ACCOUNTS) {
    if (!Number.isSafeInteger(unitsOf(balances[account]))) return false;
    sum.add(balances[account]);
  }
  return sum.equals(ZERO_MONEY);
}

/** Whether plain sums of these accounts are exact: the large ones are below the bound, and the others are smaller parts of them. */
function isPlain({ cash, position, cost, exchange, capital, transfers, realized }: Readonly<Balances>): boolean {
  const most = Math.max(Math.abs(unitsOf(cash)), Math.abs(unitsOf(position)), Math.abs(unitsOf(cost)), Math.abs(unitsOf(exchange)));
  return Math.max(most, Math.abs(unitsOf(capital)), Math.abs(unitsOf(transfers)), Math.abs(unitsOf(realized))) < PLAIN;
}

/** Sums of a few amounts below it are exact in a number, whatever their order. */
const PLAIN = 2 ** 48;

/** I1: an entry's postings sum to zero per asset. Nearly every entry has two assets and plain amounts: two sums, no map. */
export function assertBalanced(postings: readonly Posting[]): void {
  const first = postings[0]?.asset;
  let second: AssetId | undefined;
  let firstSum = 0;
  let secondSum = 0;
  for (let i = 0; i < postings.length; i++) {
    const posting = postings[i];
    if (posting === undefined) continue;
    const units = unitsOf(posting.amount);
    const isFirst = posting.asset === first;
    if (!isFirst) second ??= posting.asset;
    if (i === 16 || units > PLAIN || units < -PLAIN || (!isFirst && posting.asset !== second)) {
      assertEachBalanced(postings);
      return;
    }
    if (isFirst) firstSum += units;
    else secondSum += units;
  }
  if (firstSum !== 0 || secondSum !== 0) throw new InvariantViolation("I1_UNBALANCED_ENTRY", `asset=${firstSum === 0 ? second : first}`);
}

function assertEachBalanced(postings: readonly Posting[]): void {
  const sums = new Map<AssetId, Total>();
  for (const { asset, amount } of postings) {
    const sum = sums.get(asset) ?? new Total();
    sum.add(amount);
    sums.set(asset, sum);
  }
  for (const [asset, sum] of sums) if (!sum.equals(ZERO_MONEY)) throw new InvariantViolation("I1_UNBALANCED_ENTRY", `asset=${asset}`);
}
