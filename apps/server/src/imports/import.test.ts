import { cashScale } from "@bulkhead/contract";
import {
  type AccountId,
  type Command,
  createEngine,
  type Event,
  type InstantMs,
  PLAIN_SETTINGS,
  type PortfolioId,
  type StateView,
} from "@bulkhead/core";
import { type Money, moneyOfUnits, parseMoney, parsePrice, parseQuantity } from "@bulkhead/money";
import { memoryJournal } from "@bulkhead/store";
import { clientOrderId } from "@bulkhead/venues";
import { describe, expect, test } from "vitest";
import { answerOf, type ImportAnswer, problemOf } from "./answer.ts";
import { bookAll } from "./book-all.ts";
import { type PlannedImport, planImport } from "./import-statements.ts";
import { openingOf } from "./open-import-account.ts";
import { readFiles } from "./read-files.ts";

type Row = Readonly<Record<string, string>>;

const ACME: Row = {
  assetCategory: "STK",
  symbol: "ACME",
  description: "ACME INC",
  conid: "1001",
  isin: "US0000000011",
  currency: "USD",
  listingExchange: "NYSE",
  multiplier: "1",
};
const NEWCO: Row = { symbol: "NEWCO", conid: "2002", isin: "US0000000029" };
const SECTION: Readonly<Record<string, string>> = {
  CashReportCurrency: "CashReport",
  CorporateAction: "CorporateActions",
  OpenPosition: "OpenPositions",
};
const attributes = (row: Row): string =>
  Object.entries(row)
    .map(([name, value]) => `${name}="${value}"`)
    .join(" ");

/** A statement of April 2026, or of the days given; a row with nothing is its empty section. */
function flex(rows: readonly (readonly [string, Row])[], days: Row = { fromDate: "20260401", toDate: "20260430" }): string {
  const lines = rows.map(([name, row]) => {
    const section = SECTION[name] ?? `${name}s`;
    return Object.keys(row).length === 0 ? `<${section}/>` : `<${section}><${name} ${attributes(row)}/></${section}>`;
  });
  return `<FlexQueryResponse>\n<FlexStatements>\n<FlexStatement accountId="U1" ${attributes(days)}>\n${lines.join("\n")}\n</FlexStatement></FlexStatements></FlexQueryResponse>`;
}

let trades = 0;
/** "20260402 buy 10 @ 50" for a dollar. */
function trade(what: string, more: Row = {}): readonly [string, Row] {
  const [date = "", side = "", quantity = "", , price = ""] = what.split(" ");
  trades += 1;
  const sign = side === "buy" ? "" : "-";
  return [
    "Trade",
    {
      ...ACME,
      dateTime: `${date};110000`,
      buySell: side.toUpperCase(),
      quantity: `${sign}${quantity}`,
      tradePrice: price,
      proceeds: "0",
      ibCommission: "-1",
      ibCommissionCurrency: "USD",
      tradeID: String(trades),
      ibExecID: `0000e1a2.${String(trades).padStart(8, "0")}.01.01`,
      ...more,
    },
  ];
}
const cash = (type: string, amount: string, more: Row = {}): readonly [string, Row] => [
  "CashTransaction",
  { currency: "USD", type, amount, dateTime: "20260401;090000", transactionID: `${type} ${amount} ${more["dateTime"] ?? ""}`, ...more },
];
const held = (position: string, more: Row = {}): readonly [string, Row] => [
  "OpenPosition",
  { ...ACME, position, levelOfDetail: "SUMMARY", markPrice: "50", ...more },
];
const ending = (endingCash: string, currency = "USD"): readonly [string, Row] => ["CashReportCurrency", { currency, endingCash }];
const action = (type: string, quantity: string, description: string, more: Row = {}): readonly [string, Row] => [
  "CorporateAction",
  { ...ACME, type, quantity, description, dateTime: "20260410;202500", actionID: "A1", proceeds: "0", ...more },
];

/** Nobody in particular, on a day after all statements here. */
const WHOSE = { venueAccount: null, sameAccount: false, now: Date.UTC(2026, 10, 20) } as const;

/** Books in memory that statements are imported into, as into a folder. */
class Account {
  readonly engine = createEngine();
  readonly journal = memoryJournal({ account: "main" as AccountId, id: "test" });
  at = Date.parse("2026-03-01T00:00:00Z");

  constructor() {
    this.book(openingOf("main" as AccountId, { baseCurrency: "USD", venue: "ibkr", at: this.at as InstantMs }));
  }

