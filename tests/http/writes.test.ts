import { moneyOfUnits, unitsOf } from "@bulkhead/money";
import { listen, openHistory } from "@bulkhead/server";
import { describe, expect, test } from "vitest";
import { at, rows, Stage } from "./stage.ts";

const ORDER = { portfolio_id: "alpha", instrument: "LONG", side: "buy", quantity: "50" };

describe("once", () => {
  test("[HTTP-4] the same key with the same wish is one order and one answer", async () => {
    const stage = await Stage.open();
    const first = await stage.post("/api/orders", ORDER, { key: "a" });
    const { seq } = stage;
    const [second, third] = await Promise.all([
      stage.post("/api/orders", ORDER, { key: "a" }),
      stage.post("/api/orders", { ...ORDER }, { key: "a" }),
    ]);
    expect([first.status, second.status, third.status]).toEqual([201, 201, 201]);
    expect([second.text, third.text]).toEqual([first.text, first.text]);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(stage.seq).toBe(seq);
  });

  test("[HTTP-4] the same key with another wish, path or version is a conflict", async () => {
    const stage = await Stage.open();
    await stage.post("/api/orders", ORDER, { key: "a" });
    const { seq } = stage;
    const other = await stage.post("/api/orders", { ...ORDER, quantity: "60" }, { key: "a" });
    expect([other.status, at(other, "code")]).toEqual([409, "IDEMPOTENCY_KEY_REUSED"]);
    const elsewhere = await stage.post("/api/orders?account_id=main", ORDER, { key: "a" });
    expect([elsewhere.status, at(elsewhere, "code")]).toEqual([409, "IDEMPOTENCY_KEY_REUSED"]);
    expect((await stage.post("/api/kill", { level: "pause", reason: "x" }, { key: "a" })).status).toBe(409);
    expect(stage.seq).toBe(seq);
  });

  test("[HTTP-4] asked while the first is on its way, it waits for the same answer", async () => {
    const stage = await Stage.open();
    stage.account.hold();
    const before = stage.seq;
    const both = [stage.post("/api/orders", ORDER, { key: "a" }), stage.post("/api/orders", ORDER, { key: "a" })];
    await expect.poll(() => stage.store.find("local", "a")).toBeDefined();
    expect((await stage.post("/api/orders", { ...ORDER, side: "sell" }, { key: "a" })).status).toBe(409);
    stage.account.release();
    const [first, second] = await Promise.all(both);
    expect([first?.status, second?.text]).toEqual([201, first?.text]);
    expect(stage.seq).toBe(before + 1);
  });

  test("[HTTP-4] after a crash between the journal and the answer a retry places no second order, and finds the first", async () => {
    const stage = await Stage.open();
    const first = await stage.post("/api/orders", ORDER, { key: "a" });
    const { seq } = stage;
    // What a crash leaves: the wish was noted and its answer was not.
    const known = stage.store.find("local", "a");
    stage.store.begin("local", "a", known?.fingerprint ?? "", 0);
    const again = await stage.post("/api/orders", ORDER, { key: "a" });
    expect([again.status, at(again, "data.repeated"), at(again, "data.order.order_id")]).toEqual([
      201,
      true,
      at(first, "data.order.order_id"),
    ]);
    expect(stage.seq).toBe(seq);
    await stage.post("/api/portfolios", { portfolio_id: "gamma", starting_cash: "1" }, { key: "b" });
    stage.store.begin("local", "b", stage.store.find("local", "b")?.fingerprint ?? "", 0);
    expect((await stage.post("/api/portfolios", { portfolio_id: "gamma", starting_cash: "1" }, { key: "b" })).status).toBe(201);
  });

  test("[HTTP-4] a change without a key is refused; what was refused used up nothing", async () => {
    const stage = await Stage.open();
    for (const key of [null, "", "a b", "x".repeat(129)])
      expect(at(await stage.post("/api/orders", ORDER, { key }), "code")).toBe("IDEMPOTENCY_KEY_MISSING");
    expect((await stage.post("/api/orders", { ...ORDER, quantity: "5" }, { key: "a" })).status).toBe(422);
    expect((await stage.post("/api/orders", ORDER, { key: "a" })).status).toBe(201);
    expect(stage.account.records.filter(({ command }) => command.type === "PlaceOrder")).toHaveLength(1);
  });

  test("[HTTP-4] what the desk did not take is not done, and the key stays good", async () => {
    const stage = await Stage.open();
    for (const [why, code] of [
      ["busy", "DESK_BUSY"],
      ["stopping", "DESK_STOPPING"],
      ["read_only", "DESK_READ_ONLY"],
      ["halted", "DESK_HALTED"],
    ] as const) {
      stage.account.unavailable = why;
      const answer = await stage.post("/api/orders", ORDER, { key: "a" });
      expect([answer.status, at(answer, "code"), answer.headers.get("retry-after")]).toEqual([503, code, why === "busy" ? "1" : "5"]);
    }
    stage.account.unavailable = undefined;
    expect((await stage.post("/api/orders", ORDER, { key: "a" })).status).toBe(201);
  });
});

