// One side of the serving figures, in a process of its own: `ours` is the desk behind its port, `bare` is node:http and ws answering the same bytes.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId, InstantMs, PortfolioId } from "@bulkhead/core";
import { EdgeStore, listen, RATES, startDesk } from "@bulkhead/server";
import { WebSocketServer } from "ws";

export type Asked = Readonly<{ type: "push"; messages: number; text: string }> | Readonly<{ type: "end" }>;
export type Told = Readonly<{ type: "ready"; port: number }>;

const [side] = process.argv.slice(2);
/** Pushes at once: what a turn of the desk makes durable together. */
const GROUP = 50;

const tell = (told: Told): void => void process.send?.(told);

async function ours(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  const at = Date.UTC(2026, 10, 18, 15) as InstantMs;
  // Time stands still: nothing happens but what is asked for.
  const clock = { now: () => at, wake: () => () => undefined };
  const { desk } = await startDesk({ data: folder, environment: {}, workingFolder: folder, clock });
  // What is measured is the way through the desk, not its budgets.
  const rates = Object.fromEntries(Object.keys(RATES).map((name) => [name, { perSecond: 1e9, burst: 1e9 }]));
  const listening = await listen(desk, { port: 0, store: new EdgeStore(":memory:"), rates });
  const account = desk.accounts.get("main" as AccountId);
  if (account === undefined) throw new Error("ACCOUNT_UNKNOWN");
  const person = { by: "bench", portfolio: "steady" as PortfolioId, reason: "bench" };
  process.on("message", async (asked: Asked) => {
    if (asked.type === "end") {
      await listening.close();
      await desk.stop();
      rmSync(folder, { recursive: true, force: true });
      process.exit(0);
    }
    for (let sent = 0; sent < asked.messages; sent += GROUP) {
      const group = Array.from({ length: GROUP }, (_, index) =>
        account.submit({ type: index % 2 === 0 ? "PausePortfolio" : "ResumePortfolio", ...person }),
      );
      await Promise.all(group);
    }
  });
  tell({ type: "ready", port: listening.port });
}

function bare(): void {
  let body = "{}";
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json; charset=utf-8", "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  process.on("message", (asked: Asked) => {
    if (asked.type === "end") process.exit(0);
    body = asked.text;
    let sent = 0;
    const push = (): void => {
      for (let group = 0; group < GROUP && sent < asked.messages; group++, sent++)
        for (const client of sockets.clients) client.send(asked.text);
      if (sent < asked.messages) setImmediate(push);
    };
    push();
  });
  server.listen(0, "127.0.0.1", () => tell({ type: "ready", port: (server.address() as AddressInfo).port }));
}

if (side === "ours") await ours();
else bare();
