import { ratioOfUnits } from "@bulkhead/money";
import { describe, expect, test } from "vitest";
import { type Ask, UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { Desk } from "../../../../tests/kit/desk.ts";
import { ASSETS, FREE, INSTRUMENTS } from "../../../../tests/kit/world.ts";
import type { Command } from "./commands.ts";
import { createEngine } from "./engine.ts";

const USD = { id: "USD", kind: "cash", scale: 6 } as never;
const open = (parts: object = {}): Command =>
  ({ type: "OpenAccount", at: 1, by: "test", account: "main", venue: "sim", mode: "paper", base: USD, settings: FREE, ...parts }) as never;

describe("account", () => {
  // biome-ignore format: one row per refusal.
  test.each<[string, object, string]>([
    ["an id that is no slug",      { account: "Main" },                                          "ACCOUNT_ID_INVALID"],
    ["a base that is not cash",    { base: { id: "BTC", kind: "coin", scale: 8 } },              "ASSET_INVALID"],
    ["a base without an id",       { base: { id: "", kind: "cash", scale: 6 } },                 "ASSET_INVALID"],
    ["a scale beyond what is kept",{ base: { id: "USD", kind: "cash", scale: 13 } },             "ASSET_INVALID"],
    ["half a scale",               { base: { id: "USD", kind: "cash", scale: 1.5 } },            "ASSET_INVALID"],
    ["negative time",              { settings: { ...FREE, quoteAgeMaxMs: -1 } },                 "SETTINGS_INVALID"],
    ["no time",                    { settings: { ...FREE, duplicateWindowMs: Number.NaN } },     "SETTINGS_INVALID"],
    ["a negative requirement",     { settings: { ...FREE, shortRequirement: ratioOfUnits(-1) } },"SETTINGS_INVALID"],
    ["a forged requirement",       { settings: { ...FREE, feeReserve: Number.NaN } },            "SETTINGS_INVALID"],
  ])("[PORT-1] %s", (_what, parts, code) => {
    const engine = createEngine();
    expect(engine.execute(open(parts))).toMatchObject({ ok: false, refusal: { code } });
    expect([engine.state.seq, engine.state.account]).toEqual([0, undefined]);
  });

  test("[PORT-1] it opens once and makes the built-in portfolio", () => {
    const engine = createEngine();
    expect(engine.execute({ type: "PausePortfolio", at: 1, by: "test", portfolio: null, reason: "x" } as never)).toMatchObject({
      ok: false,
      refusal: { code: "ACCOUNT_NOT_OPEN" },
    });
    expect(engine.execute(open())).toMatchObject({ ok: true });
    expect([...engine.state.portfolios.keys()]).toEqual([UNATTRIBUTED]);
    expect(engine.execute(open())).toMatchObject({ ok: false, refusal: { code: "ACCOUNT_ALREADY_OPEN" } });
  });

  test("[PORT-2] new settings hold from their record on", () => {
    const desk = new Desk();
    desk.portfolio("alpha", "1000");
    desk.do(desk.account({ feeReserve: ratioOfUnits(100_000_000) }));
    expect(desk.gate("alpha", "SPY@X", "buy 100")).toBe("denied by available_cash (portfolio): 1000 < 1100");
    expect(desk.refused(desk.account({ fxCost: ratioOfUnits(-1) }))).toBe("SETTINGS_INVALID");
  });
});

describe("assets and instruments", () => {
  const [usd, eur] = ASSETS;
  const [spy] = INSTRUMENTS;
  if (usd === undefined || eur === undefined || spy === undefined) throw new Error("no world");
  const define = (parts: object): Ask => ({ type: "DefineInstrument", instrument: { ...spy, id: "NEW@X", ...parts } }) as never;

  test("[PORT-3] the same definition again does nothing, another one is refused", () => {
    const desk = new Desk();
    expect(desk.do({ type: "DefineAsset", asset: eur })).toEqual([]);
    expect(desk.refused({ type: "DefineAsset", asset: { ...eur, scale: 2 } })).toBe("ASSET_EXISTS");
    expect(desk.refused({ type: "DefineAsset", asset: { ...eur, kind: "coin" } })).toBe("ASSET_EXISTS");
    expect(desk.do({ type: "DefineInstrument", instrument: spy })).toEqual([]);
    expect(desk.refused({ type: "DefineInstrument", instrument: { ...spy, shortable: false } })).toBe("INSTRUMENT_EXISTS");
  });

  // biome-ignore format: one row per refusal.
  test.each<[string, object, string]>([
    ["an unknown base",               { base: "NONE", quote: "NONE2" },                  "ASSET_UNKNOWN"],
    ["an unknown quote",              { quote: "NONE" },                                 "ASSET_UNKNOWN"],
    ["prices in shares",              { quote: "SPY@X" },                                "ASSET_NOT_CASH"],
    ["trading cash itself",           { base: "EUR" },                                   "INSTRUMENT_INVALID"],
    ["no id",                         { id: "" },                                        "INSTRUMENT_INVALID"],
    ["half a price scale",            { priceScale: 1.5 },                               "INSTRUMENT_INVALID"],
    ["no tick",                       { tickSize: 0 },                                   "INSTRUMENT_INVALID"],
    ["a forged tick",                 { tickSize: 0.5 },                                 "INSTRUMENT_INVALID"],
    ["no increment",                  { sizeIncrement: Number.NaN },                     "INSTRUMENT_INVALID"],
    ["a negative minimum",            { quantityMin: -1 },                               "INSTRUMENT_INVALID"],
    ["a negative minimum value",      { notionalMin: -1 },                               "INSTRUMENT_INVALID"],
    ["no multiplier",                 { multiplierUnits: 0 },                            "INSTRUMENT_INVALID"],
    ["a multiplier scale below zero", { multiplierScale: -1 },                           "INSTRUMENT_INVALID"],
    ["values that cannot be exact",   { base: "BTC", priceScale: 12, multiplierScale: 9 },"INSTRUMENT_INVALID"],
    ["values that are too large",     { multiplierUnits: 1e12 },                         "INSTRUMENT_INVALID"],
  ])("[PORT-3] %s", (_what, parts, code) => {
    const desk = new Desk();
    const { seq } = desk.engine.state;
    expect(desk.refused(define(parts))).toBe(code);
    expect([desk.engine.state.seq, desk.engine.state.listings.has("NEW@X" as never)]).toEqual([seq, false]);
  });

  test("[PORT-3] an asset needs an id and a scale", () => {
    const desk = new Desk();
    expect(desk.refused({ type: "DefineAsset", asset: { ...eur, id: "" as never } })).toBe("ASSET_INVALID");
    expect(desk.refused({ type: "DefineAsset", asset: { ...eur, id: "NEW" as never, scale: -1 } })).toBe("ASSET_INVALID");
  });
});
