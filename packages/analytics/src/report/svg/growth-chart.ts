import { minus, percentText } from "../formats.ts";
import { EMPTY, html, type Markup } from "../html/markup.ts";
import { type Line, pathOf } from "./path.ts";
import { scaleOf, spanOf, ticksOf } from "./scale.ts";
import { timeTicks } from "./time-ticks.ts";

/** A line of the chart. `tone` is a class: "s0" … "s7" by place, "quiet" for the crowd, "whole" for the account. */
export type GrowthLine = Readonly<{ label: string; tone: string; line: Line }>;

/** Where a chart is shown: on a page, or on a phone, where words at the ends of lines have no room. */
export type Frame = Readonly<{ width: number; height: number; right: number; labels: boolean; ticks: number }>;

export const PAGE_FRAME: Frame = { width: 1040, height: 340, right: 168, labels: true, ticks: 8 };
export const PHONE_FRAME: Frame = { width: 360, height: 250, right: 6, labels: false, ticks: 4 };

const LEFT = 46;
const TOP = 12;
const BOTTOM = 26;

/** All growth curves on one axis, in percent since the start. */
export function growthChart(lines: readonly GrowthLine[], frame: Frame, title: string): Markup {
  const [low, high] = spanOf(lines.flatMap((line) => [...spanOf(line.line.values)]));
  const room = Math.max((high - low) * 0.06, 1e-4);
  const xSpan = spanOf(lines.flatMap((line) => [line.line.at[0] ?? 0, line.line.at.at(-1) ?? 0]));
  const ySpan = [Math.min(low, 1) - room, Math.max(high, 1) + room] as const;
  const x = scaleOf(xSpan, [LEFT, frame.width - frame.right]);
  const y = scaleOf(ySpan, [frame.height - BOTTOM, TOP]);
  const places = high - low < 0.02 ? 2 : high - low < 0.1 ? 1 : 0;
  const levels = ticksOf([ySpan[0] - 1, ySpan[1] - 1], 5).map((tick) => {
    const top = y(tick + 1);
    const tone = tick === 0 ? "zero" : "grid";
    return html`<line class="${tone}" x1="${LEFT}" x2="${frame.width - frame.right}" y1="${top}" y2="${top}"/><text class="tick end" x="${LEFT - 7}" y="${top + 4}">${minus(percentText(tick, { places }))}</text>`;
  });
  const times = timeTicks(xSpan[0], xSpan[1], frame.ticks).map(
    (tick) =>
      html`<text class="tick mid" x="${Math.min(x(tick.at), frame.width - frame.right - 12)}" y="${frame.height - 8}">${tick.label}</text>`,
  );
  const curves = lines.map(
    (line) =>
      html`<path class="curve ${line.tone}" d="${pathOf(line.line, x, y, line.tone === "quiet" ? 5 : 1)}"><title>${line.label}</title></path>`,
  );
  const ends = frame.labels ? endLabels(lines, y, frame) : [];
  return html`<svg class="chart" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${title}">${levels}${times}${curves}${ends}</svg>`;
}

/** Names at the ends of the lines, pushed apart so that none covers another. */
function endLabels(lines: readonly GrowthLine[], y: (value: number) => number, frame: Frame): readonly Markup[] {
  const named = lines
    .filter((line) => line.tone !== "quiet")
    .map((line) => ({ line, end: y(line.line.values.at(-1) ?? 1) }))
    .toSorted((a, b) => a.end - b.end);
  const tops = spread(
    named.map((entry) => entry.end),
    15,
    [TOP + 4, frame.height - BOTTOM],
  );
  const left = frame.width - frame.right;
  return named.map(({ line, end }, index) => {
    const top = tops[index] ?? end;
    const growth = minus(percentText((line.line.values.at(-1) ?? 1) - 1));
    const name = line.label.length > 15 ? `${line.label.slice(0, 14)}…` : line.label;
    const leader = Math.abs(top - end) > 3 ? html`<path class="leader ${line.tone}" d="M${left + 2},${end}L${left + 9},${top}"/>` : EMPTY;
    return html`${leader}<circle class="dot ${line.tone}" cx="${left}" cy="${end}" r="3"/><text class="name ${line.tone}" x="${left + 12}" y="${top + 4}">${name} <tspan class="figure">${growth}</tspan></text>`;
  });
}

/** Heights at least `gap` apart, as near to the wanted ones as a pass down and a pass up bring them. Sorted in, sorted out. */
function spread(wanted: readonly number[], gap: number, [low, high]: readonly [number, number]): readonly number[] {
  const down: number[] = [];
  for (const top of wanted) down.push(Math.max(top, low, (down.at(-1) ?? Number.NEGATIVE_INFINITY) + gap));
  const up: number[] = [];
  for (const top of down.toReversed()) up.push(Math.min(top, high, (up.at(-1) ?? Number.POSITIVE_INFINITY) - gap));
  return up.toReversed();
}
