import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BacktestReport } from "@bulkhead/analytics";
import { addsUp } from "@bulkhead/analytics";
import { describe, expect, test } from "vitest";
import { EVERY_CODE_HAS_A_SENTENCE } from "./codes.ts";
import { bulkhead, here, ownCsv, temporary } from "./test-command.ts";

/** Other Nodes on this machine that are too old to run the sources themselves. */
const oldNodes = (process.env["PATH"] ?? "")
  .split(":")
  .map((folder) => join(folder, "node"))
  .filter((node) => {
    const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout ?? "";
    const major = Number(/^v(\d+)\./.exec(version)?.[1]);
    return major >= 20 && major < 26;
  });

describe("starting", () => {
  test.skipIf(oldNodes.length === 0)("[CLI-1] an older Node hands over to the project's, with arguments and exit code", () => {
    const [node = ""] = oldNodes;
    expect(bulkhead(["--version"], { node })).toEqual({ code: 0, out: "0.1.0\n", err: "" });
    expect(bulkhead(["verify", "no where"], { node })).toMatchObject({ code: 1, err: expect.stringContaining("no where") });
  });

  test("[CLI-1] the bin is plain JavaScript that any Node from 20 on can read", () => {
    const text = readFileSync(new URL("../bin/bulkhead.mjs", import.meta.url), "utf8");
    expect(text.startsWith("#!/usr/bin/env node\n")).toBe(true);
    expect([...text.matchAll(/from "([^"]+)"/g)].every((match) => match[1]?.startsWith("node:"))).toBe(true);
  });

  test("[CLI-8] help, version and mistakes", () => {
    expect(bulkhead(["--help"])).toMatchObject({ code: 0, err: "", out: expect.stringContaining("bulkhead demo") });
    expect(bulkhead(["verfy", "x"])).toMatchObject({ code: 2, out: "", err: expect.stringContaining("Did you mean verify?") });
    expect(bulkhead(["verify"])).toMatchObject({ code: 2, out: "", err: expect.stringContaining("CLI_USAGE: ") });
    expect(bulkhead(["backtest", ownCsv, "--colour"])).toMatchObject({ code: 2, out: "", err: expect.stringContaining("CLI_USAGE: ") });
    expect(bulkhead([])).toMatchObject({ code: 2 });
  });

  test("[CLI-15] every code that a room can give has its sentence", () => {
    expect(EVERY_CODE_HAS_A_SENTENCE).toBe(true);
    expect(bulkhead(["codes", "config_syntax"]).out).toMatch(/^CONFIG_SYNTAX: /);
    expect(bulkhead(["codes", "CONFIG_SINTAX"])).toMatchObject({ code: 2, err: expect.stringContaining("did you mean CONFIG_SYNTAX") });
    expect((JSON.parse(bulkhead(["codes", "--json"]).out) as unknown[]).length).toBeGreaterThan(150);
  });
});

describe("mistakes", () => {
  const folder = temporary();
  const file = (text: string): string => {
    writeFileSync(join(folder, "bulkhead.toml"), text);
    return "bulkhead.toml";
  };

  test("[CLI-8] all problems of a configuration at once, each with file, line and column (CFG-4)", async () => {
    const ran = await here(["backtest", file('[[portfolio]]\nid = "a"\nmax_position_pct = 5\nstratgy = "x"\n'), "--json"], { folder });
    expect(ran.code).toBe(2);
    expect(ran.err.split("\n")).toEqual([
      "CLI_CONFIG_REFUSED: The configuration has 2 problems. Mend what is listed; nothing was started.",
      '  bulkhead.toml:3:1 portfolio[1].max_position_pct: CONFIG_PERCENT_UNCLEAR: 5 is above 1, so it could mean 5 % or 5 times. Write "5%" or 0.05.',
      "  bulkhead.toml:4:1 portfolio[1].stratgy: CONFIG_KEY_UNKNOWN: There is no key stratgy here, and an unknown key is never ignored. Did you mean strategy?",
      "",
    ]);
    expect(JSON.parse(ran.out)).toMatchObject({
      error: { code: "CLI_CONFIG_REFUSED", details: [expect.stringContaining("bulkhead.toml:3:1"), {}] },
    });
  });

  const data =
    '[[backtest.data]]\nformat = "csv"\npath = "prices.csv"\ncolumns = { time = "date", price = "close" }\n[[portfolio]]\nid = "a"\n';
  test.each([
    ["no prices", '[[portfolio]]\nid = "a"\n', "CLI_PRICES_MISSING"],
    ["missing file", `${data.replace("prices.csv", "nothing.csv")}`, "DATA_PATH_MISSING"],
    ["dirty rows", data, "DATA_ROWS_DIRTY"],
    [
      "unknown symbol",
      `${data}symbols = "NOPE"\n`.replace('path = "prices.csv"', 'path = "prices.csv"\ndirty = "skip"'),
      "DATA_SYMBOL_UNKNOWN",
    ],
    ["unknown strategy", `${data}strategy = "smacross"\n`, "STRATEGY_UNKNOWN"],
    ["bad param", `${data}strategy = "sma-cross"\nparams = { fast = 50, slow = 10 }\n`, "PARAM_MISMATCH"],
    [
      "no such bars",
      `${data}`.replace('path = "prices.csv"', 'path = "prices.csv"\ndirty = "skip"\nresolution = "1m"'),
      "DATA_RESOLUTION_UNAVAILABLE",
    ],
    [
      "period without bars",
      `[backtest]\nfrom = "1990-01-01"\nto = "1990-02-01"\n${data}`.replace('path = "prices.csv"', 'path = "prices.csv"\ndirty = "skip"'),
      "DATA_NO_BARS",
    ],
  ])("[CLI-8] %s is refused by its code", async (_what, text, code) => {
    writeFileSync(join(folder, "prices.csv"), "date,close\n2024-01-02,10\n2024-01-03,-1\n2024-01-04,nan\n2024-01-05,11\n");
    const ran = await here(["backtest", file(text)], { folder });
    expect(ran).toMatchObject({ code: 2, out: "" });
    expect(ran.err).toContain(`${code}: `);
    expect(ran.err).not.toContain("CLI_UNEXPECTED");
  });

  test("[CLI-8] dirty rows are listed with file, line and what to do", async () => {
    const ran = await here(["backtest", file(data)], { folder });
    expect(ran.err).toContain("prices.csv:3: PRICE_NOT_POSITIVE");
    expect(ran.err).toContain('say dirty = "skip"');
  });

  test("[CLI-8] a problem of a strategy's params names the line of the params", async () => {
    const ran = await here(["backtest", file(`${data}strategy = "sma-cross"\nparams = { fast = 50, slow = 10 }\n`)], { folder });
    expect(ran.err).toMatch(/\n {2}bulkhead\.toml:8:1 a: PARAM_MISMATCH: /);
  });

  test("[CLI-10] several accounts need --account", async () => {
    const two = `[[account]]\nid = "x"\n[[account]]\nid = "y"\n[[backtest.data]]\nformat = "synthetic"\n[[portfolio]]\nid = "a"\naccount = "y"\nstrategy = "buy-and-hold"\n`;
    expect(await here(["backtest", file(two)], { folder })).toMatchObject({ code: 2, err: expect.stringContaining("CLI_ACCOUNT_UNCLEAR") });
    const ran = await here(["backtest", file(two), "--account", "y", "--json"], { folder });
    expect(JSON.parse(ran.out)).toMatchObject({ account: { id: "y" }, portfolios: [{ id: "a" }] });
  });
});

describe("demo", () => {
  test("[CLI-9] needs nothing, says that it is invented, shows receipts and writes a page", async () => {
    const folder = temporary();
    const PORTFOLIOS = '[{"id":"other"}]';
    const ran = await here(["demo", "--json"], { folder, environment: { PORTFOLIOS, SYMBOLS: "XYZ" } });
    expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: "" });
    const report = JSON.parse(ran.out) as BacktestReport & { page: string };
    expect(report).toMatchObject({ synthetic: true, seed: 42, invariants: { violated: 0 } });
    expect(report.portfolios.map((portfolio) => portfolio.id)).toEqual(["steady", "trend", "reckless"]);
    const reckless = report.portfolios.find((portfolio) => portfolio.id === "reckless");
    expect(reckless?.receipts.denied).toBeGreaterThan(0);
    expect(reckless?.deniedByRule.length).toBeGreaterThan(0);
    expect(addsUp(report)).toBe(true);
    expect(report.page).toBe(join(folder, "reports/demo.html"));
    expect(readFileSync(report.page, "utf8").toLowerCase()).toContain("synthetic");
  });

  test("[CLI-9] another seed is another market; the same seed the same run", async () => {
    const page = join(temporary(), "demo.html");
    const digestOf = async (seed: string): Promise<string> =>
      (JSON.parse((await here(["demo", "--json", "--seed", seed, "--report", page])).out) as BacktestReport).digest;
    const first = await digestOf("1");
    expect(await digestOf("1")).toBe(first);
    expect(await digestOf("2")).not.toBe(first);
  });

  test.skipIf(process.getuid?.() === 0)("[CLI-9] where the folder cannot be written the page goes to the temporary one", async () => {
    const folder = temporary();
    mkdirSync(join(folder, "locked"), { mode: 0o500 });
    expect((await here(["demo"], { folder: join(folder, "locked") })).out).toContain("bulkhead-demo.html");
  });
});