describe("versions", () => {
  test("[HTTP-5] a change on what has changed since is 412 and does nothing", async () => {
    const stage = await Stage.open();
    const read = await stage.ask("/api/portfolios/alpha");
    const etag = read.headers.get("etag") ?? "";
    expect(etag).toBe(`"${at(read, "data.version")}"`);
    const patch = (name: string, headers: Record<string, string>) =>
      stage.ask("/api/portfolios/alpha", { method: "PATCH", body: { name }, headers });
    const first = await patch("One", { "If-Match": etag });
    expect([first.status, at(first, "data.name"), at(first, "data.version")]).toEqual([200, "One", stage.seq]);
    const { seq } = stage;
    const second = await patch("Two", { "If-Match": etag });
    expect([second.status, at(second, "code")]).toEqual([412, "VERSION_MISMATCH"]);
    expect((await patch("Two", { "If-Match": "soon" })).status).toBe(400);
    expect((await stage.post("/api/portfolios/alpha/pause", { reason: "x" }, { headers: { "If-Match": etag } })).status).toBe(412);
    expect(stage.seq).toBe(seq);
    expect((await patch("Two", { "If-Match": `"${at(first, "data.version")}"` })).status).toBe(200);
  });

  test("[HTTP-5] of many changes at one version one is made; without a version none is lost", async () => {
    const stage = await Stage.open();
    const etag = (await stage.ask("/api/portfolios/alpha")).headers.get("etag") ?? "";
    const many = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        stage.ask("/api/portfolios/alpha", { method: "PATCH", body: { name: `n${i}` }, headers: { "If-Match": etag } }),
      ),
    );
    expect(many.map(({ status }) => status).toSorted()).toEqual([200, ...Array(7).fill(412)]);
    await Promise.all([
      stage.ask("/api/portfolios/beta", { method: "PATCH", body: { name: "B" } }),
      stage.ask("/api/portfolios/beta", { method: "PATCH", body: { max_open_positions: 3 } }),
      stage.ask("/api/portfolios/beta", { method: "PATCH", body: { max_position_pct: "0.04" } }),
    ]);
    expect(at(await stage.ask("/api/portfolios/beta"), "data")).toMatchObject({
      name: "B",
      max_open_positions: 3,
      max_position_pct: "0.04",
    });
  });

  test("[HTTP-5] a version outlives the desk that gave it", async () => {
    const stage = await Stage.open();
    await stage.post("/api/portfolios/alpha/pause", { reason: "rest" });
    stage.account.with((books) => books.run(books.transfer("alpha", "beta", "1 USD")));
    const etag = (await stage.ask("/api/portfolios/alpha")).headers.get("etag");
    const history = openHistory(stage.projections);
    const later = await listen(stage.desk, { port: 0, store: stage.store, history: () => history });
    const answer = await fetch(`${later.url}/api/portfolios/alpha`);
    expect(answer.headers.get("etag")).toBe(etag);
    await later.close();
    history.close();
  });

  test("[HTTP-5] trading does not move a version", async () => {
    const stage = await Stage.open();
    const before = (await stage.ask("/api/portfolios/alpha")).headers.get("etag");
    stage.account.with((books) => books.trade("alpha", "LONG@X", "buy 50 @ 10"));
    expect((await stage.ask("/api/portfolios/alpha")).headers.get("etag")).toBe(before);
  });
});

