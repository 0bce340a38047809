import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ScheduleConfig } from "@bulkhead/contract";
import type { JournalRecord, OrderId } from "@bulkhead/core";
import { syntheticFeed } from "@bulkhead/market";
import { formatAmount } from "@bulkhead/money";
import { type AccountCapital, capitalOf, type RunResult } from "@bulkhead/server";
import { afterEach, describe, expect, test } from "vitest";
import { StillDesk } from "../kit/still-desk.ts";
import { accountOf, configOf, HOUR, MAIN, newFolder, openPaper, type Paper, recordsIn, removeFolder, START } from "./paper.ts";
import { VirtualClock } from "./virtual-clock.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) removeFolder(folder);
});

const PORTFOLIOS = `[account]
starting_cash = "100000"
[[portfolio]]
id = "a"
starting_cash = "60000"
[[portfolio]]
id = "b"
starting_cash = "40000"
`;
const EVEN = '[[rebalance]]\nid = "even"\ntargets = { a = "50%", b = "50%" }\nschedule = "30 * * * *"\n';

const schedulesIn = (text: string): readonly ScheduleConfig[] => configOf(`${PORTFOLIOS}${text}`).accounts[0]?.schedules ?? [];
const scheduleIn = (text: string): ScheduleConfig => {
  const [schedule] = schedulesIn(text);
  if (schedule === undefined) throw new Error("no schedule");
  return schedule;
};

/** "a→b 10000: why by whom". */
const transfersIn = (records: readonly JournalRecord[]): readonly string[] =>
  records.flatMap(({ command }) =>
    command.type === "TransferCapital"
      ? [`${command.from}→${command.to} ${formatAmount(command.amount, 6)} by ${command.by}: ${command.reason}`]
      : [],
  );

/** Lets a desk do what it was woken for. */
const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

async function open(text: string, folder = newFolder(), at = START): Promise<Paper> {
  folders.push(folder);
  return openPaper({ folder, at, config: configOf(`${PORTFOLIOS}${text}`), feed: syntheticFeed({ seed: 7, from: at, instruments: [] }) });
}

