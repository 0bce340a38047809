import { describe, expect, test } from "vitest";
import type { Entry, Statement } from "../../statement/statement.ts";
import { flexText, OPTIONS, readRows, STOCK, trade } from "./fixture.ts";
import { flexInstant } from "./flex-time.ts";
import { type ReadStatement, readFlex } from "./read-flex.ts";

function statement(read: ReadStatement): Statement {
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.statement;
}
const entries = (read: ReadStatement): readonly Entry[] => statement(read).entries;
const problems = (read: ReadStatement): readonly string[] =>
  read.ok
    ? []
    : read.problems.map(({ code, line, figures }) =>
        [
          code,
          line,
          figures["field"] ?? figures["problem"] ?? figures["found"] ?? figures["answer"] ?? figures["accounts"],
          figures["value"],
        ]
          .join(" ")
          .trim(),
      );
const short = (entry: Entry): string => {
  if (entry.kind === "execution")
    return `${entry.executionId} v${entry.version}${entry.canceled ? " canceled" : ""} ${entry.side} ${entry.quantity} @ ${entry.price}`;
  if (entry.kind === "fee") return `fee ${entry.feeId} of ${entry.executionId} ${entry.amount} ${entry.currency}`;
  if (entry.kind === "cash")
    return `${entry.cashKind} ${entry.amount} ${entry.currency}${entry.contract === null ? "" : ` of ${entry.contract}`}${entry.perUnit === null ? "" : ` at ${entry.perUnit}`}`;
  if (entry.kind === "conversion") return `${entry.amount} ${entry.from} for ${entry.received} ${entry.to}`;
  if (entry.kind === "split")
    return `split ${entry.contract} ${entry.ratio === null ? "?" : `${entry.ratio.numerator}:${entry.ratio.denominator}`} ${entry.delta}`;
  if (entry.kind === "redemption") return `${entry.quantity} of ${entry.contract} for ${entry.received}`;
  if (entry.kind === "transfer-in-kind")
    return `${entry.arrives ? "in" : "out"} ${entry.quantity} of ${entry.contract} worth ${entry.worth}`;
  const into = entry.into.map(({ contract, ratio }) => `${contract} ${ratio?.numerator}:${ratio?.denominator}`);
  return `${entry.from} into ${into.join(", ")}${entry.keeps ? ", kept" : ""}`;
};
const read = (...rows: Parameters<typeof readRows>[0]): readonly string[] => entries(readRows(rows)).map(short);

describe("the file", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["an ampersand as it is",  flexText([["Trade", trade()]]).replace("ACME INC", "ACME & CO"), /^STATEMENT_MALFORMED 4 /],
    ["an element left open",   flexText([["Trade", trade()]]).replace("</FlexStatement>", ""),  /^STATEMENT_MALFORMED \d+ /],
    ["an entity of its own",   `<!DOCTYPE a [<!ENTITY b "c">]>\n${flexText([])}`,               /^STATEMENT_MALFORMED 1 a document type/],
    ["too many levels",        `${"<a>".repeat(20)}${"</a>".repeat(20)}`,                        /^STATEMENT_MALFORMED 1 elements nest too deep/],
    ["another document",       "<Report></Report>",                                              /^STATEMENT_FOREIGN 1 Report$/],
    ["a message of the web service", "<FlexStatementResponse><Status>Warn</Status><ErrorCode>1019</ErrorCode><ErrorMessage>Statement generation in progress.</ErrorMessage></FlexStatementResponse>", /^STATEMENT_SERVICE_SAYS 1 1019: Statement generation in progress$/],
    ["one that only says how it stands", "<FlexStatementResponse><Status>Fail</Status></FlexStatementResponse>", /^STATEMENT_SERVICE_SAYS 1 Fail$/],
    ["an answer without a statement", '<FlexQueryResponse queryName="q" type="AF"><FlexStatements count="0" /></FlexQueryResponse>', /^STATEMENT_EMPTY 1 a query's answer without any statement in it$/],
    ["nothing",                "",                                                               /^STATEMENT_MALFORMED 1 /],
  ] as const)("[FLEX-1] %s is refused by line", (_what, text, expected) => {
    expect(problems(readFlex(text, OPTIONS))).toEqual([expect.stringMatching(expected)]);
  });

  test("[FLEX-13] of two accounts one must be named, and only its lines are read", () => {
    const one = flexText([["Trade", trade()]]);
    const other = one.replace(/<FlexStatement [\s\S]*<\/FlexStatement>/, "");
    const inner = (text: string): string => /<FlexStatement [\s\S]*<\/FlexStatement>/.exec(text)?.[0] ?? "";
    const both = other.replace(
      '<FlexStatements count="1">',
      `<FlexStatements count="2">${inner(one)}${inner(flexText([["Trade", trade({ quantity: "3" })]], { accountId: "U2" }))}`,
    );
    expect(problems(readFlex(both, OPTIONS))).toEqual(["STATEMENT_ACCOUNT_UNCLEAR 1 U1, U2"]);
    expect(problems(readFlex(both, { ...OPTIONS, account: "U3" }))).toEqual(["STATEMENT_ACCOUNT_UNCLEAR 1 U1, U2"]);
    const second = readFlex(both, { ...OPTIONS, account: "U2" });
    expect(entries(second).map(short)[0]).toMatch(/buy 3 @ 50$/);
    expect(statement(second).account).toBe("U2");
  });

  test("[FLEX-14] what is left out, and what is not read, is told", () => {
    const rows = [
      ["Trade", trade()],
      ["CashTransaction", { type: "Magic", amount: "1", currency: "USD", dateTime: "20260402" }],
      ["Riddle", { answer: "42" }],
    ] as const;
    expect(problems(readRows(rows))).toEqual(["STATEMENT_VALUE_UNKNOWN 5 type Magic"]);
    const notes = statement(readRows(rows, { leaveOut: new Set([5]) })).notes;
    expect(notes).toEqual(["line 5: CashTransaction left out as asked", "1 of Riddle are not read"]);
  });
});