describe("portfolios", () => {
  test("[HTTP-20] created with explicit cash, changed, paused, resumed and archived with a reason (S1.33–S1.37, S1.92)", async () => {
    const stage = await Stage.open();
    const made = await stage.post("/api/portfolios", {
      portfolio_id: "Gamma",
      starting_cash: "50000",
      name: "Gamma",
      symbols: ["SPY", "LONG@X"],
      max_position_pct: "0.04",
      max_daily_loss_pct: "0.02",
      trailing_stop_pct: "0.07",
      min_confidence: "0.6",
      enabled_strategies: ["ema"],
    });
    expect([made.status, at(made, "data")]).toMatchObject([
      201,
      {
        portfolio_id: "gamma",
        current_balance: "50000",
        symbols: ["SPY@X", "LONG@X"],
        max_position_pct: "0.04",
        loss_limits: [{ window: "day", pct: "0.02", amount: null }],
        use_trailing_stop: true,
        status: "active",
      },
    ]);
    expect((await stage.post("/api/portfolios", { portfolio_id: "gamma", starting_cash: "1" })).status).toBe(409);
    expect((await stage.post("/api/portfolios", { portfolio_id: "delta" })).status).toBe(400);
    expect(at(await stage.post("/api/portfolios", { portfolio_id: "delta", starting_cash: "2000000000" }), "code")).toBe(
      "CAPITAL_INSUFFICIENT",
    );
    const patched = await stage.ask("/api/portfolios/gamma", {
      method: "PATCH",
      body: { symbols: null, max_position_pct: null, time_zone: "America/New_York" },
    });
    expect(at(patched, "data")).toMatchObject({ symbols: null, max_position_pct: null, name: "Gamma", time_zone: "America/New_York" });
    expect((await stage.ask("/api/portfolios/gamma", { method: "PATCH", body: { time_zone: "Mars/Base" } })).status).toBe(422);
    expect((await stage.post("/api/portfolios/gamma/pause", {})).status).toBe(400);
    expect(at(await stage.post("/api/portfolios/gamma/pause", { reason: "rest" }), "data")).toMatchObject({
      status: "paused",
      trading_state: "reducing",
      state_reason: "rest",
    });
    expect(rows(await stage.ask("/api/portfolios?status=paused")).map((row) => row["portfolio_id"])).toEqual(["gamma"]);
    expect(at(await stage.post("/api/portfolios/gamma/resume", { reason: "rested" }), "data.status")).toBe("active");
    expect(at(await stage.post("/api/portfolios/gamma/archive", { reason: "done" }), "data.status")).toBe("archived");
    expect(at(await stage.ask("/api/portfolios/gamma"), "data.status")).toBe("archived");
  });

  test("[HTTP-20] names are plain text: control and direction characters are refused (U8)", async () => {
    const stage = await Stage.open();
    for (const name of ["a\u202Eb", "a\u0000b", "a\u200Bb"])
      expect((await stage.ask("/api/portfolios/alpha", { method: "PATCH", body: { name } })).status).toBe(400);
    expect(at(await stage.ask("/api/portfolios/alpha", { method: "PATCH", body: { name: "e\u0301" } }), "data.name")).toBe("\u00e9");
  });

  test("[HTTP-13] cash and positions move, and the sum of both stays (S1.25)", async () => {
    const stage = await Stage.open();
    stage.account.with((books) => books.trade("alpha", "LONG@X", "buy 100 @ 10"));
    stage.account.with((books) => books.run(books.markAsk({ "LONG@X": "12" }, {})));
    const total = async (): Promise<unknown> => at(await stage.ask("/api/account?portfolio_id=*"), "total");
    const before = await total();
    const cash = await stage.post(
      "/api/portfolios/alpha/transfer",
      { to_portfolio_id: "beta", amount: "1000.25", reason: "rebalance" },
      { key: "t" },
    );
    expect([cash.status, at(cash, "data.to.cash")]).toEqual([200, "11000.25"]);
    expect(
      (
        await stage.post(
          "/api/portfolios/alpha/transfer",
          { to_portfolio_id: "beta", amount: "1000.25", reason: "rebalance" },
          { key: "t" },
        )
      ).text,
    ).toBe(cash.text);
    const kind = await stage.post("/api/portfolios/alpha/transfer", {
      to_portfolio_id: "beta",
      instrument: "LONG",
      quantity: "40",
      reason: "in kind",
    });
    expect(kind.status).toBe(200);
    expect(at(await stage.ask("/api/positions?portfolio_id=beta"), "data.0")).toMatchObject({
      quantity: "40",
      average_entry_price: "10",
      market_value: "480",
    });
    expect(await total()).toEqual(before);
    const tooMuch = await stage.post("/api/portfolios/alpha/transfer", { to_portfolio_id: "beta", amount: "1000000", reason: "x" });
    expect([tooMuch.status, at(tooMuch, "code")]).toEqual([422, "CAPITAL_INSUFFICIENT"]);
    expect((await stage.post("/api/portfolios/alpha/transfer", { to_portfolio_id: "beta", reason: "x" })).status).toBe(400);
    expect((await stage.post("/api/portfolios/alpha/transfer", { to_portfolio_id: "nobody", amount: "1", reason: "x" })).status).toBe(404);
  });
});

