import { moneyOfUnits, priceOfUnits, ratioOfUnits } from "@bulkhead/money";
import { expect, test } from "vitest";
import { Attached } from "../../../../tests/kit/attached.ts";
import { Desk, plan } from "../../../../tests/kit/desk.ts";
import type { State } from "../state.ts";
import type { Event } from "./events.ts";
import { assertStep } from "./step-invariants.ts";

const NIGHTS = {
  stopPct: ratioOfUnits(20_000_000),
  stopFactor: null,
  takeProfitPct: null,
  takeProfitFactor: null,
  beforeCloseMs: 0,
  afterOpenMs: 0,
  hours: null,
  except: [],
};

/** `alpha` holds 100 SPY at 10 with a stop at 9. */
function desk(): Desk {
  const made = new Desk();
  made.portfolio("alpha", "10000", { overnight: NIGHTS });
  made.portfolio("beta", "10000");
  made.fill(made.place("alpha", "SPY@X", "buy 100", { protect: plan({ stop: "@9" }) }), "100 @ 10");
  return made;
}

type Made = Readonly<{ state: State; events: readonly Event[] }>;

/** The books before a step, and what the step says. */
function stepOf(make: (made: Desk) => Parameters<Desk["do"]>[0]): Made {
  const whole = desk();
  const events = whole.do(make(whole));
  return { state: desk().engine.state as unknown as State, events };
}

const forged = (events: readonly Event[], type: Event["type"], change: object): readonly Event[] =>
  events.map((event) => (event.type === type ? ({ ...event, ...change } as Event) : event));

const transfer = stepOf(() => ({
  type: "TransferCapital",
  from: "beta" as never,
  to: "alpha" as never,
  asset: "USD" as never,
  amount: moneyOfUnits(10_000_000_000),
  transferId: "t",
  reason: "r",
}));
const tooMuch = transfer.events.flatMap((event) =>
  event.type === "CapitalMoved" ? event.postings.map((posting) => ({ ...posting, amount: 2 * (posting.amount as unknown as number) })) : [],
);
const fill = stepOf((made) => made.fillAsk(null, "SPY@X", "buy 10 @ 11", { executionId: "forged" }));
const [share] = fill.events.flatMap((event) => (event.type === "ExecutionBooked" ? event.allocations : []));
const night = stepOf((made) => made.widenAsk("alpha", "SPY@X"));

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["I6",      "capital that is promised twice",                transfer, "CapitalMoved",      { postings: tooMuch },                                          "I6_PROMISED_TWICE"],
  ["I8",      "a share that is worth other than its fill",     fill,     "ExecutionBooked",   { allocations: [{ ...share, value: moneyOfUnits(1) }] },        "I8_VALUE_NOT_SHARED"],
  ["I18",     "shares that are not the whole execution",       fill,     "ExecutionBooked",   { allocations: [] },                                            "I18_SHARES_NOT_WHOLE"],
  ["NIGHT-1", "a stop that comes nearer at night",             night,    "ProtectionWidened", { stop: priceOfUnits(950) },                                    "EXIT_NEARER_AT_NIGHT"],
] as const)("[LED-11] before anything is applied a step may not say %s: %s", (_id, _what, { state, events }, type, change, code) => {
  expect(assertStep(state, events, [])).toBeGreaterThan(0);
  expect(() => assertStep(state, forged(events, type, change), [])).toThrow(code);
});

test("[LED-11] I6: an account that may over-allocate promises more than it has; a debt that a fact made is left behind by who is archived", () => {
  const made = new Desk({ overAllocation: true });
  const free = Number(made.cash("unattributed"));
  made.portfolio("rich", String(free + 1_000));
  expect(made.cash("unattributed")).toBe("-1000");
  const poor = new Desk();
  poor.portfolio("alpha", "100");
  poor.do(poor.fee("150 USD", { portfolio: "alpha" }));
  poor.do(poor.archiveAsk("alpha"));
  expect(poor.cash("alpha")).toBe("0");
});

test("[LED-11] [REC-1] I2, I3: a barrier leaves the books as the venue has them, and nothing that a portfolio owns is touched (P4, B16)", () => {
  const whole = new Attached();
  whole.portfolio("alpha");
  const state = new Attached().engine.state as unknown as State;
  const snapshot = whole.snapshot({ positions: { "SPY@X": "3 @ 10" } });
  const command = { type: "RecordSnapshot", at: whole.at as never, snapshot } as const;
  const events = whole.do(command);
  expect(assertStep(state, events, [], command)).toBeGreaterThan(0);
  expect(() => assertStep(state, forged(events, "DifferencesBooked", { postings: [] }), [], command)).toThrow("I2_BOOKS_NOT_VENUE");
  const [booked] = events.flatMap((event) => (event.type === "DifferencesBooked" ? event.postings : []));
  const theirs = [{ ...booked, portfolio: "alpha" }];
  expect(() => assertStep(state, forged(events, "DifferencesBooked", { postings: theirs }), [], command)).toThrow(
    "P4_SNAPSHOT_MOVED_A_PORTFOLIO",
  );
});
