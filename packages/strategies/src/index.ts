export type { IntentProblem } from "./intent/check.ts";
export type {
  CashSize,
  Direction,
  EnterIntent,
  ExitIntent,
  Intent,
  PercentSize,
  PriceHint,
  RiskSize,
  Size,
  Stop,
  TakeProfit,
  TargetIntent,
  Trailing,
  UnitsSize,
} from "./intent/intent.ts";
export { type DecimalText, fractionOf, type PercentText, ratioOfPercent } from "./intent/percent.ts";
export { type Param, type ParamKind, type ParamSet, type ParamsOf, p } from "./params/params.ts";
export type { BoundStrategy } from "./seat/bound.ts";
export type {
  PortfolioFigures,
  PositionFigures,
  Reply,
  RestoreOutcome,
  ScheduleSeat,
  Seat,
  SeriesColumns,
  StateSnapshot,
  StrategyFault,
} from "./seat/seat.ts";
export type { Answer, Bar, BarContext, FillReport, Portfolio, Position, ScheduleContext, SymbolView } from "./strategy/context.ts";
export { nextPeriod, type Schedule } from "./strategy/schedule.ts";
export { type BarSize, type Strategy, type StrategySpec, strategy } from "./strategy/strategy.ts";
export type { IndicatorSet, IndicatorSpec, Line, LinesOf, Source } from "./ta/spec.ts";
