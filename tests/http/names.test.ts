import { expect, test } from "vitest";
import { Client } from "./socket-client.ts";
import { at, rows, Stage } from "./stage.ts";

test("[HTTP-82] C4: a portfolio is named by its id in any case of letters or by its number, which is its for ever", async () => {
  const stage = await Stage.open();
  expect(rows(await stage.ask("/api/portfolios")).map((row) => [row["number"], row["portfolio_id"]])).toEqual([
    [0, "unattributed"],
    [1, "alpha"],
    [2, "beta"],
  ]);
  for (const named of ["2", "beta", "BeTa"]) {
    expect(at(await stage.ask(`/api/pnl?portfolio_id=${named}`), "data.0.portfolio_id")).toBe("beta");
    expect(at(await stage.ask(`/api/portfolios/${named}`), "data.portfolio_id")).toBe("beta");
  }
  const order = { portfolio_id: "2", instrument: "LONG", side: "buy", quantity: "50" };
  expect(at(await stage.post("/api/orders", order), "data.order.portfolio_id")).toBe("beta");
  // Ids are one whatever their letters, an id of digits is an id, and an end gives no number away.
  expect(at(await stage.post("/api/portfolios", { portfolio_id: "ALPHA", starting_cash: "1" }), "code")).toBe("PORTFOLIO_EXISTS");
  await stage.post("/api/portfolios/alpha/archive", { reason: "done" });
  expect(at(await stage.post("/api/portfolios", { portfolio_id: "1", starting_cash: "7" }), "data.number")).toBe(3);
  expect(at(await stage.ask("/api/portfolios/1"), "data")).toMatchObject({ portfolio_id: "1", number: 3 });
  for (const named of ["0", "4", "02", "1e0"]) expect((await stage.ask(`/api/portfolios/${named}`)).status).toBe(404);
});

test("[HTTP-82, SEC-6] C4: a socket listens by number too, and somebody else's number is as missing as one that there is not", async () => {
  const stage = await Stage.open();
  const client = await Client.open(stage);
  await client.subscribe(["2", "beta"]);
  expect(client.of("snapshot").map(({ portfolio_id: id }) => id)).toEqual(["beta"]);
  stage.account.with((books) => books.trade("beta", "LONG@X", "buy 50 @ 10"));
  await client.until(() => client.of("trade_update").length === 1);
  client.say({ action: "unsubscribe", portfolio_ids: ["2"] });
  await client.until(() => client.of("subscribed").length === 2);
  expect(client.of("subscribed")[1]).toMatchObject({ portfolio_ids: [] });
  const { headers } = await stage.key(["read"], ["beta"]);
  const [foreign, missing] = await Promise.all(["1", "9"].map((named) => stage.ask(`/api/portfolios/${named}`, { headers })));
  expect([foreign?.status, missing?.status]).toEqual([404, 404]);
  expect(foreign?.text.replaceAll("1", "9")).toBe(missing?.text.replaceAll("1", "9"));
  expect(foreign?.text).not.toContain("alpha");
});

test("[HTTP-84] C22: every figure says how old the oldest price in it is, of one portfolio and of all, and a position its own", async () => {
  let now = Date.UTC(2026, 0, 5, 10);
  const stage = await Stage.open({ now: () => now });
  stage.account.with((books) => {
    books.trade("alpha", "LONG@X", "buy 50 @ 10");
    books.trade("alpha", "SPY@X", "buy 2 @ 400");
    books.trade("beta", "SPY@X", "buy 2 @ 400");
  });
  now += 60_000;
  stage.account.with((books) => books.run(books.markAsk({ "LONG@X": "10", "SPY@X": "400" }, {})));
  const first = new Date(now).toISOString();
  // From here on nobody has a price of LONG any more.
  now += 240_000;
  stage.account.with((books) => books.run(books.markAsk({ "SPY@X": "401" }, {})));
  const later = new Date(now).toISOString();
  for (const list of ["pnl", "account"]) {
    const answer = await stage.ask(`/api/${list}?portfolio_id=*`);
    expect([list, rows(answer).map((row) => [row["portfolio_id"], row["marked_at"]])]).toEqual([
      list,
      [
        ["unattributed", null],
        ["alpha", first],
        ["beta", later],
      ],
    ]);
    expect(at(answer, "total.marked_at")).toBe(first);
  }
  expect(at(await stage.ask("/api/portfolios/alpha"), "data.marked_at")).toBe(first);
  expect(rows(await stage.ask("/api/positions?portfolio_id=alpha")).map((row) => row["marked_at"])).toEqual([first, later]);
  const client = await Client.open(stage);
  await client.subscribe(["beta"]);
  expect(at({ body: client.of("snapshot")[0] }, "data.portfolio.marked_at")).toBe(later);
});
