import type { EventOf, Flow, PortfolioSettings } from "@bulkhead/core";
import { isPositive, moneyOfUnits, ratioBetween, rescale, UNITS_MAX, unitsOf } from "@bulkhead/money";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { ChangingTable, type Moment } from "../tables.ts";
import type { HoldingsSection } from "./holdings.ts";
import { canonicalJson } from "./json.ts";
import type { LedgerSection } from "./ledger.ts";
import { total, whereExact } from "./sum.ts";
import type { Terms } from "./terms.ts";

type Portfolio = Row<"portfolios">;
type Count = "open_orders" | "orders_placed" | "fills";

/** Portfolios: settings as they are, counts as they grow, figures worked out when a transaction ends. */
export class PortfoliosSection {
  readonly #moment: Moment;
  readonly #terms: Terms;
  readonly #ledger: LedgerSection;
  readonly #holdings: HoldingsSection;
  readonly #table: ChangingTable<"portfolios">;
  readonly #rows = new Map<string, Portfolio>();

  constructor(database: DatabaseSync, moment: Moment, parts: Readonly<{ terms: Terms; ledger: LedgerSection; holdings: HoldingsSection }>) {
    this.#moment = moment;
    this.#terms = parts.terms;
    this.#ledger = parts.ledger;
    this.#holdings = parts.holdings;
    this.#table = new ChangingTable(database, "portfolios", moment);
    for (const row of this.#table.load()) this.#rows.set(row.portfolio_id, row);
  }

  create({ portfolio, settings }: EventOf<"PortfolioCreated">, startingCash: number): void {
    const { at } = this.#moment;
    const row: Portfolio = {
      portfolio_id: portfolio,
      portfolio_no: this.#rows.size,
      ...settingsOf(settings),
      trading_state: "active",
      state_reason: "",
      created_at: at,
      updated_at: at,
      archived_at: null,
      settings_seq: this.#moment.seq,
      starting_cash: startingCash,
      ...NO_FIGURES,
      seq: 0,
    };
    this.#rows.set(portfolio, row);
    this.#table.change(row);
  }

  configure({ portfolio, settings }: EventOf<"PortfolioConfigured">): void {
    const row = this.changing(portfolio);
    if (row !== undefined) Object.assign(row, settingsOf(settings), { settings_seq: this.#moment.seq });
  }

  row(id: string): Readonly<Portfolio> | undefined {
    return this.#rows.get(id);
  }

  /** A portfolio's row, noted as changed by the present record. */
  changing(id: string): Portfolio | undefined {
    const row = this.#rows.get(id);
    if (row === undefined) return undefined;
    row.updated_at = this.#moment.at;
    this.#table.change(row);
    return row;
  }

  count(id: string, what: Count, by: number): void {
    const row = this.changing(id);
    if (row !== undefined) row[what] += by;
  }

  /** Net P&L of a closed trade, base currency: before (null: not counted yet) and after the present record. */
  tradeResult(id: string, before: number | null, after: number | null): void {
    const row = this.changing(id);
    if (row === undefined) return;
    for (const [net, by] of [
      [before, -1],
      [after, 1],
    ] as const) {
      // biome-ignore format: pairs
      if (net === null) continue;
      row.trades_closed += by;
      if (net > 0) row.trades_won += by;
      if (net < 0) row.trades_lost += by;
      row.trades_net_pnl = total(row.trades_net_pnl, by * net);
    }
  }

  /** Capital moves what returns and drawdowns are measured from. */
  flow({ portfolio, amount }: Flow): void {
    const row = this.changing(portfolio);
    const { account } = this.#terms;
    const units = unitsOf(amount);
    if (row === undefined || units === 0) return;
    for (const figure of ["equity", "high_water_mark", "contributions"] as const) row[figure] = total(row[figure], units);
    if (account === undefined) return;
    account.equity = total(account.equity, units);
    account.high_water_mark = total(account.high_water_mark, units);
    this.#terms.accountChanged();
  }

  /** Equity at a mark, with the high-water mark and drawdown that follow; undefined for a portfolio that is not there. */
  mark(id: string, equity: number): Readonly<Portfolio & { drawdown: number }> | undefined {
    const row = this.changing(id);
    if (row === undefined) return undefined;
    row.equity = equity;
    row.high_water_mark = Math.max(row.high_water_mark, equity);
    row.last_marked_at = this.#moment.at;
    const drawdown = drawdownOf(row);
    row.drawdown_max = Math.max(row.drawdown_max, drawdown);
    row.cash = this.cash(id);
    return { ...row, drawdown };
  }

  /** Cash of every currency in base currency; what has no rate is left out. */
  cash(id: string): number {
    return this.inBase(id, ["cash"]);
  }

  /** Σ of ledger accounts over all assets, in base currency at the present rates. */
  inBase(id: string, accounts: readonly string[]): number {
    let based = 0;
    for (const [asset, balances] of this.#ledger.of(id))
      for (const account of accounts) based = total(based, this.#terms.unitsInBase(asset, balances.get(account)?.amount ?? 0));
    return based;
  }

  flush(): void {
    for (const row of this.#table.changed) this.#figures(row);
    this.#table.flush();
  }

  #figures(row: Portfolio): void {
    const id = row.portfolio_id;
    row.cash = this.cash(id);
    row.realized_pnl = -this.inBase(id, ["realized"]) + 0;
    row.fees = this.inBase(id, ["fees"]);
    row.income = -this.inBase(id, ["income", "dividends", "funding", "interest"]) + 0;
    row.model_costs = this.inBase(id, ["model-costs"]);
    row.open_positions = 0;
    row.invested = row.gross_exposure = row.net_exposure = row.unrealized_pnl = 0;
    for (const position of this.#holdings.openOf(id)) {
      row.open_positions += 1;
      const value = position.market_value_base ?? 0;
      row.net_exposure = total(row.net_exposure, value);
      row.gross_exposure = total(row.gross_exposure, Math.abs(value));
      row.unrealized_pnl = total(row.unrealized_pnl, position.unrealized_pnl_base ?? 0);
      const quote = this.#terms.listing(position.instrument)?.quote.id ?? "";
      row.invested = total(row.invested, Math.abs(this.#terms.unitsInBase(quote, position.cost ?? 0)));
    }
    row.gross_pnl = total(total(row.realized_pnl, row.unrealized_pnl), row.income);
    row.net_pnl = total(total(row.gross_pnl, -row.fees), -row.model_costs);
    row.trade_net_pnl_average =
      row.trades_closed === 0 ? null : whereExact(() => rescale(moneyOfUnits(row.trades_net_pnl), 1, row.trades_closed, "half-even"));
  }
}

/** `1 − equity ÷ high-water mark` in billionths; 0 where there is no high-water mark. */
export function drawdownOf({ equity, high_water_mark }: Readonly<{ equity: number; high_water_mark: number }>): number {
  const high = moneyOfUnits(high_water_mark);
  return isPositive(high) ? (whereExact(() => ratioBetween(moneyOfUnits(high_water_mark - equity), high)) ?? UNITS_MAX) : 0;
}

const NO_FIGURES = {
  cash: 0,
  equity: 0,
  high_water_mark: 0,
  drawdown_max: 0,
  contributions: 0,
  invested: 0,
  gross_exposure: 0,
  net_exposure: 0,
  realized_pnl: 0,
  unrealized_pnl: 0,
  fees: 0,
  income: 0,
  model_costs: 0,
  gross_pnl: 0,
  net_pnl: 0,
  open_positions: 0,
  open_orders: 0,
  orders_placed: 0,
  fills: 0,
  trades_closed: 0,
  trades_won: 0,
  trades_lost: 0,
  trades_net_pnl: 0,
  trade_net_pnl_average: null,
  last_trade_at: null,
  last_marked_at: null,
};

const unitsOrNull = (amount: Parameters<typeof unitsOf>[0] | null): number | null => (amount === null ? null : unitsOf(amount));
const jsonOrNull = (value: unknown): string | null => (value === null ? null : canonicalJson(value));

function settingsOf(settings: PortfolioSettings) {
  const { limits, protection, strategy, labels } = settings;
  const daily = limits.losses.find(({ window, fraction }) => window === "day" && fraction !== null);
  return {
    name: settings.name,
    description: settings.description,
    time_zone: settings.timeZone,
    lot_matching: settings.lotMatching,
    fx: settings.fx,
    universe: jsonOrNull(settings.universe),
    strategy_type: strategy?.type ?? null,
    strategy_version: strategy?.version ?? null,
    strategy_code_hash: strategy?.codeHash ?? null,
    strategy_params: strategy?.params ?? null,
    enabled_strategies: jsonOrNull(settings.enabledStrategies),
    min_confidence: unitsOrNull(settings.minConfidence),
    max_position_pct: unitsOrNull(limits.maxPositionPct),
    max_position_size: unitsOrNull(limits.maxPositionSize),
    max_total_exposure: unitsOrNull(limits.maxTotalExposure),
    max_leverage: unitsOrNull(limits.maxLeverage),
    max_net_exposure: unitsOrNull(limits.maxNetExposure),
    max_open_positions: limits.maxOpenPositions,
    max_order_notional: unitsOrNull(limits.maxOrderNotional),
    max_orders_per_minute: limits.maxOrdersPerMinute,
    collar: unitsOrNull(limits.collar),
    max_daily_loss_pct: unitsOrNull(daily?.fraction ?? null),
    losses: canonicalJson(limits.losses),
    stop_loss_pct: unitsOrNull(protection.stopLossPct),
    take_profit_pct: unitsOrNull(protection.takeProfitPct),
    trailing_stop_pct: unitsOrNull(protection.trailingStopPct),
    overnight: jsonOrNull(settings.overnight),
    trade_amount: unitsOrNull(settings.tradeAmount),
    bot_version: labels.botVersion,
    run_id: labels.runId,
  };
}
