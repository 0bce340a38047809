import type { ReactNode } from "react";
import { PortfolioName } from "../portfolios/portfolio-name.tsx";

type Share = Readonly<{ id: string; equity: number }>;
/** Told apart by lightness as well as by hue, and by name beside. */
const FILLS = ["bg-accent", "bg-gain", "bg-warn", "bg-loss", "bg-muted", "bg-line-strong"];

/** More than these have no colour of their own: stripes tell nobody anything. */
const NAMED_MAX = 11;

/** Equity by portfolio on one bar; the table has the figures. */
export function AllocationBar({ shares }: Readonly<{ shares: readonly Share[] }>): ReactNode {
  const held = shares.filter(({ equity }) => equity > 0).sort((a, b) => b.equity - a.equity);
  const whole = held.reduce((total, { equity }) => total + equity, 0);
  if (whole === 0) return null;
  const named = held.length > NAMED_MAX ? held.slice(0, NAMED_MAX) : held;
  const others = held.slice(named.length).reduce((total, { equity }) => total + equity, 0);
  const part = (equity: number): string => `${((equity / whole) * 100).toFixed(1)} %`;
  return (
    <div className="flex flex-col gap-2">
      <div aria-hidden className="flex h-4 gap-px overflow-hidden rounded">
        {named.map(({ id, equity }, index) => (
          <div key={id} className={FILLS[index % FILLS.length]} style={{ width: part(equity).replace(" ", "") }} />
        ))}
        {others > 0 ? <div className="flex-1 bg-sunken" /> : null}
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {named.map(({ id, equity }, index) => (
          <li key={id} className="flex items-center gap-1.5">
            <span aria-hidden className={`size-3 rounded-sm ${FILLS[index % FILLS.length]}`} />
            <PortfolioName id={id} /> <span className="figures text-muted">{part(equity)}</span>
          </li>
        ))}
        {others > 0 ? (
          <li className="flex items-center gap-1.5 text-muted">
            <span aria-hidden className="size-3 rounded-sm border border-line bg-sunken" />
            {held.length - named.length} others <span className="figures">{part(others)}</span>
          </li>
        ) : null}
      </ul>
    </div>
  );
}