  book(commands: readonly Command[]): void {
    bookAll(this, commands);
  }

  do(command: Readonly<Record<string, unknown>>): void {
    this.book([{ at: Math.max(this.at, this.state.at), by: "test", ...command } as unknown as Command]);
  }

  plan(
    texts: readonly string[],
    more: Partial<Parameters<typeof readFiles>[1]> &
      Partial<Pick<Parameters<typeof planImport>[1], "aliases" | "allocations" | "whose">> = {},
  ): PlannedImport {
    const files = texts.map((text, index) => ({ name: `${index + 1}.xml`, bytes: new TextEncoder().encode(text) }));
    const read = readFiles(files, { format: "flex", statementAccount: null, zone: "America/New_York", leaveOut: [], ...more });
    if (!read.ok) return read;
    return planImport(this, {
      statements: read.statements,
      aliases: more.aliases ?? [],
      allocations: more.allocations ?? [],
      whose: more.whose ?? WHOSE,
      by: "test",
      cashScale,
      opening: [],
      stamp: (state: StateView) => state.at,
    });
  }

  import(...texts: readonly string[]): ImportAnswer {
    const planned = this.plan(texts);
    if (!planned.ok) throw new Error(planned.problems.map((problem) => problemOf(problem).detail).join("\n"));
    this.book(planned.plan.commands);
    this.engine.audit();
    return answerOf("main", planned.plan, true);
  }

  problems(texts: readonly string[], more: Parameters<Account["plan"]>[1] = {}): readonly string[] {
    const planned = this.plan(texts, more);
    return planned.ok
      ? []
      : planned.problems.map(
          ({ code, file, line, figures }) =>
            `${code} ${file}:${line} ${String(figures["refusal"] ?? figures["candidates"] ?? figures["problem"] ?? figures["value"])}`,
        );
  }

  portfolio(id: string): void {
    this.do({ type: "CreatePortfolio", portfolio: id as PortfolioId, startingCash: moneyOfUnits(0), settings: PLAIN_SETTINGS });
  }

  /** Units that a portfolio is given by another. */
  give(to: string, units: string): void {
    const quantity = parseQuantity(units, 4);
    const price = parsePrice("50", 6);
    if (quantity.ok && price.ok)
      this.do({
        type: "TransferPosition",
        from: "unattributed",
        to,
        instrument: "ACME@XNYS",
        quantity: quantity.value,
        price: price.value,
        transferId: `give ${to}`,
        reason: "",
      });
  }

  cash(portfolio: string, asset = "USD"): number {
    return Number(this.state.portfolios.get(portfolio as PortfolioId)?.ledger.get(asset as never)?.cash ?? 0) / 10 ** cashScale(asset);
  }

  units(portfolio: string, asset = "ACME@XNYS"): number {
    const known = this.state.assets.get(asset as never);
    return (
      Number(this.state.portfolios.get(portfolio as PortfolioId)?.holdings.get(asset as never)?.quantity ?? 0) / 10 ** (known?.scale ?? 0)
    );
  }

  get events(): readonly Event[] {
    return [...this.journal.read(1)].flatMap(({ events }) => events);
  }

  get state(): StateView {
    return this.engine.state;
  }
}

const counts = ({ counts: rows }: ImportAnswer): readonly string[] => rows.map(({ kind, booked, known }) => `${kind} ${booked}+${known}`);
const differences = ({ comparison }: ImportAnswer): readonly string[] =>
  comparison.filter(({ equal }) => !equal).map(({ about, stated, books }) => `${about} ${stated} ${books}`);

const APRIL = [cash("Deposits/Withdrawals", "1000"), trade("20260402 buy 10 @ 50"), trade("20260403 sell 4 @ 55")];
const WHOLE = flex([...APRIL, held("6"), ending("718")]);

