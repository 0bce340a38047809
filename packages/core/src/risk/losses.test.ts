import { expect, test } from "vitest";
import { Desk, loss } from "../../../../tests/kit/desk.ts";

const HOUR = 3_600_000;

/** `alpha` has 1,000 dollars in 100 SPY: a dollar on the price is a hundred dollars. */
function invested(settings: ConstructorParameters<typeof Desk>[0] = {}): Desk {
  const desk = new Desk(settings);
  desk.portfolio("alpha", "1500");
  desk.hold("alpha", "SPY@X", "buy 100", "10");
  return desk;
}

const may = (desk: Desk, who = "alpha") => desk.gate(who, "FRAC@X", "buy 1", { quote: "1" });
const FREE = "placed 1";

test("[RISK-15] a loss at its bound stops what opens, not what closes; just below it nothing happens (C1, S2.5)", () => {
  const desk = invested();
  desk.settings("alpha", { limits: loss("lifetime", "0.1") });
  desk.mark({ "SPY@X": "8.51" });
  expect(may(desk)).toBe(FREE);
  desk.mark({ "SPY@X": "8.50" });
  expect(may(desk)).toBe("denied by max_loss_lifetime (portfolio): 150 < 150");
  expect(desk.gate("alpha", "SPY@X", "sell 100", { quote: "8" })).toBe("placed 100");
});

test("[RISK-15] of a fraction and an amount the lower holds", () => {
  const desk = invested();
  const [limit] = loss("lifetime", "0.1").losses;
  const [amount] = loss("lifetime", "$100").losses;
  if (limit === undefined || amount === undefined) throw new Error("no limit");
  desk.settings("alpha", { limits: { ...loss("lifetime", "0.1"), losses: [{ ...limit, amount: amount.amount }] } });
  desk.mark({ "SPY@X": "9" });
  expect(may(desk)).toBe("denied by max_loss_lifetime (portfolio): 100 < 100");
});

test("[RISK-15] losses are measured at the last mark, not at a fill in between", () => {
  const desk = invested();
  desk.settings("alpha", { limits: loss("lifetime", "0.1") });
  desk.mark({ "SPY@X": "10" });
  desk.trade("alpha", "SPY@X", "sell 100 @ 5");
  expect(may(desk)).toBe(FREE);
  desk.mark({});
  expect(may(desk)).toContain("denied by max_loss_lifetime");
});

test.each(["day", "rolling-24h", "lifetime", "drawdown"] as const)(
  "[RISK-15] %s: no deposit hides a loss, no withdrawal makes one",
  (window) => {
    const desk = invested();
    desk.do(desk.roll("2026-01-02", ["alpha"]));
    desk.settings("alpha", { limits: loss(window, "$100") });
    desk.mark({ "SPY@X": "10" });
    desk.deposit("alpha", "-400 USD");
    desk.mark({ "SPY@X": "10" });
    expect(may(desk)).toBe(FREE);
    desk.deposit("alpha", "9000 USD");
    desk.mark({ "SPY@X": "9" });
    expect(may(desk)).toContain("denied");
  },
);

test("[RISK-16] a day starts at the equity with which it began, and the next one is another", () => {
  const desk = invested();
  desk.settings("alpha", { limits: loss("day", "0.1") });
  desk.mark({ "SPY@X": "8" });
  // No day yet: measured from what was put in.
  expect(may(desk)).toBe("denied by max_loss_day (portfolio): 150 < 200");
  desk.do(desk.roll("2026-01-02", ["alpha"]));
  expect(may(desk)).toBe(FREE);
  desk.mark({ "SPY@X": "6.71" });
  expect(may(desk)).toBe(FREE);
  desk.mark({ "SPY@X": "6.70" });
  expect(may(desk)).toBe("denied by max_loss_day (portfolio): 130 < 130");
  desk.at += 24 * HOUR;
  desk.do(desk.roll("2026-01-03", ["alpha"]));
  expect(may(desk)).toBe(FREE);
});

