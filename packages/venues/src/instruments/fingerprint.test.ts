import type { InstrumentId } from "@bulkhead/core";
import { expect, test } from "vitest";
import { contractChanges, type Fingerprint } from "./fingerprint.ts";

const KEPT: Fingerprint = {
  instrument: "ACME@XNYS" as InstrumentId,
  venueKey: "1001",
  symbol: "ACME",
  exchange: "NYSE",
  currency: "USD",
  multiplier: "1",
  tick: "0.01",
  increment: "1",
};
const changes = (now: Partial<Fingerprint> | null): readonly string[] =>
  contractChanges([KEPT], () => (now === null ? null : { ...KEPT, ...now })).map(
    ({ field, severity, before, now: then }) => `${severity} ${field} ${before} > ${then}`,
  );

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["nothing",                   {},                      []],
  ["a number written otherwise", { tick: "0.010", multiplier: "1.0" }, []],
  ["another name",              { symbol: "ACM" },       ["renamed symbol ACME > ACM"]],
  ["another exchange",          { exchange: "NASDAQ" },  ["renamed exchange NYSE > NASDAQ"]],
  ["a finer tick",              { tick: "0.005" },       ["finer tick 0.01 > 0.005"]],
  ["a coarser tick",            { tick: "0.05" },        ["stop tick 0.01 > 0.05"]],
  ["a tick that does not divide", { tick: "0.003" },     ["stop tick 0.01 > 0.003"]],
  ["a finer step",              { increment: "0.0001" }, ["finer increment 1 > 0.0001"]],
  ["another multiplier",        { multiplier: "10" },    ["stop multiplier 1 > 10"]],
  ["another currency",          { currency: "EUR" },     ["stop currency USD > EUR"]],
  ["another contract",          { venueKey: "2002" },    ["stop venueKey 1001 > 2002"]],
  ["several",                   { currency: "EUR", symbol: "ACM" }, ["renamed symbol ACME > ACM", "stop currency USD > EUR"]],
  ["a tick that is no number",  { tick: "variable" },    ["stop tick 0.01 > variable"]],
] as const)("[MAP-3, MAP-4] compared at a start: %s (M8, B25)", (_what, now, expected) => expect(changes(now)).toEqual(expected));

test("[MAP-4] a contract that is gone stops, and each change says what to do", () => {
  expect(changes(null)).toEqual(["stop listed 1001 > "]);
  const [gone] = contractChanges([KEPT], () => null);
  expect(gone?.says).toContain("does not have it any more");
  const [finer] = contractChanges([KEPT], () => ({ ...KEPT, tick: "0.001" }));
  expect(finer?.says).toBe(
    "ACME@XNYS: the tick was 0.01, is 0.001. Orders go on at the old step, which the new one divides; a new instrument id is needed to use the finer one.",
  );
});
