import { existsSync, readdirSync } from "node:fs";
import { cashScale } from "@bulkhead/contract";
import { type AccountId, createEngine, type InstantMs, type StateView } from "@bulkhead/core";
import { formatAmount, type Money, moneyOfUnits, unitsOf } from "@bulkhead/money";
import { memoryJournal } from "@bulkhead/store";
import { describe, expect, test } from "vitest";
import { FILLS, RECORDED, type RecordedFill, recordedFills, recordedText } from "../../../../tests/kit/recorded-fills.ts";
import { answerOf, type ImportAnswer, problemOf } from "./answer.ts";
import { bookAll } from "./book-all.ts";
import { planImport } from "./import-statements.ts";
import { openingOf } from "./open-import-account.ts";
import { type ImportFormat, readFiles } from "./read-files.ts";

const flex = "brokers/ibkr/flex/";
const hyperliquid = "copytrading/hyperliquid/";
const skip = test.skipIf(!existsSync(`${RECORDED}${flex}`));

class Account {
  readonly engine = createEngine();
  readonly journal = memoryJournal({ account: "main" as AccountId, id: "recorded" });

  constructor(baseCurrency = "USD") {
    bookAll(this, openingOf("main" as AccountId, { baseCurrency, venue: "recorded", at: 1_000 as InstantMs }));
  }

  import(format: ImportFormat, texts: readonly string[], leaveOut: readonly number[] = []): ImportAnswer | readonly string[] {
    const files = texts.map((text, index) => ({ name: `${index + 1}`, bytes: new TextEncoder().encode(text) }));
    const read = readFiles(files, { format, statementAccount: null, zone: "America/New_York", leaveOut });
    const planned = read.ok
      ? planImport(this, {
          statements: read.statements,
          aliases: [],
          allocations: [],
          whose: { venueAccount: null, sameAccount: true, now: Number.MAX_SAFE_INTEGER },
          by: "test",
          cashScale,
          opening: [],
          stamp: (state: StateView) => state.at,
        })
      : read;
    if (!planned.ok) return planned.problems.map((problem) => `${problem.line}: ${problemOf(problem).detail}`);
    bookAll(this, planned.plan.commands);
    this.engine.audit();
    return answerOf("main", planned.plan, true);
  }

  booked(format: ImportFormat, texts: readonly string[], leaveOut: readonly number[] = []): ImportAnswer {
    const answer = this.import(format, texts, leaveOut);
    if (!("counts" in answer)) throw new Error(answer.join("\n"));
    return answer;
  }

  /** Of the whole account; decimal text. */
  cash(asset = "USD"): string {
    const sum = [...this.engine.state.portfolios.values()].reduce(
      (total, { ledger }) => total + unitsOf((ledger.get(asset as never)?.cash ?? moneyOfUnits(0)) as Money),
      0,
    );
    return formatAmount(moneyOfUnits(sum), cashScale(asset), 2);
  }

  units(asset: string): number {
    const held = [...this.engine.state.portfolios.values()].reduce(
      (total, { holdings }) => total + Number(holdings.get(asset as never)?.quantity ?? 0),
      0,
    );
    return held / 10 ** (this.engine.state.assets.get(asset as never)?.scale ?? 0);
  }
}

const counts = ({ counts: rows }: ImportAnswer): Readonly<Record<string, number>> =>
  Object.fromEntries(
    rows.flatMap(({ kind, booked, known }) => [
      [kind, booked],
      [`${kind} known`, known],
    ]),
  );

describe("Interactive Brokers, real", () => {
  skip("[FLEX-2, IMP-2] 39 executions at three levels of detail and 3 lines of cash: sums equal the statement's, to the cent (A7, I12)", () => {
    const trades = recordedText(`${flex}trade-confirmations.xml.gz`);
    const cash = recordedText(`${flex}cash-transactions.xml.gz`);
    const account = new Account();
    expect(counts(account.booked("flex", [trades, cash]))).toMatchObject({ execution: 39, fee: 39, cash: 3 });
    // What its own summary rows say: QQQ 3 for -1,752.94, SPY 40 for -26,124.27; and a million with two months' interest.
    const summaries = [...trades.matchAll(/<SymbolSummary [^>]*symbol="(\w+)"[^>]* quantity="([\d.]+)"[^>]* netCash="([-\d.]+)"/g)].map(
      ([, symbol, quantity, net]) => [symbol, quantity, net],
    );
    expect(summaries).toEqual([
      ["QQQ", "3", "-1752.94"],
      ["SPY", "40", "-26124.27"],
    ]);
    expect([account.units("QQQ@XNAS"), account.units("SPY@ARCX")]).toEqual([3, 40]);
    // 1,000,000 + 2,331.45 + 2,682.45 - 1,752.94 - 26,124.27.
    expect(account.cash()).toBe("977136.69");
    const { seq } = account.engine.state;
    expect(counts(account.booked("flex", [cash, trades]))).toMatchObject({
      execution: 0,
      "execution known": 39,
      fee: 0,
      cash: 0,
      "cash known": 3,
    });
    expect(account.engine.state.seq).toBe(seq);
  });

  skip("[IMP-2] shuffled, in overlapping parts, each apart: the same books (S3.44)", () => {
    const trades = recordedText(`${flex}trade-confirmations.xml.gz`);
    const rows = [...trades.matchAll(/<(TradeConfirm|Order|SymbolSummary) [^>]*\/>/g)].map(([row]) => row);
    const part = (some: readonly string[]): string =>
      `${trades.slice(0, trades.indexOf("<TradeConfirms>"))}<TradeConfirms>${some.join("\n")}</TradeConfirms></FlexStatement></FlexStatements></FlexQueryResponse>`;
    const shuffled = rows.toSorted((a, b) => (a.slice(-90) < b.slice(-90) ? -1 : 1));
    const account = new Account();
    for (const some of [shuffled.slice(0, 60), shuffled.slice(30).toReversed(), rows]) account.booked("flex", [part(some)]);
    expect([account.units("QQQ@XNAS"), account.units("SPY@ARCX"), account.cash()]).toEqual([3, 40, "-27877.21"]);
  });
});

