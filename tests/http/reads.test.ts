import { describe, expect, test } from "vitest";
import { at, rows, Stage } from "./stage.ts";

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** A desk on which something has happened: alpha is long 100 LONG at 10 with a fee of 1.5, now at 12. */
async function busy(): Promise<Stage> {
  const stage = await Stage.open({
    set: ({ account }) =>
      account.with((books) => {
        books.trade("alpha", "LONG@X", "buy 100 @ 10", { fee: "1.5 USD" });
        books.trade("beta", "SPY@X", "sell 3 @ 400");
      }),
  });
  stage.account.with((books) => books.run(books.markAsk({ "LONG@X": "12" }, {})));
  return stage;
}

describe("which portfolio", () => {
  test("[HTTP-2] nothing said is `default` where it exists (S0.38)", async () => {
    const stage = await Stage.open({ set: ({ account }) => account.with((books) => books.portfolio("default", "5")) });
    for (const path of ["positions", "pnl", "status", "account", "equity-history", "trades"]) {
      const answer = await stage.ask(`/api/${path}`);
      expect(answer.status).toBe(200);
      for (const row of rows(answer)) expect(row["portfolio_id"]).toBe("default");
    }
    expect(at(await stage.ask("/api/pnl"), "data.0.equity")).toBe("5");
  });

  test("[HTTP-2] else the first active one; none is told (S1.31, S1.32)", async () => {
    const stage = await Stage.open();
    expect(at(await stage.ask("/api/pnl"), "data.0.portfolio_id")).toBe("alpha");
    await stage.post("/api/portfolios/alpha/pause", { reason: "rest" });
    expect(at(await stage.ask("/api/pnl"), "data.0.portfolio_id")).toBe("beta");
    await stage.post("/api/portfolios/beta/pause", { reason: "rest" });
    const none = await stage.ask("/api/pnl");
    expect(none.status).toBe(404);
    expect(at(none, "detail")).toMatch(/^No active portfolios found\./);
  });

  test("[HTTP-2] one by its id in any case of letters, all by *, and a missing one is told (S0.37, S0.41)", async () => {
    const stage = await Stage.open();
    expect(rows(await stage.ask("/api/account?portfolio_id=BETA")).map((row) => row["portfolio_id"])).toEqual(["beta"]);
    expect(rows(await stage.ask("/api/account?portfolio_id=*")).map((row) => row["portfolio_id"])).toEqual([
      "unattributed",
      "alpha",
      "beta",
    ]);
    const missing = await stage.ask("/api/account?portfolio_id=nobody");
    expect([missing.status, at(missing, "code")]).toEqual([404, "PORTFOLIO_UNKNOWN"]);
  });

  test("[HTTP-2] a change that names none is refused unless there is exactly one (C5)", async () => {
    const order = { instrument: "LONG", side: "buy", quantity: "50" };
    const two = await Stage.open();
    expect(at(await two.post("/api/orders", order), "code")).toBe("PORTFOLIO_UNCLEAR");
    const one = await Stage.open({
      set: ({ account }) => account.with((books) => books.do({ type: "ArchivePortfolio", portfolio: "beta" as never, reason: "x" })),
    });
    expect(at(await one.post("/api/orders", order), "data.order.portfolio_id")).toBe("alpha");
  });
});