describe("trades", () => {
  test("[FLEX-2] rows at every level of detail count once (S3.39)", () => {
    const sums = ["ORDER", "SYMBOL_SUMMARY", "CLOSED_LOT"].map(
      (levelOfDetail) => ["Trade", trade({ levelOfDetail, tradeID: "", ibExecID: "" })] as const,
    );
    expect(read(...sums, ["Trade", trade()], ["Order", trade({ levelOfDetail: "ORDER" })])).toEqual([
      "0000e1a2.65b3c4d5.01 v0 buy 10 @ 50",
      "fee commission:0000e1a2.65b3c4d5.01 of 0000e1a2.65b3c4d5.01 1 USD",
    ]);
    expect(problems(readRows([["Trade", trade({ levelOfDetail: "ORDER" })]]))).toEqual([
      "STATEMENT_VALUE_MISSING 4 rows of level Execution",
    ]);
    expect(problems(readRows([["Trade", trade({ levelOfDetail: "PERHAPS" })]]))).toContain(
      "STATEMENT_VALUE_UNKNOWN 4 levelOfDetail PERHAPS",
    );
  });

  test("[FLEX-2] confirmations are read where there are no trades, and only there", () => {
    const { tradePrice: price = "", ibCommission: commission = "", ibExecID: execID = "", ...rest } = trade();
    const confirm = { ...rest, price, commission, execID } as Readonly<Record<string, string>>;
    expect(read(["TradeConfirm", confirm])[0]).toBe("0000e1a2.65b3c4d5.01 v0 buy 10 @ 50");
    expect(read(["Trade", trade()], ["TradeConfirm", confirm])).toHaveLength(2);
  });

  test("[FLEX-3] a correction is a later version of its execution; without an id the trade's number, then the row itself", () => {
    expect(read(["Trade", trade({ ibExecID: "0000e1a2.65b3c4d5.01.02" })])[0]).toBe("0000e1a2.65b3c4d5.01 v1 buy 10 @ 50");
    expect(read(["Trade", trade({ ibExecID: "" })])[0]).toBe("trade:7001 v0 buy 10 @ 50");
    const bare = trade({ ibExecID: "", tradeID: "" });
    const ids = entries(
      readRows([
        ["Trade", bare],
        ["Trade", bare],
      ]),
    ).flatMap((entry) => (entry.kind === "execution" ? [entry.executionId] : []));
    expect(new Set(ids).size).toBe(2);
    expect(entries(readRows([["Trade", bare]])).flatMap((entry) => (entry.kind === "execution" ? [entry.executionId] : []))).toEqual([
      ids[0],
    ]);
  });

  test("[FLEX-4] a canceled row undoes what it names, its commission comes back (S3.22, S3.43)", () => {
    const undo = trade({
      buySell: "BUY (Ca.)",
      quantity: "-10",
      proceeds: "500",
      ibCommission: "1",
      netCash: "501",
      ibExecID: "",
      tradeID: "7002",
      origTradeID: "7001",
    });
    expect(read(["Trade", trade()], ["Trade", undo]).slice(2)).toEqual([
      "0000e1a2.65b3c4d5.01 v0 canceled buy 10 @ 50",
      "fee commission:0000e1a2.65b3c4d5.01:canceled of 0000e1a2.65b3c4d5.01 -1 USD",
    ]);
    expect(read(["Trade", undo])[0]).toBe("trade:7001 v0 canceled buy 10 @ 50");
  });

  test("[FLEX-5] commission and tax are fees; a rebate is a negative one", () => {
    expect(read(["Trade", trade({ ibCommission: "0.25", taxes: "-0.5" })]).slice(1)).toEqual([
      "fee commission:0000e1a2.65b3c4d5.01 of 0000e1a2.65b3c4d5.01 -0.25 USD",
      "fee commission:0000e1a2.65b3c4d5.01:tax of 0000e1a2.65b3c4d5.01 0.5 USD",
    ]);
  });

  const pair = (more: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    trade({ assetCategory: "CASH", symbol: "EUR.USD", conid: "12087792", ...more });
  test("[FLEX-6] two currencies are a conversion, either way", () => {
    expect(read(["Trade", pair({ quantity: "1000", tradePrice: "1.1", proceeds: "-1100" })])).toEqual([
      "1100 USD for 1000 EUR",
      "fee commission:0000e1a2.65b3c4d5.01 of null 1 USD",
    ]);
    expect(read(["Trade", pair({ buySell: "SELL", quantity: "-1000", proceeds: "1100" })])[0]).toBe("1000 EUR for 1100 USD");
    expect(problems(readRows([["Trade", pair({ symbol: "USD.JPY", quantity: "1000", proceeds: "-7" })]]))).toEqual([
      "STATEMENT_CONTRADICTS 4 USD.JPY is counted in USD, not in JPY",
    ]);
  });

  test("[FLEX-7] a bond's net cash has the interest that it carried; its price is per cent", () => {
    const bond = trade({
      assetCategory: "BOND",
      symbol: "T 4.5 11/15/33",
      conid: "99",
      quantity: "10000",
      tradePrice: "98.5",
      proceeds: "-9850",
      ibCommission: "-5",
      netCash: "-9930.50",
    });
    const result = readRows([["Trade", bond]]);
    expect(entries(result).map(short)).toContain("interest -75.5 USD");
    expect(
      [...statement(result).contracts.values()].map(({ instrument }) => [instrument.multiplierUnits, instrument.multiplierScale]),
    ).toEqual([[1, 2]]);
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["a price with commas",     { tradePrice: "1,000" },       "STATEMENT_VALUE_INVALID 4 tradePrice 1,000"],
    ["no currency",             { currency: "" },              "STATEMENT_VALUE_MISSING 4 currency"],
    ["a class nobody knows",    { assetCategory: "MOON" },     "STATEMENT_VALUE_UNKNOWN 4 assetCategory MOON"],
    ["a side nobody knows",     { buySell: "GIVE" },           "STATEMENT_VALUE_UNKNOWN 4 buySell GIVE"],
    ["a purchase that sells",   { quantity: "-10" },           "STATEMENT_CONTRADICTS 4 BUY of -10"],
    ["a date with strokes",     { dateTime: "02/04/2026" },    "STATEMENT_VALUE_INVALID 4 dateTime 02/04/2026"],
  ] as const)("%s is refused by name and line (Z14)", (_what, more, expected) => {
    expect(problems(readRows([["Trade", trade(more)]]))).toContain(expected);
  });
});

describe("dates", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["20260402;110805",          "2026-04-02T15:08:05.000Z"],
    ["2026-04-02;11:08:05 EDT",  "2026-04-02T15:08:05.000Z"],
    ["2026-01-02;11:08:05 EST",  "2026-01-02T16:08:05.000Z"],
    ["20260402, 110805",         "2026-04-02T15:08:05.000Z"],
    ["02-Apr-26;110805",         "2026-04-02T15:08:05.000Z"],
    ["2026-04-02T15:08:05Z",     "2026-04-02T15:08:05.000Z"],
    ["20260402",                 "2026-04-02T04:00:00.000Z"],
  ] as const)("[FLEX-9] %s is %s", (text, expected) => expect(new Date(Number(flexInstant(text, "America/New_York"))).toISOString()).toBe(expected));

  test.each(["02/04/2026", "4/2/26;1100", "20261302", "20260230", "2026-04-02;25:00:00", "yesterday", "20260402;110805 XYZ"])(
    "[FLEX-9] %s is none",
    (text) => {
      expect(flexInstant(text, "America/New_York")).toHaveProperty("problem");
    },
  );
});

