import type { AssetId } from "@bulkhead/core";
import { type Amount, absolute, formatAmount, isNegative, isZero, subtract } from "@bulkhead/money";
import { type Closing, isSaidByLots, type LedgerEntry, LotBook, type LotStep } from "./entries.ts";
import { AccountNames, commodityNames, dateOf, plainText } from "./names.ts";

/**
 * The books as an hledger journal: every line explicit, units at their total cost (`@@`), and at the end an assertion for every balance.
 * `hledger check --strict` accepts it.
 */
export function* hledgerText(entries: Iterable<LedgerEntry>, closing: Closing): Generator<string> {
  const writer = new Writer(closing);
  yield "; Written by Bulkhead. Dates are UTC; seq is the record of the journal.\n";
  yield writer.directives();
  for (const entry of entries) yield writer.transaction(entry);
  yield writer.assertions();
}

class Writer {
  readonly #closing: Closing;
  readonly #names: AccountNames;
  readonly #lots = new LotBook();

  constructor(closing: Closing) {
    this.#closing = closing;
    this.#names = new AccountNames(commodityNames(closing.assets.keys()));
  }

  directives(): string {
    const commodities = [...this.#closing.assets.values()].map(
      (asset) => `commodity 1000.${"0".repeat(asset.scale)} ${this.#commodity(asset.id)}\n`,
    );
    const accounts = new Set<string>();
    for (const { portfolio, account, asset } of this.#closing.balances.values()) {
      accounts.add(this.#names.of(portfolio, account, asset));
      if (account === "position") accounts.add(this.#names.costChange(portfolio, asset));
    }
    return `${commodities.join("")}${[...accounts].map((account) => `account ${account}\n`).join("")}`;
  }

  transaction({ seq, at, what, about, postings, lots }: LedgerEntry): string {
    const lines = lots.flatMap(({ portfolio, changes }) => changes.flatMap((change) => this.#lotLines(this.#lots.step(portfolio, change))));
    for (const posting of postings) {
      if (isSaidByLots(posting, this.#closing)) continue;
      lines.push(
        `    ${this.#names.of(posting.portfolio, posting.account, posting.asset)}  ${this.#amount(posting.amount, posting.asset)}`,
      );
    }
    return `\n${dateOf(at)} * ${plainText(`${what} ${about}`)}  ; seq:${seq}\n${lines.join("\n")}\n`;
  }

  /** Units at the cost that moves with them; cost that moves alone, or against the units, has a line of its own. */
  #lotLines({ portfolio, asset, costAsset, before, after }: LotStep): readonly string[] {
    const units = subtract(after.quantity, before.quantity);
    const cost = subtract(after.cost, before.cost);
    const together = !isZero(units) && (isZero(cost) || isNegative(cost) === isNegative(units));
    const account = this.#names.of(portfolio, "position", asset);
    if (together) return [`    ${account}  ${this.#amount(units, asset)} @@ ${this.#amount(absolute(cost), costAsset)}`];
    const alone = `    ${this.#names.costChange(portfolio, asset)}  ${this.#amount(cost, costAsset)}`;
    return isZero(units) ? [alone] : [`    ${account}  ${this.#amount(units, asset)} @@ 0 ${this.#commodity(costAsset)}`, alone];
  }

  assertions(): string {
    const lines = [...this.#closing.balances.values()]
      .filter(({ account, asset }) => account !== "cost" && !(account === "exchange" && !this.#closing.isCash(asset)))
      .map(({ portfolio, account, asset, amount }) => {
        const zero = `0 ${this.#commodity(asset)}`;
        return `    ${this.#names.of(portfolio, account, asset)}  ${zero} = ${this.#amount(amount, asset)}`;
      });
    return `\n${dateOf(this.#closing.lastAt)} * Balances\n${lines.join("\n")}\n`;
  }

  #amount(amount: Amount, asset: AssetId): string {
    const scale = this.#closing.scaleOf(asset);
    return `${formatAmount(amount, scale, scale)} ${this.#commodity(asset)}`;
  }

  #commodity(asset: AssetId): string {
    const name = this.#names.commodity(asset);
    return /^[A-Za-z]+$/.test(name) ? name : `"${name}"`;
  }
}