/** Of the constructed statements: which lines cannot be read and why, and what a person leaves out. */
const CONSTRUCTED: Readonly<Record<string, Readonly<{ refused: readonly RegExp[]; leaveOut?: readonly number[] | "all" }>>> = {
  // Cash transactions of a type that no statement of the broker has: realized P&L moves no cash, its trade did.
  "activity_bonds.xml": { refused: [/^147: .*Realized P\/L/], leaveOut: [147] },
  "activity_cash.xml": { refused: [/^129: .*Cash Receipts/, /^160: .*Realized P\/L/], leaveOut: [129, 160] },
  "activity_cfds.xml": { refused: [] },
  // "DI" issues rights; here it repeats the dividend above it with the whole position as its quantity.
  // And a stock dividend without a ratio on what nothing says was held.
  "activity_corporate_actions.xml": { refused: [/^39: .*type DI/], leaveOut: [39, 89] },
  "activity_daily_portfolio.xml": { refused: [] },
  // A transfer without class, contract id or listing.
  "activity_extended.xml": { refused: [/^90: .*says too little/], leaveOut: [90] },
  // Dollars against yen, counted in dollars and sized in yen.
  "activity_forex.xml": { refused: [/^42: .*USD\.JPY is counted in USD/, /^135: .*Realized P\/L/], leaveOut: [42, 135] },
  "activity_futures.xml": { refused: [/^135: .*Realized P\/L/], leaveOut: [135] },
  "activity_minimal.xml": { refused: [] },
  // "Deposits & Withdrawals" as it is, and one attribute twice: no XML.
  "activity_simple.xml": { refused: [/cannot be read: disallowed character in entity name/], leaveOut: "all" },
  // A maturity in which the bill comes and its repayment too.
  "activity_tbills.xml": { refused: [/^49: .*0 contracts leave and 1 come/], leaveOut: [49] },
  "activity_warrants.xml": { refused: [] },
};

describe("Interactive Brokers, constructed", () => {
  skip("every constructed statement is in the table", () => {
    expect(readdirSync(`${RECORDED}${flex}constructed`).sort()).toEqual(Object.keys(CONSTRUCTED));
  });

  test.skipIf(!existsSync(`${RECORDED}${flex}`)).each(Object.entries(CONSTRUCTED))(
    "[IMP-1, FLEX-14] %s: what contradicts itself is refused by line, the rest sums to the cent",
    (name, { refused, leaveOut = [] }) => {
      const original = recordedText(`${flex}constructed/${name}`);
      const first = new Account().import("flex", [original]);
      expect("counts" in first ? [] : first).toEqual(refused.map((pattern) => expect.stringMatching(pattern)));
      if (leaveOut === "all") return;
      const account = new Account();
      account.booked("flex", [original], leaveOut);
      for (const [currency, sum] of statedCash(original, leaveOut))
        expect(`${currency} ${account.cash(currency)}`).toBe(`${currency} ${sum.toFixed(2)}`);
      const { seq } = account.engine.state;
      account.booked("flex", [original], leaveOut);
      expect(account.engine.state.seq).toBe(seq);
    },
  );

  skip("[IMP-7] the warrants' own figure: 50 sold for 23.50 after both commissions", () => {
    const account = new Account();
    expect(account.booked("flex", [recordedText(`${flex}constructed/activity_warrants.xml`)]).equal).toBe(true);
    const { ledger } = account.engine.state.portfolios.get("unattributed" as never) ?? {};
    // 25.00 before fees; of the two dollars the half position carries 1.50.
    expect([Number(ledger?.get("USD" as never)?.realized), Number(ledger?.get("USD" as never)?.fees)]).toEqual([-25_000_000, 2_000_000]);
  });
});

