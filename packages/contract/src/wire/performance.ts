import { z } from "zod";

const figure = z.number().nullable();

/** Performance of one portfolio (S1.26): statistics in float64, never facts; ratios and returns are fractions; null is not defined. */
export const PerformanceRow = z
  .object({
    portfolio_id: z.string(),
    periods_per_year: z.number(),
    observations: z.number().int().meta({ description: "Daily returns behind volatility, Sharpe and Sortino." }),
    return_all_time: figure.meta({ description: "Time-weighted: a transfer is no gain." }),
    return_annualised: figure,
    return_1d: figure,
    return_7d: figure,
    return_30d: figure,
    volatility: figure,
    sharpe_ratio: figure,
    sortino_ratio: figure,
    calmar_ratio: figure,
    max_drawdown: figure,
    drawdown_now: figure,
    trades: z.number().int(),
    win_rate: figure,
    avg_win: figure,
    avg_loss: figure,
    profit_factor: figure,
    expectancy: figure,
    max_consecutive_wins: z.number().int(),
    max_consecutive_losses: z.number().int(),
  })
  .meta({ id: "Performance" });
