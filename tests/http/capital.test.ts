import { loadConfig } from "@bulkhead/contract";
import type { AccountId } from "@bulkhead/core";
import { type AccountCapital, capitalOf } from "@bulkhead/server";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../desk/virtual-clock.ts";
import { at, rows, Stage } from "./stage.ts";

const SCHEDULES = `[[portfolio]]
id = "alpha"
[[rebalance]]
id = "even"
targets = { alpha = "50%", beta = "50%" }
schedule = "0 9 * * *"
drift = "30%"
[[sweep]]
id = "profit"
from = "alpha"
to = "beta"
above = "high-water-mark"
share = "50%"
schedule = "@monthly"
`;

/** A stage whose account has these schedules. */
async function staged(): Promise<Stage> {
  const loaded = loadConfig({ file: { name: "f", text: SCHEDULES } });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const clock = new VirtualClock(Date.UTC(2026, 2, 4, 8));
  let capital: AccountCapital | undefined;
  const stage = await Stage.open({
    set: ({ account }) => {
      capital = capitalOf(account, { clock, folder: null, note: () => {} });
    },
    listen: { capital: (id: AccountId) => (id === "main" ? capital : undefined) },
  });
  await capital?.schedules.adopt(loaded.config.accounts[0]?.schedules ?? []);
  return stage;
}

const move = (stage: Stage, amount: string) => stage.account.with((books) => books.do(books.transfer("alpha", "beta", `${amount} USD`)));

