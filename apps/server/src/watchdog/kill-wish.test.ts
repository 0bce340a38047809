import type { AccountId } from "@bulkhead/core";
import { scopeKey } from "@bulkhead/core";
import type { KillWish } from "@bulkhead/store";
import { expect, test } from "vitest";
import { Desk } from "../../../../tests/kit/desk.ts";
import { killsOf } from "./kill-wish.ts";

const account = (id: string, portfolios: readonly string[]) => {
  const books = new Desk();
  for (const portfolio of portfolios) books.portfolio(portfolio, "100");
  return { id: id as AccountId, state: books.engine.state };
};
const both = [account("main", ["alpha", "beta"]), account("second", ["beta", "gamma"])];
const wish = (some: Partial<KillWish>): KillWish => ({
  level: "cancel",
  account: null,
  portfolio: null,
  instrument: null,
  reason: "why",
  mark: "1",
  ...some,
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["everything",                        {},                                          ["main account", "second account"]],
  ["one account",                       { account: "Second" },                       ["second account"]],
  ["a portfolio that one has",          { portfolio: "ALPHA" },                      ["main portfolio:alpha"]],
  ["a portfolio that both have",        { portfolio: "beta" },                       ["main portfolio:beta", "second portfolio:beta"]],
  ["a portfolio of one account",        { account: "second", portfolio: "beta" },    ["second portfolio:beta"]],
  ["an instrument by its symbol",       { instrument: "spy", account: "main" },      ["main instrument:SPY@X"]],
  ["an instrument by its id",           { instrument: "SPY@X" },                     ["main instrument:SPY@X", "second instrument:SPY@X"]],
  ["an account that is not there",      { account: "third" },                        ["main account", "second account"]],
  ["a portfolio that nobody has",       { portfolio: "delta" },                      ["main account", "second account"]],
  ["a portfolio of the wrong account",  { account: "main", portfolio: "gamma" },     ["main account", "second account"]],
  ["an instrument that nobody knows",   { instrument: "NOPE" },                      ["main account", "second account"]],
  ["two scopes at once",                { portfolio: "alpha", instrument: "SPY" },   ["main account", "second account"]],
])("[WATCH-5] %s", (_what, some, expected) => {
  const kills = killsOf(wish(some), both);
  expect(kills.map(({ account: { id }, command }) => `${id} ${scopeKey(command.scope)}`)).toEqual(expected);
  const isUnderstood = !kills.some(({ command }) => command.reason.includes("is not there"));
  expect(isUnderstood || kills.every(({ command }) => command.scope.kind === "account")).toBe(true);
  expect(kills.every(({ command }) => command.by === "kill-file" && command.level === "cancel")).toBe(true);
});
