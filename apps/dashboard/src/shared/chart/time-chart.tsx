import "uplot/dist/uPlot.min.css";
import { type ReactNode, useEffect, useRef } from "react";
import uPlot from "uplot";
import { exact, tickWords } from "../format/time.ts";
import { type Colours, useColours } from "./colours.ts";

/** One line over time. Pictures are drawn from floats; the exact figures stand beside them. */
export type Line = Readonly<{
  label: string;
  values: readonly (number | null)[];
  colour: keyof Colours;
  fill?: boolean;
  /** How a value is said, at the axis and under the cursor. */
  shown: (value: number) => string;
}>;

/** Something that happened at an instant: a line across the pane with a word at its foot. */
export type Mark = Readonly<{ at: number; text: string; colour: keyof Colours }>;

/** `zero`: the pane begins or ends at zero. `log`: equal ratios are equally far; for what is above zero everywhere, else it is left. */
export type Pane = Readonly<{
  title: string;
  height: number;
  lines: readonly Line[];
  zero?: boolean;
  log?: boolean;
  marks?: readonly Mark[];
}>;
/** Instants in milliseconds, ends included. */
export type Range = Readonly<{ from: number; to: number }>;

type Props = Readonly<{
  /** Milliseconds, ascending; as many as each line has values. */
  at: readonly number[];
  panes: readonly Pane[];
  /** Called with what was marked with the mouse; undefined where the mark was taken away by a double click. */
  onRange?: (range: Range | undefined) => void;
  range?: Range | undefined;
}>;

/** Panes over one axis of time: one cursor for all, one mark for all. A table of the same figures belongs beside it for who cannot see it. */
export function TimeChart({ at, panes, onRange, range }: Props): ReactNode {
  const colours = useColours();
  const key = useRef(`chart-${Math.random().toString(36).slice(2)}`);
  return (
    <div className="flex flex-col gap-1">
      {panes.map((pane, index) => (
        <PaneChart
          key={pane.title}
          sync={key.current}
          at={at}
          pane={pane}
          colours={colours}
          hasAxis={index === panes.length - 1}
          onRange={onRange}
          range={range}
        />
      ))}
    </div>
  );
}

type PaneProps = Readonly<{
  sync: string;
  at: readonly number[];
  pane: Pane;
  colours: Colours;
  hasAxis: boolean;
  onRange: Props["onRange"];
  range: Range | undefined;
}>;

function PaneChart({ sync, at, pane, colours, hasAxis, onRange, range }: PaneProps): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const read = useRef<HTMLSpanElement>(null);
  const told = useRef(onRange);
  told.current = onRange;
  const now = useRef(pane);
  now.current = pane;
  const shape = [...pane.lines.map(({ label }) => label), isLog(pane)].join("\n");

  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew only where its shape or the theme changes; figures come below
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new uPlot(
      optionsOf(pane, { colours, hasAxis, sync, width: element.clientWidth, told, read, now }),
      dataOf(at, pane),
      element,
    );
    chart.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: pane.height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [shape, colours, hasAxis, pane.height]);

  useEffect(() => {
    chart.current?.setData(dataOf(at, pane), range === undefined);
    if (range !== undefined) chart.current?.setScale("x", { min: range.from / 1_000, max: range.to / 1_000 });
  }, [at, pane, range]);

  return (
    <figure aria-label={pane.title} className="min-w-0">
      <figcaption className="flex justify-between gap-3 px-1 text-xs text-muted">
        {pane.title} <span ref={read} aria-hidden className="figures text-ink" />
      </figcaption>
      <div ref={place} className="min-w-0 overflow-hidden" />
    </figure>
  );
}

