import type { InstrumentId } from "@bulkhead/core";
import {
  type FeedQuote,
  type FeedStep,
  GrowingSeries,
  type GrownBar,
  type InstrumentFacts,
  pairText,
  type Resolution,
} from "@bulkhead/market";
import {
  isPositive,
  isWholeSteps,
  type Parsed,
  type Price,
  parsePrice,
  parseQuantity,
  roundToStep,
  type Scale,
  UNITS_MAX,
  unitsOf,
} from "@bulkhead/money";
import type { Candle } from "./candle-line.ts";
import { placesOf, plainDecimal } from "./decimal.ts";
import type { MarketText, QuoteText } from "./messages.ts";

/** The id of what a person writes as `BTC/USDT`, `BTCUSDT` or `BTC/USDT:USDT`: a perpetual says so. */
export const instrumentIdOf = (written: string, venue: string): InstrumentId => `${pairText(written)}@${venue}` as InstrumentId;

/** What an exchange says about a market, as terms of trade. Coins trade around the clock; a perpetual's contracts are an asset of their venue. */
export function factsOf(market: MarketText, venue: string): InstrumentFacts {
  const tickSize = plainDecimal(market.tick);
  const isPerpetual = market.kind === "perpetual";
  const id = instrumentIdOf(`${market.base}/${market.quote}${isPerpetual ? ":" : ""}`, venue);
  return {
    id,
    symbol: id.slice(0, id.indexOf("@")),
    venue,
    kind: market.kind,
    base: isPerpetual ? id : market.base,
    quote: market.quote,
    priceScale: placesOf(tickSize),
    tickSize,
    sizeIncrement: plainDecimal(market.increment),
    ...(market.quantityMin === null ? {} : { quantityMin: plainDecimal(market.quantityMin) }),
    ...(market.notionalMin === null ? {} : { notionalMin: plainDecimal(market.notionalMin) }),
    calendar: "24/7",
  };
}

/** Where the terms in force and those that the exchange names now differ, in words; undefined where they do not. */
export function differenceOf(inForce: InstrumentFacts, now: InstrumentFacts): string | undefined {
  const names = ["tickSize", "sizeIncrement", "base", "quote"] as const;
  const found = names.flatMap((name) => (inForce[name] === now[name] ? [] : [`${WORDS[name]} ${now[name]}, kept here ${inForce[name]}`]));
  return found.length === 0 ? undefined : `${inForce.id}: the exchange says ${found.join("; ")}.`;
}
const WORDS = { tickSize: "tick", sizeIncrement: "smallest quantity", base: "base", quote: "quote currency" } as const;

/** One market of a live feed: its terms, its bars, and how text becomes integers of its scales. Prices are put on the tick, half-even. */
export class LiveMarket {
  readonly facts: InstrumentFacts;
  readonly series: GrowingSeries;
  readonly #barMs: number;
  readonly #tick: Price;
  readonly #quantityScale: Scale;

  constructor(facts: InstrumentFacts, bars: Readonly<{ resolution: Resolution; barMs: number; exchange: string; format?: string }>) {
    this.facts = facts;
    this.#barMs = bars.barMs;
    this.#tick = insist(parsePrice(facts.tickSize, facts.priceScale));
    this.#quantityScale = placesOf(facts.sizeIncrement);
    this.series = new GrowingSeries({
      instrument: facts.id,
      resolution: bars.resolution,
      priceScale: facts.priceScale,
      volumeScale: Math.min(this.#quantityScale, VOLUME_PLACES_MAX),
      source: { format: bars.format ?? "ccxt", path: bars.exchange, zone: "UTC", adjustment: "raw", session: "regular" },
    });
  }

  closeAt(openAt: number): number {
    return openAt + this.#barMs;
  }

  /** A bar of our scales; undefined where it is none: a price of nothing, an extreme that is not one. */
  barOf({ openAt, ...text }: Candle): GrownBar | undefined {
    const [open, high, low, close] = [text.open, text.high, text.low, text.close].map((each) => this.priceOf(each));
    if (open === undefined || high === undefined || low === undefined || close === undefined) return undefined;
    if (low > Math.min(open, close) || high < Math.max(open, close)) return undefined;
    return { openAt, closeAt: this.closeAt(openAt), open, high, low, close, volume: this.#volumeOf(text.volume) };
  }

  /** A price in units of the price scale, on the tick; undefined where it is not above zero or beyond what is kept exactly. */
  priceOf(text: string): number | undefined {
    const parsed = parsePrice(text, this.facts.priceScale, "half-even");
    if (!parsed.ok) return undefined;
    const price = isWholeSteps(parsed.value, this.#tick) ? parsed.value : roundToStep(parsed.value, this.#tick, "half-even");
    return isPositive(price) ? unitsOf(price) : undefined;
  }

  /** Best prices; undefined where they are crossed or nothing is shown. */
  quoteOf(market: number, text: QuoteText): FeedQuote | undefined {
    const [bid, ask] = [this.priceOf(text.bid), this.priceOf(text.ask)];
    const [bidSize, askSize] = [text.bidSize, text.askSize].map((each) => parseQuantity(each, this.#quantityScale, "down"));
    if (bid === undefined || ask === undefined || bid > ask || bidSize?.ok !== true || askSize?.ok !== true) return undefined;
    return { market, bid, bidSize: bidSize.value, ask, askSize: askSize.value };
  }

  #volumeOf(text: string): number {
    const parsed = parseQuantity(text, this.series.volumeScale, "half-even");
    return parsed.ok ? unitsOf(parsed.value) : UNITS_MAX;
  }
}

type Landing = Readonly<{ step: FeedStep; number: number; hasBegun: boolean }>;

/** Adds a closed bar to its market and to the step that it belongs to, unless all is history still. */
export function landBar(market: LiveMarket, candle: Candle, { step, number, hasBegun }: Landing): GrownBar | "invalid" | "known" {
  const { series } = market;
  const bar = market.barOf(candle);
  const wasOpened = series.opened > series.length && series.openAt[series.length] === candle.openAt;
  if (bar === undefined) return "invalid";
  if (!series.end(bar)) return "known";
  if (!hasBegun) return bar;
  if (!wasOpened) step.opened[step.openings++] = number;
  step.markets[step.closed] = number;
  step.bars[step.closed++] = series.length - 1;
  return bar;
}

/** The same for a bar that begins. */
export function landOpening(
  market: LiveMarket,
  { openAt, open }: Pick<Candle, "openAt" | "open">,
  { step, number, hasBegun }: Landing,
): "landed" | "invalid" | "known" {
  const price = market.priceOf(open);
  if (price === undefined) return "invalid";
  if (!market.series.begin(openAt, market.closeAt(openAt), price)) return "known";
  if (hasBegun) step.opened[step.openings++] = number;
  return "landed";
}

const VOLUME_PLACES_MAX = 8;

function insist<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new RangeError(`MARKET_TERMS: ${parsed.problem}`);
  return parsed.value;
}
