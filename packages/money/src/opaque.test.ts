import { expect, test } from "vitest";
import {
  add,
  isMore,
  type Money,
  moneyOfUnits,
  type Price,
  priceOfUnits,
  type Quantity,
  quantityOfUnits,
  type Ratio,
  valueOf,
} from "./index.ts";

/** Never called: each line must be refused by the compiler, or the expectation of an error is itself an error in `check`. */
export function wrong(money: Money, price: Price, quantity: Quantity, ratio: Ratio): readonly unknown[] {
  return [
    // @ts-expect-error arithmetic on amounts
    money + money,
    // @ts-expect-error arithmetic with a raw number
    price * 2,
    // @ts-expect-error a negated amount is a raw number, not an amount
    ((): Quantity => -quantity)(),
    // @ts-expect-error money and a price do not compare by hand either
    money < price,
    // @ts-expect-error a raw number is not an amount
    add<Money>(money, 5),
    // @ts-expect-error money and a price do not add
    add<Money>(money, price),
    // @ts-expect-error money and a price do not compare
    isMore<Money>(money, price),
    // @ts-expect-error a price cannot stand where a quantity should
    valueOf(price, price, { numerator: 1, divisor: 1 }),
    // @ts-expect-error an amount is not a number
    Math.abs(ratio),
    // @ts-expect-error a quantity is not money
    ((): Money => quantity)(),
  ];
}

test("[MON-3] amounts are opaque; the lines above are proved by the compiler", () => {
  expect(wrong(moneyOfUnits(2), priceOfUnits(2), quantityOfUnits(2), priceOfUnits(2) as unknown as Ratio)).toHaveLength(10);
});
