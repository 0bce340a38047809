import { unitsOf } from "@bulkhead/money";
import { describe, expect, test } from "vitest";
import { explain } from "../catalogue/catalogue.ts";
import type { Config } from "./config.ts";
import type { ConfigInput } from "./input.ts";
import { loadConfig } from "./load.ts";
import { type ConfigProblem, originText } from "./problem.ts";

/** The configuration that people were promised would run as it stands. */
const FIRST = `[account]
base_currency = "USD"
starting_cash = "100000"

[backtest]
from = "2013-10-07"
to = "2013-10-11"
resolution = "1m"                 # "1d", "1h", "1m", "tick"

[[backtest.data]]
format = "lean"                   # "csv" takes columns, zone and symbol as well
path = "../shared/data/equities/lean"

[[portfolio]]
id = "aggressive"
name = "Aggressive Growth"
starting_cash = "50000"
symbols = ["SPY", "IBM"]
strategy = "sma-cross"            # a built-in, or a path to a .ts file
params = { fast = 10, slow = 30 }
max_position_pct = 0.5

[[portfolio]]
id = "conservative"
starting_cash = "50000"
symbols = ["SPY"]
strategy = "buy-and-hold"
`;

function load(text: string, more: Omit<ConfigInput, "file"> = {}): Config {
  const loaded = loadConfig({ ...more, file: { name: "bulkhead.toml", text } });
  if (!loaded.ok) throw new Error(loaded.problems.map(said).join("\n"));
  return loaded.config;
}

function refused(text: string, more: Omit<ConfigInput, "file"> = {}): readonly ConfigProblem[] {
  const loaded = loadConfig({ ...more, file: { name: "bulkhead.toml", text } });
  return loaded.ok ? [] : loaded.problems;
}

const said = (problem: ConfigProblem): string =>
  `${originText(problem.origin)} ${problem.path} ${problem.code}: ${explain(problem.code, problem.params)}`;
const codes = (problems: readonly ConfigProblem[]): readonly string[] =>
  problems.map((problem) => `${originText(problem.origin)} ${problem.code}`);
const portfolio = (config: Config, id: string) => config.accounts.flatMap((account) => account.portfolios).find((each) => each.id === id);
const words = (config: Config, key: string): string | undefined => {
  const setting = config.settings.find((each) => each.key === key);
  return setting === undefined ? undefined : `${setting.words}, from ${originText(setting.origin) || "default"}`;
};

