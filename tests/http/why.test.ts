import { expect, test } from "vitest";
import { limits, loss } from "../kit/desk.ts";
import { at, rows, Stage } from "./stage.ts";

test("[HTTP-22] nothing holds it back: the gate would take the smallest entry, and nothing is done", async () => {
  const stage = await Stage.open();
  const { seq } = stage;
  const why = await stage.ask("/api/why?portfolio_id=alpha&instrument=LONG");
  expect(at(why, "data")).toMatchObject({
    portfolio_id: "alpha",
    instrument: "LONG@X",
    reasons: [],
    market_open: true,
    entries: [
      { side: "buy", would: "place", code: null },
      { side: "sell", would: "deny", code: "shortable" },
    ],
    denials: [],
  });
  expect(stage.seq).toBe(seq);
});

test("[HTTP-22] a pause, a kill, a mode, an unready desk, a closed market and a limit are each told in words", async () => {
  const stage = await Stage.open({
    listen: { marketOf: () => ({ open: false, nextOpenAt: 1_800_000_000_000 }) },
    set: ({ account }) => account.with((books) => books.do(books.configure("alpha", { limits: limits({ maxOrderNotional: "100" }) }))),
  });
  expect(at(await stage.ask("/api/why?portfolio_id=alpha&instrument=LONG"), "data.entries.0")).toMatchObject({
    would: "deny",
    code: "max_order_notional",
  });
  await stage.post("/api/orders", { portfolio_id: "alpha", instrument: "LONG", side: "buy", quantity: "50" });
  await stage.post("/api/portfolios/alpha/pause", { reason: "rest" });
  await stage.post("/api/kill", { level: "pause", reason: "drill", instrument: "LONG" });
  stage.account.act({ type: "SetMode", scope: { kind: "account" }, mode: "reduce_only", reason: "feed" });
  stage.account.readiness = { ready: false, reasons: ["feed is stale"] };
  const why = await stage.ask("/api/why?portfolio_id=alpha&instrument=LONG");
  const reasons = at(why, "data.reasons") as readonly Readonly<{ code: string; sentence: string; details: string }>[];
  expect(reasons.map(({ code, details }) => `${code} ${details}`)).toEqual([
    "mode account is reduce_only: feed",
    "kill_switch instrument:LONG@X: pause, drill",
    "trading_state reducing: rest",
    "not_ready feed is stale",
  ]);
  for (const { sentence } of reasons) expect(sentence).toMatch(/^[A-Z].*\.$/);
  expect(at(why, "data")).toMatchObject({
    market_open: false,
    next_open_at: "2027-01-15T08:00:00.000Z",
    denials: [{ rule: "max_order_notional", sentence: expect.stringContaining("500") }],
  });
  expect((await stage.ask("/api/why?portfolio_id=*")).status).toBe(400);
});

test("[HTTP-75] a loss limit that is reached holds a portfolio back, and why says so with figures", async () => {
  const stage = await Stage.open({
    set: ({ account }) =>
      account.with((books) => {
        books.do(books.configure("alpha", { limits: loss("lifetime", "$50") }));
        books.trade("alpha", "LONG@X", "buy 100 @ 10");
      }),
  });
  stage.account.with((books) => books.run(books.markAsk({ "LONG@X": "9" }, {})));
  const why = await stage.ask("/api/why?portfolio_id=alpha&instrument=LONG");
  expect(at(why, "data.reasons")).toMatchObject([
    {
      code: "max_loss_lifetime",
      sentence: expect.stringContaining("50"),
      details: "of the portfolio",
    },
  ]);
  expect(at(why, "data.entries.0")).toMatchObject({ side: "buy", would: "deny", code: "max_loss_lifetime", scope: "portfolio" });
  expect(at(why, "data.decides")).toBe(null);
});

test("[HTTP-77] C31: what decided for a portfolio, from when to when: another code, other params or another label is another version", async () => {
  const strategy = (params: string, codeHash = "") => ({ type: "sma-cross", version: "1", codeHash, params });
  const stage = await Stage.open();
  const configure = (settings: object): void => stage.account.with((books) => books.do(books.configure("alpha", settings)));
  configure({ strategy: strategy('{"fast":5}') });
  configure({ name: "another name" });
  configure({ strategy: strategy('{"fast":7}') });
  configure({ strategy: strategy('{"fast":7}', "ab".repeat(32)) });
  configure({ labels: { botVersion: "b2", runId: "" } });
  const versions = rows(await stage.ask("/api/strategies/alpha/versions"));
  expect(versions.map(({ strategy: type, params, code_hash: hash, label }) => [type, params, hash, label])).toEqual([
    ["sma-cross", { fast: 7 }, "ab".repeat(32), "b2"],
    ["sma-cross", { fast: 7 }, "ab".repeat(32), ""],
    ["sma-cross", { fast: 7 }, null, ""],
    ["sma-cross", { fast: 5 }, null, ""],
    [null, {}, null, ""],
  ]);
  expect(versions.map(({ until_at }) => until_at)).toEqual([null, ...versions.slice(0, -1).map(({ at: since }) => since)]);
  expect((await stage.ask("/api/strategies/nobody/versions")).status).toBe(404);
});
