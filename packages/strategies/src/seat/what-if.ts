import type { IndicatorCache } from "../ta/cache.ts";
import type { Column } from "../ta/kernel.ts";
import { ColumnLine, type Cursor } from "../ta/line.ts";
import type { Line } from "../ta/spec.ts";
import { isIntentList, type Reply } from "./reply.ts";

/** Another value of one line at the bar, the nearest found with which the strategy would have wanted to trade. float64, to be looked at only. */
export type NearestWish = Readonly<{ line: string; value: number; needed: number }>;

/** A line in a world where one of them has another value at the bar. Before the bar everything is as it was. */
export class WhatIfLine extends ColumnLine {
  private readonly instead: number | undefined;

  constructor(column: Column, cursor: Cursor, cache: IndicatorCache, instead: number | undefined) {
    super(column, cursor, cache);
    this.instead = instead;
  }

  override get value(): number {
    return this.instead ?? super.value;
  }

  override at(barsAgo: number): number {
    return barsAgo === 0 && this.cursor.index >= 0 ? this.value : super.at(barsAgo);
  }

  protected override crosses(other: Line | number): number {
    const [theirs, before] = typeof other === "number" ? [other, other] : [other.value, other.previous];
    if (this.value > theirs) return this.previous <= before ? 1 : 0;
    return this.value < theirs && this.previous >= before ? -1 : 0;
  }
}

/** Steps of the search, in parts of how far the line moves: the first that trades is narrowed down. */
const STEPS = Array.from({ length: 13 }, (_, index) => 2 ** (index - 10));
const HALVINGS = 30;

/** What is asked: the reply at the bar if the line had this value there. */
type Ask = (line: string, value: number) => Reply;

/**
 * For each line alone, the nearest other value with which there would have been a wish, upwards or downwards; a line whose change alone is not
 * enough is left out. `span` is how far a line moves within a while; what takes more than four times that is not looked for.
 */
export function nearestWishes(lines: readonly Readonly<{ line: string; value: number; span: number }>[], ask: Ask): readonly NearestWish[] {
  return lines
    .flatMap(({ line, value, span }) => {
      const found = [1, -1].flatMap((way) => {
        const by = shiftOf((shift) => isWish(ask(line, value + way * shift)), span);
        return by === undefined ? [] : [{ by, wish: { line, value, needed: value + way * by } }];
      });
      const [nearest] = found.sort((a, b) => a.by - b.by);
      return nearest === undefined ? [] : [{ ...nearest, far: nearest.by / span }];
    })
    .sort((a, b) => a.far - b.far)
    .map(({ wish }) => wish);
}

/** The least shift found with which it holds. */
function shiftOf(holds: (shift: number) => boolean, span: number): number | undefined {
  let short = 0;
  for (const step of STEPS) {
    let enough = step * span;
    if (!holds(enough)) {
      short = enough;
      continue;
    }
    for (let halving = 0; halving < HALVINGS; halving++) {
      const middle = (short + enough) / 2;
      if (holds(middle)) enough = middle;
      else short = middle;
    }
    return enough;
  }
  return undefined;
}

export const isWish = (reply: Reply): boolean => reply !== undefined && (isIntentList(reply) ? reply.length > 0 : reply.type !== "fault");

/** Bars over which the movement of a line is looked at. */
const SPAN_BARS = 250;

/** How far a line moved within the last bars; where it stood still, its own size, else 1. */
export function spanOf(line: Pick<Line, "at">): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let ago = 0; ago < SPAN_BARS; ago++) {
    const value = line.at(ago);
    if (!Number.isFinite(value)) break;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (most > least) return most - least;
  return Math.abs(most) > 0 && Number.isFinite(most) ? Math.abs(most) : 1;
}
