import { describe, expect, test } from "vitest";
import { plan } from "../kit/desk.ts";
import { at, rows, Stage } from "./stage.ts";

type Row = Readonly<Record<string, unknown>>;
const list = (answer: Readonly<{ body: unknown }>, name: string): readonly Row[] => at(answer, `data.${name}`) as readonly Row[];

/** Alpha: a strategy's long trade with a stop that is moved and reached, then another one; beta trades beside it. */
async function told(): Promise<Stage> {
  const stage = await Stage.open();
  stage.account.with((books) => {
    const entry = books.place("alpha", "SPY@X", "buy 2", {
      origin: "strategy",
      strategy: "cross",
      confidence: "0.8",
      quote: "400",
      protect: plan({ trailing: "~10", target: "@440" }),
    });
    books.trade("beta", "SPY@X", "buy 1 @ 400");
    books.fill(entry, "1 @ 400", "in-1");
    books.fill(entry, "1 @ 401", "in-2");
    books.do(books.ratchetAsk("alpha", "SPY@X", "405"));
    const triggered = books.do(books.triggerAsk("alpha", "SPY@X", "trailing_stop", "395"));
    const exit = triggered.find((event) => event.type === "OrderPlaced");
    if (exit?.type !== "OrderPlaced") throw new Error("no exit");
    books.fill({ order: exit.order, venueOrder: exit.venueOrder }, "2 @ 394", "out-1");
    books.trade("alpha", "SPY@X", "buy 5 @ 390");
  });
  return stage;
}

describe("one trade", () => {
  test("[SURF-15] from the wish to flat, and nothing of the next one or of others", async () => {
    const stage = await told();
    const trades = rows(await stage.ask("/api/trades?portfolio_id=alpha"));
    expect(trades.map(({ status, quantity }) => [status, quantity])).toEqual([
      ["open", "5"],
      ["closed", "2"],
    ]);
    const answer = await stage.ask(`/api/trades/${trades[1]?.["trade_id"]}`);
    expect(at(answer, "data.trade")).toEqual(trades[1]);
    expect(list(answer, "signals")).toMatchObject([
      { strategy: "cross", confidence: "0.8", executed: true, trade_id: trades[1]?.["trade_id"] },
    ]);
    expect(list(answer, "receipts").map(({ verdict, side }) => [verdict, side])).toEqual([
      ["allowed", "buy"],
      ["allowed", "sell"],
    ]);
    expect(list(answer, "orders").map(({ side, origin, status }) => [side, origin, status])).toEqual([
      ["buy", "strategy", "filled"],
      ["sell", "protection", "filled"],
    ]);
    expect(list(answer, "order_changes").map(({ status }) => status)).toEqual(expect.arrayContaining(["sending", "filled"]));
    expect(list(answer, "executions").map(({ execution_id: id, portfolio_id: owner }) => [id, owner])).toEqual([
      ["in-1", "alpha"],
      ["in-2", "alpha"],
      ["out-1", "alpha"],
    ]);
    expect(list(answer, "lots").map(({ quantity_opened: units, quantity }) => [units, quantity])).toEqual([
      ["1", "0"],
      ["1", "0"],
    ]);
    const stops = list(answer, "protections").map(({ change, effective_stop_price: stop }) => [change, stop]);
    expect(stops[0]?.[0]).toBe("armed");
    expect(stops.slice(-3)).toEqual([
      ["ratcheted", "395"],
      ["triggered", "395"],
      ["ended", "395"],
    ]);
    expect(at(answer, "as_of_seq")).toBe(stage.seq);
    const open = await stage.ask(`/api/trades/${trades[0]?.["trade_id"]}`);
    expect(list(open, "executions")).toHaveLength(1);
    expect(list(open, "protections")).toEqual([]);
  });

  test("[SURF-15, SEC-6] foreign is missing", async () => {
    const stage = await told();
    const { headers } = await stage.key(["read"], ["beta"]);
    const [trade] = rows(await stage.ask("/api/trades?portfolio_id=alpha"));
    for (const path of [`/api/trades/${trade?.["trade_id"]}`, "/api/trades/999"])
      expect(at(await stage.ask(path, { headers }), "code")).toBe("TRADE_UNKNOWN");
    expect((await stage.ask("/api/trades/0")).status).toBe(400);
  });
});