describe("schedules of a desk", () => {
  test("[CAP-11] [CAP-14] S1.25 S1.114: a rebalance moves free cash at its time, by the scheduler, with its reason", async () => {
    const { desk, clock, folder } = await open(EVEN);
    clock.advance(HOUR);
    await turns();
    await desk.stop();
    expect(transfersIn(recordsIn(folder).records)).toEqual([
      "a→b 10000 by scheduler: rebalance even: a at 60 % of 50 %, b at 40 % of 50 %",
    ]);
    const [standing] = desk.capital.get(MAIN)?.schedules.standing() ?? [];
    expect(standing).toMatchObject({
      nextAt: START + 1.5 * HOUR,
      last: { result: "moved", moved: "10000", dueAt: START + HOUR / 2, by: "scheduler", detail: "10000 moved in one transfer." },
    });
  });

  test("[CAP-15] killed after its transfers and before it wrote that down, a run is not done twice", async () => {
    const first = await open(EVEN);
    const file = join(first.folder, "accounts", "main", "capital.json");
    const before = readFileSync(file, "utf8");
    first.clock.advance(HOUR);
    await turns();
    const account = accountOf(first.desk);
    // By hand it is uneven again, so that a second run would move something.
    await account.submit({
      type: "TransferCapital",
      by: "t",
      from: "b",
      to: "a",
      asset: "USD",
      amount: 5_000_000_000,
      transferId: "x",
      reason: "",
    } as never);
    await first.desk.stop();
    writeFileSync(file, before);
    const second = await open(EVEN, first.folder, START + 0.55 * HOUR);
    await turns();
    const [standing] = second.desk.capital.get(MAIN)?.schedules.standing() ?? [];
    await second.desk.stop();
    expect(transfersIn(recordsIn(first.folder).records).filter((line) => line.includes("scheduler"))).toHaveLength(1);
    expect(standing?.last).toMatchObject({ result: "moved", detail: "It was done before." });
  });

  test.each([
    ["left out, and said", "", 0, ["The rebalance even was due at 2026-03-04T11:30:00.000Z, when nothing ran, and is left out."]],
    [
      "done once where it is to be caught up with",
      "catch_up = true\n",
      1,
      ["The rebalance even that was due at 2026-03-04T11:30:00.000Z, when nothing ran, is done now."],
    ],
  ])("[CAP-16] what was due while nothing ran is %s", async (_name, more, times, notes) => {
    const first = await open(`${EVEN}${more}`);
    await first.desk.stop();
    const second = await open(`${EVEN}${more}`, first.folder, START + 3 * HOUR);
    expect(accountOf(second.desk).notes.filter((note) => note.includes("rebalance"))).toEqual(notes);
    await second.desk.stop();
    expect(transfersIn(recordsIn(first.folder).records)).toHaveLength(times);
    const third = await open(`${EVEN}${more}`, first.folder, START + 3 * HOUR + 1_000);
    expect(accountOf(third.desk).notes.filter((note) => note.includes("rebalance"))).toEqual([]);
    await third.desk.stop();
    expect(transfersIn(recordsIn(first.folder).records)).toHaveLength(times);
  });

  test("[CAP-16] a schedule that is new, or was never written down, has missed nothing", async () => {
    const first = await open("");
    await first.desk.stop();
    const second = await open(`${EVEN}catch_up = true\n`, first.folder, START + 3 * HOUR);
    await second.desk.stop();
    rmSync(join(first.folder, "accounts", "main", "capital.json"));
    const third = await open(`${EVEN}catch_up = true\n`, first.folder, START + 6 * HOUR);
    await third.desk.stop();
    expect(transfersIn(recordsIn(first.folder).records)).toEqual([]);
  });

  test("[CAP-17] a schedule about a portfolio that is not there says so and moves nothing; the next one runs", async () => {
    const { desk, clock, folder } = await open(`${EVEN.replace("b =", "gone =")}${EVEN.replace('"even"', '"good"')}`);
    clock.advance(HOUR);
    await turns();
    const [bad, good] = desk.capital.get(MAIN)?.schedules.standing() ?? [];
    await desk.stop();
    expect(bad?.last).toMatchObject({ result: "refused" });
    expect(desk.capital.get(MAIN)?.schedules.undone()).toEqual([{ schedule: "rebalance even", reason: bad?.last?.detail }]);
    expect(bad?.last?.detail).toContain("gone");
    expect(good?.last).toMatchObject({ result: "moved" });
    expect(transfersIn(recordsIn(folder).records)).toHaveLength(1);
  });
});

/** Two portfolios and capital by hand, on books where a test says everything that happens. */
function still(
  a = "60000",
  b = "40000",
): Readonly<{ desk: StillDesk; capital: AccountCapital; run: (text: string) => Promise<RunResult> }> {
  const desk = new StillDesk({}, () => 5_000);
  desk.account.with((books) => {
    books.portfolio("a", a);
    books.portfolio("b", b);
  });
  const capital = capitalOf(desk.account, { clock: new VirtualClock(START), folder: null, note: () => {} });
  let wishes = 0;
  const run = (text: string): Promise<RunResult> => {
    wishes += 1;
    return capital.capital.run(scheduleIn(text), { wish: `wish:${wishes}`, by: "anna", reason: "because" });
  };
  return { desk, capital, run };
}

const equities = (desk: StillDesk): readonly string[] => ["a", "b", "unattributed"].map((id) => desk.account.books.equity(id));
const outcomeOf = (result: RunResult) => (result.ok ? result.outcome : result);