test("[RISK-17] a rolling day starts at the last mark that is a day old, over weekends too", () => {
  const desk = invested();
  desk.settings("alpha", { limits: loss("rolling-24h", "$200") });
  desk.mark({ "SPY@X": "10" });
  desk.at += 72 * HOUR;
  desk.mark({ "SPY@X": "8" });
  expect(may(desk)).toBe("denied by max_loss_rolling_24h (portfolio): 200 < 200");
  desk.at += 23 * HOUR;
  expect(may(desk)).toContain("denied");
  desk.at += HOUR;
  expect(may(desk)).toBe(FREE);
  desk.mark({ "SPY@X": "7" });
  expect(may(desk)).toBe(FREE);
});

test("[RISK-17] a young portfolio is measured from what was put in; an older one from when the limit began to look", () => {
  const desk = invested();
  desk.settings("alpha", { limits: loss("rolling-24h", "$200") });
  desk.mark({ "SPY@X": "8" });
  expect(may(desk)).toContain("denied by max_loss_rolling_24h");
  const late = invested();
  late.at += 48 * HOUR;
  late.mark({ "SPY@X": "8" });
  late.settings("alpha", { limits: loss("rolling-24h", "$200") });
  late.mark({ "SPY@X": "8" });
  expect(may(late)).toBe(FREE);
  late.mark({ "SPY@X": "6" });
  expect(may(late)).toContain("denied by max_loss_rolling_24h");
});

test("[RISK-17, RISK-19] the account's rolling day looks back in every portfolio", () => {
  const desk = invested();
  desk.do(desk.account({ limits: loss("rolling-24h", "$200") }));
  desk.mark({ "SPY@X": "10" });
  desk.at += 30 * HOUR;
  desk.mark({ "SPY@X": "8" });
  desk.portfolio("beta", "1000");
  expect(may(desk, "beta")).toBe("denied by max_loss_rolling_24h (account): 200 < 200");
  desk.at += 25 * HOUR;
  desk.mark({ "SPY@X": "8" });
  expect(may(desk, "beta")).toBe(FREE);
});

test("[RISK-17] marks are kept once a minute for a day, and the one before", () => {
  const desk = invested();
  desk.settings("alpha", { limits: loss("rolling-24h", "$200") });
  for (let i = 0; i < 40; i++) {
    desk.at += HOUR;
    desk.mark({ "SPY@X": "10" });
    desk.at += 30_000;
    desk.mark({ "SPY@X": "10" });
  }
  expect(desk.of("alpha").recent.length).toBeLessThanOrEqual(26);
  expect(desk.of("alpha").recent.length).toBeGreaterThanOrEqual(24);
});

test("[RISK-18] lifetime is measured from what was put in, drawdown from the highest mark", () => {
  const desk = invested();
  desk.settings("alpha", { limits: loss("drawdown", "0.2") });
  desk.mark({ "SPY@X": "20" });
  desk.mark({ "SPY@X": "15.01" });
  expect(may(desk)).toBe(FREE);
  desk.mark({ "SPY@X": "15" });
  expect(may(desk)).toBe("denied by max_drawdown (portfolio): 500 < 500");
  desk.settings("alpha", { limits: loss("lifetime", "0.2") });
  expect(may(desk)).toBe(FREE);
});

test("[RISK-19] the account's window is the sum of its portfolios'; its drawdown is from its own high", () => {
  const desk = invested();
  desk.portfolio("beta", "1500");
  desk.hold("beta", "SPIN@X", "sell 100", "10");
  desk.do(desk.account({ limits: loss("drawdown", "$600") }));
  // What one wins the other loses: the account never falls, although each is 500 below its own high.
  desk.mark({ "SPY@X": "15", "SPIN@X": "15" });
  desk.mark({ "SPY@X": "10", "SPIN@X": "10" });
  desk.mark({ "SPY@X": "5", "SPIN@X": "5" });
  desk.mark({ "SPY@X": "10", "SPIN@X": "10" });
  expect(may(desk)).toBe(FREE);
  desk.mark({ "SPY@X": "7", "SPIN@X": "13" });
  expect(may(desk, "beta")).toBe("denied by max_drawdown (account): 600 < 600");
  desk.do(desk.account({ limits: loss("lifetime", "$601") }));
  expect(may(desk)).toBe(FREE);
  desk.do(desk.account({ limits: loss("lifetime", "$600") }));
  expect(may(desk)).toBe("denied by max_loss_lifetime (account): 600 < 600");
});