describe("files", () => {
  test("[CFG-1] the first configuration loads as it stands (S0.10, S0.31)", () => {
    const config = load(FIRST);
    const [account] = config.accounts;
    expect(account).toMatchObject({ id: "main", baseCurrency: "USD", scale: 6, startingCash: 100_000_000_000 });
    expect(account?.portfolios.map(({ id, strategy, symbols }) => ({ id, strategy, symbols }))).toEqual([
      { id: "aggressive", strategy: "sma-cross", symbols: ["SPY", "IBM"] },
      { id: "conservative", strategy: "buy-and-hold", symbols: ["SPY"] },
    ]);
    expect(portfolio(config, "aggressive")).toMatchObject({
      params: { fast: 10, slow: 30 },
      settings: { name: "Aggressive Growth", limits: { maxPositionPct: 500_000_000 } },
    });
    expect(config.backtest).toMatchObject({
      from: "2013-10-07",
      to: "2013-10-11",
      resolution: "1m",
      data: [{ format: "lean", path: "../shared/data/equities/lean" }],
    });
  });

  test("[CFG-2] [account] is one [[account]] named main", () => {
    const single = load('[account]\nstarting_cash = 5\n[[portfolio]]\nid = "a"\nstarting_cash = 5\n');
    const listed = load('[[account]]\nid = "main"\nstarting_cash = 5\n[[portfolio]]\nid = "a"\nstarting_cash = 5\n');
    expect(single.accounts).toEqual(listed.accounts);
  });

  test("[CFG-2] each portfolio goes to its account; one that names none of several, or another, is refused", () => {
    const two = '[[account]]\nid = "ib"\n[[account]]\nid = "coins"\nbase_currency = "USDT"\n';
    const config = load(`${two}[[portfolio]]\nid = "a"\naccount = "coins"\n[[portfolio]]\nid = "b"\naccount = "ib"\n`);
    expect(config.accounts.map((account) => [account.id, account.portfolios.map((each) => each.id)])).toEqual([
      ["ib", ["b"]],
      ["coins", ["a"]],
    ]);
    expect(codes(refused(`${two}[[portfolio]]\nid = "a"\n[[portfolio]]\nid = "b"\naccount = "no"\n`))).toEqual([
      "bulkhead.toml:7 CONFIG_ACCOUNT_UNCLEAR",
      "bulkhead.toml:10 CONFIG_ACCOUNT_UNKNOWN",
    ]);
  });

  test.each(["none", "ibkr-fixed"])("[CFG-31] the fee model %s may be named alone, as in docs/configuration.md", (model) => {
    const [account] = load(`[account]\nfee = "${model}"\n`).accounts;
    expect(account?.fee).toMatchObject({ model });
  });

  test.each([
    ["stratgy", "strategy"],
    ["starting-cash", "starting_cash"],
    ["max_positon_pct", "max_position_pct"],
    ["symbol", "symbols"],
  ])("[CFG-3] the unknown key %s is refused: did you mean %s?", (key, meant) => {
    const [problem] = refused(`[[portfolio]]\nid = "a"\n${key} = "x"\n`);
    expect(problem).toMatchObject({ code: "CONFIG_KEY_UNKNOWN", path: `portfolio[1].${key}`, origin: { line: 3, column: 1 } });
    expect(problem === undefined ? "" : said(problem)).toContain(`Did you mean ${meant}?`);
  });

  test("[CFG-3] unknown keys are refused at the top, in inline tables and in every list", () => {
    const text =
      '[acount]\n[account]\nfee = { model = "percent", rat = 1 }\n[[backtest.data]]\nformat = "csv"\npath = "x"\ncolumns = { tiem = 1 }\nfoo = 1\n';
    expect(codes(refused(text))).toEqual([
      "bulkhead.toml:1 CONFIG_KEY_UNKNOWN",
      "bulkhead.toml:3 CONFIG_KEY_MISSING",
      "bulkhead.toml:3 CONFIG_KEY_UNKNOWN",
      "bulkhead.toml:7 CONFIG_KEY_UNKNOWN",
      "bulkhead.toml:8 CONFIG_KEY_UNKNOWN",
    ]);
  });

  test("[CFG-4] every problem is said at once, in the order of the lines", () => {
    const text = FIRST.replace("0.5", "5")
      .replace('"lean"', '"leen"')
      .replace('id = "conservative"', 'id = "Aggressive"')
      .replace('strategy = "buy', 'stratgy = "buy')
      .replace("slow = 30", "slow = [1]");
    expect(codes(refused(text))).toEqual([
      "bulkhead.toml:11 CONFIG_WORD_UNKNOWN",
      "bulkhead.toml:20 CONFIG_TYPE_WRONG",
      "bulkhead.toml:21 CONFIG_PERCENT_UNCLEAR",
      "bulkhead.toml:24 CONFIG_ID_INVALID",
      "bulkhead.toml:24 CONFIG_ID_TWICE",
      "bulkhead.toml:27 CONFIG_KEY_UNKNOWN",
    ]);
  });

  test("[CFG-4] what is not TOML names its line and column", () => {
    expect(refused('[account]\nbase_currency = "USD\n')).toMatchObject([{ code: "CONFIG_SYNTAX", origin: { line: 2 } }]);
  });
});

