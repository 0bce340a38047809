import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addsUp, type BacktestReport } from "@bulkhead/analytics";
import { beforeAll, describe, expect, test } from "vitest";
import { runs } from "../count.ts";
import { type JournalLine, journalOf, json, recorded, repository, temporary } from "./command.ts";
import {
  type Balance,
  beancountBalances,
  commodityNames,
  has,
  hledgerBalances,
  type Ledger,
  ledgerOf,
  ourBalances,
} from "./outside-books.ts";
import { SMALL_DESK, writeSmallMarket } from "./small-market.ts";

/** A run with its journal, seen from outside. */
class Run {
  readonly folder = temporary();
  readonly books = join(this.folder, "books");
  readonly report: BacktestReport;
  #ledger: Ledger | undefined;

  constructor(config: (folder: string) => string) {
    this.report = json<BacktestReport>(["backtest", config(this.folder), "--data", this.books]);
  }

  get ledger(): Ledger {
    this.#ledger ??= ledgerOf(this.books, this.folder);
    return this.#ledger;
  }

  /** Net of all postings to an account of a portfolio. */
  sum(portfolio: string, account: string, asset: string, where: (seq: number) => boolean = () => true): number {
    const rows = this.ledger.entries.flatMap(({ seq, postings }) => (where(seq) ? postings : []));
    return rows.filter((each) => isOf(each, portfolio, account, asset)).reduce((total, { amount }) => total + Number(amount), 0);
  }

  /** Records of these types. */
  journal(...types: readonly string[]): readonly JournalLine[] {
    return journalOf(this.books, "--type", types.join(","));
  }
}

const isOf = (each: Balance, portfolio: string, account: string, asset: string): boolean =>
  each.portfolio === portfolio && each.account === account && each.asset === asset;

/** Instruments that were charged for borrowing, and charges of portfolios that were not short at that moment, or not for all that they were short of. */
function borrowed(run: Run): Readonly<{ charged: readonly string[]; wrong: readonly string[] }> {
  const charges = new Map(
    run
      .journal("RecordIncome")
      .flatMap(({ seq, command }) => (command["kind"] === "borrow" ? [[seq, String(command["instrument"])] as const] : [])),
  );
  const held = new Map<string, number>();
  const wrong: string[] = [];
  for (const { seq, postings } of run.ledger.entries) {
    const asset = charges.get(seq);
    if (asset !== undefined) {
      const short = [...held].flatMap(([key, units]) => (key.endsWith(` ${asset}`) && units < 0 ? [key.split(" ")[0]] : []));
      const paid = postings.flatMap(({ portfolio, account, amount }) => (account === "cash" && Number(amount) < 0 ? [portfolio] : []));
      if (String(short.sort()) !== String(paid.sort())) wrong.push(`${asset} ${seq}: short ${short}, paid ${paid}`);
    }
    for (const { portfolio, account, asset: moved, amount } of postings) {
      const key = `${portfolio} ${moved}`;
      if (account === "position") held.set(key, (held.get(key) ?? 0) + Number(amount));
    }
  }
  return { charged: [...new Set(charges.values())], wrong };
}

