import { connect } from "node:net";
import { type Gateway, type GatewaySettings, manualClock, startGateway } from "@bulkhead/tws-gateway";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { runs, seed } from "../../count.ts";
import { bytesOf, greeting, nameOf, placeOrder, type RawClient, rawClient } from "./raw-client.ts";

const open: Gateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

async function start(settings: GatewaySettings = {}): Promise<Gateway> {
  const gateway = await startGateway({ clock: manualClock(Date.UTC(2026, 10, 20, 15)), prices: { AAPL: "200" }, ...settings });
  open.push(gateway);
  return gateway;
}

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["v100..193", 193, "193"],
  ["v100..220", 193, "193"],
  ["v157..178", 193, "178"],
  ["v100..193", 176, "176"],
  ["v180",      193, "180"],
  ["v100..157", 193, null],
  ["v201..220", 193, null],
  ["nonsense",  193, null],
] as const)("[TWSG-1] a client of %s and a gateway of %i agree on %s", async (range, serverVersionMax, agreed) => {
  const gateway = await start({ serverVersionMax });
  const raw = await rawClient(gateway, null);
  raw.close();
  const answer = await new Promise<string | null>((resolve) => {
    const socket = connect(gateway.port, gateway.host, () => socket.write(greeting(range)));
    socket.on("data", (piece: Buffer) => resolve(piece.toString("latin1", 4).split("\0")[0] ?? null));
    socket.on("close", () => resolve(null));
    socket.on("error", () => resolve(null));
  });
  expect(answer).toBe(agreed);
});

test("[TWSG-1] who is no TWS client, or asks before it starts, is disconnected", async () => {
  const gateway = await start();
  for (const bytes of [Buffer.from("GET / HTTP/1.1\r\n\r\n"), Buffer.concat([greeting("v100..193"), bytesOf([61, 1])])]) {
    const socket = connect(gateway.port, gateway.host, () => socket.write(bytes));
    await new Promise((resolve) => socket.on("data", () => {}).on("close", resolve));
  }
  expect(gateway.clients()).toEqual([]);
});

test("[TWSG-6] what cannot be read is 320, an unknown kind 505, and the session goes on", async () => {
  const raw = await rawClient(await start());
  raw.send(3, 1, "x");
  raw.send(4, "one", "", "", "");
  raw.send(999, 1);
  raw.send(3, 2);
  const said = await raw.settle();
  expect(said.map(nameOf)).toEqual(["error:320", "error:320", "error:505", "error:320"]);
});

test("[TWSG-7] times of executions have no zone before 174, and the gateway's since", async () => {
  const times: (string | undefined)[] = [];
  for (const version of [173, 174]) {
    const raw = await rawClient(await start(), 1, version);
    raw.send(...placeOrder(version, 1, {}));
    times.push((await raw.settle()).find(([id]) => id === "11")?.[15]);
  }
  expect(times).toEqual(["20261120  10:00:00", "20261120 10:00:00 US/Eastern"]);
});

/** Everything that a session with a fill, a cancellation and all questions makes the gateway say. */
async function wholeSession(settings: GatewaySettings, write: (raw: RawClient, bytes: Buffer) => Promise<void>) {
  const gateway = await start(settings);
  const raw = await rawClient(gateway, 1);
  const messages = [
    placeOrder(193, 1, { reference: "ü-ref" }),
    placeOrder(193, 2, { type: "LMT", limit: "150" }),
    [61, 1],
    [6, 2, 1, ""],
    [9, 8, 4, 0, "AAPL", "STK", "", 0, "", "", "SMART", "", "USD", "", "", 0, "", "", ""],
    [4, 2, "", "", "2147483647"],
    [7, 3, 5, 0, "", "", "", "", "", "", ""],
    [99, 0],
    [49, 1],
  ];
  await write(raw, Buffer.concat(messages.map(bytesOf)));
  await raw.until(([id]) => id === "49");
  return raw.frames;
}

const atOnce = async (raw: RawClient, bytes: Buffer): Promise<void> => raw.sendBytes(bytes);

test("[TWSG-2] both ways split at any byte or joined, the same is said", async () => {
  const whole = await wholeSession({}, atOnce);
  expect(whole.length).toBeGreaterThan(40);
  for (const framing of ["coalesced", { split: 1 }, { split: 7 }] as const) expect(await wholeSession({ framing }, atOnce)).toEqual(whole);
  const inPieces = async (raw: RawClient, bytes: Buffer, cuts: readonly number[]): Promise<void> => {
    const edges = [...new Set([0, ...cuts.map((cut) => cut % bytes.length), bytes.length])].sort((a, b) => a - b);
    for (const [index, edge] of edges.entries()) {
      raw.sendBytes(bytes.subarray(edges[index - 1] ?? 0, edge));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(2_000), { maxLength: 40 }), async (cuts) => {
      expect(await wholeSession({}, (raw, bytes) => inPieces(raw, bytes, cuts))).toEqual(whole);
    }),
    { numRuns: runs(100), seed: seed() },
  );
});

test("[TWSG-81] nothing reads the machine's clock: the same script is said alike to the byte", async () => {
  const [first, second] = [await wholeSession({}, atOnce), await wholeSession({}, atOnce)];
  expect(second).toEqual(first);
});

test("[TWSG-6] whatever a client sends, the gateway answers the next one", async () => {
  const gateway = await start({ positions: [{ symbol: "MSFT", quantity: "5", averageCost: "100" }] });
  const witness = await rawClient(gateway, 99);
  const text = fc.oneof(
    fc.constantFrom(
      "",
      "0",
      "1",
      "-1",
      "AAPL",
      "STK",
      "SMART",
      "USD",
      "BUY",
      "LMT",
      "GTD",
      "1e400",
      "NaN",
      "2147483648",
      "1.7976931348623157E308",
    ),
    fc.constantFrom("20261120 10:00:00 Nowhere/Zone", "20269999-99:99:99", "1 D", "1 hour", "BAG", "\u00e4\ud83d\ude80"),
    fc.string({ maxLength: 12 }).map((said) => said.replaceAll("\0", "")),
  );
  const ids = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 20, 25, 49, 50, 58, 59, 61, 62, 71, 74, 76, 81, 87, 91, 92, 94, 99, 104, 777];
  const message = fc.tuple(fc.constantFrom(...ids), fc.array(text, { maxLength: 30 }));
  const order = fc.tuple(fc.nat(9), text, text, text, text).map(([id, quantity, type, price, tif]) => {
    return [3, placeOrder(193, id, { quantity, type, limit: price, tif, goodTill: price, aux: quantity }).slice(1)] as const;
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(message, order), { maxLength: 20 }), async (messages) => {
      const raw = await rawClient(gateway, 5);
      for (const [id, fields] of messages) raw.send(id, ...fields);
      await witness.settle();
      raw.close();
      await raw.closed;
      while (gateway.clients().length > 1) await new Promise((resolve) => setImmediate(resolve));
    }),
    { numRuns: runs(300), seed: seed() },
  );
  expect(gateway.clients()).toEqual([99]);
});
