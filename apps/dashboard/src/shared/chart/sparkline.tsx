import { memo, type ReactNode } from "react";

const WIDTH = 96;
const HEIGHT = 24;

/** A line of at most some hundred points, with its name for who does not see it. */
export const Sparkline = memo(function Sparkline({ values, label }: Readonly<{ values: readonly number[]; label: string }>): ReactNode {
  if (values.length < 2) return <span className="inline-block h-6 w-24" />;
  const least = Math.min(...values);
  const span = Math.max(...values) - least || 1;
  const x = (index: number): string => ((index / (values.length - 1)) * WIDTH).toFixed(1);
  const y = (value: number): string => (HEIGHT - 2 - ((value - least) / span) * (HEIGHT - 4)).toFixed(1);
  const isUp = (values.at(-1) ?? 0) >= (values[0] ?? 0);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={`inline-block h-6 w-24 ${isUp ? "text-gain" : "text-loss"}`} role="img">
      <title>{label}</title>
      <polyline
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
        points={values.map((value, index) => `${x(index)},${y(value)}`).join(" ")}
      />
    </svg>
  );
});
