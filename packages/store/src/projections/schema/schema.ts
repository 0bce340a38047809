import {
  assets,
  balances,
  entries,
  equityHistory,
  flows,
  instruments,
  ledgerEntries,
  lots,
  marks,
  portfolioDays,
  positionHistory,
  positions,
  rates,
  transfers,
} from "./books.ts";
import type { RowOf, ShownRowOf, TableDeclaration } from "./column.ts";
import { breaks, controls, epochs, kills, modes, protectionChanges, protections, strategyFaults } from "./control.ts";
import { dayOrders, dayPositions, dayProtections } from "./day-ends.ts";
import { marketSnapshots, markets, modelCalls, observations, performanceCache } from "./edge.ts";
import { executions, orderChanges, orders, receipts, signals, trades } from "./orders.ts";
import { account, portfolios } from "./portfolios.ts";
import { assignments, differences, externalOrders, reconciliations } from "./reconcile.ts";

/** Tables that the journal fills. */
export const JOURNAL_TABLES = {
  account,
  assets,
  instruments,
  marks,
  rates,
  portfolios,
  entries,
  ledger_entries: ledgerEntries,
  balances,
  lots,
  positions,
  position_history: positionHistory,
  equity_history: equityHistory,
  portfolio_days: portfolioDays,
  day_positions: dayPositions,
  day_orders: dayOrders,
  day_protections: dayProtections,
  flows,
  transfers,
  orders,
  order_changes: orderChanges,
  executions,
  trades,
  signals,
  receipts,
  protections,
  protection_changes: protectionChanges,
  controls,
  kills,
  modes,
  breaks,
  differences,
  assignments,
  reconciliations,
  external_orders: externalOrders,
  strategy_faults: strategyFaults,
  epochs,
} as const;

/** Tables that the edge fills. */
export const EDGE_TABLES = {
  performance_cache: performanceCache,
  markets,
  market_snapshots: marketSnapshots,
  observations,
  model_calls: modelCalls,
} as const;

export const TABLES = { ...JOURNAL_TABLES, ...EDGE_TABLES } as const;
/** The same, where only the shape matters. */
export const DECLARATIONS: Readonly<Record<string, TableDeclaration>> = { ...TABLES };

export type TableName = keyof typeof TABLES;
export type EdgeTableName = keyof typeof EDGE_TABLES;
/** Rows as the tables keep them: amounts are integers. */
export type Rows = { [T in TableName]: RowOf<(typeof TABLES)[T]> };
export type Row<T extends TableName> = Rows[T];
/** Rows as the views show them: amounts are decimal text. */
export type ShownRows = { [T in TableName]: ShownRowOf<(typeof TABLES)[T]> };

/** How far the tables have come: one row. The fingerprint is of the last record, so that another history is known. */
export type ProgressRow = { only: number; seq: number; at: number; fingerprint: string };
/** Everything that a query may name: tables with integers, `…_v` views with decimal text. */
export type ReadSchema = Rows & { [T in TableName as `${T}_v`]: ShownRows[T] } & { progress: ProgressRow };
