import { describe, expect, test } from "vitest";
import type { VenueClock } from "./clock.ts";
import { Coverage } from "./coverage.ts";
import { Inbox } from "./inbox.ts";
import { MessageBudget } from "./message-budget.ts";
import { reportStatus } from "./order-form.ts";
import { Questions } from "./questions.ts";
import { QuoteBoard } from "./quote-board.ts";
import { Masker } from "./recorder.ts";

/** Time that passes when it is told to. */
function handClock(): VenueClock & { pass: (ms: number) => void } {
  let now = 0;
  let waiting: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    after: (ms, run) => {
      const timer = { at: now + ms, run };
      waiting.push(timer);
      return () => {
        waiting = waiting.filter((each) => each !== timer);
      };
    },
    pass: (ms) => {
      const until = now + ms;
      for (;;) {
        const next = waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        waiting = waiting.filter((each) => each !== next);
        now = next.at;
        next.run();
      }
      now = until;
    },
  };
}

describe("the message budget", () => {
  test("[IBKR-10] B19 in any second no more go out than may, cancels first, and a fifth is theirs alone", () => {
    const clock = handClock();
    const budget = new MessageBudget(clock, 10);
    const sent: string[] = [];
    for (let i = 0; i < 20; i += 1) budget.send("question", () => sent.push("question"));
    budget.send("order", () => sent.push("order"));
    expect(sent).toEqual(Array(8).fill("question"));
    for (let i = 0; i < 3; i += 1) budget.send("cancel", () => sent.push("cancel"));
    expect(sent.slice(8)).toEqual(["cancel", "cancel"]);
    clock.pass(1_000);
    expect(sent.slice(10, 13)).toEqual(["cancel", "order", "question"]);
    expect(sent).toHaveLength(18);
  });

  test("[IBKR-3] what waits is forgotten with its connection", () => {
    const clock = handClock();
    const budget = new MessageBudget(clock, 5);
    let sent = 0;
    for (let i = 0; i < 20; i += 1) budget.send("order", () => (sent += 1));
    budget.clear();
    clock.pass(60_000);
    expect([sent, budget.waiting]).toEqual([4, 0]);
  });

  test("[IBKR-10] a queue has an end", () => {
    const budget = new MessageBudget(handClock(), 1);
    let refused = 0;
    for (let i = 0; i < 6_000; i += 1) if (!budget.send("order", () => {})) refused += 1;
    expect(refused).toBeGreaterThan(900);
  });
});

describe("questions", () => {
  test("[IBKR-50] B10 an answer without its end is none, one with it is whole; those without an id wait for each other", async () => {
    const clock = handClock();
    const questions = new Questions(clock);
    let sent = 0;
    const send = (): boolean => {
      sent += 1;
      return true;
    };
    const ask = () => questions.ask<number>("positions", 1_000, send);
    const [first, second] = [ask(), ask()];
    await Promise.resolve();
    questions.row("positions", 1);
    expect(sent).toBe(1);
    questions.end("positions");
    expect(await first).toEqual({ rows: [1], why: "", code: null });
    await Promise.resolve();
    await Promise.resolve();
    expect(sent).toBe(2);
    questions.row("positions", 2);
    clock.pass(1_000);
    expect(await second).toMatchObject({ rows: [2], why: expect.stringContaining("1000 ms") });
  });
});

describe("the inbox", () => {
  test("[IBKR-43] what comes behind a message that waits, waits with it", async () => {
    const inbox = new Inbox();
    const seen: string[] = [];
    let answer = (): void => {};
    inbox.push(() => new Promise<void>((resolve) => (answer = resolve)).then(() => void seen.push("execution")));
    inbox.push(() => void seen.push("commission"));
    expect(seen).toEqual([]);
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual(["execution", "commission"]);
  });
});

