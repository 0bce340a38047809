import { expect, test } from "vitest";
import { eachWith } from "./each-with.ts";
import { WireDesk } from "./wire-desk.ts";

let desk: WireDesk;
eachWith((folder) => {
  desk = new WireDesk(folder);
  return desk;
});

/** Nothing differs after a whole comparison. */
async function agreed(): Promise<void> {
  await desk.compared();
  expect(desk.differences()).toEqual([]);
  expect(desk.apart()).toEqual([]);
}

test("[LIVE-40] S0.35 two portfolios hold one symbol apart: 100 AAPL at 180 and 50 at 185, each with lots and average cost of its own", async () => {
  const control = await desk.attach();
  await desk.trade("momentum", "buy 100 @ 180");
  await desk.trade("steady", "buy 50 @ 185");
  expect(desk.books("momentum")).toEqual({ held: "100", cost: "18000", average: "180", realized: "0", fees: "1" });
  expect(desk.books("steady")).toEqual({ held: "50", cost: "9250", average: "185", realized: "0", fees: "1" });
  expect([desk.lots("momentum"), desk.lots("steady")]).toEqual([["100 for 18000"], ["50 for 9250"]]);
  // The broker knows one position, at another average.
  expect(control.truth().positions).toMatchObject([{ symbol: "AAPL", quantity: "150", averageCost: "181.68" }]);
  await agreed();

  // What one of them does is nothing to the other.
  await desk.trade("steady", "sell 20 @ 190");
  expect(desk.books("steady")).toEqual({ held: "30", cost: "5550", average: "185", realized: "100", fees: "2" });
  expect(desk.books("momentum")).toEqual({ held: "100", cost: "18000", average: "180", realized: "0", fees: "1" });
  expect([desk.cash("momentum"), desk.cash("steady")]).toEqual(["81999", "94548"]);
  await agreed();
});

test("[LIVE-41] S3.39 partial fills, several of them in one second and at one price, also of two portfolios, and all of them told twice", async () => {
  const control = await desk.attach();
  control.fault({ fault: "duplicate", message: "execDetails", times: "always" });
  const first = await desk.order("momentum", "buy 100 @ 201");
  const second = await desk.order("steady", "buy 10 @ 201");
  const standing = desk.clock.now();
  // The clock stands still: one second, one price, one size, one symbol.
  const fills = [
    desk.fill(first, "30 @ 200.10"),
    desk.fill(second, "5 @ 200.10"),
    desk.fill(first, "15 @ 200.10"),
    desk.fill(first, "15 @ 200.10"),
    desk.fill(second, "5 @ 200.10"),
  ];
  await desk.until(() => desk.filled(first) === "60" && desk.orderOf(second).status === "filled", "filled in parts");
  expect(
    new Set(
      control
        .truth()
        .executions.slice(2)
        .map(({ at }) => at),
    ),
  ).toEqual(new Set([standing]));
  expect(fills.map((id) => desk.booked(id)?.quantity)).toEqual(["30", "5", "15", "15", "5"].map((each) => Number(desk.quantity(each))));
  expect(desk.orderOf(first).status).toBe("working");
  expect(desk.books("momentum")).toEqual({ held: "60", cost: "12006", average: "200.1", realized: "0", fees: "1" });

  desk.fill(first, "1 @ 199.99");
  desk.fill(first, "39 @ 200.95");
  await desk.ended(first, "filled");
  // 60 × 200.10 + 199.99 + 39 × 200.95; the least commission is the order's, not a fill's.
  expect(desk.books("momentum")).toEqual({ held: "100", cost: "20043.04", average: "200.4304", realized: "0", fees: "1" });
  expect(desk.books("steady")).toEqual({ held: "10", cost: "2001", average: "200.1", realized: "0", fees: "1" });
  expect(desk.lots("momentum")).toHaveLength(5);
  await agreed();

  // Out again in parts, the oldest first: 50 × 201 − (45 × 200.10 + 5 × 200.10).
  const out = await desk.order("momentum", "sell 50 @ 201");
  for (const part of ["20 @ 201", "20 @ 201", "10 @ 201"]) desk.fill(out, part);
  await desk.ended(out, "filled");
  expect(desk.books("momentum")).toMatchObject({ held: "50", realized: "45", fees: "2" });
  await agreed();
});

