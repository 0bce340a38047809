import { expect, test } from "vitest";
import { formatReportText } from "../../index.ts";
import { sampleReport } from "../sample-report.ts";
import { displayWidth, fitted, wrapped } from "./width.ts";

const text = formatReportText(sampleReport(), { width: 120 });
const lines = text.split("\n");

test("[ANA-19] numbers are flush right and columns line up", () => {
  const table = lines.slice(
    lines.findIndex((line) => line.startsWith("Portfolio ")),
    lines.findIndex((line) => line.startsWith("account ")) + 1,
  );
  const end = (table[0]?.indexOf("Equity") ?? 0) + "Equity".length;
  const figures = table.filter((line) => /^(momentum|balanced|reckless|unattributed|account)/.test(line));
  expect(figures).toHaveLength(5);
  for (const line of figures) {
    expect(line.slice(0, end)).toMatch(/\d\.\d\d$/);
    expect(line[end]).toBe(" ");
  }
});

test("[ANA-18, ANA-19] says that it adds up, with the figures", () => {
  expect(text).toContain("adds up: Σ portfolios 161,615.85 + unattributed 20,000.00 = account 181,615.85 ✓");
  const report = sampleReport();
  const off = formatReportText({ ...report, account: { ...report.account, cash: "1.00", equity: "181615.86" } });
  expect(off).toContain("= account 181,615.86 ✗");
  expect(off).toContain("equity does not add up: 161615.85 + 20000 ≠ 181615.86, off by 0.01");
  expect(off).toMatch(/cash does not add up/);
});

test("[ANA-19] shows receipts, positions, issues and the proof", () => {
  expect(text).toContain("asked buy 500 NOVA@SIM, allowed 180, rule max_total_exposure of portfolio");
  expect(text).toContain("orders placed 192: filled 174, canceled 12, expired 3, rejected 3, open 0");
  expect(text).toContain("ROW_SKIPPED: close is not a number, prices.csv:118 (2 ×)");
  expect(text).toContain("fault of reckless");
  expect(text).toContain("9f2c4e0f5b7a1d3c8e6f90a1b2c3d4e5f60718293a4b5c6d7e8f9012a3b4c5d6");
  expect(text).toContain("none violated ✓");
  const violated = formatReportText({ ...sampleReport(), invariants: { checked: 9, violated: 2 } });
  expect(violated).toContain("2 VIOLATED ✗");
});

test("[ANA-22] says that a made-up market is one, and only then", () => {
  expect(lines[1]).toContain("SYNTHETIC DATA");
  expect(formatReportText({ ...sampleReport(), synthetic: false })).not.toContain("SYNTHETIC");
});

test.each([60, 80, 100, 120, 160])("[ANA-19] fits %d cells", (width) => {
  const unbroken = /^ {2}(digest|chain head) /;
  for (const line of formatReportText(sampleReport(), { width }).split("\n")) {
    if (!unbroken.test(line)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  }
});

test("[ANA-19] colour only where asked, and without it the same text", () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is control characters.
  const codes = /\u001b\[[0-9;]*m/g;
  expect(text).not.toMatch(codes);
  const coloured = formatReportText(sampleReport(), { width: 120, color: true });
  expect(coloured).toMatch(codes);
  expect(coloured.replace(codes, "")).toBe(text);
});

test("[ANA-19] foreign text cannot steer the terminal", () => {
  const report = sampleReport();
  const evil = "\u001b[2J\u001b]0;owned\u0007a\u0008b\r\nfake line\u202eesrever\u009b31m\ud800";
  const shown = formatReportText({
    ...report,
    title: evil,
    digest: evil,
    notes: [evil],
    portfolios: report.portfolios.map((row) => ({
      ...row,
      id: evil,
      strategy: evil,
      tradingState: evil,
      positions: row.positions.map((position) => ({ ...position, instrument: evil, quantity: evil, mark: evil, marketValue: evil })),
      deniedByRule: row.deniedByRule.map((rule) => ({ ...rule, rule: evil, scope: evil })),
      faults: row.faults.map((fault) => ({ ...fault, code: evil, message: evil, at: evil })),
    })),
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
  expect(shown.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  expect(shown).not.toMatch(/^fake line/m);
  expect(shown.isWellFormed()).toBe(true);
});

test("[ANA-19] wide characters take two cells, marks none", () => {
  expect(displayWidth("積極的")).toBe(6);
  expect(displayWidth("e\u0301té")).toBe(3);
  expect(displayWidth("🚀")).toBe(2);
  expect(fitted("積極的な運用", 7)).toBe("積極的…");
  expect(fitted("short", 7)).toBe("short");
  expect(wrapped("one two three", 7, "  ")).toEqual(["one two", "  three"]);
});