describe("looking things up", () => {
  test("[CLI-12] config show says every value in words and where it was written", async () => {
    const out = (await here(["config", "show", ownCsv, "--origin"])).out;
    expect(out).toMatch(/max_position_pct +60 % of equity per position at most, from .*bulkhead\.toml:11\n/);
    expect(out).toMatch(/lot_matching +sells close the dearest lots first \(HIFO\), from .*:39\n/);
    expect(out).toMatch(/seed +chance starts from seed 42, from default\n/);
    expect((await here(["config", "show", ownCsv])).out).not.toContain(", from ");
    const { settings } = JSON.parse((await here(["config", "show", ownCsv, "--origin", "--json"])).out) as {
      settings: { key: string; from: string }[];
    };
    expect(settings.find((each) => each.key === "portfolio.patient.symbols")?.from).toMatch(/bulkhead\.toml:29$/);
  });

  test("[CLI-12] without a file it shows the environment and what is built in (S0.29)", async () => {
    const out = (
      await here(["config", "show", "--origin"], {
        folder: temporary(),
        environment: { SYMBOLS: "SPY", DEFAULT_CASH: "25000" },
      })
    ).out;
    expect(out).toContain("portfolio default\n");
    expect(out).toContain("starts with 25,000 USD, from environment DEFAULT_CASH");
  });

  test("[CLI-12] without anything it shows the demo desk that runs then, and says so", async () => {
    const shown = await here(["config", "show"], { folder: temporary() });
    expect(shown.err).toBe("Note: there is no bulkhead.toml here; this is the demo desk, which runs without one.\n");
    expect(shown.out).toMatch(/portfolio steady\n[\s\S]*portfolio trend\n[\s\S]*portfolio reckless\n/);
    expect(shown.out).not.toContain("portfolio default\n");
  });

  test("[CLI-11] instruments are searched and shown", async () => {
    const config = ["--config", ownCsv];
    const found = JSON.parse((await here(["instrument", "search", "alf", ...config, "--json"])).out) as { id: string }[];
    expect(found.map((each) => each.id)).toEqual(["ALFA@XNYS"]);
    expect((await here(["instrument", "search", ...config])).out).toContain("BETA@XNYS");
    expect((await here(["instrument", "show", "ALFA", ...config])).out).toContain("priced in  USD");
    expect(await here(["instrument", "show", "ALFB", ...config])).toMatchObject({
      code: 1,
      err: expect.stringContaining("The nearest are: ALFA@XNYS"),
    });
    expect(await here(["instrument", "search"], { folder: temporary() })).toMatchObject({
      code: 2,
      err: expect.stringContaining("CLI_PRICES_MISSING"),
    });
  });

  test("[CLI-10] strategies are listed and shown", async () => {
    const names = (JSON.parse((await here(["strategy", "list", "--json"])).out) as { name: string }[]).map((each) => each.name);
    expect(names).toEqual(expect.arrayContaining(["buy-and-hold", "mean-reversion", "momentum", "sma-cross"]));
    expect((await here(["strategy", "show", "sma-cross"])).out).toContain("fast");
    expect(await here(["strategy", "show", "sma-cros"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("Did you mean sma-cross?"),
    });
  });

  test("[CLI-13] nothing but results on stdout, nothing at all on stderr, without a terminal", () => {
    expect(bulkhead(["backtest", ownCsv, "--json"]).err).toBe("");
    expect(
      execFileSync(process.execPath, [new URL("../bin/bulkhead.mjs", import.meta.url).pathname, "--version"], {
        input: "",
        encoding: "utf8",
      }),
    ).toBe("0.1.0\n");
  });
});
