import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { addsUp, type BacktestReport } from "@bulkhead/analytics";
import { describe, expect, test } from "vitest";
import { bulkhead, repository, temporary } from "./test-command.ts";

const recorded = existsSync(join(repository, "../shared/data/equities/lean"));
const has = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined;

describe.skipIf(!recorded)("everything recorded, in one account", () => {
  const folder = temporary();
  const books = join(folder, "books");
  const file = join(repository, "examples/real-run/bulkhead.toml");

  test("[CLI-2] runs: daily bars since 1998, minutes, CSV files and coins (S0.28, S0.35)", () => {
    const ran = bulkhead(["backtest", file, "--data", books, "--json"]);
    expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: "" });
    const report = JSON.parse(ran.out) as BacktestReport;
    expect(report.portfolios.length).toBeGreaterThanOrEqual(6);
    expect(report.invariants.violated).toBe(0);
    expect(report.portfolios.every((portfolio) => portfolio.orders.filled > 0)).toBe(true);
    expect(addsUp(report)).toBe(true);
  });

  test("[CLI-5] and proves", () => {
    expect(bulkhead(["verify", books])).toMatchObject({ code: 0, err: "" });
  });

  test.skipIf(!has("hledger"))("[CLI-6] and hledger accepts every balance", () => {
    const path = join(folder, "books.hledger");
    expect(bulkhead(["export", "ledger", "--data", books, "--format", "hledger", "--output", path]).code).toBe(0);
    execFileSync("hledger", ["-f", path, "check", "--strict"]);
  });

  test.skipIf(!has("bean-check"))("[CLI-6] and bean-check accepts every balance", () => {
    const path = join(folder, "books.beancount");
    expect(bulkhead(["export", "ledger", "--data", books, "--format", "beancount", "--output", path]).code).toBe(0);
    expect(spawnSync("bean-check", [path], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });
});
