import type { AssetId, PortfolioId } from "@bulkhead/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { AccountNames, commodityNames, plainText } from "./names.ts";
import { csvCell } from "./tables.ts";

test.each([
  ["=1+2", "'=1+2"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\tx", "'\tx"],
  ["plain", "plain"],
  ['say "hi", you', '"say ""hi"", you"'],
  ["=a,b", '"\'=a,b"'],
])("[CLI-16] %j becomes %j", (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

test("[CLI-20] commodities are what both programs take, and no two share a name", () => {
  const ids = ["USD", "SPY@XNYS", "SPY@ARCX", "F@XNYS", "BRK.B@XNYS", "BTC", "1INCH", "spy@xnys", "日本@XTKS", "A".repeat(40)] as AssetId[];
  const names = [...commodityNames(ids).values()];
  expect(names.slice(0, 7)).toEqual(["USD", "SPY", "SPY.ARCX", "F.XNYS", "BRK.B", "BTC", "X1INCH"]);
  expect(new Set(names).size).toBe(ids.length);
});

test("[CLI-20] whatever the ids are, names are valid and unique", () => {
  const id = fc.string({ minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 12 }), (ids) => {
      const names = [...commodityNames(ids as AssetId[]).values()];
      expect(new Set(names).size).toBe(ids.length);
      for (const name of names) expect(name).toMatch(/^[A-Z][A-Z0-9.-]{0,22}[A-Z0-9]$/);
      const accounts = new AccountNames(commodityNames(["USD" as AssetId]));
      const portfolios = ids.map((each) => accounts.of(each as PortfolioId, "cash", "USD" as AssetId));
      expect(new Set(portfolios).size).toBe(ids.length);
      for (const account of portfolios) expect(account).toMatch(/^Assets:[A-Z0-9][A-Za-z0-9-]*:Cash$/);
      for (const each of ids) expect(plainText(each)).not.toMatch(/[\n\r;|"\\]/);
    }),
    { numRuns: runs(500), seed: seed() },
  );
});
