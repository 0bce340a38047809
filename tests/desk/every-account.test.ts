import { writeFileSync } from "node:fs";
import { syntheticFeed } from "@bulkhead/market";
import { serve } from "@bulkhead/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR, newFolder, removeFolder, START } from "./paper.ts";
import { VirtualClock } from "./virtual-clock.ts";

const CONFIG = `
[[account]]
id = "one"
starting_cash = "100000"
[[account]]
id = "two"
starting_cash = "50000"
[[portfolio]]
account = "one"
id = "quick"
starting_cash = "50000"
symbols = ["DUSKUSD"]
strategy = "sma-cross"
params = { fast = 2, slow = 5 }
[[portfolio]]
account = "one"
id = "calm"
starting_cash = "10000"
[[portfolio]]
account = "two"
id = "slow"
starting_cash = "20000"
symbols = ["DUSKUSD"]
`;

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

type Answer = Readonly<{
  code?: string;
  accounts: readonly Readonly<{
    account_id: string;
    mode: string;
    as_of_seq: number;
    data: readonly Readonly<Record<string, string>>[];
    total?: unknown;
  }>[];
}>;

test("[SURF-20] S3.11: every list over every account: side by side, each with its mode, never added", async () => {
  writeFileSync(`${folder}/bulkhead.toml`, CONFIG);
  const clock = new VirtualClock(START);
  const feed = syntheticFeed({ seed: 7, from: START });
  const serving = await serve({ data: `${folder}/data`, environment: {}, workingFolder: folder, clock, feed, port: 0 });
  try {
    clock.advance(HOUR);
    const ask = async (path: string): Promise<Answer> => (await (await fetch(`${serving.url}${path}`)).json()) as Answer;
    const all = await ask("/api/account?account_id=*&portfolio_id=*");
    expect(all.accounts.map(({ account_id: id, mode, data }) => [id, mode, data.map((row) => row["portfolio_id"])])).toEqual([
      ["one", "paper", ["unattributed", "quick", "calm"]],
      ["two", "paper", ["unattributed", "slow"]],
    ]);
    expect(Object.keys(all).sort()).toEqual(["accounts"]);
    expect(new Set(all.accounts.map(({ as_of_seq: seq }) => seq)).size).toBeGreaterThanOrEqual(1);
    // Where only one has it, one answers; where none has, it is said.
    expect((await ask("/api/positions?account_id=*&portfolio_id=calm")).accounts.map(({ account_id: id }) => id)).toEqual(["one"]);
    expect((await ask("/api/positions?account_id=*&portfolio_id=nobody")).code).toBe("PORTFOLIO_UNKNOWN");
    for (const path of [
      "portfolios",
      "trades",
      "executions",
      "signals",
      "receipts",
      "ledger",
      "equity-history",
      "days",
      "breaks",
      "transfers",
      "orders",
      "order-history",
      "pnl",
      "status",
      "protections",
      "instruments",
      "performance",
      "cycles",
      "logs",
    ]) {
      const answer = await ask(`/api/${path}?account_id=*${["portfolios", "instruments"].includes(path) ? "" : "&portfolio_id=*"}`);
      expect([path, answer.accounts?.map(({ account_id: id }) => id)]).toEqual([path, ["one", "two"]]);
    }
    expect((await ask("/api/trades?account_id=*&portfolio_id=*&cursor=abc")).code).toBe("REQUEST_INVALID");
    const csv = await (await fetch(`${serving.url}/api/account?account_id=*&portfolio_id=*&format=csv`)).text();
    expect(csv.split("\r\n").map((line) => line.split(",").slice(0, 3).join(","))).toEqual([
      "account_id,mode,portfolio_id",
      "one,paper,unattributed",
      "one,paper,quick",
      "one,paper,calm",
      "two,paper,unattributed",
      "two,paper,slow",
      "",
    ]);
    // A change is of one account.
    const refused = await fetch(`${serving.url}/api/portfolios/quick/pause?account_id=*`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": "k" },
      body: JSON.stringify({ reason: "x" }),
    });
    expect(refused.status).toBe(400);
  } finally {
    await serving.stop();
  }
});
