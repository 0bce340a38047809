import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import type { Held } from "../../shared/api/book.ts";
import { money, percent, plain } from "../../shared/format/amount.ts";
import { Empty, Loading } from "../../shared/ui/states.tsx";

type Detail = AnswerOf<"getPortfolio">["data"];
/** A limit, how much of it is used (a fraction, for the bar alone), in words. */
type Use = Readonly<{ name: string; bound: string; used: string | null; fraction: number | null }>;

/** Every limit of a portfolio and how much of it is used now. */
export function LimitsPanel({ held, detail }: Readonly<{ held: Held; detail: Detail | undefined }>): ReactNode {
  if (detail === undefined) return <Loading />;
  const uses = usesOf(held, detail);
  if (uses.length === 0) return <Empty title="No limits">Only its cash holds it back. Limits are set under Settings.</Empty>;
  return (
    <ul className="flex flex-col gap-4 p-4">
      {uses.map((use) => (
        <li key={use.name} className="flex flex-col gap-1 text-sm">
          <div className="flex justify-between gap-4">
            <span>{use.name}</span>
            <span className="figures">
              {use.used === null ? "" : `${use.used} of `}
              {use.bound}
            </span>
          </div>
          {use.fraction === null ? null : (
            <progress
              aria-label={use.name}
              max={1}
              value={Math.min(1, use.fraction)}
              className={`meter h-2 w-full ${toneOf(use.fraction)}`}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

/** What a loss in percent is counted from, as the gate does: where the day began, the highest, or what was put in. */
function baseOf(window: string, portfolio: Held["portfolio"]): number {
  const equity = Number(portfolio.equity);
  if (window === "drawdown") return equity / (1 - Number(portfolio.drawdown));
  return equity - Number(window === "lifetime" ? portfolio.total_profit_loss : portfolio.day_pnl);
}

const toneOf = (fraction: number): string => (fraction >= 0.9 ? "text-danger" : fraction >= 0.7 ? "text-warn" : "text-accent");

function usesOf({ portfolio, positions }: Held, detail: Detail): readonly Use[] {
  const equity = Number(portfolio.equity);
  const values = positions.map((row) => Math.abs(Number(row.market_value_base ?? 0)));
  const largest = Math.max(0, ...values);
  const net = positions.reduce((total, row) => total + Number(row.market_value_base ?? 0), 0);
  const ofMoney = (name: string, bound: string | null, used: number): readonly Use[] =>
    bound === null ? [] : [{ name, bound: money(bound), used: money(used.toFixed(2)), fraction: used / Number(bound) }];
  const plainly = (name: string, bound: string | null): readonly Use[] =>
    bound === null ? [] : [{ name, bound, used: null, fraction: null }];
  return [
    ...(detail.max_position_pct === null
      ? []
      : [
          {
            name: "Largest position, of equity",
            bound: percent(detail.max_position_pct),
            used: percent(String(largest / equity)),
            fraction: largest / equity / Number(detail.max_position_pct),
          },
        ]),
    ...ofMoney("Largest position", detail.max_position_size, largest),
    ...ofMoney("Exposure", detail.max_total_exposure, Number(portfolio.total_invested)),
    ...ofMoney("Net exposure", detail.max_net_exposure, Math.abs(net)),
    ...(detail.max_leverage === null
      ? []
      : [
          {
            name: "Leverage",
            bound: `${plain(detail.max_leverage)}×`,
            used: `${(Number(portfolio.total_invested) / equity).toFixed(2)}×`,
            fraction: Number(portfolio.total_invested) / equity / Number(detail.max_leverage),
          },
        ]),
    ...(detail.max_open_positions === null
      ? []
      : [
          {
            name: "Open positions",
            bound: String(detail.max_open_positions),
            used: String(portfolio.open_positions),
            fraction: portfolio.open_positions / detail.max_open_positions,
          },
        ]),
    ...detail.loss_limits.map(({ window, pct, amount }): Use => {
      const bound = pct === null ? Number(amount) : Number(pct) * baseOf(window, portfolio);
      const lost =
        window === "drawdown"
          ? Number(portfolio.drawdown) * baseOf(window, portfolio)
          : Math.max(0, -Number(window === "lifetime" ? portfolio.total_profit_loss : portfolio.day_pnl));
      const isKnown = window !== "rolling-24h";
      return {
        name: `Loss, ${window === "day" ? "today" : window}`,
        bound: pct === null ? money(amount ?? "0") : `${money(bound.toFixed(2))} (${percent(pct)})`,
        used: isKnown ? money(lost.toFixed(2)) : null,
        fraction: isKnown ? lost / bound : null,
      };
    }),
    ...plainly("Largest order", detail.max_order_notional === null ? null : money(detail.max_order_notional)),
    ...plainly("Orders a minute", detail.max_orders_per_minute === null ? null : String(detail.max_orders_per_minute)),
  ];
}
