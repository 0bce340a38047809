import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bulkhead, type Ran } from "../cli/command.ts";
import { recorded } from "./command.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "bulkhead-import-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const STOCK = 'assetCategory="STK" symbol="ACME" conid="1001" currency="USD" listingExchange="NYSE" multiplier="1"';
const STATEMENT = `<FlexQueryResponse queryName="April" type="AF">
<FlexStatements count="1">
<FlexStatement accountId="U1" fromDate="20260401" toDate="20260430" whenGenerated="20260501;010000">
<AccountInformation accountId="U1" currency="USD" />
<Trades>
<Trade ${STOCK} levelOfDetail="EXECUTION" dateTime="20260402;110805" buySell="BUY" quantity="10" tradePrice="50" proceeds="-500" ibCommission="-1" netCash="-501" tradeID="1" ibExecID="0000e1a2.65b3c4d5.01.01" />
</Trades>
<CashTransactions>
<CashTransaction currency="USD" type="Deposits/Withdrawals" amount="1000" dateTime="20260401;090000" transactionID="2" />
</CashTransactions>
<OpenPositions><OpenPosition ${STOCK} position="10" markPrice="51" levelOfDetail="SUMMARY" /></OpenPositions>
<CashReport><CashReportCurrency currency="USD" endingCash="499" /></CashReport>
</FlexStatement>
</FlexStatements>
</FlexQueryResponse>
`;

const data = (ran: Ran): Readonly<Record<string, unknown>> =>
  (JSON.parse(ran.out) as Readonly<{ data: Readonly<Record<string, unknown>> }>).data;

test("[CLI-60, IMP-1, IMP-2] a statement is tried, booked into a new account, booked again, and proved (S0.50, A7)", async () => {
  const here = folder();
  writeFileSync(join(here, "april.xml"), STATEMENT);
  const books = join(here, "books");
  const run = (...more: readonly string[]): Promise<Ran> =>
    bulkhead(["import", "flex", "april.xml", "--data", books, ...more], { folder: here });
  expect(await run()).toMatchObject({ code: 1, err: expect.stringMatching(/^(JOURNAL_MISSING|IMPORT_ACCOUNT_MISSING)/) });
  const tried = await run("--create", "--dry-run", "--json");
  expect([tried.code, data(tried)]).toMatchObject([0, { booked: false, equal: true, account_id: "main" }]);
  expect(existsSync(join(books, "accounts")) ? readdirSync(join(books, "accounts")) : []).toEqual([]);
  const first = await run("--create");
  expect([first.code, first.err]).toEqual([0, ""]);
  expect(first.out).toContain("The books have what the statement says was held.");
  expect(data(await run("--json"))).toMatchObject({
    booked: true,
    equal: true,
    counts: expect.arrayContaining([{ kind: "execution", booked: 0, known: 1 }]),
  });
  expect((await bulkhead(["verify", books])).out).toContain("proven");
});

test("[CLI-60, IMP-7] what differs ends with 1 and is told; what is wrong is told by line and leaves nothing", async () => {
  const here = folder();
  writeFileSync(join(here, "less.xml"), STATEMENT.replace('position="10"', 'position="12"'));
  writeFileSync(join(here, "magic.xml"), STATEMENT.replace("Deposits/Withdrawals", "Magic"));
  const run = (...args: readonly string[]): Promise<Ran> =>
    bulkhead(["import", "flex", ...args, "--data", join(here, "books"), "--create"], { folder: here });
  const magic = await run("magic.xml");
  expect([magic.code, magic.err.split("\n").length]).toEqual([1, 3]);
  expect(magic.err).toContain("STATEMENT_VALUE_UNKNOWN: magic.xml, line 9: CashTransaction has the type Magic");
  expect(JSON.parse((await run("magic.xml", "--json")).out)).toMatchObject({ error: { code: "IMPORT_REFUSED", params: { count: 1 } } });
  const less = await run("less.xml", "--dry-run");
  expect([less.code, less.out]).toEqual([1, expect.stringMatching(/ACME@XNYS +12 +10 +-2/)]);
  expect(await run("absent.xml")).toMatchObject({ code: 2, err: expect.stringContaining("CLI_FILE_UNREADABLE") });
  expect(await run("less.xml", "--leave-out", "nine")).toMatchObject({ code: 2 });
  expect(await run("less.xml", "--alias", "1001")).toMatchObject({ code: 2 });
});

test("[CLI-60, CSVI-1] the plain layout through the same door", async () => {
  const here = folder();
  const rows = [
    "type,time,id,symbol,venue,currency,side,quantity,price,amount,fee",
    "deposit,2026-04-01,d,,,USD,,,,1000,",
    "execution,2026-04-02T15:00:00Z,e,ACME,XNYS,USD,buy,10,50,,1",
    "position,2026-04-30,p,ACME,XNYS,USD,,10,,,",
    "balance,2026-04-30,b,,,USD,,,,499,",
  ];
  writeFileSync(join(here, "a.csv"), rows.join("\n"));
  const ran = await bulkhead(["import", "csv", "a.csv", "--data", join(here, "books"), "--create", "USD", "--json"], { folder: here });
  expect([ran.code, data(ran)]).toMatchObject([0, { equal: true, comparison: [{ about: "ACME@XNYS" }, { about: "USD" }] }]);
});

const flex = `${recorded}brokers/ibkr/flex/`;
test.skipIf(!existsSync(flex))(
  "[IMP-2, FLEX-2] the real statements and fills into one folder, twice, and both journals proved (A7, I12)",
  async () => {
    const here = folder();
    const into = (format: string, account: string, ...files: readonly string[]): Promise<Ran> =>
      bulkhead(["import", format, ...files, "--data", here, "--account", account, "--create", "--json"]);
    const trades = `${flex}trade-confirmations.xml.gz`;
    const cash = `${flex}cash-transactions.xml.gz`;
    expect(await into("flex", "ib", trades, cash)).toMatchObject({ code: 1, err: expect.stringContaining("IMPORT_CURRENCY_MISSING") });
    const first = await bulkhead(["import", "flex", trades, cash, "--data", here, "--account", "ib", "--create", "USD", "--json"]);
    expect([first.code, data(first)]).toMatchObject([
      0,
      {
        counts: expect.arrayContaining([
          { kind: "execution", booked: 39, known: 0 },
          { kind: "cash", booked: 3, known: 0 },
        ]),
      },
    ]);
    expect(data(await into("flex", "ib", cash, trades))).toMatchObject({
      counts: [
        { kind: "execution", booked: 0, known: 39 },
        { kind: "fee", booked: 0, known: 39 },
        { kind: "cash", booked: 0, known: 3 },
      ],
    });
    const fills = `${recorded}copytrading/hyperliquid/user_fills.json.gz`;
    expect(data(await into("hyperliquid", "leader", fills))).toMatchObject({
      counts: expect.arrayContaining([{ kind: "execution", booked: 500, known: 0 }]),
    });
    for (const account of ["ib", "leader"]) expect((await bulkhead(["verify", here, "--account", account])).out).toContain("proven");
  },
);
