import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Candle } from "./candle-line.ts";
import type { MarketText, QuoteText, WorkerSetup } from "./messages.ts";
import type { CcxtMarket } from "./trading/texts.ts";

/** What will not get better by trying again. */
export class Impossible extends Error {}

/** A best price before its market's number is known. */
export type BestPrice = Omit<QuoteText, "market"> & Readonly<{ symbol: string }>;

/** What is used of a ccxt exchange. Figures are text (`number = String`) or, from streams, floats made of the exchange's text. */
type Ccxt = {
  number: unknown;
  urls: { api?: unknown };
  options: Record<string, unknown>;
  has: Record<string, unknown>;
  timeframes?: Record<string, unknown>;
  markets: Record<string, CcxtMarket> | undefined;
  bidsasks?: unknown;
  loadMarkets(): Promise<Record<string, CcxtMarket>>;
  setMarkets(markets: unknown): unknown;
  loadHttpProxyAgent(): Promise<unknown>;
  fetchTime(): Promise<unknown>;
  fetchOHLCV(symbol: string, timeframe: string, since?: number, limit?: number): Promise<unknown>;
  watchOHLCV(symbol: string, timeframe: string, since?: number, limit?: number): Promise<unknown>;
  fetchBidsAsks(symbols: readonly string[]): Promise<unknown>;
  fetchTickers(symbols: readonly string[]): Promise<unknown>;
  watchBidsAsks(symbols: readonly string[]): Promise<unknown>;
  close(): Promise<unknown>;
};

type CcxtClass = new (config: object) => Ccxt;

/** Codes of assets as ids have them. */
const CODE = /^[A-Z0-9][A-Z0-9.$-]{0,23}$/;
/** Bars that one question asks for. */
const PAGE = 500;
/** Rows of the stream's memory that are looked at: what was said last of each bar is among them. */
const STREAM_ROWS = 5;

/** One exchange through ccxt: its answers as text, unknown until the desk has validated them. A new one is made for every connection. */
export class Exchange {
  readonly #ccxt: Ccxt;
  readonly #setup: WorkerSetup;
  /** What it said that is no price, so far. */
  invalid = 0;

  private constructor(ccxt: Ccxt, setup: WorkerSetup) {
    this.#ccxt = ccxt;
    this.#setup = setup;
  }

  /** Loads the exchange's own part of ccxt, and no other. */
  static async open(setup: WorkerSetup, markets: unknown): Promise<Exchange> {
    const Class = (await classOf(setup.exchange)) as CcxtClass;
    const ccxt = new Class({ enableRateLimit: true, timeout: setup.timings.answerMs, options: { newUpdates: false } });
    ccxt.number = String;
    onlySpot(ccxt, setup.symbols);
    if (setup.url !== null) {
      ccxt.urls.api = elsewhere(ccxt.urls.api, setup.url);
      // Without it ccxt refuses plain sockets.
      if (setup.url.startsWith("http:")) await ccxt.loadHttpProxyAgent();
    }
    const exchange = new Exchange(ccxt, setup);
    exchange.#insist();
    if (markets === undefined) await ccxt.loadMarkets();
    else ccxt.setMarkets(markets);
    return exchange;
  }

  /** For the next connection. */
  get markets(): unknown {
    return this.#ccxt.markets;
  }
  get streams(): boolean {
    return this.#setup.method === "stream" && this.#ccxt.has["watchOHLCV"] === true;
  }
  get streamsQuotes(): boolean {
    return this.#setup.method === "stream" && this.#ccxt.has["watchBidsAsks"] === true;
  }
  get answersQuotes(): boolean {
    return this.#ccxt.has["fetchBidsAsks"] === true || this.#ccxt.has["fetchTickers"] === true;
  }

