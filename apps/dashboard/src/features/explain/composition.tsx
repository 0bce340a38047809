import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { sum } from "../../shared/format/amount.ts";
import { Ago, Change, Money, Plain } from "../../shared/ui/figures.tsx";
import { Answered, Empty } from "../../shared/ui/states.tsx";
import { Explainable } from "./explainable.tsx";

type Part = AnswerOf<"explain">["data"]["parts"][number];

const COMPOSED = new Set(["equity", "exposure", "unrealized_pnl", "net_pnl", "total_profit_loss"]);

/** Whether a figure is a sum of others rather than of postings. */
export const isMadeOf = (figure: string): boolean => COMPOSED.has(figure);

const WORDS: Readonly<Record<string, string>> = {
  cash: "Cash",
  equity: "Equity",
  capital: "less what was put in",
  realized_pnl: "Realized P&L",
  unrealized_pnl: "Unrealized P&L",
  income: "Income",
  fees: "less fees",
};

/** A sum with its parts, as the desk adds them up; each can be looked into. */
export function Composition({ portfolio, figure }: Readonly<{ portfolio: string; figure: string }>): ReactNode {
  const asked = useAsk("explain", { query: { portfolio_id: portfolio, figure } }, { everyMs: 3_000 });
  return (
    <Answered query={asked}>
      {({ data: { parts, balance, asset }, as_of_seq }) => (
        <div className="flex flex-col gap-4">
          <p className="text-2xl font-semibold">
            <Money value={balance} /> <span className="text-sm font-normal text-muted">{asset}</span>
          </p>
          {parts.length === 0 ? (
            <Empty title="Nothing makes it">It is zero: there is no position.</Empty>
          ) : (
            <Parts parts={parts} figure={figure} isAll={portfolio === "*"} />
          )}
          <p className="text-xs text-muted">As of record {as_of_seq}, at the last marks.</p>
        </div>
      )}
    </Answered>
  );
}

function Parts({ parts, figure, isAll }: Readonly<{ parts: readonly Part[]; figure: string; isAll: boolean }>): ReactNode {
  return (
    <table className="w-full text-sm">
      <tbody>
        {parts.map((part) => (
          <tr key={`${part.portfolio_id}/${part.figure}/${part.asset}/${part.instrument}`} className="border-b border-line/60 align-top">
            <td className="py-2 pr-3">
              <span className="font-medium">{isAll && part.figure === figure ? part.name : wordsOf(part)}</span>
              <How part={part} figure={figure} />
            </td>
            <td className="py-2 text-right">
              <Amount part={part} />
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

const wordsOf = ({ figure, asset, instrument }: Part): string =>
  instrument ?? `${WORDS[figure ?? ""] ?? figure}${asset === null ? "" : `, ${asset}`}`;

/** A holding at its price, and where the figure is a gain, what it cost. */
function How({ part, figure }: Readonly<{ part: Part; figure: string }>): ReactNode {
  if (part.instrument === null) return null;
  return (
    <span className="block text-xs text-muted">
      <Plain value={part.quantity} />{" "}
      {part.mark === null ? (
        "never marked: at its cost"
      ) : (
        <>
          at <Plain value={part.mark} /> {part.currency}, marked <Ago value={part.marked_at} />
        </>
      )}
      {figure === "unrealized_pnl" ? (
        <>
          , cost <Money value={part.cost_basis} />
        </>
      ) : null}
    </span>
  );
}

function Amount({ part: { portfolio_id, name, figure, asset, amount } }: Readonly<{ part: Part }>): ReactNode {
  if (figure === null) return <Change value={amount} />;
  return (
    <Explainable of={`${portfolio_id}/${figure}${asset === null ? "" : `/${asset}`}`} name={`${WORDS[figure] ?? figure} of ${name}`}>
      <Change value={amount} />
    </Explainable>
  );
}