describe("orders", () => {
  test("[HTTP-11] placed, seen, replaced, canceled", async () => {
    const stage = await Stage.open();
    const placed = await stage.post("/api/orders", {
      ...ORDER,
      order_type: "limit",
      limit_price: "9.95",
      time_in_force: "gtc",
      stop_loss_price: "9",
      reason: "test",
    });
    expect([placed.status, at(placed, "data.order")]).toMatchObject([
      201,
      { order_id: 1, status: "sending", limit_price: "9.95", reserved: "497.5", client_order_id: "main-0-1" },
    ]);
    expect(at(placed, "mode")).toBe("backtest");
    expect(rows(await stage.ask("/api/orders"))).toHaveLength(1);
    const replaced = await stage.post("/api/orders/1/replace", { quantity: "40", limit_price: "9.9" });
    expect(at(replaced, "data")).toMatchObject({ quantity: "40", limit_price: "9.9" });
    const canceled = await stage.post("/api/orders/1/cancel", { reason: "changed my mind" });
    expect([canceled.status, at(canceled, "data.status")]).toEqual([200, "canceling"]);
    stage.account.act({ type: "RecordCancel", venueOrder: 1 as never, reason: "asked" });
    expect(rows(await stage.ask("/api/orders"))).toHaveLength(0);
    expect(at(await stage.ask("/api/orders/1"), "data.status")).toBe("canceled");
    expect(at(await stage.post("/api/orders/1/cancel", {}), "code")).toBe("ORDER_ENDED");
    expect((await stage.post("/api/orders/7/cancel", {})).status).toBe(404);
    expect(rows(await stage.ask("/api/order-history"))[0]).toMatchObject({ order_id: 1, status: "canceled", placed_by: "local" });
  });

  test("[HTTP-11] who waits for the market and who does not", async () => {
    const stage = await Stage.open({ listen: { marketOf: () => ({ open: false, nextOpenAt: null }) } });
    expect((await stage.post("/api/orders", ORDER)).status).toBe(201);
    const now = await stage.post("/api/orders", { ...ORDER, quantity: "60", time_in_force: "ioc" });
    expect([now.status, at(now, "code")]).toEqual([422, "closed_market"]);
  });

  test("[HTTP-11] the quote is the desk's; without any, opening is denied", async () => {
    const none = await Stage.open({ listen: { quoteOf: () => null } });
    expect(at(await none.post("/api/orders", ORDER), "code")).toBe("quote_missing");
  });

  test("[HTTP-6] a denied order is a problem with its receipt and the catalogue's sentence", async () => {
    const stage = await Stage.open();
    const denied = await stage.post("/api/orders", { ...ORDER, quantity: "5000" });
    expect(denied.headers.get("content-type")).toBe("application/problem+json");
    expect(denied.body).toMatchObject({
      status: 422,
      code: "available_cash",
      type: "/api/problems#available_cash",
      detail: "It needs 50000, and 10000 is free (scope portfolio). Order less, or transfer cash to the portfolio.",
      receipt: { verdict: "denied", asked: "5000", allowed: "0", bound: "10000", observed: "50000" },
    });
    const reduced = await stage.post("/api/orders", { ...ORDER, quantity: "5000", sizing: "reduce" });
    expect([reduced.status, at(reduced, "data.receipt.verdict"), at(reduced, "data.order.quantity")]).toEqual([201, "reduced", "1000"]);
  });

  test("[HTTP-6] an order for a portfolio that is not active is 400 (S1.67)", async () => {
    const stage = await Stage.open();
    await stage.post("/api/portfolios/alpha/pause", { reason: "rest" });
    const answer = await stage.post("/api/orders", ORDER);
    expect([answer.status, at(answer, "code")]).toEqual([400, "PORTFOLIO_NOT_ACTIVE"]);
    expect(at(answer, "detail")).toMatch(/^Portfolio alpha is paused, not active/);
  });

  test("[HTTP-10] a preview says what placing then does, and changes nothing", async () => {
    const stage = await Stage.open();
    const wishes = [
      ORDER,
      { ...ORDER, quantity: "5000" },
      { ...ORDER, quantity: "5000", sizing: "reduce" },
      { ...ORDER, quantity: "55" },
      { ...ORDER, side: "sell", allow_duplicate: true },
      { ...ORDER, order_type: "limit", limit_price: "9.5" },
    ];
    for (const wish of wishes) {
      const { seq } = stage;
      const preview = await stage.post("/api/orders/preview", wish, { key: null });
      expect([preview.status, stage.seq]).toEqual([200, seq]);
      const placed = await stage.post("/api/orders", wish);
      const would = at(preview, "data.would");
      expect(placed.status).toBe(would === "place" || would === "reduce" ? 201 : 422);
      if (placed.status === 201) {
        expect(at(preview, "data.allowed")).toBe(at(placed, "data.order.quantity"));
        expect(at(preview, "data.reserved")).toBe(at(placed, "data.order.reserved"));
      } else expect(at(preview, "data.code")).toBe(at(placed, "code"));
    }
  });
});

