import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addsUp, type BacktestReport } from "@bulkhead/analytics";
import { describe, expect, test } from "vitest";
import { bulkhead, ownCsv, repository, temporary } from "./test-command.ts";

const shared = join(repository, "../shared/data");

function report(args: readonly string[], options: Parameters<typeof bulkhead>[1] = {}): BacktestReport {
  const ran = bulkhead(["backtest", ...args, "--json"], options);
  if (ran.code !== 0) throw new Error(ran.err);
  return JSON.parse(ran.out) as BacktestReport;
}

/** What must be equal in equal runs: everything but how long it took. */
const timeless = ({ wallMs: _w, barsPerSecond: _b, ...rest }: BacktestReport) => rest;

describe("a configuration", () => {
  const ran = report([ownCsv]);

  test("[CLI-2] the report holds what programs need", () => {
    expect(ran).toMatchObject({
      format: "bulkhead-report/1",
      synthetic: false,
      seed: 42,
      period: { from: "2024-01-02T14:30:00.000Z", to: "2024-06-28T20:00:00.000Z", resolution: "1d" },
      bars: 248,
      invariants: { violated: 0 },
      account: { id: "main", baseCurrency: "USD", mode: "backtest" },
    });
    expect(ran.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(ran.chainHead).toMatch(/^[0-9a-f]{64}$/);
    expect([ran.records, ran.invariants.checked, ran.wallMs, ran.barsPerSecond].every((figure) => figure > 0)).toBe(true);
    for (const portfolio of ran.portfolios) {
      for (const key of ["equity", "cash", "realizedPnl", "unrealizedPnl", "fees"] as const)
        expect(portfolio[key]).toMatch(/^-?\d+\.\d{2,6}$/);
      expect(portfolio.orders.placed).toBe(portfolio.receipts.allowed + portfolio.receipts.reduced);
      expect(portfolio.positions.length + portfolio.trades).toBeGreaterThan(0);
    }
    expect(ran.portfolios.map((portfolio) => portfolio.id)).toEqual(["patient", "crossing", "contrarian"]);
  });

  test("[CLI-19] every column adds up to the account, and every row to its equity (S0.3, C9)", () => {
    expect(addsUp(ran)).toBe(true);
    for (const row of [ran.account, ran.unattributed, ...ran.portfolios]) {
      const cents = (text: string): bigint => BigInt(Math.round(Number(text) * 1e6));
      const made =
        cents(row.startingCash) +
        cents(row.flows) +
        cents(row.realizedPnl) +
        cents(row.unrealizedPnl) -
        cents(row.fees) +
        cents(row.income);
      expect(made).toBe(cents(row.equity));
      expect(cents(row.cash) + cents(row.marketValue)).toBe(cents(row.equity));
    }
  });

  test("[CLI-2] the text is for people and ends with a line", () => {
    const { code, out, err } = bulkhead(["backtest", ownCsv]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("adds up");
    expect(out.endsWith("\n")).toBe(true);
  });

  test.each([
    ["UTC", "C"],
    ["Pacific/Kiritimati", "de_DE.UTF-8"],
    ["America/New_York", "tr_TR.UTF-8"],
    ["Asia/Kolkata", "ar_EG.UTF-8"],
  ])("[CLI-3] the same run in %s and %s has the same digest", (TZ, LC_ALL) => {
    expect(timeless(report([ownCsv], { environment: { TZ, LC_ALL, LANG: LC_ALL } }))).toEqual(timeless(ran));
  });

  test("[CLI-3] a data folder changes nothing but what is kept; checks change nothing but how much is checked", () => {
    expect(timeless(report([ownCsv, "--data", join(temporary(), "books")]))).toEqual(timeless(ran));
    const { invariants: _, ...unchecked } = timeless(report([ownCsv, "--no-checks"]));
    const { invariants: __, ...checked } = timeless(ran);
    expect(unchecked).toEqual(checked);
  });

  test("[CLI-4] a run never writes over a journal", () => {
    const folder = join(temporary(), "books");
    expect(bulkhead(["backtest", ownCsv, "--data", folder]).code).toBe(0);
    const before = readFileSync(join(folder, "journal.sqlite"));
    const again = bulkhead(["backtest", ownCsv, "--data", folder]);
    expect(again).toMatchObject({ code: 1, out: "" });
    expect(again.err).toContain("JOURNAL_EXISTS: ");
    expect(readFileSync(join(folder, "journal.sqlite")).equals(before)).toBe(true);
  });

  test("[CLI-2] --report writes one page that needs nothing else", () => {
    const page = join(temporary(), "deep/report.html");
    expect(bulkhead(["backtest", ownCsv, "--report", page]).out).toContain(`Report: ${page}`);
    const html = readFileSync(page, "utf8");
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).not.toMatch(/(?:src|href)="https?:/);
  });

  test("[CLI-2] flags go before the file: period, seed, cash", () => {
    const shorter = report([ownCsv, "--from", "2024-03-01", "--to", "2024-03-28", "--seed", "7", "--starting-cash", "1000.50"]);
    expect(shorter).toMatchObject({ seed: 7, bars: 40, account: { startingCash: "3001.50" } });
    expect(shorter.digest).not.toBe(ran.digest);
  });

  test("[CFG-12] PORTFOLIOS in the environment replaces the file's portfolios, and says so (S0.27)", () => {
    const PORTFOLIOS = JSON.stringify([{ id: "env", starting_cash: 500, symbols: "ALFA", strategy: "buy-and-hold" }]);
    const { code, out, err } = bulkhead(["backtest", ownCsv, "--json"], { environment: { PORTFOLIOS } });
    expect(code).toBe(0);
    expect(err).toContain("Note: PORTFOLIOS in the environment replaces the 3 portfolios of the file.");
    expect((JSON.parse(out) as BacktestReport).portfolios).toMatchObject([{ id: "env", startingCash: "500.00" }]);
  });
});

describe("a strategy file", () => {
  const folder = temporary();
  const prices = join(repository, "examples/own-csv/prices");

  test("[CLI-14] a new strategy runs as it is, and is never written over", () => {
    const made = bulkhead(["new", "strategy", "my-idea"], { folder });
    expect(made).toMatchObject({ code: 0, err: "" });
    expect(existsSync(join(folder, "my-idea.ts")) && existsSync(join(folder, "my-idea.test.ts"))).toBe(true);
    expect(bulkhead(["new", "strategy", "my-idea"], { folder })).toMatchObject({ code: 1, out: "" });
    expect(bulkhead(["new", "strategy", "../x"], { folder }).err).toContain("CLI_NAME_INVALID");
  });

  test("[CLI-10] runs with symbols, prices and params", () => {
    const ran = report(
      ["my-idea.ts", "--symbols", "ALFA,BETA", "--prices", prices, "--param", "fast=5", "--param", "risk=2%", "--starting-cash", "10000"],
      { folder },
    );
    expect(ran).toMatchObject({ account: { startingCash: "10000.00" }, portfolios: [{ id: "my-idea", strategy: "my-idea" }] });
    expect(report(["my-idea.ts", "--symbols", "ACME", "--prices", "demo"], { folder })).toMatchObject({ synthetic: true });
  });

  test("[CLI-10] without --prices it takes those of the bulkhead.toml beside it", () => {
    const beside = temporary();
    cpSync(join(repository, "examples/own-csv"), beside, { recursive: true });
    cpSync(join(folder, "my-idea.ts"), join(beside, "my-idea.ts"));
    expect(report(["my-idea.ts", "--symbols", "ALFA"], { folder: beside }).portfolios).toMatchObject([{ id: "my-idea" }]);
  });

  test.each([
    [["my-idea.ts"], "CLI_SYMBOLS_MISSING"],
    [["my-idea.ts", "--symbols", "ALFA"], "CLI_PRICES_MISSING"],
    [["my-idea.ts", "--symbols", "ALFA", "--prices", prices, "--param", "fast=1"], "PARAM_TOO_SMALL"],
    [["my-idea.ts", "--symbols", "ALFA", "--prices", prices, "--param", "speed=1"], "PARAM_UNKNOWN"],
    [["my-idea.ts", "--symbols", "ALFA", "--prices", prices, "--param", "speed"], "CLI_USAGE"],
    [["my-idea.ts", "--symbols", "GAMA", "--prices", prices], "DATA_SYMBOL_UNKNOWN"],
    [["missing.ts", "--symbols", "ALFA", "--prices", prices], "STRATEGY_FILE_MISSING"],
    [["my-idea.md"], "CLI_NOT_A_CONFIG"],
    [[ownCsv, "--param", "fast=1"], "CLI_OPTION_UNUSED"],
    [["my-idea.ts", "--symbols", "AC/DC;", "--prices", prices], "CONFIG_SYMBOL_INVALID"],
  ])("[CLI-10] backtest %j is refused: %s", (args, code) => {
    const ran = bulkhead(["backtest", ...args], { folder });
    expect(ran).toMatchObject({ code: 2, out: "" });
    expect(ran.err).toContain(`${code}: `);
  });

  test("[CLI-10] a strategy that throws harms only its portfolio, and the report says so", () => {
    writeFileSync(
      join(folder, "boom.ts"),
      'import { strategy } from "bulkhead";\nexport default strategy({ name: "boom", onBar() { throw new Error("on purpose"); } });\n',
    );
    const text = readFileSync(ownCsv, "utf8")
      .replace('strategy = "mean-reversion"', 'strategy = "boom.ts"')
      .replace('path = "prices"', `path = "${prices}"`);
    writeFileSync(join(folder, "bulkhead.toml"), text);
    const calm = report([ownCsv]);
    const ran = report(["bulkhead.toml"], { folder });
    expect(ran.portfolios.at(-1)).toMatchObject({ id: "contrarian", strategy: "boom", trades: 0 });
    expect(ran.portfolios.at(-1)?.faults[0]).toMatchObject({ code: "STRATEGY_THREW" });
    const others = (of: BacktestReport) => of.portfolios.slice(0, 2).map(({ equity, trades }) => ({ equity, trades }));
    expect(others(ran)).toEqual(others(calm));
  });
});

test.skipIf(!existsSync(join(shared, "equities/lean")))(
  "[CLI-2] the first configuration runs on recorded minutes as it stands (S0.10, S0.28)",
  () => {
    const ran = report([join(repository, "examples/two-portfolios/bulkhead.toml")]);
    expect(ran).toMatchObject({
      period: { from: "2013-10-07T13:30:00.000Z", to: "2013-10-11T20:00:00.000Z", resolution: "1m" },
      invariants: { violated: 0 },
    });
    expect(ran.portfolios.map((portfolio) => portfolio.id)).toEqual(["aggressive", "conservative"]);
    expect(addsUp(ran)).toBe(true);
  },
);
