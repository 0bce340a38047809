import { existsSync, mkdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { InstrumentId } from "@bulkhead/core";
import { type BarSeries, type InstrumentFacts, readBars, sliceBars, writeBars } from "@bulkhead/market";

/** Bars of W1, and of each of the twenty series of W2. */
export const W1_BARS = 500_000;
export const W2_BARS = 50_000;
export const W2_SYMBOLS = 20;
export const W3_BARS = 200_000;

const T0 = Date.UTC(2020, 0, 1);
const MINUTE = 60_000;
const VENUE = "BENCH";

/** Where the made-up bars are kept as `.bars` files, so that they are made once per machine. */
export const dataFolder = (): string => join(tmpdir(), `bulkhead-bench-${userInfo().uid}-1`);

/** The 500,000 minutes of W1. */
export const w1Series = (): BarSeries => cached("w1", 42, W1_BARS);
/** The first 200,000 of them. */
export const w3Series = (): BarSeries => sliceBars(w1Series(), 0, W3_BARS);
/** Twenty symbols of 50,000 minutes each. */
export const w2Series = (): readonly BarSeries[] =>
  Array.from({ length: W2_SYMBOLS }, (_, i) => cached(`w2-${String(i).padStart(2, "0")}`, 1000 + i, W2_BARS));

/** The file of W1's bars, for the command line. */
export function w1File(): string {
  w1Series();
  return join(dataFolder(), "w1.bars");
}

function cached(name: string, seed: number, bars: number): BarSeries {
  const path = join(dataFolder(), `${name}.bars`);
  if (!existsSync(path)) {
    mkdirSync(dataFolder(), { recursive: true });
    writeBars(path, makeSeries(name, seed, bars), factsOf(name));
  }
  const read = readBars(path);
  if (!read.ok) throw new Error(`BENCH_DATA_UNREADABLE: path=${path}, ${read.text}`);
  return read.series;
}

const idOf = (name: string): InstrumentId => `${name.toUpperCase()}@${VENUE}` as InstrumentId;

function factsOf(name: string): InstrumentFacts {
  const id = idOf(name);
  return {
    id,
    symbol: name.toUpperCase(),
    venue: VENUE,
    kind: "share",
    base: id,
    quote: "USD",
    priceScale: 2,
    tickSize: "0.01",
    sizeIncrement: "1",
    calendar: "24/7",
  };
}

/** Mulberry32: 32 bits of state, the same stream everywhere. */
function chance(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A random walk on a grid of cents that is drawn back to 100, so that cash never runs out; float64 until the grid makes it exact. */
function makeSeries(name: string, seed: number, length: number): BarSeries {
  const next = chance(seed);
  const gauss = (): number => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += next();
    return sum - 6;
  };
  const column = (): Float64Array => new Float64Array(length);
  const bars = { openAt: column(), closeAt: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  let price = 100;
  for (let i = 0; i < length; i++) {
    const open = price;
    const close = onGrid(Math.max(5, price * Math.exp(0.0005 * gauss() - 0.00001 * Math.log(price / 100))));
    const high = onGrid(Math.max(open, close) * (1 + 0.0003 * next()));
    const low = onGrid(Math.min(open, close) * (1 - 0.0003 * next()));
    bars.volume[i] = 1 + Math.floor(next() * 1000);
    bars.openAt[i] = T0 + i * MINUTE;
    bars.closeAt[i] = T0 + (i + 1) * MINUTE;
    bars.open[i] = cents(open);
    bars.high[i] = cents(Math.max(high, open, close));
    bars.low[i] = cents(Math.min(low, open, close));
    bars.close[i] = cents(close);
    price = close;
  }
  const source = { format: "synthetic", path: "", zone: "UTC", adjustment: "raw", session: "regular" } as const;
  return { instrument: idOf(name), resolution: "1m", priceScale: 2, volumeScale: 0, length, ...bars, source };
}

const onGrid = (price: number): number => Math.round(price * 100) / 100;
const cents = (price: number): number => Math.round(price * 100);