describe("values", () => {
  test.each([
    ['"50%"', 500_000_000],
    ["0.5", 500_000_000],
    ['"0.5"', 500_000_000],
    ["1", 1_000_000_000],
    ['"150%"', 1_500_000_000],
    ['"0.0000001%"', 1],
    ["4e-2", 40_000_000],
  ])("[CFG-5] %s is a percentage", (written, billionths) => {
    const limit = portfolio(load(`[[portfolio]]\nid = "a"\nmax_position_pct = ${written}\n`), "a")?.settings.limits.maxPositionPct ?? null;
    expect(limit === null ? null : unitsOf(limit)).toBe(billionths);
  });

  test.each([
    ["5", "CONFIG_PERCENT_UNCLEAR"],
    ['"5"', "CONFIG_PERCENT_UNCLEAR"],
    ["1.5", "CONFIG_PERCENT_UNCLEAR"],
    ["0", "CONFIG_OUT_OF_RANGE"],
    ["-0.1", "CONFIG_OUT_OF_RANGE"],
    ['"-5%"', "CONFIG_OUT_OF_RANGE"],
    ['"five"', "CONFIG_PERCENT_INVALID"],
    ["true", "CONFIG_PERCENT_INVALID"],
    ["nan", "CONFIG_PERCENT_INVALID"],
    ['"0.00000001%"', "CONFIG_AMOUNT_TOO_FINE"],
  ])("[CFG-5] %s is refused as a percentage", (written, code) => {
    expect(refused(`[[portfolio]]\nid = "a"\nmax_position_pct = ${written}\n`)).toMatchObject([{ code, origin: { line: 3 } }]);
  });

  test("[CFG-5] the refusal of 5 says both ways to write it", () => {
    const [problem] = refused('[[portfolio]]\nid = "a"\nmax_position_pct = 5\n');
    expect(problem === undefined ? "" : said(problem)).toContain('Write "5%" or 0.05.');
  });

  test.each([
    ["0.1", 100_000],
    ['"0.1"', 100_000],
    ["50_000", 50_000_000_000],
    ["1e5", 100_000_000_000],
    ['"0.000001"', 1],
    ["0", 0],
  ])("[CFG-6] starting_cash = %s is taken exactly", (written, units) => {
    const cash = portfolio(load(`[[portfolio]]\nid = "a"\nstarting_cash = ${written}\n`), "a")?.startingCash;
    expect(cash === undefined ? undefined : unitsOf(cash)).toBe(units);
  });

  test.each([
    ["0.10000000000000000001", "CONFIG_NUMBER_INEXACT"],
    ["9007199254740.9935", "CONFIG_NUMBER_INEXACT"],
    ['"0.0000001"', "CONFIG_AMOUNT_TOO_FINE"],
    ['"99999999999999"', "CONFIG_AMOUNT_TOO_LARGE"],
    ['"ten"', "CONFIG_AMOUNT_INVALID"],
    ['"1,000"', "CONFIG_AMOUNT_INVALID"],
    ["inf", "CONFIG_AMOUNT_INVALID"],
    ["-1", "CONFIG_OUT_OF_RANGE"],
    ["{}", "CONFIG_AMOUNT_INVALID"],
  ])("[CFG-6] starting_cash = %s is refused", (written, code) => {
    expect(codes(refused(`[[portfolio]]\nid = "a"\nstarting_cash = ${written}\n`))).toContain(`bulkhead.toml:3 ${code}`);
  });

  test("[CFG-7] ids are slugs, unique without regard to case", () => {
    const text =
      '[[portfolio]]\nid = "a"\n[[portfolio]]\nid = "A"\n[[portfolio]]\nid = "unattributed"\n[[portfolio]]\nid = "My Fund"\n[[account]]\nid="x"\n[[account]]\nid="x"\n';
    const problems = refused(text);
    expect(codes(problems)).toEqual([
      "bulkhead.toml:4 CONFIG_ID_INVALID",
      "bulkhead.toml:4 CONFIG_ID_TWICE",
      "bulkhead.toml:6 CONFIG_ID_RESERVED",
      "bulkhead.toml:8 CONFIG_ID_INVALID",
      "bulkhead.toml:12 CONFIG_ID_TWICE",
    ]);
    expect(problems.map(said).join("\n")).toContain('Write "my-fund".');
  });

  test.each([
    ['from = "2013-02-30"', "CONFIG_DATE_INVALID"],
    ['from = "07.10.2013"', "CONFIG_DATE_INVALID"],
    ['from = "2013-10-11"\nto = "2013-10-07"', "CONFIG_PERIOD_EMPTY"],
    ['mark_every = "5 parsecs"', "CONFIG_DURATION_INVALID"],
    ["mark_every = 60", "CONFIG_DURATION_INVALID"],
    ['mark_every = "1ms"', "CONFIG_OUT_OF_RANGE"],
    ["seed = -1", "CONFIG_OUT_OF_RANGE"],
    ["seed = 1.5", "CONFIG_TYPE_WRONG"],
    ['data = "x"', "CONFIG_TYPE_WRONG"],
    ['resolution = "15m"', "CONFIG_WORD_UNKNOWN"],
    ['data = [{ format = "synthetic" }, { format = "lean", path = "x" }]', "CONFIG_DATA_MIXED"],
    ['data = [{ format = "synthetic", path = "x" }]', "CONFIG_KEY_UNKNOWN"],
  ])("[CFG-19] [backtest] %s is refused", (line, code) => {
    expect(refused(`[backtest]\n${line}\n`).map((problem) => problem.code)).toEqual([code]);
  });

  test.each([
    ['time_zone = "Mars/Olympus"', "CONFIG_ZONE_UNKNOWN"],
    ['symbols = "SPY,"', "CONFIG_SYMBOL_INVALID"],
    ['symbols = ["SPY", "SPY"]', "CONFIG_SYMBOL_TWICE"],
    ["symbols = []", "CONFIG_OUT_OF_RANGE"],
    ['name = "a\\nb"', "CONFIG_OUT_OF_RANGE"],
    ['lot_matching = "best"', "CONFIG_WORD_UNKNOWN"],
    ["max_open_positions = 2.5", "CONFIG_TYPE_WRONG"],
    ['active = "yes"', "CONFIG_TYPE_WRONG"],
    ["params = { fast = 1 }", "CONFIG_PARAMS_WITHOUT_STRATEGY"],
  ])("[CFG-19] [[portfolio]] %s is refused", (line, code) => {
    expect(refused(`[[portfolio]]\nid = "a"\n${line}\n`).map((problem) => problem.code)).toEqual([code]);
  });

  test("[CFG-19] TOML dates and instants with an offset are dates", () => {
    expect(load("[backtest]\nfrom = 2013-10-07\nto = 2013-10-11T16:00:00-04:00\n").backtest).toMatchObject({ from: "2013-10-07" });
    expect(load('[account]\nbase_currency = "JPY"\n').accounts[0]?.scale).toBe(4);
  });
});

