import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadSeries } from "../load/load-series.ts";
import type { BarSeries } from "../series/series.ts";
import { syntheticMarket } from "../synthetic/synthetic-market.ts";
import { readBars, readBarsHeader, writeBars } from "./bars-file.ts";

const folder = mkdtempSync(join(tmpdir(), "market-bars-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const market = syntheticMarket({ seed: 7, from: "2024-01-01", days: 10, resolution: "1h" });
const [series] = market.series as [BarSeries];
const [facts] = market.instruments as [(typeof market.instruments)[number]];
const path = join(folder, "acme.bars");

const column = (add: number): Float64Array => Float64Array.from(series.open, (units, i) => (i % 3 === 0 ? Number.NaN : units + add));
const quotes = {
  bidOpen: column(-1),
  bidClose: column(-2),
  askOpen: column(1),
  askClose: column(2),
  bidSize: column(3),
  askSize: column(4),
};

test("[MKT-42] a file gives back the series and its facts, on one buffer, aligned to 8 bytes", () => {
  for (const written of [series, { ...series, quotes }]) {
    writeBars(path, written, facts);
    const read = readBars(path);
    if (!read.ok) throw new Error(read.text);
    expect(read.series).toEqual(written);
    expect(read.facts).toEqual(facts);
    expect(read.series.open.buffer).toBe(read.series.closeAt.buffer);
    const head = readBarsHeader(path);
    expect(head.ok && head.bytes % 8).toBe(0);
    expect(JSON.parse(readFileSync(path, "utf8").split("\n", 1)[0] ?? "")).toMatchObject({ format: "bulkhead-bars", version: 1 });
  }
});

test("[MKT-42] an empty series survives", () => {
  const none = syntheticMarket({ seed: 1, from: "2024-01-06", days: 1, resolution: "1h" }).series[0] as BarSeries;
  writeBars(path, none, facts);
  expect(readBars(path)).toMatchObject({ ok: true, series: { length: 0 } });
});

test("[MKT-43] cut off, too long and foreign files are refused; no part is left behind", () => {
  writeBars(path, series, facts);
  expect(readdirSync(folder)).toEqual(["acme.bars"]);
  const size = readFileSync(path).length;
  truncateSync(path, size - 8);
  expect(readBars(path)).toMatchObject({ ok: false });
  writeFileSync(path, `${"x".repeat(100)}\n`);
  expect(readBars(path)).toMatchObject({ ok: false });
  writeFileSync(path, "no line");
  expect(readBarsHeader(path)).toMatchObject({ ok: false });
  expect(loadSeries([{ format: "columns", path }], { resolution: "1h" })).toMatchObject({ code: "FILE_MALFORMED" });
});

test("[MKT-40, MKT-42] a folder of files loads as any source does, coarser bars are built", () => {
  for (const [i, one] of market.series.entries()) writeBars(join(folder, `${i}.bars`), one, market.instruments[i] ?? facts);
  rmSync(path, { force: true });
  const entries = [{ format: "columns", path: folder }] as const;
  const loaded = loadSeries(entries, { resolution: "1h" });
  expect(loaded).toMatchObject({ ok: true, series: market.series, instruments: market.instruments });
  const days = loadSeries(entries, { resolution: "1d", symbols: ["ACME"], from: "2024-01-03", to: "2024-01-04" });
  expect(days).toMatchObject({ ok: true, series: [{ length: 2, resolution: "1d" }] });
  expect(loadSeries(entries, { resolution: "1m", symbols: ["ACME"] })).toMatchObject({ code: "RESOLUTION_UNAVAILABLE" });
  expect(loadSeries([{ format: "columns", path: join(folder, "absent") }], { resolution: "1h" })).toMatchObject({ code: "PATH_MISSING" });
});
