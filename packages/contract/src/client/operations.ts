import { z } from "zod";
import { AccountsPicture } from "../wire/accounts.ts";
import { AlarmChannelRow, AlarmList, AlarmRow, AlarmTested } from "../wire/alarms.ts";
import { answerOf, pageOf } from "../wire/answer.ts";
import { BarRow } from "../wire/bars.ts";
import {
  AccountRow,
  InstrumentRow,
  PnlRow,
  PositionRow,
  ProtectionRow,
  ReasonBody,
  SetProtectionBody,
  StatusRow,
  TransferBody,
  TransferPreview,
  TransferPreviewBody,
  Transferred,
} from "../wire/books.ts";
import {
  CapitalFlowBody,
  CapitalFlowDone,
  CapitalPicture,
  CapitalPlan,
  CapitalRunDone,
  RebalanceBody,
  RebalancePreviewBody,
  SweepBody,
  SweepPreviewBody,
} from "../wire/capital.ts";
import { ApplyConfigBody, ConfigApplied, ConfigPicture, ExportedConfiguration } from "../wire/config.ts";
import {
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
} from "../wire/control.ts";
import { CycleRow } from "../wire/cycles.ts";
import { FeedRow } from "../wire/feeds.ts";
import { ImportBody, ImportRow } from "../wire/imports.ts";
import { AcceptContractBody, ContractRow } from "../wire/instrument-contracts.ts";
import { LISTS, type ListName, type ListRow, rowOf } from "../wire/lists.ts";
import { LogRow, SurroundedLogRow } from "../wire/log.ts";
import { ModeRow, SetModeBody } from "../wire/modes.ts";
import { OrderPreview, OrderRow, PlacedOrder, PlaceOrderBody, ReplaceOrderBody } from "../wire/order.ts";
import { PerformanceRow } from "../wire/performance.ts";
import { CreatePortfolioBody, PatchPortfolioBody, PortfolioDetail, PortfolioRow } from "../wire/portfolio.ts";
import {
  AddInstrumentBody,
  ApprovePreview,
  ApprovePreviewBody,
  ApproveProposalBody,
  AssignBreakBody,
  AssignPreview,
  AssignPreviewBody,
  BreakAnswered,
  ClaimOrderBody,
  ConnectionRow,
  ExternalOrderRow,
  FoundInstrument,
  InboxRow,
  OrderClaimed,
  ReconciliationRow,
  WriteOffBody,
} from "../wire/reconcile.ts";
import { AttributionRuleRow, CreateRuleBody, PatchRuleBody, RulePreviewBody, RulePreviewed } from "../wire/rules.ts";
import { AuditRow, Ended, PasswordBody, SessionRow, SessionState, StepUpBody, Ticket, TotpBody, TotpOffer } from "../wire/session.ts";
import { ConfigureStrategyBody, StrategyRow, StrategyType, StrategyVersionRow } from "../wire/strategies.ts";
import { BackupMade, BackupRow, RebuildStarted, SystemReport, systemAnswerOf } from "../wire/system.ts";
import { TradeDetail } from "../wire/trade.ts";
import { Explained, Why } from "../wire/why.ts";

/** What can be asked of a desk: where, with what body, and what comes back. `change`: once per Idempotency-Key. */
export type Operation = Readonly<{
  kind: "read" | "question" | "change";
  method: "get" | "post" | "patch" | "delete";
  path: string;
  body: z.ZodType;
  answer: z.ZodType;
}>;

const NO_BODY = z.undefined();
const read = <A extends z.ZodType>(path: string, answer: A) => ({ kind: "read", method: "get", path, body: NO_BODY, answer }) as const;
const question = <B extends z.ZodType, A extends z.ZodType>(path: string, body: B, answer: A) =>
  ({ kind: "question", method: "post", path, body, answer }) as const;
const post = <B extends z.ZodType, A extends z.ZodType>(path: string, body: B, answer: A) =>
  ({ kind: "change", method: "post", path, body, answer }) as const;
const patch = <B extends z.ZodType, A extends z.ZodType>(path: string, body: B, answer: A) =>
  ({ kind: "change", method: "patch", path, body, answer }) as const;
const remove = <A extends z.ZodType>(path: string, answer: A) =>
  ({ kind: "change", method: "delete", path, body: NO_BODY, answer }) as const;

/** A list of the past; its rows are what its columns say. */
const list = <L extends ListName>(name: L) => read(`/api/${name}`, pageOf(rowOf(LISTS[name], `${name}-answer`) as z.ZodType<ListRow<L>>));