describe("rebalancing", () => {
  test("[CAP-12] nothing is sold: cash that is reserved or tied up stays, and what is free is shared out by what is wanted", async () => {
    const { desk, capital } = still("60000", "10000");
    desk.account.with((books) => {
      books.portfolio("c", "0");
      books.trade("a", "LONG@X", "buy 5000 @ 10");
      books.mark({ "LONG@X": "10" });
      books.order("a", "LONG@X", "buy 200 @ 10");
    });
    const targets = schedulesIn('[[rebalance]]\nid = "r"\ntargets = { a = "20%", b = "40%", c = "40%" }\nschedule = "@daily"\n');
    const result = await capital.capital.run(targets[0] as never, { wish: "w", by: "anna", reason: "new plan" });
    // 10,000 of cash less what the order holds back; 18,000 and 28,000 are wanted.
    expect(outcomeOf(result)).toMatchObject({ result: "moved", by: "anna" });
    const free = Number(desk.account.books.cash("c")) + Number(desk.account.books.cash("b")) - 10_000;
    expect(free).toBeLessThanOrEqual(8_000);
    expect(Math.abs(Number(desk.account.books.cash("c")) / free - 28 / 46)).toBeLessThan(0.0001);
    expect(desk.account.books.position("a", "LONG@X")).toBe("5000");
    expect(transfersIn(desk.account.records)[0]).toMatch(
      /^a→b .* by anna: new plan \(rebalance r: a at 85.71 % of 20 %, b at 14.29 % of 40 %\)$/,
    );
  });

  test("[CAP-13] within the drift nothing moves, beyond it everything does; transfers below the minimum are left out", async () => {
    const even = '[[rebalance]]\nid = "even"\ntargets = { a = "50%", b = "50%" }\n';
    const { desk, run } = still("52000", "48000");
    expect(outcomeOf(await run(`${even}drift = "2%"\n`))).toMatchObject({
      result: "within_drift",
      detail: "Nothing was moved. Every share is within the drift.",
    });
    expect(outcomeOf(await run(`${even}schedule = "@daily"\nminimum = "2000.01"\n`))).toMatchObject({ result: "nothing", short: "2000" });
    expect(outcomeOf(await run(`${even}drift = "1.9%"\nminimum = "2000"\n`))).toMatchObject({ result: "moved", moved: "2000" });
    expect(equities(desk).slice(0, 2)).toEqual(["50000", "50000"]);
  });

  test("[CAP-12] whole cents move, and the account's free cash may be one of the shares", async () => {
    const { desk, run } = still("100", "0");
    const thirds = '[[rebalance]]\nid = "r"\ntargets = { a = "33.3333333%", b = "66.6666667%" }\nschedule = "@daily"\n';
    await run(thirds);
    expect(equities(desk).slice(0, 2)).toEqual(["33.34", "66.66"]);
    const free = '[[rebalance]]\nid = "f"\ntargets = { a = "0%", unattributed = "100%" }\nschedule = "@daily"\n';
    await run(free);
    expect(equities(desk).slice(0, 2)).toEqual(["0", "66.66"]);
  });

  test("[CAP-17] figures that cannot be valued, books in doubt and archived portfolios move nothing, and say why", async () => {
    const even = '[[rebalance]]\nid = "even"\ntargets = { a = "50%", b = "50%" }\nschedule = "@daily"\n';
    const unvalued = still();
    unvalued.desk.account.with((books) => books.trade("unattributed", "SAP@X", "buy 10 @ 100"));
    const withFree = even.replace("b =", "unattributed =");
    const codes: unknown[] = [await unvalued.run(withFree)];
    const frozen = still();
    frozen.desk.account.act({ type: "SetMode", scope: { kind: "account" }, mode: "read_only", reason: "restored" });
    codes.push(await frozen.run(even));
    const archived = still();
    archived.desk.account.with((books) => books.do(books.archiveAsk("b")));
    codes.push(await archived.run(even));
    codes.push(await still("0", "0").run(even));
    expect(codes).toMatchObject([
      { ok: false, trouble: { code: "CAPITAL_NOT_VALUED" } },
      { ok: false, trouble: { code: "CAPITAL_FROZEN" } },
      { ok: false, trouble: { code: "PORTFOLIO_ARCHIVED" } },
      { ok: false, trouble: { code: "CAPITAL_POOL_EMPTY" } },
    ]);
  });

  test("[CAP-15] the same wish again moves nothing", async () => {
    const { desk, capital } = still();
    const even = scheduleIn('[[rebalance]]\nid = "even"\ntargets = { a = "50%", b = "50%" }\nschedule = "@daily"\n');
    const wish = { wish: "w:1", by: "anna", reason: "r" };
    await capital.capital.run(even, wish);
    desk.account.with((books) => books.do(books.transfer("b", "a", "1 USD")));
    expect(await capital.capital.run(even, wish)).toMatchObject({ repeated: true });
    // A process that starts anew finds it in the books.
    const again = capitalOf(desk.account, { clock: new VirtualClock(START), folder: null, note: () => {} });
    expect(await again.capital.run(even, wish)).toMatchObject({ repeated: true });
    expect(equities(desk).slice(0, 2)).toEqual(["50001", "49999"]);
  });
});

