import type { Standing } from "@bulkhead/contract";
import type { ReactNode } from "react";
import { compare, sign } from "../../shared/format/amount.ts";
import { Change, Money, Plain } from "../../shared/ui/figures.tsx";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";

type Props = Readonly<{
  rows: readonly Standing[];
  /** What the units are called: a symbol; null where only cash moves. */
  units: string | null;
  currency: string;
}>;

/** How everybody would stand: what each has afterwards, and what it has now where that is another. */
export function Standings({ rows, units, currency }: Props): ReactNode {
  return (
    <div className="-mx-1 overflow-x-auto">
      <table className="w-full text-xs sm:text-sm">
        <thead>
          <tr className="text-[0.6875rem] text-muted sm:text-xs">
            <th scope="col" className="px-1 py-1 text-left font-medium">
              Afterwards
            </th>
            {units === null ? null : <Head>{units}</Head>}
            {units === null ? null : <Head>Cost, {currency}</Head>}
            <Head>Cash, {currency}</Head>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.portfolio_id} className="border-t border-line align-top">
              <th scope="row" className="px-1 py-1.5 text-left font-normal break-words">
                <PortfolioName id={row.portfolio_id} />
                {sign(row.realized) === 0 ? null : (
                  <span className="block text-xs whitespace-nowrap text-muted">
                    realizes <Change value={row.realized} />
                  </span>
                )}
              </th>
              {units === null ? null : <After before={row.quantity_before} after={row.quantity_after} Shown={Plain} />}
              {units === null ? null : <After before={row.cost_before} after={row.cost_after} Shown={Money} />}
              <After before={row.cash_before} after={row.cash_after} Shown={Money} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Head = ({ children }: Readonly<{ children: ReactNode }>): ReactNode => (
  <th scope="col" className="px-1 py-1 text-right font-medium">
    {children}
  </th>
);

type AfterProps = Readonly<{ before: string | null; after: string | null; Shown: typeof Money }>;

const After = ({ before, after, Shown }: AfterProps): ReactNode => (
  <td className="px-1 py-1.5 text-right whitespace-nowrap">
    <Shown value={after} />
    {before === null || after === null || compare(before, after) === 0 ? null : (
      <span className="block text-[0.6875rem] text-muted sm:text-xs">
        now <Shown value={before} />
      </span>
    )}
  </td>
);
