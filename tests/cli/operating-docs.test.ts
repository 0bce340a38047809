import { existsSync, readFileSync } from "node:fs";
import { inventedFor, syntheticFeed } from "@bulkhead/market";
import { expect, test } from "vitest";
import { HOUR, MINUTE } from "../desk/paper.ts";
import { served } from "../desk/served.ts";
import { bulkhead, type Ran } from "./command.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
/** What stands under a heading of a document, up to the next of its kind. */
const section = (path: string, heading: string): string => {
  const [, found] = read(path).split(`\n## ${heading}\n`);
  if (found === undefined) throw new Error(`${path} has no "${heading}"`);
  return found.split("\n## ")[0] ?? "";
};
/** Its commands, as they are typed. */
const commandsOf = (text: string): readonly string[] =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.split("\n").filter((line) => line.startsWith("bulkhead ")));

const CONFIG = `
[account]
starting_cash = "100000"
[[portfolio]]
id = "first"
starting_cash = "50000"
symbols = ["SPY"]
`;

/** A Wednesday, 15:00 UTC: New York is open; in Melbourne it is two in the morning. */
const OPEN = Date.UTC(2026, 2, 4, 15);

test("[OPS-3] S2.54: what the operator's pages say to type works as it stands, for a new portfolio and for a day whose P&L is not its equity", async () => {
  const feed = syntheticFeed({ seed: 7, from: OPEN, historyDays: 0, instruments: inventedFor(["SPY"]) });
  const desk = await served(CONFIG, { at: OPEN, feed });
  desk.clock.advance(5 * MINUTE);
  const run = (line: string): Promise<Ran> => bulkhead(line.split(" ").slice(1), { environment: { BULKHEAD_URL: desk.serving.url } });
  const starting = commandsOf(section("docs/operating.md", "Starting a new portfolio"));
  expect(starting.length).toBeGreaterThanOrEqual(5);
  for (const line of starting) expect([line, await run(line)]).toEqual([line, expect.objectContaining({ code: 0, err: "" })]);
  expect(await desk.row("/api/portfolios/momentum")).toMatchObject({
    initial_balance: "10000",
    time_zone: "Australia/Melbourne",
    bot_version: "v1",
  });
  // A trade, and cash from outside: equity moves by more than what was earned.
  expect((await run("bulkhead order buy 5 SPY --portfolio momentum")).code).toBe(0);
  desk.clock.advance(30 * MINUTE);
  expect((await run("bulkhead portfolio transfer first momentum 2500 --reason more")).code).toBe(0);
  // Midnight of Melbourne is 13:00 UTC.
  desk.clock.advanceTo(Date.UTC(2026, 2, 5, 13) + HOUR);
  // The connection that was kept is gone: nobody looked after it while the clock moved.
  await desk.ask("/healthz");
  const looking = commandsOf(section("docs/operating.md", "When the day's P&L is not how much equity moved"));
  expect(looking.length).toBe(4);
  for (const line of looking) expect([line, await run(line)]).toEqual([line, expect.objectContaining({ code: 0, err: "" })]);
  const [today, ended] = (await run("bulkhead days --portfolio momentum --json")).json()["data"] as readonly Readonly<
    Record<string, string>
  >[];
  const amount = (name: string): number => Math.round(Number(ended?.[name]) * 1e6);
  expect(ended).toMatchObject({ date: "2026-03-05", time_zone: "Australia/Melbourne", start_equity: "10000", flows: "2500" });
  expect(amount("net_pnl")).toBe(amount("end_equity") - amount("start_equity") - amount("flows"));
  expect(amount("net_pnl")).toBe(amount("gross_pnl") - amount("fees"));
  expect(amount("net_pnl")).not.toBe(0);
  // The baseline rolls by itself, to where the day ended.
  expect([today?.["date"], today?.["status"], today?.["start_equity"]]).toEqual(["2026-03-06", "open", ended?.["end_equity"]]);
});

test("[OPS-3] S2.53: README and ARCHITECTURE say what a portfolio, a run and a day are, and lead to how a desk is operated", () => {
  const model = section("ARCHITECTURE.md", "Portfolios and days");
  for (const word of ["run_id", "bot_version", "RollDay", "no sessions", "docs/operating.md", "docs/spec/days.md"])
    expect(model).toContain(word);
  for (const [, path = ""] of model.matchAll(/`((?:core|host)\/src\/[a-z/.-]+)`/g))
    expect([path, existsSync(new URL(`packages/${path}`, root))]).toEqual([path, true]);
  expect(read("README.md")).toMatch(/days are rows.*docs\/operating\.md/);
});

test("[OPS-3] S2.55: the pages on risk say that it is the portfolio's, and no day's loss stops anything unless it is asked for", async () => {
  const limits = section("docs/configuration.md", "Limits, on portfolios and accounts");
  expect(limits).toContain("Risk is the portfolio's, not the day's");
  expect(limits).toContain("off by default");
  const desk = await served(CONFIG.replace("SPY", "ACME"), { at: OPEN });
  expect(await desk.row("/api/portfolios/first")).toMatchObject({ loss_limits: [] });
});
