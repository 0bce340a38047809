import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { syntheticFeed } from "@bulkhead/market";
import { serve } from "@bulkhead/server";
import { Logs } from "@bulkhead/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accountOf, BUSY, HOUR, newFolder, openPaper, recordsIn, removeFolder, START } from "./paper.ts";
import { VirtualClock } from "./virtual-clock.ts";

let folder: string;
let keys = 0;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

const CONFIG = `
[account]
starting_cash = "150000"
[[portfolio]]
id = "broken"
starting_cash = "50000"
symbols = ["DUSKUSD"]
strategy = "./broken.ts"
[[portfolio]]
id = "sound"
starting_cash = "50000"
symbols = ["DUSKUSD", "ACME"]
strategy = "sma-cross"
params = { fast = 2, slow = 5 }
trailing_stop_pct = "1%"
`;
const BROKEN = `export default { [Symbol.for("bulkhead.strategy")]: true, name: "broken", params: {}, onBar() {
  throw new Error("one\\nERROR two \\u001b[31m\\u202e with token=hunter2hunter2 and Bearer abcdefghijklmnop");
} };
`;

type Line = Readonly<{ log_id: number; level: string; source: string; portfolio_id: string; run_id: string; message: string; seq: number }>;

async function served(at: number) {
  const clock = new VirtualClock(at);
  const feed = syntheticFeed({ seed: 7, from: at });
  const serving = await serve({ data: `${folder}/data`, environment: {}, workingFolder: folder, clock, feed, port: 0 });
  const ask = async (path: string): Promise<{ data: never }> => (await (await fetch(`${serving.url}${path}`)).json()) as { data: never };
  const lines = async (query: string): Promise<readonly Line[]> => {
    const all: Line[] = [];
    for (let after = 0; ; ) {
      const { data } = (await ask(`/api/logs?portfolio_id=*&limit=500&after=${after}&${query}`)) as { data: readonly Line[] };
      all.push(...data);
      if (data.length < 500) return all;
      after = data.at(-1)?.log_id ?? 0;
    }
  };
  const post = (path: string, body: unknown, method = "POST"): Promise<Response> =>
    fetch(`${serving.url}${path}`, {
      method,
      headers: {
        "Content-Type": "application/json",
        "X-Bulkhead-Client": "test",
        "Idempotency-Key": `key-${++keys}`,
      },
      body: JSON.stringify(body),
    });
  return { clock, serving, lines, post, ask };
}