describe("cash", () => {
  const cash = (more: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
    currency: "USD",
    amount: "10",
    dateTime: "20260402;120000",
    transactionID: "1",
    levelOfDetail: "DETAIL",
    ...more,
  });
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["Deposits/Withdrawals",         {},                 ["transfer 10 USD"]],
    ["Deposits & Withdrawals",       { amount: "-10" },  ["transfer -10 USD"]],
    ["Broker Interest Received",     {},                 ["interest 10 USD"]],
    ["Withholding Tax",              STOCK,              ["tax 10 USD"]],
    ["Other Fees",                   { amount: "-1.5" }, ["fee -1.5 USD"]],
    ["Other Income",                 { amount: "0" },    []],
    ["Dividends",                    { levelOfDetail: "SUMMARY" }, []],
  ] as const)("[FLEX-8] %s", (type, more, expected) => {
    const got = read(["CashTransaction", cash({ type, ...more })]);
    expect(got.map((line) => line.replace(/ of 1001$/, ""))).toEqual(expected);
  });

  test("[FLEX-8] a dividend names its share and what was declared for one", () => {
    const described = (description: string): readonly string[] =>
      read(["Trade", trade()], ["CashTransaction", cash({ ...STOCK, type: "Dividends", description })]).slice(2);
    expect(described("ACME(US0000000011) CASH DIVIDEND USD 0.24 PER SHARE (Ordinary Dividend)")).toEqual([
      "dividend 10 USD of 1001 at 0.24",
    ]);
    expect(described("ACME(US0000000011) CASH DIVIDEND 1.00000000 USD PER SHARE (Return of Capital)")).toEqual([
      "dividend 10 USD of 1001 at 1.00000000",
    ]);
    expect(described("ACME(US0000000011) CASH DIVIDEND EUR 0.24 PER SHARE")).toEqual(["dividend 10 USD of 1001"]);
  });

  test("[FLEX-8, FLEX-3] lines without a number are told apart by what they say, and counted", () => {
    const line = cash({ type: "Other Fees", amount: "-1", transactionID: "" });
    const ids = entries(
      readRows([
        ["CashTransaction", line],
        ["CashTransaction", line],
      ]),
    ).flatMap((entry) => (entry.kind === "cash" ? [entry.cashId] : []));
    expect(new Set(ids).size).toBe(2);
  });
});