  /** The market that a person's symbol means, or why it cannot be traded on. */
  marketOf(written: string): MarketText | Readonly<{ unusable: string }> {
    const found = this.#find(written);
    if (found === undefined) return { unusable: `${this.#setup.exchange} has no ${written}${this.#near(written)}` };
    const { symbol, base, quote, precision, limits } = found;
    const kind = found.spot === true ? "coin" : "perpetual";
    if (kind === "perpetual" && (found.linear !== true || Number(found.contractSize ?? 1) !== 1))
      return { unusable: `${symbol} is an inverse contract, or one of other than one coin, and neither is modelled` };
    if (!CODE.test(base) || !CODE.test(quote)) return { unusable: `${symbol} has a name that is no code` };
    const [tick, increment] = [decimalText(precision?.price), decimalText(precision?.amount)];
    if (tick === undefined || increment === undefined) return { unusable: `${symbol} comes without its tick or its smallest quantity` };
    return {
      symbol,
      kind,
      base,
      quote,
      tick,
      increment,
      quantityMin: decimalText(limits?.amount?.min) ?? null,
      notionalMin: decimalText(limits?.cost?.min) ?? null,
    };
  }

  /** The exchange's own time, where it says; else undefined. */
  async time(): Promise<number | undefined> {
    if (this.#ccxt.has["fetchTime"] !== true) return undefined;
    const at = Number(await this.#ccxt.fetchTime());
    return Number.isSafeInteger(at) ? at : undefined;
  }

  /** Bars that open at or after `since`, the one in progress among them; oldest first, `PAGE` at most. */
  async candles(symbol: string, since: number): Promise<readonly Candle[]> {
    return this.#counted(candlesOf(await this.#ccxt.fetchOHLCV(symbol, this.#setup.timeframe, since, PAGE)));
  }

  /** Waits for the stream's next word; the last bars as it has them. */
  async watchCandles(symbol: string): Promise<readonly Candle[]> {
    return this.#counted(candlesOf(await this.#ccxt.watchOHLCV(symbol, this.#setup.timeframe, undefined, STREAM_ROWS)));
  }

  /** Waits for the next best price of any. */
  async watchQuotes(symbols: readonly string[]): Promise<readonly BestPrice[]> {
    return this.#counted(bestPrices(await this.#ccxt.watchBidsAsks(symbols)));
  }

  async quotes(symbols: readonly string[]): Promise<readonly BestPrice[]> {
    const all = this.#ccxt.has["fetchBidsAsks"] === true ? this.#ccxt.fetchBidsAsks(symbols) : this.#ccxt.fetchTickers(symbols);
    return this.#counted(bestPrices(await all));
  }

  async close(): Promise<void> {
    await this.#ccxt.close();
  }

  #counted<T>({ found, invalid }: Read<T>): readonly T[] {
    this.invalid += invalid;
    return found;
  }

  #insist(): void {
    const { exchange, timeframe } = this.#setup;
    if (this.#ccxt.has["fetchOHLCV"] !== true) throw new Impossible(`${exchange} publishes no bars`);
    const known = Object.keys(this.#ccxt.timeframes ?? {});
    if (!known.includes(timeframe)) throw new Impossible(`${exchange} has no bars of ${timeframe}; it has ${known.join(", ")}`);
  }

  #find(written: string): CcxtMarket | undefined {
    const markets = this.#tradable();
    const wanted = written.toUpperCase();
    const exact = markets.find(({ symbol }) => symbol.toUpperCase() === wanted);
    if (exact !== undefined) return exact;
    const isPerpetual = wanted.endsWith("-PERP");
    const joined = wanted.replace(/-PERP$/, "").replaceAll(/[^A-Z0-9]/g, "");
    return markets.find(
      ({ base, quote, spot, swap }) => `${base}${quote}`.toUpperCase() === joined && (isPerpetual ? swap === true : spot === true),
    );
  }

  #tradable(): readonly CcxtMarket[] {
    return Object.values(this.#ccxt.markets ?? {}).filter(({ active, spot, swap }) => active !== false && (spot === true || swap === true));
  }

  #near(written: string): string {
    const start = written
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]/g, "")
      .slice(0, 3);
    const near = this.#tradable().flatMap(({ symbol, base }) => (base.toUpperCase().startsWith(start) ? [symbol] : []));
    return near.length === 0 ? "" : `; it has ${near.slice(0, 5).join(", ")}`;
  }
}

