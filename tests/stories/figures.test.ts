import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BacktestReport } from "@bulkhead/analytics";
import { expect, test } from "vitest";
import { json, repository, temporary } from "./command.ts";

const prices = join(repository, "examples/own-csv/prices/ALFA.csv");
/** One share held from the second session on; `more` are further sources of prices. */
const config = (symbols: string, more = ""): string => `[account]
starting_cash = "50000"
[backtest]
resolution = "1d"
[[backtest.data]]
format = "csv"
path = "${prices}"
venue = "XNYS"
zone = "America/New_York"
${more}
[[portfolio]]
id = "holder"
starting_cash = "50000"
symbols = ${symbols}
strategy = "buy-and-hold"
`;

function run(text: string): BacktestReport["portfolios"][number] {
  const file = join(temporary(), "bulkhead.toml");
  writeFileSync(file, text);
  const holder = json<BacktestReport>(["backtest", file]).portfolios.find(({ id }) => id === "holder");
  if (holder === undefined) throw new Error("no portfolio");
  return holder;
}

/** What a spreadsheet makes of the file's closes: returns from session to session, the first with the cash that was there. */
function expected(quantity: number, cash: number): Readonly<{ count: number; volatility: number; sharpe: number }> {
  const closes = readFileSync(prices, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",")[4]));
  const equity = closes.map((close, day) => (day === 0 ? 50_000 : cash + quantity * close));
  const returns = equity.map((value, day) => value / (equity[day - 1] ?? 50_000) - 1);
  const mean = returns.reduce((sum, each) => sum + each, 0) / returns.length;
  const deviation = Math.sqrt(returns.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (returns.length - 1));
  return { count: returns.length, volatility: deviation * Math.sqrt(252), sharpe: (mean / deviation) * Math.sqrt(252) };
}

test("[CLI-21] volatility and Sharpe of an exchange's shares count sessions, 252 a year: weekends and holidays are no days without movement", () => {
  const holder = run(config('["ALFA"]'));
  const wanted = expected(Number(holder.positions[0]?.quantity), Number(holder.cash));
  expect([holder.observations, holder.periodsPerYear]).toEqual([wanted.count, 252]);
  expect(holder.volatility).toBeCloseTo(wanted.volatility, 9);
  expect(holder.sharpe).toBeCloseTo(wanted.sharpe, 9);
});

test("[CLI-21] beside a market that never closes every day counts, 365 a year, and volatility is about the same", () => {
  const coin = join(temporary(), "coin.csv");
  const days = Array.from({ length: 178 }, (_, day) => `${new Date(Date.UTC(2024, 0, 2 + day)).toISOString().slice(0, 10)},9,9,9,9,1\n`);
  writeFileSync(coin, `date,open,high,low,close,volume\n${days.join("")}`);
  const more = `[[backtest.data]]\nformat = "csv"\npath = "${coin}"\nsymbol = "COIN/USD"\nkind = "coin"\nvenue = "COINEX"\nzone = "UTC"\n[[portfolio]]\nid = "coins"\nstarting_cash = "0"\nsymbols = ["COINUSD"]`;
  const holder = run(config('["ALFA"]', more));
  const wanted = expected(Number(holder.positions[0]?.quantity), Number(holder.cash));
  expect(holder.periodsPerYear).toBe(365);
  expect(holder.observations).toBeGreaterThan(170);
  expect((holder.volatility ?? 0) / wanted.volatility).toBeCloseTo(1, 1);
});