describe("counted once", () => {
  test("[IMP-2, IMP-7] a statement is booked, equals what it says was held, and twice is once (I12, A7)", () => {
    const account = new Account();
    const first = account.import(WHOLE);
    expect([counts(first), first.equal]).toEqual([["definition 2+0", "execution 2+0", "fee 2+0", "cash 1+0"], true]);
    const { seq } = account.state;
    const again = account.import(WHOLE);
    expect([counts(again), again.equal, account.state.seq]).toEqual([["execution 0+2", "fee 0+2", "cash 0+1"], true, seq]);
  });

  test("[IMP-2] files in any order, overlapping, together or apart, come to the same books (S3.44)", () => {
    const [deposit, ...bought] = APRIL;
    if (deposit === undefined) throw new Error("no deposit");
    const files = [
      flex([deposit, ...bought.slice(0, 1)], { fromDate: "20260401", toDate: "20260402" }),
      flex(bought, { fromDate: "20260402", toDate: "20260430" }),
      WHOLE,
    ];
    const ends = [files, files.toReversed(), [WHOLE], [WHOLE, WHOLE]].map((order) => {
      const account = new Account();
      account.import(...order);
      return [account.cash("unattributed"), account.units("unattributed")];
    });
    const apart = new Account();
    for (const file of files) apart.import(file);
    expect([...ends, [apart.cash("unattributed"), apart.units("unattributed")]]).toEqual(Array(5).fill([718, 6]));
  });

  test("[IMP-2, IMP-4] what the gateway told before is known, under its own name for the contract (B9, MAP-1)", () => {
    const account = new Account();
    const statement = flex([trade("20260402 buy 10 @ 50", { ibExecID: "0000e1a2.0000abcd.01.01" }), held("10"), ending("-501")]);
    account.do({ type: "DefineAsset", asset: { id: "ACME@SMART-X", kind: "share", scale: 4 } });
    const instrument = {
      id: "ACME@SMART-X",
      symbol: "ACM",
      base: "ACME@SMART-X",
      quote: "USD",
      settlement: "full",
      priceScale: 4,
      tickSize: 100,
      sizeIncrement: 10_000,
      quantityMin: 0,
      notionalMin: 0,
      multiplierUnits: 1,
      multiplierScale: 0,
      shortable: true,
    };
    account.do({ type: "DefineInstrument", instrument });
    account.do({
      type: "RecordExecution",
      executionId: "0000e1a2.0000abcd.01",
      version: 0,
      venueOrder: null,
      tag: null,
      instrument: "ACME@SMART-X",
      side: "buy",
      quantity: 100_000,
      price: 500_000,
      fee: null,
      venueAt: account.at,
    });
    account.do({
      type: "RecordFee",
      feeId: "commission:0000e1a2.0000abcd.01",
      executionId: "0000e1a2.0000abcd.01",
      portfolio: null,
      fee: { asset: "USD", amount: 1_000_000 },
    });
    const answer = account.import(statement);
    expect([counts(answer), answer.equal]).toEqual([["execution 0+1", "fee 0+1"], true]);
  });

  test("[IMP-2, FLEX-4] a trade that was canceled, and one that was corrected, end as they should (S3.22, S3.43)", () => {
    const account = new Account();
    const id = "0000e1a2.0000beef.01";
    account.import(flex([trade("20260402 buy 10 @ 50", { ibExecID: `${id}.01`, tradeID: "900" })]));
    const undo = trade("20260402 buy 10 @ 50", {
      buySell: "BUY (Ca.)",
      quantity: "-10",
      ibCommission: "1",
      ibExecID: "",
      tradeID: "901",
      origTradeID: "900",
    });
    const both = flex([trade("20260402 buy 10 @ 50", { ibExecID: `${id}.01`, tradeID: "900" }), undo, held("0"), ending("0")]);
    expect(account.import(both).equal).toBe(true);
    expect(account.import(both).equal).toBe(true);
    expect([account.units("unattributed"), account.cash("unattributed")]).toEqual([0, 0]);
    const other = new Account();
    other.import(flex([trade("20260402 buy 10 @ 50", { ibExecID: `${id}.01`, ibCommission: "0" })]));
    const corrected = flex([trade("20260402 buy 8 @ 49", { ibExecID: `${id}.02`, ibCommission: "0" }), held("8"), ending("-392")]);
    expect(other.import(corrected, corrected).equal).toBe(true);
  });
});