describe("what they say", () => {
  test("[HTTP-1] figures are decimal text, and all portfolios add up to the account (S0.39, S0.41)", async () => {
    const stage = await busy();
    const all = await stage.ask("/api/account?portfolio_id=*");
    const sum = (name: string): number => rows(all).reduce((total, row) => total + Math.round(Number(row[name]) * 1e6), 0);
    for (const name of ["cash", "equity", "gross_exposure", "net_exposure", "contributions"]) {
      expect(at(all, `total.${name}`)).toMatch(DECIMAL);
      expect(Math.round(Number(at(all, `total.${name}`)) * 1e6)).toBe(sum(name));
    }
    expect(at(await stage.ask("/api/pnl?portfolio_id=alpha"), "data.0")).toMatchObject({
      equity: "10198.5",
      unrealized_pnl: "200",
      realized_pnl: "0",
      fees: "1.5",
      net_pnl: "198.5",
      complete: true,
    });
    expect(at(await stage.ask("/api/positions?portfolio_id=alpha"), "data.0")).toMatchObject({
      symbol: "LONG",
      instrument: "LONG@X",
      direction: "long",
      quantity: "100",
      average_entry_price: "10",
      mark: "12",
      market_value: "1200",
      unrealized_pnl: "200",
      market_value_base: "1200",
      currency: "USD",
    });
    expect(at(await stage.ask("/api/positions?portfolio_id=beta"), "data.0")).toMatchObject({
      direction: "short",
      quantity: "-3",
      market_value: "-1200",
    });
    expect(at(await stage.ask("/api/portfolios/alpha"), "data")).toMatchObject({
      total_profit_loss: "198.5",
      open_positions: 1,
      status: "active",
    });
  });

  test("[HTTP-1] more digits than are kept are refused by name, not rounded", async () => {
    const stage = await Stage.open();
    const { seq } = stage;
    const fine = await stage.post("/api/orders", { portfolio_id: "alpha", instrument: "LONG", side: "buy", quantity: "50.5" });
    expect([fine.status, at(fine, "code"), at(fine, "params")]).toEqual([422, "AMOUNT_TOO_FINE", { field: "quantity", places: 0 }]);
    const cash = await stage.post("/api/portfolios/alpha/transfer", { to_portfolio_id: "beta", amount: "0.0000001", reason: "x" });
    expect(at(cash, "params")).toEqual({ field: "amount", places: 6 });
    expect(stage.seq).toBe(seq);
  });

  test("[HTTP-14] a figure's postings add up to it, and its executions are there", async () => {
    const stage = await busy();
    for (const figure of ["cash", "fees", "cost", "realized_pnl", "capital"]) {
      const explained = await stage.ask(`/api/explain?portfolio_id=alpha&figure=${figure}`);
      const postings = at(explained, "data.postings") as readonly Readonly<Record<string, string>>[];
      const sign = figure === "realized_pnl" || figure === "capital" ? -1 : 1;
      const sum = postings.reduce((total, posting) => total + Math.round(Number(posting["amount"]) * 1e6), 0);
      expect(Math.round(Number(at(explained, "data.balance")) * 1e6)).toBe(sign * sum + 0);
      expect(at(explained, "data.count")).toBe(postings.length);
    }
    const cash = await stage.ask("/api/explain?portfolio_id=alpha&figure=cash");
    expect(at(cash, "data.balance")).toBe("8998.5");
    expect(at(cash, "data.executions.0")).toMatchObject({ portfolio_id: "alpha", instrument: "LONG@X", quantity: "100", price: "10" });
    const all = await stage.ask("/api/explain?portfolio_id=*&figure=cash");
    expect(Number(at(all, "data.balance"))).toBe(1_000_000_000 - 1000 - 1.5 + 1200);
  });

  test("[HTTP-76] a figure that is a sum comes with its parts, which add up to it and to what the lists say", async () => {
    const stage = await busy();
    const units = (text: unknown): number => Math.round(Number(text) * 1e6);
    const summed = (parts: unknown): number =>
      (parts as readonly { amount: string }[]).reduce((total, { amount }) => total + units(amount), 0);
    const row = at(await stage.ask("/api/portfolios/alpha"), "data") as Readonly<Record<string, string>>;
    const pnl = at(await stage.ask("/api/pnl?portfolio_id=alpha"), "data.0") as Readonly<Record<string, string>>;
    const told = { equity: row["equity"], unrealized_pnl: row["unrealized_pnl"], net_pnl: pnl["net_pnl"], exposure: row["total_invested"] };
    for (const [figure, expected] of Object.entries(told)) {
      const explained = await stage.ask(`/api/explain?portfolio_id=alpha&figure=${figure}`);
      expect([figure, units(at(explained, "data.balance"))]).toEqual([figure, units(expected)]);
      expect([figure, summed(at(explained, "data.parts"))]).toEqual([figure, units(expected)]);
      const all = await stage.ask(`/api/explain?portfolio_id=*&figure=${figure}`);
      expect(summed(at(all, "data.parts"))).toBe(units(at(all, "data.balance")));
      const own = (at(all, "data.parts") as readonly { portfolio_id: string; amount: string; figure: string }[]).find(
        (part) => part.portfolio_id === "alpha",
      );
      expect(own).toMatchObject({ figure, amount: at(explained, "data.balance") });
    }
    expect(at(await stage.ask("/api/explain?portfolio_id=alpha&figure=equity"), "data.parts")).toMatchObject([
      { figure: "cash", asset: "USD", instrument: null },
      { figure: null, instrument: "LONG@X", quantity: "100" },
    ]);
  });

  test("[HTTP-19] an instrument by its symbol, or the candidates", async () => {
    const stage = await Stage.open();
    const preview = await stage.post("/api/orders/preview", { portfolio_id: "alpha", instrument: "long", side: "buy", quantity: "50" });
    expect(at(preview, "data.instrument")).toBe("LONG@X");
    const unknown = await stage.post("/api/orders/preview", { portfolio_id: "alpha", instrument: "NOPE", side: "buy", quantity: "1" });
    expect([unknown.status, at(unknown, "code")]).toEqual([422, "INSTRUMENT_UNKNOWN"]);
  });
});

