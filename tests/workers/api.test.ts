import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EdgeStore, listen } from "@bulkhead/server";
import { afterEach, expect, test } from "vitest";
import { configOf, MINUTE, newFolder, openPaper, removeFolder, START } from "../desk/paper.ts";
import { PATIENT, STRATEGIES } from "./threads.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A desk with a strategy file and a built-in behind a real port. */
async function served() {
  const [folder, files] = [newFolder(), newFolder()];
  endings.push(
    () => removeFolder(folder),
    () => removeFolder(files),
  );
  const file = join(files, "paces.ts");
  copyFileSync(join(STRATEGIES, "paces.ts"), file);
  const config = configOf(`
[account]
starting_cash = "150000"
[[portfolio]]
id = "mine"
starting_cash = "50000"
symbols = ["ACME"]
strategy = "./paces.ts"
params = { pace = 3 }
[[portfolio]]
id = "plain"
starting_cash = "50000"
strategy = "sma-cross"
[[portfolio]]
id = "hands"
starting_cash = "50000"
`);
  const { desk, clock } = await openPaper({ folder, config, folders: { file: files, working: files }, threads: PATIENT });
  endings.push(() => desk.stop());
  const store = new EdgeStore(":memory:");
  endings.push(() => store.close());
  const strategies = (account: Parameters<typeof desk.accounts.get>[0]) => desk.accounts.get(account)?.strategies;
  const listening = await listen(desk, { port: 0, store, strategies });
  endings.push(() => listening.close());
  let keys = 0;
  const ask = async (path: string, body?: unknown) => {
    const headers = { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": `k${keys++}` };
    const response = await fetch(
      `${listening.url}${path}`,
      body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) },
    );
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    const parsed = (isJson ? JSON.parse(text) : {}) as Readonly<{ data: never; code?: string; detail?: string }>;
    return { status: response.status, text, ...parsed };
  };
  return { ask, clock, file };
}

test("[HOSTS-12] S3.3 S3.4 S3.5 strategies are shown with where they work, stopped, started and loaded anew one by one", async () => {
  const { ask, clock, file } = await served();
  clock.advance(4 * MINUTE);
  expect((await ask("/api/strategies")).data).toMatchObject([
    {
      portfolio_id: "mine",
      strategy: "paces",
      version: "1",
      code_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      params: { pace: 3 },
      source: "./paces.ts",
      host: "worker",
      state: "running",
      faults: 0,
      restarts: 0,
      last_evaluated_at: new Date(START + 4 * MINUTE).toISOString(),
      note: "",
    },
    { portfolio_id: "plain", strategy: "sma-cross", code_hash: null, source: "sma-cross", host: "in-process", state: "running" },
  ]);
  expect((await ask("/api/strategies?portfolio_id=plain")).data).toMatchObject([{ portfolio_id: "plain" }]);
  expect((await ask("/api/strategies?format=csv")).text).toContain("portfolio_id,strategy,version");

  const reason = { reason: "for the test" };
  expect((await ask("/api/strategies/mine/stop", reason)).data).toMatchObject({ state: "stopped", host: "none", note: "for the test" });
  expect((await ask("/api/strategies/mine/stop", reason)).data).toMatchObject({ state: "stopped" });
  expect((await ask("/api/strategies/mine/start", reason)).data).toMatchObject({ state: "running", host: "worker" });
  writeFileSync(file, "export default {");
  const refused = await ask("/api/strategies/mine/reload", reason);
  expect(refused).toMatchObject({
    status: 422,
    code: "STRATEGY_NOT_LOADED",
    detail: expect.stringContaining("STRATEGY_SYNTAX: path=./paces.ts"),
  });
  expect((await ask("/api/strategies?portfolio_id=mine")).data).toMatchObject([{ state: "running" }]);
  copyFileSync(join(STRATEGIES, "paces.ts"), file);
  expect((await ask("/api/strategies/mine/reload", reason)).data).toMatchObject({ state: "running", host: "worker" });
  expect((await ask("/api/strategies/plain/reload", reason)).data).toMatchObject({ state: "running", host: "in-process" });
  expect(await ask("/api/strategies/hands/stop", reason)).toMatchObject({ status: 409, code: "STRATEGY_NOT_SET" });
  expect(await ask("/api/strategies/nobody/stop", reason)).toMatchObject({ status: 404, code: "PORTFOLIO_UNKNOWN" });
  expect(await ask("/api/strategies/mine/stop", {})).toMatchObject({ status: 400 });
});

test("[HOSTS-12] the strategies that there are come with what a form needs", async () => {
  const { ask } = await served();
  const { data } = await ask("/api/strategies/types");
  expect(data).toHaveLength(4);
  expect(data).toContainEqual({
    name: "sma-cross",
    version: "1",
    description: expect.stringContaining("fast average"),
    bars: null,
    warm_up: 30,
    params: {
      type: "object",
      additionalProperties: false,
      properties: expect.objectContaining({
        fast: expect.objectContaining({ type: "integer", default: 10, minimum: 1 }),
        side: expect.objectContaining({ type: "string", enum: ["long", "both"], default: "long" }),
        reserve: expect.objectContaining({ type: "string", format: "percent", default: "2%", "x-minimum": "0%" }),
      }),
    },
  });
});
