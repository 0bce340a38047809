import { expect, test } from "vitest";
import type { Entry } from "../statement/statement.ts";
import { readCsv } from "./read-csv.ts";

const OPTIONS = { file: "a.csv", cashScale: () => 6, account: null, zone: "UTC", leaveOut: new Set<number>() };
const read = (text: string, more: Partial<typeof OPTIONS> = {}) => readCsv(text, { ...OPTIONS, ...more });
const entries = (text: string): readonly Entry[] => {
  const result = read(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.statement.entries;
};
const problems = (text: string): readonly string[] => {
  const result = read(text);
  return result.ok
    ? []
    : result.problems.map(
        ({ code, line, figures }) => `${code} ${line} ${String(figures["field"] ?? figures["expected"] ?? figures["problem"])}`,
      );
};

const WHOLE = `type,time,id,symbol,venue,kind,currency,side,quantity,price,amount,fee,fee_currency,reference,details
deposit,2026-04-01,d1,,,,USD,,,,1000,,,,wire
execution,2026-04-02T14:00:00Z,e1,ACME,XNYS,share,USD,buy,10,50,,1,USD,bot-7,
fee,2026-04-02T15:00:00Z,f1,,,,USD,,,,0.25,,,e1,
dividend,2026-04-03,c1,ACME,XNYS,share,USD,,,,2.4,,,,"0.24 a share, ordinary"
withdrawal,2026-04-04,w1,,,,USD,,,,100,,,,
charge,2026-04-04,g1,,,,USD,,,,-5,,,,data
position,2026-04-30,p1,ACME,XNYS,share,USD,,10,51,,,,,
balance,2026-04-30,b1,,,,USD,,,,397.15,,,,
`;

test("[CSVI-1] the plain layout, in any order of columns", () => {
  expect(entries(WHOLE).map(({ kind }) => kind)).toEqual(["cash", "execution", "fee", "fee", "cash", "cash", "cash"]);
  const result = read(WHOLE);
  expect(result.ok && [result.statement.positions, result.statement.cash]).toEqual([
    [{ line: 8, contract: "ACME@XNYS", quantity: "10", mark: "51" }],
    [{ line: 9, currency: "USD", amount: "397.15" }],
  ]);
  expect(entries("id,time,type,currency,amount\nd1,20260401,deposit,EUR,5\n")).toMatchObject([
    { cashId: "csv:d1", amount: "5", currency: "EUR" },
  ]);
});

test("[CSVI-2] signs are as the words say; fees find their execution", () => {
  const amounts = entries(WHOLE).flatMap((entry) =>
    entry.kind === "cash"
      ? [`${entry.cashKind} ${entry.amount}`]
      : entry.kind === "fee"
        ? [`${entry.feeId} of ${entry.executionId} ${entry.amount}`]
        : [],
  );
  expect(amounts).toEqual(["transfer 1000", "e1:fee of e1 1", "csv:f1 of e1 0.25", "dividend 2.4", "transfer -100", "fee -5"]);
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["a column nobody knows",   "type,time,id,colour\n",                                       ["STATEMENT_VALUE_UNKNOWN 1 column"]],
  ["a column that is needed", "type,time\n",                                                 ["STATEMENT_FOREIGN 1 a column id"]],
  ["an empty file",           "",                                                            ["STATEMENT_FOREIGN 1 a header"]],
  ["a type nobody knows",     "type,time,id,currency,amount\ngift,20260401,a,USD,1\n",       ["STATEMENT_VALUE_UNKNOWN 2 type"]],
  ["two lines at once",       "type,time,id,currency,amount\ndeposit,1/2/26,a,USD,1\ndeposit,20260401,b,USD,ten\n", ["STATEMENT_VALUE_INVALID 2 time", "STATEMENT_VALUE_INVALID 3 amount"]],
  ["a quote that never ends", 'type,time,id,currency,amount\ndeposit,20260401,"a,USD,1\n',    ["STATEMENT_MALFORMED 2 Quote Not Closed: the parsing is finished with an opening quote at line 2"]],
  ["too many cells",          "type,time,id\ndeposit,20260401,a,USD\n",                       ["STATEMENT_MALFORMED 2 4 cells, 3 columns"]],
] as const)("[CSVI-3] %s: told by line, nothing read (Z14)", (_what, text, expected) => expect(problems(text)).toEqual(expected));
