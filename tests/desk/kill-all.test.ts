import type { AccountId } from "@bulkhead/core";
import { EdgeStore, type Listening, listen, type OpenedDesk, RATES } from "@bulkhead/server";
import { expect, onTestFinished, test } from "vitest";
import { configOf, newFolder, openPaper, removeFolder } from "./paper.ts";

const TWO = configOf(`
[kill]
storm_orders = "never"
storm_account_orders = "never"
[[account]]
id = "main"
[[account]]
id = "second"
[[portfolio]]
id = "alpha"
account = "main"
[[portfolio]]
id = "beta"
account = "second"
`);

type Answer = Readonly<{ status: number; body: Readonly<Record<string, unknown>> }>;

/** A desk of two accounts behind a port, with the budgets that people get. */
async function open(
  now?: () => number,
): Promise<Readonly<{ desk: OpenedDesk; listening: Listening; ask: typeof ask; key: (actions: readonly string[]) => Promise<Headers> }>> {
  const folder = newFolder();
  const { desk } = await openPaper({ folder, config: TWO });
  const store = new EdgeStore(":memory:");
  const listening = await listen(desk, { port: 0, store, ...(now === undefined ? {} : { now }) });
  onTestFinished(async () => {
    await listening.close();
    await desk.stop();
    store.close();
    removeFolder(folder);
  });
  let n = 0;
  const ask = async (method: string, path: string, body?: unknown, headers: Headers = new Headers()): Promise<Answer> => {
    const all = new Headers(headers);
    all.set("X-Bulkhead-Client", "test");
    all.set("Content-Type", "application/json");
    all.set("Idempotency-Key", `key-${++n}`);
    const response = await fetch(`${listening.url}${path}`, {
      method,
      headers: all,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text) as Answer["body"] };
  };
  const key = async (actions: readonly string[]): Promise<Headers> => {
    const made = await ask("POST", "/api/keys?account_id=main", { name: "test", portfolios: "*", actions });
    return new Headers({ Authorization: `Bearer ${String((made.body["data"] as { secret: string }).secret)}` });
  };
  return { desk, listening, ask, key };
}

const accountsIn = ({ body }: Answer): readonly unknown[] =>
  (body["data"] as { accounts: { account_id: string; scope: string; level: string }[] }).accounts.map(
    ({ account_id, scope, level }) => `${account_id} ${scope} ${level}`,
  );

test("[WATCH-8] SEC-KILL 39: one request stops every account that the caller may stop, and lists who does not take it", async () => {
  const { desk, ask, key } = await open();
  const preview = await ask("POST", "/api/kill/all/preview", { level: "flatten" });
  expect(accountsIn(preview)).toEqual(["main account flatten", "second account flatten"]);
  expect([...desk.accounts.values()].map(({ state }) => state.kills.size)).toEqual([0, 0]);
  // A key belongs to one account, and stops no other.
  const headers = await key(["kill"]);
  expect(accountsIn(await ask("POST", "/api/kill/all", { level: "pause", reason: "mine" }, headers))).toEqual(["main account pause"]);
  desk.accounts.get("second" as AccountId)?.halt(new Error("BROKEN: a=1"));
  const engaged = await ask("POST", "/api/kill/all", { level: "cancel", reason: "fire" });
  expect(accountsIn(engaged)).toEqual(["main account cancel"]);
  expect((engaged.body["data"] as { not_taken: unknown }).not_taken).toMatchObject([{ account_id: "second", code: "DESK_HALTED" }]);
  const cleared = await ask("POST", "/api/kill/all/clear", { reason: "over" });
  expect(cleared.body["data"]).toEqual([
    { account_id: "main", cleared: true },
    { account_id: "second", cleared: false },
  ]);
  expect((await ask("POST", "/api/kill/all", { level: "cancel" })).status).toBe(400);
});

test("[WATCH-9] I24: no key clears a kill, whatever it may; a person does", async () => {
  const { desk, ask, key } = await open();
  const headers = await key(["read", "trade", "cancel", "kill", "admin"]);
  expect((await ask("POST", "/api/kill?account_id=main", { level: "pause", reason: "x" }, headers)).status).toBe(200);
  for (const path of ["/api/kill/clear?account_id=main", "/api/kill/all/clear"]) {
    const { status, body } = await ask("POST", path, { reason: "x" }, headers);
    expect([path, status, body["code"]]).toEqual([path, 403, "PERSON_REQUIRED"]);
  }
  expect(desk.accounts.get("main" as AccountId)?.state.kills.size).toBe(1);
  expect((await ask("POST", "/api/kill/clear?account_id=main", { reason: "looked at" })).status).toBe(200);
  expect(desk.accounts.get("main" as AccountId)?.state.kills.size).toBe(0);
});

test("[SEC-7] P9 SEC-WEB 23: at ten times its budget a caller's cancels and kills still come through at once", async () => {
  let now = Date.now();
  const { ask, key } = await open(() => now);
  const headers = await key(["read", "trade", "cancel", "kill"]);
  const reads: number[] = [];
  const stops: number[] = [];
  // A hundred requests a second where ten are allowed, for three seconds in which the desk's clock moves between rounds alone.
  for (let round = 0; round < 30; round++) {
    const flood = Array.from({ length: 10 }, () => ask("GET", "/api/pnl", undefined, headers));
    const kill = await ask("POST", "/api/kill", { level: "pause", reason: "load" }, headers);
    const cancel = await ask("POST", "/api/orders/1/cancel", {}, headers);
    stops.push(kill.status, cancel.status);
    for (const { status } of await Promise.all(flood)) reads.push(status);
    now += 100;
  }
  expect(reads.filter((status) => status === 429).length).toBe(300 - RATES.key.burst - 3 * RATES.key.perSecond + 1);
  expect(stops).toEqual(Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? 200 : 404))); // There is no order 1.
});
