import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { calendarOf } from "../calendar/calendar.ts";
import { catalogOf, searchListings } from "../load/catalog.ts";
import type { DataEntry, LoadFailure } from "../load/entry.ts";
import { type Loaded, type LoadOptions, loadSeries } from "../load/load-series.ts";
import { parseFactorFile, parseMapFile, ratioOf } from "./corporate-actions.ts";

const root = mkdtempSync(join(tmpdir(), "market-lean-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Writes a zip with one text in it, or a plain text, below a tree. */
function put(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, path.endsWith(".zip") ? zipSync({ "x.csv": new TextEncoder().encode(text) }) : text);
}

const ms = (clock: string): number => (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))) * 60_000 + Number(clock.slice(6) || 0);
const times = (column: Float64Array): string[] => [...column].map((at) => new Date(at).toISOString().slice(0, 16));

function load(entry: Partial<DataEntry>, options: Partial<LoadOptions>): Loaded | LoadFailure {
  return loadSeries([{ format: "lean", path: join(root, "us"), ...entry }], { resolution: "1d", ...options });
}
function loaded(result: Loaded | LoadFailure): Loaded {
  if (!result.ok) throw new Error(`${result.code}: ${result.text}`);
  return result;
}
const first = (result: Loaded | LoadFailure): Loaded["series"][number] => loaded(result).series[0] as Loaded["series"][number];

put("us/daily/abc.zip", "20131007 00:00,1000000,1010000,990000,1005000,500\n20131008 00:00,1005000,1020000,1000000,1015000,600\n");
put(
  "us/hour/abc.zip",
  "20131007 09:00,1000000,1010000,990000,1005000,500\n20131007 10:00,1005000,1005000,1005000,1005000,1\n20131007 15:00,1005000,1005000,1005000,1005000,2\n20131007 16:00,1005000,1005000,1005000,1005000,3\n",
);
put(
  "us/minute/abc/20131007_trade.zip",
  `${ms("04:00")},1000000,1010000,990000,1005000,5\n${ms("09:30")},1000000,1010000,990000,1005000,6\n${ms("09:31")},1000000,1010000,990000,1005050,7\n${ms("15:59")},1000000,1010000,990000,1005000,8\n${ms("16:00")},1000000,1010000,990000,1005000,9\n`,
);
put(
  "us/minute/abc/20131007_quote.zip",
  `${ms("09:30")},1000000,1,1,1000100,300,1000200,1,1,1000300,400\n${ms("15:59")},0,1,1,,300,1000200,1,1,1000300,400\n`,
);
put("us/minute/abc/20131008_trade.zip", `${ms("09:30")},1000000,1010000,990000,1005000,6\n`);
put(
  "us/tick/abc/20131007_trade.zip",
  `${ms("09:30")},1000000,100,P,2000,0\n${ms("09:30")},1000500,100,P,2000,0\n${ms("09:31")},9000000,100,P,2000,1\n${ms("16:00")},1000100,50,P,2000,0\n${ms("16:01")},1000100,50,P,2000,0\n`,
);

test("[MKT-19, MKT-28] daily equities: 1/10 000, scale 2 where all are whole cents, the session's open and close", () => {
  const result = loaded(load({}, {}));
  const series = first(result);
  expect([series.instrument, series.priceScale, [...series.close], [...series.volume]]).toEqual([
    "ABC@XNYS",
    2,
    [10_050, 10_150],
    [500, 600],
  ]);
  expect([times(series.openAt)[0], times(series.closeAt)[0]]).toEqual(["2013-10-07T13:30", "2013-10-07T20:00"]);
  expect(result.instruments[0]).toMatchObject({
    id: "ABC@XNYS",
    kind: "share",
    base: "ABC@XNYS",
    quote: "USD",
    tickSize: "0.01",
    sizeIncrement: "1",
    calendar: "XNYS",
  });
  expect(series.source).toMatchObject({ format: "lean", zone: "America/New_York", adjustment: "raw", session: "regular" });
});

test("[MKT-20] the first hour begins at 09:30, the hour after the close is not regular", () => {
  const series = first(load({}, { resolution: "1h" }));
  expect([times(series.openAt), times(series.closeAt)]).toEqual([
    ["2013-10-07T13:30", "2013-10-07T14:00", "2013-10-07T19:00"],
    ["2013-10-07T14:00", "2013-10-07T15:00", "2013-10-07T20:00"],
  ]);
});

