import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { Attached } from "../../../../tests/kit/attached.ts";
import { Broker } from "../../../../tests/properties/broker.ts";
import { everything, projected, removeFolders, rowsOf } from "./samples.ts";

afterAll(removeFolders);

const anyCuts = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 5 }).filter((cuts) => cuts.some((cut) => cut > 0));

test("[PRJ-32] breaks, assignments and orders of others are as the engine has them, however the records are cut (A2, S3.19, S3.21)", () => {
  fc.assert(
    fc.property(Broker.moves(), anyCuts, (moves, cuts) => {
      const { desk } = new Broker().playAll(moves);
      const { path } = projected(desk.records);
      const { breaks, assignments } = desk.engine.state.reconciliation;
      const rows = rowsOf(path, "differences").filter(({ status }) => status !== "settled");
      expect(
        rows.map((row) => [row["break_id"], row["amount"], row["left_over"], row["status"], row["barriers"], row["last_seen_at"]]),
      ).toEqual([...breaks.values()].map((item) => [item.id, item.amount, item.left, item.status, item.barriers, item.lastSeenAt]));
      const standing = rowsOf(path, "assignments").filter(({ undone_at: undone }) => undone === null);
      const expected = [...assignments].flatMap(([id, each]) =>
        each.undone ? [] : each.shares.map(({ portfolio, amount }) => [id, portfolio, amount]),
      );
      expect(sums(standing.map((row) => [row["assignment_id"], row["portfolio_id"], row["amount"]]))).toEqual(sums(expected));
      expect(everything(projected(desk.records, cuts).path)).toEqual(everything(path));
    }),
    { numRuns: runs(100), seed: seed() },
  );
});

/** A write-off that was made in parts is one of the engine's. */
function sums(rows: readonly (readonly unknown[])[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [id, portfolio, amount] of rows) found.set(`${id} ${portfolio}`, (found.get(`${id} ${portfolio}`) ?? 0) + Number(amount));
  return found;
}

test("[PRJ-32] an account's story: adopted, compared, broken, claimed, undone, settled, and an order of somebody else", () => {
  const desk = new Attached();
  desk.portfolio("alpha");
  desk.adopt({ positions: { "SPIN@X": "5 @ 10" }, cash: { USD: "1000000000" } });
  desk.told({
    positions: { "SPIN@X": "5 @ 10", "SPY@X": "3 @ 10" },
    open: [desk.report("SPY@X", "buy 7", { id: "p1", client: "3", limit: "9" })],
  });
  const [, id = ""] = desk.breakIds();
  desk.do(desk.claimAsk(id, { alpha: "2" }, "c1"));
  desk.do(desk.undoAsk("c1"));
  desk.told({ positions: { "SPIN@X": "5 @ 10" }, open: [] });
  const { path } = projected(desk.records);
  const of = (table: string, ...columns: readonly string[]) => rowsOf(path, table).map((row) => columns.map((column) => row[column]));
  expect(of("reconciliations", "kind", "positions", "cash", "differences")).toEqual([
    ["baseline", 1, 1, 1],
    ["barrier", 2, null, 1],
    ["barrier", 1, null, 1],
  ]);
  expect(of("differences", "kind", "asset", "left_over", "status", "closed_at")).toEqual([
    ["external_order", "SPY@X", 0, "settled", 1_000],
    ["position", "SPY@X", 0, "settled", 1_000],
  ]);
  expect(of("assignments", "assignment_id", "portfolio_id", "amount", "principal", "undone_by")).toEqual([
    ["c1", "alpha", 2, "test", "test"],
  ]);
  expect(of("external_orders", "venue_order_id", "client", "quantity", "limit_price", "status")).toEqual([["p1", "3", 7, 900, "gone"]]);
  expect(of("transfers", "transfer_id", "kind", "from_portfolio_id", "to_portfolio_id", "instrument", "quantity").slice(-2)).toEqual([
    ["c1:alpha", "position", "unattributed", "alpha", "SPY@X", 2],
    ["undo:c1:alpha", "position", "alpha", "unattributed", "SPY@X", 2],
  ]);
  expect(of("breaks", "kind", "portfolio_id", "details").map(([kind]) => kind)).toEqual(["external_order", "position"]);
});
