import type { Command, StateView } from "@bulkhead/core";
import { absolute, add, isLess, type Money, moneyOfUnits, powerOfTen, subtract, ZERO_MONEY } from "@bulkhead/money";

/**
 * A snapshot whose balances are those of the books where they differ by less than the venue tells: one that rounds to cents says nothing of
 * what lies beyond them, and a difference that nobody told is none. `places`: after the point; null where balances are told exactly.
 */
export function withToldCash(command: Command, state: StateView, places: number | null): Command {
  if (command.type !== "RecordSnapshot" || command.snapshot.cash === null || places === null) return command;
  const cash = command.snapshot.cash.map(({ asset, amount }) => {
    const scale = state.assets.get(asset)?.scale ?? 0;
    const unit = moneyOfUnits(powerOfTen(Math.max(0, scale - places)));
    const books = [...state.portfolios.values()].reduce<Money>(
      (sum, { ledger }) => add(sum, (ledger.get(asset)?.cash ?? ZERO_MONEY) as Money),
      ZERO_MONEY,
    );
    return { asset, amount: isLess(absolute(subtract(amount, books)), unit) ? books : amount };
  });
  return { ...command, snapshot: { ...command.snapshot, cash } };
}
