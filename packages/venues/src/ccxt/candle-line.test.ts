import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { type Candle, CandleLine } from "./candle-line.ts";

const BAR = 60_000;
/** Bar `n` with so much traded in it so far. */
const at = (n: number, volume = 5): Candle => ({ openAt: n * BAR, open: "10", high: "12", low: "9", close: "11", volume: String(volume) });
const over = (n: number): number => (n + 1) * BAR + 1_000;

describe("the bars of one symbol", () => {
  test("[CCXT-1] a bar that the stream saw from beginning to end is over when the next one begins", () => {
    const line = new CandleLine(BAR, 0);
    expect([at(0, 1), at(0, 5), at(1, 1)].map((candle) => line.onStream(candle))).toEqual([undefined, undefined, undefined]);
    expect(line.onAnswer([at(0), at(1, 1)], over(0))).toEqual([at(0)]); // In bar 0 it joined: that one was asked for.
    expect(line.onStream(at(1, 7))).toBeUndefined();
    expect(line.onStream(at(2, 1))).toEqual(at(1, 7));
    expect(line.knownUntil).toBe(2 * BAR);
  });

  test("[CCXT-2] after a cut everything between is asked for before anything newer is told", () => {
    const line = new CandleLine(BAR, 0);
    line.onAnswer([at(0), at(1, 1)], over(0));
    for (const candle of [at(1, 2), at(2, 1), at(2, 3)]) line.onStream(candle);
    line.onAnswer([at(1), at(2, 3)], over(1));
    line.onCut();
    expect(line.onStream(at(6, 1))).toBeUndefined();
    expect([line.askAt, line.takeOpening()]).toEqual([Number.NEGATIVE_INFINITY, undefined]);
    expect(line.onStream(at(7, 1))).toBeUndefined();
    expect(line.onAnswer([at(2), at(3), at(4), at(6), at(7, 2)], over(6))).toEqual([at(2), at(3), at(4), at(6)]); // In bar 5 nobody traded.
    expect(line.takeOpening()).toEqual(at(7, 1));
    expect(line.takeOpening()).toBeUndefined();
    expect(line.onStream(at(8, 1))).toEqual(at(7, 1));
  });

  test("[CCXT-3] what comes twice or late is dropped and counted, and so is an older word on the bar in progress", () => {
    const line = new CandleLine(BAR, 5 * BAR);
    for (const candle of [at(4), at(5, 3), at(5, 2), at(3)]) expect(line.onStream(candle)).toBeUndefined();
    expect(line.dropped).toBe(3);
    expect(line.onAnswer([at(4), at(5, 9), at(5, 9)], over(5))).toEqual([at(5, 9)]);
  });

  test("[CCXT-4] a bar is final a second after its end, and never traded five seconds after; an empty answer speaks for 100 bars", () => {
    const line = new CandleLine(BAR, 0);
    expect(line.onAnswer([at(0)], over(0) - 1)).toEqual([]);
    expect(line.onAnswer([at(0)], over(0))).toEqual([at(0)]);
    expect([line.onAnswer([], 2 * BAR + 4_999), line.knownUntil]).toEqual([[], BAR]);
    expect([line.onAnswer([], 2 * BAR + 5_000), line.knownUntil]).toEqual([[], 2 * BAR]);
    expect([line.onAnswer([], 900 * BAR), line.knownUntil]).toEqual([[], 102 * BAR]);
    expect([line.isCurrent(103 * BAR + 6_000), line.isCurrent(103 * BAR + 6_001)]).toEqual([true, false]);
  });

  test("[CCXT-5] Z36 Z37: an answer that goes beyond all that was said shows a frozen stream; the same again shows a quiet one", () => {
    const line = new CandleLine(BAR, 0);
    expect(line.goesBeyond([at(0, 5)])).toBe(false); // Nothing was said before.
    expect(line.goesBeyond([at(0, 5)])).toBe(false);
    expect(line.goesBeyond([at(0, 6)])).toBe(true);
    line.onStream(at(1, 1));
    expect(line.goesBeyond([at(0, 9), at(1, 1)])).toBe(false);
    expect(line.goesBeyond([at(2, 1)])).toBe(true);
    expect(line.goesBeyond([])).toBe(false);
  });

  test("[CCXT-6] what did not arrive is told again", () => {
    const line = new CandleLine(BAR, 0);
    expect(line.onAnswer([at(0), at(1), at(2, 1)], over(1))).toHaveLength(2);
    line.rewind(BAR);
    expect(line.onAnswer([at(1), at(2, 1)], over(1))).toEqual([at(1)]);
  });

  test("[CCXT-2] whatever is lost, doubled and cut: each bar is told once, in order, none before the one in front of it", () => {
    const happening = fc.record({
      kind: fc.constantFrom("stream", "stream", "stream", "lost", "late", "cut", "ask"),
      volume: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(happening, { maxLength: 6 }), { minLength: 3, maxLength: 40 }), (bars) => {
        const line = new CandleLine(BAR, 0);
        const told: number[] = [];
        const truth = bars.map((events, n) => (events.some(({ kind }) => kind !== "cut" && kind !== "ask") ? at(n, 100) : undefined));
        const ask = (now: number): void => {
          const rows = truth.flatMap((candle, n) => (candle !== undefined && n * BAR >= line.knownUntil && n * BAR <= now ? [candle] : []));
          for (const candle of line.onAnswer(rows.slice(0, 20), now)) told.push(candle.openAt / BAR);
        };
        for (const [n, events] of bars.entries()) {
          for (const [i, { kind, volume }] of events.entries()) {
            const now = n * BAR + i * 1_000;
            const isLast = !events.slice(i + 1).some((later) => later.kind !== "cut" && later.kind !== "ask");
            const candle = kind === "late" ? at(Math.max(0, n - volume), volume) : at(n, isLast ? 100 : Math.min(99, volume + 10 * i));
            if (kind === "cut") line.onCut();
            else if (kind === "ask") ask(now);
            else if (kind !== "lost") {
              const closed = line.onStream(candle);
              if (closed !== undefined) told.push(closed.openAt / BAR);
            } else line.onCut(); // Nothing is lost on a connection that holds.
          }
        }
        const end = bars.length * BAR + 10 * BAR;
        for (let i = 0; i < 10; i += 1) ask(end);
        expect(told).toEqual(truth.flatMap((candle, n) => (candle === undefined ? [] : [n])));
      }),
      { numRuns: runs(2_000), seed: seed() },
    );
  });
});
