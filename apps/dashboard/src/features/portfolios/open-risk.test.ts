import type { PositionRow } from "@bulkhead/contract";
import { expect, test } from "vitest";
import { openRisk } from "./open-risk.ts";

const position = (row: Partial<PositionRow>): PositionRow =>
  ({ currency: "USD", market_value: "1000", market_value_base: "1000", to_stop: null, ...row }) as PositionRow;

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["nothing held",                 [],                                                                             "0"],
  ["no stop: all of it",           [{}],                                                                           "1000"],
  ["a short without a stop",       [{ market_value_base: "-400.5" }],                                              "400.5"],
  ["as far as the stop",           [{ to_stop: "-49.95" }],                                                        "49.95"],
  ["a stop that brings a gain",    [{ to_stop: "12" }],                                                            "0"],
  ["several",                      [{ to_stop: "-0.1" }, { to_stop: "-0.2" }, {}],                                 "1000.3"],
  ["another currency, at its rate", [{ currency: "EUR", market_value_base: "1100", to_stop: "-10" }],              "11.00"],
  ["no rate known",                [{ currency: "EUR", market_value: null, market_value_base: null, to_stop: "-10" }], "0"],
] as const)("what is at risk: %s", (_name, rows, expected) => expect(openRisk(rows.map(position), "USD")).toBe(expected));
