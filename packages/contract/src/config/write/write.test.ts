import type { AccountSettings, InstrumentId, PortfolioSettings, RiskLimits } from "@bulkhead/core";
import { type Money, moneyOfUnits, type Ratio, ratioOfUnits } from "@bulkhead/money";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../../tests/count.ts";
import { readToml } from "../../toml/read.ts";
import { loadConfig } from "../load.ts";
import type { ScheduleConfig } from "../schedules.ts";
import { ACCOUNT_KEYS } from "./account-keys.ts";
import { PORTFOLIO_KEYS } from "./portfolio-keys.ts";
import { writeToml } from "./toml.ts";
import { type WrittenAccount, writeConfig, written } from "./write.ts";

const ratio = (most = 5_000_000_000): fc.Arbitrary<Ratio> => fc.integer({ min: 1, max: most }).map(ratioOfUnits);
const money: fc.Arbitrary<Money> = fc.integer({ min: 1, max: 1_000_000_000_000_000 }).map(moneyOfUnits);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 2 });
const words = fc
  .string({ minLength: 1, maxLength: 30, unit: fc.constantFrom(..."aZ9 =#\"'\\[]{}.,é漢😀%") })
  .filter((text) => text.trim() !== "");
const symbol = fc.constantFrom("ACME@DEMO", "BTC/USD@BINANCE", "BRK.B@XNYS") as fc.Arbitrary<InstrumentId>;
const instruments = fc.uniqueArray(symbol, { minLength: 1 });

const loss = fc.oneof(
  fc.record({ window: fc.constantFrom("day" as const, "rolling-24h" as const), fraction: ratio(1_000_000_000), amount: fc.constant(null) }),
  fc.record({ window: fc.constantFrom("lifetime" as const, "drawdown" as const), fraction: fc.constant(null), amount: money }),
);
const limits: fc.Arbitrary<RiskLimits> = fc.record({
  maxPositionPct: maybe(ratio()),
  maxPositionSize: maybe(money),
  maxTotalExposure: maybe(money),
  maxLeverage: maybe(ratio()),
  maxNetExposure: maybe(money),
  maxOpenPositions: maybe(fc.integer({ min: 0, max: 1_000_000 })),
  maxOrderNotional: maybe(money),
  maxOrdersPerMinute: maybe(fc.integer({ min: 1, max: 1_000_000 })),
  collar: maybe(ratio()),
  losses: fc.uniqueArray(loss, { maxLength: 4, selector: (each) => JSON.stringify(each) }),
});
const params = fc.dictionary(fc.constantFrom("fast", "slow", "kind of"), fc.oneof(fc.integer(), fc.boolean(), words, fc.constant(0.25)));
const strategy = params.map((each) => ({ type: "sma-cross", version: "1", codeHash: "", params: JSON.stringify(each) }));
const factor = fc.integer({ min: 1_000_000_000, max: 9_000_000_000 }).map(ratioOfUnits);
const minutes = fc.integer({ min: 0, max: 60 }).map((each) => each * 60_000);
const overnight = fc
  .record({
    stopPct: maybe(ratio()),
    stopFactor: maybe(factor),
    takeProfitPct: maybe(ratio()),
    takeProfitFactor: maybe(factor),
    beforeCloseMs: minutes,
    afterOpenMs: minutes,
    except: fc.uniqueArray(symbol),
  })
  .filter((policy) => [policy.stopPct, policy.stopFactor, policy.takeProfitPct, policy.takeProfitFactor].some((each) => each !== null));
const settings: fc.Arbitrary<PortfolioSettings> = fc.record({
  name: fc.oneof(fc.constant(""), words),
  description: fc.oneof(fc.constant(""), words),
  timeZone: fc.constantFrom("UTC", "America/New_York"),
  lotMatching: fc.constantFrom("fifo", "lifo", "hifo", "average", "specific"),
  fx: fc.constantFrom("refuse", "auto"),
  universe: maybe(instruments),
  tradeAmount: maybe(money),
  strategy: maybe(strategy),
  enabledStrategies: maybe(fc.uniqueArray(fc.constantFrom("sma-cross", "a, b", "x"))),
  minConfidence: maybe(ratio(1_000_000_000)),
  limits,
  protection: fc.record({ stopLossPct: maybe(ratio()), takeProfitPct: maybe(ratio()), trailingStopPct: maybe(ratio()) }),
  overnight: maybe(overnight),
  labels: fc.record({ botVersion: fc.oneof(fc.constant(""), words), runId: fc.oneof(fc.constant(""), words) }),
});
const accountSettings: fc.Arbitrary<AccountSettings> = fc.record({
  limits: limits.map((each) => ({ ...each, collar: each.collar ?? ratioOfUnits(1) })),
  quoteAgeMaxMs: fc.integer({ min: 1, max: 10_000_000_000 }),
  duplicateWindowMs: fc.integer({ min: 0, max: 10_000_000 }),
  overAllocation: fc.boolean(),
  shortRequirement: ratio(),
  marginRequirement: ratio(),
  feeReserve: ratio(),
  fxCost: ratio(),
});
const timing = { timeZone: "Asia/Kolkata", catchUp: true, schedule: "30 9 * * mon-fri" } as const;
const SCHEDULES: readonly ScheduleConfig[] = [
  {
    kind: "rebalance",
    id: "r",
    ...timing,
    targets: [
      { portfolio: "p", weight: ratioOfUnits(333_333_333) },
      { portfolio: "unattributed", weight: ratioOfUnits(666_666_667) },
    ],
    drift: ratioOfUnits(12_500_000),
    minimum: moneyOfUnits(1_500_000),
    sell: true,
  },
  {
    kind: "sweep",
    id: "s",
    ...timing,
    from: ["p"],
    to: "unattributed",
    above: moneyOfUnits(1),
    share: ratioOfUnits(1),
    minimum: moneyOfUnits(0),
  },
];

