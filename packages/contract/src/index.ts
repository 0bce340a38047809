export type { AlarmCode } from "./catalogue/alarms.ts";
export { CATALOGUE, type Code, explain } from "./catalogue/catalogue.ts";
export type { CommandLineCode } from "./catalogue/command-line.ts";
export type { ConfigCode } from "./catalogue/config.ts";
export { renderCodes } from "./catalogue/document.ts";
export type { HealthCode } from "./catalogue/health.ts";
export type { HttpCode } from "./catalogue/http.ts";
export type { Figures, Sentence } from "./catalogue/sentence.ts";
export { type Answered, type Asked, askedOf, type ClientOptions, DeskClient, DeskRefused, DeskSilent } from "./client/client.ts";
export { type AnswerOf, type BodyOf, OPERATIONS, type Operation, type OperationId, WHOLE_DESK } from "./client/operations.ts";
export {
  type AlarmChannelConfig,
  type AlarmsConfig,
  type KillConfig,
  SEVERITIES,
  type SecretReference,
  type Severity,
} from "./config/alarms.ts";
export { type BrokerConfig, type CcxtConfig, confirmationOf, type ExtraClient, type IbkrConfig } from "./config/broker.ts";
export { overnightOf, type Surroundings, toCommands } from "./config/commands.ts";
export type {
  AccountConfig,
  BacktestConfig,
  BackupConfig,
  Config,
  FeedConfig,
  PortfolioConfig,
  RecordedTable,
  ServerConfig,
  Setting,
} from "./config/config.ts";
export { cashScale } from "./config/currency.ts";
export { DEMO_CONFIG, isConfiguredBy } from "./config/demo.ts";
export type { DataTable, FeeTable } from "./config/file.ts";
export type { ConfigInput, Flags } from "./config/input.ts";
export { type LoadedConfig, loadConfig } from "./config/load.ts";
export { nearestWord } from "./config/nearest.ts";
export { type ConfigProblem, type Origin, originText } from "./config/problem.ts";
export type { RebalanceConfig, ScheduleConfig, SweepConfig, Timing } from "./config/schedules.ts";
export { hoursText, percentWords } from "./config/words.ts";
export { ACCOUNT_KEYS } from "./config/write/account-keys.ts";
export { PORTFOLIO_KEYS } from "./config/write/portfolio-keys.ts";
export { scheduleTable } from "./config/write/schedule-tables.ts";
export type { SettingKey, WriteContext } from "./config/write/setting-key.ts";
export type { TomlTable, TomlValue } from "./config/write/toml.ts";
export { type WrittenAccount, writeConfig } from "./config/write/write.ts";
export { type AccountSummary, AccountsPicture, type CombinedEquity } from "./wire/accounts.ts";
export { AlarmChannelRow, AlarmList, AlarmRow, AlarmTested } from "./wire/alarms.ts";
export { answerOf, Problem, pageOf } from "./wire/answer.ts";
export { BAR_RESOLUTIONS, BarRow } from "./wire/bars.ts";
export {
  AccountRow,
  InstrumentRow,
  PnlRow,
  PositionRow,
  ProtectionRow,
  ReasonBody,
  SetProtectionBody,
  Standing,
  StatusRow,
  TransferBody,
  TransferPreview,
  TransferPreviewBody,
  Transferred,
} from "./wire/books.ts";
export {
  CapitalFlowBody,
  CapitalFlowDone,
  CapitalPicture,
  CapitalPlan,
  CapitalRun,
  CapitalRunDone,
  RebalanceBody,
  RebalancePreviewBody,
  SweepBody,
  SweepPreviewBody,
} from "./wire/capital.ts";
export { ApplyConfigBody, ConfigApplied, ConfigChange, ConfigPicture, ExportedConfiguration } from "./wire/config.ts";
export {
  ACTIONS,
  type Action,
  ClearAllKillsBody,
  ClearKillBody,
  CreatedKey,
  CreateKeyBody,
  KeyRow,
  KillAllBody,
  KillAllOutcome,
  KillAllPreviewBody,
  KillBody,
  KillOutcome,
  KillPreviewBody,
  KillRow,
  type KillScopeBody,
  PatchKeyBody,
} from "./wire/control.ts";
export { CycleRow } from "./wire/cycles.ts";
export { DAY_END, DayEnd } from "./wire/day-end.ts";
export { FeedRow } from "./wire/feeds.ts";
export { ImportBody, ImportRow } from "./wire/imports.ts";
export { AcceptContractBody, ContractRow } from "./wire/instrument-contracts.ts";
export type { Kind, WireColumn, WireList } from "./wire/list-columns.ts";
export { LISTS, type ListName, type ListRow, rowOf } from "./wire/lists.ts";
export { LogRow, SurroundedLogRow } from "./wire/log.ts";
export { ModeRow, SetModeBody } from "./wire/modes.ts";
export { OrderPreview, OrderRow, PlacedOrder, PlaceOrderBody, ReceiptBody, ReplaceOrderBody } from "./wire/order.ts";
export { PerformanceRow } from "./wire/performance.ts";
export { CreatePortfolioBody, PatchPortfolioBody, PortfolioDetail, PortfolioRow } from "./wire/portfolio.ts";
export {
  AddInstrumentBody,
  ApprovePreview,
  ApprovePreviewBody,
  ApproveProposalBody,
  AssignBreakBody,
  AssignPreview,
  AssignPreviewBody,
  BreakAnswered,
  BreakId,
  ClaimOrderBody,
  ConnectionRow,
  ExternalOrderRow,
  FoundInstrument,
  InboxRow,
  OrderClaimed,
  RECONCILIATION_OUTCOMES,
  RECONCILIATIONS,
  ReconciliationRow,
  SearchText,
  VenueOrderText,
  WriteOffBody,
} from "./wire/reconcile.ts";
export {
  AttributionRuleRow,
  CreateRuleBody,
  PatchRuleBody,
  ProposedRule,
  RuleId,
  RulePreviewBody,
  RulePreviewed,
} from "./wire/rules.ts";
export { AccountChoice, Cursor, Format, InstrumentText, PageLimit, PortfolioChoice, Slug, words } from "./wire/scalars.ts";
export {
  AuditQuery,
  AuditRow,
  Ended,
  LoginBody,
  PasswordBody,
  SessionRow,
  SessionState,
  SetUpBody,
  StepUpBody,
  Ticket,
  TotpBody,
  TotpOffer,
} from "./wire/session.ts";
export {
  ALARM_MESSAGE,
  CONNECTION_MESSAGE,
  LIVE_TYPES,
  LOG_LINE,
  MESSAGE_TYPES,
  type PortfolioMessage,
  SocketRequest,
} from "./wire/socket.ts";
export { ConfigureStrategyBody, StrategiesQuery, StrategyRow, StrategyType, StrategyVersionRow } from "./wire/strategies.ts";
export {
  BackupMade,
  BackupRow,
  CHECK_LEVELS,
  type CheckLevel,
  CheckRow,
  RebuildStarted,
  SystemReport,
  systemAnswerOf,
} from "./wire/system.ts";
export { TradeDetail } from "./wire/trade.ts";
export { Explained, Why } from "./wire/why.ts";