test("[SURF-8, SURF-10, SURF-11] S2.48: what happens is in the log, with its portfolio and its run, in one line each", async () => {
  writeFileSync(`${folder}/broken.ts`, BROKEN);
  writeFileSync(`${folder}/bulkhead.toml`, CONFIG);
  const desk = await served(START);
  try {
    expect((await desk.post("/api/portfolios/broken", { run_id: "trial-7" }, "PATCH")).status).toBe(200);
    desk.clock.advance(HOUR);
    await desk.post("/api/portfolios/sound/transfer", { to_portfolio_id: "broken", amount: "100", reason: "lend\tit" });
    expect(
      (await desk.post("/api/portfolios/sound/transfer", { to_portfolio_id: "broken", amount: "100", reason: "lend it" })).status,
    ).toBeLessThan(300);
    const killed = desk.post("/api/kill", { portfolio_id: "sound", level: "pause", reason: "look first" });
    await killed;
    const lines = await desk.lines("");
    const texts = (source: string, portfolio: string): readonly string[] =>
      lines.filter((line) => line.source === source && line.portfolio_id === portfolio).map(({ message }) => message);
    expect(texts("desk", "*")).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^account main opened in paper/),
        expect.stringMatching(/^start 1, version/),
        expect.stringMatching(/^stops: 0 expected, 0 armed/),
      ]),
    );
    expect(texts("strategy", "sound")).toEqual(
      expect.arrayContaining([expect.stringMatching(/^order \d+: (?:buy|sell) [\d.]+ (?:DUSKUSD|ACME)@\w+ \(sma-cross\): ./)]),
    );
    expect(texts("fill", "sound").some((text) => /^(?:bought|sold) [\d.]+ \S+ at [\d.]+: realized/.test(text))).toBe(true);
    expect(texts("protection", "sound").some((text) => text.includes("armed: "))).toBe(true);
    expect(texts("capital", "broken")).toEqual(expect.arrayContaining([expect.stringMatching(/^capital in: 100, .*lend it/)]));
    expect(texts("capital", "sound")).toEqual(expect.arrayContaining([expect.stringMatching(/^capital out: -100, /)]));
    expect(texts("kill", "sound")).toEqual([expect.stringMatching(/^kill switch pause engaged for sound: look first/)]);
    expect(texts("portfolio", "broken")).toEqual(expect.arrayContaining([expect.stringMatching(/^trading state reducing/)]));
    const faults = lines.filter(({ source, portfolio_id: id, level }) => source === "strategy" && id === "broken" && level === "warn");
    expect(faults).toHaveLength(3);
    for (const { message, run_id: run } of faults) {
      expect(message).not.toMatch(/(STRATEGY_\w+): \1/);
      expect(run).toBe("trial-7");
      expect(message).toContain("one\\u000aERROR two \\u001b[31m\\u202e with token=[redacted] and Bearer [redacted]");
      expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
    expect(lines.filter(({ portfolio_id: id }) => id !== "broken").every(({ run_id: run }) => run === "start-1")).toBe(true);
    // Found by words, level, portfolio and time, and at an address with its neighbours.
    expect((await desk.lines("text=kill%20switch")).map(({ source }) => source)).toEqual(["kill"]);
    expect((await desk.lines("level=warn&run_id=trial-7")).length).toBeGreaterThanOrEqual(3);
    expect(await desk.lines(`to=${new Date(START).toISOString()}`)).toEqual([]);
    const [one] = faults;
    const { data } = (await desk.ask(`/api/logs/${one?.log_id}?around=2`)) as {
      data: Readonly<{ line: Line; before: Line[]; after: Line[] }>;
    };
    expect([...data.before, data.line, ...data.after].map(({ log_id: id }) => id - (one?.log_id ?? 0))).toEqual([-2, -1, 0, 1, 2]);
    expect(((await desk.ask("/api/logs/999999")) as unknown as { code: string }).code).toBe("LOG_LINE_UNKNOWN");
  } finally {
    await desk.serving.stop();
  }
  const logs = new Logs(join(folder, "data", "accounts", "main", "logs.sqlite"));
  expect(logs.search({ limit: 1 })[0]?.message).toBe("stopping");
  logs.close();
});

test("[SURF-9] what was not told before is told by the next start, and nothing twice", async () => {
  // A desk without a log trades for an hour.
  const silent = await openPaper({ folder: `${folder}/data`, config: BUSY });
  silent.clock.advance(HOUR);
  await silent.desk.stop();
  const { records } = recordsIn(`${folder}/data`);
  const fills = records.flatMap(({ events }) => events.flatMap((event) => (event.type === "ExecutionBooked" ? event.allocations : [])));
  expect(fills.length).toBeGreaterThan(3);
  for (const start of [1, 2]) {
    const desk = await served(START + HOUR);
    try {
      expect(await desk.lines("text=realized")).toHaveLength(fills.length);
      expect((await desk.lines("text=version")).filter(({ source }) => source === "desk")).toHaveLength(start + 1);
    } finally {
      await desk.serving.stop();
    }
  }
});

test("[SURF-24] a listener that fails is a line in the log; the account and the other listeners go on", async () => {
  writeFileSync(`${folder}/bulkhead.toml`, CONFIG);
  writeFileSync(`${folder}/broken.ts`, BROKEN);
  const { clock, serving, lines } = await served(START);
  try {
    const account = accountOf(serving.desk);
    let told = 0;
    const stop = account.onDurable(() => {
      throw new Error("no screen");
    });
    account.onDurable((records) => {
      told += records.length;
    });
    clock.advance(HOUR);
    stop();
    expect(told).toBeGreaterThan(50);
    expect(account.readiness.ready).toBe(true);
    expect((await lines("level=error"))[0]?.message).toMatch(/^a listener failed at record \d+: Error: no screen$/);
  } finally {
    await serving.stop();
  }
});