describe("corporate actions", () => {
  const action = (more: Readonly<Record<string, string>>): readonly [string, Readonly<Record<string, string>>] => [
    "CorporateAction",
    { ...STOCK, dateTime: "20260402;202500", actionID: "A1", proceeds: "0", amount: "0", ...more },
  ];
  const NEW = { conid: "2002", symbol: "NEWCO", isin: "US0000000029" };
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["a split",            [action({ type: "FS", quantity: "30", description: "ACME(US0000000011) SPLIT 4 FOR 1" })],   ["split 1001 4:1 30"]],
    ["a reverse split",    [action({ type: "RS", quantity: "-9", description: "ACME - 1:10 Reverse" })],                ["split 1001 1:10 -9"]],
    ["a stock dividend",   [action({ type: "SD", quantity: "1", description: "ACME STOCK DIVIDEND 1 FOR 10" })],         ["split 1001 11:10 1"]],
    ["one without a ratio", [action({ type: "SD", quantity: "1", description: "ACME" })],                                ["split 1001 ? 1"]],
    ["a cash merger",      [action({ type: "TC", quantity: "-10", proceeds: "306" })],                                  ["10 of 1001 for 306"]],
    ["a maturity",         [action({ type: "BM", quantity: "-10", proceeds: "10" })],                                   ["10 of 1001 for 10"]],
    ["a delisting",        [action({ type: "DW", quantity: "-10" })],                                                   ["10 of 1001 for 0"]],
    ["a merger in shares", [action({ type: "TC", quantity: "-10" }), action({ type: "TC", quantity: "2.5", ...NEW })],   ["1001 into 2002 1:4"]],
    ["with cash",          [action({ type: "TC", quantity: "-10", proceeds: "7" }), action({ type: "TC", quantity: "5", ...NEW })], ["1001 into 2002 1:2", "other 7 USD of 2002"]],
    ["a new contract",     [action({ type: "IC", quantity: "-10" }), action({ type: "IC", quantity: "10", ...NEW })],    ["1001 into 2002 1:1"]],
    ["a reverse split into another contract", [action({ type: "RS", quantity: "-10" }), action({ type: "RS", quantity: "1", ...NEW })], ["1001 into 2002 1:10"]],
  ] as const)("[FLEX-10] %s (B24)", (_what, rows, expected) => expect(read(...rows)).toEqual(expected));

  test("[FLEX-10] a spin-off comes beside its parent, whose cost stays; without a parent it is nobody's", () => {
    const spin = action({
      type: "SO",
      quantity: "5",
      ...NEW,
      description: "ACME(US0000000011) SPINOFF  1 FOR 2 (NEWCO, NEW COMPANY, US0000000029)",
    });
    expect(read(["Trade", trade()], spin).slice(2)).toEqual(["1001 into 2002 1:2, kept"]);
    const alone = readRows([spin]);
    expect(entries(alone).map(short)).toEqual(["in 5 of 2002 worth 0"]);
    expect(statement(alone).notes).toEqual([expect.stringContaining("what 5 NEWCO came for is not in the statement")]);
  });

  test("[FLEX-10] an action that nobody knows, and one that cannot be, are refused by line", () => {
    expect(problems(readRows([action({ type: "XX", quantity: "1" })]))).toEqual(["STATEMENT_VALUE_UNKNOWN 4 type XX"]);
    expect(problems(readRows([action({ type: "TC", quantity: "10", proceeds: "10" })]))).toEqual([
      "STATEMENT_CONTRADICTS 4 TC in which 0 contracts leave and 1 come",
    ]);
  });
});

