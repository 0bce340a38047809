import type { IndicatorCache } from "../ta/cache.ts";
import type { Column } from "../ta/kernel.ts";
import { ColumnLine, type Cursor } from "../ta/line.ts";
import type { Line } from "../ta/spec.ts";
import type { Reply } from "./reply.ts";
import type { NearestWish } from "./what-if.ts";

/** One look at a line: what was asked of it and what it answered. `now` and `before` are both lines' values at and before the bar. */
export type LineRead = Readonly<
  { line: string } & (
    | { question: "value" | "previous"; answer: number }
    | { question: "at"; barsAgo: number; answer: number }
    | {
        question: "crossedAbove" | "crossedBelow";
        other: string | number;
        answer: boolean;
        now: readonly [number, number];
        before: readonly [number, number];
      }
  )
>;

/** Why a strategy answered as it did at one bar: every look at its lines, in order, and the answer. */
export type LineTrace = Readonly<{
  symbol: string;
  /** Instant of the bar's close. */
  at: number;
  /** Closed bars still missing before the strategy is asked. */
  warmUpLeft: number;
  reads: readonly LineRead[];
  reply: Reply;
  /** Where it wanted nothing: what of one line alone would have been enough, the least of a change first. */
  nearest: readonly NearestWish[];
}>;

/** A line that notes what it is asked. */
export class TracedLine extends ColumnLine {
  readonly name: string;
  private readonly note: (read: LineRead) => void;

  constructor(name: string, column: Column, cursor: Cursor, cache: IndicatorCache, note: (read: LineRead) => void) {
    super(column, cursor, cache);
    this.name = name;
    this.note = note;
  }

  override get value(): number {
    return this.noted("value", super.value);
  }

  override get previous(): number {
    return this.noted("previous", super.previous);
  }

  override at(barsAgo: number): number {
    const answer = super.at(barsAgo);
    this.note({ line: this.name, question: "at", barsAgo, answer });
    return answer;
  }

  override crossedAbove(other: Line | number): boolean {
    return this.notedCrossing("crossedAbove", other, this.crosses(other) > 0);
  }

  override crossedBelow(other: Line | number): boolean {
    return this.notedCrossing("crossedBelow", other, this.crosses(other) < 0);
  }

  private noted(question: "value" | "previous", answer: number): number {
    this.note({ line: this.name, question, answer });
    return answer;
  }

  private notedCrossing(question: "crossedAbove" | "crossedBelow", other: Line | number, answer: boolean): boolean {
    const [theirs, name] =
      other instanceof TracedLine ? [other.pair(), other.name] : [[Number(other), Number(other)] as const, Number(other)];
    const mine = this.pair();
    this.note({ line: this.name, question, other: name, answer, now: [mine[0], theirs[0]], before: [mine[1], theirs[1]] });
    return answer;
  }

  /** At this bar and at the one before, without a note. */
  private pair(): readonly [number, number] {
    return [super.at(0), super.at(1)];
  }
}
