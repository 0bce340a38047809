import type { Asset, AssetId, Instrument, InstrumentId, Listing } from "@bulkhead/core";
import { parsePrice, parseQuantity, valueTerms, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { Contract, ContractDetails, SecType } from "@stoqey/ib";
import { describe, expect, test } from "vitest";
import { Contracts, type Resolved } from "./contracts.ts";

const exact = <T>(parsed: Readonly<{ ok: true; value: T } | { ok: false }>): T => {
  if (!parsed.ok) throw new Error("no amount");
  return parsed.value;
};
function listing(id: string, more: Partial<Instrument> = {}): Listing {
  const base: Asset = { id: id as AssetId, kind: "share", scale: 0 };
  const quote: Asset = { id: "USD" as AssetId, kind: "cash", scale: 6 };
  const instrument: Instrument = {
    ...{ id: id as InstrumentId, symbol: id.slice(0, id.indexOf("@")), base: base.id, quote: quote.id, settlement: "full", priceScale: 2 },
    ...{
      tickSize: exact(parsePrice("0.01", 2)),
      sizeIncrement: exact(parseQuantity("1", 0)),
      quantityMin: ZERO_QUANTITY,
      notionalMin: ZERO_MONEY,
    },
    ...{ multiplierUnits: 1, multiplierScale: 0, shortable: true },
    ...more,
  };
  const scales = { quantityScale: 0, priceScale: 2, moneyScale: 6 };
  return { instrument, base, quote, terms: valueTerms({ multiplierUnits: 1, multiplierScale: 0, ...scales }) };
}
const SPY: ContractDetails = {
  ...{ minTick: 0.01, validExchanges: "SMART,ARCA,NYSE", marketRuleIds: "26,26,26", longName: "SPDR S&P 500" },
  contract: {
    conId: 756733,
    symbol: "SPY",
    secType: "STK" as SecType,
    exchange: "SMART",
    primaryExch: "ARCA",
    currency: "USD",
    localSymbol: "SPY",
  },
};

function contractsWith(
  held: readonly Listing[],
  rows: readonly ContractDetails[],
  why = "",
  code: number | null = null,
  keys = new Map<InstrumentId, string>(),
) {
  const asked: Contract[] = [];
  const defined: string[] = [];
  const notes: string[] = [];
  const contracts = new Contracts({
    books: () => ({ listings: new Map(held.map((each) => [each.instrument.id, each])), assets: new Map(), keys }),
    rules: { cashScale: () => 6, fractions: false },
    ask: async (query) => {
      asked.push(query);
      return { rows, why, code };
    },
    define: (instrument) => instrument !== null && defined.push(instrument.id),
    note: (_, message) => notes.push(message),
  });
  return { contracts, asked, defined, notes };
}
const idOf = (resolved: Resolved): string => ("traded" in resolved ? resolved.traded.listing.instrument.id : JSON.stringify(resolved));

describe("contracts and instruments", () => {
  test("[IBKR-62] M8 a share that the books have under another venue of New York is that share; it is not defined again", async () => {
    const { contracts, defined } = contractsWith([listing("SPY@XNYS")], [SPY]);
    expect(idOf(await contracts.resolve({ conId: 756733 }))).toBe("SPY@XNYS");
    expect(idOf(await contracts.ofInstrument("SPY@XNYS" as InstrumentId))).toBe("SPY@XNYS");
    expect(defined).toEqual([]);
  });

  test("[IBKR-43] many questions about one contract are one question", async () => {
    const { contracts, asked, defined } = contractsWith([], [SPY]);
    const all = await Promise.all(Array.from({ length: 20 }, () => contracts.resolve({ conId: 756733 })));
    expect(new Set(all.map(idOf))).toEqual(new Set(["SPY@ARCX"]));
    expect(asked).toHaveLength(1);
    expect(defined).toEqual(["SPY@ARCX"]);
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["multiplier", { multiplierUnits: 100 }],
    ["currency",   { quote: "EUR" as AssetId }],
    ["settlement", { settlement: "margined" as const }],
  ])("[IBKR-63] M8 B25 the books' instrument with another %s is not traded as this contract", async (what, more) => {
    const { contracts } = contractsWith([listing("SPY@XNYS", more)], [SPY]);
    expect(await contracts.ofInstrument("SPY@XNYS" as InstrumentId)).toMatchObject({ unsupported: expect.stringContaining(what) });
  });

  test("[IBKR-63] another tick is said, and the books' stays", async () => {
    const { contracts, notes } = contractsWith([listing("SPY@XNYS")], [{ ...SPY, minTick: 0.005 }]);
    await contracts.resolve({ conId: 756733 });
    expect(notes.join()).toContain("tick 0.005, kept here 0.01");
  });

  test("[IBKR-50] no answer about a contract is not that there is none, and it is asked for again", async () => {
    const { contracts, asked } = contractsWith([], [], "no end of the answer within 15000 ms");
    expect(await contracts.resolve({ conId: 1 })).toHaveProperty("failed");
    expect(await contracts.resolve({ conId: 1 })).toHaveProperty("failed");
    expect(asked).toHaveLength(2);
    const none = contractsWith([], [], "200 No security definition", 200);
    expect(await none.contracts.resolve({ conId: 1 })).toHaveProperty("unsupported");
  });

  test("[IBKR-65] M8 a contract that is known by its id is its instrument under any name, and another one of its name is not", async () => {
    const keys = new Map([["SPY@XNYS" as InstrumentId, "756733"]]);
    const renamed = { ...SPY, contract: { ...SPY.contract, symbol: "SPYX", localSymbol: "SPYX" } };
    const known = contractsWith([listing("SPY@XNYS")], [renamed], "", null, keys);
    expect(idOf(await known.contracts.resolve({ conId: 756733 }))).toBe("SPY@XNYS");
    expect(idOf(await known.contracts.ofInstrument("SPY@XNYS" as InstrumentId))).toBe("SPY@XNYS");
    expect([known.defined, known.asked]).toEqual([[], [{ conId: 756733 }]]);
    const other = contractsWith([listing("SPY@XNYS")], [{ ...SPY, contract: { ...SPY.contract, conId: 99 } }], "", null, keys);
    expect(await other.contracts.resolve({ conId: 99 })).toMatchObject({ unsupported: expect.stringContaining("contract 756733 here") });
    const gone = contractsWith([listing("SPY@XNYS")], [], "200 No security definition", 200, keys);
    expect(idOf(await gone.contracts.resolve({ conId: 756733 }))).toBe("SPY@XNYS");
  });

  test("[IBKR-66] M8 looked at by its id, else by name; gone where it was known, and nothing where nobody answers", async () => {
    const spy = { instrument: "SPY@XNYS" as InstrumentId, venueKey: "756733" };
    const { contracts, asked } = contractsWith([listing("SPY@XNYS")], [SPY]);
    const said = (await contracts.look([spy])).get(spy.instrument);
    expect(said).toEqual({
      ...{ venueKey: "756733", symbol: "SPY", exchange: "ARCA", currency: "USD", multiplier: "1", tick: "0.01", increment: "1" },
      ...{ quantityMin: "", notionalMin: "", expiry: "" },
    });
    expect(asked).toEqual([{ conId: 756733 }]);
    const gone = contractsWith([listing("SPY@XNYS")], [], "200 No security definition", 200);
    expect([...(await gone.contracts.look([spy]))]).toEqual([["SPY@XNYS", null]]);
    expect([...(await gone.contracts.look([{ ...spy, venueKey: null }]))]).toEqual([]);
    const silent = contractsWith([listing("SPY@XNYS")], [], "no end of the answer within 15000 ms");
    expect([...(await silent.contracts.look([spy]))]).toEqual([]);
  });

  test("[IBKR-64] a price between the exchange's steps is refused where the exchange's rule is known", async () => {
    const { contracts } = contractsWith([listing("SPY@XNYS")], [SPY]);
    const resolved = await contracts.resolve({ conId: 756733 });
    if (!("traded" in resolved)) throw new Error("unknown");
    const off = (text: string) => contracts.offRules([exact(parsePrice(text, 2))], resolved.traded);
    expect(off("3.02")).toBeUndefined();
    expect(contracts.wantsRule(26)).toBe(true);
    expect(contracts.wantsRule(26)).toBe(false);
    contracts.learnRule(26, [
      { lowEdge: 0, increment: 0.01 },
      { lowEdge: 3, increment: 0.05 },
    ]);
    expect(off("2.99")).toBeUndefined();
    expect(off("3.05")).toBeUndefined();
    expect(off("3.02")).toContain("0.05");
  });
});
