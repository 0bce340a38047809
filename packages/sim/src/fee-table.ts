import { parseRatio, type Ratio, ZERO_RATIO } from "@bulkhead/money";
import { type FeeAsset, type FeeModel, IBKR_FIXED } from "./fees.ts";

/** Fees as a configuration writes them: amounts and rates are decimal text that was checked there. */
export type WrittenFees = Readonly<
  | { model: "none" }
  | { model: "ibkr-fixed" }
  | { model: "per-share"; per_share: string; minimum?: string | undefined; maximum_pct?: string | undefined }
  | { model: "percent"; rate: string; asset?: FeeAsset | undefined }
  | { model: "maker-taker"; maker: string; taker: string; asset?: FeeAsset | undefined }
>;

/** A fee model of a configuration as the venue's. */
export function feeModelOf(fee: WrittenFees): FeeModel {
  switch (fee.model) {
    case "none":
      return { kind: "none" };
    case "ibkr-fixed":
      return IBKR_FIXED;
    case "per-share":
      return {
        kind: "per-unit",
        perUnit: ratio(fee.per_share),
        minimum: fee.minimum === undefined ? ZERO_RATIO : ratio(fee.minimum),
        valueShareMax: fee.maximum_pct === undefined ? null : ratio(fee.maximum_pct),
      };
    case "percent":
      return { kind: "percent", rate: ratio(fee.rate), asset: fee.asset ?? "quote" };
    case "maker-taker":
      return { kind: "maker-taker", maker: ratio(fee.maker), taker: ratio(fee.taker), asset: fee.asset ?? "quote" };
  }
}

function ratio(text: string): Ratio {
  const parsed = parseRatio(text);
  if (!parsed.ok) throw new RangeError(`NOT_A_RATIO: ${text}`);
  return parsed.value;
}