/** What trades, cash, actions and transfers of a statement come to by currency, by its own figures; cents as floats, so few that it is exact. */
function statedCash(text: string, leaveOut: readonly number[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  const take = (currency: string, amount: number): unknown =>
    sums.set(currency, Math.round(((sums.get(currency) ?? 0) + amount) * 100) / 100);
  for (const { index, 0: element, 1: name } of text.matchAll(/<(Trade|CashTransaction|CorporateAction)\s[^>]*>/g)) {
    if (leaveOut.includes(text.slice(0, index).split("\n").length)) continue;
    const of = (attribute: string): string => new RegExp(`\\s${attribute}="([^"]*)"`).exec(element)?.[1] ?? "";
    if (name === "CashTransaction") take(of("currency"), Number(of("amount")));
    else if (name === "CorporateAction") take(of("currency"), Number(of("proceeds")));
    else {
      take(of("currency"), Number(of("netCash")));
      if (of("assetCategory") === "CASH") take(of("symbol").slice(0, 3), Number(of("quantity")));
    }
  }
  return sums;
}

describe("Hyperliquid, real", () => {
  const rows = (answer: ImportAnswer, kind: string) => answer.comparison.filter((row) => row.kind === kind);
  const total = (values: readonly string[]): string =>
    values.reduce((sum, value) => sum + BigInt(Math.round(Number(value) * 1e6)), 0n).toString();

  skip("[HLF-6, IMP-2] 500 fills, each once in whatever order; size, fees and the stated P&L sum as recorded (S3.39)", () => {
    const fills = recordedFills();
    const account = new Account("USDC");
    const answer = account.booked("hyperliquid", [recordedText(FILLS)]);
    expect(counts(answer)).toMatchObject({ execution: 500 });
    expect(total(rows(answer, "realized").map(({ stated }) => stated))).toBe("-152586132");
    expect(total(fills.map(({ closedPnl }) => closedPnl))).toBe("-152586132");
    expect(fills.filter(({ fee }) => Number(fee) !== 0)).toEqual([]);
    const { seq } = account.engine.state;
    const again = account.booked("hyperliquid", [
      recordedText(`${hyperliquid}user_fills_by_time.json.gz`),
      JSON.stringify(fills.toReversed()),
      JSON.stringify(fills.slice(100, 300)),
    ]);
    expect([counts(again)["execution known"], account.engine.state.seq]).toEqual([1_200, seq]);
    const shuffled = new Account("USDC");
    shuffled.booked("hyperliquid", [JSON.stringify(fills.toSorted((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0)))]);
    for (const coin of new Set(fills.map((fill) => fill.coin)))
      expect(shuffled.units(`${coin}USDC-PERP@HYPERLIQUID`)).toBeCloseTo(account.units(`${coin}USDC-PERP@HYPERLIQUID`), 8);
  });

  skip("[HLF-2, HLF-3] every position chains once trades with oneself are two fills of one; the one gap is the half that the window cut off", () => {
    const fills = recordedFills();
    const pairs = fills.filter((fill, index) =>
      fills.some(
        (other, place) =>
          place > index &&
          other.hash === fill.hash &&
          other.px === fill.px &&
          other.sz === fill.sz &&
          other.startPosition === fill.startPosition &&
          other.side !== fill.side &&
          other.coin === fill.coin,
      ),
    );
    expect(pairs).toHaveLength(83);
    const account = new Account("USDC");
    const [gap, ...more] = rows(account.booked("hyperliquid", [JSON.stringify(fills)]), "gap");
    expect([gap?.about, gap?.stated, gap?.books, more]).toEqual(["SUIUSDC-PERP@HYPERLIQUID", "-1839.2", "-1734.8", []]);
    // The other side of the oldest fill is older than the reply's first millisecond; with it nothing is missing.
    const oldest = fills.toSorted((a, b) => a.time - b.time)[0];
    const half = { ...oldest, side: "A", dir: "Open Short", closedPnl: "0.0", oid: 1 };
    const whole = new Account("USDC");
    expect(rows(whole.booked("hyperliquid", [JSON.stringify([...fills, half])]), "gap")).toEqual([]);
    for (const [coin, held] of endOf(fills)) expect(whole.units(`${coin}USDC-PERP@HYPERLIQUID`)).toBeCloseTo(held, 8);
  });
});

/** What was held after the newest fill of each coin, by the venue. */
function endOf(fills: readonly RecordedFill[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const coin of new Set(fills.map((fill) => fill.coin))) {
    const own = fills.filter((fill) => fill.coin === coin);
    const newest = Math.max(...own.map(({ time }) => time));
    const last = own.filter(({ time }) => time === newest);
    const ending = last.map(({ startPosition, side, sz }) => Number(startPosition) + (side === "B" ? Number(sz) : -Number(sz)));
    // Of the fills of one millisecond the last is the one after which nothing begins.
    ends.set(coin, ending.find((end) => !last.some(({ startPosition }) => Math.abs(Number(startPosition) - end) < 1e-9)) ?? Number.NaN);
  }
  return ends;
}