describe("rebalancing that may sell", () => {
  const SELL = '[[rebalance]]\nid = "even"\ntargets = { a = "50%", b = "50%" }\nschedule = "@daily"\nsell = true\n';

  /** 60,000 of which 55,000 are in shares, beside 40,000 of cash: 10,000 too much, of which 5,000 are cash. */
  async function sold(): Promise<Readonly<{ desk: StillDesk; capital: AccountCapital; schedule: ScheduleConfig; result: RunResult }>> {
    const { desk, capital } = still();
    desk.account.with((books) => {
      books.trade("a", "LONG@X", "buy 4000 @ 10");
      books.trade("a", "SPY@X", "buy 30 @ 500");
      books.mark({ "LONG@X": "10", "SPY@X": "500" });
    });
    const schedule = scheduleIn(SELL);
    await capital.schedules.adopt([schedule]);
    const wish = { wish: "w", by: "anna", reason: "now" };
    const result = await capital.capital.run(schedule, wish);
    if (result.ok) capital.schedules.record(schedule, result.outcome, wish);
    return { desk, capital, schedule, result };
  }

  test("[CAP-22] free cash moves at once, the rest is sold, the same part of every position, by orders that only reduce", async () => {
    const { desk, result, capital, schedule } = await sold();
    expect(outcomeOf(result)).toMatchObject({
      result: "moved",
      moved: "5000",
      orders: [expect.any(Number), expect.any(Number)],
      detail: expect.stringContaining("2 orders sell: what that brings is moved when it has ended."),
    });
    const orders = desk.account.records.flatMap(({ command }) =>
      command.type === "PlaceOrder" && command.intentId.startsWith("rebalance:even:sell:")
        ? [
            `${command.terms.side} ${Number(command.terms.quantity)} ${command.terms.instrument} ${command.reduceOnly} ${command.by}: ${command.why}`,
          ]
        : [],
    );
    // 5,000 of 55,000: 364 of 4,000 in tens, and 3 of 30.
    expect(orders).toEqual([
      "sell 370 LONG@X true anna: now (rebalance even: free cash is not enough)",
      "sell 3 SPY@X true anna: now (rebalance even: free cash is not enough)",
    ]);
    // Without being asked to, nothing is sold.
    expect(capital.capital.plan({ ...schedule, sell: false } as ScheduleConfig)).toMatchObject({ plan: { sells: [] } });
  });

  test("[CAP-22] what sales bring is moved when all of them have ended, once", async () => {
    const { desk, capital } = await sold();
    const fill = (order: OrderId, instrument: string, what: string): void =>
      desk.account.with((books) => {
        const venueOrder = [...books.engine.state.venueOrders.values()].find(({ orders }) => orders.includes(order))?.seq ?? null;
        books.do(books.fillAsk(venueOrder, instrument, what));
      });
    const [first = 0 as OrderId, second = 0 as OrderId] = desk.account.books.of("a").orders;
    fill(first, "LONG@X", "sell 370 @ 10");
    await turns();
    expect(capital.schedules.standing()[0]?.last).toMatchObject({ moved: "5000" });
    fill(second, "SPY@X", "sell 3 @ 500");
    await turns();
    expect(capital.schedules.standing()[0]?.last).toMatchObject({ result: "moved", moved: "5000", by: "anna", orders: [] });
    expect(equities(desk).slice(0, 2)).toEqual(["50000", "50000"]);
    expect(transfersIn(desk.account.records)).toHaveLength(2);
    desk.account.with((books) => books.mark({ "LONG@X": "11" }));
    await turns();
    expect(transfersIn(desk.account.records)).toHaveLength(2);
  });
});

