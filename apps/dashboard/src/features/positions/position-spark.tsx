import type { PositionRow } from "@bulkhead/contract";
import { type ReactNode, useMemo } from "react";
import { useAsk } from "../../shared/api/queries.ts";
import { resolutionFor } from "./resolution.ts";

const WIDTH = 120;
const HEIGHT = 32;

/** Prices since the position was opened, with its entry, stop and target across: a picture, so floats will do. */
export function PositionSpark({ row }: Readonly<{ row: PositionRow }>): ReactNode {
  const { instrument, opened_at: openedAt } = row;
  const resolution = useMemo(() => resolutionFor(openedAt === null ? 0 : Date.now() - new Date(openedAt).getTime()), [openedAt]);
  const query = { instrument, resolution, limit: 300, ...(openedAt === null ? {} : { from: openedAt }) };
  const bars = useAsk("listBars", { query }, { enabled: openedAt !== null, everyMs: 60_000 }).data?.data ?? [];
  const closes = [...bars.map(({ close }) => Number(close)), ...(row.mark === null ? [] : [Number(row.mark)])];
  if (closes.length < 3) return <span className="text-xs text-muted">just opened</span>;
  const lines = [
    { name: "entry", price: row.average_entry_price, className: "stroke-muted" },
    { name: "stop", price: row.stop_price, className: "stroke-loss" },
    { name: "target", price: row.take_profit_price, className: "stroke-gain" },
  ].flatMap(({ name, price, className }) => (price === null ? [] : [{ name, price: Number(price), className }]));
  const all = [...closes, ...lines.map(({ price }) => price)];
  const least = Math.min(...all);
  const span = Math.max(...all) - least || 1;
  const x = (index: number): string => ((index / (closes.length - 1)) * WIDTH).toFixed(1);
  const y = (price: number): string => (HEIGHT - 2 - ((price - least) / span) * (HEIGHT - 4)).toFixed(1);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="h-8 w-30" role="img">
      <title>{`Prices of ${row.symbol} since entry; ${lines.map(({ name, price }) => `${name} ${price}`).join(", ")}`}</title>
      {lines.map(({ name, price, className }) => (
        <line key={name} x1="0" x2={WIDTH} y1={y(price)} y2={y(price)} className={className} strokeWidth="1" strokeDasharray="3 3" />
      ))}
      <polyline
        fill="none"
        className="stroke-ink"
        strokeWidth="1.3"
        points={closes.map((price, index) => `${x(index)},${y(price)}`).join(" ")}
      />
    </svg>
  );
}
