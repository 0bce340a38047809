import { sliceBars } from "@bulkhead/market";
import { W2_BARS, w1Series, w2Series, w3Series } from "./data.ts";
import { prepare } from "./desk.ts";
import { type Figure, medianSeconds } from "./measure.ts";
import { crossing, everyBarPortfolio, smaPairs } from "./workloads.ts";

const SYMBOLS = 4;

/** Nanoseconds per evaluation with a hundred portfolios, beside those with ten. */
export function portfolios(): readonly Figure[] {
  const series = w2Series().slice(0, SYMBOLS);
  const many = () => prepare({ series, portfolios: crossing(smaPairs(100)) });
  const few = () => prepare({ series, portfolios: crossing(smaPairs(10)) });
  const [hundred = Number.NaN, ten = Number.NaN] = medianSeconds([many, few], 5, 1);
  const evaluations = W2_BARS * SYMBOLS;
  return [
    {
      bench: "portfolios-100",
      value: (hundred * 1e9) / (evaluations * 100),
      unit: "ns/evaluation",
      yardstick: (ten * 1e9) / (evaluations * 10),
    },
  ];
}

/** Seconds for ten times the bars beside those for the bars: W1 and W3. */
export function bars(): readonly Figure[] {
  const w1 = w1Series();
  const w3 = w3Series();
  const crossings = (share: number) => () => prepare({ series: [sliceBars(w1, 0, w1.length * share)], portfolios: crossing([[10, 30]]) });
  const orders = (share: number) => () => prepare({ series: [sliceBars(w3, 0, w3.length * share)], portfolios: everyBarPortfolio });
  const [whole = Number.NaN, tenth = Number.NaN, allOrders = Number.NaN, someOrders = Number.NaN] = medianSeconds(
    [crossings(1), crossings(0.1), orders(1), orders(0.1)],
    7,
  );
  return [
    { bench: "bars-x10", value: whole * 1e3, unit: "ms", yardstick: tenth * 1e3 },
    { bench: "orders-x10", value: allOrders * 1e3, unit: "ms", yardstick: someOrders * 1e3 },
  ];
}

/** Milliseconds with every assertion beside those without: W3, which asserts at every bar, and a tenth of W2. */
export function checks(): readonly Figure[] {
  const w3 = [w3Series()];
  const w2 = w2Series().map((each) => sliceBars(each, 0, W2_BARS / 5));
  const orders = (state: "on" | "off") => () => prepare({ series: w3, portfolios: everyBarPortfolio, checks: state });
  const crosses = (state: "on" | "off") => () => prepare({ series: w2, portfolios: crossing(smaPairs(10)), checks: state });
  const [on = Number.NaN, off = Number.NaN, onW2 = Number.NaN, offW2 = Number.NaN] = medianSeconds(
    [orders("on"), orders("off"), crosses("on"), crosses("off")],
    9,
  );
  return [
    { bench: "checks-W3", value: on * 1e3, unit: "ms", yardstick: off * 1e3 },
    { bench: "checks-W2", value: onW2 * 1e3, unit: "ms", yardstick: offW2 * 1e3 },
  ];
}