test("[SURF-16] evenly spaced marks of every portfolio, each once", async () => {
  const stage = await Stage.open();
  const start = stage.account.state.at;
  const DAY = 86_400_000;
  stage.account.with((books) => {
    for (let hour = 1; hour <= 240; hour++) {
      books.at = start + hour * 3_600_000;
      books.run(books.markAsk({ "LONG@X": "10" }, {}));
    }
  });
  const of = (answer: Readonly<{ body: unknown }>, id: string) => rows(answer).filter((row) => row["portfolio_id"] === id);
  const answer = await stage.ask("/api/equity-history?portfolio_id=*&points=5&days=5");
  const alpha = of(answer, "alpha");
  const end = start + 10 * DAY;
  expect(alpha.map((row) => (end - Date.parse(String(row["at"]))) / DAY)).toEqual([0, 1, 2, 3, 4]);
  expect(of(answer, "beta")).toHaveLength(5);
  const long = of(await stage.ask("/api/equity-history?portfolio_id=alpha&points=200&days=100"), "alpha");
  expect(new Set(long.map((row) => row["seq"])).size).toBe(long.length);
  expect(long.length).toBeLessThanOrEqual(21);
  const [from, to] = [new Date(start + DAY).toISOString(), new Date(start + 2 * DAY).toISOString()];
  const part = of(await stage.ask(`/api/equity-history?portfolio_id=alpha&points=4&from=${from}&to=${to}`), "alpha");
  expect(part.map((row) => (Date.parse(String(row["at"])) - start) / 3_600_000)).toEqual([48, 42, 36, 30]);
  expect((await stage.ask("/api/equity-history?points=1")).status).toBe(400);
  expect((await stage.ask("/api/trades?points=5")).status).toBe(400);
});

test("[SURF-17] pages of one portfolio's postings, of one account's and of all hold each posting once, newest first", async () => {
  const stage = await told();
  for (let i = 0; i < 30; i++)
    stage.account.with((books) => books.run(books.transfer(i % 3 === 0 ? "beta" : "alpha", i % 3 === 0 ? "alpha" : "beta", "1 USD")));
  const everything = rows(await stage.ask("/api/ledger?portfolio_id=*&limit=500"));
  for (const [query, own] of [
    ["portfolio_id=*", () => true],
    ["portfolio_id=alpha", (row: Row) => row["portfolio_id"] === "alpha"],
    ["portfolio_id=beta&account=cash", (row: Row) => row["portfolio_id"] === "beta" && row["account"] === "cash"],
    ["portfolio_id=alpha&account=transfers&asset=USD", (row: Row) => row["portfolio_id"] === "alpha" && row["account"] === "transfers"],
    ["portfolio_id=alpha&reference=in-1", (row: Row) => row["portfolio_id"] === "alpha" && row["reference"] === "in-1"],
    ["portfolio_id=alpha&account=nothing", () => false],
  ] as const) {
    const paged: Row[] = [];
    for (let cursor: unknown = null; ; ) {
      const page = await stage.ask(`/api/ledger?${query}&limit=7${cursor === null ? "" : `&cursor=${cursor}`}`);
      paged.push(...rows(page));
      cursor = at(page, "next_cursor");
      if (cursor === null) break;
    }
    expect(paged).toEqual(everything.filter(own));
  }
});

