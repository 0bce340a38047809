import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../../tests/count.ts";
import { EXCHANGES, profileOf } from "./exchanges.ts";
import type { Failure } from "./messages.ts";
import { isForPeople, verdictOf } from "./refusals.ts";

const failure = (more: Partial<Failure>): Failure => ({
  name: "ExchangeError",
  mayHaveLeft: true,
  status: 200,
  code: null,
  words: "",
  ...more,
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["bybit",    { code: "170131" },                                    "refused"],
  ["bybit",    { code: "110007" },                                    "refused"],
  ["bybit",    { code: "170141", name: "InvalidOrder" },              "unknown"],
  ["bybit",    { code: "10000" },                                     "unknown"],
  ["bybit",    { code: "170007", name: "RequestTimeout" },            "unknown"],
  ["okx",      { code: "51008" },                                     "refused"],
  ["okx",      { code: "51016" },                                     "unknown"],
  ["okx",      { code: "50004" },                                     "unknown"],
  ["kraken",   { code: "EOrder:Insufficient funds" },                 "refused"],
  ["kraken",   { code: "EAPI:Invalid nonce" },                        "refused"],
  ["kraken",   { code: "EService:Timeout" },                          "unknown"],
  ["kraken",   { code: "EGeneral:Internal error" },                   "unknown"],
  ["coinbase", { code: "INSUFFICIENT_FUND" },                         "refused"],
  ["coinbase", { code: "UNKNOWN_FAILURE_REASON" },                    "unknown"],
  ["another",  { name: "InsufficientFunds", status: 400 },            "refused"],
  ["another",  { name: "InvalidOrder", status: 400 },                 "unknown"],
  ["binance",  { code: "-2010", status: 504 },                        "unknown"],
  ["binance",  { code: "-2010", status: 400, mayHaveLeft: false },    "not-sent"],
] as const)("[CCXT-34] B2: %s says %o: %s", (exchange, said, verdict) => expect(verdictOf(profileOf(exchange), failure(said))).toBe(verdict));

test("[CCXT-34] B1: whatever an exchange says without an answer, or with a failure of its own, is unknown", () => {
  const codes = fc.constantFrom(...EXCHANGES.flatMap(({ refusals }) => refusals));
  const names = fc.constantFrom("InsufficientFunds", "InvalidOrder", "AuthenticationError", "RequestTimeout", "TypeError");
  fc.assert(
    fc.property(
      fc.constantFrom(...EXCHANGES),
      codes,
      names,
      fc.constantFrom(null, 500, 502, 503, 504, 520),
      (profile, code, name, status) => {
        expect(verdictOf(profile, failure({ code, name, status }))).toBe("unknown");
      },
    ),
    { numRuns: runs(1_000), seed: seed() },
  );
});

test("[CCXT-44] only what a person must set right ends the attempts", () => {
  expect(isForPeople(failure({ name: "AuthenticationError", status: 401 }))).toBe(true);
  expect(isForPeople(failure({ name: "AuthenticationError", status: 503 }))).toBe(false);
  expect(isForPeople(failure({ name: "RequestTimeout", status: null }))).toBe(false);
});
