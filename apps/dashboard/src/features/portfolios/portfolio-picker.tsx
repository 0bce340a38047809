import type { ReactNode } from "react";
import { useBook } from "../../shared/api/live.ts";

/** Whose rows a page shows; "All portfolios" is one of them. The choice lives in the address. */
export function PortfolioPicker({ value, onChange }: Readonly<{ value: string; onChange: (portfolio: string) => void }>): ReactNode {
  const book = useBook();
  return (
    <label className="flex items-center gap-2 text-sm">
      <span className="sr-only">Portfolio</span>
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="min-h-8 max-w-52 rounded-md border border-line-strong bg-surface px-2 text-sm"
      >
        <option value="*">All portfolios</option>
        {book.map(({ portfolio }) => (
          <option key={portfolio.portfolio_id} value={portfolio.portfolio_id}>
            {portfolio.name}
          </option>
        ))}
      </select>
    </label>
  );
}
