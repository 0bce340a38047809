import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../kit/free-port.ts";
import { LocalExchange } from "../kit/local-exchange.ts";
import { type Program, startProgram } from "../kit/program.ts";
import { soon } from "../kit/soon.ts";
import { newFolder as emptyFolder, removeFolder } from "./paper.ts";

const start = (folder: string, ...more: string[]): Program => startProgram(["--data", folder, ...more], { folder });

const newFolder = (): string => {
  const folder = emptyFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
};

async function order(url: string, key: string): Promise<Readonly<{ status: number; text: string; orderId: unknown }>> {
  const response = await fetch(`${url}/api/orders`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": key },
    body: JSON.stringify({ portfolio_id: "trend", instrument: "DUSKUSD", side: "buy", quantity: "0.5", time_in_force: "gtc" }),
  });
  const body = (await response.json()) as { data?: { order?: { order_id?: number } } };
  return { status: response.status, text: JSON.stringify(body), orderId: body.data?.order?.order_id };
}

test("[DESK-20] one command opens a desk that trades in paper, adds up and answers; it ends with 0 when asked to", async () => {
  const folder = newFolder();
  const desk = start(folder, "--port", "0");
  const url = await desk.url;
  const page = await (await fetch(`${url}/api/portfolios`)).json();
  const { data } = page as { data: { portfolio_id: string; equity: string }[] };
  expect(data.map(({ portfolio_id }) => portfolio_id)).toEqual(expect.arrayContaining(["unattributed", "steady", "trend", "reckless"]));
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ ready: true, reasons: [] });
  expect(await (await fetch(url)).text()).toContain("<title>Bulkhead</title>");
  const second = start(folder, "--port", "0");
  expect(await second.ended).toBe(1);
  expect(second.text()).toContain(url); // The second start says where the first one is.
  desk.child.kill("SIGTERM");
  expect(await desk.ended).toBe(0);
});

test("[DESK-21] what was acknowledged over HTTP survives kill -9, and the same key asks for nothing twice", async () => {
  const folder = newFolder();
  const first = start(folder, "--port", "0");
  const firstUrl = await first.url;
  let tries = 0;
  // Before its first price a desk denies, rightly; each try is a wish of its own.
  const placed = await soon(async () => {
    const answer = await order(firstUrl, `wish-${++tries}`);
    expect(answer, answer.text).toMatchObject({ status: 201 });
    return answer;
  });
  first.child.kill("SIGKILL");
  await first.ended;
  const again = start(folder, "--port", "0");
  const url = await again.url;
  const repeated = await order(url, `wish-${tries}`);
  expect([repeated.status, repeated.orderId]).toEqual([placed.status, placed.orderId]);
  const listed = (await (await fetch(`${url}/api/orders?portfolio_id=trend&status=all`)).json()) as { data: { order_id: number }[] };
  expect(listed.data.filter(({ order_id }) => order_id === placed.orderId)).toHaveLength(1);
});

test("[DESK-22] a busy port that was asked for is refused by name, a wrong flag says so", async () => {
  const folder = newFolder();
  const desk = start(folder, "--port", "0");
  const port = new URL(await desk.url).port;
  const other = start(newFolder(), "--port", port);
  expect(await other.ended).toBe(1);
  expect(other.text()).toContain("PORT_BUSY");
  const wrong = start(newFolder(), "--port", "many");
  expect(await wrong.ended).toBe(2);
  expect(wrong.text()).toContain("--port takes a whole number");
});

test("[FEED-14] a program that waits for its exchange says so on its port too, opens there once it answers, and ends with 0", async () => {
  const exchange = new LocalExchange([{ base: "BTC", quote: "USDT", tick: "0.01", step: "0.00001", minNotional: "5" }]);
  exchange.play([{ symbol: "BTCUSDT", at: Date.now() - 60_000, price: "100.00", amount: "1.00000" }]);
  const address = await exchange.start();
  exchange.off();
  const file = join(newFolder(), "bulkhead.toml");
  const port = await freePort();
  const feed = `[feed]\nsource = "ccxt"\nexchange = "binance"\nsymbols = ["BTC/USDT"]\nurl = "${address}"\n`;
  writeFileSync(file, `${feed}[[portfolio]]\nid = "coins"\nstarting_cash = "1000"\n`);
  const desk = start(newFolder(), "--port", String(port), "--config", file);
  const url = `http://127.0.0.1:${port}`;
  const asked = (path: string) => fetch(`${url}${path}`).then(async (answer) => ({ status: answer.status, text: await answer.text() }));
  const waiting = await soon(() => asked("/readyz"));
  expect(waiting.status).toBe(503);
  expect(JSON.parse(waiting.text)).toEqual({
    ready: false,
    reasons: [expect.stringMatching(/^market data: binance cannot be reached \(.+\)$/)],
  });
  expect(await asked("/healthz")).toEqual({ status: 200, text: '{"status":"ok"}' });
  expect((await asked("/api/portfolios")).status).toBe(503);
  expect((await asked("/")).text).toContain("Bulkhead waits for its market data and trades nothing");
  expect(desk.text()).toContain("Nothing trades until it can; trying again.");
  exchange.on();
  expect(await desk.url).toContain(String(port));
  expect(desk.text()).toContain("Prices come from binance, bars of 1m: BTCUSDT.");
  expect(await asked("/api/portfolios")).toMatchObject({ status: 200 });
  desk.child.kill("SIGTERM");
  expect(await desk.ended).toBe(0);
  await exchange.stop();
});

test("[FEED-14] it ends with 0 while it waits, too", async () => {
  const file = join(newFolder(), "bulkhead.toml");
  const feed = '[feed]\nsource = "ccxt"\nexchange = "binance"\nsymbols = ["BTC/USDT"]\nurl = "http://127.0.0.1:1"\n';
  writeFileSync(file, `${feed}[[portfolio]]\nid = "coins"\nstarting_cash = "1000"\n`);
  const desk = start(newFolder(), "--port", "0", "--config", file);
  await soon(() => expect(desk.text()).toContain("binance cannot be reached"));
  desk.child.kill("SIGTERM");
  expect(await desk.ended).toBe(0);
  expect(desk.text()).toMatch(/stopping\s*$/);
});
