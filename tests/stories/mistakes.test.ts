import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bulkhead, json, repository, temporary } from "./command.ts";

const folder = temporary();
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};
const PORTFOLIO = `[[portfolio]]\nid = "a"\nstarting_cash = "50000"\n`;
/** A configuration around a source of prices and a portfolio's keys. */
const config = (data: string, keys: string): string =>
  `[account]\nstarting_cash = "100000"\n\n[[backtest.data]]\n${data}\n\n${PORTFOLIO}${keys}\n`;
const DAYS = "date,open,high,low,close,volume\n2024-01-02,10,11,9,10,100\n2024-01-03,10,11,9,10,100\n";

mkdirSync(join(folder, "empty"));
file("good.csv", DAYS);
file("dirty.csv", `${DAYS}2024-01-04,10,11,9,,100\n2024-01-05,10,11,9,10,100\n`);
file("junk.csv", "garbage\n");
file("five.ts", "export default 5;\n");
file("text.txt", "hello\n");
const csv = (path: string): string => `format = "csv"\npath = "${path}"`;

/** What a new user does wrong, the exit code, and what is said. */
const MISTAKES: readonly (readonly [string, () => readonly string[], number, readonly RegExp[]])[] = [
  ["no such command", () => ["backtst"], 2, [/unknown command 'backtst'/, /Did you mean backtest/]],
  ["no file", () => ["backtest"], 2, [/missing required argument 'file'/]],
  ["a file that is not there", () => ["backtest", "nofile.toml"], 2, [/nofile\.toml cannot be read: it is not there/]],
  ["neither configuration nor strategy", () => ["backtest", "text.txt"], 2, [/text\.txt is neither/]],
  [
    "several mistakes in one file",
    () => [
      "backtest",
      file("bad.toml", `[acount]\n[account]\nbase_curency = "USD"\n[backtest]\nfrom = "2013-13-07"\n${PORTFOLIO}max_position_pct = 50\n`),
    ],
    2,
    [
      /has 4 problems/,
      /bad\.toml:1:1 .*Did you mean account/,
      /bad\.toml:3:1 .*Did you mean base_currency/,
      /bad\.toml:5:1 /,
      /bad\.toml:9:1 .*CONFIG_PERCENT_UNCLEAR/,
    ],
  ],
  [
    "a strategy's name mistyped",
    () => ["backtest", file("s.toml", config(csv("good.csv"), 'strategy = "sma-crss"'))],
    2,
    [/s\.toml:11:1 a: STRATEGY_UNKNOWN/, /Did you mean sma-cross\?/],
  ],
  [
    "what is no strategy",
    () => ["backtest", file("f.toml", config(csv("good.csv"), 'strategy = "./five.ts"'))],
    2,
    [/STRATEGY_WRONG_SHAPE/, /default=number/],
  ],
  [
    "a symbol that the prices do not have",
    () => ["backtest", file("y.toml", config(csv("good.csv"), 'symbols = ["GOOT"]\nstrategy = "buy-and-hold"'))],
    2,
    [/symbol=GOOT, nearest=GOOD@LOCAL/, /y\.toml:11:1 a: symbols/],
  ],
  ["prices that are not there", () => ["backtest", file("n.toml", config(csv("none.csv"), ""))], 2, [/DATA_PATH_MISSING.*none\.csv/]],
  ["a folder without prices", () => ["backtest", file("e.toml", config(csv("empty"), ""))], 2, [/DATA_PATH_MISSING.*empty: no \.csv/]],
  ["prices that cannot be read", () => ["backtest", file("j.toml", config(csv("junk.csv"), ""))], 2, [/DATA_COLUMNS_UNKNOWN.*junk\.csv/]],
  [
    "dirty prices",
    () => ["backtest", file("d.toml", config(`${csv("dirty.csv")}\npreset = "us-dates"\ntime_format = "iso"`, ""))],
    2,
    [/rows=1, first=.*dirty\.csv:4/, /VALUE_MISSING.*close/, /dirty = "skip"/],
  ],
  ["a period without prices", () => ["backtest", "y2.toml", "--from", "2030-01-01"], 2, [/DATA_NO_BARS.*from=2030-01-01/]],
  ["a period that is none", () => ["backtest", "y2.toml", "--from", "2024-02-30"], 2, [/flag --from CONFIG_DATE_INVALID/]],
  ["bars that there are not", () => ["backtest", "y2.toml", "--resolution", "1m"], 2, [/DATA_RESOLUTION_UNAVAILABLE.*wanted=1m/]],
  ["a journal that is not there", () => ["verify", "nowhere"], 1, [/no journal in nowhere/]],
  ["a format that there is not", () => ["export", "ledger", "--data", "books", "--format", "gnucash"], 2, [/gnucash is not one of/]],
  ["no folder", () => ["portfolio", "list", "--data", "nowhere"], 1, [/no journal in nowhere/]],
  ["a code that there is not", () => ["codes", "ORDER_UNKNWON"], 2, [/did you mean ORDER_UNKNOWN/]],
  ["a name that cannot be", () => ["new", "strategy", "My Strategy"], 2, [/lower case letters/]],
];
file("y2.toml", config(csv("good.csv"), 'strategy = "buy-and-hold"'));