const NOTHING = z.strictObject({});
const ENROLLED = z.object({ data: z.object({ has_totp: z.boolean() }) });
/** Changes who is logged in and nothing of the books: no Idempotency-Key. */
const act = <M extends "post" | "delete", B extends z.ZodType, A extends z.ZodType>(method: M, path: string, body: B, answer: A) =>
  ({ kind: "question", method, path, body, answer }) as const;

/** The operations of a desk by their ids in its document (`docs/openapi.json`). */
export const OPERATIONS = {
  ready: read("/readyz", z.object({ ready: z.boolean(), reasons: z.array(z.string()) })),
  getSystem: read("/api/system", systemAnswerOf(SystemReport)),
  rebuildTables: post("/api/system/rebuild", NOTHING, systemAnswerOf(RebuildStarted)),
  listBackups: read("/api/backups", systemAnswerOf(z.array(BackupRow))),
  createBackup: post("/api/backups", NOTHING, systemAnswerOf(BackupMade)),

  listAccounts: read("/api/accounts", systemAnswerOf(AccountsPicture)),
  getStatus: read("/api/status", pageOf(StatusRow)),
  getAccount: read("/api/account", pageOf(AccountRow)),
  getPnl: read("/api/pnl", pageOf(PnlRow)),
  listPositions: read("/api/positions", pageOf(PositionRow)),
  listInstruments: read("/api/instruments", pageOf(InstrumentRow)),
  listPerformance: read("/api/performance", pageOf(PerformanceRow)),
  listTrades: list("trades"),
  getTrade: read("/api/trades/{trade_id}", answerOf(TradeDetail)),
  listExecutions: list("executions"),
  listSignals: list("signals"),
  listReceipts: list("receipts"),
  listLedger: list("ledger"),
  listEquityHistory: list("equity-history"),
  listDays: list("days"),
  listBreaks: list("breaks"),
  listDifferences: list("differences"),
  listTransfers: list("transfers"),
  listLots: list("lots"),
  listOrderChanges: list("order-changes"),
  listProtectionHistory: list("protection-history"),
  listOrderHistory: list("order-history"),
  listLogs: read("/api/logs", pageOf(LogRow)),
  getLogLine: read("/api/logs/{log_id}", answerOf(SurroundedLogRow)),
  listBars: read("/api/bars", pageOf(BarRow)),
  listFeeds: read("/api/feeds", systemAnswerOf(z.array(FeedRow))),
  listCycles: read("/api/cycles", pageOf(CycleRow)),
  listAudit: read("/api/audit", pageOf(AuditRow)),
  listStrategies: read("/api/strategies", pageOf(StrategyRow)),
  listStrategyTypes: read("/api/strategies/types", answerOf(z.array(StrategyType))),
  listStrategyVersions: read("/api/strategies/{portfolio_id}/versions", answerOf(z.array(StrategyVersionRow))),
  startStrategy: post("/api/strategies/{portfolio_id}/start", ReasonBody, answerOf(StrategyRow)),
  stopStrategy: post("/api/strategies/{portfolio_id}/stop", ReasonBody, answerOf(StrategyRow)),
  reloadStrategy: post("/api/strategies/{portfolio_id}/reload", ReasonBody, answerOf(StrategyRow)),
  configureStrategy: patch("/api/strategies/{portfolio_id}", ConfigureStrategyBody, answerOf(StrategyRow)),
  session: read("/api/session", z.object({ data: SessionState })),
  listSessions: read("/api/sessions", z.object({ data: z.array(SessionRow) })),
  createTicket: question("/api/session/ticket", NOTHING, z.object({ data: Ticket })),
  stepUp: question("/api/session/step-up", StepUpBody, z.object({ data: z.object({ step_up_until: z.string().nullable() }) })),
  endSession: act("delete", "/api/sessions/{session_id}", NO_BODY, z.object({ data: Ended })),
  endSessions: act("delete", "/api/sessions", NO_BODY, z.object({ data: Ended })),
  changePassword: act("post", "/api/session/password", PasswordBody, z.object({ data: Ended })),
  offerTotp: act("post", "/api/session/totp", NOTHING, z.object({ data: TotpOffer })),
  confirmTotp: act("post", "/api/session/totp/confirm", TotpBody, ENROLLED),
  removeTotp: act("delete", "/api/session/totp", NO_BODY, ENROLLED),
  logOut: { kind: "question", method: "delete", path: "/api/session", body: NO_BODY, answer: z.object({ data: Ended }) } as const,
  explain: read("/api/explain", answerOf(Explained)),
  why: read("/api/why", answerOf(Why)),

  listPortfolios: read("/api/portfolios", pageOf(PortfolioRow)),
  getPortfolio: read("/api/portfolios/{portfolio_id}", answerOf(PortfolioDetail)),
  createPortfolio: post("/api/portfolios", CreatePortfolioBody, answerOf(PortfolioDetail)),
  patchPortfolio: patch("/api/portfolios/{portfolio_id}", PatchPortfolioBody, answerOf(PortfolioDetail)),
  pausePortfolio: post("/api/portfolios/{portfolio_id}/pause", ReasonBody, answerOf(PortfolioDetail)),
  resumePortfolio: post("/api/portfolios/{portfolio_id}/resume", ReasonBody, answerOf(PortfolioDetail)),
  archivePortfolio: post("/api/portfolios/{portfolio_id}/archive", ReasonBody, answerOf(PortfolioDetail)),
  previewTransfer: question("/api/portfolios/{portfolio_id}/transfer/preview", TransferPreviewBody, answerOf(TransferPreview)),
  transfer: post("/api/portfolios/{portfolio_id}/transfer", TransferBody, answerOf(Transferred)),
  getConfig: read("/api/config", systemAnswerOf(ConfigPicture)),
  exportConfig: read("/api/config/export", systemAnswerOf(ExportedConfiguration)),
  previewApplyConfig: question("/api/config/apply/preview", ApplyConfigBody, systemAnswerOf(ConfigApplied)),
  applyConfig: post("/api/config/apply", ApplyConfigBody, systemAnswerOf(ConfigApplied)),
  getCapital: read("/api/capital", answerOf(CapitalPicture)),
  previewRebalance: question("/api/capital/rebalance/preview", RebalancePreviewBody, answerOf(CapitalPlan)),
  rebalance: post("/api/capital/rebalance", RebalanceBody, answerOf(CapitalRunDone)),
  previewSweep: question("/api/capital/sweep/preview", SweepPreviewBody, answerOf(CapitalPlan)),
  depositCapital: post("/api/capital/deposit", CapitalFlowBody, answerOf(CapitalFlowDone)),
  withdrawCapital: post("/api/capital/withdraw", CapitalFlowBody, answerOf(CapitalFlowDone)),
  sweep: post("/api/capital/sweep", SweepBody, answerOf(CapitalRunDone)),

  listOrders: read("/api/orders", pageOf(OrderRow)),
  getOrder: read("/api/orders/{order_id}", answerOf(OrderRow)),
  previewOrder: question("/api/orders/preview", PlaceOrderBody, answerOf(OrderPreview)),
  placeOrder: post("/api/orders", PlaceOrderBody, answerOf(PlacedOrder)),
  replaceOrder: post("/api/orders/{order_id}/replace", ReplaceOrderBody, answerOf(OrderRow.nullable())),
  cancelOrder: post("/api/orders/{order_id}/cancel", z.strictObject({ reason: z.string().optional() }), answerOf(OrderRow.nullable())),

  listProtections: read("/api/protections", pageOf(ProtectionRow)),
  setProtection: post("/api/protections", SetProtectionBody, answerOf(ProtectionRow.nullable())),

  listConnections: read("/api/connections", systemAnswerOf(z.array(ConnectionRow))),
  connectAccount: post("/api/accounts/{account_id}/connect", ReasonBody, systemAnswerOf(ConnectionRow)),
  disconnectAccount: post("/api/accounts/{account_id}/disconnect", ReasonBody, systemAnswerOf(ConnectionRow)),
  adoptHistory: post("/api/accounts/{account_id}/adopt-history", ReasonBody, systemAnswerOf(ConnectionRow)),
  previewImport: question("/api/imports/preview", ImportBody, answerOf(ImportRow)),
  importStatements: post("/api/imports", ImportBody, answerOf(ImportRow)),
  listInbox: read("/api/inbox", pageOf(InboxRow)),
  previewAssignment: question("/api/breaks/{break_id}/assign/preview", AssignPreviewBody, answerOf(AssignPreview)),
  assignBreak: post("/api/breaks/{break_id}/assign", AssignBreakBody, answerOf(BreakAnswered)),
  writeOffBreak: post("/api/breaks/{break_id}/write-off", WriteOffBody, answerOf(BreakAnswered)),
  previewApproval: question("/api/breaks/{break_id}/approve/preview", ApprovePreviewBody, answerOf(ApprovePreview)),
  approveProposal: post("/api/breaks/{break_id}/approve", ApproveProposalBody, answerOf(BreakAnswered)),
  undoAssignment: post("/api/assignments/{assignment_id}/undo", ReasonBody, answerOf(BreakAnswered)),
  listReconciliations: read("/api/reconciliations", pageOf(ReconciliationRow)),
  reconcile: post("/api/reconciliations", ReasonBody, answerOf(ConnectionRow)),
  listExternalOrders: read("/api/external-orders", pageOf(ExternalOrderRow)),
  claimOrder: post("/api/external-orders/{venue_order_id}/claim", ClaimOrderBody, answerOf(OrderClaimed)),
  listAttributionRules: read("/api/attribution-rules", pageOf(AttributionRuleRow)),
  previewAttributionRule: question("/api/attribution-rules/preview", RulePreviewBody, answerOf(RulePreviewed)),
  createAttributionRule: post("/api/attribution-rules", CreateRuleBody, answerOf(AttributionRuleRow)),
  changeAttributionRule: patch("/api/attribution-rules/{rule_id}", PatchRuleBody, answerOf(AttributionRuleRow)),
  removeAttributionRule: remove("/api/attribution-rules/{rule_id}", answerOf(AttributionRuleRow)),
  searchInstruments: read("/api/instruments/search", pageOf(FoundInstrument)),
  addInstrument: post("/api/instruments", AddInstrumentBody, answerOf(FoundInstrument)),

  listContracts: read("/api/instruments/contracts", pageOf(ContractRow)),
  acceptContract: post("/api/instruments/contracts/accept", AcceptContractBody, answerOf(ContractRow)),

  listModes: read("/api/modes", pageOf(ModeRow)),
  setMode: post("/api/modes", SetModeBody, answerOf(z.array(ModeRow))),

  listKills: read("/api/kill", pageOf(KillRow)),
  previewKill: question("/api/kill/preview", KillPreviewBody, answerOf(KillOutcome)),
  engageKill: post("/api/kill", KillBody, answerOf(KillOutcome)),
  clearKill: post("/api/kill/clear", ClearKillBody, answerOf(z.array(KillRow))),
  previewKillAll: question("/api/kill/all/preview", KillAllPreviewBody, systemAnswerOf(KillAllOutcome)),
  engageKillAll: post("/api/kill/all", KillAllBody, systemAnswerOf(KillAllOutcome)),
  clearKillAll: post(
    "/api/kill/all/clear",
    ClearAllKillsBody,
    systemAnswerOf(z.array(z.object({ account_id: z.string(), cleared: z.boolean() }))),
  ),

  listAlarms: read("/api/alarms", AlarmList),
  getAlarmChannel: read("/api/alarms/channel", systemAnswerOf(AlarmChannelRow)),
  testAlarms: post("/api/alarms/test", NOTHING, systemAnswerOf(AlarmTested)),
  acknowledgeAlarm: post("/api/alarms/{alarm_id}/acknowledge", NOTHING, systemAnswerOf(AlarmRow)),

  listKeys: read("/api/keys", pageOf(KeyRow)),
  createKey: post("/api/keys", CreateKeyBody, answerOf(CreatedKey)),
  revokeKey: remove("/api/keys/{key_id}", answerOf(KeyRow)),
} satisfies Readonly<Record<string, Operation>>;

export type OperationId = keyof typeof OPERATIONS;

/** What is about the desk as a whole: it takes no account. */
export const WHOLE_DESK: ReadonlySet<OperationId> = new Set<OperationId>([
  "acknowledgeAlarm",
  "adoptHistory",
  "applyConfig",
  "clearKillAll",
  "connectAccount",
  "createBackup",
  "disconnectAccount",
  "engageKillAll",
  "exportConfig",
  "getAlarmChannel",
  "getConfig",
  "getSystem",
  "listAccounts",
  "listBackups",
  "listConnections",
  "listFeeds",
  "listSessions",
  "previewApplyConfig",
  "previewKillAll",
  "createTicket",
  "changePassword",
  "confirmTotp",
  "endSession",
  "endSessions",
  "offerTotp",
  "removeTotp",
  "logOut",
  "ready",
  "rebuildTables",
  "session",
  "stepUp",
  "testAlarms",
]);
export type AnswerOf<O extends OperationId> = z.output<(typeof OPERATIONS)[O]["answer"]>;
export type BodyOf<O extends OperationId> = z.input<(typeof OPERATIONS)[O]["body"]>;