const context = { scale: 6, strategyText: (type: string) => type };

/** A portfolio's settings as a load of their text gives them: the universe and the strategy are its symbols and params there. */
function loadedFrom(text: string) {
  const loaded = loadConfig({ file: { name: "export.toml", text } });
  if (!loaded.ok) throw new Error(`${JSON.stringify(loaded.problems)}\n${text}`);
  const [account] = loaded.config.accounts;
  const [portfolio] = account?.portfolios ?? [];
  if (account === undefined || portfolio === undefined) throw new Error("nothing loaded");
  const record =
    portfolio.strategy === null ? null : { type: portfolio.strategy, version: "1", codeHash: "", params: JSON.stringify(portfolio.params) };
  const night = portfolio.settings.overnight;
  return {
    account,
    portfolio,
    settings: {
      ...portfolio.settings,
      universe: portfolio.symbols as readonly InstrumentId[] | null,
      strategy: record,
      overnight: night === null ? null : { ...night, except: portfolio.overnightExcept as readonly InstrumentId[] },
    },
  };
}

test("[CFG-23] what the books say, written as a file, loads to the same settings", () => {
  fc.assert(
    fc.property(settings, accountSettings, fc.boolean(), money, (mine, whole, active, cash) => {
      const portfolio = { id: "p", startingCash: cash, active, settings: mine, strategyText: null };
      const account: WrittenAccount = {
        id: "main",
        baseCurrency: "EUR",
        scale: 6,
        startingCash: cash,
        settings: whole,
        portfolios: [portfolio],
        schedules: SCHEDULES,
      };
      const back = loadedFrom(writeConfig({ account: [{ fee: { model: "percent", rate: "0.05%" } }], backtest: { seed: 7 } }, [account]));
      // A file cannot say nothing: without a name a portfolio is called by its id.
      expect(written(PORTFOLIO_KEYS, { ...back.settings, name: mine.name.trim() === "" ? "" : back.settings.name }, context)).toEqual(
        written(PORTFOLIO_KEYS, mine, context),
      );
      expect(written(ACCOUNT_KEYS, back.account.settings, context)).toEqual(written(ACCOUNT_KEYS, whole, context));
      expect([back.portfolio.active, back.portfolio.startingCash, back.account.baseCurrency, back.account.fee]).toEqual([
        active,
        cash,
        "EUR",
        { model: "percent", rate: "0.0005" },
      ]);
      expect(back.account.schedules).toEqual(SCHEDULES);
    }),
    { numRuns: runs(1_000), seed: seed() },
  );
});

test("[CFG-23] settings are the same exactly where their written keys are, one key at a time", () => {
  fc.assert(
    fc.property(settings, settings, (mine, theirs) => {
      let into = mine;
      for (const key of PORTFOLIO_KEYS) {
        into = key.taken(into, theirs);
        expect(key.written(into, context)).toEqual(key.written(theirs, context));
      }
      expect(into).toEqual(theirs);
    }),
    { numRuns: runs(300), seed: seed() },
  );
});

test("[CFG-23] tables are written as people write them, and read back as they were", () => {
  const tables = {
    account: [{ id: "main", fee: { model: "none" }, "odd key": 'a "b" \\ \u007f' }],
    backtest: {
      seed: 7,
      ratio: 0.5,
      big: 123456789012345680n,
      from: new Date("2026-01-05T00:00:00.000Z"),
      data: [{ format: "synthetic" }, { format: "lean", path: "x" }],
    },
    server: {},
    alone: [1, "two", [true]],
  };
  const text = writeToml(tables);
  expect(text).toBe(`alone = [1, "two", [true]]

[[account]]
id = "main"
fee = { model = "none" }
"odd key" = "a \\"b\\" \\\\ \\u007f"

[backtest]
seed = 7
ratio = 0.5
big = 123456789012345680
from = 2026-01-05T00:00:00.000Z

[[backtest.data]]
format = "synthetic"

[[backtest.data]]
format = "lean"
path = "x"
`);
  const back = readToml(writeToml({ ...tables, backtest: { ...tables.backtest, big: 1 } }));
  expect(back).toMatchObject({
    ok: true,
    value: { alone: tables.alone, account: tables.account, backtest: { seed: 7, data: tables.backtest.data } },
  });
});
