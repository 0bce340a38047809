import { describe, expect, test } from "vitest";
import { FAULT_NAMES } from "./fault.ts";
import { FaultInvalid, readFault } from "./read-fault.ts";

describe("faults as text", () => {
  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["lose:execDetails",                               { fault: "lose", message: "execDetails" }],
    ["lose:execDetails,nth=2,times=always",            { fault: "lose", message: "execDetails", nth: 2, times: "always" }],
    ["delay:message=orderStatus,byMs=500",             { fault: "delay", message: "orderStatus", byMs: 500 }],
    ["reject:201,symbol=AAPL",                         { fault: "reject", code: 201, symbol: "AAPL" }],
    ["drop-unread:placeOrder",                         { fault: "drop-unread", request: "placeOrder" }],
    ["commission:revised,first=0.35",                  { fault: "commission", as: "revised", first: "0.35" }],
    ["partial:30+20",                                  { fault: "partial", quantities: ["30", "20"] }],
    ["status-first",                                   { fault: "status-first" }],
    ['{"fault":"partial","quantities":["1"],"nth":3}', { fault: "partial", quantities: ["1"], nth: 3 }],
  ] as const)("[TWSG-72] %s", (text, fault) => {
    expect(readFault(text)).toEqual(fault);
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["explode",                        "none of lose, duplicate"],
    ["lose",                           "lose needs message"],
    ["lose:everything",                "none of managedAccounts"],
    ["drop-unread:dinner",             "none of placeOrder"],
    ["reject:many",                    "no whole number"],
    ["commission:free",                "none of late, never"],
    ["partial:ten",                    "no number"],
    ["status-first:now",               "no key=value"],
    ["status-first:colour=red",        "knows no colour"],
    ["{broken",                        "no JSON object"],
    ["[]",                             "none of"],
  ] as const)("[TWSG-72] %s is refused: %s", (text, reason) => {
    expect(() => readFault(text)).toThrow(FaultInvalid);
    expect(() => readFault(text)).toThrow(reason);
  });

  test("[TWSG-72] every fault can be written", () => {
    const least: Readonly<Record<string, string>> = {
      ...{ lose: "position", duplicate: "position", delay: "position,byMs=1", "drop-before": "position", "drop-after": "position" },
      ...{ "lose-request": "placeOrder", "drop-unread": "placeOrder", "drop-unanswered": "placeOrder", "half-open": "placeOrder" },
      ...{ reject: "201", commission: "late", partial: "1" },
    };
    for (const name of FAULT_NAMES) expect(readFault(least[name] === undefined ? name : `${name}:${least[name]}`).fault).toBe(name);
  });
});
