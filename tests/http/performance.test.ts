import type { AccountId } from "@bulkhead/core";
import type { Row } from "@bulkhead/store";
import { expect, test } from "vitest";
import { at, rows, Stage } from "./stage.ts";

const MAIN = "main" as AccountId;

test("[HTTP-23] returns are time-weighted, trades count by what they netted, and what is not defined is null (S1.26)", async () => {
  let now = Date.UTC(2026, 0, 5);
  const stage = await Stage.open({ now: () => now });
  const mark = (price: string): void => stage.account.with((books) => books.run(books.markAsk({ "LONG@X": price }, {})));
  const step = (): void => {
    now += 86_400_000;
  };
  stage.account.with((books) => books.trade("alpha", "LONG@X", "buy 100 @ 10"));
  step();
  mark("11");
  // A transfer in is no gain.
  await stage.post("/api/portfolios/beta/transfer", { to_portfolio_id: "alpha", amount: "5000", reason: "more" });
  step();
  mark("11");
  step();
  stage.account.with((books) => books.trade("alpha", "LONG@X", "sell 100 @ 12", { fee: "10 USD" }));
  mark("12");
  const answer = await stage.ask("/api/performance?portfolio_id=alpha&periods_per_year=365");
  const growth = (10_100 / 10_000) * (15_190 / 15_100);
  expect(at(answer, "data.0")).toMatchObject({
    portfolio_id: "alpha",
    periods_per_year: 365,
    trades: 1,
    win_rate: 1,
    avg_win: 190,
    profit_factor: null,
    return_30d: null,
    max_consecutive_wins: 1,
  });
  expect(at(answer, "data.0.return_all_time")).toBeCloseTo(growth - 1, 10);
  expect(at(answer, "as_of_seq")).toBe(stage.account.durableSeq);
  const all = rows(await stage.ask("/api/performance?portfolio_id=*"));
  expect(all.map((row) => row["portfolio_id"])).toEqual(["unattributed", "alpha", "beta"]);
  expect(all[2]).toMatchObject({ return_all_time: 0, trades: 0, win_rate: null, sharpe_ratio: null });
  expect((await stage.ask("/api/performance?format=csv")).text).toMatch(/^portfolio_id,periods_per_year,/);
});

test("[SURF-19] S1.26: worked out once for each state, and kept for those who read the tables", async () => {
  const kept: Row<"performance_cache">[] = [];
  const stage = await Stage.open({ listen: { keepPerformance: (_account, found) => kept.push(...found) } });
  const { performance, options } = stage.listening.app.services;
  const history = options.history?.(MAIN);
  if (history === undefined) throw new Error("no tables");
  const of = (id: string) => performance.of(MAIN, history, id);
  stage.account.with((books) => books.trade("alpha", "LONG@X", "buy 100 @ 10"));
  const [alpha, beta] = [of("alpha"), of("beta")];
  expect(of("alpha").performance).toBe(alpha.performance);
  expect(performance.of(MAIN, history, "alpha", 365).performance).not.toBe(alpha.performance);
  // A trade of alpha leaves beta as it was; both are as of now.
  stage.account.with((books) => books.trade("alpha", "LONG@X", "sell 100 @ 11"));
  expect(of("beta")).toEqual({ asOfSeq: stage.seq, performance: beta.performance });
  expect(of("beta").performance).toBe(beta.performance);
  expect(of("alpha").performance.trades.trades).toBe(1);
  await performance.fill(MAIN, ["alpha", "beta"]);
  stage.projections.put("performance_cache", kept);
  const { answer } = await stage.projections.reader.ask((db) =>
    db.selectFrom("performance_cache_v").selectAll().orderBy("portfolio_id").execute(),
  );
  expect(answer.map(({ portfolio_id: id, win_rate: rate, avg_win: win, seq }) => [id, rate, win, seq])).toEqual([
    ["alpha", 1, 100, stage.seq],
    ["beta", null, null, stage.seq],
  ]);
});
