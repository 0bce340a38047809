import type { Asset, AssetId, InstantMs, InstrumentId, Listing, VenueFact } from "@bulkhead/core";
import { expect, test } from "vitest";
import { type Books, Listings, unusable } from "./listings.ts";
import type { TradedMarket } from "./messages.ts";
import { marketText } from "./texts.ts";

const SPOT: TradedMarket = {
  ...{ symbol: "BTC/USDT", kind: "spot", base: "BTC", quote: "USDT", settle: null, tick: "0.10", increment: "1e-5" },
  ...{ quantityMin: "0.0001", notionalMin: "5", contractSize: null, isActive: true },
};
const PERPETUAL: TradedMarket = {
  ...SPOT,
  ...{
    symbol: "BTC/USDT:USDT",
    kind: "linear",
    settle: "USDT",
    tick: "0.1",
    increment: "0.01",
    quantityMin: null,
    notionalMin: null,
    contractSize: "0.01",
  },
};
const PENNY: TradedMarket = { ...SPOT, symbol: "SHIB/USDT", base: "SHIB", tick: "0.00000001", increment: "1" };

function listingsOf(
  markets: readonly TradedMarket[],
  books: Books = { listings: new Map(), assets: new Map() },
): { listings: Listings; told: VenueFact[] } {
  const told: VenueFact[] = [];
  const listings = new Listings({
    venue: "BINANCE",
    books: () => books,
    cashScale: () => 6,
    now: () => 7 as InstantMs,
    tell: (fact) => void told.push(fact),
  });
  listings.learn(markets);
  return { listings, told };
}
const known = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("nothing");
  return value;
};

test("[CCXT-46] an instrument is told after what it is made of, once, with the exchange's terms exactly", () => {
  const { listings, told } = listingsOf([SPOT, PERPETUAL, PENNY]);
  listings.define(known(listings.bySymbol("BTC/USDT")));
  listings.define(known(listings.bySymbol("BTC/USDT")));
  expect(
    told.map((fact) => (fact.type === "DefineAsset" ? fact.asset : fact.type === "DefineInstrument" ? fact.instrument : fact)),
  ).toEqual([
    { id: "BTC", kind: "coin", scale: 8 },
    { id: "USDT", kind: "cash", scale: 6 },
    {
      ...{ id: "BTCUSDT@BINANCE", symbol: "BTCUSDT", base: "BTC", quote: "USDT", settlement: "full", priceScale: 1, tickSize: 1 },
      ...{ sizeIncrement: 1_000, quantityMin: 10_000, notionalMin: 5_000_000, multiplierUnits: 1, multiplierScale: 0, shortable: false },
    },
  ]);
});

test("[CCXT-46] a contract is of its exchange, counts so many coins, and may be sold short", () => {
  const { listings, told } = listingsOf([SPOT, PERPETUAL]);
  const { instrument, base } = listings.define(known(listings.bySymbol("BTC/USDT:USDT")));
  expect(base).toEqual({ id: "BTCUSDT-PERP@BINANCE", kind: "contract", scale: 2 });
  expect(instrument).toMatchObject({ id: base.id, settlement: "margined", multiplierUnits: 1, multiplierScale: 2, shortable: true });
  expect(told.map(({ type }) => type)).toEqual(["DefineAsset", "DefineAsset", "DefineInstrument"]);
});

test("[CCXT-46] coins that are traded by the whole are kept with fewer places: people hold billions of them", () => {
  const { listings } = listingsOf([PENNY]);
  expect(known(listings.bySymbol("SHIB/USDT")).listing.base.scale).toBe(4);
  expect(known(listings.asset("BNB")).scale).toBe(8);
});