describe("the kill switch", () => {
  test("[HTTP-49] a preview says how portfolio and account would stand, and what it would cost", async () => {
    const stage = await Stage.open({
      listen: { feeOf: (_account, listing, { value }) => ({ asset: listing.quote.id, amount: moneyOfUnits(unitsOf(value) / 1_000) }) },
    });
    stage.account.with((books) => {
      books.trade("alpha", "SPY@X", "buy 10 @ 400");
      books.trade("beta", "SPY@X", "sell 3 @ 400");
    });
    const wish = { portfolio_id: "alpha", instrument: "SPY", side: "buy", quantity: "5", stop_loss_price: "380" };
    const preview = await stage.post("/api/orders/preview", wish, { key: null });
    expect(at(preview, "data")).toMatchObject({
      would: "place",
      notional: "2000",
      fee: "2",
      fee_asset: "USD",
      cash_after: "3998",
      position_before: "10",
      position_after: "15",
      weight_after: "0.6",
      risk_added: "100",
      account_before: "7",
      account_after: "12",
    });
    const short = await stage.post(
      "/api/orders/preview",
      { ...wish, portfolio_id: "beta", side: "sell", stop_loss_price: "410" },
      { key: null },
    );
    expect(at(short, "data")).toMatchObject({ position_after: "-8", weight_after: "0.32", risk_added: "50", account_after: "2" });
  });

  test("[HTTP-12] previewed, engaged, seen, cleared by a person with a reason", async () => {
    const stage = await Stage.open();
    stage.account.with((books) => books.trade("alpha", "LONG@X", "buy 100 @ 10"));
    await stage.post("/api/orders", { ...ORDER, portfolio_id: "beta", order_type: "limit", limit_price: "9", time_in_force: "gtc" });
    const { seq } = stage;
    const preview = await stage.post("/api/kill/preview", { level: "flatten" }, { key: null });
    expect(stage.seq).toBe(seq);
    const engaged = await stage.post("/api/kill", { level: "flatten", reason: "fire drill" });
    expect(at(engaged, "data")).toEqual(at(preview, "data"));
    expect(at(engaged, "data")).toMatchObject({
      scope: "account",
      entries_stopped: ["alpha", "beta"],
      confirmed: [],
      unconfirmed: [{ portfolio_id: "beta", leaves: "50" }],
      exits: [{ portfolio_id: "alpha", side: "sell", quantity: "100" }],
    });
    expect(rows(await stage.ask("/api/kill"))).toEqual([{ scope: "account", level: "flatten", reason: "fire drill" }]);
    expect(at(await stage.post("/api/orders", ORDER), "code")).toBe("kill_switch");
    expect((await stage.post("/api/kill/clear", {})).status).toBe(400);
    expect(rows(await stage.post("/api/kill/clear", { reason: "over" }))).toEqual([]);
    expect(at(await stage.post("/api/kill/clear", { reason: "over" }), "code")).toBe("KILL_NOT_ENGAGED");
  });

  test("[HTTP-12] a cancel that the venue confirms in time is confirmed; what is on its way already is told", async () => {
    const stage = await Stage.open();
    await stage.post("/api/orders", { ...ORDER, order_type: "limit", limit_price: "9", time_in_force: "gtc" });
    await stage.post("/api/orders", { ...ORDER, order_type: "limit", limit_price: "8", time_in_force: "gtc" });
    await stage.post("/api/orders/2/cancel", {});
    const engaging = stage.post("/api/kill", { portfolio_id: "alpha", level: "cancel", reason: "x" });
    await expect.poll(() => stage.account.state.orders.get(1 as never)?.status).toBe("canceling");
    stage.account.act({ type: "RecordCancel", venueOrder: 1 as never, reason: "asked" });
    expect(at(await engaging, "data")).toMatchObject({
      scope: "portfolio:alpha",
      confirmed: [{ order_id: 1 }],
      unconfirmed: [],
      not_cancellable: [{ order_id: 2 }],
    });
  });
});
