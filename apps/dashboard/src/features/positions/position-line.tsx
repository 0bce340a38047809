import type { PositionRow } from "@bulkhead/contract";
import type { ReactNode } from "react";

const WIDTH = 120;

/** Stop, entry, mark and target on one line of prices: where a position stands between its exits. */
export function PositionLine({ row }: Readonly<{ row: PositionRow }>): ReactNode {
  const points = [
    { name: "stop", price: row.stop_price, className: "stroke-loss" },
    { name: "entry", price: row.average_entry_price, className: "stroke-muted" },
    { name: "target", price: row.take_profit_price, className: "stroke-gain" },
  ].flatMap(({ name, price, className }) => (price === null ? [] : [{ name, price: Number(price), className }]));
  const mark = row.mark === null ? null : Number(row.mark);
  const all = [...points.map(({ price }) => price), ...(mark === null ? [] : [mark])];
  if (all.length < 2 || mark === null) return null;
  const least = Math.min(...all);
  const span = Math.max(...all) - least || 1;
  const x = (price: number): number => 6 + ((price - least) / span) * (WIDTH - 12);
  return (
    <svg viewBox={`0 0 ${WIDTH} 20`} className="h-5 w-30" role="img">
      <title>{[...points.map(({ name, price }) => `${name} ${price}`), `mark ${mark}`].join(", ")}</title>
      <line x1="6" x2={WIDTH - 6} y1="10" y2="10" className="stroke-line-strong" strokeWidth="2" />
      {points.map(({ name, price, className }) => (
        <line key={name} x1={x(price)} x2={x(price)} y1="3" y2="17" className={className} strokeWidth="2" />
      ))}
      <circle cx={x(mark)} cy="10" r="4" className="fill-ink" />
    </svg>
  );
}
