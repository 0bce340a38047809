import { formatAmount, formatRatio } from "@bulkhead/money";
import { describe, expect, test } from "vitest";
import { loadConfig } from "./load.ts";
import { originText } from "./problem.ts";
import type { ScheduleConfig } from "./schedules.ts";

const BOOKS = `[account]
starting_cash = "100000"
[[portfolio]]
id = "a"
starting_cash = "50000"
[[portfolio]]
id = "b"
starting_cash = "50000"
`;

const load = (text: string) => loadConfig({ file: { name: "f.toml", text: `${BOOKS}${text}` } });

function schedulesOf(text: string): readonly ScheduleConfig[] {
  const loaded = load(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config.accounts[0]?.schedules ?? [];
}

const refusals = (text: string): readonly string[] => {
  const loaded = load(text);
  return loaded.ok ? [] : loaded.problems.map(({ code, origin }) => `${originText(origin)} ${code}`);
};

const REBALANCE = '[[rebalance]]\nid = "monthly"\ntargets = { a = "60%", b = "0.4" }\n';
const SWEEP = '[[sweep]]\nid = "profit"\nfrom = "a"\nabove = "high-water-mark"\nschedule = "@weekly"\n';

describe("schedules of capital", () => {
  test("[CFG-21] [[rebalance]] and [[sweep]] are read whole, exact, with defaults", () => {
    const [rebalance, sweep] = schedulesOf(
      `${REBALANCE}schedule = "0  9 1 * MON-fri"\ntime_zone = "America/New_York"\ndrift = "5%"\nminimum = "100"\ncatch_up = true\n${SWEEP}`,
    );
    expect(rebalance).toMatchObject({
      kind: "rebalance",
      id: "monthly",
      schedule: "0 9 1 * mon-fri",
      timeZone: "America/New_York",
      catchUp: true,
      sell: false,
    });
    if (rebalance?.kind !== "rebalance" || sweep?.kind !== "sweep") throw new Error("kinds");
    expect(rebalance.targets.map(({ portfolio, weight }) => `${portfolio} ${formatRatio(weight)}`)).toEqual(["a 0.6", "b 0.4"]);
    expect([rebalance.drift && formatRatio(rebalance.drift), formatAmount(rebalance.minimum, 6)]).toEqual(["0.05", "100"]);
    expect(sweep).toMatchObject({ from: ["a"], to: "unattributed", above: "high-water-mark", schedule: "0 0 * * 0", timeZone: "UTC" });
    expect([formatRatio(sweep.share), sweep.catchUp]).toEqual(["1", false]);
  });

  test("[CFG-21] drift without a schedule is looked at every hour; the free cash may be a target", () => {
    const [rebalance] = schedulesOf('[[rebalance]]\nid = "r"\ntargets = { a = "50%", unattributed = "50%", b = 0 }\ndrift = "2%"\n');
    expect(rebalance).toMatchObject({
      schedule: "0 * * * *",
      targets: [{ portfolio: "a" }, { portfolio: "unattributed" }, { portfolio: "b" }],
    });
  });

  test("[CFG-21] it is said in words, with where it was written", () => {
    const loaded = load(`${SWEEP}share = "50%"\n`);
    const said = loaded.ok ? loaded.config.settings.filter(({ key }) => key.startsWith("sweep.")) : [];
    expect(said.map(({ key, words, origin }) => `${key}: ${words}, from ${originText(origin) || "default"}`)).toEqual([
      "sweep.profit.from: takes profit from a, from f.toml:11",
      "sweep.profit.to: into the account's free cash, from default",
      "sweep.profit.above: takes each profit once: what was earned beyond the highest so far, from f.toml:12",
      "sweep.profit.share: moves 50 % of it, from f.toml:14",
      "sweep.profit.schedule: is due when cron says 0 0 * * 0, from f.toml:13",
      "sweep.profit.time_zone: by the clocks of UTC, from default",
      "sweep.profit.catch_up: what was due while the desk was down is left out, from default",
      "sweep.profit.minimum: any amount from a cent on is moved, from default",
    ]);
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["targets that are not all of it", REBALANCE.replace("60%", "50%"),                            "f.toml:11 CONFIG_TARGETS_SUM"],
    ["one target",                     REBALANCE.replace('"60%", b = "0.4"', '"100%"'),             "f.toml:11 CONFIG_OUT_OF_RANGE"],
    ["a target that is no portfolio",  REBALANCE.replace("a =", "'A A' ="),                         "f.toml:11 CONFIG_ID_INVALID"],
    ["a target above 1",               REBALANCE.replace('"60%"', "60"),                            "f.toml:11 CONFIG_PERCENT_UNCLEAR"],
    ["neither schedule nor drift",     REBALANCE,                                                   "f.toml:9 CONFIG_KEY_MISSING"],
    ["a key that is not known",        `${REBALANCE}drift = "1%"\nevery = "1d"\n`,                  "f.toml:13 CONFIG_KEY_UNKNOWN"],
    ["another account",                `${REBALANCE}drift = "1%"\naccount = "other"\n`,             "f.toml:13 CONFIG_SCHEDULE_ACCOUNT"],
    ["two of one name",                `${SWEEP}${SWEEP}`,                                          "f.toml:15 CONFIG_ID_TWICE"],
    ["a sweep into itself",            `${SWEEP}to = "a"\n`,                                        "f.toml:14 CONFIG_SWEEP_TO_SELF"],
    ["a level that is none",           SWEEP.replace('"high-water-mark"', '"lots"'),                "f.toml:12 CONFIG_AMOUNT_INVALID"],
    ["an amount with too many digits", SWEEP.replace('"high-water-mark"', '"1.00000000001"'),       "f.toml:12 CONFIG_AMOUNT_TOO_FINE"],
  ])("[CFG-21] %s is refused on its line", (_name, text, expected) => {
    expect(refusals(text)).toContain(expected);
  });

  test("[CFG-21] a schedule of an account that was refused itself is not blamed for that", () => {
    const account = (more: string): string => `[[account]]\nid = "own"\n${more}\n`;
    const text = `${account('fee = "dear"')}${REBALANCE}drift = "1%"\naccount = "own"\n`;
    const loaded = loadConfig({ file: { name: "f.toml", text } });
    expect(loaded.ok ? [] : loaded.problems.map(({ code }) => code)).toEqual(["CONFIG_TYPE_WRONG"]);
  });

  test.each([
    "* * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * * 13 *",
    "* * * * 8",
    "5-1 * * * *",
    "5/2 * * * *",
    "*/0 * * * *",
    "a * * * *",
    "0 0 31 2 *",
    "0 0 30,31 feb *",
    "@yearlyish",
    "1,,2 * * * *",
    "0 0 l * *",
  ])("[CFG-22] the schedule %s is refused", (schedule) => {
    expect(refusals(`${REBALANCE}schedule = "${schedule}"\n`)).toEqual(["f.toml:12 CONFIG_CRON_INVALID"]);
  });

  test.each(["*/15 9-16 * jan,mar-MAY mon-fri", "0 0 31 2 mon", "0 0 29 2 *", "59 23 31 12 7", "@HOURLY", "0 9-17/2 1-31/5 * sun,sat"])(
    "[CFG-22] the schedule %s is taken",
    (schedule) => {
      expect(refusals(`${REBALANCE}schedule = "${schedule}"\n`)).toEqual([]);
    },
  );
});
