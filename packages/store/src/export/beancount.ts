import type { AssetId } from "@bulkhead/core";
import { type Amount, absolute, formatAmount, isNegative, isZero, negate, subtract } from "@bulkhead/money";
import { type Closing, isSaidByLots, type LedgerEntry, LotBook, type LotStep } from "./entries.ts";
import { AccountNames, commodityNames, dateOf, plainText } from "./names.ts";

const DAY_MS = 86_400_000;

/**
 * The books as a beancount file: lots with total cost, date and label, reductions by label, and at the end a balance directive without
 * tolerance for every account. `bean-check` accepts it.
 */
export function* beancountText(entries: Iterable<LedgerEntry>, closing: Closing, base: string): Generator<string> {
  const writer = new Writer(closing);
  yield `; Written by Bulkhead. Dates are UTC; seq is the record of the journal.\noption "operating_currency" "${base}"\n`;
  // A lot's cost is kept in whole units of its currency, beancount keeps a quotient: a sale of a part may differ by a few of those units.
  yield writer.tolerances();
  yield writer.opens();
  for (const entry of entries) yield writer.transaction(entry);
  yield writer.balances();
}

class Writer {
  readonly #closing: Closing;
  readonly #names: AccountNames;
  readonly #lots = new LotBook();

  constructor(closing: Closing) {
    this.#closing = closing;
    this.#names = new AccountNames(commodityNames(closing.assets.keys()));
  }

  tolerances(): string {
    const cash = [...this.#closing.assets.values()].filter((asset) => asset.kind === "cash");
    return cash
      .map(
        (asset) =>
          `option "inferred_tolerance_default" "${this.#names.commodity(asset.id)}:0.${"0".repeat(Math.max(0, asset.scale - 3))}1"\n`,
      )
      .join("");
  }

  opens(): string {
    const accounts = new Map<string, boolean>();
    for (const { portfolio, account, asset } of this.#closing.balances.values()) {
      if (account === "cost") continue;
      accounts.set(this.#names.of(portfolio, account, asset), account === "position");
    }
    const date = dateOf(this.#closing.firstAt);
    return [...accounts].map(([account, held]) => `${date} open ${account}${held ? ' "STRICT"' : ""}\n`).join("");
  }

  transaction({ seq, at, what, about, postings, lots }: LedgerEntry): string {
    const lines = lots.flatMap(({ portfolio, changes }) => changes.flatMap((change) => this.#lotLines(this.#lots.step(portfolio, change))));
    for (const posting of postings) {
      if (isSaidByLots(posting, this.#closing)) continue;
      lines.push(`  ${this.#names.of(posting.portfolio, posting.account, posting.asset)}  ${this.#amount(posting.amount, posting.asset)}`);
    }
    return `\n${dateOf(at)} * "${plainText(`${what} ${about}`)}"\n  seq: ${seq}\n${lines.join("\n")}\n`;
  }

  /** A new lot, a part of one taken away, or, where cost and units do not move together, the lot taken out and put back as it is now. */
  #lotLines(step: LotStep): readonly string[] {
    const { before, after } = step;
    if (isZero(before.quantity)) return [this.#added(step, after)];
    const units = subtract(after.quantity, before.quantity);
    const cost = subtract(after.cost, before.cost);
    const shrinks =
      !isZero(units) &&
      isNegative(units) !== isNegative(before.quantity) &&
      (isZero(after.quantity) || isNegative(after.quantity) === isNegative(before.quantity));
    const together = !isZero(cost) && isNegative(cost) === isNegative(units);
    if (shrinks && (together || isZero(after.quantity))) return [this.#taken(step, units)];
    const back = isZero(after.quantity) ? [] : [this.#added(step, after)];
    return [this.#taken(step, negate(before.quantity)), ...back];
  }

  #added(step: LotStep, lot: LotStep["after"]): string {
    const cost = this.#amount(absolute(lot.cost), step.costAsset);
    return `  ${this.#account(step)}  ${this.#amount(lot.quantity, step.asset)} {{${cost}, ${dateOf(step.openedAt)}, "${step.lot}"}}`;
  }

  #taken(step: LotStep, units: Amount): string {
    return `  ${this.#account(step)}  ${this.#amount(units, step.asset)} {"${step.lot}"}`;
  }

  #account(step: LotStep): string {
    return this.#names.of(step.portfolio, "position", step.asset);
  }

  balances(): string {
    // A balance directive holds for the beginning of its day.
    const date = dateOf(this.#closing.lastAt + DAY_MS);
    const lines = [...this.#closing.balances.values()]
      .filter(({ account, asset }) => account !== "cost" && !(account === "exchange" && !this.#closing.isCash(asset)))
      .map(({ portfolio, account, asset, amount }) => {
        const scale = this.#closing.scaleOf(asset);
        return `${date} balance ${this.#names.of(portfolio, account, asset)}  ${formatAmount(amount, scale, scale)} ~ 0 ${this.#names.commodity(asset)}\n`;
      });
    return `\n${lines.join("")}`;
  }

  #amount(amount: Amount, asset: AssetId): string {
    const scale = this.#closing.scaleOf(asset);
    return `${formatAmount(amount, scale, scale)} ${this.#names.commodity(asset)}`;
  }
}
