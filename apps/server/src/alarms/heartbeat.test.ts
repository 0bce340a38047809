import { expect, onTestFinished, test } from "vitest";
import { soon } from "../../../../tests/kit/soon.ts";
import { Heartbeat } from "./heartbeat.ts";
import { LocalServer } from "./local-server.ts";

test("[ALARM-11] the heartbeat goes out only while the desk is well, and says so when nobody answers", async () => {
  const server = await LocalServer.open();
  let trouble: string | undefined;
  const heartbeat = new Heartbeat({
    heartbeat: { url: { env: "PING" }, everyMs: 20 },
    allowPrivate: true,
    places: { environment: { PING: `${server.url}/ping/7d1` }, folder: "" },
    trouble: () => trouble,
    now: Date.now,
  });
  onTestFinished(async () => {
    await heartbeat.close();
    server.close();
  });
  const until = (outcome: string): Promise<unknown> => soon(() => expect(heartbeat.last?.outcome).toBe(outcome));
  const nextBeat = async (): Promise<void> => {
    const before = heartbeat.last;
    await soon(() => expect(heartbeat.last).not.toBe(before));
  };
  heartbeat.start();
  await until("answered");
  expect(server.heard[0]).toMatchObject({ method: "GET", path: "/ping/7d1" });
  trouble = "account main stands still";
  await until("skipped");
  await nextBeat(); // One may still have been on its way.
  const { length } = server.heard;
  for (let beat = 0; beat < 3; beat++) await nextBeat();
  expect([server.heard.length, heartbeat.last]).toEqual([length, { at: expect.any(Number), outcome: "skipped", answer: trouble }]);
  trouble = undefined;
  server.answer = (response) => void response.writeHead(410).end();
  await until("failed");
  expect(heartbeat.last?.answer).toBe("410");
  server.close();
  const refused = "OUTBOUND_UNREACHABLE: ECONNREFUSED";
  await soon(() => expect(heartbeat.last?.answer).toBe(refused));
});

test("[ALARM-11] a stuck loop says nothing", async () => {
  const server = await LocalServer.open();
  const heartbeat = new Heartbeat({
    heartbeat: { url: server.url, everyMs: 20 },
    allowPrivate: true,
    places: { environment: {}, folder: "" },
    trouble: () => undefined,
    now: Date.now,
  });
  heartbeat.start();
  await soon(() => expect(server.heard.length).toBeGreaterThan(1));
  const before = server.heard.length;
  const until = performance.now() + 300;
  while (performance.now() < until);
  await new Promise((resolve) => setImmediate(resolve));
  expect(server.heard.length - before).toBeLessThan(3); // Of fifteen that would have come.
  await heartbeat.close();
  server.close();
});
