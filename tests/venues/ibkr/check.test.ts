import { createServer } from "node:net";
import { type GatewaySettings, startGateway } from "@bulkhead/tws-gateway";
import { type CheckResult, checkIbkr, type IbkrCheckOptions } from "@bulkhead/venues";
import { describe, expect, onTestFinished, test } from "vitest";
import { startRawGateway } from "./raw-gateway.ts";

async function check(settings: GatewaySettings = {}, more: Partial<IbkrCheckOptions> = {}): Promise<ReadonlyMap<string, CheckResult>> {
  const gateway = await startGateway({ prices: { AAPL: "201.94" }, ...settings });
  onTestFinished(() => gateway.close());
  const options = { host: gateway.host, port: gateway.port, clientId: 7, expectedAccount: "DU1234567", mode: "paper" as const };
  const results = await checkIbkr({ ...options, zone: "America/New_York", answerMs: 2_000, ...more });
  return new Map(results.map((each) => [each.check, each]));
}

describe("what must be so before an account is traded", () => {
  test("[IBKR-90] everything is right, and nothing is to be done", async () => {
    const results = await check();
    expect([...results.values()].filter(({ ok, todo }) => ok !== true || todo !== "")).toEqual([]);
    expect([...results.keys()]).toEqual([
      ...["port", "api", "client-id", "account", "time-zone", "orders", "positions", "cash", "market-data", "competing-session"],
    ]);
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["another account",       { announced: ["DU7654321"] },                              {},                                        "account",           false, /Log in/],
    ["live expected",         {},                                                        { mode: "live" as const },                 "account",           false, /mode/],
    ["client id in use",      { faults: [{ fault: "client-id-in-use" as const }] },      {},                                        "client-id",         false, /client_id/],
    ["no market data",        { rights: "none" as const },                               {},                                        "market-data",       false, /Market Data Subscriptions/],
    ["competing session",     { faults: [{ fault: "competing-session" as const }] },     {},                                        "competing-session", false, /Log the same user out/],
    ["another zone",          {},                                                        { zone: "Asia/Tokyo" },                    "time-zone",         false, /time_zone/],
  ] as const)("[IBKR-90] %s is seen, with what to click", async (_, settings, more, name, ok, todo) => {
    const found = (await check(settings as GatewaySettings, more)).get(name);
    expect(found?.ok).toBe(ok);
    expect(found?.todo).toMatch(todo);
  });

  test("[IBKR-90] S3.4 client ids of their own are tried too, and whichever is not free is named", async () => {
    expect((await check({}, { extraClients: [8, 9] })).get("own-client-ids")).toEqual({
      ...{ check: "own-client-ids", ok: true, says: "Client ids 8, 9 are free as well.", todo: "" },
    });
    const taken = await check({ faults: [{ fault: "client-id-in-use", client: 9 }] }, { extraClients: [8, 9] });
    expect(taken.get("own-client-ids")).toMatchObject({
      ok: false,
      says: expect.stringMatching(/^Client id 9 .*326/),
      todo: expect.stringContaining("[[account.ibkr.client]]"),
    });
    expect(taken.get("client-id")?.ok).toBe(true);
    const none = await check({ announced: ["DU7654321"] }, { extraClients: [8] });
    expect(none.get("own-client-ids")?.ok).toBe(null);
  });

  test("[IBKR-90] a ticked Read-Only box is seen by code 321, which names no question", async () => {
    const raw = await startRawGateway((fields, say) => {
      if (fields[0] === "16")
        say(4, 2, -1, 321, "Error validating request.-'cp' : cause - The API interface is currently in Read-Only mode.", "");
      return fields[0] === "16";
    });
    onTestFinished(() => raw.close());
    const results = await check({}, { host: "127.0.0.1", port: raw.port, answerMs: 300 });
    expect(results.get("orders")).toMatchObject({ ok: false, todo: expect.stringContaining("Read-Only API") });
    expect(results.get("positions")?.ok).toBe(true);
  });

  test("[IBKR-90] nothing listens: the port is wrong, and nothing else is looked at", async () => {
    const gateway = await startGateway();
    await gateway.close();
    const results = await check({}, { port: gateway.port });
    expect(results.get("port")).toMatchObject({ ok: false, todo: expect.stringContaining("4002") });
    expect([...results.values()].slice(1).every(({ ok }) => ok === null)).toBe(true);
  });

  test("[IBKR-90] something else listens there: the API is not switched on", async () => {
    const server = createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const results = await check({}, { port, answerMs: 300 });
    expect(results.get("port")?.ok).toBe(true);
    expect(results.get("api")).toMatchObject({ ok: false, todo: expect.stringContaining("Enable ActiveX") });
  });
});