describe("nothing or all", () => {
  test("[IMP-1] every line in the way is told at once, of every file, and nothing is booked (S0.50)", () => {
    const account = new Account();
    const { seq } = account.state;
    const bad = flex([...APRIL, cash("Magic", "1"), cash("Riddles", "1")]);
    expect(account.problems([bad, flex([trade("20260402 buy 10 @ dear")])])).toEqual([
      "STATEMENT_VALUE_UNKNOWN 1.xml:7 Magic",
      "STATEMENT_VALUE_UNKNOWN 1.xml:8 Riddles",
      "STATEMENT_VALUE_INVALID 2.xml:4 not a plain number",
    ]);
    expect(account.state.seq).toBe(seq);
    expect(account.plan([bad], { leaveOut: [7, 8] }).ok).toBe(true);
  });

  test("[IMP-1] what the books would refuse is found on the copy (I12)", () => {
    const account = new Account();
    const one = trade("20260402 buy 10 @ 50");
    account.import(flex([one]));
    const { seq } = account.state;
    const changed = flex([["Trade", { ...one[1], quantity: "11" }], trade("20260403 buy 1 @ 50")]);
    expect(account.problems([changed])).toEqual(["STATEMENT_COMMAND_REFUSED 1.xml:4 EXECUTION_MISMATCH"]);
    expect(account.problems([flex([trade("20260402 buy 0.00001 @ 50")])])).toEqual([
      "STATEMENT_VALUE_INVALID 1.xml:4 finer than the books keep it",
    ]);
    expect(account.state.seq).toBe(seq);
  });

  test("[IMP-1] a file that is neither text nor gzip, and files of two accounts, are refused", () => {
    const account = new Account();
    const read = readFiles(
      [
        { name: "a", bytes: Uint8Array.of(0x1f, 0x8b, 1, 2) },
        { name: "b", bytes: Uint8Array.of(0xff, 0xfe) },
      ],
      { format: "flex", statementAccount: null, zone: "UTC", leaveOut: [] },
    );
    expect(read.ok ? [] : read.problems.map(({ code, file }) => `${code} ${file}`)).toEqual(["STATEMENT_NOT_TEXT a", "STATEMENT_EMPTY b"]);
    expect(account.problems([WHOLE, WHOLE.replace('"U1"', '"U2"')])).toEqual(["STATEMENT_ACCOUNT_UNCLEAR 1.xml, 2.xml:1 undefined"]);
  });

  test("[IMP-3] in an account that is there everything is booked now, and the venue's time is kept", () => {
    const account = new Account();
    const now = account.state.at;
    account.import(WHOLE);
    const [booked] = account.events.flatMap((event) => (event.type === "ExecutionBooked" ? [event] : []));
    expect([account.state.at, booked?.venueAt]).toEqual([now, Date.parse("2026-04-02T15:00:00Z")]);
  });
});

