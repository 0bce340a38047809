import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EventOf, PortfolioId } from "@bulkhead/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  accountOf,
  configOf,
  HOUR,
  MINUTE,
  newFolder,
  openPaper,
  ordersIn,
  type Paper,
  recordsIn,
  removeFolder,
  START,
} from "../desk/paper.ts";
import { soon } from "../kit/soon.ts";
import { PATIENT, STRATEGIES } from "./threads.ts";

let folder = "";
let files = "";
let desks: Paper[] = [];
beforeEach(() => {
  folder = newFolder();
  files = newFolder();
});
afterEach(async () => {
  for (const { desk } of desks) await desk.stop();
  desks = [];
  removeFolder(folder);
  removeFolder(files);
});

const MINE = "mine" as PortfolioId;
const OTHER = "other" as PortfolioId;

/** `mine` runs a file, `other` a built-in that trades often. */
const configWith = (strategy: string, params = "{}") =>
  configOf(`
[account]
starting_cash = "150000"

[[portfolio]]
id = "mine"
starting_cash = "50000"
symbols = ["ACME", "CRUX"]
strategy = "${strategy}"
params = ${params}

[[portfolio]]
id = "other"
starting_cash = "50000"
symbols = ["ACME", "BOLT", "DUSKUSD"]
strategy = "sma-cross"
params = { fast = 2, slow = 5 }
`);

async function opened(strategy: string, options: Readonly<{ at?: number; params?: string; deadlineMs?: number; restartMs?: number }> = {}) {
  const { at, params, ...threads } = options;
  const paper = await openPaper({
    folder,
    ...(at === undefined ? {} : { at }),
    config: configWith(strategy, params),
    folders: { file: STRATEGIES, working: STRATEGIES },
    threads: { ...PATIENT, ...threads },
  });
  desks.push(paper);
  const account = accountOf(paper.desk);
  const { strategies } = account;
  const status = () => strategies.statuses.find(({ portfolio }) => portfolio === MINE);
  const remembers = () =>
    account.host.memories().find(({ portfolio }) => portfolio === MINE) ?? strategies.resting.find(({ portfolio }) => portfolio === MINE);
  const bars = (): number => JSON.parse(remembers()?.seats["ACME@DEMO"]?.json ?? '{"bars":0}').bars;
  return { ...paper, account, strategies, status, bars, stop: () => paper.desk.stop() };
}

const faultsIn = (): readonly string[] =>
  recordsIn(folder).records.flatMap(({ command }) =>
    command.type === "ReportStrategyFault" ? [`${command.portfolio} ${command.code}${command.pause ? " pause" : ""}`] : [],
  );
const configuredIn = (): readonly EventOf<"PortfolioConfigured">[] =>
  recordsIn(folder).records.flatMap(({ events }) => events.filter((event) => event.type === "PortfolioConfigured"));

test("[DESK-19, HOSTS-6] a desk whose strategy works in a thread trades over restarts as one that was not interrupted", async () => {
  const traded = async (restartEveryMs: number): Promise<readonly string[]> => {
    for (let at = START; at < START + 2 * HOUR; at += restartEveryMs) {
      const { clock, stop, status } = await opened("./paces.ts", { at });
      expect(status()).toMatchObject({ host: "worker", state: "running", source: "./paces.ts", faults: 0, restarts: 0 });
      clock.advanceTo(Math.min(at + restartEveryMs, START + 2 * HOUR));
      await stop();
    }
    const orders = ordersIn(recordsIn(folder).records);
    removeFolder(folder);
    folder = newFolder();
    return orders;
  };
  const whole = await traded(2 * HOUR);
  expect(await traded(41 * MINUTE + 17_000)).toEqual(whole);
  expect(whole.filter((line) => line.includes(" mine ")).length).toBeGreaterThan(20);
});

test("[HOSTS-8, CTL-12] S3.3 a stopped strategy is not asked, over restarts too, until it is started; its stops stay armed", async () => {
  const first = await opened("./paces.ts", { params: "{ pace = 2 }" });
  first.clock.advance(3 * MINUTE);
  const bars = first.bars();
  expect(bars).toBeGreaterThan(0);
  expect(await first.strategies.stop(MINE, "test", "night")).toEqual({ ok: true });
  expect(first.status()).toMatchObject({ state: "stopped", host: "none", note: "night" });
  const evaluated = first.account.host.counters.evaluations;
  first.clock.advance(10 * MINUTE);
  expect(first.account.host.counters.evaluations).toBeGreaterThan(evaluated); // The other one.
  expect(first.bars()).toBe(bars);
  expect(first.account.exits.armed).toBe(first.account.exits.expected);
  await first.stop();

  const second = await opened("./paces.ts", { at: START + 20 * MINUTE, params: "{ pace = 2 }" });
  expect(second.status()).toMatchObject({ state: "stopped", host: "none", note: "night" });
  second.clock.advance(10 * MINUTE);
  expect(second.bars()).toBe(bars);
  expect(await second.strategies.start(MINE, "test", "morning")).toEqual({ ok: true });
  expect(second.status()).toMatchObject({ state: "running", host: "worker", note: "" });
  second.clock.advance(2 * MINUTE);
  expect(second.bars()).toBe(bars + 2);
  expect(second.status()?.lastEvaluatedAt).toBe(START + 32 * MINUTE);
  expect(await second.strategies.stop(OTHER, "test", "enough")).toEqual({ ok: true });
  expect(second.strategies.statuses.find(({ portfolio }) => portfolio === OTHER)).toMatchObject({ state: "stopped" });
  await second.stop();
});