describe("limits", () => {
  const LIMITS = `max_position_pct = "4%"
max_position_size = 500
max_total_exposure = 5000
max_leverage = 1.5
max_net_exposure = 3000
max_positions = 20
max_order_notional = 1000
max_orders_per_minute = 60
collar_pct = "5%"
max_daily_loss_pct = "2%"
max_daily_loss = 250
max_drawdown_pct = "10%"
loss_limits = [{ window = "rolling-24h", pct = "3%" }, { window = "lifetime", amount = "750.50" }]
`;
  const read = {
    maxPositionPct: 40_000_000,
    maxPositionSize: 500_000_000,
    maxTotalExposure: 5_000_000_000,
    maxLeverage: 1_500_000_000,
    maxNetExposure: 3_000_000_000,
    maxOpenPositions: 20,
    maxOrderNotional: 1_000_000_000,
    maxOrdersPerMinute: 60,
    collar: 50_000_000,
    losses: [
      { window: "day", fraction: 20_000_000, amount: null },
      { window: "day", fraction: null, amount: 250_000_000 },
      { window: "drawdown", fraction: 100_000_000, amount: null },
      { window: "rolling-24h", fraction: 30_000_000, amount: null },
      { window: "lifetime", fraction: null, amount: 750_500_000 },
    ],
  };

  test("[CFG-8] a portfolio and an account take the same limits by the same names (S0.12, S1.16, S1.107, C1)", () => {
    const config = load(`[account]\n${LIMITS}\n[[portfolio]]\nid = "a"\n${LIMITS}`);
    expect(config.accounts[0]?.settings.limits).toEqual(read);
    expect(portfolio(config, "a")?.settings.limits).toEqual(read);
  });

  test("[CFG-8] names of S1.20 are taken as ours, and both at once are refused", () => {
    const config = load('[[portfolio]]\nid = "a"\nmin_confidence = 0.75\nstop_loss_percentage = 0.15\ntake_profit_percentage = 0.25\n');
    expect(portfolio(config, "a")?.settings).toMatchObject({
      minConfidence: 750_000_000,
      protection: { stopLossPct: 150_000_000, takeProfitPct: 250_000_000 },
    });
    expect(codes(refused('[[portfolio]]\nid = "a"\nmax_positions = 3\nmax_open_positions = 3\n'))).toEqual([
      "bulkhead.toml:4 CONFIG_KEY_TWICE",
    ]);
    expect(codes(refused('[[portfolio]]\nid = "a"\nmax_positions = -3\n'))).toEqual(["bulkhead.toml:3 CONFIG_OUT_OF_RANGE"]);
  });

  test("[CFG-8] a loss limit without a bound, or with two, is refused", () => {
    const text = '[[portfolio]]\nid = "a"\nloss_limits = [{ window = "day" }, { window = "lifetime", pct = "1%", amount = 5 }]\n';
    expect(refused(text).map((problem) => problem.code)).toEqual(["CONFIG_LOSS_LIMIT_UNCLEAR", "CONFIG_LOSS_LIMIT_UNCLEAR"]);
  });

  test("[CFG-9] the trailing stop has its switch (S0.12)", () => {
    const trailing = (lines: string) => portfolio(load(`[[portfolio]]\nid = "a"\n${lines}\n`), "a")?.settings.protection.trailingStopPct;
    expect(trailing("trailing_stop_pct = 0.07")).toBe(70_000_000);
    expect(trailing("use_trailing_stop = true\ntrailing_stop_pct = 0.07")).toBe(70_000_000);
    expect(trailing("use_trailing_stop = false\ntrailing_stop_pct = 0.07")).toBeNull();
    expect(refused('[[portfolio]]\nid = "a"\nuse_trailing_stop = true\n')).toMatchObject([
      { code: "CONFIG_TRAILING_PCT_MISSING", origin: { line: 3 } },
    ]);
  });

  test("[CFG-14] portfolios never start with more than the account has (C29, S1.109)", () => {
    const text =
      '[account]\nstarting_cash = 100\n[[portfolio]]\nid = "a"\nstarting_cash = 60\n[[portfolio]]\nid = "b"\nstarting_cash = 60\n';
    expect(codes(refused(text))).toEqual(["bulkhead.toml:2 CONFIG_CAPITAL_EXCEEDED"]);
    expect(
      load(text.replace("starting_cash = 100", "starting_cash = 100\nover_allocation = true")).accounts[0]?.settings.overAllocation,
    ).toBe(true);
    expect(load(text.replace("starting_cash = 100\n", "")).accounts[0]?.startingCash).toBe(120_000_000);
  });
});

