import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { Tenths } from "../kit/soon.ts";
import { Client } from "./socket-client.ts";
import { at, Stage } from "./stage.ts";

describe("subscribing", () => {
  test("[WS-1, WS-2] S0.45–S0.48: a client gets what it subscribed to, and a trade as it is expected", async () => {
    const stage = await Stage.open();
    const [alpha, both, all, none] = await Promise.all([Client.open(stage), Client.open(stage), Client.open(stage), Client.open(stage)]);
    await alpha.subscribe(["alpha"]);
    await both.subscribe(["Alpha", "beta"]);
    await all.subscribe(["*"]);
    stage.account.with((books) => books.trade("alpha", "LONG@X", "buy 50 @ 10", { fee: "1 USD" }));
    stage.account.with((books) => books.trade("beta", "SPY@X", "sell 2 @ 400"));
    await all.until(() => all.of("trade_update").length === 2);
    await both.until(() => both.of("trade_update").length === 2);
    const [trade] = alpha.of("trade_update");
    expect(trade).toMatchObject({
      type: "trade_update",
      portfolio_id: "alpha",
      data: { symbol: "LONG", side: "BUY", quantity: "50", price: "10", value: "500", fees: "1" },
    });
    expect(trade?.seq).toBeLessThanOrEqual(stage.account.durableSeq);
    expect(alpha.messages.filter(({ portfolio_id }) => portfolio_id !== undefined && portfolio_id !== "alpha")).toEqual([]);
    expect(both.of("trade_update").map(({ data }) => data?.["side"])).toEqual(["BUY", "SELL"]);
    expect(none.messages).toEqual([]);
    for (const { type, portfolio_id, seq } of all.messages)
      if (type !== "subscribed") expect([typeof portfolio_id, typeof seq]).toEqual(["string", "number"]);
    alpha.say({ action: "unsubscribe", portfolio_ids: ["alpha"] });
    await alpha.until(() => alpha.of("subscribed").length === 2);
    stage.account.with((books) => books.trade("alpha", "LONG@X", "sell 50 @ 10"));
    await all.until(() => all.of("trade_update").length === 3);
    expect(alpha.of("trade_update")).toHaveLength(1);
  });

  test("[WS-2] what concerns everybody goes to who listens to everybody; new portfolios come along", async () => {
    const stage = await Stage.open();
    const [all, one] = [await Client.open(stage), await Client.open(stage)];
    await all.subscribe(["*"]);
    await one.subscribe(["alpha"]);
    await stage.post("/api/kill", { level: "pause", reason: "x" });
    await stage.post("/api/portfolios", { portfolio_id: "gamma", starting_cash: "1" });
    await all.until(() => all.of("portfolio_update").some(({ portfolio_id }) => portfolio_id === "gamma"));
    expect(all.of("kill_update")).toMatchObject([{ portfolio_id: "*", data: { engaged: true, level: "pause" } }]);
    expect(one.of("kill_update")).toEqual([]);
  });

  test("[WS-3] a snapshot, then every message after it: none missing, none twice, none before it is durable", async () => {
    const stage = await Stage.open();
    const client = await Client.open(stage);
    const transfers = (count: number): void => {
      for (let i = 0; i < count; i++) stage.account.with((books) => books.run(books.transfer("alpha", "beta", "1 USD")));
    };
    stage.account.hold();
    transfers(5);
    client.say({ action: "subscribe", portfolio_ids: ["alpha"] });
    await client.heard();
    transfers(5);
    await client.heard();
    expect(client.messages.map(({ type }) => type)).toEqual(["pong", "pong"]);
    stage.account.release();
    await client.until(() => client.of("subscribed").length === 1);
    transfers(5);
    await client.until(() => client.messages.at(-1)?.seq === stage.account.durableSeq);
    const [snapshot] = client.of("snapshot");
    const equity = Number(at({ body: snapshot }, "data.portfolio.equity"));
    const after = client.of("transfer_update");
    expect(after.map(({ seq }) => seq)).toEqual(after.map((_, index) => Number(snapshot?.seq) + 1 + index));
    const now = equity + after.reduce((sum, { data }) => sum + Number(data?.["amount"]), 0);
    expect(now).toBe(10_000 - 15);
  });

  test("[WS-4] with `since` a client goes on where it was; what is not kept any more, or not yet there, is a snapshot", async () => {
    const stage = await Stage.open();
    const first = await Client.open(stage);
    await first.subscribe(["*"]);
    for (let i = 0; i < 3; i++) stage.account.with((books) => books.run(books.transfer("alpha", "beta", "1 USD")));
    await first.until(() => first.of("transfer_update").length === 6);
    const seen = Number(first.of("transfer_update")[1]?.seq);
    first.socket.terminate();
    stage.account.with((books) => books.run(books.transfer("alpha", "beta", "1 USD")));
    const second = await Client.open(stage);
    await second.subscribe(["*"], seen);
    expect(second.of("snapshot")).toEqual([]);
    expect(second.of("transfer_update").map(({ seq }) => seq)).toEqual([seen + 1, seen + 1, seen + 2, seen + 2, seen + 3, seen + 3]);
    expect(second.of("subscribed")[0]).toMatchObject({ resumed: true, seq: stage.account.durableSeq });
    stage.account.with((books) => books.run(books.transfer("alpha", "beta", "1 USD")));
    await second.until(() => second.of("transfer_update").length === 8);
    for (const since of [1, 1_000_000]) {
      const third = await Client.open(stage);
      await third.subscribe(["alpha"], since);
      expect([third.of("snapshot").length, third.of("subscribed")[0]?.resumed]).toEqual([1, false]);
    }
  });
});

