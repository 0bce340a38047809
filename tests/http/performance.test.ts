import { expect, test } from "vitest";
import { at, rows, Stage } from "./stage.ts";

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
