import type { StateView } from "@bulkhead/core";
import { LEDGER_ACCOUNTS } from "@bulkhead/core";
import { unitsOf } from "@bulkhead/money";
import type { NaiveBooks } from "./naive-books.ts";
import type { NaiveLot } from "./naive-lots.ts";

/** Every figure on which the books and the model differ, as text; none when they agree to the unit. */
export function differences(state: StateView, model: NaiveBooks): readonly string[] {
  const found: string[] = [];
  const compare = (what: string, books: bigint, naive: bigint): void => {
    if (books !== naive) found.push(`${what}: books=${books}, model=${naive}`);
  };
  compare("portfolios", BigInt(state.portfolios.size), BigInt(model.books.size));
  for (const [id, { ledger, holdings, equity, contributions, highWaterMark }] of state.portfolios) {
    const naive = model.books.get(id);
    if (naive === undefined) continue;
    for (const asset of state.assets.keys()) {
      const balances = ledger.get(asset);
      for (const account of LEDGER_ACCOUNTS) {
        const amount = balances === undefined ? 0n : BigInt(unitsOf(balances[account]));
        compare(`${id} ${asset} ${account}`, amount, model.balance(id, asset, account));
      }
      const lots = (holdings.get(asset)?.lots ?? []).map(({ id: lot, quantity, cost, costAsset, openedAt, execution }) =>
        textOf({ id: lot, quantity: BigInt(unitsOf(quantity)), cost: BigInt(unitsOf(cost)), costAsset, at: openedAt, execution }),
      );
      const others = naive.lots.of(asset).map(textOf);
      if (lots.join() !== others.join()) found.push(`${id} ${asset} lots:\n  books ${lots.join(" ")}\n  model ${others.join(" ")}`);
    }
    compare(`${id} equity`, BigInt(unitsOf(equity)), naive.equity);
    compare(`${id} contributions`, BigInt(unitsOf(contributions)), naive.contributions);
    compare(`${id} high-water mark`, BigInt(unitsOf(highWaterMark)), naive.high);
  }
  for (const order of state.orders.values()) compare(`order ${order.id} fees`, BigInt(unitsOf(order.fees)), model.fees.get(order.id) ?? 0n);
  return found;
}

const textOf = ({ id, quantity, cost, costAsset, at, execution }: NaiveLot): string =>
  `#${id}:${quantity}@${cost}${costAsset}/${at}/${execution ?? "-"}`;
