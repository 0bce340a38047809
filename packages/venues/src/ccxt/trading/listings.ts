import type {
  Asset,
  AssetId,
  ContractAnswers,
  ContractQuestion,
  InstantMs,
  Instrument,
  InstrumentId,
  Listing,
  VenueContract,
  VenueFact,
  VenueInstrument,
} from "@bulkhead/core";
import { parseMoney, parsePrice, parseQuantity, type Scale, valueTerms, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { placesOf, plainDecimal } from "../decimal.ts";
import { instrumentIdOf } from "../live-market.ts";
import { isCash } from "./cash-codes.ts";
import type { TradedMarket } from "./messages.ts";

/** What the books have defined: it never changes, whatever the exchange says now. */
export type Books = Readonly<{ listings: ReadonlyMap<InstrumentId, Listing>; assets: ReadonlyMap<AssetId, Asset> }>;

/** A market that can be traded on, as the books know it or will. */
export type Traded = Readonly<{ market: TradedMarket; listing: Listing }>;

export type ListingsOptions = Readonly<{
  /** Of the ids: the exchange's name in capitals. */
  venue: string;
  books: () => Books;
  /** Decimal places that cash of a currency is kept with. */
  cashScale: (currency: string) => Scale;
  now: () => InstantMs;
  tell: (fact: VenueFact) => void;
}>;

/** Codes of assets as ids have them. */
const CODE = /^[A-Z0-9][A-Z0-9.$-]{0,23}$/;
/** Quotes that a coin is valued in first, where the books do not say. */
const QUOTES = ["USDT", "USDC", "USD", "EUR", "FDUSD", "GBP"];

/** Markets of the exchange as instruments of the books, both ways. What the books do not have is told to them before anything about it. */
export class Listings {
  readonly #options: ListingsOptions;
  #bySymbol = new Map<string, TradedMarket>();
  /** Symbols of everything that the exchange lists, also of what cannot be held. */
  #listed: ReadonlySet<string> = new Set();
  #byId = new Map<InstrumentId, TradedMarket>();
  readonly #made = new Map<string, Traded>();
  readonly #assets = new Map<AssetId, Asset>();
  /** Contracts of a perpetual and the perpetual itself have one name. */
  readonly #toldAssets = new Set<AssetId>();
  readonly #toldInstruments = new Set<InstrumentId>();

  constructor(options: ListingsOptions) {
    this.#options = options;
  }

  /** The exchange's markets as they are now: later ones take the place of earlier ones. */
  learn(markets: readonly TradedMarket[]): void {
    this.#listed = new Set(markets.map(({ symbol }) => symbol));
    const usable = markets.filter((market) => unusable(market) === undefined);
    this.#bySymbol = new Map(usable.map((market) => [market.symbol, market]));
    this.#byId = new Map(usable.map((market) => [this.#idOf(market), market]));
    this.#made.clear();
  }

  get size(): number {
    return this.#bySymbol.size;
  }

  bySymbol(symbol: string): Traded | undefined {
    const made = this.#made.get(symbol);
    if (made !== undefined) return made;
    const market = this.#bySymbol.get(symbol);
    const listing = market === undefined ? undefined : this.#listingOf(market);
    if (market === undefined || listing === undefined) return undefined;
    const traded = { market, listing };
    this.#made.set(symbol, traded);
    return traded;
  }

  byInstrument(id: InstrumentId): Traded | undefined {
    const market = this.#byId.get(id);
    return market === undefined ? undefined : this.bySymbol(market.symbol);
  }

  /** The instrument that a balance of a coin is told as: one that the books have, else the one with the commonest quote. */
  homeOf(coin: string): Traded | undefined {
    const { listings } = this.#options.books();
    const inBooks = [...listings.values()].find(({ base, instrument }) => base.id === coin && this.#byId.has(instrument.id));
    if (inBooks !== undefined) return this.byInstrument(inBooks.instrument.id);
    for (const quote of QUOTES) {
      const traded = this.bySymbol(`${coin}/${quote}`);
      if (traded !== undefined) return traded;
    }
    const any = [...this.#bySymbol.values()].find(({ base, kind }) => base === coin && kind === "spot");
    return any === undefined ? undefined : this.bySymbol(any.symbol);
  }

  /** Cash or a coin, told to the books where they do not have it; undefined where its name is none. */
  asset(code: string): Asset | undefined {
    if (!CODE.test(code)) return undefined;
    const asset = this.#assetOf(code as AssetId, () => this.#plainAsset(code));
    this.#tellAsset(asset);
    return asset;
  }

  /** Tells the books of an instrument and what it is made of, once. */
  define({ listing }: Traded): Listing {
    const { instrument, base, quote } = listing;
    this.#tellAsset(base);
    this.#tellAsset(quote);
    if (this.#toldInstruments.has(instrument.id) || this.#options.books().listings.has(instrument.id)) return listing;
    this.#toldInstruments.add(instrument.id);
    this.#options.tell({ type: "DefineInstrument", at: this.#options.now(), by: "venue", instrument });
    return listing;
  }

  /** Symbols that the books trade already: where the exchange tells trades of one symbol only, these are asked for. */
  get symbolsInBooks(): readonly string[] {
    return [...this.#options.books().listings.keys()].flatMap((id) => this.#byId.get(id)?.symbol ?? []);
  }

  /** What the exchange says of instruments now; null: it has ended, or is not listed any more. One that cannot be held says nothing. */
  contractsOf(questions: readonly ContractQuestion[]): ContractAnswers {
    const answers = new Map<InstrumentId, VenueContract | null>();
    if (this.#listed.size === 0) return answers;
    for (const { instrument, venueKey } of questions) {
      const market = this.#byId.get(instrument);
      if (market?.isActive === true) answers.set(instrument, contractOf(market, this.#options.venue));
      else if (market !== undefined || (venueKey !== null && !this.#listed.has(venueKey))) answers.set(instrument, null);
    }
    return answers;
  }

  /** Markets that match a symbol or a name, best first. */
  search(text: string, name: string): readonly VenueInstrument[] {
    const wanted = text.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
    if (wanted === "") return [];
    const found = [...this.#byId].flatMap(([id, market]) => {
      const rank = market.isActive ? rankOf(market, id, wanted) : undefined;
      return rank === undefined ? [] : [{ rank, market }];
    });
    return found
      .sort((a, b) => a.rank - b.rank || (a.market.symbol < b.market.symbol ? -1 : 1))
      .slice(0, 30)
      .flatMap(({ market }): readonly VenueInstrument[] => {
        const listing = this.bySymbol(market.symbol)?.listing;
        if (listing === undefined) return [];
        const kind = market.kind === "spot" ? "coin" : "perpetual";
        const description = `${market.base} in ${market.quote}, ${name}, ${kind}`;
        return [{ instrument: listing.instrument, assets: [listing.base, listing.quote], description, venueKey: market.symbol }];
      });
  }

  #idOf({ base, quote, kind }: TradedMarket): InstrumentId {
    return instrumentIdOf(`${base}/${quote}${kind === "linear" ? ":" : ""}`, this.#options.venue);
  }

  /** The books' own terms where they have the instrument; else the exchange's. Undefined where they cannot be kept exactly. */
  #listingOf(market: TradedMarket): Listing | undefined {
    const id = this.#idOf(market);
    const inBooks = this.#options.books().listings.get(id);
    if (inBooks !== undefined) return inBooks;
    const isPerpetual = market.kind === "linear";
    const baseId = (isPerpetual ? id : market.base) as string as AssetId;
    const increment = plainDecimal(market.increment ?? "1");
    const base = this.#assetOf(baseId, () => this.#baseAsset(market, baseId, increment));
    const quote = this.#assetOf(market.quote as AssetId, () => this.#plainAsset(market.quote));
    const instrument = instrumentOf(market, { id, base, quote, increment });
    if (instrument === undefined) return undefined;
    try {
      const { multiplierUnits, multiplierScale, priceScale } = instrument;
      const terms = valueTerms({ multiplierUnits, multiplierScale, quantityScale: base.scale, priceScale, moneyScale: quote.scale });
      return { instrument, base, quote, terms };
    } catch (error) {
      // Values that cannot be kept exactly make a market that nothing can be booked in.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  #assetOf(id: AssetId, make: () => Asset): Asset {
    const known = this.#options.books().assets.get(id) ?? this.#assets.get(id);
    if (known !== undefined) return known;
    const asset = make();
    this.#assets.set(id, asset);
    return asset;
  }

  #baseAsset({ kind, base }: TradedMarket, id: AssetId, increment: string): Asset {
    if (kind === "linear") return { id, kind: "contract", scale: placesOf(increment) };
    return this.#plainAsset(base);
  }

  #plainAsset(code: string): Asset {
    const id = code as AssetId;
    if (isCash(code)) return { id, kind: "cash", scale: this.#options.cashScale(code) };
    const places = [...this.#bySymbol.values()]
      .filter(({ base, kind }) => base === code && kind === "spot")
      .map(({ increment }) => placesOf(plainDecimal(increment ?? "1")));
    return { id, kind: "coin", scale: coinScale(places) };
  }

  #tellAsset(asset: Asset): void {
    if (this.#toldAssets.has(asset.id) || this.#options.books().assets.has(asset.id)) return;
    this.#toldAssets.add(asset.id);
    this.#options.tell({ type: "DefineAsset", at: this.#options.now(), by: "venue", asset });
  }
}

/**
 * Places that a coin is kept with: eight, as exchanges' ledgers have it, so that fees in it are exact; four for coins that are traded by
 * the whole, of which people hold more than eight places leave room for (9 × 10^7).
 */
function coinScale(places: readonly number[]): Scale {
  const finest = Math.max(0, ...places);
  return places.length > 0 && finest === 0 ? 4 : Math.min(12, Math.max(8, finest));
}

/** Why a market cannot be held in the books; undefined where it can. */
export function unusable({ symbol, base, quote, settle, kind, tick, increment }: TradedMarket): string | undefined {
  if (!CODE.test(base) || !CODE.test(quote)) return `${symbol} has a name that is no code`;
  if (!isCash(quote)) return `${symbol} is paid in ${quote}, which is no cash`;
  if (kind === "spot" && isCash(base)) return `${symbol} changes cash into cash`;
  if (kind === "linear" && settle !== quote) return `${symbol} settles in ${settle ?? "nothing"}`;
  return tick === null || increment === null ? `${symbol} comes without its tick or its smallest quantity` : undefined;
}

/** As the exchange has it, to be compared with what it said before (M8). */
function contractOf(
  { symbol, quote, settle, tick, increment, quantityMin, notionalMin, contractSize }: TradedMarket,
  venue: string,
): VenueContract {
  const plain = (text: string | null): string => (text === null ? "" : plainDecimal(text));
  const steps = { tick: plain(tick), increment: plain(increment), quantityMin: plain(quantityMin), notionalMin: plain(notionalMin) };
  return {
    venueKey: symbol,
    symbol,
    exchange: venue,
    currency: settle ?? quote,
    multiplier: plain(contractSize ?? "1"),
    ...steps,
    expiry: "",
  };
}

type Parts = Readonly<{ id: InstrumentId; base: Asset; quote: Asset; increment: string }>;

function instrumentOf(market: TradedMarket, { id, base, quote, increment }: Parts): Instrument | undefined {
  const tick = plainDecimal(market.tick ?? "0");
  const priceScale = placesOf(tick);
  const tickSize = parsePrice(tick, priceScale);
  const sizeIncrement = parseQuantity(increment, base.scale);
  // A minimum finer than what is kept is rounded up: less would be refused.
  const quantityMin = market.quantityMin === null ? undefined : parseQuantity(market.quantityMin, base.scale, "up");
  const notionalMin = market.notionalMin === null ? undefined : parseMoney(market.notionalMin, quote.scale, "up");
  const multiplier = plainDecimal(market.contractSize ?? "1");
  const multiplierScale = placesOf(multiplier);
  const multiplierUnits = Number(multiplier.replace(".", ""));
  if (!tickSize.ok || !sizeIncrement.ok || priceScale > 12 || multiplierScale > 9 || !Number.isSafeInteger(multiplierUnits))
    return undefined;
  return {
    id,
    symbol: id.slice(0, id.indexOf("@")),
    base: base.id,
    quote: quote.id,
    settlement: market.kind === "linear" ? "margined" : "full",
    priceScale,
    tickSize: tickSize.value,
    sizeIncrement: sizeIncrement.value,
    quantityMin: quantityMin?.ok === true ? quantityMin.value : ZERO_QUANTITY,
    notionalMin: notionalMin?.ok === true ? notionalMin.value : ZERO_MONEY,
    multiplierUnits,
    multiplierScale,
    // A coin that is owned cannot be sold before it is there; contracts are only promises.
    shortable: market.kind === "linear",
  };
}

function rankOf({ symbol, base }: TradedMarket, id: InstrumentId, wanted: string): number | undefined {
  const [joined, own] = [symbol.replaceAll(/[^A-Z0-9]/gi, "").toUpperCase(), id.slice(0, id.indexOf("@")).replaceAll(/[^A-Z0-9]/g, "")];
  if (joined === wanted || own === wanted) return 0;
  if (base.toUpperCase() === wanted) return 1;
  if (joined.startsWith(wanted)) return 2;
  return joined.includes(wanted) ? 3 : undefined;
}