const dataOf = (at: readonly number[], { lines }: Pane): uPlot.AlignedData =>
  [at.map((ms) => ms / 1_000), ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData;

type Made = Readonly<{
  colours: Colours;
  hasAxis: boolean;
  sync: string;
  width: number;
  told: Readonly<{ current: Props["onRange"] }>;
  /** The pane as it is now. */
  now: Readonly<{ current: Pane }>;
  /** Where the figures under the pointer are said. */
  read: Readonly<{ current: HTMLSpanElement | null }>;
}>;

function optionsOf(pane: Pane, { colours, hasAxis, sync, width, told, read, now }: Made): uPlot.Options {
  const axis = { stroke: colours.muted, grid: { stroke: colours.line, width: 1 }, ticks: { show: false }, font: "11px system-ui" };
  const shown = pane.lines[0]?.shown ?? String;
  return {
    width,
    height: pane.height,
    padding: [8, 8, hasAxis ? 0 : 8, 0],
    legend: { show: false },
    cursor: { sync: { key: sync }, drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
    scales: {
      y: isLog(pane)
        ? { distr: 3, range: (_, least, most) => [least * 0.995, most * 1.005] }
        : { range: (_, least, most) => rangeOf(least, most, pane.zero === true) },
    },
    axes: [
      { ...axis, show: hasAxis, values: (_, ticks) => [...tickWords(ticks.map((tick) => tick * 1_000))] },
      { ...axis, ...(isLog(pane) ? LOG_TICKS : {}), size: 76, values: (_, ticks) => ticks.map((tick) => shown(tick)) },
    ],
    series: [
      {},
      ...pane.lines.map(({ label, colour, fill }): uPlot.Series => {
        const stroke = colours[colour];
        const isFilled = fill === true && !isLog(pane);
        return { label, stroke, width: 1.5, spanGaps: true, points: { show: false }, ...(isFilled ? { fill: faint(stroke) } : {}) };
      }),
    ],
    hooks: {
      draw: [(chart) => drawMarks(chart, now.current.marks ?? [], colours)],
      setSelect: [
        (chart) => {
          const { left, width: marked } = chart.select;
          if (marked < 4) return;
          const at = (x: number): number => Math.round(chart.posToVal(x, "x") * 1_000);
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          told.current?.({ from: at(left), to: at(left + marked) });
        },
      ],
      setCursor: [
        (chart) => {
          if (read.current !== null) read.current.textContent = wordsAt(chart, now.current);
        },
      ],
      ready: [(chart) => chart.over.addEventListener("dblclick", () => told.current?.(undefined))],
    },
  };
}

/** Whether the pane can be drawn in ratios. */
const isLog = ({ log = false, lines }: Pane): boolean =>
  log && lines.every(({ values }) => values.every((value) => value === null || value > 0));

/** Ticks of a scale in ratios, which may span far less than a power of ten: some, equally far. */
const LOG_TICKS: Pick<uPlot.Axis, "splits" | "filter"> = {
  splits: (_, __, least, most) => Array.from({ length: 5 }, (___, index) => least * (most / least) ** ((index + 0.5) / 5)),
  filter: (_, splits) => splits,
};

function drawMarks(chart: uPlot, marks: readonly Mark[], colours: Colours): void {
  const { ctx, bbox } = chart;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = `${10 * scale}px system-ui`;
  ctx.textBaseline = "bottom";
  ctx.lineWidth = scale;
  ctx.setLineDash([3 * scale, 3 * scale]);
  for (const { at, text, colour } of marks) {
    const x = Math.round(chart.valToPos(at / 1_000, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colours[colour];
    ctx.fillStyle = colours[colour];
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const isRight = x > bbox.left + bbox.width * 0.85;
    ctx.textAlign = isRight ? "right" : "left";
    ctx.fillText(text, x + (isRight ? -4 : 4) * scale, bbox.top + bbox.height - 3 * scale);
  }
  ctx.restore();
}

/** What the lines say at the place of the pointer, and when that was. */
function wordsAt(chart: uPlot, { lines }: Pane): string {
  const index = chart.cursor.idx;
  const at = index === null || index === undefined ? undefined : chart.data[0][index];
  if (index === null || index === undefined || at === undefined) return "";
  const figures = lines.map(({ values, shown = String }) => {
    const value = values[index];
    return value === null || value === undefined ? "–" : shown(value);
  });
  return `${figures.join(" · ")} at ${exact(at * 1_000)}`;
}

/** A little room above and below, also around a line that is flat. */
function rangeOf(least: number | null, most: number | null, zero: boolean): [number, number] {
  const low = Math.min(least ?? 0, zero ? 0 : Number.POSITIVE_INFINITY);
  const high = Math.max(most ?? 0, zero ? 0 : Number.NEGATIVE_INFINITY);
  const room = (high - low) * 0.08 || Math.abs(high) * 0.01 || 0.01;
  return [zero && low === 0 ? 0 : low - room, zero && high === 0 ? 0 : high + room];
}

const faint = (colour: string): string => `color-mix(in srgb, ${colour} 18%, transparent)`;