test("[LIVE-42] S3.40 a short that is bought back beyond zero is a long at the price of the flip, and the other way round", async () => {
  await desk.attach();
  await desk.trade("momentum", "sell 60 @ 210");
  await desk.trade("momentum", "sell 40 @ 205");
  expect(desk.books("momentum")).toEqual({ held: "-100", cost: "-20800", average: "208", realized: "0", fees: "2" });
  await agreed();

  // 100 of 150 cover 20,800 with 19,000; fifty are new.
  await desk.trade("momentum", "buy 150 @ 190");
  expect(desk.books("momentum")).toEqual({ held: "50", cost: "9500", average: "190", realized: "1800", fees: "3" });
  await agreed();

  // Flipped back in parts of one order, the one that crosses zero too: 50 × (195 − 190).
  const back = await desk.order("momentum", "sell 80 @ 195");
  desk.fill(back, "45 @ 195");
  desk.fill(back, "20 @ 195");
  desk.fill(back, "15 @ 196");
  await desk.ended(back, "filled");
  expect(desk.books("momentum")).toEqual({ held: "-30", cost: "-5865", average: "195.5", realized: "2050", fees: "4" });
  expect(desk.lots("momentum")).toEqual(["-15 for -2925", "-15 for -2940"]);
  await agreed();

  await desk.trade("momentum", "buy 30 @ 195.50");
  expect(desk.books("momentum")).toEqual({ held: "0", cost: "0", average: "0", realized: "2050", fees: "5" });
  expect(desk.cash("momentum")).toBe("102045");
  await agreed();
});

test("[LIVE-43] S3.41 a long of one portfolio and a short of another stand over a broker that is flat, and each closes for itself", async () => {
  const control = await desk.attach();
  await desk.trade("momentum", "buy 100 @ 200");
  await desk.trade("steady", "sell 100 @ 202");
  expect(control.truth().positions).toEqual([]);
  expect([desk.books("momentum").held, desk.books("steady").held, desk.nobodys.held]).toEqual(["100", "-100", "0"]);
  // Nothing at the broker is no reason to close anything here: three comparisons.
  for (let i = 0; i < 3; i++) await agreed();
  expect(desk.mode).toBe("ready");

  // Both trade on; the broker turns from short to long meanwhile.
  await desk.trade("steady", "sell 50 @ 204");
  await desk.trade("momentum", "buy 90 @ 198");
  expect(control.truth().positions).toMatchObject([{ quantity: "40" }]);
  expect(desk.books("momentum")).toEqual({ held: "190", cost: "37820", average: "199.052631", realized: "0", fees: "2" });
  expect(desk.books("steady")).toEqual({ held: "-150", cost: "-30400", average: "202.666666", realized: "0", fees: "2" });
  await agreed();

  await desk.trade("steady", "buy 150 @ 199");
  expect(desk.books("steady")).toEqual({ held: "0", cost: "0", average: "0", realized: "550", fees: "3" });
  await desk.trade("momentum", "sell 190 @ 201.25");
  expect(desk.books("momentum")).toEqual({ held: "0", cost: "0", average: "0", realized: "417.5", fees: "3" });
  expect([desk.cash("momentum"), desk.cash("steady")]).toEqual(["100414.5", "100547"]);
  await agreed();
});

