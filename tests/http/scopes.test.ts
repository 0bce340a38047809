import { expect, test } from "vitest";
import { loss, plan } from "../kit/desk.ts";
import { Client } from "./socket-client.ts";
import { at, rows, Stage } from "./stage.ts";

const DAY = 86_400_000;

test("[HTTP-2, WS-2, PORT-11] S0.9: what a portfolio holds, owes, ordered, wished, is guarded by and is configured with is its own, on every list and on the socket", async () => {
  const stage = await Stage.open();
  const sockets = { alpha: await Client.open(stage), beta: await Client.open(stage) };
  for (const [id, client] of Object.entries(sockets)) await client.subscribe([id]);
  stage.account.with((books) => {
    for (const [id, quantity] of [
      ["alpha", 40],
      ["beta", 60],
    ] as const) {
      const bought = books.place(id, "SPIN@X", `buy ${quantity}`, { origin: "strategy", strategy: id, protect: plan({ stop: "5%" }) });
      books.fill(bought, `${quantity} @ 10`);
      books.place(id, "SPY@X", "buy 1", { limit: "9", quote: "10", origin: "strategy", strategy: id });
    }
    books.run(books.markAsk({ "SPIN@X": "11" }, {}));
  });
  const lists = ["positions", "trades", "account", "equity-history", "signals", "orders", "order-history", "order-changes", "executions"];
  for (const list of [...lists, "protections", "protection-history", "pnl", "status", "ledger", "lots", "receipts", "days", "performance"])
    for (const id of ["alpha", "beta"]) {
      const own = rows(await stage.ask(`/api/${list}?portfolio_id=${id}&limit=500`));
      expect([list, id, own.length > 0 || list === "days", own.every((row) => row["portfolio_id"] === id)]).toEqual([list, id, true, true]);
    }
  const held = async (id: string): Promise<unknown> => at(await stage.ask(`/api/positions?portfolio_id=${id}`), "data.0.quantity");
  expect([await held("alpha"), await held("beta")]).toEqual(["40", "60"]);
  // What is done to one leaves the other as it is: its settings, its stop, its orders.
  const others = async (): Promise<unknown> =>
    Promise.all(
      ["portfolios/beta", "orders?portfolio_id=beta", "protections?portfolio_id=beta"].map(async (path) =>
        at(await stage.ask(`/api/${path}`), "data"),
      ),
    );
  const before = await others();
  expect(
    (await stage.ask("/api/portfolios/alpha", { method: "PATCH", body: { max_open_positions: 1, stop_loss_pct: "0.2" } })).status,
  ).toBe(200);
  expect((await stage.post("/api/protections", { portfolio_id: "alpha", instrument: "SPIN", stop_price: "8" })).status).toBe(200);
  expect((await stage.post("/api/kill", { portfolio_id: "alpha", level: "cancel", reason: "test" })).status).toBe(200);
  expect(await others()).toEqual(before);
  for (const [id, client] of Object.entries(sockets)) {
    await client.until(() => client.of("trade_update").length > 0);
    expect(client.messages.filter(({ portfolio_id: about }) => about !== undefined && about !== id)).toEqual([]);
  }
});

test("[PRJ-9, HTTP-8] S1.39: a position is opened, added to, valued and closed under one trade id; open ones are listed newest first", async () => {
  const stage = await Stage.open();
  const open = async (): Promise<readonly unknown[]> =>
    rows(await stage.ask("/api/trades?portfolio_id=alpha&status=open")).map((row) => [row["trade_id"], row["instrument"], row["quantity"]]);
  stage.account.with((books) => books.trade("alpha", "SPIN@X", "buy 40 @ 10"));
  stage.account.with((books) => books.trade("beta", "SPIN@X", "buy 90 @ 10"));
  stage.account.with((books) => books.trade("alpha", "SPY@X", "sell 2 @ 400"));
  const [short, long] = await open();
  expect([long, short]).toEqual([
    [expect.any(Number), "SPIN@X", "40"],
    [expect.any(Number), "SPY@X", "2"],
  ]);
  stage.account.with((books) => books.trade("alpha", "SPIN@X", "buy 20 @ 13"));
  const id = (long as readonly unknown[])[0];
  expect(await open()).toEqual([short, [id, "SPIN@X", "60"]]);
  stage.account.with((books) => books.run(books.markAsk({ "SPIN@X": "12" }, {})));
  expect(at(await stage.ask("/api/positions?portfolio_id=alpha"), "data.0")).toMatchObject({
    average_entry_price: "11",
    unrealized_pnl: "60",
  });
  stage.account.with((books) => books.trade("alpha", "SPIN@X", "sell 60 @ 12"));
  expect(await open()).toEqual([short]);
  const closed = rows(await stage.ask("/api/trades?portfolio_id=alpha&status=closed"));
  expect(closed).toMatchObject([{ trade_id: id, entry_price: "11", exit_price: "12", realized_pnl: "60" }]);
  expect(rows(await stage.ask("/api/positions?portfolio_id=alpha")).map((row) => row["instrument"])).toEqual(["SPY@X"]);
});

