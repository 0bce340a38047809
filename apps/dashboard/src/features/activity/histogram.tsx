import { type ReactNode, useMemo } from "react";
import type { Range } from "../../shared/range.ts";
import type { Line } from "./use-lines.ts";

const BARS = 60;

type Bar = Readonly<{ from: number; to: number; count: number; bad: number }>;

/** How many lines when, with the bad ones marked; a press on a bar narrows the log to its time. */
export function Histogram({ lines, onRange }: Readonly<{ lines: readonly Line[]; onRange: (range: Range) => void }>): ReactNode {
  const bars = useMemo(() => barsOf(lines), [lines]);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  if (bars.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset does not lay out its bars side by side
    <div
      role="group"
      aria-label="Lines over time; press one to see only its time"
      className="flex h-12 items-end gap-px border-b border-line px-3 pt-2"
    >
      {bars.map(({ from, to, count, bad }) => (
        <button
          key={from}
          type="button"
          disabled={count === 0}
          aria-label={`${count} lines, ${bad} of them bad, at ${new Date(from).toLocaleTimeString()}`}
          title={`${new Date(from).toLocaleTimeString()}: ${count} lines${bad > 0 ? `, ${bad} bad` : ""}`}
          onClick={() => onRange({ from, to })}
          className="flex h-full min-w-0 flex-1 flex-col justify-end hover:opacity-70"
        >
          {bad > 0 ? <span className="bg-danger" style={{ height: `${(bad / most) * 100}%` }} /> : null}
          <span className="bg-line-strong" style={{ height: `${((count - bad) / most) * 100}%` }} />
        </button>
      ))}
    </div>
  );
}

function barsOf(lines: readonly Line[]): readonly Bar[] {
  const newest = lines[0];
  const oldest = lines.at(-1);
  if (newest === undefined || oldest === undefined) return [];
  const [from, to] = [new Date(oldest.at).getTime(), new Date(newest.at).getTime() + 1];
  const width = Math.max(1, (to - from) / BARS);
  const bars = Array.from({ length: BARS }, (_, index) => ({
    from: Math.floor(from + index * width),
    to: Math.ceil(from + (index + 1) * width),
    count: 0,
    bad: 0,
  }));
  for (const { at, level } of lines) {
    const bar = bars[Math.min(BARS - 1, Math.floor((new Date(at).getTime() - from) / width))];
    if (bar === undefined) continue;
    bar.count += 1;
    if (level === "error" || level === "warn") bar.bad += 1;
  }
  return bars;
}