test("[FLEX-11] transfers bring units at their worth, and cash", () => {
  const transfer = {
    ...STOCK,
    date: "20260402",
    type: "ACATS",
    direction: "IN",
    quantity: "25",
    positionAmount: "1250.5",
    cashTransfer: "0",
    transactionID: "9",
  };
  expect(read(["Transfer", transfer])).toEqual(["in 25 of 1001 worth 1250.5"]);
  expect(read(["Transfer", { ...transfer, direction: "OUT", quantity: "-25", positionAmount: "-1250.5" }])).toEqual([
    "out 25 of 1001 worth 1250.5",
  ]);
  expect(read(["Transfer", { ...transfer, quantity: "0", cashTransfer: "-300" }])).toEqual(["transfer -300 USD"]);
  expect(problems(readRows([["Transfer", { ...transfer, direction: "UP" }]]))).toEqual(["STATEMENT_VALUE_UNKNOWN 4 direction UP"]);
});

describe("what was held at the end", () => {
  const held = (more: Readonly<Record<string, string>>): readonly [string, Readonly<Record<string, string>>] => [
    "OpenPosition",
    { ...STOCK, position: "10", markPrice: "51", reportDate: "20260430", levelOfDetail: "SUMMARY", ...more },
  ];
  test("[FLEX-12] sums where there are sums, lots added up where there are not", () => {
    const of = (...rows: Parameters<typeof readRows>[0]): unknown =>
      statement(readRows(rows)).positions?.map(({ contract, quantity, mark }) => [contract, quantity, mark]);
    expect(of(held({}), held({ levelOfDetail: "LOT", position: "4" }), held({ levelOfDetail: "LOT", position: "6" }))).toEqual([
      ["1001", "10", "51"],
    ]);
    expect(of(held({ levelOfDetail: "LOT", position: "4" }), held({ levelOfDetail: "LOT", position: "6.5" }))).toEqual([
      ["1001", "10.5", "51"],
    ]);
    expect(of(["OpenPosition", {}])).toEqual([]);
    expect(of(["Trade", trade()])).toBeUndefined();
  });

  test("[FLEX-12] cash by currency; the sum in base currency is none", () => {
    const cash = (currency: string, endingCash: string): readonly [string, Readonly<Record<string, string>>] => [
      "CashReportCurrency",
      { currency, endingCash },
    ];
    expect(
      statement(readRows([cash("BASE_SUMMARY", "9"), cash("USD", "7.5"), cash("EUR", "-1")])).cash?.map(
        ({ currency, amount }) => `${amount} ${currency}`,
      ),
    ).toEqual(["7.5 USD", "-1 EUR"]);
  });

  test("[FLEX-12] a file of days ends as its last day does, whatever stands first", () => {
    const day = (date: string, position: string): string =>
      flexText([held({ position, reportDate: date })], { fromDate: date, toDate: date });
    const inner = (text: string): string => /<FlexStatement [\s\S]*<\/FlexStatement>/.exec(text)?.[0] ?? "";
    const file = day("20260430", "7").replace('<FlexStatements count="1">', `<FlexStatements count="2">${inner(day("20260401", "3"))}`);
    const both = statement(readFlex(file, OPTIONS));
    expect(both.positions?.map(({ quantity }) => quantity)).toEqual(["7"]);
    expect(both.covers).toEqual({ from: Date.parse("2026-04-01T04:00:00Z"), to: Date.parse("2026-05-01T03:59:59.999Z") });
  });
});

