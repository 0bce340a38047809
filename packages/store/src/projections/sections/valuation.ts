import type { EventOf, Flow, PortfolioDay } from "@bulkhead/core";
import { unitsOf } from "@bulkhead/money";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { AppendTable, ChangingTable, type Moment } from "../tables.ts";
import { drawdownOf, type PortfoliosSection } from "./portfolios.ts";
import { total } from "./sum.ts";
import type { Terms } from "./terms.ts";

type Day = Row<"portfolio_days">;

/** Equity at marks, capital that crossed borders, and the days that they make. */
export class ValuationSection {
  readonly #moment: Moment;
  readonly #terms: Terms;
  readonly #portfolios: PortfoliosSection;
  readonly #equity: AppendTable<"equity_history">;
  readonly #flows: AppendTable<"flows">;
  readonly #days: ChangingTable<"portfolio_days">;
  readonly #open = new Map<string, Day>();

  constructor(database: DatabaseSync, moment: Moment, parts: Readonly<{ terms: Terms; portfolios: PortfoliosSection }>) {
    this.#moment = moment;
    this.#terms = parts.terms;
    this.#portfolios = parts.portfolios;
    this.#equity = new AppendTable(database, "equity_history", moment);
    this.#flows = new AppendTable(database, "flows", moment);
    this.#days = new ChangingTable(database, "portfolio_days", moment);
    for (const day of this.#days.load("status = 'open'")) this.#open.set(day.portfolio_id, day);
  }

  mark(event: EventOf<"AccountMarked">): void {
    const { account } = this.#terms;
    let sum = 0;
    const date = dateOf(this.#moment.at);
    for (const { portfolio, equity, grossExposure, netExposure } of event.equities) {
      const units = unitsOf(equity);
      sum = total(sum, units);
      const row = this.#portfolios.mark(portfolio, units);
      if (row === undefined) continue;
      this.#equity.append({
        portfolio_id: portfolio,
        snapshot_date: date,
        equity: units,
        cash: row.cash,
        gross_exposure: unitsOf(grossExposure),
        net_exposure: unitsOf(netExposure),
        contributions: row.contributions,
        high_water_mark: row.high_water_mark,
        drawdown: row.drawdown,
      });
      this.#beginWith(portfolio, units);
    }
    if (account === undefined) return;
    account.equity = sum;
    account.high_water_mark = Math.max(account.high_water_mark, sum);
    account.drawdown_max = Math.max(account.drawdown_max, drawdownOf(account));
    this.#terms.accountChanged();
  }

  /** The first equity of a portfolio's first day is what that starts with. S2.14. */
  #beginWith(portfolio: string, equity: number): void {
    const day = this.#open.get(portfolio);
    if (day === undefined || day.start_equity !== null) return;
    day.start_equity = equity;
    this.#days.change(day);
  }

  flow(flows: readonly Flow[]): void {
    for (const flow of flows) {
      this.#flows.append({ portfolio_id: flow.portfolio, amount: unitsOf(flow.amount), equity_before: unitsOf(flow.equityBefore) });
      this.#portfolios.flow(flow);
      const day = this.#open.get(flow.portfolio);
      if (day === undefined) continue;
      day.flows = total(day.flows, unitsOf(flow.amount));
      this.#days.change(day);
    }
  }

  roll(event: EventOf<"DayRolled">): void {
    for (const day of event.days) this.#close(day);
    // A day begins where the one before ended; the first one with its first mark.
    const ends = new Map<string, number>(event.days.map(({ portfolio, endEquity }) => [portfolio, unitsOf(endEquity)]));
    for (const portfolio of event.portfolios) {
      const day = { ...this.#newDay(portfolio), date: event.date, start_equity: ends.get(portfolio) ?? null };
      this.#open.set(portfolio, day);
      this.#days.change(day);
    }
  }

  #newDay(portfolio: string): Day {
    return {
      portfolio_id: portfolio,
      date: "",
      time_zone: this.#portfolios.row(portfolio)?.time_zone ?? "",
      status: "open",
      start_equity: null,
      end_equity: null,
      flows: 0,
      gross_pnl: null,
      fees: null,
      model_costs: null,
      net_pnl: null,
      drawdown: null,
      model_costs_before: this.#portfolios.inBase(portfolio, ["model-costs"]),
      begun_seq: this.#moment.seq,
      seq: 0,
    };
  }

  /** The engine's figures of a day that is over take the place of the running ones. */
  #close(closed: PortfolioDay): void {
    const { portfolio } = closed;
    const day = this.#open.get(portfolio) ?? this.#newDay(portfolio);
    this.#open.delete(portfolio);
    Object.assign(day, {
      date: closed.date,
      time_zone: closed.timeZone,
      status: "closed",
      start_equity: unitsOf(closed.startEquity),
      end_equity: unitsOf(closed.endEquity),
      flows: unitsOf(closed.flows),
      gross_pnl: unitsOf(closed.grossPnl),
      fees: unitsOf(closed.fees),
      model_costs: total(this.#portfolios.inBase(portfolio, ["model-costs"]), -day.model_costs_before),
      net_pnl: unitsOf(closed.netPnl),
      drawdown: unitsOf(closed.drawdown),
    });
    this.#days.change(day);
  }

  flush(): void {
    this.#days.flush();
    this.#equity.flush();
    this.#flows.flush();
  }
}

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
