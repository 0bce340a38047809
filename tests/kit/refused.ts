import type { RefusalCode, VenueContract, VenueSnapshot } from "@bulkhead/core";
import { type Ask, UNATTRIBUTED } from "./books.ts";
import { ACCOUNT, Desk, plan } from "./desk.ts";
import { FREE } from "./world.ts";

/** `alpha` has 1,000 dollars and holds 10 SPY; order 1 bought them, order 2 waits to sell 4; `beta` has 1,000; `gone` is archived. */
export function afterTrading(): Desk {
  const desk = new Desk();
  for (const id of ["alpha", "beta", "gone"]) desk.portfolio(id, "1100");
  desk.trade("alpha", "SPY@X", "buy 10 @ 10", { executionId: "x1" });
  desk.place("alpha", "SPY@X", "sell 4", { limit: "11", intentId: "i1" });
  desk.do(desk.archiveAsk("gone"));
  desk.do(desk.roll("2026-01-02", ["alpha"]));
  desk.do({ type: "StartEpoch", epoch: 2, engineVersion: "test" });
  return desk;
}

const open = (account: string): Ask =>
  ({ type: "OpenAccount", account, venue: "sim", mode: "paper", base: { id: "USD", kind: "cash", scale: 6 }, settings: FREE }) as never;

/** Told while executions came in. */
const NOISY: VenueSnapshot = {
  snapshotId: "1-1",
  from: 0 as never,
  to: 0 as never,
  quiet: false,
  positions: [],
  cash: [],
  openOrders: null,
  endedOrders: null,
  executionsSince: null,
};

/** The venue shows three shares more than the ten of the books, and somebody's order; gives back the break of the shares. */
function shown(d: Desk): string {
  const instrument = "SPY@X" as never;
  const tag = { reference: "", client: "", venueOrderId: "p1" };
  const order = d.wish("beta", "SPY@X", "buy 1", { limit: "9" });
  const terms = order.type === "PlaceOrder" ? order.terms : ({} as never);
  d.do({
    type: "RecordSnapshot",
    snapshot: {
      ...NOISY,
      snapshotId: "1-2",
      quiet: true,
      positions: [{ instrument, quantity: d.quantity("13", 0), averageCost: d.price("10", d.listing("SPY@X")) }],
      cash: null,
      openOrders: [{ venueOrder: null, epoch: null, tag, terms, filled: d.quantity("0", 0), status: "working", reason: "" }],
    },
  });
  return "position:SPY@X:1-2@0";
}
const give = (d: Desk, breakId: string, portfolio: string, units: string): Ask =>
  ({
    type: "AssignUnattributed",
    breakId,
    assignmentId: "c1",
    shares: [{ portfolio, amount: d.quantity(units, 0) }],
    reason: "mine",
  }) as never;
const writeOff = (breakId: string): Ask => ({ type: "WriteOffBreak", breakId, category: "trade", reason: "test" });

/** What the venue says of SPY. */
const told = (contract: Partial<VenueContract> | null): Ask => ({
  type: "RecordContract",
  instrument: "SPY@X" as never,
  contract: contract === null ? null : { ...NOTHING_TOLD, ...contract },
});
const NOTHING_TOLD: VenueContract = {
  ...{ venueKey: "1", symbol: "SPY", exchange: "X", currency: "", multiplier: "" },
  ...{ tick: "", increment: "", quantityMin: "", notionalMin: "", expiry: "" },
};

