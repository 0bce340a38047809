import type { ReactNode } from "react";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";

type Share = Readonly<{ id: string; equity: number }>;
/** Told apart by lightness as well as by hue, and by name beside. */
const FILLS = ["bg-accent", "bg-gain", "bg-warn", "bg-loss", "bg-muted", "bg-line-strong"];

/** Equity by portfolio on one bar; the table has the figures. */
export function AllocationBar({ shares }: Readonly<{ shares: readonly Share[] }>): ReactNode {
  const held = shares.filter(({ equity }) => equity > 0).sort((a, b) => b.equity - a.equity);
  const whole = held.reduce((total, { equity }) => total + equity, 0);
  if (whole === 0) return null;
  const part = (equity: number): string => `${((equity / whole) * 100).toFixed(1)} %`;
  return (
    <div className="flex flex-col gap-2">
      <div aria-hidden className="flex h-4 gap-px overflow-hidden rounded">
        {held.map(({ id, equity }, index) => (
          <div key={id} className={FILLS[index % FILLS.length]} style={{ width: part(equity).replace(" ", "") }} />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {held.slice(0, 12).map(({ id, equity }, index) => (
          <li key={id} className="flex items-center gap-1.5">
            <span aria-hidden className={`size-3 rounded-sm ${FILLS[index % FILLS.length]}`} />
            <PortfolioName id={id} /> <span className="figures text-muted">{part(equity)}</span>
          </li>
        ))}
        {held.length > 12 ? <li className="text-muted">and {held.length - 12} more</li> : null}
      </ul>
    </div>
  );
}