describe("capital", () => {
  test("[HTTP-60] the picture: who has how much, how far off its target, what is free, and what moves it when", async () => {
    const stage = await staged();
    move(stage, "2000");
    const picture = await stage.ask("/api/capital");
    expect(at(picture, "data")).toMatchObject({
      base_currency: "USD",
      capital: "1000000000",
      equity: "1000000000",
      free_cash: "999980000",
      over_allocation: false,
      complete: true,
    });
    expect(at(picture, "data.portfolios.1")).toEqual({
      portfolio_id: "alpha",
      status: "active",
      capital: "8000",
      equity: "8000",
      cash: "8000",
      available_cash: "8000",
      weight: "0.000008",
      rebalance: "even",
      pool_weight: "0.4",
      target: "0.5",
      drift: "-0.1",
    });
    expect(at(picture, "data.portfolios.0")).toMatchObject({ portfolio_id: "unattributed", rebalance: null, target: null });
    expect(at(picture, "data.schedules.0")).toMatchObject({
      kind: "rebalance",
      id: "even",
      next_run_at: "2026-03-04T09:00:00.000Z",
      last_run: null,
      targets: { alpha: "0.5", beta: "0.5" },
      drift: "0.3",
    });
    expect(at(picture, "data.schedules.1")).toMatchObject({
      kind: "sweep",
      from_portfolio_ids: ["alpha"],
      to_portfolio_id: "beta",
      share: "0.5",
    });
  });

  test("[HTTP-61] S1.6 S1.25: a rebalance by hand: previewed, done once per key, journaled as manual with its reason; its drift does not hold it back", async () => {
    const stage = await staged();
    move(stage, "2000");
    const { seq } = stage;
    const preview = await stage.post("/api/capital/rebalance/preview", { rebalance: "even" }, { key: null });
    expect([preview.status, at(preview, "data.moved"), at(preview, "data.moves.0")]).toEqual([
      200,
      "2000",
      {
        from_portfolio_id: "beta",
        to_portfolio_id: "alpha",
        amount: "2000",
        reason: "beta at 60 % of 50 %, alpha at 40 % of 50 %",
      },
    ]);
    expect(stage.seq).toBe(seq);
    const body = { rebalance: "even", reason: "quarter end" };
    const done = await stage.post("/api/capital/rebalance", body, { key: "k" });
    expect([done.status, at(done, "data.repeated"), at(done, "data.run.moved"), at(done, "data.run.executed_by")]).toEqual([
      200,
      false,
      "2000",
      "manual",
    ]);
    expect((await stage.post("/api/capital/rebalance", body, { key: "k" })).text).toBe(done.text);
    const [transfer] = rows(await stage.ask("/api/transfers?portfolio_id=alpha"));
    expect(transfer).toMatchObject({
      from_portfolio_id: "beta",
      to_portfolio_id: "alpha",
      amount: "2000",
      executed_by: "manual",
      principal: "local",
      reason: "quarter end (rebalance even: beta at 60 % of 50 %, alpha at 40 % of 50 %)",
      transfer_id: at(done, "data.run.transfers.0.transfer_id"),
    });
    expect(at(await stage.ask("/api/capital"), "data.schedules.0.last_run")).toMatchObject({
      due_at: null,
      result: "moved",
      moved: "2000",
    });
  });

  test("[HTTP-61] targets of one's own; what does not fit, is not there or is not allowed is said, and nothing moves", async () => {
    const stage = await staged();
    const own = await stage.post("/api/capital/rebalance", { targets: { Alpha: "0.25", beta: "0.75" }, minimum: "10", reason: "tilt" });
    expect([own.status, at(own, "data.run.moved")]).toEqual([200, "5000"]);
    const { seq } = stage;
    const { headers } = await stage.key(["read", "trade"]);
    const part = await stage.key(["read", "admin"], ["alpha"]);
    const answers = [
      await stage.post("/api/capital/rebalance", { targets: { alpha: "0.25", beta: "0.7" }, reason: "x" }),
      await stage.post("/api/capital/rebalance", { targets: { alpha: "1" }, reason: "x" }),
      await stage.post("/api/capital/rebalance", { targets: { alpha: "0.5", ALPHA: "0.5" }, reason: "x" }),
      await stage.post("/api/capital/rebalance", { rebalance: "even", targets: { alpha: "0.5", beta: "0.5" }, reason: "x" }),
      await stage.post("/api/capital/rebalance", { rebalance: "even" }),
      await stage.post("/api/capital/rebalance", { rebalance: "odd", reason: "x" }),
      await stage.post("/api/capital/sweep", { sweep: "even", reason: "x" }),
      await stage.post("/api/capital/rebalance", { targets: { alpha: "0.5", gone: "0.5" }, reason: "x" }),
      await stage.post("/api/capital/rebalance", { rebalance: "even", reason: "x" }, { headers }),
      await stage.post("/api/capital/rebalance", { rebalance: "even", reason: "x" }, { headers: part.headers }),
      await stage.ask("/api/capital", { headers: part.headers }),
    ];
    expect(answers.map((answer) => [answer.status, at(answer, "code")])).toEqual([
      [400, "REQUEST_INVALID"],
      [400, "REQUEST_INVALID"],
      [400, "REQUEST_INVALID"],
      [400, "REQUEST_INVALID"],
      [400, "REQUEST_INVALID"],
      [404, "SCHEDULE_UNKNOWN"],
      [404, "SCHEDULE_UNKNOWN"],
      [404, "PORTFOLIO_UNKNOWN"],
      [403, "ACTION_NOT_ALLOWED"],
      [403, "ACTION_NOT_ALLOWED"],
      [403, "ACTION_NOT_ALLOWED"],
    ]);
    expect(stage.seq).toBe(seq);
  });

  test("[HTTP-62] a sweep by hand moves profit as configured, and each profit once", async () => {
    const stage = await staged();
    stage.account.with((books) => {
      books.trade("alpha", "LONG@X", "buy 100 @ 10");
      books.mark({ "LONG@X": "14" });
    });
    expect(at(await stage.post("/api/capital/sweep/preview", { sweep: "profit" }, { key: null }), "data")).toMatchObject({ moved: "200" });
    const done = await stage.post("/api/capital/sweep", { sweep: "profit", reason: "pay day" });
    expect([done.status, at(done, "data.run.moved")]).toEqual([200, "200"]);
    expect(at(await stage.post("/api/capital/sweep", { sweep: "profit", reason: "again" }), "data.run.result")).toBe("nothing");
    expect(at(await stage.ask("/api/pnl?portfolio_id=beta"), "data.0.net_pnl")).toBe("0");
  });

  test("[HTTP-63] C29: cash comes into a paper account and leaves it, once per key, never as profit; what is not free stays", async () => {
    const stage = await Stage.open();
    const put = await stage.post("/api/capital/deposit", { amount: "2500.5", reason: "more to try" }, { key: "d" });
    expect([put.status, at(put, "data.portfolio.portfolio_id"), at(put, "data.portfolio.cash")]).toEqual([
      200,
      "unattributed",
      "999982500.5",
    ]);
    expect((await stage.post("/api/capital/deposit", { amount: "2500.5", reason: "more to try" }, { key: "d" })).text).toBe(put.text);
    const own = await stage.post("/api/capital/deposit", { amount: "100", portfolio_id: "alpha", reason: "x" });
    expect(at(own, "data.portfolio.contributions")).toBe("10100");
    expect(at(await stage.ask("/api/pnl?portfolio_id=alpha"), "data.0.net_pnl")).toBe("0");
    expect((await stage.post("/api/capital/withdraw", { amount: "100", portfolio_id: "alpha", reason: "back" })).status).toBe(200);
    expect(
      rows(await stage.ask("/api/transfers?portfolio_id=alpha")).map((row) => [
        row["kind"],
        row["amount"],
        row["reason"],
        row["executed_by"],
      ]),
    ).toEqual([
      ["withdrawal", "100", "back", "manual"],
      ["deposit", "100", "x", "manual"],
      ["starting_cash", "10000", "starting cash", "manual"],
    ]);
    const { seq } = stage;
    const part = await stage.key(["read", "admin"], ["alpha"]);
    const answers = [
      await stage.post("/api/capital/withdraw", { amount: "10000.01", portfolio_id: "alpha", reason: "x" }),
      await stage.post("/api/capital/deposit", { amount: "0", reason: "x" }),
      await stage.post("/api/capital/deposit", { amount: "1", asset: "XYZ", reason: "x" }),
      await stage.post("/api/capital/deposit", { amount: "1", portfolio_id: "gone", reason: "x" }),
      await stage.post("/api/capital/deposit", { amount: "1", portfolio_id: "alpha", reason: "x" }, { headers: part.headers }),
    ];
    expect(answers.map((answer) => [answer.status, at(answer, "code")])).toEqual([
      [422, "CAPITAL_INSUFFICIENT"],
      [400, "REQUEST_INVALID"],
      [422, "ASSET_UNKNOWN"],
      [404, "PORTFOLIO_UNKNOWN"],
      [403, "ACTION_NOT_ALLOWED"],
    ]);
    expect(stage.seq).toBe(seq);
  });

  test("[HTTP-13] a transfer is previewed with its lots, flows and refusals; nothing moves", async () => {
    const stage = await Stage.open();
    stage.account.with((books) => {
      books.trade("alpha", "LONG@X", "buy 60 @ 10");
      books.trade("alpha", "LONG@X", "buy 50 @ 11");
      books.mark({ "LONG@X": "12" });
    });
    const { seq } = stage;
    const ask = (body: unknown) => stage.post("/api/portfolios/alpha/transfer/preview", body, { key: null });
    const cash = await ask({ to_portfolio_id: "beta", amount: "100" });
    expect(at(cash, "data")).toMatchObject({
      kind: "cash",
      value: "100",
      to: { portfolio_id: "beta", equity_before: "10000", equity_after: "10100" },
      lots: [],
    });
    const kind = await ask({ to_portfolio_id: "beta", instrument: "LONG", quantity: "80", reason: "x" });
    expect(at(kind, "data")).toMatchObject({
      kind: "position",
      value: "960",
      from: { portfolio_id: "alpha", equity_before: "10170", equity_after: "9210" },
      lots: [
        { quantity: "60", cost: "600", cost_asset: "USD" },
        { quantity: "20", cost: "220", cost_asset: "USD" },
      ],
    });
    stage.account.with((books) => books.place("alpha", "LONG@X", "sell 40", { limit: "20" }));
    const answers = [
      await ask({ to_portfolio_id: "beta", instrument: "LONG", quantity: "80" }),
      await ask({ to_portfolio_id: "beta", amount: "10000" }),
      await ask({ to_portfolio_id: "alpha", amount: "1" }),
      await ask({ to_portfolio_id: "beta", instrument: "LONG", quantity: "-80" }),
    ];
    expect(answers.map((answer) => [answer.status, at(answer, "code")])).toEqual([
      [422, "POSITION_RESERVED"],
      [422, "CAPITAL_INSUFFICIENT"],
      [422, "TRANSFER_TO_SELF"],
      [422, "POSITION_INSUFFICIENT"],
    ]);
    expect(stage.seq).toBe(seq + 1);
  });
});
