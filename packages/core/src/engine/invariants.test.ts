import { moneyOfUnits, quantityOfUnits } from "@bulkhead/money";
import { expect, test } from "vitest";
import { Books } from "../../../../tests/kit/books.ts";
import type { AssetId, PortfolioId } from "../brand.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import { assertInvariants } from "./invariants.ts";

/** Books with a long and a short, and a way into their tables that nobody has outside a test. */
function opened(): { books: Books; portfolio: Portfolio } {
  const books = new Books();
  books.portfolio("a", "1000");
  books.trade("a", "SPY@X", "buy 3 @ 10");
  books.trade("a", "SPY@X", "buy 2 @ 11");
  books.order("a", "SPY@X", "buy 1 @ 10");
  return { books, portfolio: books.engine.state.portfolios.get("a" as PortfolioId) as Portfolio };
}

const SPY = "SPY@X" as AssetId;
const USD = "USD" as AssetId;

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["a balance that moved alone",      (p: Portfolio) => { set(p, USD, "cash", 1); },                                         "I1_LEDGER_UNBALANCED"],
  ["a balance that is no integer",    (p: Portfolio) => { set(p, USD, "cash", 0.5); },                                       "I22_UNSAFE_AMOUNT"],
  ["a lot's quantity",                (p: Portfolio) => { lot(p).quantity = quantityOfUnits(4); },                           "I7_LOTS_NOT_HOLDING"],
  ["a lot of nothing",                (p: Portfolio) => { lot(p).quantity = quantityOfUnits(0); },                           "I7_MIXED_SIGNS"],
  ["a lot on the other side",         (p: Portfolio) => { lot(p).quantity = quantityOfUnits(-3); },                          "I7_MIXED_SIGNS"],
  ["a lot's cost",                    (p: Portfolio) => { lot(p).cost = moneyOfUnits(1); },                                  "I7_COST_NOT_LOTS"],
  ["a position without its lots",     (p: Portfolio) => { p.holdings.delete(SPY); },                                         "I7_COST_NOT_LOTS"],
  ["units that moved in the ledger",  (p: Portfolio) => { set(p, SPY, "position", 9); set(p, SPY, "exchange", -9); },        "I7_POSITION_NOT_LOTS"],
  ["a reservation without an order",  (p: Portfolio) => { p.reserved.set(USD, moneyOfUnits(1)); },                           "I5_RESERVATION_SUM"],
] as const)("[LED-10] the audit sees %s (I1, I5, I7, I22)", (_what, harm, code) => {
  const { books, portfolio } = opened();
  expect(assertInvariants(books.engine.state, "all")).toBeGreaterThan(0);
  harm(portfolio);
  expect(() => books.engine.audit()).toThrow(code);
});

function set(portfolio: Portfolio, asset: AssetId, account: "cash" | "position" | "exchange", units: number): void {
  const balances = portfolio.ledger.get(asset);
  if (balances !== undefined) balances[account] = units as never;
}

function lot(portfolio: Portfolio): { quantity: unknown; cost: unknown } {
  const first = portfolio.holdings.get(SPY)?.lots[0];
  if (first === undefined) throw new Error("no lot");
  return first;
}

test("[LED-10] checks run by themselves each 1,000 events, and can be switched off to measure what they cost", () => {
  const { books } = opened();
  const before = books.engine.checks.checked;
  for (let i = 0; i < 1_100; i++) books.do(books.fee("0.0001 USD", { portfolio: "a" }));
  expect(books.engine.checks.checked - before).toBeGreaterThan(1_100);
});