/** Loading all of ccxt takes 60 MB and a quarter of a second more than the one exchange that is wanted. */
export async function classOf(id: string): Promise<new (config: object) => unknown> {
  const door = import.meta.resolve("ccxt");
  if (!/^[a-z0-9]{2,32}$/.test(id)) throw new Impossible(`${id} is no exchange`);
  for (const path of [`./src/pro/${id}.js`, `./src/${id}.js`]) {
    const file = new URL(path, door);
    if (existsSync(fileURLToPath(file))) return ((await import(file.href)) as { default: new (config: object) => unknown }).default;
  }
  throw new Impossible(`ccxt knows no exchange ${id}`);
}

/** Perpetuals and options are hundreds of kilobytes that nobody asked for. */
function onlySpot(ccxt: Ccxt, symbols: readonly string[]): void {
  if (symbols.some((symbol) => /-PERP$|:/i.test(symbol))) return;
  const asked = ccxt.options["fetchMarkets"] as { types?: unknown } | undefined;
  if (Array.isArray(asked?.types) && asked.types.includes("spot")) asked.types = ["spot"];
}

/** Every address with another host: sockets stay sockets, paths stay paths. */
export function elsewhere(value: unknown, url: string): unknown {
  const origin = url.replace(/\/+$/, "");
  if (typeof value === "string")
    return value.replace(/^https?:\/\/[^/]*/, origin).replace(/^wss?:\/\/[^/]*/, origin.replace(/^http/, "ws"));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, elsewhere(each, url)]));
}

/** What an answer says, and how much of it is no price. */
type Read<T> = Readonly<{ found: readonly T[]; invalid: number }>;
const NOTHING = { found: [], invalid: 0 } as const;

/** Rows `[ms, open, high, low, close, volume]`; one that is no bar is left out. A bar without trades may come without a volume. */
function candlesOf(rows: unknown): Read<Candle> {
  if (!Array.isArray(rows)) return NOTHING;
  const found = rows.flatMap((row: unknown): Candle[] => {
    if (!Array.isArray(row)) return [];
    const openAt = Number(row[0]);
    const [open, high, low, close] = [1, 2, 3, 4].map((i) => decimalText(row[i]));
    const volume = decimalText(row[5]) ?? "0";
    if (!Number.isSafeInteger(openAt) || open === undefined || high === undefined || low === undefined || close === undefined) return [];
    return [{ openAt, open, high, low, close, volume }];
  });
  return { found, invalid: rows.length - found.length };
}

/** A side without anybody is no bad value: it is left out, and not counted. */
function bestPrices(tickers: unknown): Read<BestPrice> {
  if (typeof tickers !== "object" || tickers === null) return NOTHING;
  let invalid = 0;
  const found = Object.values(tickers).flatMap((each: unknown): BestPrice[] => {
    const ticker = each as Readonly<Record<string, unknown>> | null;
    const symbol = ticker?.["symbol"];
    const [bid, ask] = [decimalText(ticker?.["bid"]), decimalText(ticker?.["ask"])];
    if (typeof symbol !== "string") return [];
    if (isBad(ticker?.["bid"]) || isBad(ticker?.["ask"])) invalid += 1;
    if (bid === undefined || ask === undefined) return [];
    return [{ symbol, bid, bidSize: decimalText(ticker?.["bidVolume"]) ?? "0", ask, askSize: decimalText(ticker?.["askVolume"]) ?? "0" }];
  });
  return { found, invalid };
}

/** Said, and no figure. */
const isBad = (value: unknown): boolean => value !== undefined && value !== null && decimalText(value) === undefined;

/**
 * Decimal text of a figure. ccxt's streams turn the exchange's text into floats; the shortest text of a float gives back what it was made
 * of, up to fifteen digits.
 */
export function decimalText(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0 ? String(value) : undefined;
  if (typeof value !== "string") return undefined;
  return /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value) ? value : undefined;
}