test("[HOSTS-9] S3.3 reloading takes the newest code with its memory, on record; a file that does not load changes nothing", async () => {
  const file = join(files, "mine.ts");
  copyFileSync(join(STRATEGIES, "paces.ts"), file);
  const mine = await opened(file);
  mine.clock.advance(7 * MINUTE);
  const [bars, hash] = [mine.bars(), mine.status()?.codeHash];
  expect(bars).toBeGreaterThan(3);
  writeFileSync(file, "export default 7;");
  expect(await mine.strategies.reload(MINE, "test")).toMatchObject({ ok: false, why: expect.stringContaining("STRATEGY_WRONG_SHAPE") });
  writeFileSync(file, readFileSync(join(STRATEGIES, "paces.ts"), "utf8").replace('"paces"', '"races"'));
  expect(await mine.strategies.reload(MINE, "test")).toMatchObject({ ok: false, why: expect.stringContaining("its books name paces") });
  mine.clock.advance(MINUTE);
  expect(mine.status()).toMatchObject({ state: "running", codeHash: hash });
  expect(mine.bars()).toBe(bars + 1);
  writeFileSync(file, readFileSync(join(STRATEGIES, "paces.ts"), "utf8").replace("state.bars += 1", "state.bars += 100"));
  expect(await mine.strategies.reload(MINE, "test")).toEqual({ ok: true });
  mine.clock.advance(MINUTE);
  expect(mine.bars()).toBe(bars + 101);
  const after = mine.status();
  expect(after).toMatchObject({ state: "running", host: "worker" });
  expect(after?.codeHash).not.toBe(hash);
  expect(await mine.strategies.reload(MINE, "test")).toEqual({ ok: true });
  await mine.stop();
  expect(configuredIn().map(({ settings }) => settings.strategy?.codeHash)).toEqual([after?.codeHash]);
});

test("[HOSTS-10] a file that changed while nothing ran is on record at the start; one that is gone is a note, and its memory waits", async () => {
  const file = join(files, "mine.ts");
  copyFileSync(join(STRATEGIES, "paces.ts"), file);
  const first = await opened(file);
  first.clock.advance(6 * MINUTE);
  const bars = first.bars();
  await first.stop();
  rmSync(file);
  const second = await opened(file, { at: START + 10 * MINUTE });
  expect(second.status()).toMatchObject({ state: "failed", host: "none", note: expect.stringContaining("STRATEGY_FILE_MISSING") });
  expect(second.desk.notes.join("\n")).toContain("Portfolio mine runs nothing: STRATEGY_FILE_MISSING");
  second.clock.advance(5 * MINUTE);
  expect(await second.strategies.start(MINE, "test", "again")).toMatchObject({
    ok: false,
    why: expect.stringContaining("STRATEGY_FILE_MISSING"),
  });
  await second.stop();
  writeFileSync(file, `${readFileSync(join(STRATEGIES, "paces.ts"), "utf8")}// Another one.\n`);
  const third = await opened(file, { at: START + 20 * MINUTE });
  expect(third.status()).toMatchObject({ state: "running", host: "worker" });
  expect(third.desk.notes.join("\n")).toContain("the file of paces has changed since it ran last");
  expect(third.bars()).toBeGreaterThanOrEqual(bars);
  await third.stop();
  expect(configuredIn()).toHaveLength(1);
});

const ordersOf = (portfolio: string): number =>
  ordersIn(recordsIn(folder).records).filter((line) => line.includes(` ${portfolio} `)).length;

