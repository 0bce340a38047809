import type { ReactNode } from "react";
import type { Held } from "../../shared/api/book.ts";
import { useBook } from "../../shared/api/live.ts";
import { sum } from "../../shared/format/amount.ts";
import { Ago, Change, Money, Plain } from "../../shared/ui/figures.tsx";
import { Empty } from "../../shared/ui/states.tsx";
import { Explainable } from "./explainable.tsx";

/** One line of a sum: what it is, how it comes about, how much, and where it can be looked into further. */
type Part = Readonly<{ id: string; what: ReactNode; how?: ReactNode; amount: string; figure?: string }>;

const negated = (text: string): string => (text.startsWith("-") ? text.slice(1) : `-${text}`);

const positions = ({ positions: rows }: Held, of: "market_value_base" | "unrealized_pnl_base"): readonly Part[] =>
  rows.map((row) => ({
    id: row.instrument,
    what: row.symbol,
    how: (
      <>
        <Plain value={row.quantity} /> at <Plain value={row.mark} />, marked <Ago value={row.marked_at} />
        {of === "unrealized_pnl_base" ? (
          <>
            , cost <Money value={row.cost_basis} />
          </>
        ) : null}
      </>
    ),
    amount: row[of] ?? "0",
  }));

/** Figures that are sums of others, by how they are made of one portfolio. */
const PARTS: Readonly<Record<string, (held: Held) => readonly Part[]>> = {
  equity: (held) => [
    { id: "cash", what: "Cash", amount: held.portfolio.current_balance, figure: "cash" },
    ...positions(held, "market_value_base"),
  ],
  exposure: (held) => positions(held, "market_value_base").map((part) => ({ ...part, amount: part.amount.replace("-", "") })),
  unrealized_pnl: (held) => positions(held, "unrealized_pnl_base"),
  total_profit_loss: ({ portfolio }) => [
    { id: "equity", what: "Equity", amount: portfolio.equity, figure: "equity" },
    { id: "capital", what: "less what was put in", amount: negated(portfolio.initial_balance), figure: "capital" },
  ],
};

export const isMadeOf = (figure: string): boolean => figure in PARTS;

/** A sum with its parts, as they are now; each can be looked into. */
export function Composition({ portfolio, figure }: Readonly<{ portfolio: string; figure: string }>): ReactNode {
  const book = useBook().filter((held) => portfolio === "*" || held.portfolio.portfolio_id === portfolio);
  const parts = book.flatMap((held) =>
    (PARTS[figure]?.(held) ?? []).map((part) => ({ ...part, owner: held.portfolio.portfolio_id, name: held.portfolio.name })),
  );
  if (parts.length === 0) return <Empty title="Nothing makes it">It is zero: there is no position.</Empty>;
  return (
    <table className="w-full text-sm">
      <tbody>
        {parts.map(({ id, owner, name, what, how, amount, figure: next }) => (
          <tr key={`${owner}/${id}`} className="border-b border-line/60 align-top">
            <td className="py-2 pr-3">
              <span className="font-medium">{what}</span>
              {portfolio === "*" ? <span className="text-muted"> · {name}</span> : null}
              {how === undefined ? null : <span className="block text-xs text-muted">{how}</span>}
            </td>
            <td className="py-2 text-right">
              {next === undefined ? (
                <Change value={amount} />
              ) : (
                <Explainable of={`${owner}/${next}`} name={`${next} of ${name}`}>
                  <Change value={amount} />
                </Explainable>
              )}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot className="font-semibold">
        <tr>
          <td className="py-2">Together</td>
          <td className="py-2 text-right">
            <Money value={sum(parts.map(({ amount }) => amount))} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