test("[SURF-18] what stop and target would bring, in money, as a fraction and in R; for a short too; null where there is none", async () => {
  const stage = await Stage.open();
  stage.account.with((books) => {
    const long = books.place("alpha", "SPY@X", "buy 2", { quote: "400", protect: plan({ stop: "@390", target: "@430" }) });
    books.fill(long, "2 @ 400");
    const short = books.place("beta", "SPY@X", "sell 1", { quote: "400", protect: plan({ trailing: "~20" }) });
    books.fill(short, "1 @ 400");
    books.trade("beta", "LONG@X", "buy 50 @ 10");
    books.run(books.markAsk({ "SPY@X": "405" }, {}));
  });
  const found = rows(await stage.ask("/api/positions?portfolio_id=*"));
  const of = (portfolio: string, symbol: string): Row | undefined =>
    found.find((row) => row["portfolio_id"] === portfolio && row["symbol"] === symbol);
  // 2 × 10 at risk; 405 → 390 is −30, → 430 is 50, of 810.
  expect(of("alpha", "SPY")).toMatchObject({
    risk: "20",
    r_multiple: "0.5",
    to_stop: "-30",
    to_stop_pct: "-0.037037037",
    to_stop_r: "-1.5",
    to_target: "50",
    to_target_pct: "0.061728395",
    to_target_r: "2.5",
  });
  // The stop trails at 420: 405 → 420 is −15 of 405, with 20 at risk.
  expect(of("beta", "SPY")).toMatchObject({
    risk: "20",
    r_multiple: "-0.25",
    to_stop: "-15",
    to_stop_pct: "-0.037037037",
    to_stop_r: "-0.75",
    to_target: null,
    to_target_pct: null,
    to_target_r: null,
  });
  expect(of("beta", "LONG")).toMatchObject({ risk: null, r_multiple: null, to_stop: null, to_stop_r: null });
});

test("[SURF-22] S2.44, S3.26: a stretch of time holds its rows and no others, on every list of the past", async () => {
  const stage = await Stage.open();
  const HOUR = 3_600_000;
  const start = (Math.floor(Date.now() / HOUR) + 2) * HOUR;
  const times = Array.from({ length: 8 }, (_, i) => start + i * HOUR);
  stage.account.with((books) => {
    for (const [index, time] of times.entries()) {
      books.at = time;
      books.trade("alpha", "LONG@X", index % 2 === 0 ? "buy 50 @ 10" : "sell 50 @ 11");
      books.run(books.transfer("alpha", "beta", "1 USD"));
      books.run(books.markAsk({ "LONG@X": "10" }, {}));
    }
  });
  const [from, to] = [times[2] as number, times[5] as number];
  const stretch = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  for (const [name, column] of [
    ["trades", "opened_at"],
    ["executions", "at"],
    ["receipts", "at"],
    ["ledger", "at"],
    ["equity-history", "at"],
    ["order-history", "placed_at"],
    ["transfers", "at"],
    ["lots", "opened_at"],
    ["order-changes", "at"],
  ] as const) {
    const whole = rows(await stage.ask(`/api/${name}?portfolio_id=*&limit=500`));
    const wanted = whole.filter((row) => Date.parse(String(row[column])) >= from && Date.parse(String(row[column])) < to);
    expect([name, wanted.length > 0 && wanted.length < whole.length]).toEqual([name, true]);
    for (const portfolio of ["*", "alpha"]) {
      const found: Row[] = [];
      for (let cursor: unknown = null; ; ) {
        const page = await stage.ask(
          `/api/${name}?portfolio_id=${portfolio}&${stretch}&limit=3${cursor === null ? "" : `&cursor=${cursor}`}`,
        );
        found.push(...rows(page));
        cursor = at(page, "next_cursor");
        if (cursor === null) break;
      }
      expect(found).toEqual(
        wanted.filter(
          (row) => portfolio === "*" || [row["portfolio_id"], row["from_portfolio_id"], row["to_portfolio_id"]].includes("alpha"),
        ),
      );
    }
  }
  expect(rows(await stage.ask("/api/executions?portfolio_id=*&from=2100-01-01"))).toEqual([]);
  expect(rows(await stage.ask("/api/executions?portfolio_id=*&to=2020-01-01"))).toEqual([]);
  expect((await stage.ask("/api/days?from=2026-05-06&to=2026-05-07")).status).toBe(200);
  expect((await stage.ask("/api/trades?from=then")).status).toBe(400);
});
