import type { Amount, Money } from "@bulkhead/money";
import { AmountOutOfRange, add, isNegative, isZero, subtract, unitsOf, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { InvariantViolation } from "../assert.ts";
import type { AssetId } from "../brand.ts";
import { isBalanced, LEDGER_ACCOUNTS, Total } from "../ledger/ledger.ts";
import { isTerminal, type Order } from "../order/order.ts";
import { inBase, marketValue, valuePortfolio } from "../portfolio/nav.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";

/**
 * Recomputes the books from the tables and compares; throws the first violation. Returns how many comparisons were made. Ended
 * orders change no more, so they are only gone through when asked for: they are many at the end of a day.
 */
export function assertInvariants(state: StateView, orders: "open" | "all"): number {
  let checked = 0;
  for (const portfolio of state.portfolios.values()) {
    checked += assertLedger(portfolio);
    checked += assertLots(portfolio);
    checked += assertReservations(state, portfolio);
    checked += withinRange(() => assertEquityTwoRoutes(state, portfolio));
  }
  if (orders === "all") for (const order of state.orders.values()) checked += assertOrder(order);
  return checked;
}

function assertOrder(order: View<Order>): number {
  if (isNegative(order.filled)) throw new InvariantViolation("I11_FILLED_NEGATIVE", `order=${order.id}`);
  if (isTerminal(order.status) && !isZero(order.reserved)) throw new InvariantViolation("I5_TERMINAL_RESERVES", `order=${order.id}`);
  return 2;
}

/** Every balance is in range, but a value at a wild mark may not be: then there is nothing to compare. */
function withinRange(compare: () => number): number {
  try {
    return compare();
  } catch (error) {
    if (error instanceof AmountOutOfRange) return 0;
    throw error;
  }
}

/**
 * I1 over time, and so I4: a portfolio's accounts sum to zero per asset, so its cash is what came in less what went out. I22: every
 * balance is a safe integer.
 */
function assertLedger(portfolio: View<Portfolio>): number {
  for (const [asset, balances] of portfolio.ledger) {
    if (isBalanced(balances)) continue;
    const unsafe = LEDGER_ACCOUNTS.find((account) => !Number.isSafeInteger(unitsOf(balances[account])));
    if (unsafe !== undefined)
      throw new InvariantViolation("I22_UNSAFE_AMOUNT", `portfolio=${portfolio.id}, asset=${asset}, account=${unsafe}`);
    throw new InvariantViolation("I1_LEDGER_UNBALANCED", `portfolio=${portfolio.id}, asset=${asset}`);
  }
  return portfolio.ledger.size * (LEDGER_ACCOUNTS.length + 1);
}

/** I7: lots share a sign and add up to position and cost. */
function assertLots(portfolio: View<Portfolio>): number {
  const costs = new Map<AssetId, Total>();
  for (const [asset, holding] of portfolio.holdings) {
    let quantity = ZERO_QUANTITY;
    for (const lot of holding.lots) {
      if (isNegative(lot.quantity) !== isNegative(holding.quantity) || isZero(lot.quantity))
        throw new InvariantViolation("I7_MIXED_SIGNS", `portfolio=${portfolio.id}, asset=${asset}, lot=${lot.id}`);
      quantity = add(quantity, lot.quantity);
      const total = costs.get(lot.costAsset) ?? new Total();
      total.add(lot.cost as Money);
      costs.set(lot.costAsset, total);
    }
    const posted = portfolio.ledger.get(asset)?.position ?? ZERO_MONEY;
    if (unitsOf(quantity) !== unitsOf(holding.quantity))
      throw new InvariantViolation("I7_LOTS_NOT_HOLDING", `portfolio=${portfolio.id}, asset=${asset}`);
    if (unitsOf(posted) !== unitsOf(quantity))
      throw new InvariantViolation("I7_POSITION_NOT_LOTS", `portfolio=${portfolio.id}, asset=${asset}`);
  }
  for (const [asset, balances] of portfolio.ledger) {
    const lots = costs.get(asset);
    if (lots === undefined ? !isZero(balances.cost) : !lots.equals(balances.cost as Money))
      throw new InvariantViolation("I7_COST_NOT_LOTS", `portfolio=${portfolio.id}, asset=${asset}`);
  }
  return portfolio.holdings.size * 3 + portfolio.ledger.size;
}

/** I5: what is held back is the sum over its working orders; none is negative. */
function assertReservations(state: StateView, portfolio: View<Portfolio>): number {
  const sums = new Map<AssetId, Amount>();
  for (const id of portfolio.orders) {
    const order = state.orders.get(id);
    if (order === undefined || isTerminal(order.status)) throw new InvariantViolation("I11_ORDER_MISSING", `order=${id}`);
    assertOrder(order);
    sums.set(order.reservedAsset, add(sums.get(order.reservedAsset) ?? ZERO_MONEY, order.reserved));
  }
  for (const [asset, reserved] of portfolio.reserved) {
    if (unitsOf(sums.get(asset) ?? ZERO_MONEY) !== unitsOf(reserved))
      throw new InvariantViolation("I5_RESERVATION_SUM", `portfolio=${portfolio.id}, asset=${asset}`);
  }
  return portfolio.reserved.size + portfolio.orders.length;
}

/**
 * I9 in one currency after another: cash + cost of holdings equals what came in from the sources. With market values on both
 * sides the identity is the same, so equity follows by adding unrealized P&L. Needs a rate only for the report.
 */
function assertEquityTwoRoutes(state: StateView, portfolio: View<Portfolio>): number {
  const base = state.account?.base.id;
  if (base === undefined) return 0;
  let sources = ZERO_MONEY;
  let held = ZERO_MONEY;
  let convertible = true;
  for (const [asset, balances] of portfolio.ledger) {
    if (state.assets.get(asset)?.kind !== "cash") continue;
    for (const account of LEDGER_ACCOUNTS) {
      if (account === "cash" || account === "position") continue;
      const value = inBase(state, asset, balances[account] as Money);
      if (value === undefined) convertible = false;
      else if (account === "cost") held = add(held, value);
      else sources = subtract(sources, value);
    }
  }
  const value = valuePortfolio(state, portfolio);
  if (!convertible || !value.complete) return 0;
  let unrealized = ZERO_MONEY;
  let foreign = false;
  for (const [asset, holding] of portfolio.holdings) {
    const listing = state.primary.get(asset);
    if (
      listing === undefined ||
      listing.quote.id !== base ||
      listing.instrument.settlement !== "full" ||
      holding.lots.some((lot) => lot.costAsset !== base)
    ) {
      foreign = true;
      break;
    }
    unrealized = add(unrealized, marketValue(state, holding, listing) ?? ZERO_MONEY);
  }
  const currencies = [...portfolio.ledger.keys()].filter((asset) => state.assets.get(asset)?.kind === "cash");
  if (foreign || currencies.length > 1) return 0;
  const other = add(subtract(sources, held), unrealized);
  if (unitsOf(value.equity) !== unitsOf(other)) throw new InvariantViolation("I9_EQUITY_ROUTES_DIFFER", `portfolio=${portfolio.id}`);
  return 1;
}
