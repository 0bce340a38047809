import { manualClock, startGateway } from "@bulkhead/tws-gateway";
import { expect, test } from "vitest";
import { nameOf, placeOrder, rawClient } from "./raw-client.ts";

/** Frames of a live gateway at server version 173, by way of venues.md 2.8 (rust-ibapi, MIT); `D` is an unset double. */
const GOLDEN = [
  "5|5|265598|AAPL|STK||0|?||SMART|USD|AAPL|NMS|BUY|100|MKT|0.0|0.0|DAY||DU1234567||0||100|600745656|0|0|0||600745656.0/DU1234567/100" +
    "||||||||||0||-1|0||||||2147483647|0|0|0||3|0|0||0|0||0|None||0||||?|0|0||0|0||||||0|0|0|2147483647|2147483647|||0||IB|0|0||0|0" +
    "|PreSubmitted|D|D|D|D|D|D|D|D|D||||||0|0|0|None|D|D|D|D|D|D|0||||0|1|0|0|0|||0||100|0.02|||",
  "3|5|PreSubmitted|0|100|0|600745656|0|0|100||0|",
  "11|-1|5|265598|AAPL|STK||0.0|||IEX|USD|AAPL|NMS|0000e0d5.67fe667b.01.01|20250415  19:38:31|DU1234567|IEX|BOT|100|201.94|600745656|100|0|100|201.94|||||2|",
  "3|5|Filled|100|0|201.94|600745656|0|201.94|100||0|",
  "59|1|0000e0d5.67fe667b.01.01|1.0|USD|D|D||",
].map((line) =>
  line
    .replace(/\|D(?=\|)/g, "|1.7976931348623157E308")
    .slice(0, -1)
    .split("|"),
);

test("[TWSG-4] S3.1: a market order's frames at 173 are those of a live gateway, field for field", async () => {
  const clock = manualClock(Date.UTC(2025, 3, 15, 19, 38, 31));
  const gateway = await startGateway({ clock, zone: "UTC" });
  gateway.control.quote("AAPL", { bid: "201.90", ask: "201.94" });
  const client = await rawClient(gateway, 100, 173);
  client.send(...placeOrder(173, 5, { quantity: "100" }));
  const said = await client.until(([id]) => id === "59");
  expect(said.map(nameOf)).toEqual([
    ...["openOrder:PreSubmitted", "orderStatus:PreSubmitted", "execDetails", "openOrder:Filled", "orderStatus:Filled", "commissionReport"],
  ]);
  expect(said.filter((fields) => nameOf(fields) !== "openOrder:Filled")).toEqual(GOLDEN);
  await gateway.close();
});

// Message ids included, as venues.md 2.8 counts them from `@stoqey/ib` and IBKR's own client.
const LENGTHS = [
  [173, 136],
  [176, 136],
  [178, 135],
  [187, 138],
  [193, 141],
] as const;

test.each(LENGTHS)("[TWSG-3] at %i an open order has %i fields", async (version, length) => {
  const gateway = await startGateway({ prices: { AAPL: "200" } });
  const client = await rawClient(gateway, 1, version);
  client.send(...placeOrder(version, 1, { type: "LMT", limit: "150" }));
  const [open, status] = await client.settle();
  expect(client.frames[0]?.[0]).toBe(String(version));
  expect([open?.length, status?.length]).toEqual([length, 12]);
  await gateway.close();
});

test("[TWSG-5] a completed order carries a financial advisor's profile below 177, and no field more", async () => {
  const lengths: number[] = [];
  for (const version of [173, 176, 178, 183, 193]) {
    const gateway = await startGateway({ prices: { AAPL: "200" } });
    const client = await rawClient(gateway, 1, version);
    client.send(...placeOrder(version, 1, {}));
    await client.until(([id]) => id === "59");
    client.send(99, 0);
    const said = await client.until(([id]) => id === "102");
    lengths.push(said.find(([id]) => id === "101")?.length ?? 0);
    await gateway.close();
  }
  const [at173 = 0] = lengths;
  expect(lengths).toEqual([at173, at173, at173 - 1, at173, at173 + 1]);
});
