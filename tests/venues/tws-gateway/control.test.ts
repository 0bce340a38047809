import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import {
  manualClock,
  openControlPort,
  readTranscript,
  startGateway,
  startReplay,
  TranscriptInvalid,
  transcriptLine,
  type WireEntry,
} from "@bulkhead/tws-gateway";
import { expect, test } from "vitest";
import { nameOf, placeOrder, rawClient } from "./raw-client.ts";

async function lines(socket: Socket, ...asked: readonly string[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  const reader = createInterface({ input: socket });
  socket.write(`${asked.join("\n")}\n`);
  for await (const line of reader) if (answers.push(JSON.parse(line)) === asked.length) break;
  return answers;
}

test("[TWSG-82] the control port does what the control does, and refuses what it does not", async () => {
  const gateway = await startGateway();
  const control = await openControlPort(gateway.control);
  const client = await rawClient(gateway);
  const ask = async (...asked: readonly string[]) => lines(connect(control.port, "127.0.0.1"), ...asked);
  expect(await ask('{"do":"quote","with":["AAPL",{"bid":"10","ask":"11"}]}')).toEqual([{ ok: true, result: null }]);
  client.send(...placeOrder(193, 1, { reference: "r" }));
  expect((await client.settle()).map(nameOf)).toContain("orderStatus:Filled");
  const [truth] = (await ask('{"do":"truth"}')) as { result: { sends: unknown } }[];
  expect(truth?.result.sends).toEqual({ r: { frames: 1, orders: 1 } });
  const refused = (await ask(
    ...['{"do":"explode"}', '{"do":"constructor"}', '{"do":"quote","with":[1]}', "nonsense", '{"do":"fault","with":[{"fault":"x"}]}'],
    ...[
      '{"do":"cash","with":["USD","much","gift"]}',
      '{"do":"fill","with":[{"permId":1},{"price":"1"}]}',
      '{"do":"truth","with":["more"]}',
    ],
  )) as { ok: boolean; error: string }[];
  expect(refused.map(({ ok, error }) => `${ok} ${/^[A-Z_]+/.exec(error)?.[0]}`)).toEqual([
    ...Array.from({ length: 4 }, () => "false CALL_INVALID"),
    ...["false FAULT_INVALID", "false DECIMAL", "false ORDER_UNKNOWN", "false CALL_INVALID"],
  ]);
  await control.close();
  await gateway.close();
});

test("[TWSG-80] the truth tells orders, executions, positions, cash and what was sent, whatever anybody was told", async () => {
  const gateway = await startGateway({ clock: manualClock(0), prices: { AAPL: "200" }, cash: { USD: "100000" } });
  gateway.control.fault({ fault: "lose", message: "execDetails" }, { fault: "reject", code: 201, nth: 2 });
  const client = await rawClient(gateway, 7);
  client.send(...placeOrder(193, 1, { reference: "a", quantity: "10" }));
  client.send(...placeOrder(193, 2, { reference: "b" }));
  await client.settle();
  gateway.control.correct("0000e0d5.67fe667b.01", { price: "199" });
  expect(gateway.control.truth()).toMatchObject({
    ...{ account: "DU1234567", cash: { USD: "98009" }, sends: { a: { frames: 1, orders: 1 }, b: { frames: 1, orders: 1 } } },
    positions: [{ symbol: "AAPL", quantity: "10", averageCost: "199.1" }],
    orders: [
      { reference: "a", clientId: 7, status: "Filled", filled: "10", averagePrice: "199" },
      { reference: "b", status: "Inactive", filled: "0" },
    ],
    executions: [
      { id: "0000e0d5.67fe667b.01.01", quantity: "10", price: "200.01", current: false },
      { id: "0000e0d5.67fe667b.01.02", price: "199", commission: "1", current: true },
    ],
  });
  await gateway.close();
});

/** A session of its own as a transcript, recorded through the gateway. */
async function recorded(): Promise<WireEntry[]> {
  const entries: WireEntry[] = [];
  const gateway = await startGateway({ clock: manualClock(0), prices: { AAPL: "200" }, observe: (entry) => void entries.push(entry) });
  const client = await rawClient(gateway, 3);
  client.send(61, 1);
  client.send(...placeOrder(193, 1, { reference: "r" }));
  client.send(7, 3, 9, 0, "", "", "", "", "", "");
  await client.until(([id]) => id === "55");
  await gateway.close();
  return readTranscript(`# masked\n\n${entries.map(transcriptLine).join("\n")}\n`);
}

test("[TWSG-91] S3.2: a transcript is replayed under the client's own ids, whatever the order of its questions", async () => {
  const transcript = await recorded();
  const strange: (string | undefined)[] = [];
  const replay = await startReplay(transcript, { unknown: ([id]) => void strange.push(id) });
  const client = await rawClient(replay, 8);
  expect(client.frames.map(([id]) => id)).toEqual(["193", "15", "9", "4", "4", "4"]);
  client.send(7, 3, 77, 0, "", "", "", "", "", "");
  const executions = await client.until(([id]) => id === "55");
  expect(executions.map((fields) => [nameOf(fields), fields[1]])).toEqual([
    ["execDetails", "77"],
    ["commissionReport", "1"],
    ["execDetailsEnd", "1"],
  ]);
  expect(executions.at(-1)?.[2]).toBe("77");
  client.send(...placeOrder(193, 41, { reference: "mine" }));
  const order = await client.until(([id]) => id === "59");
  expect(order.filter(([id]) => id === "3").map((fields) => fields.slice(1, 3))).toEqual([
    ["41", "PreSubmitted"],
    ["41", "Filled"],
  ]);
  client.send(61, 1);
  client.send(61, 1);
  await client.settle();
  expect(strange).toEqual(["61"]);
  await replay.close();
});

test("[TWSG-91] at a pace the words of the server come when they came", async () => {
  const clock = manualClock(0);
  const at = (ms: number, direction: "client" | "server", ...fields: string[]): WireEntry => ({
    ...{ at: new Date(ms).toISOString(), direction, connection: 1, fields },
  });
  const greeting = [at(0, "client", "API", "v100..193"), at(0, "server", "193", "x"), at(0, "client", "71", "2", "1", "")];
  const start = [at(0, "server", "4", "2", "-1", "2158", "ok", "")];
  const transcript = [...greeting, ...start, at(100, "client", "61", "1"), at(2_100, "server", "62", "1")];
  const replay = await startReplay(transcript, { clock, pace: 2 });
  const pending = rawClient(replay, 1);
  const ticking = setInterval(() => clock.advance(0), 1);
  const client = await pending;
  clearInterval(ticking);
  client.send(61, 1);
  expect(await client.settle()).toEqual([]);
  clock.advance(999);
  expect(await client.settle()).toEqual([]);
  clock.advance(1);
  expect((await client.settle()).map(([id]) => id)).toEqual(["62"]);
  await replay.close();
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["no JSON",                                                                       "line=2"],
  ["[]",                                                                            "`at`"],
  ['{"at":"x","direction":"client","connection":1,"fields":["1"]}',                 "`at`"],
  ['{"at":"2026-11-20T00:00:00Z","direction":"up","connection":1,"fields":["1"]}',  "`direction`"],
  ['{"at":"2026-11-20T00:00:00Z","direction":"client","fields":["1"]}',             "`connection`"],
  ['{"at":"2026-11-20T00:00:00Z","direction":"client","connection":1,"fields":[]}', "`fields`"],
] as const)("[TWSG-90] %s is no line of a transcript: %s", (line, reason) => {
  expect(() => readTranscript(`# one\n${line}`)).toThrow(TranscriptInvalid);
  expect(() => readTranscript(`# one\n${line}`)).toThrow(reason);
});
