import { expect, onTestFinished, test } from "vitest";
import { HOUR, MINUTE, newFolder, removeFolder } from "./paper.ts";
import { openServed, type ServedDesk } from "./served.ts";

/** Noon of a Wednesday in UTC: an hour before midnight in Melbourne, seven in the morning in New York. */
const NOON = Date.UTC(2026, 2, 4, 12);
const portfolio = (id: string, zone: string, limit: string): string => `[[portfolio]]
id = "${id}"
starting_cash = "50000"
symbols = ["DUSKUSD"]
time_zone = "${zone}"
${limit}
`;
const CONFIG = `
[account]
starting_cash = "100000"
${portfolio("south", "Australia/Melbourne", "max_order_notional = 3000")}
${portfolio("north", "America/New_York", "")}
`;

const datesOf = async (desk: ServedDesk, id: string): Promise<readonly unknown[]> =>
  (await desk.rows(`/api/days?portfolio_id=${id}`)).map((row) => `${row["date"]} ${row["time_zone"]} ${row["status"]}`);
const cashOf = async (desk: ServedDesk): Promise<readonly unknown[]> =>
  (await desk.rows("/api/account?portfolio_id=*")).map((row) => [row["portfolio_id"], row["cash"]]);

test("[PORT-11, HOST-13, DESK-5] S2.50: figures, limits, what a restart loads and what lists show are each portfolio's, in its own zone", async () => {
  const folder = newFolder();
  onTestFinished(() => removeFolder(folder));
  const first = await openServed({ folder, config: CONFIG, at: NOON });
  first.clock.advance(5 * MINUTE);
  const buy = (id: string, amount: string) =>
    first.ask("/api/orders", "POST", { portfolio_id: id, instrument: "DUSKUSD", side: "buy", amount, time_in_force: "gtc" });
  // The limit of one binds it alone.
  expect([(await buy("south", "2500")).status, (await buy("north", "20000")).status]).toEqual([201, 201]);
  const denied = await buy("south", "20000");
  expect([denied.status, denied.body.code]).toEqual([422, "max_order_notional"]);
  first.clock.advanceTo(NOON + 2 * HOUR);
  // Melbourne's day is over, New York's goes on.
  expect(await datesOf(first, "south")).toEqual(["2026-03-05 Australia/Melbourne open", "2026-03-04 Australia/Melbourne closed"]);
  expect(await datesOf(first, "north")).toEqual(["2026-03-04 America/New_York open"]);
  const cash = await cashOf(first);
  const held = await first.rows("/api/positions?portfolio_id=*");
  expect(held.map((row) => row["portfolio_id"])).toEqual(["south", "north"]);
  await first.serving.stop();

  const second = await openServed({ folder, config: CONFIG, at: NOON + 2 * HOUR + MINUTE });
  try {
    expect(await cashOf(second)).toEqual(cash);
    for (const id of ["south", "north"]) {
      const [own] = await second.rows(`/api/positions?portfolio_id=${id}`);
      expect([own?.["portfolio_id"], own?.["quantity"]]).toEqual([id, held.find((row) => row["portfolio_id"] === id)?.["quantity"]]);
      for (const list of ["trades", "order-history", "executions", "equity-history", "ledger"])
        expect([list, new Set((await second.rows(`/api/${list}?portfolio_id=${id}`)).map((row) => row["portfolio_id"]))]).toEqual([
          list,
          new Set([id]),
        ]);
    }
    second.clock.advanceTo(Date.UTC(2026, 2, 5, 5));
    expect((await datesOf(second, "north"))[0]).toBe("2026-03-05 America/New_York open");
    expect((await datesOf(second, "south"))[0]).toBe("2026-03-05 Australia/Melbourne open");
  } finally {
    await second.serving.stop();
  }
});