test("[FLEX-15] contracts have the gateway's ids; a CFD is not its share", () => {
  const of = (more: Readonly<Record<string, string>>): unknown =>
    [...statement(readRows([["Trade", trade(more)]])).contracts.values()].map(({ instrument, settledDaily }) => [
      instrument.id,
      instrument.settlement,
      instrument.priceScale,
      settledDaily,
    ]);
  expect(of({})).toEqual([["ACME@XNYS", "full", 6, false]]);
  expect(of({ assetCategory: "CFD", listingExchange: "" })).toEqual([["ACME-CFD@SMART", "margined", 6, false]]);
  expect(of({ assetCategory: "FUT", symbol: "ESH5", listingExchange: "CME", multiplier: "50" })).toEqual([
    ["ESH5@XCME", "margined", 6, true],
  ]);
  expect(of({ assetCategory: "OPT", symbol: "AAPL  250221C00180000", multiplier: "100" })).toEqual([
    ["AAPL250221C00180000@OPRA", "full", 6, false],
  ]);
});

describe("what a statement tells of", () => {
  const told = (text: string): readonly string[] => {
    const read = readFlex(text, OPTIONS);
    const instant = (at: number): string => new Date(at).toISOString().slice(0, 16);
    return read.ok ? read.statement.tells.map(({ from, to, executions }) => `${instant(from)} ${instant(to)} ${executions}`) : ["refused"];
  };
  const file = (days: string, inside = "<Trades />"): string =>
    `<FlexQueryResponse><FlexStatements>${days
      .split(",")
      .map((day) => {
        const [from = "", to = from, made = ""] = day.split("-");
        return `<FlexStatement accountId="U1" fromDate="${from}" toDate="${to}" whenGenerated="${made}">${inside}</FlexStatement>`;
      })
      .join("")}</FlexStatements></FlexQueryResponse>`;

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["its days, in the zone of its broker",        file("20260401-20260402"),                    ["2026-04-01T04:00 2026-04-03T04:00 true"]],
    ["a Monday has the weekend before it",         file("20260406"),                             ["2026-04-04T04:00 2026-04-07T04:00 true"]],
    ["so has a Sunday",                            file("20260405-20260406"),                    ["2026-04-04T04:00 2026-04-07T04:00 true"]],
    ["not what came after it was made",            file("20260401-20260402-20260402;130000"),    ["2026-04-01T04:00 2026-04-02T17:00 true"]],
    ["made the morning after: the whole day",      file("20260402-20260402-20260403;010000"),    ["2026-04-02T04:00 2026-04-03T04:00 true"]],
    ["each of its statements, a hole between them", file("20260401,20260403"),                   ["2026-04-01T04:00 2026-04-02T04:00 true", "2026-04-03T04:00 2026-04-04T04:00 true"]],
    ["cash alone tells of no trades",              file("20260401", "<CashTransactions />"),     ["2026-04-01T04:00 2026-04-02T04:00 false"]],
    ["confirmations do",                           file("20260401", "<TradeConfirms />"),        ["2026-04-01T04:00 2026-04-02T04:00 true"]],
  ] as const)("[HIST-7] %s", (_what, text, expected) => expect(told(text)).toEqual(expected));
});
