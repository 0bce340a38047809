import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { bulkhead } from "../cli/command.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "bulkhead-import-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const FLEX = '<FlexQueryResponse queryName="q" type="AF"><FlexStatements count="1">';
const FILLS = "type,time,id,symbol,venue,currency,side,quantity,price\n";

// biome-ignore format: the table is easier to check when its columns line up.
const FLEX_FILES: readonly (readonly [string, string | Uint8Array, string])[] = [
  ["page.xml",    "<!DOCTYPE html><html><head><title>Log In</title></head></html>",  "STATEMENT_IS_A_PAGE: page.xml, line 1: it is a web page and no statement: Log In."],
  ["empty.xml",   "",                                                                "STATEMENT_EMPTY: empty.xml, line 1: it holds nothing."],
  ["blank.xml",   " \n",                                                             "STATEMENT_EMPTY: blank.xml, line 1: it holds nothing but spaces."],
  ["later.xml",   "<FlexStatementResponse timestamp=''><Status>Warn</Status><ErrorCode>1019</ErrorCode><ErrorMessage>Statement generation in progress. Please try again shortly.</ErrorMessage></FlexStatementResponse>",
                                                                                     "STATEMENT_SERVICE_SAYS: later.xml, line 1: it holds no statement, but what the Flex web service answered: 1019: Statement generation in progress. Please try again shortly."],
  ["none.xml",    '<FlexQueryResponse queryName="q" type="AF"><FlexStatements count="0" /></FlexQueryResponse>',
                                                                                     "STATEMENT_EMPTY: none.xml, line 1: it holds a query's answer without any statement in it."],
  ["cut.xml",     `${FLEX}\n<FlexStatement accountId="U1" fromDate="2026`,           "STATEMENT_MALFORMED: cut.xml, line 2: the file cannot be read"],
  ["cut.xml.gz",  gzipSync(FLEX.repeat(50)).subarray(0, 60),                         "STATEMENT_NOT_TEXT: cut.xml.gz is gzip that is damaged or cut off"],
  ["book.xml",    Buffer.from("PK\x03\x04rest", "latin1"),                           "STATEMENT_NOT_TEXT: book.xml is a zip archive or a workbook"],
  ["trades.csv",  FILLS,                                                             "STATEMENT_FOREIGN: trades.csv, line 1: this is no such statement: it begins with type,time,id,"],
];

const row = (time: string, currency: string, price: string, side = "buy"): string =>
  `execution,${time},e,ACME,XNYS,${currency},${side},10,${price}\n`;

// biome-ignore format: the table is easier to check when its columns line up.
const CSV_FILES: readonly (readonly [string, string | Uint8Array, string])[] = [
  ["comma.csv",   (FILLS + row("2026-04-02", "USD", "50#25")).replaceAll(",", ";").replace("#", ","),  "STATEMENT_VALUE_INVALID: comma.csv, line 2: row has price 50,25: a comma in a number: write 1250.50 for it."],
  ["twice.csv",   "type,time,id,price,price\n",                                      "STATEMENT_MALFORMED: twice.csv, line 1: the file cannot be read: the column price stands twice."],
  ["words.csv",   FILLS + row("2026-04-02", "DOLLARS", "50"),                        "STATEMENT_VALUE_INVALID: words.csv, line 2: row has currency DOLLARS: not a code such as USD."],
  ["latin.csv",   Buffer.from(`${FILLS}Z\xfcrich`, "latin1"),                        "STATEMENT_NOT_TEXT: latin.csv is in another encoding, or no text at all"],
  ["broker.csv",  "Date,Symbol,Qty\n2026-04-02,ACME,1\n",                            "STATEMENT_FOREIGN: broker.csv, line 1: this is no such statement: it begins with Date,Symbol,Qty"],
  ["side.csv",    FILLS + row("2026-04-02", "USD", "50", "bought"),                  "STATEMENT_VALUE_UNKNOWN: side.csv, line 2: row has the side bought"],
];