test("[CCXT-46] what the books have stays as it is: their scales are used, and nothing is told again", () => {
  const base: Asset = { id: "BTC" as AssetId, kind: "coin", scale: 5 };
  const first = listingsOf([SPOT]);
  const listing = known(first.listings.bySymbol("BTC/USDT")).listing;
  const books: Books = {
    assets: new Map([
      [base.id, base],
      [listing.quote.id, listing.quote],
    ]),
    listings: new Map([["BTCUSDT@BINANCE" as InstrumentId, { ...listing, base } satisfies Listing]]),
  };
  const { listings, told } = listingsOf([{ ...SPOT, tick: "0.01" }], books);
  expect(listings.define(known(listings.bySymbol("BTC/USDT")))).toMatchObject({
    base: { scale: 5 },
    instrument: { tickSize: 1, priceScale: 1 },
  });
  expect(told).toEqual([]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  [{ quote: "BTC" },                                     "is paid in BTC, which is no cash"],
  [{ base: "EUR" },                                      "changes cash into cash"],
  [{ kind: "linear", settle: "BTC" },                    "settles in BTC"],
  [{ tick: null },                                       "comes without its tick"],
  [{ base: "btc😀" },                                    "has a name that is no code"],
] as const)("[CCXT-46] %o: a market that %s is not traded", (change, why) => {
  const market = { ...SPOT, ...change } as TradedMarket;
  expect(unusable(market)).toContain(why);
  expect(listingsOf([market]).listings.bySymbol(SPOT.symbol)).toBeUndefined();
});

test("[CCXT-46] precision is taken as a tick or as places, never as significant digits; inverse contracts are no markets here", () => {
  const market = { id: "x", symbol: "BTC/USDT", base: "BTC", quote: "USDT", spot: true, precision: { price: "2", amount: "0" } };
  expect(marketText(market, 2)).toMatchObject({ tick: "0.01", increment: "1" });
  expect(marketText(market, 4)).toMatchObject({ tick: "2", increment: null });
  expect(marketText(market, 3)).toMatchObject({ tick: null, increment: null });
  expect(marketText({ ...market, spot: false, swap: true, linear: false }, 4)).toBeUndefined();
});

test("[CCXT-46] a coin's balance is told as the market that the books have, else as that of its commonest quote", () => {
  const euro = { ...SPOT, symbol: "BTC/EUR", quote: "EUR" };
  expect(known(listingsOf([euro, SPOT]).listings.homeOf("BTC")).market.symbol).toBe("BTC/USDT");
  const listing = known(listingsOf([euro]).listings.bySymbol("BTC/EUR")).listing;
  const books: Books = { assets: new Map([[listing.base.id, listing.base]]), listings: new Map([[listing.instrument.id, listing]]) };
  expect(known(listingsOf([SPOT, euro], books).listings.homeOf("BTC")).market.symbol).toBe("BTC/EUR");
  expect(listingsOf([SPOT]).listings.homeOf("LUNC")).toBeUndefined();
});

test("[CCXT-69] M8 B25 what the exchange says of a market now; ended or not listed any more is gone, and no list at all says nothing", () => {
  const { listings } = listingsOf([SPOT, PERPETUAL]);
  const ask = (instrument: string, venueKey: string | null) => listings.contractsOf([{ instrument: instrument as InstrumentId, venueKey }]);
  const btc = "BTCUSDT@BINANCE";
  expect(ask(btc, null).get(btc as InstrumentId)).toEqual({
    ...{ venueKey: "BTC/USDT", symbol: "BTC/USDT", exchange: "BINANCE", currency: "USDT", multiplier: "1", tick: "0.1" },
    ...{ increment: "0.00001", quantityMin: "0.0001", notionalMin: "5", expiry: "" },
  });
  expect([...ask("ETHUSDT@BINANCE", "ETH/USDT")]).toEqual([["ETHUSDT@BINANCE", null]]);
  expect([...ask("ETHUSDT@BINANCE", null)]).toEqual([]);
  listings.learn([{ ...SPOT, isActive: false }, PERPETUAL]);
  expect([...ask(btc, "BTC/USDT")]).toEqual([[btc, null]]);
  listings.learn([{ ...SPOT, tick: null }, PERPETUAL]);
  expect([...ask(btc, "BTC/USDT")]).toEqual([]);
  listings.learn([]);
  expect([...ask(btc, "BTC/USDT")]).toEqual([]);
});
