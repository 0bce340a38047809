import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { entryOf, loadRecorded } from "./recorded.ts";

const folder = mkdtempSync(join(tmpdir(), "bulkhead-recorded-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const rows = (minutes: number) =>
  Array.from({ length: minutes }, (_, i) => `2026-03-02T10:${String(i).padStart(2, "0")}:00Z,10.00,11.00,9.00,10.50,5`).join("\n");
writeFileSync(join(folder, "a.csv"), `time,open,high,low,close,volume\n${rows(30)}\n`);

test("[MKT-47] sources as a configuration writes them are read with its keys, from its folder, at the finest resolution from a minute up", () => {
  expect(entryOf({ format: "csv", path: "a.csv", price_scale: 3, time_format: "iso", zone: undefined }, folder)).toEqual({
    format: "csv",
    path: join(folder, "a.csv"),
    priceScale: 3,
    timeFormat: "iso",
  });
  const loaded = loadRecorded([{ format: "csv", path: "a.csv", price_scale: 3, calendar: "24/7" }], { folder, symbols: null });
  expect(loaded).toMatchObject({ ok: true, resolution: "1m", series: [{ length: 30, priceScale: 3 }] });
  const coarser = loadRecorded([{ format: "csv", path: "a.csv", resolution: "5m", calendar: "24/7" }], { folder, symbols: ["A"] });
  expect(coarser).toMatchObject({ ok: true, series: [{ length: 6, resolution: "5m" }] });
  expect(loadRecorded([{ format: "csv", path: "b.csv" }], { folder, symbols: null })).toMatchObject({ ok: false, code: "PATH_MISSING" });
});
