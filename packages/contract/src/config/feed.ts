import { z } from "zod";
import type { BacktestConfig, FeedConfig, PortfolioConfig, RecordedTable } from "./config.ts";
import { recorded } from "./data.ts";
import type { DataTable } from "./file.ts";
import { type Parsed, Reader, type Sink, tableLayer } from "./reader.ts";
import { dateOrInstant, refuse, resolution, show, slug, symbols, whole, word } from "./values.ts";

const LOOPBACK = /^http:\/\/(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?\/?$/;

/** An address in place of an exchange's own: encrypted, unless it is on this machine. */
const address: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (typeof value === "string" && (LOOPBACK.test(value) || (/^https:\/\/[^/?#]+\/?$/.test(value) && URL.canParse(value)))) return value;
  return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: 'an address such as "https://api.example.com"' });
});

const exchangeName: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (typeof value === "string" && /^[a-z0-9]{2,32}$/.test(value)) return value;
  return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: 'ccxt\'s name of an exchange, such as "kraken"' });
});

const synthetic = z.strictObject({ source: z.literal("synthetic"), seed: whole(0, Number.MAX_SAFE_INTEGER).optional() });
const replay = z.strictObject({
  source: z.literal("replay"),
  /** `[[feed.data]]`; left out: what the backtest runs on. */
  data: z.array(recorded).optional(),
  /** Times the wall's speed. */
  speed: whole(1, 1_000).optional(),
  from: dateOrInstant.optional(),
  to: dateOrInstant.optional(),
  resolution: resolution.optional(),
});
const ccxt = z.strictObject({
  source: z.literal("ccxt"),
  exchange: exchangeName,
  /** Left out: what the portfolios trade. */
  symbols: symbols.optional(),
  timeframe: word(["1s", "1m", "5m", "1h", "1d"]).optional(),
  method: word(["stream", "poll"]).optional(),
  /** Bars that strategies begin with. */
  history: whole(0, 10_000).optional(),
  url: address.optional(),
});

const ibkr = z.strictObject({
  source: z.literal("ibkr"),
  /** Which account's connection; left out: the only one. */
  account: slug.optional(),
  symbols: symbols.optional(),
  timeframe: word(["1m", "5m"]).optional(),
  history: whole(0, 10_000).optional(),
});

/** `[feed]`: where a desk's prices come from. */
export const feedTable = z.discriminatedUnion("source", [synthetic, replay, ccxt, ibkr]);
export type FeedTable = z.output<typeof feedTable>;

type Around = Readonly<{
  backtest: Pick<BacktestConfig, "seed" | "data">;
  portfolios: readonly PortfolioConfig[];
  /** False: something was refused, and what is missing may be that. */
  complete: boolean;
}>;

/** Reads `[feed]`; without it, the embedded market. */
export function readFeed(parsed: Parsed<FeedTable> | undefined, around: Around, sink: Sink): FeedConfig {
  const table: FeedTable = parsed?.table ?? { source: "synthetic" };
  const layers = parsed === undefined ? [] : [tableLayer(parsed as unknown as Parsed<Flat>)];
  const reader = new Reader<Flat>("feed", layers, sink, { scale: 0, currency: "" });
  reader.say("source", table.source, SOURCE_WORDS[table.source], reader.origin("source"));
  if (table.source === "replay") return readReplay(reader, around);
  if (table.source === "ibkr") return readIbkr(reader, around);
  if (table.source === "ccxt") return readCcxt(reader, table.exchange, around);
  return { source: "synthetic", seed: reader.plain("seed", around.backtest.seed, (value) => `chance starts from seed ${value}`) };
}

/** Every key of every source. */
type Flat = Readonly<
  Partial<z.output<typeof synthetic> & z.output<typeof replay> & z.output<typeof ccxt> & z.output<typeof ibkr> & Record<string, unknown>>
>;

const SOURCE_WORDS = {
  synthetic: "prices made up by a seeded generator, around the clock",
  replay: "recorded prices, as if they came now",
  ccxt: "an exchange's public data, without keys",
  ibkr: "market data of an account at Interactive Brokers",
} as const;

