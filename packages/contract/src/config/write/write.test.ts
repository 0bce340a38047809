import type { InstrumentId } from "@bulkhead/core";
import { moneyOfUnits, ratioOfUnits } from "@bulkhead/money";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../../tests/count.ts";
import { anyAccountSettings, anyMoney, anySettings, anyWords } from "../../../../../tests/kit/any-settings.ts";
import { readToml } from "../../toml/read.ts";
import { loadConfig } from "../load.ts";
import type { ScheduleConfig } from "../schedules.ts";
import { ACCOUNT_KEYS } from "./account-keys.ts";
import { PORTFOLIO_KEYS } from "./portfolio-keys.ts";
import { writeToml } from "./toml.ts";
import { type WrittenAccount, writeConfig, written } from "./write.ts";

const symbols = fc.constantFrom("ACME@DEMO", "BTC/USD@BINANCE", "BRK.B@XNYS") as fc.Arbitrary<InstrumentId>;
const params = fc.dictionary(fc.constantFrom("fast", "slow", "kind of"), fc.oneof(fc.integer(), fc.boolean(), anyWords, fc.constant(0.25)));
const strategy = params.map((each) => ({ type: "sma-cross", version: "1", codeHash: "", params: JSON.stringify(each) }));
const settings = anySettings(symbols, strategy);

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
    fc.property(settings, anyAccountSettings, fc.boolean(), anyMoney, (mine, whole, active, cash) => {
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
