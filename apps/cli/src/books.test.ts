import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
// biome-ignore lint/correctness/noUnresolvedImports: its list of Node's modules is older than node:sqlite.
import { DatabaseSync } from "node:sqlite";
import type { BacktestReport } from "@bulkhead/analytics";
import { beforeAll, describe, expect, test } from "vitest";
import { bulkhead, ownCsv, temporary } from "./test-command.ts";

const folder = temporary();
const books = join(folder, "books");
let report: BacktestReport;

beforeAll(() => {
  report = JSON.parse(bulkhead(["backtest", ownCsv, "--data", books, "--json"]).out) as BacktestReport;
});

const has = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined;

/** A copy of the books with one change to the database. */
function tampered(sql: string): string {
  const copy = join(temporary(), "books");
  cpSync(books, copy, { recursive: true });
  const database = new DatabaseSync(join(copy, "journal.sqlite"));
  for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all())
    database.exec(`DROP TRIGGER ${String(name)}`);
  database.exec(sql);
  database.close();
  return copy;
}

describe("verify", () => {
  test("[CLI-5] says what was proven, with figures", () => {
    const { code, out, err } = bulkhead(["verify", books]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const proof of ["stored bytes", "replay", "books twice", "decisions", "snapshot", "state digest"])
      expect(out).toContain(`✓ ${proof}`);
    expect(JSON.parse(bulkhead(["verify", books, "--json"]).out)).toMatchObject({
      ok: true,
      records: report.records,
      digest: report.digest,
      chainHead: report.chainHead,
      stateDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test("[CLI-5] a changed byte is found, with the record and what was proven before it", () => {
    const copy = tampered("UPDATE batches SET bytes = CAST(substr(bytes, 1, 10) || x'ff' || substr(bytes, 12) AS BLOB) WHERE batch = 2");
    const ran = bulkhead(["verify", copy]);
    expect(ran).toMatchObject({ code: 1, out: "" });
    expect(ran.err).toMatch(
      /^CLI_VERIFY_FAILED: The journal does not prove; the first difference is at record \d+: CHAIN_BROKEN in batch 2\./,
    );
    expect(JSON.parse(bulkhead(["verify", copy, "--json"]).out)).toMatchObject({ error: { code: "CLI_VERIFY_FAILED" } });
  });

  test("[CLI-5] a missing batch is found", () => {
    const ran = bulkhead(["verify", tampered("DELETE FROM batches WHERE batch = 3")]);
    expect(ran).toMatchObject({ code: 1, out: "" });
    expect(ran.err).toContain("BATCH_GAP");
  });

  test.each([
    ["nowhere", "JOURNAL_MISSING"],
    [".", "JOURNAL_MISSING"],
  ])("[CLI-8] verify %s: %s", (name, code) => {
    expect(bulkhead(["verify", name], { folder })).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(new RegExp(`^${code}: There is no journal in`)),
    });
  });
});

describe("journal", () => {
  const lines = (...args: string[]) =>
    bulkhead(["journal", books, ...args])
      .out.trim()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { seq: number; command: { type: string }; events: { type: string }[] });

  test("[CLI-7] every record is one line, from 1 without a gap", () => {
    const all = lines();
    expect(all.map((record) => record.seq)).toEqual(Array.from({ length: report.records }, (_, index) => index + 1));
    expect(all[0]).toMatchObject({ command: { type: "OpenAccount", account: "main", mode: "backtest" } });
  });

  test("[CLI-7] by sequence, type and portfolio; figures are those of the whole journal", () => {
    expect(lines("--from", "5", "--to", "7").map((record) => record.seq)).toEqual([5, 6, 7]);
    const executions = lines("--type", "ExecutionBooked");
    expect(executions.length).toBeGreaterThan(3);
    expect(executions[0]?.events[0]).toMatchObject({ type: "ExecutionBooked", price: expect.stringMatching(/^\d+\.\d+$/) });
    expect(lines("--type", "ExecutionBooked", "--portfolio", "contrarian").length).toBeLessThan(executions.length);
    expect(bulkhead(["journal", books, "--from", "x"])).toMatchObject({ code: 2, out: "" });
  });

  test("[CLI-13] a reader that goes away ends it quietly", () => {
    const bin = new URL("../bin/bulkhead.mjs", import.meta.url).pathname;
    const ran = spawnSync("sh", ["-c", `"${process.execPath}" "${bin}" journal "${books}" | head -n 1`], { encoding: "utf8" });
    expect(ran.stderr).toBe("");
    expect(ran.stdout.split("\n")).toHaveLength(2);
  });
});

describe("portfolio list", () => {
  test("[CLI-18] all portfolios with the figures of the report, and unattributed (S0.39)", () => {
    const { source, data, total } = JSON.parse(bulkhead(["portfolio", "list", "--data", books, "--json"]).out) as {
      source: string;
      data: { portfolio_id: string; equity: string }[];
      total: { equity: string };
    };
    expect(source).toBe("journal");
    expect(data.map((each) => each.portfolio_id).sort()).toEqual(["contrarian", "crossing", "patient", "unattributed"]);
    for (const { id, equity } of report.portfolios) expect(data.find((each) => each.portfolio_id === id)?.equity).toBe(equity);
    expect(total.equity).toBe(report.account.equity);
    const { out } = bulkhead(["portfolio", "list", "--data", books]);
    expect(out).toContain("from the journal; no desk runs on it");
    expect(out).toContain("unattributed");
    expect(bulkhead(["portfolio", "list"], { environment: { BULKHEAD_HOME: join(folder, "nothing") } })).toMatchObject({ code: 4 });
  });
});

describe("export ledger", () => {
  const exported = (format: string): string => {
    const path = join(folder, `books.${format}`);
    expect(bulkhead(["export", "ledger", "--data", books, "--format", format, "--output", path]).code).toBe(0);
    return path;
  };

  test.skipIf(!has("hledger"))("[CLI-6] hledger accepts it, and its balances are ours to the last unit", () => {
    const path = exported("hledger");
    execFileSync("hledger", ["-f", path, "check", "--strict"]);
    const rows = execFileSync("hledger", ["-f", path, "bal", "-N", "--flat", "-O", "csv", "Assets"], { encoding: "utf8" });
    for (const { id, cash, positions } of report.portfolios) {
      const name = `${id.charAt(0).toUpperCase()}${id.slice(1)}`;
      expect(rows).toContain(`"Assets:${name}:Cash","${Number(cash).toFixed(6)} USD"`);
      for (const { instrument, quantity } of positions) {
        const symbol = instrument.split("@")[0];
        expect(rows).toContain(`"Assets:${name}:Position:${symbol}","${quantity} ${symbol}"`);
      }
    }
    const broken = join(folder, "broken.hledger");
    writeFileSync(broken, readFileSync(path, "utf8").replace(/(Assets:Patient:Cash {2}0 USD = \d+\.\d{5})\d/, "$19"));
    expect(spawnSync("hledger", ["-f", broken, "check"]).status).not.toBe(0);
  });

  test.skipIf(!has("bean-check"))("[CLI-6] bean-check accepts it, also when it chooses the lots itself, first in first out", () => {
    const path = exported("beancount");
    expect(spawnSync("bean-check", [path], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
    // `crossing` matches highest cost first: only the others are left to beancount's own order.
    const own = join(folder, "fifo.beancount");
    const text = readFileSync(path, "utf8")
      .split("\n")
      .map((line) => (line.includes(":Crossing:") ? line : line.replace(/ \{"\d+"\}/, " {}").replace('"STRICT"', '"FIFO"')))
      .join("\n");
    writeFileSync(own, text);
    expect(spawnSync("bean-check", [own], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
    writeFileSync(own, readFileSync(path, "utf8").replace(/(balance Assets:Patient:Cash {2}\d+\.\d{5})\d/, "$19"));
    expect(spawnSync("bean-check", [own]).status).not.toBe(0);
  });

  test("[CLI-6] CSV and JSON hold every line, and their sums are the balances", () => {
    const { entries, balances } = JSON.parse(readFileSync(exported("json"), "utf8")) as {
      entries: { postings: { portfolio: string; account: string; asset: string; amount: string }[] }[];
      balances: { portfolio: string; account: string; asset: string; amount: string }[];
    };
    const sums = new Map<string, number>();
    for (const { postings } of entries) {
      for (const { portfolio, account, asset, amount } of postings) {
        const key = `${portfolio} ${account} ${asset}`;
        sums.set(key, (sums.get(key) ?? 0) + Math.round(Number(amount) * 1e6));
      }
    }
    for (const { portfolio, account, asset, amount } of balances)
      expect(sums.get(`${portfolio} ${account} ${asset}`)).toBe(Math.round(Number(amount) * 1e6));
    const rows = readFileSync(exported("csv"), "utf8").trim().split("\r\n");
    expect(rows).toHaveLength(1 + entries.reduce((count, entry) => count + entry.postings.length, 0));
    expect(rows[0]).toBe("seq,at,event,about,portfolio,account,asset,amount");
  });

  test("[CLI-8] an unknown format is refused by name", () => {
    expect(bulkhead(["export", "ledger", "--data", books, "--format", "quicken"])).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("--format quicken is not one of hledger, beancount, csv, json"),
    });
  });
});