describe("durable only", () => {
  test("[HTTP-3] an answer waits until what it shows is durable, and says as of which record", async () => {
    const stage = await Stage.open();
    stage.account.hold();
    stage.account.with((books) => books.transfer("alpha", "beta", "1 USD"));
    stage.account.with((books) => books.run(books.transfer("alpha", "beta", "1 USD")));
    let answered = false;
    const { waiting } = stage.account;
    const asked = stage.ask("/api/pnl?portfolio_id=alpha").then((answer) => {
      answered = true;
      return answer;
    });
    await expect.poll(() => stage.account.waiting).toBe(waiting + 1);
    expect(answered).toBe(false);
    stage.account.release();
    const answer = await asked;
    expect(at(answer, "as_of_seq")).toBe(stage.account.durableSeq);
    expect(answer.headers.get("as-of-seq")).toBe(String(stage.account.durableSeq));
  });
});

describe("lists", () => {
  test("[HTTP-8] walking the pages gives every row once, newest first, for lists of the past and of now", async () => {
    const stage = await Stage.open();
    for (let i = 0; i < 11; i++)
      stage.account.with((books) => books.run(books.transfer(i % 2 === 0 ? "alpha" : "beta", i % 2 === 0 ? "beta" : "alpha", "1 USD")));
    for (const [path, name] of [
      ["/api/ledger?portfolio_id=*&limit=7", "seq"],
      ["/api/instruments?limit=3", "instrument"],
      ["/api/account?portfolio_id=*&limit=1", "portfolio_id"],
    ] as const) {
      const seen: string[] = [];
      let cursor: unknown = null;
      do {
        const page = await stage.ask(`${path}${cursor === null ? "" : `&cursor=${cursor}`}`);
        expect(page.status).toBe(200);
        for (const row of rows(page)) seen.push(`${row[name]} ${row["line"] ?? ""}`);
        cursor = at(page, "next_cursor");
      } while (cursor !== null);
      expect(new Set(seen).size).toBe(seen.length);
      const whole = await stage.ask(`${path.replace(/limit=\d+/, "limit=500")}`);
      expect(seen).toEqual(rows(whole).map((row) => `${row[name]} ${row["line"] ?? ""}`));
      if (name === "seq")
        expect(rows(whole).map((row) => row["seq"])).toEqual(
          rows(whole)
            .map((row) => row["seq"])
            .toSorted((a, b) => Number(b) - Number(a)),
        );
    }
    expect((await stage.ask("/api/ledger?cursor=AAAA")).status).toBe(400);
    expect((await stage.ask("/api/ledger?limit=501")).status).toBe(400);
  });

  test("[HTTP-8] every list of the past answers, filters, and knows the portfolio (S0.25, S0.43, S1.40, S1.41)", async () => {
    const stage = await busy();
    await stage.post("/api/orders", { portfolio_id: "alpha", instrument: "LONG", side: "buy", quantity: "900000" });
    const expected = {
      trades: 2,
      executions: 2,
      receipts: 3,
      ledger: 20,
      "equity-history": 6,
      "order-history": 2,
      signals: 0,
      days: 0,
      breaks: 0,
    };
    for (const [name, least] of Object.entries(expected)) {
      const answer = await stage.ask(`/api/${name}?portfolio_id=*`);
      expect([name, answer.status]).toEqual([name, 200]);
      expect(rows(answer).length).toBeGreaterThanOrEqual(least);
      const own = await stage.ask(`/api/${name}?portfolio_id=alpha`);
      for (const row of rows(own)) expect(row["portfolio_id"]).toBe("alpha");
    }
    const denied = await stage.ask("/api/receipts?verdict=denied");
    expect(rows(denied).map((row) => row["rule"])).toEqual(["available_cash"]);
    expect(rows(await stage.ask("/api/trades?status=open"))).toHaveLength(1);
  });

  test("[HTTP-8, HTTP-13] transfers say who gave, who got, how much, why and by whom (S1.25); a key sees those among its own", async () => {
    const stage = await Stage.open({ set: ({ account }) => account.with((books) => books.portfolio("gamma", "5")) });
    const move = (from: string, to: string) =>
      stage.post(`/api/portfolios/${from}/transfer`, { to_portfolio_id: to, amount: "3", reason: `${from} to ${to}` });
    for (const [from, to] of [
      ["alpha", "beta"],
      ["beta", "gamma"],
      ["gamma", "alpha"],
    ] as const)
      await move(from, to);
    const reasons = async (path: string, headers = {}): Promise<readonly unknown[]> =>
      rows(await stage.ask(path, { headers })).flatMap((row) => (String(row["reason"]).includes(" to ") ? [row["reason"]] : []));
    expect(await reasons("/api/transfers?portfolio_id=*")).toEqual(["gamma to alpha", "beta to gamma", "alpha to beta"]);
    expect(await reasons("/api/transfers?portfolio_id=alpha")).toEqual(["gamma to alpha", "alpha to beta"]);
    expect(rows(await stage.ask("/api/transfers?portfolio_id=alpha"))[0]).toMatchObject({
      from_portfolio_id: "gamma",
      to_portfolio_id: "alpha",
      amount: "3",
      executed_by: "manual",
    });
    const { headers } = await stage.key(["read"], ["alpha", "beta"]);
    expect(await reasons("/api/transfers?portfolio_id=*", headers)).toEqual(["alpha to beta"]);
    expect(await reasons("/api/transfers?portfolio_id=alpha", headers)).toEqual(["alpha to beta"]);
  });

  test("[HTTP-9] a list is CSV where asked, and no cell is a formula (U9)", async () => {
    const stage = await Stage.open();
    await stage.ask("/api/portfolios/alpha", { method: "PATCH", body: { name: '=cmd|"/c calc"!A1', description: "a, b" } });
    for (const answer of [
      await stage.ask("/api/portfolios?format=csv"),
      await stage.ask("/api/portfolios", { headers: { Accept: "text/csv" } }),
    ]) {
      expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
      expect(answer.text).toContain(`"'=cmd|""/c calc""!A1"`);
      expect(answer.text).toContain('"a, b"');
      expect(answer.text.split("\r\n")[0]).toMatch(/^portfolio_id,name,/);
    }
    const empty = await stage.ask("/api/positions?format=csv");
    expect(empty.headers.get("content-type")).toMatch(/^text\/csv/);
    expect(empty.text).toMatch(/^portfolio_id,symbol,instrument,.*\r\n$/);
    for (const { path, csv } of stage.listening.app.definitions)
      if (csv === true)
        expect([path, (await stage.ask(`${path}?format=csv`)).text.split(",").length > 2 || path === "/api/logs"]).toEqual([path, true]);
  });
});
