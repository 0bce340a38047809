import type { Performance } from "@bulkhead/analytics";
import { PerformanceRow, pageOf } from "@bulkhead/contract";
import { z } from "zod";
import { type Api, one } from "../api.ts";
import { pageOfRows } from "../paging.ts";
import { accountOf, selectionOf } from "../scope.ts";
import { ScopedQuery } from "./books.ts";
import { historyOf } from "./lists.ts";

const Query = ScopedQuery.extend({
  periods_per_year: z.coerce
    .number()
    .int()
    .min(1)
    .max(366)
    .default(252)
    .meta({ description: "252 for exchanges with sessions, 365 where something trades every day." }),
});

/** Performance from the marks, flows and round trips of the tables; the same figures as a backtest's (docs/metrics.md). */
export function performanceRoute(api: Api): void {
  const { services } = api;
  api.read(
    {
      path: "/api/performance",
      operationId: "listPerformance",
      summary: "Returns, risk and trade statistics (S1.26)",
      action: "read",
      query: Query,
      answer: pageOf(PerformanceRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = accountOf(services.desk, principal, query.account_id);
      const { portfolios } = selectionOf(account, principal, query.portfolio_id);
      const { rows, next } = pageOfRows(portfolios, ({ id }) => id, query);
      let asOfSeq = Number.POSITIVE_INFINITY;
      const data = await services.performance.ofAll(rows, ({ id }) => {
        const found = services.performance.of(account.id, historyOf(services, account), id, query.periods_per_year);
        asOfSeq = Math.min(asOfSeq, found.asOfSeq);
        return rowOf(id, found.performance);
      });
      return { body: { ...one(account, rows.length === 0 ? account.durableSeq : asOfSeq, data), next_cursor: next } };
    },
  );
}

const rowOf = (id: string, performance: Performance): z.infer<typeof PerformanceRow> => ({
  portfolio_id: id,
  periods_per_year: performance.periodsPerYear,
  observations: performance.observations,
  return_all_time: performance.returns.all,
  return_annualised: performance.returnAnnualised,
  return_1d: performance.returns["1d"],
  return_7d: performance.returns["7d"],
  return_30d: performance.returns["30d"],
  volatility: performance.volatility,
  sharpe_ratio: performance.sharpe,
  sortino_ratio: performance.sortino,
  calmar_ratio: performance.calmar,
  max_drawdown: performance.drawdown?.drawdownMax ?? null,
  drawdown_now: performance.drawdown?.drawdownNow ?? null,
  trades: performance.trades.trades,
  win_rate: performance.trades.winRate,
  avg_win: performance.trades.averageWin,
  avg_loss: performance.trades.averageLoss,
  profit_factor: performance.trades.profitFactor,
  expectancy: performance.trades.expectancy,
  max_consecutive_wins: performance.trades.consecutiveWinsMax,
  max_consecutive_losses: performance.trades.consecutiveLossesMax,
});
