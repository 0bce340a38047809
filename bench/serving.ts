import { type ChildProcess, fork } from "node:child_process";
import { Agent, get } from "node:http";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { type Figure, median, quantile } from "./measure.ts";
import type { Asked, Told } from "./serving-process.ts";

const CLIENTS = 100;
const MESSAGES = 2_000;
const REQUESTS = 4_000;
const CONNECTIONS = 16;
const ROUNDS = 5;
const PATH = "/api/portfolios/steady";

type Side = Readonly<{ child: ChildProcess; port: number }>;

/** Requests a second for one portfolio beside node:http that answers the same bytes, by turns. */
export async function reads(): Promise<readonly Figure[]> {
  return await withSides(async (ours, bare) => {
    const text = await (await fetch(`http://127.0.0.1:${ours.port}${PATH}`)).text();
    ask(bare, { type: "push", messages: 0, text });
    const rates: Readonly<Record<"ours" | "bare", number[]>> = { ours: [], bare: [] };
    const waits: number[] = [];
    for (let round = -1; round < ROUNDS; round++) {
      const own = await requests(ours.port);
      const theirs = await requests(bare.port);
      if (round < 0) continue;
      rates.ours.push(own.rate);
      rates.bare.push(theirs.rate);
      waits.push(...own.waits);
    }
    return [
      { bench: "get-portfolio", value: median(rates.ours), unit: "requests/s", yardstick: median(rates.bare) },
      { bench: "get-portfolio-p99", value: quantile(waits, 0.99), unit: "ms", yardstick: null },
    ];
  });
}

/** Messages a second that reach a hundred sockets beside ws that sends the same bytes, by turns. */
export async function fanOut(): Promise<readonly Figure[]> {
  return await withSides(async (ours, bare) => {
    const [own, theirs] = [await listeners(ours.port, true), await listeners(bare.port, false)];
    const text = await own.sample(() => ask(ours, { type: "push", messages: 2, text: "" }));
    const rates: Readonly<Record<"ours" | "bare", number[]>> = { ours: [], bare: [] };
    for (let round = -1; round < ROUNDS; round++) {
      const [mine, yours] = [await own.until(MESSAGES, ours, text), await theirs.until(MESSAGES, bare, text)];
      if (round < 0) continue;
      rates.ours.push(mine);
      rates.bare.push(yours);
    }
    own.close();
    theirs.close();
    return [{ bench: "fan-out-100", value: median(rates.ours), unit: "messages/s", yardstick: median(rates.bare) }];
  });
}

async function withSides<T>(use: (ours: Side, bare: Side) => Promise<T>): Promise<T> {
  const [ours, bare] = await Promise.all([start("ours"), start("bare")]);
  try {
    return await use(ours, bare);
  } finally {
    for (const side of [ours, bare]) {
      ask(side, { type: "end" });
      await new Promise((resolve) => side.child.once("close", resolve));
    }
  }
}

function start(side: "ours" | "bare"): Promise<Side> {
  const child = fork(fileURLToPath(new URL("serving-process.ts", import.meta.url)), [side]);
  return new Promise((resolve, reject) => {
    child.once("message", ({ port }: Told) => resolve({ child, port }));
    child.once("exit", (code) => reject(new Error(`BENCH_ENDED: side=${side}, code=${code}`)));
  });
}

const ask = ({ child }: Side, asked: Asked): void => void child.send(asked);

/** Keeps so many connections busy until all is answered. */
async function requests(port: number): Promise<Readonly<{ rate: number; waits: readonly number[] }>> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const waits: number[] = [];
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      get({ host: "127.0.0.1", port, path: PATH, agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`BENCH_STATUS: ${response.statusCode}`));
        response.resume().once("end", () => {
          waits.push(performance.now() - began);
          resolve();
        });
      }).once("error", reject);
    });
  let left = REQUESTS;
  const began = performance.now();
  const busy = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, busy));
  const rate = (REQUESTS * 1_000) / (performance.now() - began);
  agent.destroy();
  return { rate, waits };
}

type Listeners = Readonly<{
  /** Messages a second until every socket has had so many. */
  until: (messages: number, side: Side, text: string) => Promise<number>;
  /** The text of a message. */
  sample: (push: () => void) => Promise<string>;
  close: () => void;
}>;

async function listeners(port: number, subscribes: boolean): Promise<Listeners> {
  let heard = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let done: () => void = () => undefined;
  let last = "";
  const sockets = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { "X-Bulkhead-Client": "bench" } });
      await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
      if (subscribes) {
        socket.send(JSON.stringify({ action: "subscribe", portfolio_ids: ["*"] }));
        await new Promise<void>((resolve) => {
          const wait = (data: unknown): void => {
            if (!String(data).includes('"subscribed"')) return;
            socket.off("message", wait);
            resolve();
          };
          socket.on("message", wait);
        });
      }
      socket.on("message", (data: Buffer) => {
        if (subscribes && !data.includes('"portfolio_update"')) return;
        heard += 1;
        if (last === "") last = data.toString();
        if (heard === wanted) done();
      });
      return socket;
    }),
  );
  const reached = (count: number): Promise<void> => {
    heard = 0;
    wanted = count;
    return new Promise((resolve) => {
      done = resolve;
    });
  };
  return {
    until: async (messages, side, text) => {
      const all = reached(messages * CLIENTS);
      const began = performance.now();
      ask(side, { type: "push", messages, text });
      await all;
      return (messages * CLIENTS * 1_000) / (performance.now() - began);
    },
    sample: async (push) => {
      const all = reached(CLIENTS);
      push();
      await all;
      return last;
    },
    close: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
}
