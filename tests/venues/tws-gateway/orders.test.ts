import { type Gateway, type GatewaySettings, manualClock, startGateway } from "@bulkhead/tws-gateway";
import { afterEach, describe, expect, test } from "vitest";
import { nameOf, placeOrder, type RawClient, type RawOrder, rawClient } from "./raw-client.ts";

const open: Gateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

/** A gateway at AAPL 201.90 to 201.94 with one client, and what each order made it say. */
async function at(settings: GatewaySettings = {}, client = 1) {
  const gateway = await startGateway(settings);
  open.push(gateway);
  gateway.control.quote("AAPL", { bid: "201.90", ask: "201.94", last: "201.92" });
  const raw = await rawClient(gateway, client);
  const place = async (orderId: number, order: RawOrder): Promise<readonly string[]> => {
    raw.send(...placeOrder(193, orderId, order));
    return (await raw.settle()).map(nameOf);
  };
  return { gateway, control: gateway.control, raw, place, said: async () => (await raw.settle()).map(nameOf) };
}

const order = ({ control }: Gateway, orderId: number) => control.truth().orders.find((one) => one.orderId === orderId);
const cancel = (raw: RawClient, orderId: number): void => raw.send(4, orderId, "", "", "2147483647");

describe("what orders do", () => {
  test("[TWSG-20] a market order: taken, traded, filled, its commission last", async () => {
    const { place, gateway } = await at();
    expect(await place(1, { reference: "r1" })).toEqual([
      ...[
        "openOrder:PreSubmitted",
        "orderStatus:PreSubmitted",
        "execDetails",
        "openOrder:Filled",
        "orderStatus:Filled",
        "commissionReport",
      ],
    ]);
    expect(order(gateway, 1)).toMatchObject({ filled: "100", averagePrice: "201.94", commission: "1", reference: "r1" });
  });

  test("[TWSG-21] a limit trades at the other side when it comes in, and at its own price when the price comes to it", async () => {
    const { place, control, said, gateway } = await at();
    await place(1, { type: "LMT", limit: "205" });
    expect(await place(2, { type: "LMT", limit: "200" })).toEqual(["openOrder:Submitted", "orderStatus:Submitted"]);
    control.quote("AAPL", { bid: "199.50", ask: "199.60" });
    expect(await said()).toContain("orderStatus:Filled");
    expect([order(gateway, 1)?.averagePrice, order(gateway, 2)?.averagePrice]).toEqual(["201.94", "200"]);
  });

  test("[TWSG-22] a stop waits with its trigger; a stop-limit may then still wait for its price", async () => {
    const { place, control, raw, said, gateway } = await at();
    raw.send(...placeOrder(193, 1, { type: "STP", aux: "205" }));
    const [, status] = await raw.settle();
    expect([status?.[2], status?.[10]]).toEqual(["PreSubmitted", "trigger"]);
    await place(2, { type: "STP LMT", aux: "205", limit: "205.10" });
    control.quote("AAPL", { bid: "205.20", ask: "205.30", last: "205.25" });
    expect(await said()).toEqual([
      ...["orderStatus:Submitted", "execDetails", "openOrder:Filled", "orderStatus:Filled", "commissionReport", "orderStatus:Submitted"],
    ]);
    expect([order(gateway, 1)?.averagePrice, order(gateway, 2)?.status]).toEqual(["205.3", "Submitted"]);
  });

  test("[TWSG-23] a trailing stop follows the price by amount or percent, and never back", async () => {
    const { place, control, gateway } = await at();
    await place(1, { action: "SELL", type: "TRAIL", aux: "2" });
    await place(2, { action: "SELL", type: "TRAIL LIMIT", trailPercent: "10", offset: "0.5" });
    for (const last of ["210", "208.5"]) control.quote("AAPL", { bid: last, ask: last, last });
    expect([order(gateway, 1)?.status, order(gateway, 2)?.stop]).toEqual(["PreSubmitted", "189"]);
    expect(order(gateway, 1)?.stop).toBe("208");
    control.quote("AAPL", { bid: "207.9", ask: "208", last: "207.9" });
    expect(order(gateway, 1)).toMatchObject({ status: "Filled", averagePrice: "207.9" });
  });

  test("[TWSG-24] what cannot trade at once: IOC is cancelled, FOK goes inactive, as seen live", async () => {
    const { place, control, gateway } = await at();
    expect(await place(1, { type: "LMT", limit: "150", tif: "IOC" })).toEqual([
      "openOrder:Submitted",
      "orderStatus:PendingCancel",
      "orderStatus:Cancelled",
    ]);
    control.quote("AAPL", { bid: "201.90", ask: "201.94", askSize: "40" });
    expect(await place(2, { type: "LMT", limit: "205", tif: "FOK" })).toEqual(["openOrder:Submitted", "orderStatus:Inactive"]);
    await place(3, { type: "LMT", limit: "205", tif: "IOC" });
    expect([2, 3].map((id) => order(gateway, id)?.filled)).toEqual(["0", "40"]);
  });

  test("[TWSG-25] orders of the day end with the day, dated ones at their instant by the gateway's clock, others stay", async () => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 15));
    const { place, control, gateway, said } = await at({ clock });
    await place(1, { type: "LMT", limit: "150" });
    await place(2, { type: "LMT", limit: "150", tif: "GTC" });
    await place(3, { type: "LMT", limit: "150", tif: "GTD", goodTill: "20261120 10:30:00 US/Eastern" });
    clock.advance(29 * 60_000);
    expect(order(gateway, 3)?.status).toBe("Submitted");
    clock.advance(60_000);
    expect(await said()).toEqual(["orderStatus:Cancelled", "error:202"]);
    control.endDay();
    expect([1, 2, 3].map((id) => order(gateway, id)?.status)).toEqual(["Cancelled", "Submitted", "Cancelled"]);
  });

  test("[TWSG-26] S3.20: in a group one trade cancels the others, or takes its quantity from them", async () => {
    const { place, control, gateway } = await at();
    for (const id of [1, 2]) await place(id, { type: "LMT", limit: `${200 - id}`, oca: "a", ocaType: 1 });
    for (const id of [3, 4]) await place(id, { type: "LMT", limit: `${190 - id}`, oca: "b", ocaType: 3 });
    control.fill({ permId: order(gateway, 1)?.permId ?? 0 }, { quantity: "10", price: "199" });
    control.fill({ permId: order(gateway, 3)?.permId ?? 0 }, { quantity: "30", price: "187" });
    expect([2, 4].map((id) => [order(gateway, id)?.status, order(gateway, id)?.quantity])).toEqual([
      ["Cancelled", "100"],
      ["Submitted", "70"],
    ]);
  });

  test("[TWSG-27] children wait for all of their parent, then for each other; they go with it", async () => {
    const { place, control, gateway, raw } = await at();
    await place(1, { type: "LMT", limit: "200", transmit: false });
    await place(2, { action: "SELL", type: "LMT", limit: "210", parent: 1, transmit: false });
    raw.send(...placeOrder(193, 3, { action: "SELL", type: "STP", aux: "190", parent: 1 }));
    const said = await raw.settle();
    expect(said.filter(([id]) => id === "3").map((fields) => [fields[1], fields[2], fields[10]])).toEqual([
      ["1", "Submitted", ""],
      ["2", "PreSubmitted", "child"],
      ["3", "PreSubmitted", "child"],
    ]);
    control.quote("AAPL", { bid: "199.9", ask: "199.95", last: "199.9" });
    expect([1, 2, 3].map((id) => order(gateway, id)?.status)).toEqual(["Filled", "Submitted", "PreSubmitted"]);
    control.quote("AAPL", { bid: "210.1", ask: "210.2", last: "210.1" });
    expect([2, 3].map((id) => order(gateway, id)?.status)).toEqual(["Filled", "Cancelled"]);
    await place(4, { type: "LMT", limit: "200", transmit: false });
    await place(5, { action: "SELL", type: "LMT", limit: "220", parent: 4 });
    cancel(raw, 4);
    await raw.settle();
    expect([4, 5].map((id) => order(gateway, id)?.status)).toEqual(["Cancelled", "Cancelled"]);
    expect(await place(6, { parent: 99 })).toEqual(["error:135"]);
  });

  test("[TWSG-28] of an order that is not transmitted nobody hears anything", async () => {
    const { place } = await at();
    expect(await place(1, { type: "LMT", limit: "150", transmit: false })).toEqual([]);
    expect(await place(1, { type: "LMT", limit: "150", transmit: true })).toEqual(["openOrder:Submitted", "orderStatus:Submitted"]);
  });

  test("[TWSG-29] the same id again changes an order in place; of a filled one not a word is said", async () => {
    const { place, gateway } = await at();
    await place(1, { type: "LMT", limit: "150", reference: "r" });
    const before = order(gateway, 1)?.permId;
    expect(await place(1, { type: "LMT", limit: "202", quantity: "60", reference: "r" })).toContain("orderStatus:Filled");
    expect(order(gateway, 1)).toMatchObject({ permId: before, filled: "60" });
    expect(await place(1, { type: "LMT", limit: "203", quantity: "90", reference: "r" })).toEqual([]);
    expect(gateway.control.truth().sends).toEqual({ r: { frames: 3, orders: 1 } });
    await place(2, { type: "LMT", limit: "150" });
    expect(await place(2, { type: "LMT", action: "SELL", limit: "250" })).toEqual(["error:105"]);
  });

  test("[TWSG-30] a cancellation is pending, done, and confirmed by 202; what cannot be cancelled is said", async () => {
    const { place, raw, said } = await at();
    await place(1, { type: "LMT", limit: "150" });
    cancel(raw, 1);
    expect(await said()).toEqual(["orderStatus:PendingCancel", "orderStatus:Cancelled", "error:202"]);
    cancel(raw, 1);
    cancel(raw, 77);
    expect(await said()).toEqual(["error:10148", "error:10147"]);
    expect(await place(1, { type: "LMT", limit: "151" })).toEqual(["error:103"]);
    for (const id of [2, 3]) await place(id, { type: "LMT", limit: "150" });
    raw.send(58, "", "2147483647");
    expect(await said()).toEqual(["orderStatus:Cancelled", "error:202", "orderStatus:Cancelled", "error:202"]);
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["an unknown type",          { type: "FEELINGS" },                                321],
    ["a type it lacks a price",  { type: "LMT" },                                     321],
    ["an algorithm",             { algo: "Adaptive" },                                321],
    ["legs",                     { secType: "BAG" },                                  321],
    ["another account",          { account: "U7654321" },                             321],
    ["an unknown contract",      { symbol: "ZZZZNONE" },                              200],
    ["a price between ticks",    { type: "LMT", limit: "150.005" },                   110],
    ["nothing",                  { quantity: "0" },                                   434],
    ["a part of a share",        { quantity: "1.5" },                               10243],
    ["no last day",              { type: "LMT", limit: "150", tif: "GTD" },           391],
  ] as const)("[TWSG-31] S3.18: %s is refused with its code, and no order is there", async (_what, asked, code) => {
    const { place, gateway } = await at();
    expect(await place(1, asked)).toEqual([`error:${code}`]);
    expect(gateway.control.truth().orders).toEqual([]);
  });

  test("[TWSG-32] what the account cannot pay is an inactive order and 201", async () => {
    const { place, gateway } = await at({ cash: { USD: "1000" } });
    expect(await place(1, {})).toEqual(["openOrder:Inactive", "orderStatus:Inactive", "error:201"]);
    expect(order(gateway, 1)).toMatchObject({ status: "Inactive", filled: "0" });
  });

  test("[TWSG-33] an order takes the visible size, the rest waits for a new quote; a script says otherwise", async () => {
    const { place, control, gateway } = await at();
    control.quote("AAPL", { bid: "201.90", ask: "201.94", askSize: "30" });
    await place(1, {});
    expect(order(gateway, 1)).toMatchObject({ filled: "30", status: "Submitted" });
    control.quote("AAPL", { ask: "202", askSize: "500" });
    expect(order(gateway, 1)).toMatchObject({ filled: "100", averagePrice: "201.982" });
    control.fault({ fault: "partial", quantities: ["20", "5"] });
    await place(2, {});
    expect(order(gateway, 2)).toMatchObject({ filled: "25", leaves: "75" });
  });

  test("[TWSG-34] a trade is a fact: it comes also to an order that ended, and also by hand without a reference", async () => {
    const { place, control, raw, said, gateway } = await at({ masterClient: 1 });
    control.manual("AAPL");
    await place(1, { type: "LMT", limit: "202" });
    expect(order(gateway, 1)?.filled).toBe("0");
    cancel(raw, 1);
    await said();
    control.fill({ permId: order(gateway, 1)?.permId ?? 0 }, { quantity: "40", price: "201.5" });
    expect(await said()).toContain("execDetails");
    expect(order(gateway, 1)).toMatchObject({ status: "Cancelled", filled: "40" });
    const execution = control.trade({ symbol: "AAPL", side: "SELL", quantity: "15", price: "203" });
    const told = (await raw.settle()).find(([id]) => id === "11");
    expect([told?.[14], told?.[22], told?.[26]]).toEqual([execution, "0", ""]);
    expect(control.truth().positions).toEqual([expect.objectContaining({ symbol: "AAPL", quantity: "25" })]);
  });

  test("[TWSG-35] an order that only asks what if says its commission, and is none", async () => {
    const { place, gateway } = await at();
    expect(await place(1, { whatIf: true })).toEqual(["openOrder:PreSubmitted"]);
    expect(gateway.control.truth().orders).toEqual([]);
  });

  test("[TWSG-36] S3.9: with the read-only switch on orders are not told either; positions and executions are", async () => {
    const { raw, control } = await at({ readOnly: true });
    for (const ask of [
      [5, 1],
      [16, 1],
      [15, 1, 1],
      [99, 0],
    ] as const)
      raw.send(...ask);
    const frames = await raw.settle();
    const refused = frames.filter(([id, , , code]) => id === "4" && code === "321");
    expect(refused.map((fields) => fields[2])).toEqual(["-1", "-1", "-1", "-1"]);
    expect(frames.some(([id]) => id === "53" || id === "102")).toBe(false);
    raw.send(61, 1);
    await raw.until(([id]) => id === "62");
    control.readOnly(false);
    raw.send(16, 1);
    await raw.until(([id]) => id === "53");
  });

  test("[TWSG-36] S3.9: with the read-only switch on no order is taken", async () => {
    const { place, control } = await at({ readOnly: true });
    expect(await place(1, {})).toEqual(["error:321"]);
    control.readOnly(false);
    expect(await place(2, {})).toContain("orderStatus:Filled");
  });
});
