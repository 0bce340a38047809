import { statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../../../../../tests/count.ts";
import { DatabaseSync } from "../../sqlite/driver.ts";
import { freshFolder, removeFolders } from "../samples.ts";
import { type LogLine, type LogQuery, Logs } from "./logs.ts";

afterAll(removeFolders);

const line = (message: string, more: Partial<LogLine> = {}): LogLine => ({
  seq: 7,
  at: 1_000,
  level: "info",
  source: "host",
  portfolioId: "calm",
  runId: "run-1",
  message,
  fields: "{}",
  ...more,
});

const LINES: readonly LogLine[] = [
  line("feed connected", { portfolioId: "*", source: "feed" }),
  line("order placed", { fields: '{"instrument":"SPY@XNYS"}', at: 2_000 }),
  line("order denied: max_open_positions", { level: "warn", portfolioId: "bold", at: 3_000 }),
  line("strategy threw TypeError", { level: "error", portfolioId: "bold", at: 4_000, runId: "run-2" }),
  line("order filled", { at: 5_000, runId: "run-2" }),
];

function open(lines: readonly LogLine[] = LINES): Logs {
  const logs = new Logs(join(freshFolder(), "logs.sqlite"));
  if (lines.length > 0) logs.append(lines);
  return logs;
}
const found = (query: LogQuery, logs = open()): readonly number[] => logs.search(query).map(({ logId }) => logId);

describe("the log", () => {
  test("[PRJ-25] every line comes back whole, with portfolio and run (S2.48)", () => {
    expect(open().search({ after: 0 })).toEqual(LINES.map((each, index) => ({ logId: index + 1, ...each })));
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each<[string, LogQuery, readonly number[]]>([
    ["of these and nobody else",         { portfolios: ["bold"] },            [4, 3]],
    ["newest first",                     {},                                  [5, 4, 3, 2, 1]],
    ["words of the message",             { text: "order" },                   [5, 3, 2]],
    ["all of them",                      { text: "order denied:" },           [3]],
    ["the beginning of the last one",    { text: "order fil" },               [5]],
    ["a rule's name is one word",        { text: "max_open_positions" },      [3]],
    ["and not its parts",                { text: "positions" },               []],
    ["words of the fields",              { text: "SPY@XNYS" },                [2]],
    ["a portfolio, and what is for all", { portfolio: "bold" },               [4, 3, 1]],
    ["all portfolios",                   { portfolio: "*" },                  [5, 4, 3, 2, 1]],
    ["a level and worse",                { level: "warn" },                   [4, 3]],
    ["a run",                            { run: "run-2" },                    [5, 4]],
    ["a time",                           { from: 2_000, to: 4_000 },          [3, 2]],
    ["a page",                           { limit: 2, before: 4 },             [3, 2]],
    ["all at once",                      { text: "order", portfolio: "calm", from: 2_000, level: "info", run: "run-1" }, [2]],
  ])("[PRJ-25] %s", (_what, query, expected) => expect(found(query)).toEqual(expected));

  test("[PRJ-25] a stream goes on where it stopped, without duplicates (S3.7)", () => {
    const logs = open();
    expect(found({ after: 3 }, logs)).toEqual([4, 5]);
    expect(found({ after: 5 }, logs)).toEqual([]);
    expect(logs.append([line("one"), line("two")])).toBe(7);
    expect(found({ after: 5, limit: 1 }, logs)).toEqual([6]);
    expect(found({ after: 6 }, logs)).toEqual([7]);
  });

  test("[PRJ-25] whatever is typed is a query", () => {
    const logs = open();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('"', "NEAR(", "a AND", "-x", "col:y", "*", "^", "' OR 1=1 --")), (text) => {
        expect(logs.search({ text }).length).toBeLessThanOrEqual(LINES.length);
      }),
      { numRuns: runs(1_000), seed: seed() },
    );
  });

  test("[PRJ-26] old lines leave the log and its text index together; numbers are not used again", () => {
    const path = join(freshFolder(), "logs.sqlite");
    const logs = new Logs(path);
    logs.append(LINES);
    const old = { before: 4_000, keep: 100, most: 100 };
    expect([logs.prune({ ...old, most: 2 }), logs.prune(old)]).toEqual([2, 1]);
    expect([found({}, logs), found({ text: "order" }, logs), found({ text: "denied" }, logs)]).toEqual([[5, 4], [5], []]);
    expect(logs.prune(old)).toBe(0);
    expect(logs.prune({ before: 0, keep: 0, most: 100 })).toBe(1);
    expect(found({}, logs)).toEqual([5]);
    expect([logs.find(5)?.message, logs.find(4)]).toEqual(["order filled", undefined]);
    logs.append([], 42);
    logs.close();
    const database = new DatabaseSync(path);
    database.exec("INSERT INTO logs_text (logs_text, rank) VALUES ('integrity-check', 1)");
    database.close();
    const reopened = new Logs(path);
    expect(reopened.told).toBe(42);
    expect(reopened.append([line("later")])).toBe(6);
    reopened.close();
  });

  test("[PRJ-21, PRJ-23] the file is its owner's alone; of newer code or somebody else's it is refused", () => {
    const path = join(freshFolder(), "logs.sqlite");
    new Logs(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const [sql, code] of [
      ["PRAGMA user_version = 9", "PROJECTIONS_NEWER"],
      ["PRAGMA application_id = 9", "PROJECTIONS_NOT_OURS"],
    ] as const) {
      // biome-ignore format: pairs
      const database = new DatabaseSync(path);
      database.exec(sql);
      database.close();
      expect(() => new Logs(path)).toThrow(code);
    }
  });
});
