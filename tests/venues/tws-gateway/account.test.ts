import { type Gateway, type GatewaySettings, manualClock, startGateway } from "@bulkhead/tws-gateway";
import { afterEach, expect, test } from "vitest";
import { nameOf, placeOrder, type RawClient, rawClient } from "./raw-client.ts";

const open: Gateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

async function at(settings: GatewaySettings = {}) {
  const clock = manualClock(Date.UTC(2026, 10, 20, 15));
  const gateway = await startGateway({ clock, prices: { AAPL: "200", MSFT: "400" }, ...settings });
  open.push(gateway);
  return { clock, gateway, control: gateway.control, raw: await rawClient(gateway) };
}

const contract = ["265598", "AAPL", "STK", "", "0", "", "", "SMART", "", "USD", "", ""] as const;
const values = (frames: readonly (readonly string[])[], id: string, key: number) =>
  Object.fromEntries(frames.filter(([one]) => one === id).map((fields) => [`${fields[key]} ${fields[key + 2]}`, fields[key + 1]]));

test("[TWSG-44] S3.5: account values, what is held, and both again when they change; cash is told to the cent", async () => {
  const { raw, control } = await at({
    cash: { USD: "1000.005", EUR: "20" },
    positions: [{ symbol: "MSFT", quantity: "-2", averageCost: "410" }],
  });
  control.rate("EUR", "1.1");
  raw.send(6, 2, 1, "DU1234567");
  const said = await raw.until(([id]) => id === "54");
  expect(values(said, "6", 2)).toMatchObject({
    ...{ "CashBalance USD": "1000.01", "CashBalance EUR": "20.00", "CashBalance BASE": "1022.005", "ExchangeRate EUR": "1.1" },
    ...{ "NetLiquidation USD": "222.01", "TotalCashValue USD": "1022.01", "AccountReady ": "true" },
  });
  expect(said.filter(([id]) => id === "7").map((fields) => fields.slice(3, 4).concat(fields.slice(13, 19)))).toEqual([
    ["MSFT", "-2", "400.0", "-800.0", "410.0", "20.0", "0.0"],
  ]);
  raw.send(61, 1);
  await raw.until(([id]) => id === "62");
  control.cash("USD", "-0.015", "fee");
  control.split("MSFT", "2");
  const news = await raw.settle();
  expect(values(news, "6", 2)["CashBalance USD"]).toBe("999.99");
  expect(news.filter(([id]) => id === "61").map((fields) => fields.slice(14))).toEqual([["-4", "205.0"]]);
  expect(control.truth().entries.at(-1)).toMatchObject({ amount: "-0.015", reason: "fee" });
});

test("[TWSG-44] summaries tell the tags that were asked for, and the ledger of all currencies", async () => {
  const { raw } = await at({ cash: { USD: "10", EUR: "5" } });
  raw.send(62, 1, 9, "All", "NetLiquidation,$LEDGER:ALL");
  const said = await raw.until(([id]) => id === "64");
  expect(Object.keys(values(said, "63", 4)).filter((key) => key.includes("CashBalance"))).toHaveLength(6);
  expect(values(said, "63", 4)["NetLiquidation USD"]).toBe("15.00");
  raw.send(76, 1, 10, "DU1234567", "", 1);
  expect((await raw.until(([id]) => id === "74")).filter(([id]) => id === "73").length).toBeGreaterThan(15);
});

test("[TWSG-43] Z07: executions are those of the day in the gateway's zone, through the filter; the truth has all", async () => {
  const { raw, clock, control } = await at({ masterClient: 1 });
  raw.send(...placeOrder(193, 1, { reference: "old" }));
  await raw.settle();
  clock.advanceTo(Date.UTC(2026, 10, 21, 4, 59));
  control.trade({ symbol: "MSFT", side: "SELL", quantity: "3", price: "400", reference: "late", client: 5 });
  const ask = async (client: RawClient, ...filter: readonly (string | number)[]): Promise<readonly (string | undefined)[]> => {
    client.send(7, 3, 9, ...filter);
    return (await client.until(([id]) => id === "55")).filter(([id, reqId]) => id === "11" && reqId === "9").map((fields) => fields[26]);
  };
  const all = ["", "", "", "", "", ""] as const;
  expect(await ask(raw, 0, ...all)).toEqual(["old", "late"]);
  expect(await ask(raw, 5, ...all)).toEqual(["late"]);
  expect(await ask(raw, 0, "", "20261120-15:00:01", "", "", "", "")).toEqual(["late"]);
  expect(await ask(raw, 0, "", "20261120 10:00:01", "", "", "", "")).toEqual(["late"]);
  expect(await ask(raw, 0, "", "", "AAPL", "STK", "", "BUY")).toEqual(["old"]);
  expect(await ask(raw, 0, "U1", "", "", "", "", "")).toEqual([]);
  clock.advance(60_000); // Midnight in New York.
  expect(await ask(raw, 0, ...all)).toEqual([]);
  expect(control.truth().executions).toHaveLength(2);
});

