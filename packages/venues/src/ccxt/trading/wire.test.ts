import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type TestContext, test } from "vitest";
import { Budget } from "./budget.ts";
import { profileOf } from "./exchanges.ts";
import { type Call, calls, wireOf } from "./wire.ts";

type Answer = Readonly<{ status?: number; body?: string; headers?: Record<string, string> }>;

async function serverOf(context: TestContext, { status = 200, body = "{}", headers = {} }: Answer): Promise<string> {
  const server = createServer((_, response) => void response.writeHead(status, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** One request through the wire; what is known of it afterwards. */
async function ask(
  url: string,
  exchange: string,
  method: string,
  more: Readonly<{ hosts?: string[]; isSandbox?: boolean; headers?: Record<string, string> }> = {},
) {
  const silences: number[] = [];
  const hosts = new Set(more.hosts ?? [new URL(url).host]);
  const budget = new Budget(1);
  const wire = wireOf({
    profile: profileOf(exchange),
    budget,
    hosts: () => hosts,
    isSandbox: more.isSandbox ?? false,
    onHeard: () => {},
    onSilence: (ms) => void silences.push(ms),
  });
  const call: Call = { lane: "order", notAfter: 0, mayHaveLeft: false, status: null, body: undefined };
  const error = await calls.run(call, () =>
    wire(url, { method, headers: more.headers ?? {} }).then(
      () => undefined,
      (cause: unknown) => cause,
    ),
  );
  return { call, error, silences, isSilent: budget.silentUntil > Date.now() };
}

test("[CCXT-35] a connection that was never made carried nothing; one that broke may have", async (context) => {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise<void>((resolve) => gone.close(() => resolve()));
  const refused = await ask(`http://127.0.0.1:${port}/`, "binance", "POST");
  expect([refused.error instanceof TypeError, refused.call.mayHaveLeft]).toEqual([true, false]);
  const broken = createServer((request) => void request.socket.destroy());
  await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
  context.onTestFinished(() => void broken.close());
  const cut = await ask(`http://127.0.0.1:${(broken.address() as AddressInfo).port}/`, "binance", "POST");
  expect([cut.error instanceof TypeError, cut.call.mayHaveLeft]).toEqual([true, true]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.for([
  ["binance",  "/api/v3/order",      "<html></html>",                 "Unreadable"],
  ["binance",  "/api/v3/openOrders", "{}",                            "Unreadable"],
  ["binance",  "/api/v3/openOrders", "[]",                            undefined],
  ["binance",  "/api/v3/order",      '{"orderId":1',                  "Unreadable"],
  ["bybit",    "/v5/order/realtime", "{}",                            "Unreadable"],
  ["bybit",    "/v5/order/realtime", '{"retCode":0,"result":{}}',     undefined],
  ["okx",      "/api/v5/trade/x",    '{"data":[]}',                   "Unreadable"],
  ["kraken",   "/0/private/X",       '{"result":{}}',                 "Unreadable"],
  ["kraken",   "/0/private/X",       "",                              "Unreadable"],
] as const)("[CCXT-40] N6, N8: %s %s answers %s", async ([exchange, path, body, name], context) => {
  const { error } = await ask((await serverOf(context, { body })) + path, exchange, "GET");
  expect(error instanceof Error ? error.name : error).toBe(name);
});

test("[CCXT-44] B28: nothing goes to another address, to the sandbox without its mark, or with it to real money", async (context) => {
  const url = await serverOf(context, { body: '{"code":"0"}' });
  for (const more of [{ hosts: ["elsewhere:1"] }, { isSandbox: true }, { headers: { "x-simulated-trading": "1" } }]) {
    const { error, call } = await ask(url, "okx", "POST", more);
    expect([error instanceof Error ? error.name : error, call.mayHaveLeft]).toEqual(["WrongAddress", false]);
  }
  expect((await ask(url, "okx", "POST", { isSandbox: true, headers: { "x-simulated-trading": "1" } })).error).toBeUndefined();
});

test("[CCXT-33] a redirect is never followed: an order goes to one address, once", async (context) => {
  const elsewhere = await serverOf(context, {});
  const { error, call } = await ask(await serverOf(context, { status: 307, headers: { location: elsewhere } }), "binance", "POST");
  expect([error instanceof TypeError, call.mayHaveLeft]).toEqual([true, true]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.for([
  [429, { "retry-after": "3" },   3_000],
  [418, {},                     120_000],
  [429, {},                      10_000],
  [503, { "retry-after": "1" },   1_000],
  [503, {},                   undefined],
  [400, { "retry-after": "5" }, undefined],
] as const)("[CCXT-41] B19: HTTP %s with %o is silence of %s ms", async ([status, headers, ms], context) => {
  const { silences, isSilent } = await ask(await serverOf(context, { status, headers }), "binance", "GET");
  expect([silences, isSilent]).toEqual(ms === undefined ? [[], false] : [[ms], true]);
});
