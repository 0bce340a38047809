import type { Instrument } from "@bulkhead/core";
import { expect, test } from "vitest";
import { overnightOf } from "./commands.ts";
import { loadConfig } from "./load.ts";

const load = (lines: string) => loadConfig({ file: { name: "bulkhead.toml", text: `[[portfolio]]\nid = "a"\n${lines}\n` } });

function portfolioOf(lines: string) {
  const loaded = load(lines);
  const portfolio = loaded.ok ? loaded.config.accounts[0]?.portfolios[0] : undefined;
  if (!loaded.ok || portfolio === undefined) throw new Error(JSON.stringify(loaded));
  const words = loaded.config.settings.filter(({ key }) => key.includes("overnight")).map((setting) => setting.words);
  return { portfolio, words };
}

const codes = (lines: string): readonly string[] => {
  const loaded = load(lines);
  return loaded.ok ? [] : loaded.problems.map(({ code, path }) => `${path} ${code}`);
};

test("[NIGHT-14] S2.40 fractions, factors and edges of the night are read and said in words", () => {
  const { portfolio, words } = portfolioOf(
    'overnight_stop_pct = "2%"\novernight_take_profit_factor = 1.5\novernight_before_close = "15m"\novernight_hours = "22:00-07:00"\novernight_except = ["SPY"]',
  );
  expect(portfolio.settings.overnight).toEqual({
    stopPct: 20_000_000,
    stopFactor: null,
    takeProfitPct: null,
    takeProfitFactor: 1_500_000_000,
    beforeCloseMs: 900_000,
    afterOpenMs: 0,
    hours: { from: 1_320, to: 420 },
    except: [],
  });
  expect(words).toEqual([
    "2 % of the entry price further away lie stops overnight",
    "1.5 times as far from the entry price lie targets overnight",
    "but not those of SPY",
    "the night begins 15 min before the close",
    "the night of what never closes is 22:00-07:00 in its zone",
  ]);
  const instruments = [{ id: "SPY@XNYS", symbol: "SPY" }] as unknown as readonly Instrument[];
  expect(overnightOf(portfolio, instruments)?.except).toEqual(["SPY@XNYS"]);
  expect(overnightOf(portfolio, [])?.except).toEqual(["SPY"]);
});

test("[NIGHT-14] nothing written is nothing, and a portfolio opts out of what [defaults] say", () => {
  expect(portfolioOf("").portfolio.settings.overnight).toBeNull();
  const text = '[defaults]\novernight_stop_pct = "2%"\n[[portfolio]]\nid = "a"\n[[portfolio]]\nid = "b"\novernight = false\n';
  const loaded = loadConfig({ file: { name: "x", text } });
  const policies = loaded.ok ? loaded.config.accounts[0]?.portfolios.map(({ settings }) => settings.overnight?.stopPct ?? null) : [];
  expect(policies).toEqual([20_000_000, null]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["on without a distance",  "overnight = true",                                                  ["portfolio[1].overnight CONFIG_OVERNIGHT_PCT_MISSING"]],
  ["a factor that tightens", "overnight_stop_factor = 0.5",                                       ["portfolio[1].overnight_stop_factor CONFIG_OUT_OF_RANGE"]],
  ["no hours",               'overnight_stop_pct = "2%"\novernight_hours = "22-07"',              ["portfolio[1].overnight_hours CONFIG_HOURS_INVALID"]],
  ["an hour of no length",   'overnight_stop_pct = "2%"\novernight_hours = "22:00-22:00"',        ["portfolio[1].overnight_hours CONFIG_HOURS_INVALID"]],
  ["an edge of hours",       'overnight_stop_pct = "2%"\novernight_after_open = "2h"',             ["portfolio[1].overnight_after_open CONFIG_OUT_OF_RANGE"]],
  ["a negative fraction",    'overnight_take_profit_pct = "-2%"',                                 ["portfolio[1].overnight_take_profit_pct CONFIG_OUT_OF_RANGE"]],
] as const)("[NIGHT-14] %s is refused with its place", (_what, lines, expected) => {
  expect(codes(lines)).toEqual(expected);
});