test("[WS-3, WS-4] subscribing to more, or to everybody, while listening says nothing twice and loses nothing", async () => {
  const stage = await Stage.open();
  const client = await Client.open(stage);
  const transfer = (): void => stage.account.with((books) => books.run(books.transfer("alpha", "beta", "1 USD")));
  const since = stage.account.durableSeq;
  await client.subscribe(["alpha"]);
  transfer();
  await client.subscribe(["beta"], since);
  transfer();
  await client.subscribe(["*"]);
  transfer();
  await client.subscribe(["*"], since);
  transfer();
  await client.until(() => client.messages.some(({ seq, type }) => type === "transfer_update" && seq === stage.account.durableSeq));
  for (const id of ["alpha", "beta"]) {
    const seqs = client.of("transfer_update").flatMap(({ portfolio_id, seq }) => (portfolio_id === id ? [Number(seq)] : []));
    expect(new Set(seqs)).toEqual(new Set([since + 1, since + 2, since + 3, since + 4]));
  }
  const alpha = client.messages
    .filter(({ portfolio_id, type }) => portfolio_id === "alpha" && type !== "subscribed")
    .map(({ seq }) => Number(seq));
  expect(alpha.slice(0, 5)).toEqual([since, since + 1, since + 2, since + 2, since + 3]);
});

