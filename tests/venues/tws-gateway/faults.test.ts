import { type Fault, type Gateway, type GatewaySettings, manualClock, startGateway } from "@bulkhead/tws-gateway";
import { afterEach, describe, expect, test } from "vitest";
import { nameOf, placeOrder, type RawClient, type RawOrder, rawClient } from "./raw-client.ts";

const open: Gateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

async function at(faults: readonly Fault[], settings: GatewaySettings = {}) {
  const clock = manualClock(Date.UTC(2026, 10, 20, 15));
  const gateway = await startGateway({ clock, prices: { AAPL: "200" }, faults, ...settings });
  open.push(gateway);
  const raw = await rawClient(gateway);
  const place = async (orderId: number, order: RawOrder = {}): Promise<readonly string[]> => {
    raw.send(...placeOrder(193, orderId, order));
    return (await raw.settle()).map(nameOf);
  };
  const news = async (): Promise<readonly (readonly string[])[]> => raw.settle();
  return { clock, gateway, control: gateway.control, raw, place, news, said: async () => (await news()).map(nameOf) };
}

const FILLED = [
  "openOrder:PreSubmitted",
  "orderStatus:PreSubmitted",
  "execDetails",
  "openOrder:Filled",
  "orderStatus:Filled",
  "commissionReport",
];
const without = (...names: string[]): string[] => FILLED.filter((name) => !names.includes(name));
const executions = async (raw: RawClient): Promise<readonly (readonly string[])[]> => {
  raw.send(7, 3, 9, 0, "", "", "", "", "", "");
  return raw.until(([id]) => id === "55");
};