describe("coverage of executions", () => {
  const HOUR = 3_600_000;
  const midnight = 24 * HOUR;

  test("[IBKR-52] B9 an answer covers since what was asked, or since the gateway's midnight", () => {
    const coverage = new Coverage();
    expect(coverage.answered({ askedAt: 30 * HOUR, since: 29 * HOUR, historyStart: midnight })).toBe(29 * HOUR);
    expect(coverage.answered({ askedAt: 30 * HOUR + 1, since: HOUR, historyStart: midnight })).toBe(midnight);
  });

  test("[IBKR-52] over midnight an unbroken stream joins two answers; a broken one does not", () => {
    const before = { askedAt: midnight - 20_000, since: 10 * HOUR, historyStart: 0 };
    const after = { askedAt: midnight + 10_000, since: midnight - 60_000, historyStart: midnight };
    const unbroken = new Coverage();
    unbroken.answered(before);
    expect(unbroken.answered(after)).toBe(midnight - 60_000);
    const broken = new Coverage();
    broken.answered(before);
    broken.broken(midnight - 5_000);
    expect(broken.answered(after)).toBe(midnight);
  });
});

describe("best prices", () => {
  test("[IBKR-71] M6 delayed ticks make the board delayed until it is subscribed again; nothing shown is zero", () => {
    const board = new QuoteBoard();
    expect([board.hear(1, 201.5), board.hear(2, 201.6), board.hear(0, 3), board.hear(1, 201.5), board.hear(9, 1)]).toEqual([
      "changed",
      "changed",
      "changed",
      "same",
      "same",
    ]);
    expect(board.quote(0)).toEqual({ market: 0, bid: "201.5", bidSize: "3", ask: "201.6", askSize: "0" });
    board.hear(1, -1);
    expect(board.quote(0).bid).toBe("0");
    board.hear(66, 200);
    board.hear(1, 201);
    expect(board.isDelayed).toBe(true);
    board.clear();
    expect(board.isDelayed).toBe(false);
  });
});

test("[IBKR-74] M4 what can be no price is told apart from nothing shown, and takes away what stood there", () => {
  const board = new QuoteBoard();
  board.hear(1, 201.5);
  expect([Number.NaN, Number.POSITIVE_INFINITY, -5, Number.MAX_VALUE].map((value) => board.hear(1, value))).toEqual(
    Array(4).fill("nonsense"),
  );
  expect(board.quote(0).bid).toBe("0");
  expect([board.hear(1, 0), board.hear(1, -1), board.hear(3, 0)]).toEqual(["same", "same", "same"]);
});

describe("transcripts", () => {
  test("[IBKR-80] account numbers are masked, the same by the same mask, wherever they stand; prices and ids are not", () => {
    const masker = new Masker();
    expect(masker.mask(["15", "1", "DU1234567,U7654321"])).toEqual(["15", "1", "DU9000001,U9000002"]);
    expect(masker.mask(["6", "2", "AccountCode", "DU1234567", "", "DU1234567"])).toEqual([
      "6",
      "2",
      "AccountCode",
      "DU9000001",
      "",
      "DU9000001",
    ]);
    expect(masker.mask(["5", "1234567.0/DU1234567/100", "201.94", "0000e0d5.67fe667b.01.01"])).toEqual([
      ...["5", "1234567.0/DU9000001/100", "201.94", "0000e0d5.67fe667b.01.01"],
    ]);
    expect(masker.mask(["4", "2", "-1", "321", "account F1111111 is not yours"])[4]).toBe("account F9000003 is not yours");
  });
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["ApiPending", "working"], ["PendingSubmit", "working"], ["PreSubmitted", "working"], ["Submitted", "working"], ["PendingCancel", "working"],
  ["ApiCancelled", "canceled"], ["Cancelled", "canceled"], ["Filled", "filled"], ["Inactive", "rejected"],
])("[IBKR-55] a reported order that is %s is %s", (status, expected) => {
  expect(reportStatus(status)).toBe(expected);
});