test("[MKT-19, MKT-24, MKT-27] minutes: regular hours, finer prices raise the scale to 4, quotes beside their bars", () => {
  const result = loaded(load({}, { resolution: "1m", to: "2013-10-07" }));
  const series = first(result);
  expect([series.priceScale, [...series.volume], times(series.openAt)]).toEqual([
    4,
    [6, 7, 8],
    ["2013-10-07T13:30", "2013-10-07T13:31", "2013-10-07T19:59"],
  ]);
  const { quotes } = series;
  expect([
    [...(quotes?.bidOpen ?? [])],
    [...(quotes?.bidClose ?? [])],
    [...(quotes?.askClose ?? [])],
    [...(quotes?.askSize ?? [])],
  ]).toEqual([
    [1_000_000, Number.NaN, Number.NaN],
    [1_000_100, Number.NaN, Number.NaN],
    [1_000_300, Number.NaN, 1_000_300],
    [400, Number.NaN, 400],
  ]);
  expect(result.notes).toMatchObject([{ code: "BARS_OUTSIDE_SESSION", text: expect.stringContaining("2 bars") }]);
  expect(first(load({ session: "extended" }, { resolution: "1m", to: "2013-10-07" })).length).toBe(5);
  expect(first(load({}, { resolution: "1m", from: "2013-10-08" })).priceScale).toBe(2);
});

test("[MKT-8, MKT-21, MKT-29] ticks: suspicious ones are left out and counted, the closing print is kept", () => {
  const result = loaded(load({}, { resolution: "tick" }));
  expect([[...first(result).close], result.notes.map((note) => note.code)]).toEqual([
    [10_000, 10_005, 10_001],
    ["TICKS_SUSPICIOUS", "BARS_OUTSIDE_SESSION"],
  ]);
});

test("[MKT-40] resolutions that are not there are built from finer ones, and never from coarser", () => {
  put("b/minute/min/20131007_trade.zip", `${ms("09:30")},10000,20000,10000,15000,6\n${ms("09:34")},15000,30000,5000,20000,7\n`);
  put("b/daily/day.zip", "20131007 00:00,10000,20000,10000,15000,1\n");
  const path = join(root, "b");
  const built = loaded(load({ path }, { resolution: "5m", symbols: ["MIN"] }));
  expect([first(built).high[0], first(built).low[0], first(built).volume[0], built.notes.map((note) => note.code)]).toEqual([
    300,
    50,
    13,
    ["BARS_BUILT"],
  ]);
  expect(first(load({ path }, { resolution: "1d", symbols: ["MIN"] })).close[0]).toBe(200);
  expect(load({ path }, { resolution: "5m", symbols: ["DAY"] })).toMatchObject({ code: "RESOLUTION_UNAVAILABLE" });
  expect(loaded(load({ path }, { resolution: "5m" })).notes.map((note) => note.code)).toContain("SYMBOL_PASSED_OVER");
});

test("[MKT-5, MKT-6] a dirty row of a zip is named with file and line", () => {
  put(
    "c/minute/bad/20131007_trade.zip",
    `${ms("09:30")},10000,20000,10000,15000,6\n${ms("09:31")},-10000,20000,10000,15000,6\nx,10000,20000,10000,15000,6\n${ms("09:32")},10000\n`,
  );
  const path = join(root, "c");
  const refused = load({ path }, { resolution: "1m" });
  expect(refused).toMatchObject({
    code: "ROWS_DIRTY",
    issueCount: 3,
    issues: [
      { file: "minute/bad/20131007_trade.zip", line: 2, code: "PRICE_NOT_POSITIVE" },
      { line: 3, code: "TIME_UNREADABLE" },
      { line: 4, code: "COLUMNS_MISSING" },
    ],
  });
  expect(first(load({ path, dirty: "skip" }, { resolution: "1m" })).length).toBe(1);
  writeFileSync(join(root, "c/minute/bad/20131007_trade.zip"), "no zip");
  expect(load({ path }, { resolution: "1m" })).toMatchObject({ code: "FILE_MALFORMED" });
});

