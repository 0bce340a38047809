import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { repository } from "./command.ts";

/**
 * A small market of our own in a folder: daily bars of ACME (a 2:1 split on 2024-03-05, dividends before and after) and BETA
 * in LEAN's layout, minutes of ACME over its split, and a coin by the hour as CSV. All invented, by sums of sines.
 */
export function writeSmallMarket(folder: string): void {
  const dates = readFileSync(join(repository, "examples/own-csv/prices/ALFA.csv"), "utf8")
    .split("\n")
    .slice(1)
    .flatMap((line) => line.slice(0, 10).match(/^\d{4}-\d{2}-\d{2}$/) ?? []);
  const wave = (day: number, phase: number): number => Math.sin(day / 7 + phase) + Math.sin(day / 17 + 2 * phase) / 2;
  const acme = (date: string, day: number): number => (100 + 12 * wave(day, 0)) / (date < SPLIT_DAY ? 1 : 2);
  put(folder, "lean/daily/acme.zip", dates.map((date, day) => dailyRow(date, acme(date, day), 90_000 + day)).join(""));
  put(folder, "lean/daily/beta.zip", dates.map((date, day) => dailyRow(date, 40 + 6 * wave(day, 1), 50_000)).join(""));
  put(folder, "lean/factor_files/acme.csv", FACTORS);
  for (const date of dates.filter((each) => each >= "2024-03-04" && each <= "2024-03-06")) {
    const day = dates.indexOf(date);
    const rows = Array.from({ length: 390 }, (_, minute) => minuteRow(minute, acme(date, day) + wave(minute, day) / 2));
    put(folder, `lean/minute/acme/${date.replaceAll("-", "")}_trade.zip`, rows.join(""));
  }
  const hours = Array.from({ length: 24 * 120 }, (_, hour) => hourRow(hour, 900 + 40 * wave(hour / 6, 2)));
  put(folder, "coin.csv", `time,open,high,low,close,volume\n${hours.join("")}`);
}

const SPLIT_DAY = "2024-03-05";
/** 0.50 before the split, the split, 0.40 after it. */
const FACTORS = "20240101,0.98,0.5,1\n20240208,0.98,0.5,100\n20240304,0.985,0.5,100\n20240508,0.985,1,40\n20501231,1,1,0\n";

/** Prices in 1/10 000, whole cents. */
const units = (price: number): number => Math.round(price * 100) * 100;
function bar(open: number): string {
  const [o, c] = [units(open), units(open * (1 + Math.sin(open) / 100))];
  return [o, Math.max(o, c) + 3_000, Math.min(o, c) - 3_000, c].join(",");
}
const dailyRow = (date: string, open: number, volume: number): string => `${date.replaceAll("-", "")} 00:00,${bar(open)},${volume}\n`;
const minuteRow = (minute: number, open: number): string => `${(570 + minute) * 60_000},${bar(open)},${300_000 + minute}\n`;
function hourRow(hour: number, open: number): string {
  const at = new Date(Date.UTC(2024, 0, 2) + hour * 3_600_000).toISOString().replace(".000", "");
  return `${at},${open.toFixed(2)},${(open + 2).toFixed(2)},${(open - 2).toFixed(2)},${(open + Math.sin(hour)).toFixed(2)},${5 + (hour % 3)}\n`;
}

function put(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, path.endsWith(".zip") ? zipped(Buffer.from(text)) : text);
}

/** A zip with one stored entry: local header, bytes, directory, end (APPNOTE 4.3). */
function zipped(bytes: Buffer): Buffer {
  const name = Buffer.from("bars.csv");
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt32LE(crc32(bytes), 10);
  header.writeUInt32LE(bytes.length, 14);
  header.writeUInt32LE(bytes.length, 18);
  header.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), header, name, bytes]);
  const directory = Buffer.concat([Buffer.from("PK\u0001\u0002"), Buffer.from([20, 0]), header, Buffer.alloc(14), name]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, directory, Buffer.from("PK\u0005\u0006"), end]);
}

/** Five portfolios in one account on that market: every built-in strategy, long and short through the split, stops that rest. */
export const SMALL_DESK = `
[account]
starting_cash = "300000"
fee = { model = "percent", rate = "0.1%" }
slippage = { pct = "0.01%" }
borrow = { rate = "4%" }
fx_rates = [{ currency = "USDT", rate = "0.999" }]

[backtest]
resolution = "1d"

[[backtest.data]]
format = "lean"
path = "lean"

[[backtest.data]]
format = "lean"
path = "lean"
venue = "XNYS-1M"
resolution = "1m"

[[backtest.data]]
format = "csv"
path = "coin.csv"
symbol = "COIN/USDT"
kind = "coin"
venue = "COINEX"
zone = "UTC"
resolution = "1h"

[[portfolio]]
id = "holder"
starting_cash = "50000"
symbols = ["ACME@XNYS", "BETA@XNYS"]
strategy = "buy-and-hold"

[[portfolio]]
id = "swinger"
starting_cash = "50000"
symbols = ["ACME@XNYS", "BETA@XNYS"]
strategy = "sma-cross"
params = { fast = 3, slow = 8, side = "both", stop_loss_pct = "6%" }
lot_matching = "hifo"
time_zone = "America/New_York"

[[portfolio]]
id = "contrary"
starting_cash = "50000"
symbols = ["ACME@XNYS", "ACME@XNYS-1M"]
strategy = "mean-reversion"
params = { length = 8, entry_deviations = 1.2, side = "both" }
trailing_stop_pct = "9%"

[[portfolio]]
id = "rotator"
starting_cash = "50000"
symbols = ["ACME@XNYS", "BETA@XNYS"]
strategy = "momentum"
params = { lookback = 10, every = "1w" }

[[portfolio]]
id = "coiner"
starting_cash = "50000"
symbols = ["COINUSDT@COINEX"]
strategy = "sma-cross"
params = { fast = 5, slow = 20 }
fx = "auto"
max_position_pct = "60%"
`;