/** A command per refusal code, for the desk of `afterTrading`. */
// biome-ignore format: one command per code.
export const REFUSED: Readonly<Record<RefusalCode, (desk: Desk) => Ask>> = {
  ACCOUNT_NOT_OPEN: (d) => d.pauseAsk(null), // Asked of an engine that has no account.
  ACCOUNT_ALREADY_OPEN: () => open("main"),
  ACCOUNT_ID_INVALID: () => open("Main"), // Likewise.
  TIME_BACKWARD: (d) => ({ ...d.pauseAsk(null), at: d.at - 1 }),
  AMOUNT_NOT_POSITIVE: (d) => d.wish("alpha", "SPY@X", "buy 0"),
  AMOUNT_OUT_OF_RANGE: (d) => ({ ...d.flow("alpha", "1 USD"), amount: Number.MAX_SAFE_INTEGER }) as never,
  AMOUNT_OFF_INCREMENT: (d) => d.wish("alpha", "LONG@X", "buy 25"),
  ASSET_UNKNOWN: (d) => ({ ...d.flow("alpha", "1 USD"), asset: "GBP" }) as never,
  ASSET_EXISTS: () => ({ type: "DefineAsset", asset: { id: "EUR", kind: "coin", scale: 6 } }) as never,
  ASSET_INVALID: () => ({ type: "DefineAsset", asset: { id: "", kind: "coin", scale: 6 } }) as never,
  ASSET_NOT_CASH: (d) => ({ ...d.flow("alpha", "1 USD"), asset: "BTC" }) as never,
  INSTRUMENT_UNKNOWN: (d) => d.killAsk({ kind: "instrument", instrument: "NONE@X" as never }, "pause"),
  INSTRUMENT_EXISTS: (d) => ({ type: "DefineInstrument", instrument: { ...d.listing("SPY@X").instrument, shortable: false } }),
  INSTRUMENT_INVALID: (d) => ({ type: "DefineInstrument", instrument: { ...d.listing("SPY@X").instrument, id: "" as never } }),
  PORTFOLIO_UNKNOWN: (d) => d.archiveAsk("nobody"),
  PORTFOLIO_EXISTS: (d) => ({ type: "CreatePortfolio", portfolio: "alpha" as never, startingCash: d.money("1", "USD"), settings: d.of("alpha").settings as never }),
  PORTFOLIO_ID_INVALID: (d) => ({ type: "CreatePortfolio", portfolio: "Alpha" as never, startingCash: d.money("1", "USD"), settings: d.of("alpha").settings as never }),
  PORTFOLIO_ARCHIVED: (d) => d.archiveAsk("gone"),
  PORTFOLIO_NOT_FLAT: (d) => d.archiveAsk("alpha"),
  PORTFOLIO_HAS_ORDERS: (d) => { d.place("beta", "SPY@X", "buy 1"); return d.archiveAsk("beta"); },
  PORTFOLIO_BUILT_IN: (d) => d.archiveAsk(UNATTRIBUTED),
  CAPITAL_INSUFFICIENT: (d) => d.transfer("alpha", "beta", "1000.000001 USD"),
  POSITION_INSUFFICIENT: (d) => d.moveAsk("alpha", "beta", "SPY@X", "11 @ 10"),
  POSITION_RESERVED: (d) => d.moveAsk("alpha", "beta", "SPY@X", "7 @ 10"),
  TRANSFER_TO_SELF: (d) => d.transfer("alpha", "alpha", "1 USD"),
  SETTINGS_INVALID: (d) => d.configure("alpha", { timeZone: "" }),
  ORDER_UNKNOWN: (d) => d.cancelAsk(99),
  ORDER_ENDED: (d) => { d.fill(d.place("beta", "SPY@X", "buy 1"), "1 @ 10"); return d.cancelAsk(3); },
  ORDER_INVALID: (d) => d.wish("alpha", "SPY@X", "buy 1", { timeInForce: "gtd" }),
  PRICE_OFF_TICK: (d) => d.wish("alpha", "LONG@X", "buy 20", { limit: "10.01" }),
  PRICE_NOT_POSITIVE: (d) => d.wish("alpha", "SPY@X", "buy 1", { quote: "0" }),
  INTENT_REUSED: (d) => d.wish("alpha", "SPY@X", "sell 5", { limit: "11", intentId: "i1" }),
  PROTECTION_UNKNOWN: (d) => d.triggerAsk("alpha", "SPY@X", "stop", "9"),
  PROTECTION_INVALID: (d) => d.protectAsk("alpha", "SPY@X", plan({})),
  POSITION_FLAT: (d) => d.protectAsk("beta", "SPY@X", plan({ stop: "5%" })),
  KILL_NOT_ENGAGED: (d) => d.clearAsk(ACCOUNT),
  REASON_MISSING: (d) => d.killAsk(ACCOUNT, "pause", ""),
  STRATEGY_NOT_SET: () => ({ type: "StopStrategy", portfolio: "alpha" as never, reason: "test" }),
  VENUE_ORDER_UNKNOWN: (d) => d.ack(99 as never),
  EXECUTION_UNKNOWN: (d) => d.fee("1 USD", { execution: "x99" }),
  EXECUTION_MISMATCH: (d) => d.fillAsk(1 as never, "SPY@X", "buy 9 @ 10", { executionId: "x1" }),
  RATIO_INVALID: (d) => d.split("SPY@X", "0:0"),
  MARK_INVALID: (d) => d.markAsk({ "SPY@X": "0" }),
  RATE_MISSING: (d) => d.flow("alpha", "1 EUR"),
  EPOCH_BACKWARD: () => ({ type: "StartEpoch", epoch: 1, engineVersion: "test" }),
  SNAPSHOT_INCOMPLETE: () => ({ type: "AdoptBaseline", snapshot: NOISY, reason: "attached" }),
  BREAK_UNKNOWN: () => writeOff("none"),
  BREAK_CLOSED: (d) => { const id = shown(d); d.do(writeOff(id)); return give(d, id, "alpha", "1"); },
  BREAK_NOT_ASSIGNABLE: (d) => { shown(d); return writeOff("external:p1"); },
  ASSIGNMENT_UNKNOWN: () => ({ type: "UndoAssignment", assignmentId: "none", reason: "test" }),
  ASSIGNMENT_TOO_LARGE: (d) => give(d, shown(d), "alpha", "4"),
  ASSIGNMENT_SPENT: (d) => { d.do(give(d, shown(d), "beta", "3")); d.do(d.moveAsk("beta", "alpha", "SPY@X", "1 @ 10")); return { type: "UndoAssignment", assignmentId: "c1", reason: "test" }; },
  PROPOSAL_UNCLEAR: (d) => ({ type: "ApproveProposal", breakId: shown(d), ratio: null, reason: "test" }),
  CONTRACT_UNCHANGED: () => ({ type: "AcceptContract", instrument: "SPY@X" as never, reason: "test" }),
  CONTRACT_GONE: (d) => { d.do(told(null)); return { type: "AcceptContract", instrument: "SPY@X" as never, reason: "test" }; },
  CONTRACT_IN_USE: (d) => { d.do(told({ multiplier: "10" })); return { type: "AcceptContract", instrument: "SPY@X" as never, reason: "test" }; },
  EXTERNAL_ORDER_UNKNOWN: () => ({ type: "ClaimOrder", venueOrderId: "", portfolio: "alpha" as never, reason: "test" }),
  SPAN_INVALID: () => ({ type: "RecordHistoryGap", from: 5 as never, to: 5 as never }),
  HISTORY_GAP_UNKNOWN: () => ({ type: "CloseHistory", from: 5 as never, to: 6 as never, by: "test", adopts: true, reason: "test" }),
  DATE_BACKWARD: (d) => d.roll("2026-01-02", ["alpha"]),
};
