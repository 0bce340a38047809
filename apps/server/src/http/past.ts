import type { PerformanceInput } from "@bulkhead/analytics";
import type { InstantMs, InstrumentId } from "@bulkhead/core";
import type { StatementSync } from "./driver.ts";

/** What performance is worked out from. Base currency, float64. */
export type Past = Readonly<{ asOfSeq: number }> & Pick<PerformanceInput, "equity" | "flows" | "trades" | "fees">;

/** Beyond so many marks the last of each hour stands for it: a year of minutes is half a million. */
const MARKS_MAX = 20_000;
const HOUR_MS = 3_600_000;

type Row = Readonly<Record<string, unknown>>;
const number = (row: Row, column: string): number => Number(row[column]);
const at = (row: Row, column: string): InstantMs => number(row, column) as InstantMs;

/** Marks, flows and closed round trips of a portfolio, in order of time. */
export function pastOf(prepared: (sql: string) => StatementSync, portfolio: string): Omit<Past, "asOfSeq"> {
  const count = Number(prepared("SELECT count(*) AS count FROM equity_history WHERE portfolio_id = ?").get(portfolio)?.["count"]);
  const thinned =
    count > MARKS_MAX ? `AND seq IN (SELECT max(seq) FROM equity_history WHERE portfolio_id = ? GROUP BY at / ${HOUR_MS})` : "";
  const bound = thinned === "" ? [portfolio] : [portfolio, portfolio];
  const marks = prepared(`SELECT at, equity, gross_exposure FROM equity_history_v WHERE portfolio_id = ? ${thinned} ORDER BY seq`).all(
    ...bound,
  );
  const flows = prepared("SELECT at, amount, equity_before FROM flows_v WHERE portfolio_id = ? ORDER BY seq, line").all(portfolio);
  const trades = prepared(TRADES).all(portfolio);
  const fees = prepared("SELECT fees FROM portfolios_v WHERE portfolio_id = ?").get(portfolio);
  return {
    equity: marks.map((row) => ({ at: at(row, "at"), equity: number(row, "equity"), grossExposure: number(row, "gross_exposure") })),
    flows: flows.map((row) => ({ at: at(row, "at"), amount: number(row, "amount"), equityBefore: number(row, "equity_before") })),
    trades: trades.map(tradeOf),
    fees: fees === undefined ? 0 : number(fees, "fees"),
  };
}

/** Net results are in base currency; what fees took of them is told apart only where the instrument trades in it. */
const TRADES = `SELECT t.*, i.quote_asset = (SELECT base_asset FROM account) AS in_base FROM trades_v t JOIN instruments i USING (instrument)
WHERE t.portfolio_id = ? AND t.closed_at IS NOT NULL AND t.net_pnl_base IS NOT NULL ORDER BY t.closed_at, t.trade_id`;

function tradeOf(row: Row): Past["trades"][number] {
  const fees = row["in_base"] === 1 ? number(row, "fees") : 0;
  return {
    openedAt: at(row, "opened_at"),
    closedAt: at(row, "closed_at"),
    realizedPnl: number(row, "net_pnl_base") + fees,
    fees,
    instrument: String(row["instrument"]) as InstrumentId,
    direction: row["direction"] === "short" ? "short" : "long",
    quantity: number(row, "quantity"),
    entryPrice: number(row, "entry_price"),
    exitPrice: number(row, "exit_price"),
  };
}