describe("what goes wrong with messages", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["Z10: an execution twice",        { fault: "duplicate", message: "execDetails" },          [...FILLED.slice(0, 3), ...FILLED.slice(2)]],
    ["an execution never",             { fault: "lose", message: "execDetails" },               without("execDetails")],
    ["the second status never",        { fault: "lose", message: "orderStatus", nth: 2 },       without("orderStatus:Filled")],
    ["no status at all",               { fault: "lose", message: "orderStatus", times: "always" }, without("orderStatus:Filled", "orderStatus:PreSubmitted")],
    ["Filled before its execution",    { fault: "status-first" },                               [...FILLED.slice(0, 2), "openOrder:Filled", "orderStatus:Filled", "execDetails", "commissionReport"]],
    ["a commission never",             { fault: "commission", as: "never" },                    without("commissionReport")],
    ["a warning, and the order lives", { fault: "warn" },                                       ["error:399", ...FILLED]],
    ["201, an inactive order",         { fault: "reject", code: 201 },                          ["openOrder:Inactive", "orderStatus:Inactive", "error:201"]],
    ["321",                            { fault: "reject", code: 321 },                          ["error:321"]],
    ["110",                            { fault: "reject", code: 110 },                          ["error:110"]],
    ["103",                            { fault: "reject", code: 103 },                          ["error:103"]],
    ["messages too fast",              { fault: "rate-limit", request: "placeOrder" },          ["error:100"]],
    ["an order that is never read",    { fault: "lose-request", request: "placeOrder" },        []],
  ] as const satisfies readonly (readonly [string, Fault, readonly string[]])[])("[TWSG-60] %s", async (_what, fault, expected) => {
    const { place } = await at([fault]);
    expect(await place(1)).toEqual(expected);
    expect(await place(2)).toEqual(fault.fault === "lose" && "times" in fault ? expected : FILLED); // It struck as often as it was told to.
  });

  test("[TWSG-61] a message comes later, and everything else meanwhile", async () => {
    const { place, clock, said } = await at([{ fault: "delay", message: "execDetails", byMs: 500 }]);
    expect(await place(1)).toEqual(without("execDetails"));
    clock.advance(499);
    expect(await said()).toEqual([]);
    clock.advance(1);
    expect(await said()).toEqual(["execDetails"]);
  });

  test("[TWSG-62] the first word on an order carries no permanent id, the next one does", async () => {
    const { raw, news } = await at([{ fault: "permanent-id-late" }]);
    raw.send(...placeOrder(193, 1, {}));
    const opens = (await news()).filter(([id]) => id === "5").map((fields) => fields[25]);
    expect(opens).toEqual(["0", "600745656", "600745656"]);
  });

  test("[TWSG-60] a rejected modification leaves the order as it was", async () => {
    const { place, control } = await at([{ fault: "reject", code: 201, nth: 2 }]);
    await place(1, { type: "LMT", limit: "150" });
    expect(await place(1, { type: "LMT", limit: "151" })).toEqual(["error:201"]);
    expect(control.truth().orders).toEqual([expect.objectContaining({ status: "Submitted", limit: "150" })]);
  });

  test("[TWSG-63] a reject may carry what is no JSON", async () => {
    const { raw, news } = await at([{ fault: "reject", code: 201, rejectJson: "{broken" }]);
    raw.send(...placeOrder(193, 1, {}));
    expect((await news()).at(-1)?.[5]).toBe("{broken");
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["late",      {},                      [],              ["1.0"]],
    ["minus-one", { byMs: 60_000 },        ["-1.0"],        ["1.0"]],
    ["unset",     { byMs: 60_000 },        ["1.7976931348623157E308"], ["1.0"]],
    ["revised",   { first: "0.35" },       ["0.35"],        ["1.0"]],
    ["never",     {},                      [],              []],
  ] as const)("[TWSG-64] Z08: a commission %s: what is told at once, and within a minute", async (as, more, first, later) => {
    const { raw, clock, news, control } = await at([{ fault: "commission", as, ...more }]);
    const reports = (frames: readonly (readonly string[])[]) => frames.filter(([id]) => id === "59").map((fields) => fields[3]);
    raw.send(...placeOrder(193, 1, {}));
    expect(reports(await news())).toEqual(first);
    clock.advance(60_000);
    expect(reports(await news())).toEqual(later);
    expect(control.truth().cash).toEqual({ USD: "979998" }); // 100 at 200.01 and one dollar, whatever was told.
  });

  test("[TWSG-65] Z09: a correction is the same execution with the next version; a bust is one of nothing; cash and position follow", async () => {
    const { place, clock, raw, news, control } = await at([{ fault: "correct", price: "199", afterMs: 1_000 }]);
    await place(1);
    clock.advance(1_000);
    const [corrected] = await news();
    expect([corrected?.[14], corrected?.[20], control.truth().cash["USD"]]).toEqual(["0000e0d5.67fe667b.01.02", "199", "980099"]);
    control.bust("0000e0d5.67fe667b.01.02");
    const [busted] = await news();
    expect([busted?.[14], busted?.[19], busted?.[24]]).toEqual(["0000e0d5.67fe667b.01.03", "0", "0"]);
    expect([control.truth().cash, control.truth().positions]).toEqual([{ USD: "1000000" }, []]);
    expect((await executions(raw)).filter(([id]) => id === "11").map((fields) => fields[14]?.slice(-2))).toEqual(["01", "02", "03"]);
  });

  test("[TWSG-66] Z08: the end of executions, of positions and of open orders may never come", async () => {
    const { place, raw, said } = await at([
      { fault: "lose", message: "execDetailsEnd" },
      { fault: "lose", message: "positionEnd" },
      { fault: "lose", message: "openOrderEnd" },
    ]);
    await place(1);
    raw.send(7, 3, 9, 0, "", "", "", "", "", "");
    raw.send(61, 1);
    raw.send(16, 1);
    expect(await said()).toEqual(["execDetails", "commissionReport", "position"]);
  });

  test("[TWSG-67] a cancellation is refused, ignored, or overtaken by a trade", async () => {
    const { place, raw, said } = await at([{ fault: "reject-cancel" }, { fault: "ignore-cancel" }, { fault: "fill-before-cancel" }]);
    await place(1, { type: "LMT", limit: "150" });
    const cancels: (readonly string[])[] = [];
    for (let round = 0; round < 3; round++) {
      raw.send(4, 1, "", "", "2147483647");
      cancels.push(await said());
    }
    expect(cancels).toEqual([
      ["error:10148"],
      [],
      ["execDetails", "openOrder:Filled", "orderStatus:Filled", "commissionReport", "error:10148"],
    ]);
  });
});