describe("environment and flags", () => {
  const WORKED = [
    {
      id: "aggressive",
      name: "Aggressive Growth",
      starting_cash: 50000,
      symbols: "NVDA,TSLA,AMD,MARA",
      max_position_pct: 0.04,
      use_trailing_stop: true,
      trailing_stop_pct: 0.07,
    },
    {
      id: "conservative",
      name: "Conservative",
      starting_cash: 50000,
      symbols: ["AAPL", "MSFT", "JNJ", "PG", "KO"],
      max_position_pct: 0.02,
      use_trailing_stop: true,
      trailing_stop_pct: 0.04,
      max_daily_loss_pct: null,
    },
  ];

  test("[CFG-10] the worked example loads (S0.27, S0.28, S0.30)", () => {
    const loaded = loadConfig({ environment: { PORTFOLIOS: JSON.stringify(WORKED) } });
    expect(loaded).toMatchObject({
      ok: true,
      config: {
        accounts: [
          {
            startingCash: 100_000_000_000,
            portfolios: [
              {
                id: "aggressive",
                startingCash: 50_000_000_000,
                symbols: ["NVDA", "TSLA", "AMD", "MARA"],
                settings: { limits: { maxPositionPct: 40_000_000, losses: [] }, protection: { trailingStopPct: 70_000_000 } },
              },
              {
                id: "conservative",
                symbols: ["AAPL", "MSFT", "JNJ", "PG", "KO"],
                settings: { limits: { maxPositionPct: 20_000_000 }, protection: { trailingStopPct: 40_000_000 } },
              },
            ],
          },
        ],
      },
    });
  });

  test("[CFG-10] PORTFOLIOS replaces the portfolios of the file, and that is said", () => {
    const config = load(FIRST, { environment: { PORTFOLIOS: JSON.stringify(WORKED.slice(0, 1)) } });
    expect(config.accounts[0]?.portfolios.map((each) => each.symbols)).toEqual([["NVDA", "TSLA", "AMD", "MARA"]]);
    expect(config.notes).toEqual(["PORTFOLIOS in the environment replaces the 2 portfolios of the file."]);
  });

  test.each([
    ["[{", "CONFIG_JSON"],
    ["{}", "CONFIG_JSON"],
    ["[]", "CONFIG_JSON"],
    ['[{"id":"a","colour":"red"}]', "CONFIG_KEY_UNKNOWN"],
    ['[{"name":"a"}]', "CONFIG_KEY_MISSING"],
    ['[{"id":"a"},{"id":"A"}]', "CONFIG_ID_INVALID"],
    ['[{"id":"a","starting_cash":0.12345678901234567890}]', "CONFIG_NUMBER_INEXACT"],
    ['[{"id":"a","max_position_pct":4}]', "CONFIG_PERCENT_UNCLEAR"],
    ['[{"id":"a","__proto__":{"x":1}}]', "CONFIG_KEY_UNKNOWN"],
    ["[1]", "CONFIG_TYPE_WRONG"],
  ])("[CFG-10] PORTFOLIOS=%s is refused", (text, code) => {
    const loaded = loadConfig({ environment: { PORTFOLIOS: text } });
    expect(loaded.ok ? [] : loaded.problems.map((problem) => problem.code)).toContain(code);
    expect(loaded.ok ? "" : originText(loaded.problems[0]?.origin ?? { kind: "default" })).toBe("environment PORTFOLIOS");
  });

  test("[CFG-11] without portfolios there is one named default, from SYMBOLS and DEFAULT_CASH (S0.29)", () => {
    const loaded = loadConfig({ environment: { SYMBOLS: "SPY, IBM", DEFAULT_CASH: "25000" } });
    expect(loaded).toMatchObject({
      ok: true,
      config: { accounts: [{ portfolios: [{ id: "default", symbols: ["SPY", "IBM"], startingCash: 25_000_000_000 }] }] },
    });
    expect(loadConfig({})).toMatchObject({
      ok: true,
      config: { accounts: [{ portfolios: [{ id: "default", symbols: null, startingCash: 100_000_000_000 }] }] },
    });
    expect(loadConfig({ environment: { DEFAULT_CASH: "much" } })).toMatchObject({
      ok: false,
      problems: [{ code: "CONFIG_AMOUNT_INVALID", origin: { variable: "DEFAULT_CASH" } }],
    });
  });

  test("[CFG-12] flag, environment, file, default: the first that speaks wins", () => {
    const file =
      '[backtest]\nseed = 1\n[defaults]\nstarting_cash = 10\nsymbols = "KO"\n[[portfolio]]\nid = "says"\nstarting_cash = 20\n[[portfolio]]\nid = "silent"\n';
    const environment = { DEFAULT_CASH: "30", SYMBOLS: "IBM" };
    const cash = (config: Config) => config.accounts[0]?.portfolios.map((each) => unitsOf(each.startingCash) / 1e6);
    expect(cash(load(file))).toEqual([20, 10]);
    expect(cash(load(file, { environment }))).toEqual([20, 30]);
    expect(cash(load(file, { environment, flags: { startingCash: "40" } }))).toEqual([40, 40]);
    expect(load(file, { environment }).accounts[0]?.portfolios[1]?.symbols).toEqual(["IBM"]);
    expect(load(file, { flags: { seed: "7" } }).backtest.seed).toBe(7);
    expect(load(file).backtest.seed).toBe(1);
    expect(load("").backtest.seed).toBe(42);
    expect(refused("", { flags: { seed: "seven" } })).toMatchObject([{ code: "CONFIG_TYPE_WRONG", origin: { flag: "--seed" } }]);
  });

  test("[CFG-13] every value says what it means and where it was written", () => {
    const config = load(FIRST, { flags: { seed: "7" }, environment: { DEFAULT_CASH: "1" } });
    expect(words(config, "portfolio.aggressive.max_position_pct")).toBe("50 % of equity per position at most, from bulkhead.toml:21");
    expect(words(config, "portfolio.aggressive.starting_cash")).toBe("starts with 50,000 USD, from bulkhead.toml:17");
    expect(words(config, "portfolio.conservative.lot_matching")).toBe("sells close the oldest lots first (FIFO), from default");
    expect(words(config, "backtest.seed")).toBe("chance starts from seed 7, from flag --seed");
    expect(config.originOf(["portfolio", 0, "params", "slow"])).toEqual({ kind: "file", file: "bulkhead.toml", line: 20, column: 23 });
  });

  test("[CFG-18] [defaults] holds for portfolios that do not say otherwise (S0.12)", () => {
    const config = load(
      '[defaults]\nmax_position_pct = "2%"\nstrategy = "buy-and-hold"\n[[portfolio]]\nid = "a"\n[[portfolio]]\nid = "b"\nmax_position_pct = "9%"\n',
    );
    expect(portfolio(config, "a")).toMatchObject({ strategy: "buy-and-hold", settings: { limits: { maxPositionPct: 20_000_000 } } });
    expect(portfolio(config, "b")?.settings.limits.maxPositionPct).toBe(90_000_000);
    expect(words(config, "portfolio.a.max_position_pct")).toBe("2 % of equity per position at most, from bulkhead.toml:2");
  });
});