test.each(MISTAKES)("[CLI-8] %s: said on stderr with what to do, nothing on stdout", (_what, args, code, said) => {
  const ran = bulkhead(args(), { folder });
  expect({ code: ran.code, out: ran.out }).toEqual({ code, out: "" });
  for (const pattern of said) expect(ran.err).toMatch(pattern);
  expect(ran.err).not.toMatch(/\bat .*\.ts:\d+/); // No stack is anybody's business.
});

test("[CLI-8] with --json the same for programs", () => {
  const ran = bulkhead(["backtest", "nofile.toml", "--json"], { folder });
  expect(JSON.parse(ran.out)).toMatchObject({ error: { code: "CLI_FILE_UNREADABLE", message: expect.stringContaining("nofile.toml") } });
  expect(ran.code).toBe(2);
});

test("[CLI-4] books are never written over, and that is said before any price is read", () => {
  const run = ["backtest", "y2.toml", "--data", "books"];
  expect(bulkhead(run, { folder }).code).toBe(0);
  for (const again of [run, ["demo", "--data", "books"]])
    expect(bulkhead(again, { folder })).toMatchObject({ code: 1, out: "", err: expect.stringMatching(/JOURNAL_EXISTS.*books/) });
  expect(json<{ ok: boolean }>(["verify", "books"], { folder }).ok).toBe(true);
});

test.skipIf(process.getuid?.() === 0)("[CLI-4] a folder that cannot be written is refused before the run", () => {
  mkdirSync(join(folder, "locked"));
  chmodSync(join(folder, "locked"), 0o555);
  for (const option of ["--data", "--report"])
    expect(bulkhead(["backtest", "y2.toml", option, "locked/x"], { folder })).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(/CLI_FILE_UNWRITABLE.*locked/),
    });
});

test("[CLI-14] a new strategy backtests and passes its test as it is written", () => {
  expect(bulkhead(["new", "strategy", "my-first"], { folder }).code).toBe(0);
  const report = json<{ portfolios: readonly { id: string; orders: { placed: number } }[] }>(
    ["backtest", "my-first.ts", "--symbols", "ACME", "--prices", "demo"],
    { folder },
  );
  expect(report.portfolios.map(({ id, orders }) => [id, orders.placed > 0])).toEqual([["my-first", true]]);
  expect(bulkhead(["new", "strategy", "my-first"], { folder })).toMatchObject({ code: 1, err: expect.stringContaining("CLI_NAME_TAKEN") });
});

test("a run that is ended by Ctrl-C leaves books that prove", async () => {
  const books = join(folder, "ended");
  const bin = join(repository, "apps/cli/bin/bulkhead.mjs");
  const long = file(
    "long.toml",
    config('format = "synthetic"', 'strategy = "sma-cross"\nparams = { fast = 2, slow = 3 }').replace(
      "[[backtest.data]]",
      '[backtest]\nfrom = "2000-01-03"\nto = "2024-12-31"\nresolution = "1h"\n[[backtest.data]]',
    ),
  );
  const child = spawn(process.execPath, [bin, "backtest", long, "--data", books], { cwd: folder, stdio: "ignore" });
  const ended = new Promise<string | null>((resolve) => child.on("close", (_code, signal) => resolve(signal)));
  await untilThere(join(books, "journal.sqlite-wal"), 200_000);
  child.kill("SIGINT");
  expect(await ended).toBe("SIGINT");
  expect(json<{ ok: boolean; records: number }>(["verify", books]).records).toBeGreaterThan(1_000);
});

/** Waits until a file has some bytes. */
async function untilThere(path: string, bytes: number): Promise<void> {
  const { statSync } = await import("node:fs");
  for (let tries = 0; tries < 600; tries++) {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > bytes) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${path} never came`);
}
