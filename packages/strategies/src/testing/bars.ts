import type { SeriesColumns } from "../ta/series.ts";
import { seriesOf, type TestBar } from "./series.ts";

/** Bars that walk by up to two units per bar on a grid of 0.01, with ties, gaps and bars without volume among them; the same for the same seed. */
export function walk(seed: number, length: number): readonly TestBar[] {
  let state = (seed >>> 0) + 1;
  /** A whole number from 0 to below `most`; Numerical Recipes' generator, whose high bits are good enough here. */
  const draw = (most: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const calm = draw(4) === 0 ? 3 : 401; // Some walks hardly move, so that ties are frequent.
  let last = 10_000;
  return Array.from({ length }, () => {
    const open = Math.max(100, last + (draw(3) === 0 ? draw(61) - 30 : 0));
    const close = Math.max(100, open + draw(calm) - Math.floor(calm / 2));
    last = close;
    const [high, low] = [Math.max(open, close) + draw(50), Math.max(1, Math.min(open, close) - draw(50))];
    return { open: open / 100, close: close / 100, high: high / 100, low: low / 100, volume: draw(10) };
  });
}

/** The first `length` bars as a series, as if no more had closed yet. */
export const prefixOf = (bars: readonly TestBar[], length: number): SeriesColumns => seriesOf(bars.slice(0, length));
