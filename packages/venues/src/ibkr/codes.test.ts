import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CODES, type CodeKind, meaningOf } from "./codes.ts";

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["IBKR-23", "refused",       [103, 104, 105, 110, 200, 201, 320, 321, 434]],
  ["IBKR-25", "canceled",      [202]],
  ["IBKR-25", "cancel-failed", [135, 161, 10147, 10148, 10149]],
  ["IBKR-30", "held",          [404]],
  ["IBKR-30", "warning",       [399, 10349]],
  ["IBKR-7",  "lost",          [1100]],
  ["IBKR-7",  "restored-lost", [1101]],
  ["IBKR-7",  "restored",      [1102]],
  ["IBKR-6",  "session",       [326, 502, 504, 1300]],
  ["IBKR-2",  "person",        [503]],
  ["IBKR-71", "data",          [354, 10167, 10197]],
  ["IBKR-12", "farm",          [2104, 2106, 2158]],
  ["IBKR-9",  "decoder",       [505]],
  ["IBKR-23", "ambiguous",     [100, 133, 134, 9999]],
] as const satisfies readonly (readonly [string, CodeKind, readonly number[]])[])("[%s] codes that mean %s", (_, kind, codes) => {
  expect(codes.map((code) => meaningOf(code).kind)).toEqual(codes.map(() => kind));
});

test("[IBKR-12] the table has each code once, in order, and the document shows all of it", () => {
  const codes = CODES.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
  const document = readFileSync(new URL("../../../../docs/venues/ibkr.md", import.meta.url), "utf8");
  const rows = [...document.matchAll(/^\| (\d+) \| ([a-z-]+) \| (.+) \|$/gm)].map(([, code, kind, says]) => ({
    code: Number(code),
    kind,
    says,
  }));
  expect(rows).toEqual(CODES);
});
