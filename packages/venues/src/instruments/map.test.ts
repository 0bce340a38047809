import type { InstrumentId, Listing } from "@bulkhead/core";
import { expect, test } from "vitest";
import { type Alias, findInstrument, InstrumentMap, type Wanted } from "./map.ts";

const alias = (source: string, key: string, instrument: string): Alias => ({ source, key, instrument: instrument as InstrumentId });
/** Listings with what is looked at: symbol, kind of base, quote. */
const listings = (...lines: readonly string[]): ReadonlyMap<InstrumentId, Listing> =>
  new Map(
    lines.map((line) => {
      const [id = "", kind = "share", quote = "USD"] = line.split(" ");
      const symbol = id.slice(0, id.indexOf("@"));
      return [id as InstrumentId, { instrument: { id, symbol }, base: { kind }, quote: { id: quote } } as unknown as Listing];
    }),
  );
const wanted = (more: Partial<Wanted> = {}): Wanted => ({
  id: "ACME@ARCX" as InstrumentId,
  symbol: "ACME",
  kind: "share",
  quote: "USD",
  names: [
    { source: "ibkr", key: "1001" },
    { source: "isin", key: "US0000000011" },
  ],
  ...more,
});

test("[MAP-1] one instrument has many names, and each name stands for one (M8)", () => {
  const map = new InstrumentMap();
  expect(
    map.add([alias("ibkr", "1001", "ACME@XNYS"), alias("isin", "US0000000011", "ACME@XNYS"), alias("binance", "1001", "X@BINANCE")]),
  ).toEqual([]);
  expect(map.find("ibkr", "1001")).toBe("ACME@XNYS");
  expect(map.find("binance", "1001")).toBe("X@BINANCE");
  expect(map.keyOf("ACME@XNYS" as InstrumentId, "isin")).toBe("US0000000011");
  const again = alias("ibkr", "1001", "OTHER@XNYS");
  expect(map.add([again, alias("ibkr", "1001", "ACME@XNYS"), alias("isin", "", "ACME@XNYS")])).toEqual([
    { alias: again, taken: "ACME@XNYS" },
  ]);
  expect(map.find("ibkr", "1001")).toBe("ACME@XNYS");
  expect(map.aliases).toHaveLength(3);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["by a name, whatever it is called now", wanted(),                       ["RENAMED@XNYS", "ACME@ARCX"],           { instrument: "RENAMED@XNYS", by: "alias" }],
  ["by its id",                            wanted({ names: [] }),          ["ACME@ARCX", "ACME@XNYS"],              { instrument: "ACME@ARCX", by: "id" }],
  ["by the only one with its symbol",      wanted({ names: [] }),          ["ACME@XNYS", "ACME@XLON share GBP", "ACME@BINANCE coin"], { instrument: "ACME@XNYS", by: "symbol" }],
  ["by none of two",                       wanted({ names: [] }),          ["ACME@XNYS", "ACME@XNAS"],              { candidates: ["ACME@XNYS", "ACME@XNAS"] }],
  ["by nothing",                           wanted({ names: [] }),          ["OTHER@XNYS"],                          null],
] as const)("[MAP-2] found %s (S0.49)", (_how, what, known, expected) => {
  const map = new InstrumentMap();
  map.add([alias("ibkr", "1001", "RENAMED@XNYS")]);
  expect(findInstrument(what, map, listings(...known), () => true)).toEqual(expected);
});

test("[MAP-2] a symbol elsewhere, and one that its source calls otherwise, is another instrument (M8)", () => {
  const map = new InstrumentMap();
  const known = listings("ACME@XNYS");
  expect(findInstrument(wanted(), map, known, (a, b) => a === b)).toBeNull();
  expect(findInstrument(wanted(), map, known, () => true)).toEqual({ instrument: "ACME@XNYS", by: "symbol" });
  map.add([alias("ibkr", "999", "ACME@XNYS")]);
  expect(findInstrument(wanted(), map, known, () => true)).toBeNull();
});
