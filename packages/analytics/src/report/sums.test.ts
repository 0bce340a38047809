import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { addsUp, type BacktestReport, netPnlOf, sumsOf } from "../index.ts";
import { sampleReport } from "./sample-report.ts";

/** A report whose rows have these equities, in cents. */
function withEquities(portfolios: readonly string[], unattributed: string, account: string): BacktestReport {
  const report = sampleReport(portfolios.length);
  return {
    ...report,
    portfolios: report.portfolios.map((row, index) => ({ ...row, equity: portfolios[index] ?? "0" })),
    unattributed: { ...report.unattributed, equity: unattributed },
    account: { ...report.account, equity: account },
  };
}

test("[ANA-18] every money column of a sound report adds up", () => {
  const sums = sumsOf(sampleReport());
  expect(sums.map((sum) => sum.column)).toEqual([
    "equity",
    "cash",
    "marketValue",
    "realizedPnl",
    "unrealizedPnl",
    "fees",
    "income",
    "flows",
    "startingCash",
  ]);
  expect(sums.every((sum) => sum.addsUp && sum.difference === "0")).toBe(true);
  expect(addsUp(sampleReport(9))).toBe(true);
});

// 0.1 + 0.2 + 0.000001 = 0.300001 exactly, which float64 does not say.
test("[ANA-18] sums are exact, whatever the number of decimals", () => {
  expect(sumsOf(withEquities(["0.1", "0.2"], "0.000001", "0.300001"))[0]).toEqual({
    column: "equity",
    portfolios: "0.3",
    unattributed: "0.000001",
    account: "0.300001",
    difference: "0",
    addsUp: true,
  });
  expect(sumsOf(withEquities(["0.1", "0.2"], "0", "0.300001"))[0]).toMatchObject({ difference: "0.000001", addsUp: false });
  expect(sumsOf(withEquities(["-5", "2.50"], "-0.5", "-3.000000"))[0]).toMatchObject({ portfolios: "-2.5", addsUp: true });
});

test.each(["", "NaN", "1,000", "Infinity", "<b>1</b>", "9999999999999999"])("[ANA-18] %s does not add up", (text) => {
  expect(sumsOf(withEquities([text], "0", text))[0]).toMatchObject({ difference: "?", addsUp: false });
  expect(addsUp(withEquities([text], "0", text))).toBe(false);
});

test("[ANA-18] any exact split adds up, and any unit too much does not", () => {
  const cents = fc.integer({ min: -1e9, max: 1e9 });
  fc.assert(
    fc.property(fc.array(cents, { minLength: 1, maxLength: 6 }), cents, fc.integer({ min: 1, max: 100 }), (parts, rest, off) => {
      const text = (units: number): string =>
        `${units < 0 ? "-" : ""}${Math.floor(Math.abs(units) / 100)}.${String(Math.abs(units) % 100).padStart(2, "0")}`;
      const total = parts.reduce((sum, part) => sum + part, rest);
      expect(sumsOf(withEquities(parts.map(text), text(rest), text(total)))[0]?.addsUp).toBe(true);
      expect(sumsOf(withEquities(parts.map(text), text(rest), text(total + off)))[0]?.addsUp).toBe(false);
    }),
    { numRuns: runs(300), seed: seed() },
  );
});

test("[ANA-18] net P&L is equity less what was put in", () => {
  const row = { ...sampleReport().unattributed, equity: "120.5", startingCash: "100", flows: "15.25" };
  expect(netPnlOf(row)).toBe("5.25");
  expect(netPnlOf({ ...row, flows: "?" })).toBeNull();
});
