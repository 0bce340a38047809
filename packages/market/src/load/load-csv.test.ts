import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import type { DataEntry, LoadFailure } from "./entry.ts";
import { type Loaded, type LoadOptions, loadSeries } from "./load-series.ts";

const folder = mkdtempSync(join(tmpdir(), "market-csv-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function write(content: string | Uint8Array, name = `f${++files}.csv`): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Loads one file as daily bars of `A@LOCAL`, around the clock, unless told otherwise. */
function load(content: string | Uint8Array, entry: Partial<DataEntry> = {}, options: Partial<LoadOptions> = {}): Loaded | LoadFailure {
  return loadSeries([{ format: "csv", path: write(content), symbol: "A", calendar: "24/7", ...entry }], { resolution: "1d", ...options });
}

function loaded(result: Loaded | LoadFailure): Loaded {
  if (!result.ok) throw new Error(`${result.code}: ${result.text}`);
  return result;
}
const first = (result: Loaded | LoadFailure): Loaded["series"][number] => loaded(result).series[0] as Loaded["series"][number];
const times = (column: Float64Array): string[] => [...column].map((at) => new Date(at).toISOString().slice(0, 16));

const HEAD = "date,open,high,low,close,volume\n";
const GOOD = `${HEAD}2020-01-02,10,12,9,11,100\n2020-01-03,11,11.5,10.25,11,200\n`;

test("[MKT-2] the scale is the most places used, at least 2, zeros at the end do not count", () => {
  const series = first(load(GOOD));
  expect([series.priceScale, [...series.open], [...series.low], [...series.volume]]).toEqual([2, [1000, 1100], [900, 1025], [100, 200]]);
  expect(first(load(`${HEAD}2020-01-02,10.50000,12.5,9.125,11,1.5\n`))).toMatchObject({ priceScale: 3, volumeScale: 1 });
  const fine = loaded(load(`${HEAD}2020-01-02,10.123456785,12,9,11,1\n`));
  expect([fine.series[0]?.priceScale, fine.series[0]?.open[0]]).toEqual([8, 1_012_345_678]);
  expect(fine.notes.map((note) => note.code)).toContain("PRICES_ROUNDED");
});

test("[MKT-3] an empty or missing volume is 0", () => {
  expect([...first(load(`${HEAD}2020-01-02,10,12,9,11,\n`)).volume]).toEqual([0]);
  expect([...first(load("date,open,high,low,close\n2020-01-02,10,12,9,11\n")).volume]).toEqual([0]);
});

test("[MKT-4] a fixed price scale holds and is never too coarse", () => {
  expect(first(load(GOOD, { priceScale: 4 }))).toMatchObject({ priceScale: 4, open: Float64Array.of(100_000, 110_000) });
  expect(load(`${HEAD}2020-01-02,10.125,12,9,11,1\n`, { priceScale: 2 })).toMatchObject({ ok: false, code: "PRICE_SCALE_TOO_COARSE" });
});

const dirty = [
  ["TIME_UNREADABLE", "11:34,10,12,9,11,1"],
  ["TIME_DUPLICATE", "2020-01-03,10,12,9,11,1"],
  ["TIME_BACKWARD", "2020-01-01,10,12,9,11,1"],
  ["VALUE_MISSING", "2020-01-06,10,12,,11,1"],
  ["NUMBER_UNREADABLE", "2020-01-06,10,NaN,9,11,1"],
  ["NUMBER_GROUPED", '2020-01-06,10,12,9,11,"4,787,699"'],
  ["NUMBER_OUT_OF_RANGE", "2020-01-06,10,1e40,9,11,1"],
  ["PRICE_NOT_POSITIVE", "2020-01-06,10,12,-9,11,1"],
  ["PRICE_NOT_POSITIVE", "2020-01-06,10,12,0,11,1"],
  ["VOLUME_NEGATIVE", "2020-01-06,10,12,9,11,-1"],
  ["RANGE_BROKEN", "2020-01-06,10,9,12,11,1"],
  ["RANGE_BROKEN", "2020-01-06,13,12,9,11,1"],
  ["RANGE_BROKEN", "2020-01-06,10,12,9,8,1"],
  ["COLUMNS_MISSING", "2020-01-06,10,12"],
] as const;

test.each(dirty)("[MKT-5, MKT-6] %s: the row %s is refused with its line, or skipped and reported", (code, row) => {
  const content = `${GOOD}${row}\n2020-01-07,11,12,10,11,5\n`;
  const refused = load(content, { preset: "pandas" });
  expect(refused).toMatchObject({ ok: false, code: "ROWS_DIRTY", issueCount: 1, issues: [{ line: 4, code, action: "refused" }] });
  const skipped = loaded(load(content, { preset: "pandas", dirty: "skip", zone: "UTC" }));
  expect(skipped.issues).toMatchObject([{ line: 4, code, action: "skipped" }]);
  expect(times(skipped.series[0]?.openAt ?? new Float64Array())).toEqual(["2020-01-02T00:00", "2020-01-03T00:00", "2020-01-07T00:00"]);
});

test("[MKT-6] a refusal names the first row and the number of rows", () => {
  const refused = load(`${HEAD}2020-01-02,10,12,-9,11,1\n2020-01-03,0,12,9,11,1\n`, { preset: "csvdir" });
  expect(refused).toMatchObject({ ok: false, code: "ROWS_DIRTY", issueCount: 2 });
  if (!refused.ok) expect(refused.text).toMatch(/rows=2, first=.*\.csv:2 PRICE_NOT_POSITIVE /);
});

test("[MKT-7] rows strictly newest first are turned around and noted, others are dirty", () => {
  const result = loaded(load(`${HEAD}2020-01-06,12,13,11,12,3\n2020-01-03,11,12,10,11,2\n2020-01-02,10,12,9,11,1\n`));
  expect([...(result.series[0]?.volume ?? [])]).toEqual([1, 2, 3]);
  expect(result.notes.map((note) => note.code)).toContain("ROWS_REVERSED");
  expect(load(`${HEAD}2020-01-06,12,13,11,12,3\n2020-01-02,11,12,10,11,2\n2020-01-03,10,12,9,11,1\n`)).toMatchObject({
    code: "ROWS_DIRTY",
    issueCount: 2,
  });
});

test("[MKT-8] ticks may share an instant and keep their order", () => {
  const series = first(
    load("1672531436,90.5,1\n1672531436,90.25,2\n1672531471,90,1.5\n", { preset: "kraken-trades" }, { resolution: "tick" }),
  );
  expect([[...series.close], [...series.volume], series.openAt[0] === series.closeAt[1]]).toEqual([[9050, 9025, 9000], [10, 20, 15], true]);
  expect(
    load("1672531436,90.5,1\n1672531400,90.25,2\n1672531471,90,1.5\n", { preset: "kraken-trades" }, { resolution: "tick" }),
  ).toMatchObject({
    code: "ROWS_DIRTY",
    issues: [{ code: "TIME_BACKWARD", line: 2 }],
  });
});

test.each([
  ["JUMP_LIKE_SPLIT", "like a 4:1 split", "25,26,24,25,1"],
  ["JUMP_LIKE_SPLIT", "like a 1:2 split", "200,201,198,200,1"],
  ["JUMP_AND_BACK", "and closes at 101.00", "200,201,99,101,1"],
  ["JUMP_LIKE_UNIT", "a factor of 100.0", "1,1.1,0.9,1,1"],
  ["JUMP_LIKE_SPLIT", "a factor of 10000", "0.01,0.01,0.01,0.01,1"],
] as const)("[MKT-9] %s: %s is a warning and the bar is kept", (code, text, row) => {
  const result = loaded(load(`${HEAD}2020-01-02,100,101,99,100,1\n2020-01-03,${row}\n`));
  expect(result.issues).toMatchObject([{ code, line: 3, action: "kept" }]);
  expect(result.issues[0]?.text).toContain(text);
  expect(result.series[0]?.length).toBe(2);
});

test("[MKT-9] a fall of 30 % is no warning", () => {
  expect(loaded(load(`${HEAD}2020-01-02,100,101,99,100,1\n2020-01-03,70,71,69,70,1\n`)).issues).toEqual([]);
});

const MINUTES = "20110103 143000;10;12;9;11;1\n20110103 143100;11;12;10;11;2\n20110103 143300;11;12;10;11;3\n";

test("[MKT-12] a label is the start of its bar, or its end", () => {
  const entry = { columns: { time: 1, open: 2, high: 3, low: 4, close: 5, volume: 6 } };
  const starts = first(load(MINUTES, entry, { resolution: "1m" }));
  expect([times(starts.openAt)[0], times(starts.closeAt)[0]]).toEqual(["2011-01-03T14:30", "2011-01-03T14:31"]);
  const ends = first(load(MINUTES, { ...entry, label: "end" }, { resolution: "1m" }));
  expect([times(ends.openAt)[0], times(ends.closeAt)[0]]).toEqual(["2011-01-03T14:29", "2011-01-03T14:30"]);
});

test("[MKT-13] a common step is found, also with holes; without one the length must be said", () => {
  const row = (at: string): string => `${at},10,12,9,11,1\n`;
  const holes = ["2020-01-02 00:00", "2020-01-02 00:15", "2020-01-02 00:30", "2020-01-02 02:00", "2020-01-02 02:15"];
  expect(first(load(HEAD + holes.map(row).join(""), {}, { resolution: "1h" })).length).toBe(2);
  expect(load(HEAD + holes.map(row).join(""), {}, { resolution: "5m" })).toMatchObject({ code: "RESOLUTION_UNAVAILABLE" });
  const odd = ["2020-01-02 00:00", "2020-01-02 00:01", "2020-01-02 00:17:13", "2020-01-02 01:02:03"];
  expect(load(HEAD + odd.map(row).join(""), {}, { resolution: "1m" })).toMatchObject({ code: "RESOLUTION_UNKNOWN" });
  expect(first(load(HEAD + odd.map(row).join(""), { bar: "1m" }, { resolution: "1m" })).length).toBe(4);
});

test("[MKT-14] gzip, zip, byte order marks, UTF-16, delimiters, quotes, blank lines and a missing newline are all the same file", () => {
  const expected = first(load(GOOD));
  const bytes = Buffer.from(GOOD);
  const variants: (string | Uint8Array)[] = [
    gzipSync(bytes),
    zipSync({ "a.csv": new Uint8Array(bytes) }),
    `\ufeff${GOOD}`,
    Buffer.from(`\ufeff${GOOD}`, "utf16le"),
    GOOD.replaceAll(",", ";"),
    GOOD.replaceAll(",", "\t"),
    GOOD.replaceAll("\n", "\r\n"),
    GOOD.replace(/[^,\n]+/g, (text) => `"${text}"`),
    GOOD.replace("\n2020-01-03", "\n\n2020-01-03").trimEnd(),
  ];
  for (const variant of variants) {
    const series = first(load(variant));
    expect([series.open, series.high, series.low, series.close, series.volume, series.openAt]).toEqual([
      expected.open,
      expected.high,
      expected.low,
      expected.close,
      expected.volume,
      expected.openAt,
    ]);
  }
});

test("[MKT-15] JSON numbers keep their text: arrays of arrays and objects", () => {
  const candles = "[[1509836520000, 0.1234567, 0.30000000, 1e-7, 0.2, 108.14853839],[1509836580000,0.2,0.3,0.1,0.25,1]]";
  const series = first(load(candles, { preset: "freqtrade-json" }, { resolution: "1m" }));
  expect([series.priceScale, [...series.low], series.volumeScale, series.volume[0]]).toEqual([7, [1, 1_000_000], 8, 10_814_853_839]);
  const trades = '[{"info":{"p":"1"},"timestamp":1570752011620,"price":0.00141342,"amount":23.0,"fee":null}]';
  expect(first(load(trades, { preset: "ccxt-trades" }, { resolution: "tick" }))).toMatchObject({
    priceScale: 8,
    close: Float64Array.of(141_342),
    volume: Float64Array.of(23),
  });
  expect(load("[1,2]", { preset: "freqtrade-json" })).toMatchObject({ code: "FILE_MALFORMED" });
  expect(load("[[1,2", { preset: "freqtrade-json" })).toMatchObject({ code: "FILE_MALFORMED" });
});

// biome-ignore format: one layout per line.
const layouts = [
  ["yahoo", "1d", "Date,Open,High,Low,Close,Adj Close,Volume\n1999-01-22,1.75,1.953125,1.552083,1.640625,1.518424,67867200\n", [1_750_000, 67_867_200]],
  ["yahoo-raw", "1d", "Date,Open,High,Low,Close,Volume,Adj Close\n1997-01-02,52.5,52.5,51.125,51.875,7161800,16.206907\n", [52_500, 7_161_800]],
  ["bokeh", "1d", "Date,Open,High,Low,Close,Volume,Adj Close\n2000-03-01,118.56,132.06,118.5,130.31,38478000,31.68\n", [11_856, 38_478_000]],
  ["nasdaq", "1d", '"date","close","volume","open","high","low"\n"2018/10/15","259.59","6189026.0","259.06","263.28","254.5367"\n', [2_590_600, 6_189_026]],
  ["csvdir", "1d", "date,open,high,low,close,volume,dividend,split\n2012-01-03,58.48,58.92,58.42,58.74,75555200,0.0,1.0\n", [5_848, 75_555_200]],
  ["pandas", "1d", ",date,open,high,low,close,volume\n0,1999-11-01,136.5,137.0,135.5625,135.5625,4006500.0\n", [1_365_000, 4_006_500]],
  ["us-dates", "1d", "date,open,high,low,close,volume\n1/2/1990,353.4,359.69,351.98,359.69,0\n", [35_340, 0]],
  ["pyalgotrade-minutes", "1m", "20110103 143100;126.35;126.39;126.35;126.39;1579\n", [12_635, 1_579]],
  ["backtrader-ticks", "tick", "Datetime,Open,High,Low,Close,Volume,OpenInterest\n2015-09-23T20:57:42.146,3067.00,3067.00,3067.00,3067.00,180,0\n", [306_700, 180]],
  ["freqtrade", "5m", "date,open,high,low,close,volume\n2018-01-10T04:55:00Z,5.33e-05,5.33e-05,5.288e-05,5.29e-05,4.5\n2018-01-10T05:00:00Z,5.29e-05,5.294e-05,5.269e-05,5.27e-05,3\n", [5_330, 45]],
  ["freqtrade-json", "1m", "[[1509836520000,0.5,0.5,0.5,0.5,2],[1509836580000,0.5,0.5,0.5,0.5,2]]", [50, 2]],
  ["freqtrade-trades", "tick", '[[1570752011620,"13519807",null,"sell",0.00141342,23.0,0.03250866]]', [141_342, 23]],
  ["ccxt-trades", "tick", '[{"timestamp":1570752011620,"price":0.00141342,"amount":23.0}]', [141_342, 23]],
  ["kraken-trades", "tick", "1672531436,90.540000,1.10448420\n", [9_054, 11_044_842]],
  ["binance-kline", "1m", "1637971200000,0.00002853,0.00002854,0.00002851,0.00002854,36304.2,1637971259999,1.0,79,19523.0,0.5,0\n1637971260000,0.00002854,0.00002854,0.00002851,0.00002854,1,1,1.0,79,19523.0,0.5,0\n", [2_853, 363_042]],
] as const;

test.each(layouts)("[MKT-16] preset %s reads its layout at %s", (preset, resolution, content, [open, volume]) => {
  const entry: DataEntry = { format: "csv", path: write(content), symbol: "A", preset };
  const series = first(loadSeries([entry], { resolution }));
  expect([series.open[0], series.volume[0]]).toEqual([open, volume]);
});

test("[MKT-16] keys of the entry go before the preset's, and an unknown preset names the known ones", () => {
  const series = first(load(GOOD, { preset: "bokeh", zone: "Asia/Tokyo", adjustment: "fully-adjusted", licence: "mine" }));
  expect(series.source).toMatchObject({ zone: "Asia/Tokyo", adjustment: "fully-adjusted", licence: "mine", session: "regular" });
  const unknown = load(GOOD, { preset: "bloomberg" });
  expect(unknown).toMatchObject({ code: "PRESET_UNKNOWN" });
  if (!unknown.ok) expect(unknown.text).toContain("quandl-wiki");
});

test("[MKT-16] columns are named, numbered from 1, or given as date and time apart", () => {
  const content = "Day;Clock;Last;First;Top;Bottom\n2020-01-02;09:30;11;10;12;9\n2020-01-02;09:31;11;10;12;9\n";
  const columns = { date: "day", time: "clock", open: "First", high: "Top", low: "Bottom", close: "Last" };
  expect(times(first(load(content, { columns, bar: "1m" }, { resolution: "1m" })).openAt)).toEqual([
    "2020-01-02T09:30",
    "2020-01-02T09:31",
  ]);
  expect(load(content, { columns: { ...columns, open: "Opening" } })).toMatchObject({
    code: "COLUMNS_UNKNOWN",
    text: "missing=open (Opening)",
  });
});

test("[MKT-17] an unknown file is read by a sure proposal, with a note, or refused with the proposal", () => {
  const sure = loaded(load(GOOD));
  expect(sure.notes).toMatchObject([{ code: "COLUMNS_PROPOSED" }]);
  const unsure = load("a;b;c\n1;2;3\n4;5;6\n");
  expect(unsure).toMatchObject({ code: "COLUMNS_UNKNOWN" });
  if (!unsure.ok) expect(unsure.text).toMatch(/confidence=0\.\d\d/);
});

test("[MKT-18] a symbol column gives one series per symbol, each with its own order", () => {
  const content =
    "Date,Open,High,Low,Close,Volume,Stock\n2020-01-03,2,2,2,2,1,BB\n2020-01-02,1,1,1,1,1,BB\n2020-01-02,5,5,5,5,1,AA\n2020-01-03,6,6,6,6,1,AA\n";
  const result = loaded(load(content, { preset: "quandl-wiki" }));
  expect(result.series.map((series) => [series.instrument, [...series.open]])).toEqual([
    ["AA@LOCAL", [500, 600]],
    ["BB@LOCAL", [100, 200]],
  ]);
});

test("[MKT-18] a table of closes gives one series per column, and an empty cell no bar", () => {
  const result = loaded(load("date,AA,BB\n2020-01-02,1.5,\n2020-01-03,1.25,7\n", { preset: "wide-closes" }));
  expect(result.series.map((series) => [series.instrument, [...series.close], series.source.adjustment])).toEqual([
    ["AA@LOCAL", [150, 125], "fully-adjusted"],
    ["BB@LOCAL", [700], "fully-adjusted"],
  ]);
  expect(load("date,AA,BB\n2020-01-02,1.5,x\nsoon,1.25,7\n2020-01-03,1,2\n", { preset: "wide-closes" })).toMatchObject({
    code: "ROWS_DIRTY",
    issueCount: 3,
  });
});

test("[MKT-5, MKT-6] whatever is done to a file, it is refused by a code or gives only clean bars in order", () => {
  const noise = fc.oneof(
    fc.constantFrom("", "-", "NaN", "1e9", "0", ",", "\n", '"', ";", "1,000", "2020-01-02", "\u0000", "9".repeat(30)),
    fc.string({ maxLength: 4 }),
  );
  const edits = fc.array(fc.tuple(fc.nat(400), fc.nat(6), noise), { minLength: 1, maxLength: 4 });
  const rows = Array.from({ length: 8 }, (_, i) => `2020-01-0${i + 1},${10 + i},${12 + i},9,${11 + i},${i}`);
  fc.assert(
    fc.property(edits, fc.constantFrom("refuse" as const, "skip" as const), (list, dirty) => {
      let content = `${HEAD}${rows.join("\n")}\n`;
      for (const [at, cut, text] of list) content = content.slice(0, at) + text + content.slice(at + cut);
      const result = load(content, { preset: "csvdir", dirty });
      if (!result.ok) {
        expect(result.code).toMatch(/^[A-Z_]+$/);
        return;
      }
      const [series] = result.series;
      for (let i = 0; i < (series?.length ?? 0); i += 1) {
        const [open = 0, high = 0, low = 0, close = 0, volume = -1] = [
          series?.open[i],
          series?.high[i],
          series?.low[i],
          series?.close[i],
          series?.volume[i],
        ];
        const clean = low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close) && volume >= 0;
        if (!(clean && [open, high, low, close, volume].every(Number.isSafeInteger))) throw new Error(content);
        if (i > 0 && (series?.openAt[i] ?? 0) <= (series?.openAt[i - 1] ?? 0)) throw new Error(content);
      }
    }),
    { numRuns: runs(5_000), seed: seed() },
  );
});

test("[MKT-27, MKT-28] bars outside the session and days without one are left out and counted", () => {
  const minutes =
    "20131129 142900;10;12;9;11;1\n20131129 143000;11;12;10;11;2\n20131129 175900;11;12;10;11;3\n20131129 180000;11;12;10;11;4\n";
  const entry = { preset: "pyalgotrade-minutes", label: "start", calendar: "XNYS" } as const;
  const regular = loaded(load(minutes, entry, { resolution: "1m" }));
  expect([[...(regular.series[0]?.volume ?? [])], regular.notes[0]?.code, regular.notes[0]?.text]).toEqual([
    [2, 3],
    "BARS_OUTSIDE_SESSION",
    expect.stringContaining("2 bars"),
  ]);
  expect(first(load(minutes, { ...entry, session: "extended" }, { resolution: "1m" })).length).toBe(4);
  const days = loaded(load(`${HEAD}2013-11-28,10,12,9,11,1\n2013-11-29,11,12,10,11,2\n`, { calendar: "XNYS", zone: "America/New_York" }));
  expect([times(days.series[0]?.openAt ?? new Float64Array()), times(days.series[0]?.closeAt ?? new Float64Array())]).toEqual([
    ["2013-11-29T14:30"],
    ["2013-11-29T18:00"],
  ]);
  expect(days.notes.map((note) => note.code)).toContain("BARS_ON_CLOSED_DAYS");
  const later = load(`${HEAD}2013-11-29,10,12,9,11,1\n2040-01-03,11,12,10,11,2\n`, { calendar: "XNYS" });
  expect(loaded(later).notes.map((note) => note.code)).toContain("BARS_BEYOND_CALENDAR");
});

test("[MKT-28] around the clock a day is the day of the source's zone", () => {
  expect(times(first(load(GOOD, { zone: "Asia/Tokyo" })).closeAt)).toEqual(["2020-01-02T15:00", "2020-01-03T15:00"]);
  expect(times(first(load(GOOD)).closeAt)).toEqual(["2020-01-03T00:00", "2020-01-04T00:00"]);
  const offset = `${HEAD}2023-04-13 00:00:00+09:00,10,12,9,11,1\n2023-04-14 00:00:00+09:00,10,12,9,11,1\n`;
  expect(times(first(load(offset)).openAt)).toEqual(["2023-04-12T15:00", "2023-04-13T15:00"]);
});

test("[MKT-36] an unknown symbol names the nearest, an ambiguous one all it means", () => {
  const [a, b] = [write(GOOD, "SPY.csv"), write(GOOD, "QQQ.csv")];
  const entries: DataEntry[] = [
    { format: "csv", path: a },
    { format: "csv", path: b },
    { format: "csv", path: a, venue: "OTHER" },
  ];
  expect(loadSeries(entries, { resolution: "1d", symbols: ["SPX"] })).toMatchObject({
    code: "SYMBOL_UNKNOWN",
    candidates: ["SPY@LOCAL", "SPY@OTHER", "QQQ@LOCAL"],
  });
  expect(loadSeries(entries, { resolution: "1d", symbols: ["spy"] })).toMatchObject({
    code: "SYMBOL_AMBIGUOUS",
    candidates: ["SPY@LOCAL", "SPY@OTHER"],
  });
  expect(loaded(loadSeries(entries, { resolution: "1d", symbols: ["SPY@OTHER"] })).series[0]?.instrument).toBe("SPY@OTHER");
});

test("[MKT-37] sources that follow each other are joined, overlapping ones replaced with a note", () => {
  const later = write(`${HEAD}2020-01-06,20.125,21,20,21,7\n`);
  const early = write(GOOD);
  const entry = (path: string): DataEntry => ({ format: "csv", path, symbol: "A" });
  for (const entries of [
    [entry(early), entry(later)],
    [entry(later), entry(early)],
  ]) {
    const series = first(loadSeries(entries, { resolution: "1d" }));
    expect([series.priceScale, [...series.open], [...series.volume]]).toEqual([3, [10_000, 11_000, 20_125], [100, 200, 7]]);
  }
  const replaced = loaded(loadSeries([entry(early), entry(write(`${HEAD}2020-01-03,20,21,20,21,7\n`))], { resolution: "1d" }));
  expect([[...(replaced.series[0]?.open ?? [])], replaced.notes.map((note) => note.code)]).toEqual([
    [2000],
    expect.arrayContaining(["SERIES_REPLACED"]),
  ]);
});

test("[MKT-38] what cannot be loaded is refused by name", () => {
  expect(load(GOOD, {}, { symbols: ["A"], from: "2021-01-01" })).toMatchObject({ code: "NO_BARS" });
  expect(load(GOOD, {}, { resolution: "1h" })).toMatchObject({ code: "RESOLUTION_UNAVAILABLE" });
  expect(load(GOOD, {}, { resolution: "1h", symbols: ["A"] })).toMatchObject({ code: "RESOLUTION_UNAVAILABLE" });
  expect(load(GOOD, { zone: "Mars/Olympus" })).toMatchObject({ code: "ZONE_UNKNOWN" });
  expect(load(GOOD, {}, { from: "2020-02-30" })).toMatchObject({ code: "DATE_INVALID" });
  expect(load(GOOD, {}, { from: "2020-02-03", to: "2020-01-01" })).toMatchObject({ code: "DATE_INVALID" });
  expect(loadSeries([{ format: "csv", path: join(folder, "absent.csv") }], { resolution: "1d" })).toMatchObject({ code: "PATH_MISSING" });
  expect(load(gzipSync(Buffer.from(GOOD)).subarray(0, 30))).toMatchObject({ code: "FILE_MALFORMED" });
  expect(load('date,open,high,low,close,volume\n"2020-01-02,1,1,1,1,1\n', { preset: "csvdir" })).toMatchObject({ code: "FILE_MALFORMED" });
});

test("[MKT-39] series come by id whatever the order, and both dates are included", () => {
  const [b, a] = [write(GOOD, "bb.csv"), write(GOOD, "aa.csv")];
  const result = loaded(
    loadSeries(
      [b, a].map((path) => ({ format: "csv", path })),
      { resolution: "1d", symbols: ["BB", "AA"], from: "2020-01-03", to: "2020-01-03" },
    ),
  );
  expect(result.series.map((series) => [series.instrument, series.length])).toEqual([
    ["AA@LOCAL", 1],
    ["BB@LOCAL", 1],
  ]);
  expect(result.instruments.map((facts) => facts.id)).toEqual(result.series.map((series) => series.instrument));
  expect(first(load(GOOD, {}, { from: "2020-01-02T00:00:00Z", to: "2020-01-03T00:00:00Z" })).length).toBe(1);
});

test("[MKT-39] the facts propose ids, currencies and steps; a folder gives a symbol per file", () => {
  const perpetual = loaded(load(GOOD, { symbol: "BTCUSDT-PERP", kind: "perpetual", venue: "BYBIT" })).instruments[0];
  expect(perpetual).toMatchObject({ id: "BTCUSDT-PERP@BYBIT", kind: "perpetual", base: "BTCUSDT-PERP@BYBIT", quote: "USDT" });
  const coin = loaded(load(GOOD, { symbol: "XRP/ETH", kind: "coin", venue: "BINANCE" })).instruments[0];
  expect(coin).toEqual({
    id: "XRPETH@BINANCE",
    symbol: "XRPETH",
    venue: "BINANCE",
    kind: "coin",
    base: "XRP",
    quote: "ETH",
    priceScale: 2,
    tickSize: "0.01",
    sizeIncrement: "0.00000001",
    calendar: "24/7",
  });
  expect(loaded(load(GOOD, { currency: "EUR", venue: "XNYS" })).instruments[0]).toMatchObject({
    id: "A@XNYS",
    base: "A@XNYS",
    quote: "EUR",
    sizeIncrement: "1",
  });
  const inner = join(folder, "inner");
  mkdirSync(inner, { recursive: true });
  for (const name of ["x.csv", "y.csv.gz"]) writeFileSync(join(inner, name), name.endsWith("gz") ? gzipSync(Buffer.from(GOOD)) : GOOD);
  expect(loaded(loadSeries([{ format: "csv", path: inner }], { resolution: "1d" })).series.map((series) => series.instrument)).toEqual([
    "X@LOCAL",
    "Y@LOCAL",
  ]);
});

test("[MKT-35] a prefix of the file gives a prefix of the series", () => {
  const lines = Array.from(
    { length: 40 },
    (_, i) =>
      `2020-01-02 ${String(10 + Math.floor(i / 12)).padStart(2, "0")}:${String((i % 12) * 5).padStart(2, "0")},${10 + i},${12 + i},9,${11 + i},${i}`,
  );
  const whole = first(load(`${HEAD}${lines.join("\n")}\n`, {}, { resolution: "5m" }));
  const part = first(load(`${HEAD}${lines.slice(0, 25).join("\n")}\n`, {}, { resolution: "5m" }));
  for (const name of ["openAt", "closeAt", "open", "high", "low", "close", "volume"] as const)
    expect([...part[name]]).toEqual([...whole[name].subarray(0, 25)]);
});

test("[MKT-38] progress names each file read", () => {
  const seen: string[] = [];
  load(GOOD, {}, { onProgress: ({ path, rows }) => seen.push(`${basename(path)} ${rows}`) });
  expect(seen).toEqual([expect.stringMatching(/^f\d+\.csv 2$/)]);
});
