import { EdgeStore, listen } from "@bulkhead/server";
import { expect, onTestFinished, test } from "vitest";
import { configOf, MINUTE, newFolder, openPaper, removeFolder } from "../desk/paper.ts";

type Answer = Readonly<{ status: number; code?: string; detail?: string; data: unknown }>;

async function served() {
  const folder = newFolder();
  const config = configOf(`
[account]
starting_cash = "150000"
[[portfolio]]
id = "plain"
starting_cash = "50000"
strategy = "sma-cross"
[[portfolio]]
id = "hands"
starting_cash = "50000"
`);
  const { desk, clock } = await openPaper({ folder, config });
  const store = new EdgeStore(":memory:");
  const listening = await listen(desk, { port: 0, store, strategies: (account) => desk.accounts.get(account)?.strategies });
  onTestFinished(async () => {
    await listening.close();
    await desk.stop();
    store.close();
    removeFolder(folder);
  });
  let keys = 0;
  const ask = async (path: string, body?: unknown, method = "PATCH"): Promise<Answer> => {
    keys += 1;
    const headers = { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": `k${keys}` };
    const response = await fetch(`${listening.url}${path}`, body === undefined ? {} : { method, headers, body: JSON.stringify(body) });
    return { status: response.status, ...((await response.json()) as { data: unknown }) };
  };
  return { ask, clock };
}

test("[HOSTS-13] S3.5: other params are loaded first and recorded then; what does not load changes nothing", async () => {
  const { ask, clock } = await served();
  const reason = "a slower average";
  const done = await ask("/api/strategies/plain", { params: { fast: 5, slow: 40, reserve: "3%" }, reason });
  expect(done).toMatchObject({
    status: 200,
    data: { strategy: "sma-cross", state: "running", warm_up: 40, params: { fast: 5, slow: 40, side: "long", reserve: "3%" } },
  });
  expect(await ask("/api/portfolios/plain")).toMatchObject({
    data: { strategy_type: "sma-cross", strategy_config: expect.stringContaining('"slow":40') },
  });
  clock.advance(2 * MINUTE);
  expect(await ask("/api/strategies?portfolio_id=plain")).toMatchObject({ data: [{ state: "running", faults: 0, params: { slow: 40 } }] });
  for (const params of [{ fast: 0 }, { fast: "5" }, { quick: 5 }, { fast: 50, slow: 40 }])
    expect(await ask("/api/strategies/plain", { params, reason })).toMatchObject({ status: 422, code: "STRATEGY_NOT_LOADED" });
  expect(await ask("/api/strategies?portfolio_id=plain")).toMatchObject({ data: [{ params: { fast: 5, slow: 40 } }] });
  expect(await ask("/api/strategies/plain", { params: {} })).toMatchObject({ status: 400 });
  expect(await ask("/api/strategies/nobody", { params: {}, reason })).toMatchObject({ status: 404, code: "PORTFOLIO_UNKNOWN" });
});

test("[HOSTS-13] a built-in takes the place of another, or of nobody; one that is stopped stays stopped", async () => {
  const { ask } = await served();
  const reason = "try it";
  expect(await ask("/api/strategies/plain", { strategy: "momentum", params: {}, reason })).toMatchObject({
    status: 200,
    data: { strategy: "momentum", state: "running" },
  });
  expect(await ask("/api/strategies/hands", { params: {}, reason })).toMatchObject({ status: 409, code: "STRATEGY_NOT_SET" });
  expect(await ask("/api/strategies/hands", { strategy: "no-such", params: {}, reason })).toMatchObject({ status: 422 });
  expect(await ask("/api/strategies/hands", { strategy: "buy-and-hold", params: {}, reason })).toMatchObject({
    data: { strategy: "buy-and-hold", state: "running" },
  });
  await ask("/api/strategies/hands/stop", { reason }, "POST");
  expect(await ask("/api/strategies/hands", { params: { fee_allowance: "2%" }, reason })).toMatchObject({
    data: { state: "stopped", params: { fee_allowance: "2%" } },
  });
});