test("[HOSTS-3, HOSTS-6, HOST-16] S0.33 one that hangs comes back with its memory and is paused at the third fault; others trade on", async () => {
  const mine = await opened("./loops-forever.ts", { params: "{ at = 4 }", deadlineMs: 1_500, restartMs: 10 });
  const faults = (): number => mine.status()?.faults ?? 0;
  const back = () => soon(() => expect(mine.status()?.state).toBe("running"));
  mine.clock.advance(4 * MINUTE);
  expect(faults()).toBe(1);
  const bars = mine.bars();
  expect(mine.status()).toMatchObject({ state: "failed", note: expect.stringContaining("did not answer in time") });
  expect(mine.account.state.portfolios.get(MINE)?.tradingState).toBe("active");
  const before = mine.account.exits;
  expect(before.armed).toBe(before.expected);
  await back();
  mine.clock.advance(MINUTE);
  expect(faults()).toBe(2);
  expect(mine.bars()).toBe(bars);
  await back();
  mine.clock.advance(MINUTE);
  expect(faults()).toBe(3);
  expect(mine.status()).toMatchObject({ state: "paused", restarts: 2, note: "strategy fault: STRATEGY_TOO_SLOW" });
  expect(mine.account.state.portfolios.get(MINE)?.tradingState).toBe("reducing");
  mine.clock.advance(20 * MINUTE);
  expect(faults()).toBe(3);
  expect(await mine.account.submit({ type: "ResumePortfolio", by: "test", portfolio: MINE, reason: "mended" })).toMatchObject({ ok: true });
  await soon(() => expect(mine.status()?.restarts).toBe(3));
  await mine.stop();
  expect(faultsIn()).toEqual(["mine STRATEGY_TOO_SLOW", "mine STRATEGY_TOO_SLOW", "mine STRATEGY_TOO_SLOW pause"]);
  expect(ordersOf("other")).toBeGreaterThan(3);
});

test("[HOSTS-4, HOST-16] a pause after faults holds over a restart of the desk, until the portfolio is resumed", async () => {
  const first = await opened("./promises.ts");
  first.clock.advance(5 * MINUTE);
  expect(first.status()).toMatchObject({ state: "paused", faults: 3 });
  await first.stop();
  const second = await opened("./promises.ts", { at: START + 10 * MINUTE });
  second.clock.advance(5 * MINUTE);
  expect(second.status()).toMatchObject({ state: "paused", faults: 0 });
  await second.account.submit({ type: "ResumePortfolio", by: "test", portfolio: MINE, reason: "again" });
  second.clock.advance(MINUTE);
  expect(second.status()?.faults).toBeGreaterThan(0);
  await second.stop();
});

test("[HOSTS-4] one whose thread ends between two bars is a fault on record at once", async () => {
  const mine = await opened("./leaves.ts", { params: '{ how = "throw later" }' });
  mine.clock.advance(MINUTE);
  await soon(() => expect(mine.status()?.faults).toBe(1));
  expect(mine.status()).toMatchObject({ state: "failed", note: expect.stringContaining("out of the blue") });
  await mine.stop();
  expect(faultsIn()).toEqual(["mine STRATEGY_EXITED"]);
});

test("[HOSTS-11] what a strategy writes into its log is in the account's log, with its portfolio", async () => {
  const mine = await opened("./counts.ts");
  const said: unknown[] = [];
  mine.account.speaker.listen((words) => said.push(words));
  mine.clock.advance(2 * MINUTE);
  expect(said).toContainEqual({ level: "info", source: "strategy", message: "bar 1", portfolio: MINE });
});

test("[HOSTS-7] a desk does not open with a file that cannot be loaded, and holds nothing afterwards", async () => {
  await expect(opened("./throws-at-import.ts")).rejects.toMatchObject({ code: "DESK_STRATEGIES_REFUSED" });
  const after = await opened("./counts.ts");
  expect(after.status()).toMatchObject({ state: "running" });
});

test("[HOSTS-8, HOSTS-9] changes of one portfolio asked for at once come one after the other, and what the books say at the end runs", async () => {
  const mine = await opened("./counts.ts");
  mine.clock.advance(2 * MINUTE);
  const answers = await Promise.all([
    mine.strategies.reload(MINE, "test"),
    mine.strategies.stop(MINE, "test", "one"),
    mine.strategies.start(MINE, "test", "two"),
    mine.strategies.reload(MINE, "test"),
    mine.strategies.stop(MINE, "test", "three"),
    mine.strategies.start(MINE, "test", "four"),
  ]);
  expect(answers.every(({ ok }) => ok)).toBe(true);
  await mine.strategies.follow(MINE);
  const stopped = mine.account.state.portfolios.get(MINE)?.strategyStop !== null;
  expect(mine.status()).toMatchObject(stopped ? { state: "stopped", host: "none" } : { state: "running", host: "worker" });
  const bars = mine.bars();
  mine.clock.advance(3 * MINUTE);
  expect(mine.bars()).toBe(stopped ? bars : bars + 3);
  expect(mine.status()?.faults).toBe(0);
});
