import { readFileSync } from "node:fs";
import { REFUSAL_CODES, RISK_RULES } from "@bulkhead/core";
import { expect, test } from "vitest";
import { CATALOGUE, explain, GROUPS } from "./catalogue.ts";
import { renderCodes } from "./document.ts";

test("[CFG-17] every code of the engine has a sentence and something to do", () => {
  for (const code of [...REFUSAL_CODES, ...RISK_RULES]) expect(CATALOGUE.get(code)?.fix).toBeTruthy();
});

test("[CFG-17] no code has two sentences", () => {
  const codes = GROUPS.flatMap((group) => Object.keys(group.sentences));
  expect(new Set(codes).size).toBe(codes.length);
});

test.each([...CATALOGUE])("[CFG-17] %s says what happened and what to do in sentences", (_code, { says, fix }) => {
  expect(says).toMatch(/^(?:[A-Z{`]).+\.$/);
  expect(fix).toMatch(/^(?:[A-Z{`]).*[.?}]$/);
  expect(`${says} ${fix}`.replaceAll(/\{\w+\}/g, "")).not.toMatch(/[{}]\w/);
});

test("[CFG-17] figures are put in; those without a place stand in brackets; missing ones show", () => {
  expect(explain("CONFIG_ID_TWICE", { value: "a", first: "x.toml:3" })).toBe(
    "The id a is used twice (upper and lower case count as the same); the first is at x.toml:3. Give each its own id.",
  );
  expect(explain("ORDER_UNKNOWN", { order: 7, portfolio: "a" })).toBe(
    "There is no order 7 (portfolio a). Check its id; ended orders leave the engine at the day's end.",
  );
  expect(explain("ORDER_UNKNOWN")).toContain("order ?");
  expect(explain("NO_SUCH_CODE")).toBe("NO_SUCH_CODE");
});

test("[CFG-17] docs/codes.md is the catalogue", () => {
  expect(readFileSync(new URL("../../../../docs/codes.md", import.meta.url), "utf8")).toBe(renderCodes());
});
