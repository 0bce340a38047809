export { type Comparison, comparePortfolios, type Ranked } from "./compare/compare.ts";
export { type Drawdown, drawdownOf } from "./performance/drawdown.ts";
export { type Exposure, exposureOf } from "./performance/exposure.ts";
export { type EquityPoint, type FlowPoint, type GrowthPoint, growthOf } from "./performance/growth.ts";
export { type EquityHistory, equityHistory } from "./performance/history.ts";
export { type Performance, type PerformanceInput, performanceOf } from "./performance/performance.ts";
export {
  annualisedReturn,
  type DailyReturn,
  dailyReturns,
  dayOf,
  type PeriodReturns,
  periodReturns,
  timeWeightedReturn,
} from "./performance/returns.ts";
export { type ClosedTrade, type TradeStatistics, tradeStatistics } from "./performance/trades.ts";
export { type Annualisation, sharpe, sortino, volatility } from "./performance/volatility.ts";
export { figuresOf, type ReportedFigures } from "./report/figures.ts";
export { exactText, moneyText, percentText, quantityText } from "./report/formats.ts";
export { formatReportHtml } from "./report/html/report-html.ts";
export type {
  AccountReport,
  BacktestReport,
  FaultReport,
  MoneyColumns,
  OrderCounts,
  PortfolioReport,
  PositionReport,
  ReceiptCounts,
  ReportIssue,
  RuleReceipts,
  TradeReport,
  UnattributedReport,
} from "./report/report.ts";
export { addsUp, type ColumnSum, netPnlOf, sumsOf } from "./report/sums.ts";
export { formatReportText } from "./report/text/report-text.ts";