describe("whose it is", () => {
  test("[IMP-5] an execution of our own order finds it; another says who asked (B6, B9)", () => {
    const account = new Account();
    account.import(flex([cash("Deposits/Withdrawals", "1000"), trade("20260402 buy 1 @ 50")]));
    account.portfolio("mine");
    account.do({
      type: "TransferCapital",
      from: "unattributed",
      to: "mine",
      asset: "USD",
      amount: money("500"),
      transferId: "t",
      reason: "",
    });
    const terms = {
      instrument: "ACME@XNYS",
      side: "buy",
      quantity: 20_000,
      orderType: "market",
      limit: null,
      stop: null,
      timeInForce: "day",
      expiresAt: null,
    };
    account.do({
      type: "PlaceOrder",
      portfolio: "mine",
      terms,
      origin: "person",
      sizing: "exact",
      reduceOnly: false,
      allowDuplicate: true,
      protect: null,
      lots: [],
      quote: 50_000_000,
      quoteAt: account.state.at,
      marketOpen: true,
      strategy: "",
      confidence: null,
      why: "",
      intentId: "",
    });
    const reference = clientOrderId("main" as AccountId, { epoch: account.state.epoch, venueOrder: 1 as never });
    account.import(
      flex([trade("20260403 buy 2 @ 50", { orderReference: reference }), trade("20260403 buy 3 @ 50", { orderReference: "somebody-7" })]),
    );
    expect([account.units("mine"), account.units("unattributed")]).toEqual([2, 4]);
    const tags = [...account.journal.read(1)].flatMap(({ command }) =>
      command.type === "RecordExecution" ? [command.tag?.reference ?? null] : [],
    );
    expect(tags).toEqual(["", null, "somebody-7"]);
  });

  const dividend = (amount: string): readonly [string, Row] =>
    cash("Dividends", amount, {
      ...ACME,
      dateTime: "20260405;200000",
      description: "ACME(US0000000011) CASH DIVIDEND USD 0.333 PER SHARE (Ordinary)",
    });
  test("[IMP-6] a dividend goes to who holds, to the last unit; tax too (A7, I18)", () => {
    const account = new Account();
    account.import(flex([trade("20260402 buy 10 @ 50", { ibCommission: "0" })]));
    account.portfolio("a");
    account.portfolio("b");
    account.give("a", "7");
    account.give("b", "3");
    const before = account.cash("unattributed");
    const answer = account.import(flex([dividend("3.33"), cash("Withholding Tax", "-0.5", { ...ACME, dateTime: "20260405;200000" })]));
    expect(counts(answer)).toEqual(["cash 2+0"]);
    expect([account.cash("a"), account.cash("b"), account.cash("unattributed") - before]).toEqual([1.981, 0.849, 0]);
    expect(
      account.events
        .filter(({ type }) => type === "BreakRaised" || type === "BreakOpened")
        .some((event) => JSON.stringify(event).includes("income")),
    ).toBe(false);
  });

  test("[IMP-6] what was paid otherwise than declared waits for somebody", () => {
    const account = new Account();
    account.import(flex([trade("20260402 buy 10 @ 50", { ibCommission: "0" })]));
    account.portfolio("a");
    account.give("a", "10");
    const before = account.cash("unattributed");
    account.import(flex([dividend("5.33")]));
    expect([account.cash("a"), account.cash("unattributed") - before]).toEqual([3.33, 2]);
  });

  test("[IMP-4] two instruments that could be meant are not guessed between; a person says it (MAP-2)", () => {
    const account = new Account();
    account.import(
      flex([trade("20260402 buy 1 @ 50"), trade("20260402 buy 1 @ 50", { conid: "1002", isin: "", listingExchange: "NASDAQ" })]),
    );
    expect([account.units("unattributed"), account.units("unattributed", "ACME@XNAS")]).toEqual([1, 1]);
    const other = flex([trade("20260403 sell 1 @ 50", { conid: "1003", isin: "", listingExchange: "ARCA" })]);
    expect(account.problems([other])).toEqual(["STATEMENT_INSTRUMENT_UNCLEAR 1.xml:4 ACME@XNYS, ACME@XNAS"]);
    expect(account.problems([other], { aliases: [{ key: "1003", instrument: "ACME@NOWHERE" }] })).toEqual([
      "STATEMENT_INSTRUMENT_UNCLEAR 1.xml:4 ACME@NOWHERE, which the books do not have",
    ]);
    expect(account.plan([other], { aliases: [{ key: "1003", instrument: "ACME@XNAS" }] }).ok).toBe(true);
    // Said once, it is kept with the books; said otherwise, it is otherwise.
    const planned = account.plan([other], { aliases: [{ key: "1003", instrument: "ACME@XNAS" }] });
    if (!planned.ok) throw new Error("refused");
    expect(planned.plan.commands.filter(({ type }) => type === "NameStatementContract")).toMatchObject([{ name: "1003", by: "test" }]);
    account.book(planned.plan.commands);
    const again = account.plan([other.replaceAll("0000e1a2", "0000e1a9")]);
    expect(again.ok).toBe(true);
    expect(account.plan([other], { aliases: [{ key: "9", instrument: "NONE@XNYS" }] })).toMatchObject({
      plan: { notes: expect.arrayContaining([expect.stringContaining("--alias 9=NONE@XNYS: the books have no NONE@XNYS")]) },
    });
  });
});

describe("time", () => {
  const deposit = (date: string): readonly [string, Row] => cash("Deposits/Withdrawals", "5", { dateTime: `${date};090000` });
  const at = (text: string) => ({ ...WHOSE, now: Date.parse(text) });

  test("[IMP-12] what is dated more than a week ahead of the clock is refused by line; what settles in days is not", () => {
    const account = new Account();
    const statement = flex([deposit("20260401"), deposit("20260420")]);
    expect(account.problems([statement], { whose: at("2026-04-05T12:00:00Z") })).toEqual(["STATEMENT_IN_FUTURE 1.xml:5 undefined"]);
    expect(account.problems([statement], { whose: at("2026-04-14T12:00:00Z") })).toEqual([]);
  });

  test("[HIST-3] a statement covers nothing that has not been yet, an empty one what it says, and one of long ago the past", () => {
    const account = new Account();
    const covered = (text: string, now: string): readonly string[] => {
      const planned = account.plan([text], { whose: at(now) });
      if (!planned.ok) throw new Error("refused");
      account.book(planned.plan.commands);
      return account.state.reconciliation.history.covered.map(
        ({ from, to }) => `${new Date(from).toISOString()} ${new Date(to).toISOString()}`,
      );
    };
    const empty = (fromDate: string, toDate: string): string => flex([["Trade", {}]], { fromDate, toDate });
    expect(covered(empty("20260401", "20260430"), "2026-04-10T12:00:00Z")).toEqual(["2026-04-01T04:00:00.000Z 2026-04-10T12:00:00.000Z"]);
    expect(covered(empty("20260501", "20260531"), "2026-04-10T12:00:00Z")).toHaveLength(1);
    expect(covered(empty("20240102", "20240131"), "2026-04-10T12:00:00Z")).toEqual([
      "2024-01-02T05:00:00.000Z 2024-02-01T05:00:00.000Z",
      "2026-04-01T04:00:00.000Z 2026-04-10T12:00:00.000Z",
    ]);
  });
});

