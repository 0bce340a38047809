import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LogLevel, Logs } from "@bulkhead/store";
import { expect, onTestFinished, test } from "vitest";
import { at, rows, Stage } from "./stage.ts";

async function logged(): Promise<
  Readonly<{ stage: Stage; logs: Logs; say: (portfolioId: string, message: string, level?: LogLevel) => void }>
> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-logs-"));
  const logs = new Logs(join(folder, "logs.sqlite"));
  const stage = await Stage.open({ listen: { logs: () => logs } });
  onTestFinished(() => {
    logs.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const say = (portfolioId: string, message: string, level: LogLevel = "info"): void => {
    logs.append([{ seq: 1, at: 1_800_000_000_000, level, source: "host", portfolioId, runId: "run-1", message, fields: "{}" }]);
  };
  return { stage, logs, say };
}

test("[HTTP-21] lines are found by portfolio, level, run and words, each saying whose it is (S2.48)", async () => {
  const { stage, say } = await logged();
  say("alpha", "feed stalled", "warn");
  say("beta", "feed fine");
  say("*", "desk feed up");
  const found = async (query: string): Promise<readonly unknown[]> =>
    rows(await stage.ask(`/api/logs?${query}`)).map((row) => row["message"]);
  expect(await found("portfolio_id=*")).toEqual(["desk feed up", "feed fine", "feed stalled"]);
  expect(await found("portfolio_id=*&level=warn")).toEqual(["feed stalled"]);
  expect(await found("portfolio_id=*&text=fine")).toEqual(["feed fine"]);
  expect(await found("portfolio_id=*&run_id=other")).toEqual([]);
  expect(await found("portfolio_id=alpha")).toEqual(["desk feed up", "feed stalled"]);
  expect(rows(await stage.ask("/api/logs?portfolio_id=beta"))[1]).toMatchObject({
    portfolio_id: "beta",
    run_id: "run-1",
    level: "info",
    at: "2027-01-15T08:00:00.000Z",
  });
});

test("[HTTP-21, SEC-6] a key sees the lines of its portfolios, and none about everybody", async () => {
  const { stage, say } = await logged();
  for (let i = 0; i < 4; i++) for (const id of ["alpha", "beta", "*"]) say(id, `${id} ${i}`);
  const { headers } = await stage.key(["read"], ["alpha"]);
  const messages = rows(await stage.ask("/api/logs?portfolio_id=*", { headers })).map((row) => row["message"]);
  expect(messages).toEqual(["alpha 3", "alpha 2", "alpha 1", "alpha 0"]);
  for (let i = 0; i < 40; i++) say("*", "noise");
  say("alpha", "alpha 4");
  const paged: unknown[] = [];
  let cursor: unknown = null;
  do {
    const page = await stage.ask(`/api/logs?portfolio_id=*&limit=2${cursor === null ? "" : `&cursor=${cursor}`}`, { headers });
    paged.push(...rows(page).map((row) => row["message"]));
    cursor = at(page, "next_cursor");
  } while (cursor !== null);
  expect(paged).toEqual(["alpha 4", ...messages]);
  const after = rows(await stage.ask("/api/logs?portfolio_id=*&limit=3&after=10", { headers })).map((row) => row["message"]);
  expect(after).toEqual(["alpha 4"]);
});

test("[HTTP-21] pages and `after` give every line once (S3.7)", async () => {
  const { stage, say } = await logged();
  for (let i = 0; i < 25; i++) say(i % 2 === 0 ? "alpha" : "*", `line ${i}`);
  const seen: unknown[] = [];
  let cursor: unknown = null;
  do {
    const page = await stage.ask(`/api/logs?portfolio_id=*&limit=7${cursor === null ? "" : `&cursor=${cursor}`}`);
    seen.push(...rows(page).map((row) => row["message"]));
    cursor = at(page, "next_cursor");
  } while (cursor !== null);
  expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `line ${24 - i}`));
  const streamed: unknown[] = [];
  let after = 0;
  for (let i = 0; i < 10; i++) {
    const page = rows(await stage.ask(`/api/logs?portfolio_id=*&limit=4&after=${after}`));
    streamed.push(...page.map((row) => row["message"]));
    after = Number(page.at(-1)?.["log_id"] ?? after);
    if (i === 3) say("beta", "line 25");
  }
  expect(streamed).toEqual(Array.from({ length: 26 }, (_, i) => `line ${i}`));
});

test("[SURF-23, SEC-6] the log as a file: every line that matches and may be seen, once, oldest first", async () => {
  const { stage, say } = await logged();
  for (let i = 0; i < 1_234; i++) say(["alpha", "beta", "*"][i % 3] as string, `line ${i}, "quoted"`, i % 10 === 0 ? "warn" : "info");
  const messages = (text: string): readonly string[] =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { message: string }).message);
  const all = await stage.ask("/api/export?what=log&portfolio_id=*");
  expect(all.headers.get("content-disposition")).toBe('attachment; filename="main-log.ndjson"');
  expect(messages(all.text)).toEqual(Array.from({ length: 1_234 }, (_, i) => `line ${i}, "quoted"`));
  const { headers } = await stage.key(["read"], ["alpha"]);
  const own = messages((await stage.ask("/api/export?what=log&portfolio_id=*&level=warn", { headers })).text);
  expect(own).toEqual(Array.from({ length: 42 }, (_, i) => `line ${30 * i}, "quoted"`).slice(0, own.length));
  expect(own.length).toBe(42);
  const csv = (await stage.ask("/api/export?what=log&portfolio_id=beta&format=csv&text=line")).text.split("\r\n");
  expect(csv[0]).toBe("log_id,seq,at,level,source,portfolio_id,run_id,message,fields");
  expect(csv[1]).toContain('"line 1, ""quoted"""');
  expect((await stage.ask("/api/export?what=log&format=hledger")).status).toBe(400);
  expect((await stage.ask("/api/export?what=journal&level=warn")).status).toBe(400);
  expect((await stage.ask("/api/export?what=ledger&text=x&portfolio_id=*")).status).toBe(400);
});