test("[LIVE-44] S3.33 S3.42 what the broker has beyond the portfolios is nobody's at its weighted average cost, fractions and odd fees to the last place", async () => {
  const control = await desk.attach({ positions: [{ symbol: "AAPL", quantity: "10.5", averageCost: "150.1234" }] });
  expect(desk.nobodys).toMatchObject({ held: "10.5", cost: "1576.2957", average: "150.1234" });

  // 333 shares cost 1.665 of commission, 3 of them at 0.99 a hundredth of their value.
  control.fault({ fault: "commission", as: "revised", byMs: 2_000, first: "0.35" });
  const odd = await desk.order("momentum", "buy 333 @ 181.01");
  desk.fill(odd, "333 @ 181.0033");
  await desk.ended(odd, "filled");
  await desk.until(() => desk.books("momentum").fees === "1.665", "the commission is revised", 500);
  expect(desk.books("momentum")).toMatchObject({ held: "333", cost: "60274.0989", average: "181.0033" });
  await desk.trade("steady", "buy 3 @ 0.99");
  expect(desk.books("steady")).toMatchObject({ cost: "2.97", fees: "0.0297" });
  await agreed();

  // Shares arrive: 350.3333 in all at 179.5 are 62,884.82735, of which the books have 1,576.2957 + 60,274.0989 + 2.97.
  control.hold("AAPL", "350.3333", "179.5");
  await desk.compared();
  expect(desk.differences()).toEqual(["position AAPL@XNAS 38333"]);
  expect(desk.nobodys).toMatchObject({ held: "14.3333", cost: "2607.75845" });
  expect(desk.apart()).toEqual([]);
  const [found] = [...desk.account.state.reconciliation.breaks.values()].filter(({ kind }) => kind === "position");
  // A split in thirds that do not come out even: the parts of the cost are its whole.
  const shares = (["momentum", "steady"] as const).map((portfolio) => ({ portfolio: portfolio as never, amount: desk.quantity("1.2777") }));
  const split = {
    type: "AssignUnattributed",
    by: "test",
    breakId: found?.id ?? "",
    assignmentId: "thirds",
    shares,
    reason: "thirds",
  } as const;
  expect(await desk.account.submit(split)).toMatchObject({ ok: true });
  expect([desk.books("momentum").held, desk.books("steady").held, desk.nobodys.held]).toEqual(["334.2777", "4.2777", "11.7779"]);
  const cost = [desk.books("momentum"), desk.books("steady"), desk.nobodys].reduce(
    (sum, each) => sum + Math.round(Number(each.cost) * 1e6),
    0,
  );
  expect(cost).toBe(62_884_827_350);
  expect(desk.apart()).toEqual([]);
});

test("[LIVE-45] S3.43 an order is changed in place, and where it stands is what the broker says, however it was told", async () => {
  const control = await desk.attach();
  const id = await desk.order("momentum", "buy 100 @ 199");
  desk.fill(id, "20 @ 199");
  await desk.until(() => desk.filled(id) === "20", "a part");
  const change = {
    type: "ReplaceOrder",
    by: "test",
    orderId: id,
    quantity: desk.quantity("60"),
    limit: desk.price("198"),
    stop: null,
  } as const;
  expect(await desk.account.submit(change)).toMatchObject({ ok: true });
  const there = () => control.truth().orders.find(({ permId }) => permId === desk.permIdOf(id));
  await desk.until(() => there()?.quantity === "60", "changed there", 50);
  expect(there()).toMatchObject({ limit: "198", filled: "20", leaves: "40", status: "Submitted" });
  desk.fill(id, "40 @ 197.50");
  await desk.ended(id, "filled");
  expect(desk.books("momentum")).toEqual({ held: "60", cost: "11880", average: "198", realized: "0", fees: "1" });
  // Two messages, one order.
  expect(Object.values(control.truth().sends)).toContainEqual({ frames: 2, orders: 1 });
  await agreed();

  // Its end is never told: it is found by asking.
  const lost = await desk.order("steady", "buy 10 @ 199");
  control.fault({ fault: "lose", message: "orderStatus", times: 8 }, { fault: "lose", message: "error", times: 8 });
  control.cancel({ permId: desk.permIdOf(lost) });
  await desk.until(() => desk.orderOf(lost).status === "canceled", "its end is found", 1_000);
  control.clearFaults();

  // A cancel is refused, another is never answered: the order works on until it ends.
  const kept = await desk.order("steady", "buy 10 @ 199");
  control.fault({ fault: "reject-cancel" }, { fault: "ignore-cancel", times: 2 });
  await desk.account.submit({ type: "CancelOrder", by: "test", orderId: kept, reason: "test" });
  await desk.pass(2_000);
  expect(desk.orderOf(kept).status).not.toBe("canceled");
  desk.fill(kept, "4 @ 199");
  await desk.until(() => desk.orderOf(kept).status === "canceled", "it ends at last", 1_000);
  expect(desk.filled(kept)).toBe("4");
  expect(desk.books("steady")).toEqual({ held: "4", cost: "796", average: "199", realized: "0", fees: "1" });
  expect(desk.orderOf(kept).reserved).toBe(0);
  await agreed();
});

