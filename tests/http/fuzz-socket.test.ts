import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { runs, seed } from "../count.ts";
import { Stage } from "./stage.ts";

/** What a client may say, broken somewhere. */
const broken = fc.oneof(
  { weight: 3, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  {
    weight: 5,
    arbitrary: fc
      .record(
        {
          action: fc.oneof(fc.constantFrom("subscribe", "unsubscribe", "ping", "__proto__", "SUBSCRIBE"), fc.jsonValue()),
          portfolio_ids: fc.oneof(fc.array(fc.oneof(fc.string(), fc.constantFrom("alpha", "nobody", "*", "__proto__"))), fc.jsonValue()),
          account_id: fc.oneof(fc.string(), fc.jsonValue()),
          since: fc.oneof(fc.double(), fc.integer(), fc.jsonValue()),
          figures: fc.jsonValue(),
          quotes: fc.jsonValue(),
          logs: fc.oneof(fc.record({ text: fc.jsonValue(), level: fc.jsonValue() }), fc.jsonValue()),
          admin: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  },
  { weight: 1, arbitrary: fc.nat(40).map((depth) => "[".repeat(depth)) },
  { weight: 1, arbitrary: fc.nat(200).map((depth) => `{"action":${"[".repeat(depth)}${"]".repeat(depth)}}`) },
);

test("[HTTP-18, WS-6] anything that a socket is told is answered; nothing breaks, nothing changes (T-FUZZ)", {
  timeout: 300_000,
}, async () => {
  const told: unknown[] = [];
  const stage = await Stage.open({ listen: { onError: (error) => told.push(error) } });
  const socket = new WebSocket(`${stage.listening.url.replace("http", "ws")}/ws`);
  onTestFinished(() => socket.terminate());
  await new Promise((resolve) => socket.once("open", resolve));
  const types = new Map<string, number>();
  const waiting: ((type: string) => void)[] = [];
  socket.on("message", (data) => {
    const { type } = JSON.parse(String(data)) as { type: string };
    types.set(type, (types.get(type) ?? 0) + 1);
    if (type === "pong") waiting.shift()?.(type);
  });
  const { records } = stage.account;
  const before = records.length;
  await fc.assert(
    fc.asyncProperty(broken, async (text) => {
      // A pong of its own would be taken for the one that is waited for.
      if (text.includes('"ping"')) return;
      socket.send(text);
      const pong = new Promise<string>((resolve) => waiting.push(resolve));
      socket.send('{"action":"ping"}');
      expect(await pong).toBe("pong");
      expect([text.slice(0, 80), socket.readyState, stage.account.records.length, told]).toEqual([
        text.slice(0, 80),
        WebSocket.OPEN,
        before,
        [],
      ]);
    }),
    { numRuns: runs(5_000), seed: seed(), endOnFailure: true },
  );
  expect(types.get("error")).toBeGreaterThan(10);
});
