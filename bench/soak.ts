import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { type Figure, median } from "./measure.ts";
import type { Asked, Told } from "./soak-process.ts";

const PROCESS = fileURLToPath(new URL("./soak-process.ts", import.meta.url));
const MINUTES = Number(process.env["BULKHEAD_SOAK_MINUTES"] ?? 10);
const ORDERS_EVERY_MS = 50;
const LOOK_EVERY_MS = 2_000;
/** Part of the time after which a desk is warm. */
const WARM = 0.4;

/**
 * Ten minutes of the desk under twenty orders a second, a screen that listens and reads. `soak-heap` is what is alive after a collection
 * of garbage at the end, beside the same after the warm-up, `soak-memory` what the process held before it; `soak-kept` is the growth of
 * the heap per order that was asked for: executions and receipts are kept, so it is not nothing.
 */
export async function soak(): Promise<readonly Figure[]> {
  const child = fork(PROCESS, { execArgv: ["--expose-gc"] });
  try {
    const { url } = await told(child, "ready");
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers: { "X-Bulkhead-Client": "bench" } });
    socket.on("open", () => socket.send(JSON.stringify({ action: "subscribe", portfolio_ids: ["*"], figures: true, quotes: true })));
    let asked = 0;
    const statuses = new Map<number, number>();
    const order = setInterval(async () => {
      const status = await place(url, asked++).catch(() => 0);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }, ORDERS_EVERY_MS);
    const looks: Readonly<{ heap: number; resident: number; asked: number }>[] = [];
    for (let look = 0; look * LOOK_EVERY_MS < MINUTES * 60_000; look++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      await fetch(`${url}/api/portfolios`);
      child.send({ type: "look" } satisfies Asked);
      const { heap, resident } = await told(child, "looked");
      looks.push({ heap, resident, asked });
    }
    clearInterval(order);
    socket.terminate();
    return figures(looks, asked, statuses);
  } finally {
    child.send({ type: "end" } satisfies Asked);
    await once(child, "close");
  }
}

type Look = Readonly<{ heap: number; resident: number; asked: number }>;

function figures(looks: readonly Look[], asked: number, statuses: ReadonlyMap<number, number>): readonly Figure[] {
  const warm = looks.slice(Math.floor(looks.length * WARM));
  const part = Math.max(1, Math.floor(warm.length / 4));
  const middle = (some: readonly Look[], figure: keyof Look): number => median(some.map((look) => look[figure]));
  const [first, last] = [warm.slice(0, part), warm.slice(-part)];
  const compared = (bench: string, figure: "heap" | "resident"): Figure => ({
    bench,
    value: middle(last, figure),
    unit: "MiB",
    yardstick: middle(first, figure),
  });
  const meanwhile = middle(last, "asked") - middle(first, "asked");
  const count = (is: (status: number) => boolean): number =>
    [...statuses].filter(([status]) => is(status)).reduce((sum, [, times]) => sum + times, 0);
  const kept = ((middle(last, "heap") - middle(first, "heap")) * 1_024) / Math.max(1, meanwhile);
  return [
    compared("soak-heap", "heap"),
    compared("soak-memory", "resident"),
    { bench: "soak-kept", value: kept, unit: "KiB per order asked", yardstick: null },
    { bench: "soak-orders", value: asked, unit: "orders asked", yardstick: null },
    { bench: "soak-taken", value: count((status) => status === 201), unit: "orders taken", yardstick: null },
    { bench: "soak-failed", value: count((status) => status === 0 || status >= 500), unit: "orders without an answer", yardstick: null },
  ];
}

async function told<T extends Told["type"]>(child: ChildProcess, type: T): Promise<Extract<Told, { type: T }>> {
  for (;;) {
    const [message] = (await once(child, "message")) as [Told];
    if (message.type === type) return message as Extract<Told, { type: T }>;
  }
}

/** Buys and sells, in turn. */
async function place(url: string, index: number): Promise<number> {
  const side = index % 2 === 0 ? "buy" : "sell";
  const response = await fetch(`${url}/api/orders`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Bulkhead-Client": "bench", "Idempotency-Key": `soak-${index}` },
    body: JSON.stringify({
      portfolio_id: "trend",
      instrument: "DUSKUSD",
      side,
      quantity: "0.1",
      time_in_force: "gtc",
      allow_duplicate: true,
    }),
  });
  await response.text();
  return response.status;
}