function readReplay(reader: Reader<Flat>, { backtest, complete }: Around): FeedConfig {
  const data = (reader.value("data") as readonly RecordedTable[] | undefined) ?? backtest.data.filter(isRecorded);
  if (data.length === 0 && complete) reader.problem("source", "CONFIG_FEED_DATA_MISSING", {});
  for (const { path, format } of data) reader.say("data", path, `prices from ${path} (${format})`, reader.origin("data"));
  const speed = reader.plain("speed", 1, (value) => (value === 1 ? "as fast as they came" : `${value} times as fast as they came`));
  const from = (reader.value("from") as string | undefined) ?? null;
  const to = (reader.value("to") as string | undefined) ?? null;
  if (from !== null && to !== null && to.slice(0, 10) < from.slice(0, 10)) reader.problem("to", "CONFIG_PERIOD_EMPTY", { from, to });
  reader.say("from", from ?? "", from === null ? "begins with the first bar" : `begins ${from}`, reader.origin("from"));
  reader.say("to", to ?? "", to === null ? "ends with the last bar" : `ends ${to}`, reader.origin("to"));
  const resolution = (reader.value("resolution") as string | undefined) ?? null;
  const words = resolution === null ? "the finest bars that the prices have" : `bars of ${resolution}`;
  reader.say("resolution", resolution ?? "", words, reader.origin("resolution"));
  return { source: "replay", data, speed: Number(speed), from, to, resolution };
}

const isRecorded = (source: DataTable): source is RecordedTable => source.format !== "synthetic";

/** What is wanted of an exchange or broker: as it says, else what the portfolios trade. */
function wantedSymbols(reader: Reader<Flat>, { portfolios, complete }: Around, key: "exchange" | "source"): readonly string[] {
  const traded = portfolios.flatMap((portfolio) => portfolio.symbols ?? []).map((symbol) => symbol.replace(/@.*$/, ""));
  const wanted = (reader.value("symbols") as readonly string[] | undefined) ?? [...new Set(traded)];
  if (wanted.length === 0 && complete) reader.problem(key, "CONFIG_FEED_SYMBOLS_MISSING", {});
  reader.say("symbols", wanted.join(","), wanted.join(", "), reader.origin("symbols"));
  return wanted;
}

function readIbkr(reader: Reader<Flat>, around: Around): FeedConfig {
  const account = (reader.value("account") as string | undefined) ?? null;
  const whose = account === null ? "over the only account's connection" : `over the connection of account ${account}`;
  reader.say("account", account ?? "", whose, reader.origin("account"));
  const symbols = wantedSymbols(reader, around, "source");
  const timeframe = reader.plain("timeframe", "1m", (value) => `bars of ${value}`) as "1m" | "5m";
  const history = Number(reader.plain("history", 500, (value) => `${value} bars of history to begin with`));
  return { source: "ibkr", account, symbols, timeframe, history };
}

function readCcxt(reader: Reader<Flat>, exchange: string, around: Around): FeedConfig {
  reader.say("exchange", exchange, `of ${exchange}`, reader.origin("exchange"));
  const wanted = wantedSymbols(reader, around, "exchange");
  const timeframe = reader.plain("timeframe", "1m", (value) => `bars of ${value}`);
  const method = reader.plain("method", "stream", (value) => (value === "poll" ? "asked for" : "as they stream"));
  const history = reader.plain("history", 500, (value) => `${value} bars of history to begin with`);
  const url = (reader.value("url") as string | undefined) ?? null;
  if (url !== null) reader.say("url", url, `at ${url} in place of the exchange's own address`, reader.origin("url"));
  return {
    source: "ccxt",
    exchange,
    symbols: wanted,
    timeframe: timeframe as Extract<FeedConfig, { source: "ccxt" }>["timeframe"],
    method: method as "stream" | "poll",
    history: Number(history),
    url,
  };
}