test("[LIVE-46] S3.44 fills that come after the end, before their order's word, corrected and busted are booked once and where they belong", async () => {
  const control = await desk.attach();
  // The market was faster than the cancel.
  const late = await desk.order("momentum", "buy 100 @ 200");
  desk.fill(late, "30 @ 200");
  control.cancel({ permId: desk.permIdOf(late) });
  await desk.ended(late, "canceled");
  const key = { permId: desk.permIdOf(late) };
  const after = control.fill(key, { quantity: "20", price: "199" });
  await desk.until(() => desk.filled(late) === "50", "the late fill");
  expect(desk.books("momentum")).toEqual({ held: "50", cost: "9980", average: "199.6", realized: "0", fees: "1" });
  expect([desk.orderOf(late).status, Number(desk.orderOf(late).reserved)]).toEqual(["canceled", 0]);
  await agreed();

  // Status first, commission late, everything twice.
  control.fault(
    { fault: "status-first" },
    { fault: "commission", as: "late", byMs: 3_000 },
    { fault: "duplicate", message: "execDetails" },
  );
  await desk.trade("steady", "sell 40 @ 205");
  await desk.until(() => desk.books("steady").held === "-40", "the short", 20);
  await desk.until(() => desk.books("steady").fees === "1", "its commission", 500);
  expect(desk.books("steady")).toEqual({ held: "-40", cost: "-8200", average: "205", realized: "0", fees: "1" });

  // Another price, after a part of it was sold: 10 of the 20 late ones are gone by then, the first 30 too.
  await desk.trade("momentum", "sell 40 @ 203");
  expect(desk.books("momentum")).toMatchObject({ held: "10", cost: "1990", realized: "130", fees: "2" });
  control.correct(after, { price: "198" });
  await desk.until(() => desk.books("momentum").cost === "1980", "corrected");
  expect(desk.books("momentum")).toEqual({ held: "10", cost: "1980", average: "198", realized: "140", fees: "2" });
  await agreed();

  // And it never was, told while nobody listened: ten that are held go, ten that were sold are a short at 198.
  control.disconnect();
  await desk.until(() => desk.mode !== "ready", "the loss is noticed", 50);
  control.bust(after);
  await desk.until(() => desk.mode === "ready", "connected again", 200);
  await desk.until(() => desk.books("momentum").held === "-10", "busted", 500);
  expect(desk.books("momentum").realized).toBe("140");
  expect(Number(desk.books("momentum").cost)).toBe(-1_980);
  expect(desk.filled(late)).toBe("30");
  await agreed();
  expect(desk.books("steady")).toEqual({ held: "-40", cost: "-8200", average: "205", realized: "0", fees: "1" });
});

test("[LIVE-47] S3.43 a change that the broker refuses, or never reads, leaves the order in the books as it is there", async () => {
  const control = await desk.attach();
  const id = await desk.order("momentum", "buy 100 @ 199");
  control.fault({ fault: "reject", code: 110 });
  const change = {
    type: "ReplaceOrder",
    by: "test",
    orderId: id,
    quantity: desk.quantity("60"),
    limit: desk.price("198"),
    stop: null,
  } as const;
  expect(await desk.account.submit(change)).toMatchObject({ ok: true });
  await desk.until(() => desk.orderOf(id).quantity === desk.quantity("100"), "the books know that it is as it was", 1_000);
  expect([desk.orderOf(id).limit, Number(desk.orderOf(id).reserved) >= 19_900_000_000]).toEqual([desk.price("199"), true]);

  control.fault({ fault: "lose-request", request: "placeOrder" });
  expect(await desk.account.submit({ ...change, quantity: desk.quantity("50"), limit: null })).toMatchObject({ ok: true });
  expect(desk.orderOf(id).quantity).toBe(desk.quantity("50"));
  await desk.until(() => desk.orderOf(id).quantity === desk.quantity("100"), "and again", 1_000);
  // One that it takes stays.
  expect(await desk.account.submit({ ...change, quantity: desk.quantity("70"), limit: null })).toMatchObject({ ok: true });
  await desk.compared();
  expect(desk.orderOf(id).quantity).toBe(desk.quantity("70"));
  desk.fill(id, "70 @ 199");
  await desk.ended(id, "filled");
  expect(desk.books("momentum")).toEqual({ held: "70", cost: "13930", average: "199", realized: "0", fees: "1" });
  expect(Number(desk.orderOf(id).reserved)).toBe(0);
  await agreed();
});