test("[MKT-22] rows of another company under the same ticker are left out, former tickers are read", () => {
  put("m/daily/new.zip", "20131007 00:00,10000,10000,10000,10000,1\n20131009 00:00,30000,30000,30000,30000,3\n");
  put("m/daily/old.zip", "20131008 00:00,20000,20000,20000,20000,2\n20131010 00:00,90000,90000,90000,90000,9\n");
  put("m/map_files/new.csv", "20131008,old,N\n20131008,old,N\n20501231,new,N\n");
  const result = loaded(load({ path: join(root, "m") }, { symbols: ["NEW"] }));
  expect([[...first(result).volume], result.notes]).toEqual([
    [2, 3],
    [expect.objectContaining({ code: "ROWS_OF_ANOTHER_COMPANY", text: expect.stringContaining("1 rows") })],
  ]);
  put("n/daily/new.zip", "20131009 00:00,30000,30000,30000,30000,3\n");
  put("n/map_files/new.csv", "20131008,old,N\n20131008,old,N\n20501231,new,N\n");
  expect(loaded(load({ path: join(root, "n") }, {})).notes).toMatchObject([
    { code: "TICKER_FILE_MISSING", text: expect.stringContaining("2013-10-08, when it traded as OLD") },
  ]);
  expect(loaded(load({ path: join(root, "n") }, { from: "2013-10-09" })).notes).toEqual([]);
  expect(parseMapFile("20140327,goocv,Q\n20140402,goocv,Q\n20501231,goog,Q\n").map((span) => span.ticker)).toEqual(["goocv", "goog"]);
});

const FACTORS = `20130101,0.8,0.0357143,1
20130207,0.8,0.0357143,457.35
20140507,0.81,0.0357143,592.33
20140606,0.82,0.0357143,645.57
20200828,0.82,0.25,499.23
20201106,0.82,1,119.03
20501231,1,1,0
`;

