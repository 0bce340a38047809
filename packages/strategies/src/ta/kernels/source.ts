import { unitOfScale } from "../kernel.ts";
import type { SeriesColumns } from "../series.ts";
import type { Source } from "../spec.ts";

/** The parameter that names a column of the series; the spec's constructor has checked it. */
export const sourceOf = (parameters: readonly (number | string)[], place: number): Source => String(parameters[place]) as Source;

/** What one unit of that column is: 10^priceScale, or 10^volumeScale for volume. */
export const unitOfSource = (series: SeriesColumns, source: Source): number =>
  unitOfScale(source === "volume" ? series.volumeScale : series.priceScale);