describe("sweeping", () => {
  const SWEEP = '[[sweep]]\nid = "p"\nfrom = "a"\nabove = "high-water-mark"\nschedule = "@daily"\n';
  const earn = (desk: StillDesk, price: string): void => desk.account.with((books) => books.mark({ "LONG@X": price }));

  test("[CAP-18] over a high-water mark each profit leaves once, losses are made up for first, and deposits are no profit", async () => {
    const { desk, run } = still("60000", "0");
    desk.account.with((books) => books.trade("a", "LONG@X", "buy 1000 @ 10"));
    earn(desk, "12");
    expect(outcomeOf(await run(SWEEP))).toMatchObject({ result: "moved", moved: "2000" });
    expect(outcomeOf(await run(SWEEP))).toMatchObject({ result: "nothing" });
    desk.account.with((books) => books.deposit("a", "5000 USD", "more"));
    earn(desk, "11");
    expect(outcomeOf(await run(SWEEP))).toMatchObject({ result: "nothing" });
    earn(desk, "12.5");
    expect(outcomeOf(await run(`${SWEEP}share = "40%"\nto = "b"\n`))).toMatchObject({ moved: "200" });
    // Only 40 % left, and all of the 500 counts as swept.
    expect(outcomeOf(await run(SWEEP))).toMatchObject({ result: "nothing" });
    expect(desk.account.books.equity("b")).toBe("200");
    // Another process, another schedule: the books know up to where profit was swept.
    const again = capitalOf(desk.account, { clock: new VirtualClock(START), folder: null, note: () => {} });
    expect(await again.capital.run(scheduleIn(SWEEP.replace('"p"', '"q"')), { wish: "z", by: "x", reason: "r" })).toMatchObject({
      outcome: { result: "nothing" },
    });
  });

  test("[CAP-18] where cash is short, only the profit that left counts as swept", async () => {
    const { desk, run } = still("10300", "0");
    desk.account.with((books) => books.trade("a", "LONG@X", "buy 1000 @ 10"));
    earn(desk, "11");
    expect(outcomeOf(await run(`${SWEEP}share = "50%"\n`))).toMatchObject({ moved: "300", short: "200" });
    desk.account.with((books) => books.trade("a", "LONG@X", "sell 1000 @ 11"));
    expect(outcomeOf(await run(`${SWEEP}share = "50%"\n`))).toMatchObject({ moved: "200" });
    expect(outcomeOf(await run(SWEEP))).toMatchObject({ result: "nothing" });
  });

  test("[CAP-19] over an amount, everything beyond it leaves, or a share of it", async () => {
    const { desk, run } = still("60000", "40000");
    const fixed = '[[sweep]]\nid = "p"\nfrom = ["a", "b"]\nabove = "50000"\nschedule = "@daily"\n';
    expect(outcomeOf(await run(`${fixed}share = "25%"\n`))).toMatchObject({
      moved: "2500",
      transfers: [{ from: "a", to: "unattributed", why: "25 % of 10000 profit, above 50000" }],
    });
    await run(fixed);
    expect(equities(desk).slice(0, 2)).toEqual(["50000", "40000"]);
    expect(transfersIn(desk.account.records).at(-1)).toBe(
      "a→unattributed 7500 by anna: because (sweep p: 100 % of 7500 profit, above 50000)",
    );
  });
});