test("[LOT-10, HTTP-8] C6: lots are the truth; a portfolio has one position of a symbol however many lots and trades made it, and the sums agree", async () => {
  const stage = await Stage.open();
  for (const what of ["buy 40 @ 10", "buy 20 @ 11", "sell 30 @ 12", "buy 50 @ 9"])
    stage.account.with((books) => books.trade("alpha", "SPIN@X", what));
  stage.account.with((books) => books.trade("beta", "SPIN@X", "buy 70 @ 10"));
  const positions = rows(await stage.ask("/api/positions?portfolio_id=*"));
  expect(positions.map((row) => `${row["portfolio_id"]} ${row["symbol"]}`)).toEqual(["alpha SPIN", "beta SPIN"]);
  const lots = rows(await stage.ask("/api/lots?portfolio_id=alpha")).filter((row) => row["closed_at"] === null);
  const sum = (name: string): number => lots.reduce((total, row) => total + Number(row[name]), 0);
  expect([lots.length, sum("quantity"), sum("cost")]).toEqual([3, 80, 10 * 10 + 20 * 11 + 50 * 9]);
  expect(positions[0]).toMatchObject({ quantity: "80", cost_basis: "770", lots: 3 });
  expect(rows(await stage.ask("/api/trades?portfolio_id=alpha&status=open"))).toHaveLength(1);
});

test("[HTTP-11, WS-1, PRJ-5] S3.37: an order is placed, changed, watched, filled in parts and ended, and every step is told and kept in order", async () => {
  const stage = await Stage.open();
  const client = await Client.open(stage);
  await client.subscribe(["alpha"]);
  const wish = { portfolio_id: "alpha", instrument: "LONG", side: "buy", quantity: "80", order_type: "limit", limit_price: "9.95" };
  const placed = await stage.post("/api/orders", { ...wish, time_in_force: "gtc" });
  expect([placed.status, at(placed, "data.order.status")]).toEqual([201, "sending"]);
  stage.account.with((books) => books.run(books.ack(1 as never)));
  expect(at(await stage.ask("/api/orders/1"), "data.status")).toBe("working");
  expect((await stage.post("/api/orders/1/replace", { quantity: "60", limit_price: "9.9" })).status).toBe(200);
  const order = { order: 1 as never, venueOrder: 1 as never };
  stage.account.with((books) => books.fill(order, "20 @ 9.9"));
  expect(at(await stage.ask("/api/orders/1"), "data")).toMatchObject({ quantity: "60", filled: "20", leaves: "40" });
  stage.account.with((books) => books.fill(order, "40 @ 9.85"));
  expect(at(await stage.ask("/api/order-history"), "data.0")).toMatchObject({ status: "filled", filled: "60", quantity: "60" });
  const changes = rows(await stage.ask("/api/order-changes?portfolio_id=alpha&order_id=1")).toReversed();
  expect(changes.map((row) => `${row["status"]} ${row["filled"]} of ${row["quantity"]} at ${row["limit_price"]}`)).toEqual([
    "sending 0 of 80 at 9.95",
    "working 0 of 80 at 9.95",
    "working 0 of 60 at 9.9",
    "filled 60 of 60 at 9.9",
  ]);
  expect(
    rows(await stage.ask("/api/executions?portfolio_id=alpha&order_id=1")).map((row) => `${row["quantity"]} @ ${row["price"]}`),
  ).toEqual(["40 @ 9.85", "20 @ 9.9"]);
  await client.until(() => client.of("trade_update").length === 2);
  expect(client.of("order_update").map(({ data }) => data?.["status"])).toEqual(["sending", "working", "replaced"]);
  expect(client.of("trade_update").map(({ data }) => data?.["quantity"])).toEqual(["20", "40"]);
});

test("[HTTP-23, ALARM-17] S3.38: strategies are compared over what was, by the same figures, and what goes wrong with their risk is told", async () => {
  let now = Date.UTC(2026, 0, 5);
  const stage = await Stage.open({
    now: () => now,
    set: (desk) => desk.account.with((books) => books.settings("beta", { limits: loss("drawdown", "0.05") })),
  });
  stage.account.with((books) => {
    books.hold("alpha", "LONG@X", "500", "10");
    books.hold("beta", "SPIN@X", "500", "10");
  });
  for (const [long, spin] of [
    ["10.5", "9.9"],
    ["10.4", "10.3"],
    ["10.9", "9.6"],
    ["11.2", "9.1"],
  ] as const) {
    now += DAY;
    stage.account.with((books) => books.run(books.markAsk({ "LONG@X": long, "SPIN@X": spin }, {})));
  }
  stage.alarms.look();
  const [alpha, beta] = rows(await stage.ask("/api/performance?portfolio_id=*")).filter((row) => row["portfolio_id"] !== "unattributed");
  expect([alpha?.["portfolio_id"], beta?.["portfolio_id"]]).toEqual(["alpha", "beta"]);
  expect(alpha?.["return_all_time"]).toBeCloseTo(0.06, 10);
  expect(beta?.["return_all_time"]).toBeCloseTo(-0.045, 10);
  for (const figure of ["sharpe_ratio", "sortino_ratio", "volatility", "max_drawdown"])
    expect([figure, typeof alpha?.[figure], typeof beta?.[figure]]).toEqual([figure, "number", "number"]);
  expect(Number(alpha?.["sharpe_ratio"])).toBeGreaterThan(Number(beta?.["sharpe_ratio"]));
  const history = rows(await stage.ask("/api/equity-history?portfolio_id=beta&limit=4"));
  expect(history.map((row) => row["equity"])).toEqual(["9550", "9800", "10150", "9950"]);
  expect(rows(await stage.ask("/api/alarms?state=active"))).toMatchObject([{ code: "LOSS_LIMIT_REACHED", portfolio_id: "beta" }]);
});
