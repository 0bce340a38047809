import { type Decimal, decimal, greater, lesser, times } from "../decimal.ts";
import type { SecurityType } from "./contract.ts";

type Schedule = Readonly<{
  /** Per share, contract or unit. */
  perUnit: Decimal;
  /** Part of the trade's value. */
  ofValue: Decimal;
  least: Decimal;
  /** Part of the trade's value that is never exceeded, also by the least. */
  mostOfValue: Decimal | null;
}>;

/** IBKR Pro, fixed, US (venues.md 8.1); options, futures and currencies by their list prices. Regulatory charges are not made. */
const schedules: Readonly<Record<SecurityType, Schedule>> = {
  STK: { perUnit: decimal("0.005"), ofValue: 0n, least: decimal("1"), mostOfValue: decimal("0.01") },
  OPT: { perUnit: decimal("0.65"), ofValue: 0n, least: decimal("1"), mostOfValue: null },
  FUT: { perUnit: decimal("2.25"), ofValue: 0n, least: 0n, mostOfValue: null },
  CASH: { perUnit: 0n, ofValue: decimal("0.00002"), least: decimal("2"), mostOfValue: null },
  CRYPTO: { perUnit: 0n, ofValue: decimal("0.0018"), least: decimal("1.75"), mostOfValue: decimal("0.01") },
};

/**
 * What an order has cost when so much of it traded for so much. The least is an order's, not a fill's: what a fill costs is the
 * difference that it makes, so that a hundred partial fills cost what one fill does.
 */
export function commissionOf(secType: SecurityType, quantity: Decimal, value: Decimal): Decimal {
  if (quantity === 0n) return 0n;
  const { perUnit, ofValue, least, mostOfValue } = schedules[secType];
  const asked = greater(times(quantity, perUnit) + times(value, ofValue), least);
  return mostOfValue === null ? asked : lesser(asked, times(value, mostOfValue));
}
