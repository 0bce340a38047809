import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type ISeriesApi,
  type SeriesMarker,
  type TickMarkType,
  type UTCTimestamp,
} from "lightweight-charts";
import { type ReactNode, useEffect, useRef } from "react";
import { exact } from "../format/time.ts";
import { type Colours, useColours } from "./colours.ts";

export type Candle = Readonly<{ at: number; open: number; high: number; low: number; close: number }>;
/** A price that means something: an entry, a stop, a target. */
export type Level = Readonly<{ label: string; price: number; colour: keyof Colours; dashed?: boolean }>;
/** Something that happened at an instant: a fill, a denial. */
export type Mark = Readonly<{ at: number; label: string; side: "buy" | "sell" | "none" }>;

type Props = Readonly<{ label: string; candles: readonly Candle[]; levels?: readonly Level[]; marks?: readonly Mark[]; height?: number }>;
type Drawn = Readonly<{ chart: IChartApi; series: ISeriesApi<"Candlestick"> }>;

const timeOf = (at: number): UTCTimestamp => Math.floor(at / 1_000) as UTCTimestamp;
/** Of `2026-11-20 14:03:12 CET`. Kinds of ticks below 3 are years, months and days. */
const DAY_PART = [5, 10] as const;
const TIME_PART = [11, 16] as const;
const NO_LEVELS: readonly Level[] = [];
const NO_MARKS: readonly Mark[] = [];

/** Prices as candles with the levels and happenings of a trade on them. */
export function PriceChart({ label, candles, levels = NO_LEVELS, marks = NO_MARKS, height = 320 }: Props): ReactNode {
  const colours = useColours();
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | undefined>(undefined);

  useEffect(() => {
    if (place.current === null) return;
    const chart = createChart(place.current, {
      autoSize: true,
      height,
      // Its logo would write a style of its own into the page; the line under the chart says whose work it is.
      layout: { background: { color: "transparent" }, textColor: colours.muted, attributionLogo: false, fontSize: 11 },
      grid: { vertLines: { color: colours.line }, horzLines: { color: colours.line } },
      rightPriceScale: { borderColor: colours.line },
      timeScale: {
        borderColor: colours.line,
        timeVisible: true,
        secondsVisible: false,
        tickMarkFormatter: (time: UTCTimestamp, kind: TickMarkType) => exact(time * 1_000).slice(...(kind < 3 ? DAY_PART : TIME_PART)),
      },
      localization: { timeFormatter: (time: UTCTimestamp) => exact(time * 1_000) },
    });
    const { gain, loss } = colours;
    const series = chart.addSeries(CandlestickSeries, {
      upColor: gain,
      downColor: loss,
      borderUpColor: gain,
      borderDownColor: loss,
      wickUpColor: gain,
      wickDownColor: loss,
    });
    drawn.current = { chart, series };
    return () => {
      chart.remove();
      drawn.current = undefined;
    };
  }, [colours, height]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew where the chart was made anew
  useEffect(() => {
    const current = drawn.current;
    if (current === undefined) return;
    const { series } = current;
    const digits = digitsOf(candles);
    series.applyOptions({ priceFormat: { type: "price", precision: digits, minMove: 10 ** -digits } });
    series.setData(candles.map(({ at, open, high, low, close }) => ({ time: timeOf(at), open, high, low, close })));
    const lines = levels.map(({ label: title, price, colour, dashed }) =>
      series.createPriceLine({
        title,
        price,
        color: colours[colour],
        lineWidth: 1,
        lineStyle: dashed === true ? 2 : 0,
        axisLabelVisible: true,
      }),
    );
    const markers = createSeriesMarkers(
      series,
      [...marks].sort((a, b) => a.at - b.at).map((mark) => markerOf(mark, colours)),
    );
    current.chart.timeScale().fitContent();
    return () => {
      for (const line of lines) if (drawn.current === current) series.removePriceLine(line);
      if (drawn.current === current) markers.detach();
    };
  }, [candles, levels, marks, colours, height]);

  return (
    <figure aria-label={label} className="min-w-0">
      <div ref={place} style={{ height }} className="min-w-0" />
      <figcaption className="px-1 text-right text-[0.7rem] text-muted">
        Charts by{" "}
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer" className="underline">
          TradingView
        </a>
      </figcaption>
    </figure>
  );
}

/** As many digits as the prices have, two at least. */
function digitsOf(candles: readonly Candle[]): number {
  const longest = candles.slice(-100).reduce((most, { close }) => Math.max(most, String(close).split(".")[1]?.length ?? 0), 0);
  return Math.min(8, Math.max(2, longest));
}

function markerOf({ at, label, side }: Mark, colours: Colours): SeriesMarker<UTCTimestamp> {
  const time = timeOf(at);
  if (side === "buy") return { time, position: "belowBar", shape: "arrowUp", color: colours.gain, text: label };
  if (side === "sell") return { time, position: "aboveBar", shape: "arrowDown", color: colours.loss, text: label };
  return { time, position: "aboveBar", shape: "circle", color: colours.muted, text: label };
}