describe("bounds", () => {
  test("[WS-5] who does not read gets no backlog but the newest state, and nobody else waits", async () => {
    const stage = await Stage.open();
    const [slow, quick] = [await Client.open(stage), await Client.open(stage)];
    await slow.subscribe(["alpha"]);
    await quick.subscribe(["alpha"]);
    slow.socket.pause();
    const note = "x".repeat(400);
    const storm = (count: number): void => {
      stage.account.with((books) => {
        for (let i = 0; i < count; i++)
          books.run({ type: "ReportStrategyFault", portfolio: "alpha" as never, code: "X", message: note, pause: false });
      });
    };
    const said = { messages: 0 };
    for (let round = 0; round < 60; round++) {
      storm(500);
      said.messages += 500;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await quick.until(() => quick.messages.at(-1)?.seq === stage.account.durableSeq);
    stage.account.with((books) => books.run(books.transfer("alpha", "beta", "7 USD")));
    slow.socket.resume();
    await slow.until((all) => all.some(({ conflated, seq }) => conflated === true && seq === stage.account.durableSeq));
    expect(slow.of("strategy_fault").length).toBeLessThan(said.messages);
    const snapshot = slow.of("snapshot").at(-1);
    expect(snapshot).toMatchObject({ data: { portfolio: { equity: "9993" } } });
    const seqs = slow.messages.flatMap(({ seq, type }) => (type === "subscribed" ? [] : [Number(seq)]));
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    stage.account.with((books) => books.run(books.transfer("alpha", "beta", "1 USD")));
    await slow.until(() => slow.of("transfer_update").some(({ seq }) => seq === stage.account.durableSeq));
  });

  test("[WS-6] what is not understood is answered and changes nothing; too long or not text ends it", async () => {
    const stage = await Stage.open();
    const client = await Client.open(stage);
    const { seq } = stage;
    const nonsense = [
      "",
      "{",
      "[]",
      "null",
      "1",
      '{"action":"buy"}',
      '{"action":"subscribe"}',
      '{"action":"subscribe","portfolio_ids":[]}',
      '{"action":"subscribe","portfolio_ids":["a b"]}',
      '{"action":"subscribe","portfolio_ids":["nobody"]}',
      '{"action":"subscribe","portfolio_ids":["alpha"],"since":-1}',
      '{"action":"subscribe","portfolio_ids":["alpha"],"x":1}',
      '{"action":"subscribe","portfolio_ids":["alpha"],"account_id":"other"}',
      "[".repeat(1_000),
    ];
    for (const text of nonsense) client.say(text);
    await client.until(() => client.of("error").length === nonsense.length);
    expect(new Set(client.of("error").map(({ code }) => code))).toEqual(
      new Set(["REQUEST_INVALID", "PORTFOLIO_UNKNOWN", "ACCOUNT_UNKNOWN"]),
    );
    client.say({ action: "ping" });
    await client.until(() => client.of("pong").length === 1);
    expect(stage.seq).toBe(seq);
    expect(client.socket.extensions).toBe("");
    client.say(" ".repeat(65_537));
    await client.until(() => client.closed !== undefined);
    expect(client.closed).toBe(1009);
    const binary = await Client.open(stage);
    binary.socket.send(Buffer.from([1]));
    await binary.until(() => binary.closed !== undefined);
    expect(binary.closed).toBe(1003);
  });
});

describe("pings", () => {
  const deadAt = (stage: Stage): WebSocket => {
    const dead = new WebSocket(`${stage.listening.url.replace("http", "ws")}/ws`, { autoPong: false });
    dead.on("error", () => undefined);
    return dead;
  };

  test("[WS-6] who answers no ping is let go", async () => {
    const stage = await Stage.open({ listen: { pingMs: 20 } });
    await once(deadAt(stage), "close");
    await expect.poll(() => stage.listening.sockets.size).toBe(0);
  });

  test("[WS-6] who answers stays", async () => {
    const stage = await Stage.open();
    const alive = await Client.open(stage);
    const dead = deadAt(stage);
    await once(dead, "open");
    for (let round = 0; round < 3; round++) {
      const asked = once(alive.socket, "ping");
      stage.listening.sockets.ping();
      await asked;
      await alive.heard(); // What it answered came before.
    }
    await expect.poll(() => [stage.listening.sockets.size, dead.readyState]).toEqual([1, WebSocket.CLOSED]);
    expect(alive.closed).toBeUndefined();
  });
});

describe("who may listen", () => {
  const refusal = (stage: Stage, headers: Readonly<Record<string, string>>, path = "/ws"): Promise<number> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${stage.listening.url.replace("http", "ws")}${path}`, { headers });
      socket.on("unexpected-response", (_, response) => resolve(response.statusCode ?? 0));
      socket.on("open", () => {
        socket.terminate();
        resolve(101);
      });
      socket.on("error", () => undefined);
    });

  test("[SEC-2] Z49: a page of another site opens no socket (W3); our own and programs do", async () => {
    const stage = await Stage.open();
    const own = `http://127.0.0.1:${stage.listening.port}`;
    expect(await refusal(stage, { Origin: "https://evil.example" })).toBe(403);
    expect(await refusal(stage, { Origin: "null" })).toBe(403);
    expect(await refusal(stage, { Origin: own, "Sec-Fetch-Site": "cross-site" })).toBe(403);
    expect(await refusal(stage, { Cookie: "a=b" })).toBe(403);
    expect(await refusal(stage, { Host: "evil.example" })).toBe(421);
    expect(await refusal(stage, { Authorization: "Bearer nope" })).toBe(401);
    expect(await refusal(stage, {}, "/other")).toBe(404);
    expect(await refusal(stage, { Origin: own })).toBe(101);
    expect(await refusal(stage, {})).toBe(101);
  });

  test("[SEC-4] revoking a key ends its sockets within a second; so does its end", async () => {
    let now = Date.now();
    const stage = await Stage.open({ now: () => now });
    const [one, two] = [await stage.key(["read"]), await stage.key(["read"], ["alpha"])];
    const [a, b] = [await Client.open(stage, one.headers), await Client.open(stage, two.headers)];
    await a.subscribe(["*"]);
    await b.subscribe(["alpha"]);
    const tenths = new Tenths();
    await stage.ask(`/api/keys/${one.id}`, { method: "DELETE" });
    a.say({ action: "ping" });
    await a.until(() => a.closed !== undefined);
    expect([a.closed, b.closed, a.of("pong")]).toEqual([1008, undefined, []]);
    expect(tenths.restart()).toBeLessThanOrEqual(10);
    now += 91 * 86_400_000;
    await b.until(() => b.closed !== undefined);
    expect(b.closed).toBe(1008);
    expect(tenths.restart()).toBeLessThanOrEqual(10);
  });

  test("[SEC-5, SEC-6] a key listens where its portfolios are; * is what it may see; reading needs `read` (I23)", async () => {
    const stage = await Stage.open();
    const { headers } = await stage.key(["read"], ["alpha"]);
    const trader = await stage.key(["trade"]);
    expect(await refusal(stage, trader.headers)).toBe(403);
    const client = await Client.open(stage, headers);
    await client.subscribe(["beta"]);
    expect(client.of("error")).toMatchObject([{ code: "PORTFOLIO_UNKNOWN" }]);
    await client.subscribe(["*"]);
    stage.account.with((books) => books.trade("beta", "SPY@X", "sell 2 @ 400"));
    await stage.post("/api/kill", { level: "pause", reason: "secret", instrument: "SPY" });
    stage.account.with((books) => books.trade("alpha", "LONG@X", "buy 50 @ 10"));
    await client.until(() => client.of("trade_update").length === 1);
    expect(JSON.stringify(client.messages.filter(({ type }) => type !== "error"))).not.toMatch(/beta"|secret|unattributed/);
  });

  test("[WS-6] half an upgrade, and one that is cut off, hurt nobody", async () => {
    const stage = await Stage.open();
    for (const text of [
      "GET /ws HTTP/1.1\r\n",
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${stage.listening.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
      "\u0000\u0001",
    ]) {
      const socket = connect(stage.listening.port, "127.0.0.1");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.write(text);
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.destroy();
    }
    expect((await stage.ask("/healthz")).status).toBe(200);
    expect(stage.listening.sockets.size).toBe(0);
  });
});

describe("the same as a stream", () => {
  test("[HTTP-15] a page of messages, and a stream that Last-Event-ID goes on with", async () => {
    const stage = await Stage.open();
    const since = stage.account.durableSeq;
    for (let i = 0; i < 3; i++) stage.account.with((books) => books.run(books.transfer("alpha", "beta", "1 USD")));
    const page = await stage.ask(`/api/events?portfolio_id=alpha&since=${since}`);
    expect(page.body).toMatchObject({ data: [{ type: "transfer_update", seq: since + 1 }, { seq: since + 2 }, { seq: since + 3 }] });
    const abort = new AbortController();
    const response = await fetch(`${stage.listening.url}/api/events?portfolio_id=alpha`, {
      headers: { Accept: "text/event-stream", "Last-Event-ID": String(since + 1) },
      signal: abort.signal,
    });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    let text = "";
    const decoder = new TextDecoder();
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const until = async (wanted: string): Promise<void> => {
      while (!text.includes(wanted)) text += decoder.decode((await reader.read()).value);
    };
    await until(`id: ${since + 3}`);
    stage.account.with((books) => books.run(books.transfer("alpha", "beta", "1 USD")));
    await until(`id: ${since + 4}`);
    expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))).toEqual([since + 2, since + 3, since + 4]);
    abort.abort();
  });
});
