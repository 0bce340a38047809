import { expect, test } from "vitest";
import { explain } from "../catalogue/catalogue.ts";
import { loadConfig } from "./load.ts";

const loaded = (text: string) => loadConfig({ file: { name: "bulkhead.toml", text } });
const feedOf = (text: string) => {
  const config = loaded(text);
  return config.ok ? config.config.feed : config.problems;
};

test("[CFG-40] without [feed] a desk is on the embedded market, with the backtest's seed", () => {
  expect(feedOf("")).toEqual({ source: "synthetic", seed: 42 });
  expect(feedOf("[backtest]\nseed = 7\n")).toEqual({ source: "synthetic", seed: 7 });
  expect(feedOf('[feed]\nsource = "synthetic"\nseed = 9\n')).toEqual({ source: "synthetic", seed: 9 });
});

test("[CFG-41] replay takes its own prices, else the backtest's recorded ones, and goes up to a thousand times as fast", () => {
  const csv = { format: "csv", path: "prices.csv" };
  const nothing = { from: null, to: null, resolution: null };
  expect(feedOf('[feed]\nsource = "replay"\n[[backtest.data]]\nformat = "csv"\npath = "prices.csv"\n')).toEqual({
    ...{ source: "replay", data: [csv], speed: 1 },
    ...nothing,
  });
  const own = '[feed]\nsource = "replay"\nspeed = 60\nfrom = "2013-10-07"\nto = "2013-10-08"\nresolution = "1m"\n';
  expect(feedOf(`${own}[[feed.data]]\nformat = "csv"\npath = "prices.csv"\n`)).toEqual({
    ...{ source: "replay", data: [csv], speed: 60 },
    ...{ from: "2013-10-07", to: "2013-10-08", resolution: "1m" },
  });
});

test("[CFG-42] ccxt takes the portfolios' symbols unless it has its own, minutes as they stream, and 500 bars of history", () => {
  const portfolio = '[[portfolio]]\nid = "a"\nsymbols = ["BTC/USDT@BINANCE", "ETHUSDT"]\n[[portfolio]]\nid = "b"\nsymbols = ["ETHUSDT"]\n';
  const usual = { source: "ccxt", exchange: "binance", timeframe: "1m", method: "stream", history: 500, url: null };
  expect(feedOf(`[feed]\nsource = "ccxt"\nexchange = "binance"\n${portfolio}`)).toEqual({ ...usual, symbols: ["BTC/USDT", "ETHUSDT"] });
  const own = 'symbols = ["SOL/USDT"]\ntimeframe = "5m"\nmethod = "poll"\nhistory = 0\nurl = "http://127.0.0.1:8080"\n';
  expect(feedOf(`[feed]\nsource = "ccxt"\nexchange = "binance"\n${own}${portfolio}`)).toEqual({
    ...usual,
    ...{ symbols: ["SOL/USDT"], timeframe: "5m", method: "poll", history: 0, url: "http://127.0.0.1:8080" },
  });
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ['seed = 3',                                                        "CONFIG_KEY_MISSING",          1],
  ['source = "sythetic"',                                             "CONFIG_WORD_UNKNOWN",         2],
  ['source = "synthetic"\nspeed = 5',                                 "CONFIG_KEY_UNKNOWN",          3],
  ['source = "replay"',                                               "CONFIG_FEED_DATA_MISSING",    2],
  ['source = "replay"\nspeed = 1001',                                 "CONFIG_OUT_OF_RANGE",         3],
  ['source = "replay"\nspeed = 0.5',                                  "CONFIG_TYPE_WRONG",           3],
  ['source = "replay"\ndata = [{ format = "synthetic" }]',            "CONFIG_WORD_UNKNOWN",         3],
  ['source = "replay"\nfrom = "2013-10-08"\nto = "2013-10-07"\ndata = [{ format = "csv", path = "x" }]', "CONFIG_PERIOD_EMPTY", 4],
  ['source = "ccxt"',                                                 "CONFIG_KEY_MISSING",          1],
  ['source = "ccxt"\nexchange = "binance"',                           "CONFIG_FEED_SYMBOLS_MISSING", 3],
  ['source = "ccxt"\nexchange = "../etc"\nsymbols = ["BTC/USDT"]',    "CONFIG_TYPE_WRONG",           3],
  ['source = "ccxt"\nexchange = "kraken"\ntimeframe = "tick"\nsymbols = ["BTC/USD"]', "CONFIG_WORD_UNKNOWN", 4],
  ['source = "ccxt"\nexchange = "kraken"\nurl = "http://example.com"\nsymbols = ["BTC/USD"]', "CONFIG_TYPE_WRONG", 4],
  ['source = "ccxt"\nexchange = "kraken"\napiKey = "secret"\nsymbols = ["BTC/USD"]', "CONFIG_KEY_UNKNOWN", 4],
] as const)("[CFG-43] [feed] with %j is refused by %s at line %i, in words", (text, code, line) => {
  const problems = feedOf(`[feed]\n${text}\n`);
  expect(problems).toMatchObject([{ code, origin: { line } }]);
  const [problem] = problems as readonly { code: string; params: Readonly<Record<string, unknown>> }[];
  expect(explain(problem?.code ?? "", problem?.params)).not.toMatch(/undefined|\s\?/);
});

test("[CFG-44] config show says in words where prices come from", () => {
  const config = loaded('[feed]\nsource = "ccxt"\nexchange = "kraken"\nsymbols = ["BTC/USD"]\n');
  const said = config.ok ? config.config.settings.filter(({ key }) => key.startsWith("feed.")).map(({ words }) => words) : [];
  expect(said).toEqual([
    "an exchange's public data, without keys",
    "of kraken",
    "BTC/USD",
    "bars of 1m",
    "as they stream",
    "500 bars of history to begin with",
  ]);
});
