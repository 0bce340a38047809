import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useCallback, useEffect, useRef } from "react";
import { exact } from "../../shared/format/time.ts";
import type { Line } from "./use-lines.ts";

const ROW_HEIGHT = 26;
const heightOfRow = (): number => ROW_HEIGHT;
// Whole class names: dozens of lines come with every frame of a fast scroll, and each is made as cheaply as it can be.
const LINE = "flex h-full w-full items-center gap-3 px-3 text-left whitespace-nowrap -outline-offset-2 hover:bg-sunken";
const LEVELS: Readonly<Record<string, string>> = {
  debug: "w-11 shrink-0 text-muted",
  info: "w-11 shrink-0 text-muted",
  warn: "w-11 shrink-0 text-warn",
  error: "w-11 shrink-0 text-danger",
};

/** Any number of lines; only those that are seen are drawn. `onEnd` is called when the oldest comes near. */
export function LogLines({
  lines,
  chosen,
  onChoose,
  onEnd,
}: Readonly<{ lines: readonly Line[]; chosen: number | undefined; onChoose: (line: Line) => void; onEnd: () => void }>): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  // The same function while the lines are the same: another one makes the virtualizer measure all of them again, in every frame.
  const getItemKey = useCallback((index: number) => lines[index]?.log_id ?? index, [lines]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: heightOfRow,
    getItemKey,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lines.length > 0 && last >= lines.length - 50) onEnd();
  }, [last, lines.length, onEnd]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too
    <div ref={scroller} role="log" aria-label="Log" tabIndex={0} className="h-[65dvh] overflow-auto font-mono text-xs">
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ key, index, start }) => {
          const line = lines[index];
          return line === undefined ? null : (
            <div
              key={key}
              className="contain-strict absolute inset-x-0 top-0"
              style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
            >
              <LogLine line={line} isChosen={line.log_id === chosen} onChoose={onChoose} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

export const LogLine = memo(function LogLine({
  line,
  isChosen,
  onChoose,
}: Readonly<{ line: Line; isChosen: boolean; onChoose: (line: Line) => void }>): ReactNode {
  const at = exact(line.at);
  return (
    <button type="button" onClick={() => onChoose(line)} className={isChosen ? `${LINE} bg-sunken` : LINE}>
      <time dateTime={line.at} className="shrink-0 text-muted" title={at}>
        {at.slice(11, 19)}
      </time>
      <span className={LEVELS[line.level] ?? "w-11 shrink-0"}>{line.level}</span>
      <span className="hidden w-24 shrink-0 truncate text-accent sm:inline">{line.portfolio_id === "*" ? "" : line.portfolio_id}</span>
      <span className="hidden w-24 shrink-0 truncate text-muted lg:inline">{line.source}</span>
      <span className="truncate">{line.message}</span>
    </button>
  );
});
