import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { type Figure, median } from "./measure.ts";

const BIN = fileURLToPath(new URL("../apps/cli/bin/bulkhead.mjs", import.meta.url));
const MINUTES = Number(process.env["BULKHEAD_SOAK_MINUTES"] ?? 10);
const ORDERS_EVERY_MS = 50;
const LOOK_EVERY_MS = 2_000;
/** What a desk needs before it is warm. */
const WARM = 0.4;

/** Ten minutes of the real process under twenty orders a second, a screen that listens and reads: memory at the end beside that after the warm-up. */
export async function soak(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  const child = spawn(process.execPath, [BIN, "start", "--data", folder, "--port", "0", "--no-open"], { cwd: folder });
  try {
    const url = await addressOf(child);
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers: { "X-Bulkhead-Client": "bench" } });
    socket.on("open", () => socket.send(JSON.stringify({ action: "subscribe", portfolio_ids: ["*"], figures: true, quotes: true })));
    let asked = 0;
    const statuses = new Map<number, number>();
    const order = setInterval(async () => {
      const status = await place(url, asked++).catch(() => 0);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }, ORDERS_EVERY_MS);
    const sizes: number[] = [];
    for (let look = 0; look * LOOK_EVERY_MS < MINUTES * 60_000; look++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      await fetch(`${url}/api/portfolios`);
      sizes.push(residentMiB(child.pid));
    }
    clearInterval(order);
    socket.terminate();
    const warm = sizes.slice(Math.floor(sizes.length * WARM));
    const part = Math.floor(warm.length / 4);
    const refused = [...statuses].filter(([status]) => status === 0 || status >= 500).reduce((sum, [, count]) => sum + count, 0);
    return [
      { bench: "soak-memory", value: median(warm.slice(-part)), unit: "MiB", yardstick: median(warm.slice(0, part)) },
      { bench: "soak-orders", value: asked, unit: "orders asked", yardstick: null },
      { bench: "soak-failed", value: refused, unit: "orders without an answer", yardstick: null },
    ];
  } finally {
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("close", resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /Bulkhead is at (\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(text)));
  });
}

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

/** Resident memory of a process, as Linux counts it. */
function residentMiB(pid: number | undefined): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return (pages * 4_096) / 1_048_576;
}