test("[TWSG-50] prices by side and size, again as they change; snapshots end; what is cancelled is quiet", async () => {
  const { raw, control } = await at();
  raw.send(1, 11, 5, ...contract, "0", "", "0", "0", "");
  const told = (frames: readonly (readonly string[])[]) => frames.filter(([id]) => id === "1").map((fields) => fields.slice(3, 6));
  const first = await raw.settle();
  expect(first.slice(0, 2).map(([id]) => id)).toEqual(["81", "58"]);
  expect(told(first)).toEqual([
    ["1", "199.99", "1000"],
    ["2", "200.01", "1000"],
    ["4", "200", "1000"],
  ]);
  control.quote("AAPL", { bid: "198", ask: null, bidSize: "7" });
  expect(told(await raw.settle())[0]).toEqual(["1", "198", "7"]);
  raw.send(1, 11, 6, ...contract, "0", "", "1", "0", "");
  expect((await raw.settle()).at(-1)?.[0]).toBe("57");
  raw.send(2, 1, 5);
  await raw.settle();
  control.quote("AAPL", { bid: "197" });
  expect(await raw.settle()).toEqual([]);
});

test("[TWSG-50] S3.11: without a subscription 354, delayed where the client takes it, 10197 where another session has the data", async () => {
  const { raw, control } = await at({ rights: "delayed" });
  const ask = async (): Promise<readonly string[]> => {
    raw.send(1, 11, 5, ...contract, "0", "", "1", "0", "");
    return (await raw.settle()).map((fields) => (fields[0] === "1" ? `tick:${fields[3]}` : nameOf(fields)));
  };
  expect(await ask()).toEqual(["error:354"]);
  raw.send(59, 1, 3);
  expect(await ask()).toEqual([
    "error:10167",
    "message:81",
    "message:58",
    "tick:66",
    "message:2",
    "tick:67",
    "message:2",
    "tick:68",
    "message:2",
    "message:57",
  ]);
  control.fault({ fault: "competing-session" });
  expect(await ask()).toEqual(["error:10197"]);
  control.rights("none", "AAPL");
  expect(await ask()).toEqual(["error:354"]);
});

test("[TWSG-51] contracts by id and by name, with hours, tick, rule and sizes; unknown ones are 200", async () => {
  const { raw } = await at();
  raw.send(9, 8, 4, 0, "QQQ", "", "", 0, "", "", "", "", "USD", "", "", 0, "", "", "");
  const found = (await raw.until(([id]) => id === "52")).filter(([id]) => id === "10");
  expect(found.map((fields) => [fields[3], fields[13], fields[14]])).toEqual([
    ["STK", "320227571", "0.01"],
    ["OPT", "728937835", "0.01"],
  ]);
  expect(found[0]?.[28]).toBe(
    "20261120:0930-20261120:1600;20261121:CLOSED;20261122:CLOSED;20261123:0930-20261123:1600;20261124:0930-20261124:1600",
  );
  raw.send(9, 8, 5, 0, "NOPE", "STK", "", 0, "", "", "", "", "USD", "", "", 0, "", "", "");
  raw.send(91, 26);
  raw.send(91, 1);
  raw.send(81, 6, "micro");
  const said = await raw.settle();
  expect(said.map(nameOf)).toEqual(["error:200", "message:93", "error:321", "message:79"]);
  expect(said[1]).toEqual(["93", "26", "2", "0", "0.0001", "1", "0.01"]);
  expect(said[3]?.slice(0, 9)).toEqual(["79", "6", "2", "272093", "MSFT", "STK", "NASDAQ", "USD", "0"]);
});

test("[TWSG-52] bars as they were given, else a quiet past around the price; they go on with the prices", async () => {
  const { raw, control, clock } = await at();
  const ask = async (reqId: number, duration: string, size: string, keep: 0 | 1): Promise<readonly string[] | undefined> => {
    raw.send(20, reqId, ...contract, 0, "", size, duration, 1, "TRADES", 1, keep, "");
    return (await raw.settle())[0];
  };
  const quiet = await ask(1, "1 D", "1 hour", 0);
  expect([quiet?.[4], quiet?.[5], quiet?.slice(-8, -7)[0]]).toEqual(["24", "20261119 11:00:00 US/Eastern", "20261120 10:00:00 US/Eastern"]);
  control.bars("AAPL", [{ at: clock.now() - 60_000, open: "1", high: "3", low: "0.5", close: "2", volume: "10" }]);
  expect((await ask(2, "600 S", "1 min", 1))?.slice(4)).toEqual([
    ...["1", "20261120 09:59:00 US/Eastern", "1", "3", "0.5", "2", "10", "1.5", "1"],
  ]);
  raw.send(50, 3, 7, ...contract, 5, "TRADES", 1, "");
  await raw.settle();
  control.quote("AAPL", { last: "201" });
  expect((await raw.settle()).map(([id]) => id)).toEqual(["90"]);
  raw.send(87, 8, ...contract, 0, 1, "TRADES", 1);
  expect((await raw.settle())[0]).toEqual(["88", "8", "19801212-14:30:00"]);
  expect((await ask(3, "one day", "1 min", 0))?.[3]).toBe("321");
});
