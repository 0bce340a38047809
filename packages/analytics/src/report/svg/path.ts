import type { Scale } from "./scale.ts";

/** A line to draw: coordinates come from the scales. Both columns have one length. */
export type Line = Readonly<{ at: readonly number[]; values: readonly number[] }>;

/**
 * The `d` of a path through the line; at most four points (first, highest, lowest, last) per column of `pixels`, so that the size of a
 * page is bounded and no peak is lost.
 */
export function pathOf(line: Line, x: Scale, y: Scale, pixels = 1): string {
  return pointsOf(line, x, y, pixels)
    .map(([left, top], index) => `${index === 0 ? "M" : "L"}${round(left)},${round(top)}`)
    .join("");
}

/** The same, closed down (or up) to a level, for areas. */
export function areaOf(line: Line, x: Scale, y: Scale, level: number): string {
  const points = pointsOf(line, x, y, 1);
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return "";
  return `${pathOf(line, x, y)}L${round(last[0])},${round(y(level))}L${round(first[0])},${round(y(level))}Z`;
}

type Point = readonly [left: number, top: number];

function pointsOf(line: Line, x: Scale, y: Scale, pixels: number): readonly Point[] {
  const points: Point[] = line.at.map((at, index) => [x(at), y(line.values[index] ?? 0)]);
  const columns = new Map<number, Point[]>();
  for (const point of points) {
    const column = Math.floor(point[0] / pixels);
    const held = columns.get(column);
    if (held === undefined) columns.set(column, [point]);
    else held.push(point);
  }
  return [...columns.values()].flatMap((column) => (column.length <= 4 ? column : outline(column)));
}

/** Of a column of points, in their order: the first, the highest, the lowest, the last. */
function outline(column: readonly Point[]): readonly Point[] {
  const top = column.reduce((best, point) => (point[1] < best[1] ? point : best));
  const bottom = column.reduce((best, point) => (point[1] > best[1] ? point : best));
  const keep = new Set([column[0], top, bottom, column.at(-1)]);
  return column.filter((point) => keep.has(point));
}

const round = (value: number): number => Math.round(value * 10) / 10 + 0;