/** What holds of every run that was kept. */
function provesItself(run: () => Run, { others = true }: Readonly<{ others?: boolean }> = {}): void {
  test("its figures add up, nothing was violated or refused, and every portfolio traded", () => {
    const { report } = run();
    expect(addsUp(report)).toBe(true);
    expect(report.invariants.violated).toBe(0);
    expect(report.portfolios.filter((portfolio) => portfolio.orders.filled === 0)).toEqual([]);
  });

  test("[CLI-5] verify proves it", () => {
    const verdict = json<{ ok: boolean; digest: string; chainHead: string; records: number }>(["verify", run().books]);
    const { digest, chainHead, records } = run().report;
    expect(verdict).toMatchObject({ ok: true, digest, chainHead, records });
  });

  test("[CLI-18] cash and positions of the report are those of the ledger", () => {
    const { report, ledger } = run();
    for (const { id, positions } of [...report.portfolios, { id: "unattributed", positions: report.unattributed.positions }]) {
      const held = ledger.balances.filter(
        ({ portfolio, account, amount }) => portfolio === id && account === "position" && /[1-9]/.test(amount),
      );
      expect(positions.map(({ quantity }) => quantity).sort()).toEqual(held.map(({ amount }) => amount).sort());
    }
  });

  test("[SIM-25] borrowing is paid by the portfolios that are short, and by nobody else, through splits", () => {
    const { charged, wrong } = borrowed(run());
    expect(charged.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  test.skipIf(!others || !has("hledger"))("[CLI-6] hledger accepts the books and works out our balances, to the last unit", () => {
    const theirs = hledgerBalances(run().books, run().folder);
    expect(theirs).toEqual(ourBalances(run().ledger, commodityNames(run().ledger, theirs)));
  });

  test.skipIf(!others || !has("bean-check"))("[CLI-6] beancount accepts the books and works out our balances, to the last unit", () => {
    const theirs = beancountBalances(run().books, run().folder);
    expect(theirs).toEqual(ourBalances(run().ledger, commodityNames(run().ledger, theirs)));
  });
}

describe("a small market of our own: daily bars over a split and dividends, minutes and a coin in one account", () => {
  let run: Run;
  beforeAll(() => {
    run = new Run((folder) => {
      writeSmallMarket(folder);
      writeFileSync(join(folder, "bulkhead.toml"), SMALL_DESK);
      return join(folder, "bulkhead.toml");
    });
  });
  provesItself(() => run);

  test("[CLI-17] the split doubles shares at unchanged cost, and moves stops that rest", () => {
    const splits = run.journal("RecordCorporateAction");
    expect(splits.map(({ at, command }) => [at, command["instrument"]])).toEqual([
      ["2024-03-05T14:30:00.000Z", "ACME@XNYS"],
      ["2024-03-05T14:30:00.000Z", "ACME@XNYS-1M"],
    ]);
    const before = run.sum("holder", "position", "ACME@XNYS", (seq) => seq < (splits[0]?.seq ?? 0));
    expect(run.sum("holder", "position", "ACME@XNYS")).toBe(before * 2);
    const [armed] = (splits[0]?.events ?? []).filter(({ type }) => type === "ProtectionArmed");
    expect(armed).toBeDefined();
  });

  test("[CLI-17] longs receive dividends and shorts pay them", () => {
    const dividends = run
      .journal("RecordIncome")
      .filter(({ command }) => command["kind"] === "dividend" && command["instrument"] === "ACME@XNYS");
    expect(dividends.map(({ at }) => at.slice(0, 10))).toEqual(["2024-02-09", "2024-05-09"]);
    expect(run.sum("holder", "dividends", "USD")).toBeLessThan(0);
    expect(run.sum("swinger", "dividends", "USD")).not.toBe(0);
  });
});

describe.skipIf(!existsSync(join(recorded, "equities/lean")))("everything that was recorded, in one account", () => {
  let run: Run;
  beforeAll(() => {
    run = new Run(() => join(repository, "examples/real-run/bulkhead.toml"));
  }, 300_000);
  // Half a minute of beancount over 83,000 records is for the full counts; the small market has it always.
  // Decades of postings take the other programs a minute: they read the small market in every run, this one in the full.
  provesItself(() => run, { others: runs(1_000) === 1_000 });

  test("S0.28: aggressive and conservative, and every built-in strategy on days, minutes and coins", () => {
    const strategies = run.report.portfolios.map(({ id, strategy }) => `${id} ${strategy}`);
    expect(strategies.slice(0, 2)).toEqual(["aggressive sma-cross", "conservative mean-reversion"]);
    for (const where of ["", "minutes-", "coins-"])
      expect(strategies).toEqual(
        expect.arrayContaining([
          `${where}hold buy-and-hold`,
          `${where}trend sma-cross`,
          `${where}rotation momentum`,
          `${where}reversion mean-reversion`,
        ]),
      );
    expect(run.report.bars).toBeGreaterThan(150_000);
  });

  test("what is odd about the files is said: dirty rows, bad prints, jumps, other companies, missing years", () => {
    expect([...new Set(run.report.issues.map(({ code }) => code))].sort()).toEqual([
      "BARS_OUTSIDE_SESSION",
      "PRICES_ROUNDED",
      "ROWS_OF_ANOTHER_COMPANY",
      "ROWS_REVERSED",
      "ROW_JUMP_AND_BACK",
      "ROW_JUMP_LIKE_SPLIT",
      "ROW_TIME_UNREADABLE",
      "TICKER_FILE_MISSING",
    ]);
  });

  test("AAPL held since 1998 went through 2:1, 2:1, 7:1 and 4:1, and received what the factor file says", () => {
    const [first] = run.journal("RecordExecution").filter(({ command }) => command["instrument"] === "AAPL@XNYS");
    const bought = Number(first?.command["quantity"]);
    expect(run.sum("hold", "position", "AAPL@XNYS")).toBe(bought * 2 * 2 * 7 * 4);
    expect(-run.sum("hold", "dividends", "USD", paidBy(run, "AAPL@XNYS"))).toBeCloseTo(aaplDividends(bought), 6);
  });

  test("a stop of AAPL's minutes rests through the split of 2014-06-09 and stands at a seventh after it", () => {
    const lines = run.journal("RecordCorporateAction", "RatchetProtection", "ProtectionArmed");
    const split = lines.findIndex(({ at, command }) => at === "2014-06-09T13:30:00.000Z" && command["instrument"] === "AAPL@XNYS-1M");
    const ofHolder = ({ events }: JournalLine) =>
      events.flatMap((event) => {
        const protection = event["protection"] as { portfolio: string; instrument: string; trailing: string } | undefined;
        return protection?.portfolio === "minutes-hold" && protection.instrument === "AAPL@XNYS-1M" ? [Number(protection.trailing)] : [];
      });
    const before = lines.slice(0, split).flatMap(ofHolder).at(-1) ?? 0;
    const after = lines.slice(split, split + 1).flatMap(ofHolder);
    expect(after).toHaveLength(1);
    expect(after[0]).toBeCloseTo(before / 7, 1);
  });

  test("who is short pays the dividend", () => {
    const payers = run.ledger.entries
      .filter(({ event }) => event === "IncomeBooked")
      .flatMap(({ postings }) => postings.filter(({ account, amount }) => account === "dividends" && Number(amount) > 0));
    expect(new Set(payers.map(({ portfolio }) => portfolio))).toEqual(new Set(["trend", "reversion"]));
  });
});

/** The records of dividends of an instrument. */
function paidBy(run: Run, instrument: string): (seq: number) => boolean {
  const records = run
    .journal("RecordIncome")
    .filter(({ command }) => command["kind"] === "dividend" && command["instrument"] === instrument);
  const numbers = new Set(records.map(({ seq }) => seq));
  return (seq) => numbers.has(seq);
}

/** Σ dividends of shares bought in 1998, from LEAN's factor file by its documented formula and nothing of ours. */
function aaplDividends(bought: number): number {
  const rows = readFileSync(join(recorded, "equities/lean/factor_files/aapl.csv"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(",").map(Number));
  let total = 0;
  rows.forEach(([, price = 1, split = 1, close = 0], index) => {
    const next = rows[index + 1];
    if (next?.[1] === undefined || next[1] === price) return;
    const perShare = Math.round(close * (1 - price / next[1]) * 100) / 100;
    total += perShare * Math.round(bought * Math.round(split / 0.00892857));
  });
  return total;
}
