import { expect, test } from "vitest";
import { at, rows, Stage } from "./stage.ts";

test("[SYS-7] a person holds back and lets trade again, with who and why; the strictest holds", async () => {
  const stage = await Stage.open();
  const order = { portfolio_id: "alpha", instrument: "LONG", side: "buy", quantity: "50" };
  const held = await stage.post("/api/modes", { mode: "reduce_only", portfolio_id: "Alpha", reason: "merger" });
  expect([held.status, at(held, "data")]).toEqual([200, [{ scope: "portfolio:alpha", mode: "reduce_only", reason: "local: merger" }]]);
  const denied = await stage.post("/api/orders", order);
  expect([denied.status, at(denied, "detail"), at(denied, "receipt.rule_reason")]).toEqual([
    422,
    expect.stringContaining("The mode of the portfolio takes no such orders (reduce_only: local: merger)."),
    "reduce_only: local: merger",
  ]);
  expect((await stage.post("/api/orders", { ...order, portfolio_id: "beta" })).status).toBe(201);
  await stage.post("/api/modes", { mode: "read_only", reason: "look first" });
  expect(rows(await stage.ask("/api/modes"))).toHaveLength(2);
  await stage.post("/api/modes", { mode: "ready", reason: "looked" });
  const free = await stage.post("/api/modes", { mode: "ready", portfolio_id: "alpha", reason: "over" });
  expect(at(free, "data")).toEqual([]);
  expect((await stage.post("/api/orders", order)).status).toBe(201);
});

test("[SYS-7] SEC-6: a foreign portfolio's mode is not seen, and what makes no sense is refused", async () => {
  const stage = await Stage.open();
  await stage.post("/api/modes", { mode: "reduce_only", portfolio_id: "alpha", reason: "secret" });
  const { headers } = await stage.key(["read", "admin"], ["beta"]);
  expect(rows(await stage.ask("/api/modes", { headers }))).toEqual([]);
  const foreign = await stage.post("/api/modes", { mode: "ready", portfolio_id: "alpha", reason: "x" }, { headers });
  expect([foreign.status, at(foreign, "code")]).toEqual([404, "PORTFOLIO_UNKNOWN"]);
  expect((await stage.post("/api/modes", { mode: "ready", reason: "x" }, { headers })).status).toBe(403);
  for (const body of [
    { mode: "halted", reason: "x" },
    { mode: "ready" },
    { mode: "ready", reason: "x", portfolio_id: "beta", instrument: "SPY" },
  ])
    expect((await stage.post("/api/modes", body)).status).toBe(400);
});