test("[MKT-23] factor files give exact splits and dividends on the trading day after the row", () => {
  const actions = parseFactorFile(FACTORS, calendarOf("XNYS"));
  expect(actions.map(({ exAt, ...action }) => ({ ...action, ex: times(Float64Array.of(exAt))[0] }))).toEqual([
    { kind: "dividend", exDate: "2013-02-08", ex: "2013-02-08T14:30", amount: "5.65" }, // 457.35 × (1 − 0.80 ÷ 0.81)
    { kind: "dividend", exDate: "2014-05-08", ex: "2014-05-08T13:30", amount: "7.22" },
    { kind: "split", exDate: "2014-06-09", ex: "2014-06-09T13:30", numerator: 7, denominator: 1, exact: true }, // A Friday's row.
    { kind: "split", exDate: "2020-08-31", ex: "2020-08-31T13:30", numerator: 4, denominator: 1, exact: true },
    { kind: "dividend", exDate: "2020-11-09", ex: "2020-11-09T14:30", amount: "21.43" },
  ]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  // later         earlier        ratio
  [  17_857_100,     8_928_570, { numerator: 2, denominator: 1, exact: true }],
  [ 250_000_000,    35_714_300, { numerator: 7, denominator: 1, exact: true }],
  [ 333_333_000,   111_110_990, { numerator: 3, denominator: 1, exact: true }],
  [1_000_000_000,  666_667_000, { numerator: 3, denominator: 2, exact: true }],
  [ 100_000_000, 1_000_000_000, { numerator: 1, denominator: 10, exact: true }],
  [1_000_000_000,  997_307_000, { numerator: 1_000_000, denominator: 997_307, exact: false }],
] as const)("[MKT-23] factors %i over %i are %j", (later, earlier, ratio) => expect(ratioOf(later, earlier)).toEqual(ratio));

test("[MKT-9, MKT-23] splits inside the range come with the series, and a known one is no warning", () => {
  put("s/daily/spl.zip", "20140606 00:00,70000,70000,70000,70000,1\n20140609 00:00,10000,10000,10000,10000,1\n");
  const path = join(root, "s");
  expect(loaded(load({ path }, {})).issues).toMatchObject([{ code: "JUMP_LIKE_SPLIT", file: "daily/spl.zip", line: 2 }]);
  put("s/factor_files/spl.csv", FACTORS);
  const result = loaded(load({ path }, { from: "2014-06-01", to: "2014-06-30" }));
  expect([result.issues, [...result.actions.values()][0]?.map((action) => action.exDate)]).toEqual([[], ["2014-06-09"]]);
});

test("[MKT-19, MKT-25] crypto and perpetuals have decimals, UTC and their own ids", () => {
  put(
    "w/crypto/coinbase/minute/btcusd/20171217_trade.zip",
    "0,19000.5,19000.5,19000.5,19000.5,0.00000001\r\n60000,19000.25,19001,19000,19001,2\r\n",
  );
  put("w/crypto/bybit/minute/btcusdt/20221213_trade.zip", "0,17193.5,17199,17193.5,17199,1\n");
  put("w/cryptofuture/bybit/minute/btcusdt/20221213_trade.zip", "0,17193.5,17199,17193.5,17199,1.125\n");
  put("w/equity/usa/daily/abc.zip", "20131007 00:00,1000000,1010000,990000,1005000,500\n");
  const result = loaded(load({ path: join(root, "w") }, { resolution: "1m" }));
  expect(
    result.instruments.map(({ id, kind, base, quote, sizeIncrement, calendar }) => [id, kind, base, quote, sizeIncrement, calendar]),
  ).toEqual([
    ["BTCUSD@COINBASE", "coin", "BTC", "USD", "0.00000001", "24/7"],
    ["BTCUSDT-PERP@BYBIT", "perpetual", "BTCUSDT-PERP@BYBIT", "USDT", "0.001", "24/7"],
    ["BTCUSDT@BYBIT", "coin", "BTC", "USDT", "0.00000001", "24/7"],
  ]);
  const coin = result.series[0];
  expect([[...(coin?.open ?? [])], [...(coin?.volume ?? [])], times(coin?.closeAt ?? new Float64Array())]).toEqual([
    [1_900_050, 1_900_025],
    [1, 200_000_000],
    ["2017-12-17T00:01", "2017-12-17T00:02"],
  ]);
  expect(load({ path: join(root, "w") }, { resolution: "1m", symbols: ["BTCUSDT"] })).toMatchObject({ ok: true });
});

test("[MKT-45] an inverse contract is refused by name, and passed over where nobody asked for it", () => {
  put("i/cryptofuture/bybit/minute/btcusd/20221213_trade.zip", "0,17193.5,17199,17193.5,17199,1\n");
  put("i/cryptofuture/bybit/minute/btcusdt/20221213_trade.zip", "0,17193.5,17199,17193.5,17199,1.125\n");
  const path = join(root, "i");
  expect(load({ path }, { resolution: "1m", symbols: ["BTCUSD-PERP"] })).toMatchObject({ code: "INVERSE_CONTRACT" });
  const result = loaded(load({ path }, { resolution: "1m" }));
  expect([result.instruments.map(({ id }) => id), result.notes.map(({ code }) => code)]).toEqual([
    ["BTCUSDT-PERP@BYBIT"],
    ["SYMBOL_PASSED_OVER"],
  ]);
});

test("[MKT-46] a coin that is bought cannot also be what prices are in", () => {
  put("t/crypto/binance/minute/ethusdt/20221213_trade.zip", "0,1200,1200,1200,1200,1\n");
  put("t/crypto/binance/minute/xrpeth/20221213_trade.zip", "0,0.001,0.001,0.001,0.001,1\n");
  expect(load({ path: join(root, "t") }, { resolution: "1m" })).toMatchObject({
    code: "ASSET_TWO_KINDS",
    text: "asset=ETH, bought=ETHUSDT@BINANCE, pays=XRPETH@BINANCE",
  });
  expect(load({ path: join(root, "t") }, { resolution: "1m", symbols: ["XRPETH"] })).toMatchObject({ ok: true });
});

test("[MKT-41] search finds exact matches first, then beginnings, then what contains the text", () => {
  for (const ticker of ["spy", "spyg", "xspy"]) put(`q/daily/${ticker}.zip`, "");
  const listings = catalogOf([{ format: "lean", path: join(root, "q") }]);
  if ("ok" in listings) throw new Error(listings.code);
  expect(searchListings(listings, "spy").map((listing) => listing.symbol)).toEqual(["SPY", "SPYG", "XSPY"]);
  expect(searchListings(listings, "SPYG@XNYS").map((listing) => listing.symbol)).toEqual(["SPYG"]);
  expect(searchListings(listings, "zzz")).toEqual([]);
  expect(listings[0]?.resolutions).toEqual(["1d"]);
});

test("[MKT-38] a LEAN folder without data, and a range without files, are refused with what there is", () => {
  mkdirSync(join(root, "empty"), { recursive: true });
  expect(load({ path: join(root, "empty") }, {})).toMatchObject({ code: "PATH_MISSING" });
  expect(load({ path: join(root, "absent") }, {})).toMatchObject({ code: "PATH_MISSING" });
  const none = load({}, { resolution: "1m", symbols: ["ABC"], from: "2015-01-01" });
  expect(none).toMatchObject({
    code: "NO_BARS",
    text: "instrument=ABC@XNYS, from=2015-01-01, to=the end, its files are of 2013-10-07 to 2013-10-08",
  });
});
