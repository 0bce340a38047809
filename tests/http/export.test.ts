import { once } from "node:events";
import { get } from "node:http";
import { expect, test } from "vitest";
import { Stage } from "./stage.ts";

/** Sums of a CSV ledger by portfolio, account and asset. */
function sums(csv: string): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const line of csv.trim().split("\r\n").slice(1)) {
    const [, , , , portfolio = "", account = "", asset = "", amount = ""] = line.split(",");
    const key = `${portfolio} ${account} ${asset}`;
    found[key] = Math.round(((found[key] ?? 0) + Number(amount)) * 1e6) / 1e6;
  }
  return found;
}

const traded = (stage: Stage): void =>
  stage.account.with((books) => {
    books.trade("alpha", "LONG@X", "buy 50 @ 10", { fee: "1 USD" });
    books.trade("beta", "SPY@X", "sell 2 @ 400");
    books.run(books.transfer("alpha", "beta", "100 USD"));
  });

test("[SURF-1] the books of one portfolio and of all, in every format, are those of the journal", async () => {
  const stage = await Stage.open();
  traded(stage);
  const all = await stage.ask("/api/export?format=csv&portfolio_id=*");
  expect(all.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(all.headers.get("content-disposition")).toBe('attachment; filename="main-ledger.csv"');
  expect(all.headers.get("as-of-seq")).toBe(String(stage.seq));
  const everybody = sums(all.text);
  expect(everybody["alpha cash USD"]).toBe(9_399);
  expect(everybody["beta cash USD"]).toBe(10_900);
  const one = await stage.ask("/api/export?format=csv&portfolio_id=alpha");
  const own = Object.fromEntries(Object.entries(everybody).filter(([key]) => key.startsWith("alpha ")));
  expect(sums(one.text)).toEqual(own);
  const perAsset: Record<string, number> = {};
  for (const [key, sum] of Object.entries(own)) perAsset[key.split(" ")[2] ?? ""] = (perAsset[key.split(" ")[2] ?? ""] ?? 0) + sum;
  expect(Object.values(perAsset).every((sum) => Math.abs(sum) < 1e-9)).toBe(true);

  const hledger = await stage.ask("/api/export?portfolio_id=alpha");
  expect(hledger.text).toContain("Assets:Alpha:Cash");
  expect(hledger.text).not.toContain("Beta");
  expect((await stage.ask("/api/export?format=beancount&portfolio_id=*")).text).toContain("open Assets:Beta:Cash");
  const json = (await stage.ask("/api/export?format=json&portfolio_id=*")).body as { entries: unknown[]; balances: unknown[] };
  expect(json.entries.length).toBeGreaterThan(3);
});

test("[SURF-2] the journal is a line a record, and for who may see everybody", async () => {
  const stage = await Stage.open();
  traded(stage);
  const whole = await stage.ask("/api/export?what=journal");
  const lines = whole.text.trimEnd().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(Array.from({ length: stage.seq }, (_, i) => i + 1));
  expect(whole.headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
  const { headers } = await stage.key(["read"], ["alpha"]);
  expect((await stage.ask("/api/export?what=journal", { headers })).status).toBe(403);
  expect((await stage.ask("/api/export?portfolio_id=beta", { headers })).status).toBe(404);
  const visible = await stage.ask("/api/export?format=csv&portfolio_id=*", { headers });
  expect(Object.keys(sums(visible.text)).every((key) => key.startsWith("alpha "))).toBe(true);
  expect((await stage.ask("/api/export?what=journal&portfolio_id=alpha")).status).toBe(400);
  expect((await stage.ask("/api/export?what=everything")).status).toBe(400);
});

test("[SURF-3] nobody reads: little is made, the desk goes on, and the export stays what it was", async () => {
  const stage = await Stage.open();
  for (let i = 0; i < 3_000; i++) stage.account.with((books) => books.run(books.transfer("alpha", "beta", "1 USD")));
  const asOf = stage.seq;
  let given = 0;
  const records = stage.account.records;
  const request = get(`${stage.listening.url}/api/export?what=journal`);
  const [response] = (await once(request, "response")) as [import("node:http").IncomingMessage];
  response.pause();
  for (let i = 0; i < 50; i++) {
    stage.account.with((books) => books.run(books.transfer("beta", "alpha", "1 USD")));
    expect((await stage.ask("/healthz")).status).toBe(200);
  }
  expect(records.length).toBe(asOf + 50);
  let text = "";
  response.setEncoding("utf8");
  for await (const part of response) {
    text += String(part);
    given += 1;
  }
  expect(given).toBeGreaterThan(1);
  const seqs = text
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { seq: number }).seq);
  expect(seqs.at(-1)).toBe(asOf);
  expect(seqs).toHaveLength(asOf);
});
