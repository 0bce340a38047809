import { formatAmount } from "@bulkhead/money";
import type { ContractDetails, SecType } from "@stoqey/ib";
import { describe, expect, test } from "vitest";
import { definitionOf } from "./definitions.ts";
import { exchangeOf, isSameListing, venueOf } from "./exchanges.ts";

const RULES = { cashScale: (currency: string) => (currency === "JPY" ? 4 : 6), fractions: false };
type Parts = Partial<Omit<ContractDetails, "contract">> & Readonly<{ contract?: Partial<ContractDetails["contract"]> }>;
const details = ({ contract = {}, ...more }: Parts): ContractDetails => ({
  minTick: 0.01,
  ...more,
  contract: {
    conId: 1,
    symbol: "AAPL",
    secType: "STK" as SecType,
    exchange: "SMART",
    primaryExch: "NASDAQ",
    currency: "USD",
    localSymbol: "AAPL",
    ...contract,
  },
});

describe("contracts as instruments", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["a US share",       details({}),                                                                                        "AAPL@XNAS",                  "share",    "full",     4, 4, 1, 0],
    ["a share class",    details({ contract: { symbol: "BRK B", primaryExch: "NYSE" } }),                                    "BRK.B@XNYS",                 "share",    "full",     4, 4, 1, 0],
    ["a share in Paris", details({ contract: { symbol: "AIR", primaryExch: "SBF", currency: "EUR" }, minTick: 0.002 }),      "AIR@XPAR",                   "share",    "full",     4, 4, 1, 0],
    ["a future",         details({ contract: { symbol: "ES", secType: "FUT" as SecType, localSymbol: "ESZ6", exchange: "CME", primaryExch: "", multiplier: 50 }, minTick: 0.25 }), "ESZ6@XCME", "contract", "margined", 0, 4, 50, 0],
    ["an option",        details({ contract: { secType: "OPT" as SecType, localSymbol: "AAPL  261218C00200000", primaryExch: "", multiplier: 100 } }), "AAPL261218C00200000@OPRA", "contract", "full", 0, 4, 100, 0],
    ["a coin",           details({ contract: { symbol: "BTC", secType: "CRYPTO" as SecType, localSymbol: "BTC.USD", exchange: "PAXOS", primaryExch: "" }, minTick: 0.25, sizeIncrement: 1e-8 }), "BTCUSD@PAXOS", "coin", "full", 8, 4, 1, 0],
    ["pence",            details({ contract: { symbol: "VOD", primaryExch: "LSE", currency: "GBP" }, minTick: 0.05, priceMagnifier: 100 }), "VOD@XLON", "share", "full", 4, 4, 1, 2],
    ["a fine tick",      details({ minTick: 0.000005, contract: { symbol: "JPYUSD" } }),                                     "JPYUSD@XNAS",                "share",    "full",     4, 6, 1, 0],
  ] as const)("[IBKR-60] %s", (_, told, id, kind, settlement, quantityScale, priceScale, multiplierUnits, multiplierScale) => {
    const found = definitionOf(told, RULES);
    if (!("defined" in found)) throw new Error(found.unsupported);
    const { instrument, assets } = found.defined;
    expect(instrument).toMatchObject({ id, settlement, priceScale, multiplierUnits, multiplierScale });
    expect(assets[0]).toMatchObject({ kind, scale: quantityScale });
  });

  test("[IBKR-60] whole shares are ordered unless fractions are wanted; what is held may be a fraction", () => {
    const told = details({ sizeIncrement: 0.0001 });
    const [whole, fractional] = [RULES, { ...RULES, fractions: true }].map((rules) => definitionOf(told, rules));
    if (whole === undefined || fractional === undefined || !("defined" in whole) || !("defined" in fractional))
      throw new Error("undefined");
    expect(formatAmount(whole.defined.instrument.sizeIncrement, 4)).toBe("1");
    expect(formatAmount(fractional.defined.instrument.sizeIncrement, 4)).toBe("0.0001");
    expect(whole.defined.assets[0]?.scale).toBe(4);
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["a combination", details({ contract: { secType: "BAG" as SecType } })],
    ["a bond",        details({ contract: { secType: "BOND" as SecType } })],
    ["no tick",       details({ minTick: 0 })],
    ["no currency",   details({ contract: { currency: "" } })],
  ])("[IBKR-60] %s is nothing that the books hold, and says so", (_, told) => {
    expect(definitionOf(told, RULES)).toHaveProperty("unsupported");
  });

  test("[IBKR-60] an asset that the books have keeps its decimal places", () => {
    const found = definitionOf(details({}), { ...RULES, scaleOf: (asset) => (asset === "AAPL@XNAS" ? 0 : undefined) });
    if (!("defined" in found)) throw new Error(found.unsupported);
    expect(found.defined.assets[0]?.scale).toBe(0);
  });

  test("[IBKR-62] exchanges of TWS are our venues and back; the venues of New York share their symbols", () => {
    for (const name of ["NASDAQ", "NYSE", "ARCA", "AMEX", "BATS", "LSE", "IBIS", "CME"]) expect(exchangeOf(venueOf(name))).toBe(name);
    expect(venueOf("SOME.NEW")).toBe("SOMENEW");
    expect(isSameListing("XNYS", "ARCX")).toBe(true);
    expect(isSameListing("XNYS", "XLON")).toBe(false);
  });
});
