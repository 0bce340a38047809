import type { Asset, AssetId, Instrument, Listing } from "@bulkhead/core";
import {
  formatAmount,
  isZero,
  type Parsed,
  parseMoney,
  parsePrice,
  parseQuantity,
  type Scale,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from "@bulkhead/money";
import { calendarOfVenue } from "../calendar/calendar.ts";
import type { InstrumentFacts } from "../load/entry.ts";

/** Instruments to trade and the assets that they need. */
export type Traded = Readonly<{ assets: readonly Asset[]; instruments: readonly Instrument[] }>;

/** What data says about instruments, as terms of trade. `cashScale`: decimal places that cash of a currency is kept with. */
export function tradedOf(facts: readonly InstrumentFacts[], cashScale: (currency: string) => Scale): Traded {
  const assets = new Map<string, Asset>();
  const instruments = facts.map((each) => {
    const quantityScale = decimalsOf(each.sizeIncrement);
    assets.set(each.base, { id: each.base as AssetId, kind: KINDS[each.kind], scale: quantityScale });
    assets.set(each.quote, { id: each.quote as AssetId, kind: "cash", scale: cashScale(each.quote) });
    return instrumentOf(each, quantityScale, cashScale(each.quote));
  });
  return { assets: [...assets.values()], instruments };
}

/** The terms of an instrument as data would say them: for markets that the books know already. */
export function listedFacts({ instrument, base, quote }: Listing): InstrumentFacts {
  const { id, symbol, priceScale, tickSize, sizeIncrement, quantityMin, notionalMin } = instrument;
  const venue = id.slice(id.lastIndexOf("@") + 1);
  return {
    id,
    symbol,
    venue,
    kind: base.kind === "coin" ? "coin" : base.kind === "contract" ? "perpetual" : "share",
    base: base.id,
    quote: quote.id,
    priceScale,
    tickSize: formatAmount(tickSize, priceScale),
    sizeIncrement: formatAmount(sizeIncrement, base.scale, base.scale),
    ...(isZero(quantityMin) ? {} : { quantityMin: formatAmount(quantityMin, base.scale) }),
    ...(isZero(notionalMin) ? {} : { notionalMin: formatAmount(notionalMin, quote.scale) }),
    calendar: calendarOfVenue(venue),
  };
}

const KINDS = { share: "share", coin: "coin", perpetual: "contract" } as const;

function instrumentOf(facts: InstrumentFacts, quantityScale: Scale, moneyScale: Scale): Instrument {
  const { quantityMin, notionalMin } = facts;
  return {
    id: facts.id,
    symbol: facts.symbol,
    base: facts.base as AssetId,
    quote: facts.quote as AssetId,
    settlement: facts.kind === "perpetual" ? "margined" : "full",
    priceScale: facts.priceScale,
    tickSize: exact(parsePrice(facts.tickSize, facts.priceScale)),
    sizeIncrement: exact(parseQuantity(facts.sizeIncrement, quantityScale)),
    // A minimum finer than what is kept is rounded up: less would be refused by the venue.
    quantityMin: quantityMin === undefined ? ZERO_QUANTITY : exact(parseQuantity(quantityMin, quantityScale, "up")),
    notionalMin: notionalMin === undefined ? ZERO_MONEY : exact(parseMoney(notionalMin, moneyScale, "up")),
    multiplierUnits: 1,
    multiplierScale: 0,
    // A coin that is owned cannot be sold before it is there; shares can be borrowed, contracts are only promises.
    shortable: facts.kind !== "coin",
  };
}

const decimalsOf = (text: string): Scale => (text.includes(".") ? text.length - text.indexOf(".") - 1 : 0);

function exact<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new RangeError(`INSTRUMENT_TERMS: ${parsed.problem}`);
  return parsed.value;
}
