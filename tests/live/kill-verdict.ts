import { OPENING_UNITS, type Outcome } from "./kill-run.ts";
import type { Scenario } from "./kill-scenarios.ts";

/** What the books have apart from what the broker knows; empty where all is well. */
export function wrong({ name: _, ...scenario }: Scenario, { said, truth, wasKilled }: Outcome): readonly string[] {
  const found: string[] = [];
  const expectSame = (what: string, books: unknown, broker: unknown): void => {
    if (books !== broker) found.push(`${what}: ${String(books)} in the books, ${String(broker)} at the broker`);
  };
  const wished = said.orders.filter(({ origin }) => origin === "person");
  if (new Set(wished.map(({ portfolio, side, quantity }) => `${portfolio} ${side} ${quantity}`)).size !== wished.length)
    found.push("a wish is two orders in the books");
  for (const [reference, { orders }] of Object.entries(truth.sends)) if (orders > 1) found.push(`${reference} is ${orders} orders`);
  const known = new Map(said.orders.map((order) => [order.reference, order]));
  for (const { reference, status, filled } of truth.orders) {
    if (status !== "Filled" && status !== "Cancelled" && status !== "Inactive") found.push(`${reference} is ${status} at the broker`);
    if (reference !== "") expectSame(`filled of ${reference}`, known.get(reference)?.filled, Number(filled));
  }
  for (const { reference, filled } of said.orders)
    if (filled !== 0 && !truth.orders.some((order) => order.reference === reference))
      found.push(`${reference} is filled in the books only`);
  const traded = (portfolio: string): number =>
    truth.executions
      .filter(({ current, reference }) => current && (known.get(reference)?.portfolio ?? "unattributed") === portfolio)
      .reduce((sum, { side, quantity }) => sum + (side === "BOT" ? 1 : -1) * Number(quantity), 0);
  for (const portfolio of ["momentum", "steady"]) {
    expectSame(`held by ${portfolio}`, said.units[portfolio], traded(portfolio));
    if (scenario.isFlat === true || !wasKilled)
      expectSame(`held by ${portfolio} at the end`, said.units[portfolio], scenario.held[portfolio as "steady"]);
  }
  expectSame("held by nobody", said.units["unattributed"], OPENING_UNITS + traded("unattributed"));
  if (!wasKilled) expectSame("traded by hand", scenario.byHand ?? 0, traded("unattributed"));
  const held = Number(truth.positions.find(({ symbol }) => symbol === "AAPL")?.quantity ?? 0);
  expectSame(
    "all units",
    Object.values(said.units).reduce((sum, units) => sum + units, 0),
    held,
  );
  if (Math.abs(said.cash - Number(truth.cash["USD"])) > 1e-6) expectSame("USD", said.cash, truth.cash["USD"]);
  expectSame("refused", JSON.stringify(said.refused), "[]");
  return found;
}
