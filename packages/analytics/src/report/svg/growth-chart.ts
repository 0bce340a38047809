import { countText, minus, percentText } from "../formats.ts";
import { EMPTY, html, type Markup } from "../html/markup.ts";
import { type Line, pathOf } from "./path.ts";
import { type Scale, scaleOf, spanOf, ticksOf } from "./scale.ts";
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

/** Beyond this ratio between the highest and the lowest growth a straight axis would press the smaller curves into one line. */
const STRAIGHT_MAX = 12;

/** Whether the lines are so far apart that equal distances stand for equal ratios. */
export function isLogarithmic(lines: readonly GrowthLine[]): boolean {
  const [low, high] = spanOf(lines.flatMap((line) => [...spanOf(line.line.values)]));
  return low > 0 && Math.max(high, 1) / Math.min(low, 1) > STRAIGHT_MAX;
}

/** All growth curves on one axis: in percent since the start, or logarithmic in multiples of it. */
export function growthChart(lines: readonly GrowthLine[], frame: Frame, title: string): Markup {
  const xSpan = spanOf(lines.flatMap((line) => [line.line.at[0] ?? 0, line.line.at.at(-1) ?? 0]));
  const x = scaleOf(xSpan, [LEFT, frame.width - frame.right]);
  const { y, ticks } = (isLogarithmic(lines) ? logarithmic : straight)(lines, [frame.height - BOTTOM, TOP]);
  const levels = ticks.map(({ growth, label }) => {
    const top = y(growth);
    const tone = growth === 1 ? "zero" : "grid";
    return html`<line class="${tone}" x1="${LEFT}" x2="${frame.width - frame.right}" y1="${top}" y2="${top}"/><text class="tick end" x="${LEFT - 7}" y="${top + 4}">${label}</text>`;
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

type Axis = Readonly<{ y: Scale; ticks: readonly Readonly<{ growth: number; label: string }>[] }>;

function straight(lines: readonly GrowthLine[], to: readonly [number, number]): Axis {
  const [low, high] = spanOf(lines.flatMap((line) => [...spanOf(line.line.values)]));
  const room = Math.max((high - low) * 0.06, 1e-4);
  const span = [Math.min(low, 1) - room, Math.max(high, 1) + room] as const;
  const places = high - low < 0.02 ? 2 : high - low < 0.1 ? 1 : 0;
  const ticks = ticksOf([span[0] - 1, span[1] - 1], 5).map((tick) => ({ growth: tick + 1, label: minus(percentText(tick, { places })) }));
  return { y: scaleOf(span, to), ticks };
}

function logarithmic(lines: readonly GrowthLine[], to: readonly [number, number]): Axis {
  const [low, high] = spanOf(lines.flatMap((line) => [...spanOf(line.line.values)].map((growth) => Math.max(growth, 1e-6))));
  const span = [Math.log10(Math.min(low, 1)) - 0.1, Math.log10(Math.max(high, 1)) + 0.1] as const;
  const scale = scaleOf(span, to);
  const powers = Array.from({ length: Math.ceil(span[1]) - Math.floor(span[0]) + 1 }, (_, index) => Math.floor(span[0]) + index);
  const decades = span[1] - span[0];
  const factors = decades > 4.5 ? [1] : decades > 1.7 ? [1, 3] : [1, 2, 5];
  const ticks = powers
    .flatMap((power) => factors.map((factor) => (power < 0 ? factor / 10 ** -power : factor * 10 ** power)))
    .filter((growth) => Math.log10(growth) >= span[0] && Math.log10(growth) <= span[1])
    .map((growth) => ({ growth, label: `× ${growth < 1 ? String(growth) : countText(growth)}` }));
  return { y: (growth) => scale(Math.log10(Math.max(growth, 1e-6))), ticks };
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