describe("beginning and adoption", () => {
  test("[IMP-11] history is one thing to claim for each asset that is still held (C30)", () => {
    const statement = flex([
      ...APRIL,
      trade("20260404 buy 5 @ 10", NEWCO),
      trade("20260405 sell 5 @ 11", NEWCO),
      trade("20260406 buy 1 @ 50"),
      held("7"),
    ]);
    const fresh = { engine: createEngine(), journal: memoryJournal({ account: "new" as AccountId, id: "new" }) };
    const read = readFiles([{ name: "a", bytes: new TextEncoder().encode(statement) }], {
      format: "flex",
      statementAccount: null,
      zone: "America/New_York",
      leaveOut: [],
    });
    if (!read.ok) throw new Error("unread");
    const opening = openingOf("new" as AccountId, { baseCurrency: "USD", venue: "ibkr", at: 1_000 as InstantMs });
    const planned = planImport(fresh, {
      statements: read.statements,
      aliases: [],
      allocations: [],
      whose: WHOSE,
      by: "test",
      cashScale,
      opening,
      stamp: (state) => state.at,
    });
    if (!planned.ok) throw new Error("refused");
    bookAll(fresh, planned.plan.commands);
    const breaks = [...fresh.engine.state.reconciliation.breaks.values()].map(({ asset, left }) => `${asset} ${Number(left) / 1e4}`);
    expect(breaks).toEqual(["ACME@XNYS 7"]);
    const account = new Account();
    account.import(statement);
    expect(account.state.reconciliation.breaks.size).toBe(5);
  });

  test("[IMP-11] what was adopted is not booked again; what came after is (C30, B9)", () => {
    const account = new Account();
    account.import(flex([trade("20260402 buy 10 @ 50", { ibCommission: "0" })]));
    const at = Date.parse("2026-04-10T00:00:00Z");
    const snapshot = {
      snapshotId: "s1",
      from: at,
      to: at,
      quiet: true,
      positions: [],
      cash: [],
      openOrders: null,
      endedOrders: null,
      executionsSince: null,
    };
    account.at = at;
    account.do({
      type: "AdoptBaseline",
      snapshot: {
        ...snapshot,
        positions: [{ instrument: "ACME@XNYS", quantity: 200_000, averageCost: null }],
        cash: [{ asset: "USD", amount: 0 }],
      },
      reason: "attached",
    });
    expect(account.units("unattributed")).toBe(20);
    const answer = account.import(
      flex([
        trade("20260403 buy 10 @ 50"),
        cash("Deposits/Withdrawals", "5"),
        trade("20260411 sell 1 @ 50", { ibCommission: "0" }),
        held("19"),
      ]),
    );
    expect([answer.equal, account.units("unattributed"), counts(answer)]).toEqual([true, 19, ["execution 1+0"]]);
    expect(answer.notes).toContainEqual(expect.stringMatching(/^3 lines are from before the account was adopted on 2026-04-10/));
  });
});