describe("what goes wrong with connections", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["before the order is read",         { fault: "drop-unread", request: "placeOrder" },       [],                  0, 0],
    ["after it is done, before a word",  { fault: "drop-unanswered", request: "placeOrder" },   [],                  1, 1],
    ["before the first status",          { fault: "drop-before", message: "orderStatus" },      FILLED.slice(0, 1),  1, 1],
    ["after the execution",              { fault: "drop-after", message: "execDetails" },       FILLED.slice(0, 3),  1, 1],
  ] as const satisfies readonly (readonly [string, Fault, readonly string[], number, number])[])(
    "[TWSG-68] Z01: cut %s: what was said, and what is true",
    async (_where, fault, said, orders, frames) => {
      const { raw, gateway, control } = await at([fault]);
      const before = raw.frames.length;
      raw.send(...placeOrder(193, 1, { reference: "x" }));
      await raw.closed;
      expect(raw.frames.slice(before).map(nameOf)).toEqual(said);
      expect(control.truth().orders).toHaveLength(orders);
      expect(control.truth().sends["x"]?.frames ?? 0).toBe(frames);
      const again = await rawClient(gateway);
      expect((await executions(again)).filter(([id]) => id === "11")).toHaveLength(orders);
    },
  );

  test("[TWSG-69] half-open: nothing is read and nothing said, and the connection stays", async () => {
    const { raw, control, gateway } = await at([{ fault: "half-open", request: "placeOrder" }]);
    raw.send(...placeOrder(193, 1, {}));
    raw.send(49, 1);
    const other = await rawClient(gateway, 2);
    await other.settle();
    expect(control.truth().orders).toEqual([]);
    expect(raw.frames.at(-1)?.[3]).toBe("2158");
    control.freeze(2);
    other.send(49, 1);
    expect(gateway.clients()).toEqual([1, 2]);
  });

  test("[TWSG-11] S0.8: a reset breaks connections and keeps people out; orders, permanent ids and order ids survive", async () => {
    const { raw, gateway, clock, control, place } = await at([]);
    await place(41, { type: "LMT", limit: "150", tif: "GTC" });
    control.reset(60_000);
    await raw.closed;
    await expect(rawClient(gateway)).rejects.toThrow("closed");
    clock.advance(60_000);
    const again = await rawClient(gateway);
    expect(again.frames.find(([id]) => id === "9")?.[2]).toBe("42");
    again.send(5, 1);
    const [order] = await again.until(([id]) => id === "53");
    expect([order?.[1], order?.[25]]).toEqual(["41", "600745656"]);
  });

  test("[TWSG-11] S0.8: a reset during a reset makes it longer, and one that is over is opened once", async () => {
    const { raw, gateway, clock, control } = await at([]);
    control.reset(10_000);
    await raw.closed;
    clock.advance(5_000);
    control.reset(10_000);
    control.reset(0);
    clock.advance(6_000);
    await expect(rawClient(gateway)).rejects.toThrow("closed");
    clock.advance(4_000);
    const again = await rawClient(gateway);
    expect(gateway.clients()).toEqual([1]);
    control.reset(0);
    control.reset(0);
    await again.closed;
    clock.advance(1_000);
    await rawClient(gateway);
  });

  test("[TWSG-10] a client id in use is refused with 326, and free again when its connection is gone", async () => {
    const { gateway, raw } = await at([]);
    const second = await rawClient(gateway, 1);
    await second.closed;
    expect(second.frames.at(-1)?.slice(0, 4)).toEqual(["4", "2", "-1", "326"]);
    raw.close();
    await raw.closed;
    while (gateway.clients().length > 0) await new Promise((resolve) => setImmediate(resolve));
    const third = await rawClient(gateway, 1);
    expect(third.frames.map(([id]) => id)).toEqual(["193", "15", "9", "4", "4", "4"]);
    gateway.control.fault({ fault: "client-id-in-use" });
    const fourth = await rawClient(gateway, 4);
    await fourth.closed;
  });

  test("[TWSG-70] Z05: while the broker is lost (1100) trades happen untold, questions stay open, orders wait; 1101 takes subscriptions, 1102 keeps them", async () => {
    const { raw, place, said, control, news } = await at([]);
    await place(1, { type: "LMT", limit: "199" });
    raw.send(1, 11, 5, 265598, "AAPL", "STK", "", "0", "", "", "SMART", "", "USD", "", "", "0", "", "0", "0", "");
    await news();
    control.loseBroker();
    expect(await said()).toEqual(["error:1100"]);
    control.quote("AAPL", { bid: "198", ask: "198.5" });
    raw.send(61, 1);
    expect(await place(2)).toEqual([]);
    expect(control.truth().executions).toHaveLength(1);
    control.regainBroker("kept");
    expect((await said()).slice(0, 3)).toEqual(["error:1102", "openOrder:PreSubmitted", "orderStatus:PreSubmitted"]);
    expect((await executions(raw)).filter(([id]) => id === "11")).toHaveLength(2);
    control.quote("AAPL", { bid: "198.1" });
    expect((await news()).map(([id]) => id)).toContain("1");
    control.loseBroker();
    control.regainBroker("lost");
    expect(await said()).toEqual(["error:1100", "error:1101"]);
    control.quote("AAPL", { bid: "198.2" });
    expect(await news()).toEqual([]);
  });

  test("[TWSG-12] S3.4 C15: a client sees its own orders and trades, the master all, client 0 also what people do", async () => {
    const { gateway, control } = await at([], { masterClient: 9 });
    const [two, nobody, master] = [await rawClient(gateway, 2), await rawClient(gateway, 0), await rawClient(gateway, 9)];
    two.send(...placeOrder(193, 1, {}));
    await two.settle();
    control.trade({ symbol: "AAPL", side: "BUY", quantity: "1", price: "200" });
    const seen = async (raw: RawClient) => (await raw.settle()).filter(([id]) => id === "11").map((fields) => fields[22]);
    expect([await seen(nobody), await seen(master)]).toEqual([["0"], ["2", "0"]]);
    const asked = async (raw: RawClient) => (await executions(raw)).filter(([id]) => id === "11").map((fields) => fields[22]);
    expect([await asked(two), await asked(nobody), await asked(master)]).toEqual([["2"], ["0"], ["2", "0"]]);
  });

  test("[TWSG-14] client 0 binds what people ordered: it gets a negative id, and can be cancelled under it", async () => {
    const { gateway, control, raw } = await at([]);
    control.place({ symbol: "AAPL", side: "BUY", quantity: "5", limit: "150" });
    control.place({ symbol: "AAPL", side: "BUY", quantity: "6", limit: "150" });
    raw.send(15, 1, 1);
    expect(await raw.settle()).toEqual([]);
    const zero = await rawClient(gateway, 0);
    zero.send(15, 1, 1);
    expect((await zero.settle()).filter(([id]) => id === "5").map((fields) => [fields[1], fields[14]])).toEqual([
      ["-1", "5"],
      ["-2", "6"],
    ]);
    zero.send(4, -1, "", "", "2147483647");
    expect((await zero.settle()).map(nameOf)).toEqual(["orderStatus:PendingCancel", "orderStatus:Cancelled", "error:202"]);
  });

  test("[TWSG-83] with a latency statuses and executions come so much later by the clock", async () => {
    const { place, clock, said, control } = await at([], { latency: { ackMs: 200, fillMs: 50 } });
    expect(await place(1)).toEqual(["openOrder:PreSubmitted"]);
    clock.advance(200);
    expect(await said()).toEqual(["orderStatus:PreSubmitted"]);
    expect(control.truth().executions).toHaveLength(1);
    clock.advance(50);
    expect(await said()).toEqual(FILLED.slice(2));
  });

  test("[TWSG-13] the gateway may announce another account than it has", async () => {
    const { gateway, control } = await at([], { announced: ["U999"] });
    control.announce(["U1", "U2"]);
    expect((await rawClient(gateway, 3)).frames.find(([id]) => id === "15")?.[2]).toBe("U1,U2");
  });

  test("[TWSG-71] more messages in a second than are allowed get 100 each, and are not done", async () => {
    const { raw, clock, control } = await at([], { messagesPerSecond: 3 });
    for (let id = 1; id <= 5; id++) raw.send(...placeOrder(193, id, { type: "LMT", limit: "150" }));
    await raw.until(([id, , order]) => id === "4" && order === "5");
    expect(control.truth().orders).toHaveLength(3);
    clock.advance(1_000);
    raw.send(...placeOrder(193, 6, { type: "LMT", limit: "150" }));
    await raw.settle();
    expect(control.truth().orders).toHaveLength(4);
  });
});