test.each([
  ["flex", FLEX_FILES],
  ["csv", CSV_FILES],
] as const)(
  "[IMP-14] %s: each wrong file has its sentence with a code and a place, all in one answer, and nothing is booked",
  async (format, files) => {
    const here = folder();
    for (const [name, content] of files) writeFileSync(join(here, name), content);
    const ran = await bulkhead(["import", format, ...files.map(([name]) => name), "--data", join(here, "books"), "--create", "USD"], {
      folder: here,
    });
    expect(ran.code).toBe(1);
    const lines = ran.err.trimEnd().split("\n");
    expect(lines[0]).toContain(`IMPORT_REFUSED: Nothing was booked: what stands in the way is listed (${files.length}).`);
    for (const [index, [, , sentence]] of files.entries()) expect(lines[index + 1]).toContain(sentence);
    expect(lines).toHaveLength(files.length + 1);
    expect(existsSync(join(here, "books", "accounts")) ? readdirSync(join(here, "books", "accounts")) : []).toEqual([]);
  },
);

test("[IMP-14] a folder, a file that is not there, one that is too large, options that are none", async () => {
  const here = folder();
  mkdirSync(join(here, "statements"));
  writeFileSync(join(here, "huge.xml"), "");
  truncateSync(join(here, "huge.xml"), 200 * 1024 * 1024);
  writeFileSync(join(here, "a.csv"), FILLS);
  const told = async (...args: readonly string[]): Promise<string> => {
    const ran = await bulkhead(["import", ...args, "--data", join(here, "books"), "--create", "USD"], { folder: here });
    return `${ran.code} ${ran.err}`;
  };
  expect(await told("flex", "statements")).toContain("2 CLI_FILE_UNREADABLE: The file statements cannot be read: it is no file");
  expect(await told("flex", "absent.xml")).toContain("2 CLI_FILE_UNREADABLE: The file absent.xml cannot be read: there is none");
  expect(await told("flex", "huge.xml")).toContain("STATEMENT_TOO_LARGE: huge.xml has more than 64 MB unpacked");
  expect(await told("csv", "a.csv", "--covers", "April")).toContain("--covers takes FROM..TO, as 2026-04-01..2026-04-30, not April");
  expect(await told("csv", "a.csv", "--allocate", "NEWCO=eight")).toContain("--allocate takes NAME=SHARE");
  expect(await told("csv", "a.csv", "--covers", "2026-04-30..2026-04-01")).toContain("it ends before it begins");
  expect(await told("csv", "a.csv", "--covers", "2026-02-30..2026-04-01")).toContain("there is no such date");
});

test("[IMP-14, CSVI-1] semicolons, tabs, marks of Windows and Excel, columns in any order are read as they are", async () => {
  const here = folder();
  const plain = FILLS + row("2026-04-02T15:00:00Z", "usd", "50.25");
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    ["mark.csv", `\uFEFF${plain}`],
    ["semicolons.csv", plain.replaceAll(",", ";")],
    ["tabs.csv", plain.replaceAll(",", "\t")],
    ["windows.csv", Buffer.from(`\uFEFF${plain}`, "utf16le")],
    ["packed.csv.gz", gzipSync(plain)],
    ["order.csv", "price,quantity,side,currency,venue,symbol,id,time,type\n50.25,10,buy,USD,XNYS,ACME,e,2026-04-02T15:00:00Z,execution\n"],
  ];
  for (const [name, content] of files) writeFileSync(join(here, name), content);
  const args = ["import", "csv", ...files.map(([name]) => name), "--data", join(here, "books"), "--create", "USD", "--json"];
  const ran = await bulkhead(args, { folder: here });
  expect([ran.code, (ran.json()["data"] as { counts: unknown }).counts]).toEqual([
    0,
    [
      { kind: "definition", booked: 2, known: 0 },
      { kind: "execution", booked: 1, known: files.length - 1 },
    ],
  ]);
});