describe("the end", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["all as stated",            [held("6"), ending("718")],                          []],
    ["a cent and a half more",   [held("6"), ending("718.015")],                      ["USD 718.015 718.00"]],
    ["less than a cent",         [held("6"), ending("718.004")],                      []],
    ["units that nobody told",   [held("7"), ending("718")],                          ["ACME@XNYS 7 6"]],
    ["nothing held",             [["OpenPosition", {}], ending("718")],               ["ACME@XNYS 0 6"]],
    ["a currency more",          [held("6"), ending("718"), ending("5", "EUR")],       ["EUR 5.00 0.00"]],
    ["something never traded",   [held("6"), held("2", NEWCO), ending("718")],         ["NEWCO@XNYS 2 0"]],
  ] as const)("[IMP-7] %s (I2, I3)", (_what, end, expected) => {
    const answer = new Account().import(flex([...APRIL, ...(end as readonly (readonly [string, Row])[])]));
    expect([differences(answer), answer.equal]).toEqual([expected, expected.length === 0]);
  });

  test("[IMP-7] sections that are missing are told, and are no difference (B10)", () => {
    const answer = new Account().import(flex(APRIL));
    expect([answer.equal, answer.notes]).toEqual([
      true,
      [expect.stringContaining("Open Positions"), expect.stringContaining("Cash Report")],
    ]);
  });

  test("[IMP-7] what was executed after the statement's end does not count against it", () => {
    const account = new Account();
    account.import(flex([...APRIL, trade("20260505 buy 1 @ 40")], { fromDate: "20260401", toDate: "20260531" }));
    expect(account.import(WHOLE).equal).toBe(true);
  });

  test("[IMP-7] open futures have their gains in the stated cash", () => {
    const future: Row = {
      ...ACME,
      assetCategory: "FUT",
      symbol: "ESH7",
      conid: "5005",
      isin: "",
      listingExchange: "CME",
      multiplier: "50",
    };
    const rows = [
      cash("Deposits/Withdrawals", "10000"),
      trade("20260402 buy 2 @ 5000", future),
      held("2", { ...future, markPrice: "5010" }),
      ending("10999"),
    ];
    const answer = new Account().import(flex(rows));
    expect([differences(answer), answer.comparison.length]).toEqual([[], 2]);
  });

  test("[IMP-9] what lies between two statements is told", () => {
    const answer = new Account().import(
      flex(APRIL, { fromDate: "20260401", toDate: "20260403" }),
      flex([], { fromDate: "20260501", toDate: "20260531" }),
    );
    expect(answer.missing.map(({ from, to }) => [from.slice(0, 10), to.slice(0, 10)])).toEqual([["2026-04-04", "2026-05-01"]]);
  });
});

