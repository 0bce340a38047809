import { expect, test } from "vitest";
import { at, rows, Stage } from "./stage.ts";

/** Both portfolios' days of 2026-01-05 are closed; alpha held 100 LONG. */
const closed = (): Promise<Stage> =>
  Stage.open({
    set: ({ account }) =>
      account.with((books) => {
        books.run(books.roll("2026-01-05", ["alpha", "beta"]));
        books.trade("alpha", "LONG@X", "buy 100 @ 10");
        books.run(books.markAsk({ "LONG@X": "12" }, {}));
        books.run(books.roll("2026-01-06", ["alpha", "beta"]));
      }),
  });

test("[DAY-2] S2.36 a day's end is read by its date, portfolio by portfolio", async () => {
  const stage = await closed();
  const answer = await stage.ask("/api/days/2026-01-05?portfolio_id=*");
  expect(rows(answer)).toMatchObject([
    {
      portfolio_id: "beta",
      day: { date: "2026-01-05", status: "closed", end_equity: "10000" },
      positions: [],
      orders: [],
      protections: [],
    },
    {
      portfolio_id: "alpha",
      day: { end_equity: "10200" },
      positions: [{ instrument: "LONG@X", quantity: "100", mark: "12", market_value: "1200" }],
    },
  ]);
  const page = await stage.ask("/api/days/2026-01-05?portfolio_id=*&limit=1");
  expect(rows(page)).toHaveLength(1);
  const rest = await stage.ask(`/api/days/2026-01-05?portfolio_id=*&limit=1&cursor=${at(page, "next_cursor")}`);
  expect(rows(rest).map((row) => row["portfolio_id"])).toEqual(["alpha"]);
  expect(at(await stage.ask("/api/days/2026-01-06?portfolio_id=alpha"), "data.0")).toMatchObject({
    day: { status: "open" },
    positions: [],
  });
  expect(rows(await stage.ask("/api/days/2026-01-07"))).toEqual([]);
  expect((await stage.ask("/api/days/yesterday")).status).toBe(400);
});
