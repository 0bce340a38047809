export { builtIns } from "./built-ins/built-ins.ts";
export { isStrategyPath, type LoadedStrategy, type LoadProblem, loadStrategy, readSource, type StrategySource } from "./files/load.ts";
export { resolveBulkhead } from "./files/resolve.ts";
export { type Scaffold, scaffoldStrategy } from "./files/scaffold.ts";
export { declarationOf, type StrategyDeclaration } from "./hosts/declaration.ts";
export {
  FIGURES_PER_SEAT,
  NO_MEMORY,
  newReadings,
  type Progress,
  type Question,
  type Readings,
  type SeatsMemory,
} from "./hosts/question.ts";
export type { RemoteSeats } from "./hosts/remote-seats.ts";
export { WORKER_SETTINGS, type WorkerSettings } from "./hosts/settings.ts";
export { SharedMarket } from "./hosts/shared-series.ts";
export type { WorkerProblem } from "./hosts/thread-life.ts";
export { openWorkerSeats, type WorkerSeats, type WorkerSeatsSetup } from "./hosts/worker-seats.ts";
export { checkIntent, type IntentCode, type IntentProblem } from "./intent/check.ts";
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
export { type DecimalText, fractionOf, isPercentText, type PercentText, ratioOfPercent } from "./intent/percent.ts";
export { priceOfHint } from "./intent/price-hint.ts";
export { size } from "./intent/size.ts";
export { stop, trail } from "./intent/stop.ts";
export { symbolOf } from "./intent/symbol.ts";
export { type Entry, enter, exit, hold, target } from "./intent/wish.ts";
export { describeParams, type ParamDescription, type StrategyDescription } from "./params/describe.ts";
export { type Param, type ParamKind, type ParamOptions, type ParamSet, type ParamsOf, p } from "./params/params.ts";
export type { ParamProblem } from "./params/problem.ts";
export { type ParamSchema, type ParamsSchema, paramsSchema } from "./params/schema.ts";
export type { Result } from "./result.ts";
export { type BindOptions, type BoundStrategy, bindStrategy } from "./seat/bound.ts";
export { flatFigures, type PortfolioFigures, type PositionFigures } from "./seat/figures.ts";
export { isIntentList, type Reply, replyOf, type StrategyFault } from "./seat/reply.ts";
export { createScheduleSeat, type ScheduleSeat, type ScheduleSetup } from "./seat/schedule-seat.ts";
export { createSeat, type ExplainOptions, type Seat, type SeatSetup } from "./seat/seat.ts";
export type { RestoreOutcome, StateSnapshot } from "./seat/state.ts";
export type { LineRead, LineTrace } from "./seat/trace.ts";
export type { NearestWish } from "./seat/what-if.ts";
export type { Answer, Bar, BarContext, FillReport, Portfolio, Position, ScheduleContext, SymbolView } from "./strategy/context.ts";
export { type RebalanceSpec, rebalance, type Weights } from "./strategy/rebalance.ts";
export { nextPeriod, type Schedule } from "./strategy/schedule.ts";
export { type BarSize, isStrategy, type Strategy, type StrategySpec, strategy } from "./strategy/strategy.ts";
export { IndicatorCache } from "./ta/cache.ts";
export type { SeriesColumns } from "./ta/series.ts";
export type { IndicatorKind, IndicatorSet, IndicatorSpec, Line, LinesOf, Source } from "./ta/spec.ts";
export { IndicatorParameterInvalid, ta } from "./ta/ta.ts";
export type { TestBar } from "./testing/series.ts";
export { type TestedIntent, type TestOutcome, TestParamsInvalid, type TestRun, testStrategy } from "./testing/test-strategy.ts";