describe("corporate actions (B24)", () => {
  const bought = [cash("Deposits/Withdrawals", "1000"), trade("20260402 buy 10 @ 50", { ibCommission: "0" })];
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["a split",             [action("FS", "30", "ACME SPLIT 4 FOR 1")],                                                  [held("40"), ending("500")]],
    ["a reverse split with a fraction", [action("RS", "-7", "ACME SPLIT 1 FOR 3", { proceeds: "16.5" })],                 [held("3"), ending("516.5")]],
    ["a stock dividend",    [action("SD", "1", "ACME STOCK DIVIDEND")],                                                  [held("11"), ending("500")]],
    ["a cash merger",       [action("TC", "-10", "ACME MERGED", { proceeds: "612.34" })],                                [["OpenPosition", {}], ending("1112.34")]],
    ["a merger in shares and cash", [action("TC", "-10", "ACME MERGED", { proceeds: "7" }), action("TC", "4", "ACME MERGED", NEWCO)], [held("4", NEWCO), ending("507")]],
    ["a new contract",      [action("IC", "-10", "ACME RENAMED"), action("IC", "10", "ACME RENAMED", NEWCO)],             [held("10", NEWCO), ending("500")]],
    ["a spin-off",          [action("SO", "5", "ACME(US0000000011) SPINOFF 1 FOR 2", NEWCO)],                             [held("10"), held("5", NEWCO), ending("500")]],
    ["a delisting",         [action("DW", "-10", "ACME DELISTED")],                                                      [["OpenPosition", {}], ending("500")]],
  ] as const)("[IMP-8] %s ends as the broker says, and once (A7)", (_what, rows, end) => {
    const account = new Account();
    const statement = flex([...bought, ...(rows as readonly (readonly [string, Row])[]), ...(end as readonly (readonly [string, Row])[])]);
    expect(differences(account.import(statement))).toEqual([]);
    expect(differences(account.import(statement))).toEqual([]);
  });

  test("[IMP-8] a split reaches every portfolio, a conversion carries its cost", () => {
    const account = new Account();
    account.import(flex(bought));
    account.portfolio("a");
    account.give("a", "4");
    account.import(flex([action("FS", "30", "ACME SPLIT 4 FOR 1")]));
    expect([account.units("a"), account.units("unattributed")]).toEqual([16, 24]);
    account.import(flex([action("TC", "-40", "MERGED", { actionID: "A2" }), action("TC", "20", "MERGED", { ...NEWCO, actionID: "A2" })]));
    const holding = account.state.portfolios.get("a" as PortfolioId)?.holdings.get("NEWCO@XNYS" as never);
    expect([account.units("a"), account.units("a", "NEWCO@XNYS"), Number(holding?.lots[0]?.cost)]).toEqual([0, 8, 200_000_000]);
  });

  const SPINOFF = action("SO", "5", "ACME(US0000000011) SPINOFF 1 FOR 2", NEWCO);
  const costs = (account: Account): readonly number[] =>
    ["ACME@XNYS", "NEWCO@XNYS"].map((asset) =>
      [...account.state.portfolios.values()].reduce(
        (sum, { holdings }) => sum + (holdings.get(asset as never)?.lots ?? []).reduce((all, lot) => all + Number(lot.cost), 0),
        0,
      ),
    );

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["nothing said",         [],                                               500_000_000, "the whole cost stays with ACME@XNYS: its company states how it is divided (Form 8937); before it is booked, say it with --allocate NEWCO=SHARE"],
    ["a fraction",           [{ key: "NEWCO", share: "0.0812" }],              459_400_000, "0.0812 of the cost of ACME@XNYS goes with NEWCO@XNYS"],
    ["per cent, by conid",   [{ key: "2002", share: "8.12%" }],           459_400_000, "0.0812 of the cost of ACME@XNYS goes with NEWCO@XNYS"],
    ["a third, to the cent", [{ key: "NEWCO@XNYS", share: "0.333333333" }],    333_333_333, "0.333333333 of the cost"],
    ["something else",       [{ key: "OTHER", share: "0.5" }],                 500_000_000, "--allocate OTHER: nothing that was spun off"],
  ] as const)("[IMP-13] the cost of what is spun off, with %s: Σ is what it was", (_what, allocations, kept, note) => {
    const account = new Account();
    const planned = account.plan([flex([...bought, SPINOFF])], { allocations });
    if (!planned.ok) throw new Error("refused");
    account.book(planned.plan.commands);
    account.engine.audit();
    const [acme = 0, newco = 0] = costs(account);
    // Half a millionth of a dollar is rounded.
    expect([acme + newco, Math.abs(acme - kept) <= 1]).toEqual([500_000_000, true]);
    expect(planned.plan.notes.join("\n")).toContain(note);
  });

  test("[IMP-13] more than the whole cost is refused", () => {
    const account = new Account();
    const two = action("SO", "5", "ACME(US0000000011) SPINOFF 1 FOR 2", { ...NEWCO, actionID: "A1" });
    expect(account.plan([flex([...bought, two])], { allocations: [{ key: "NEWCO", share: "1" }] }).ok).toBe(true);
    const other = action("TC", "5", "MERGED", { ...NEWCO, actionID: "A3" });
    const third = action("TC", "5", "MERGED", { ...NEWCO, conid: "1009", symbol: "THIRD", isin: "", actionID: "A3" });
    const merged = flex([...bought, action("TC", "-10", "MERGED", { actionID: "A3" }), other, third]);
    expect(account.plan([merged], { allocations: [{ key: "THIRD", share: "25%" }] }).ok).toBe(true);
  });

  test("[IMP-8] a split of other units than the broker's is told, and one of nothing cannot be worked out", () => {
    const account = new Account();
    account.import(flex(bought));
    expect(account.import(flex([action("FS", "300", "ACME SPLIT 4 FOR 1")])).notes).toContainEqual(expect.stringContaining("by its ratio"));
    expect(new Account().problems([flex([action("SD", "3", "ACME STOCK DIVIDEND")])])).toEqual([
      "STATEMENT_CONTRADICTS 1.xml:4 3 units for a holding that the books do not have, and no ratio",
    ]);
  });

  test("[IMP-8, FLEX-11] what comes from another broker is capital worth what it was worth, and no cash (C30)", () => {
    const account = new Account();
    const transfer: readonly [string, Row] = [
      "Transfer",
      {
        ...ACME,
        date: "20260402",
        type: "ACATS",
        direction: "IN",
        quantity: "3",
        positionAmount: "100",
        cashTransfer: "25",
        transactionID: "9",
      },
    ];
    const statement = flex([transfer, held("3"), ending("25")]);
    expect(account.import(statement, statement).equal).toBe(true);
    const { contributions } = account.state.portfolios.get("unattributed" as PortfolioId) ?? {};
    expect(Number(contributions)).toBe(125_000_000 - 1);
  });
});

const money = (text: string): Money => {
  const parsed = parseMoney(text, 6);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
};
