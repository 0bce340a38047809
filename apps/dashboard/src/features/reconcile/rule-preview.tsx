import type { AnswerOf } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { Plain } from "../../shared/ui/figures.tsx";
import { Failed } from "../../shared/ui/states.tsx";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";
import { type Sorted, sortsText } from "./rule.ts";

type Asked = Readonly<{ data: AnswerOf<"previewAttributionRule"> | undefined; error: unknown; isError: boolean }>;

/** What of the inbox and of the orders of others would be whose. */
export function RulePreview({ preview: { data, error, isError } }: Readonly<{ preview: Asked }>): ReactNode {
  if (isError) return <Failed error={error} />;
  return (
    <section aria-label="What it would sort" aria-live="polite" className="min-h-14 rounded-md border border-line bg-sunken p-3 text-sm">
      {data === undefined ? (
        <p className="text-muted">Trying it on what is there…</p>
      ) : (
        <>
          <p>{sortsText(data.data)}</p>
          {data.data.sorts.length === 0 ? null : (
            <ul className="mt-2 flex max-h-44 flex-col gap-1.5 overflow-y-auto">
              {data.data.sorts.map((row) => (
                <li key={`${row.kind}/${row.venue_order_id}/${row.instrument}/${row.break_id}`} className="flex justify-between gap-3">
                  <span className="min-w-0">
                    <Plain value={row.quantity} /> {row.instrument}
                    <span className="block text-xs break-words text-muted">{sentBy(row)}</span>
                  </span>
                  <span className="shrink-0 text-right">
                    <Owner id={row.from_portfolio_id} /> → <Owner id={row.to_portfolio_id} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

const Owner = ({ id }: Readonly<{ id: string | null }>): ReactNode =>
  id === null ? <span className="text-muted">nobody</span> : <PortfolioName id={id} />;

const sentBy = ({ kind, reference, client }: Sorted): string =>
  [
    kind === "trade" ? "traded, waits in the inbox" : "works at the venue",
    reference === "" ? [] : [`reference ${reference}`],
    client === "" ? [] : [`client ${client}`],
  ]
    .flat()
    .join(", ");
