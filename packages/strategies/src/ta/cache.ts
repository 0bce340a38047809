import { Crossings } from "./crossings.ts";
import type { Column, Kernel } from "./kernel.ts";
import { kernelOf } from "./kernels/kernels.ts";
import type { SeriesColumns } from "./series.ts";
import type { IndicatorSpec } from "./spec.ts";

type Computed = { readonly kernel: Kernel; bars: number; capacity: number };

/** Indicator columns, computed once per (series, indicator, parameters) and shared by all portfolios of a run. */
export class IndicatorCache {
  private readonly computed = new Map<SeriesColumns, Map<string, Computed>>();
  private readonly crossed = new Map<Column, Map<Column, Crossings>>();

  /** The columns of an indicator, up to the last closed bar; its lines first. The same objects for the same series and spec. */
  columns(series: SeriesColumns, spec: IndicatorSpec): readonly Column[] {
    const ofSeries = this.computed.get(series) ?? new Map<string, Computed>();
    this.computed.set(series, ofSeries);
    const entry = ofSeries.get(spec.key) ?? { kernel: kernelOf(spec, series), bars: 0, capacity: 0 };
    ofSeries.set(spec.key, entry);
    extend(entry, series);
    return entry.kernel.columns;
  }

  /** Where one column crosses another; shared by all that ask for the same two. */
  crossings(mine: Column, theirs: Column): Crossings {
    const ofMine = this.crossed.get(mine) ?? new Map<Column, Crossings>();
    this.crossed.set(mine, ofMine);
    const known = ofMine.get(theirs) ?? new Crossings(mine, theirs);
    ofMine.set(theirs, known);
    return known;
  }

  /** Brings every column of a series up to its last closed bar: call it after appending bars when live. */
  extend(series: SeriesColumns): void {
    for (const entry of this.computed.get(series)?.values() ?? []) extend(entry, series);
  }
}

function extend(entry: Computed, series: SeriesColumns): void {
  if (entry.bars === series.length) return;
  if (entry.capacity < series.length) reserve(entry, entry.bars === 0 ? series.length : series.length * 2);
  entry.kernel.extend(series, entry.bars, series.length);
  entry.bars = series.length;
  for (const each of entry.kernel.columns) each.bars = series.length;
}

function reserve(entry: Computed, capacity: number): void {
  entry.capacity = capacity;
  for (const each of entry.kernel.columns) {
    const longer = new Float64Array(capacity);
    longer.set(each.values);
    each.values = longer;
  }
}
