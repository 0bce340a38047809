import type { Layout } from "./columns.ts";

const NAMED = { open: "open", high: "high", low: "low", close: "close", volume: "volume" } as const;
const STOCK = { header: true, zone: "America/New_York", calendar: "XNYS", kind: "share" } as const;
const COIN = { zone: "UTC", calendar: "24/7", kind: "coin" } as const;

/** Layouts that we know by name; `preset = "yahoo"` in the config. Prices are read as the file has them, `adjustment` says what they are. */
export const PRESETS: Readonly<Record<string, Layout>> = {
  /** Yahoo Finance download: Open…Close divided for splits, `Adj Close` (not used) also for dividends. */
  yahoo: { ...STOCK, columns: { ...NAMED, time: ["Date", "Datetime"] }, timeFormat: "iso", adjustment: "split-adjusted" },
  /** The old Yahoo layout: raw prices, `Adj Close` last. */
  "yahoo-raw": { ...STOCK, columns: { ...NAMED, time: "Date" }, timeFormat: "iso", adjustment: "raw" },
  /** bokeh's sample data: raw prices. */
  bokeh: { ...STOCK, columns: { ...NAMED, time: "Date" }, timeFormat: "iso", resolution: "1d", adjustment: "raw" },
  /** Quandl WIKI with several stocks in one file: the raw columns. */
  "quandl-wiki": {
    ...STOCK,
    columns: { ...NAMED, time: "Date", symbol: ["Stock", "ticker"] },
    timeFormat: "iso",
    resolution: "1d",
    adjustment: "raw",
  },
  /** nasdaq.com historical quotes, newest first. */
  nasdaq: { ...STOCK, columns: { ...NAMED, time: "date" }, timeFormat: "iso", resolution: "1d", adjustment: "split-adjusted" },
  /** zipline's csvdir: already divided for splits. */
  csvdir: { ...STOCK, columns: { ...NAMED, time: "date" }, timeFormat: "iso", resolution: "1d", adjustment: "split-adjusted" },
  /** pandas' `to_csv` with its leading index column. */
  pandas: { ...STOCK, columns: { ...NAMED, time: ["date", "datetime", "timestamp"] }, adjustment: "raw" },
  /** A table of closes: one row per day, one column per symbol. */
  "wide-closes": { ...STOCK, columns: { time: ["date", "Date"] }, wide: true, resolution: "1d", adjustment: "fully-adjusted" },
  /** US dates (M/D/YYYY) with the usual column names. */
  "us-dates": { ...STOCK, columns: { ...NAMED, time: "date" }, timeFormat: "m/d/y", resolution: "1d", adjustment: "raw" },
  /** pyalgotrade's minutes (NinjaTrader export): no header, semicolons, UTC, a row is labelled with the end of its minute. */
  "pyalgotrade-minutes": {
    ...STOCK,
    header: false,
    delimiter: ";",
    columns: { time: 1, open: 2, high: 3, low: 4, close: 5, volume: 6 },
    timeFormat: "compact",
    zone: "UTC",
    label: "end",
    resolution: "1m",
    adjustment: "raw",
  },
  /** backtrader's ticks as bars of one trade. */
  "backtrader-ticks": {
    ...STOCK,
    columns: { time: "Datetime", price: "Close", volume: "Volume" },
    timeFormat: "iso",
    resolution: "tick",
    calendar: "24/7",
    zone: "UTC",
  },
  /** freqtrade candles converted to CSV: UTC, base volume. */
  freqtrade: { ...COIN, header: true, columns: { ...NAMED, time: ["date", "timestamp"] }, timeFormat: "iso", adjustment: "raw" },
  /** freqtrade's JSON candles: `[[ms, open, high, low, close, volume], …]`. */
  "freqtrade-json": {
    ...COIN,
    header: false,
    columns: { time: 1, open: 2, high: 3, low: 4, close: 5, volume: 6 },
    timeFormat: "epoch-ms",
    adjustment: "raw",
  },
  /** freqtrade's JSON trades: `[[ms, id, type, side, price, amount, cost], …]`. */
  "freqtrade-trades": {
    ...COIN,
    header: false,
    columns: { time: 1, price: 5, volume: 6 },
    timeFormat: "epoch-ms",
    resolution: "tick",
    adjustment: "raw",
  },
  /** Trades as CCXT gives them: JSON objects. */
  "ccxt-trades": {
    ...COIN,
    header: true,
    columns: { time: "timestamp", price: "price", volume: "amount" },
    timeFormat: "epoch-ms",
    resolution: "tick",
    adjustment: "raw",
  },
  /** Kraken's and bitcoincharts' trade dumps: `unix s,price,volume` without header. */
  "kraken-trades": {
    ...COIN,
    header: false,
    columns: { time: 1, price: 2, volume: 3 },
    timeFormat: "epoch-s",
    resolution: "tick",
    adjustment: "raw",
  },
  /** Binance's kline files: no header, 12 columns, ms. */
  "binance-kline": {
    ...COIN,
    header: false,
    columns: { time: 1, open: 2, high: 3, low: 4, close: 5, volume: 6 },
    timeFormat: "epoch-ms",
    adjustment: "raw",
  },
};
