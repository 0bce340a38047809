import type { Fault } from "@bulkhead/tws-gateway";
import { isImmediate, restsAtVenue } from "./cases.ts";
import type { Happening, Moment, Restart } from "./stage.ts";

const BOTH: readonly Restart[] = ["none", "after"];
const EVERY: readonly Restart[] = ["none", "before", "meanwhile", "after"];
const ALONE: readonly Restart[] = ["none"];

/** What the wire of TWS lets happen to an order: every message of its life is a boundary at which the connection may break. */
export const IBKR_HAPPENINGS: readonly Happening[] = [
  { rule: "[VEN-2]", name: "accept", trades: "nothing", restarts: BOTH, answer: "ack", clear: true },
  { rule: "[VEN-3]", name: "reject", trades: "nothing", restarts: BOTH, answer: "reject" },
  { rule: "[VEN-3]", name: "refused before it is an order", trades: "nothing", restarts: BOTH, answer: "reject", absent: true },
  { rule: "[VEN-4]", name: "partial", trades: "part", restarts: EVERY, answer: "ack" },
  { rule: "[VEN-4]", name: "fill", trades: "all", restarts: EVERY, answer: "ack" },
  {
    rule: "[VEN-4]",
    name: "fill in three parts of one second",
    trades: "all",
    restarts: BOTH,
    answer: "ack",
    fits: ({ timeInForce }) => timeInForce !== "fok",
  },
  { rule: "[VEN-4]", name: "commission half a minute late", trades: "all", restarts: ALONE, answer: "ack" },
  { rule: "[VEN-5]", name: "fill after its cancel", trades: "part", restarts: BOTH, answer: "ack", late: "cancel" },
  {
    rule: "[VEN-5]",
    name: "fill after its expiry",
    trades: "part",
    restarts: BOTH,
    answer: "ack",
    late: "expiry",
    fits: ({ timeInForce }) => timeInForce === "gtd",
  },
  { rule: "[VEN-6]", name: "executions told twice", trades: "part", restarts: BOTH, answer: "ack" },
  { rule: "[VEN-6]", name: "statuses told twice", trades: "part", restarts: BOTH, answer: "ack" },
  { rule: "[VEN-6]", name: "commissions told twice", trades: "all", restarts: BOTH, answer: "ack" },
  { rule: "[VEN-6]", name: "status before its execution", trades: "all", restarts: BOTH, answer: "ack" },
  { rule: "[VEN-7]", name: "lost reply", trades: "nothing", restarts: EVERY, answer: "unknown" },
  {
    rule: "[VEN-7]",
    name: "late answer",
    trades: "part",
    restarts: ALONE,
    answer: "unknown",
    fits: (kind) => !isImmediate(kind.timeInForce),
  },
  { rule: "[VEN-8]", name: "lost order", trades: "nothing", restarts: BOTH, answer: "unknown", absent: true },
  { rule: "[VEN-9]", name: "disconnect before the order is read", trades: "nothing", restarts: BOTH, answer: "unknown", absent: true },
  { rule: "[VEN-9]", name: "disconnect before its answer", trades: "part", restarts: EVERY, answer: "unknown" },
  { rule: "[VEN-9]", name: "partial, then disconnect before openOrder", trades: "part", restarts: BOTH },
  { rule: "[VEN-9]", name: "partial, then disconnect after openOrder", trades: "part", restarts: BOTH },
  { rule: "[VEN-9]", name: "partial, then disconnect before orderStatus", trades: "part", restarts: BOTH },
  { rule: "[VEN-9]", name: "partial, then disconnect after orderStatus", trades: "part", restarts: BOTH },
  { rule: "[VEN-9]", name: "partial, then disconnect before execDetails", trades: "part", restarts: BOTH },
  { rule: "[VEN-9]", name: "partial, then disconnect after execDetails", trades: "part", restarts: BOTH },
  { rule: "[VEN-9]", name: "partial, then disconnect before commissionReport", trades: "part", restarts: BOTH },
  { rule: "[VEN-9]", name: "partial, then disconnect after commissionReport", trades: "part", restarts: BOTH },
  { rule: "[VEN-9]", name: "execution lost on its way", trades: "all", restarts: BOTH },
  {
    rule: "[VEN-9]",
    name: "cancel while nobody is connected, then a fill",
    trades: "part",
    restarts: ALONE,
    late: "cancel",
    fits: restsAtVenue,
  },
  { rule: "[VEN-10]", name: "not connected", trades: "all", restarts: BOTH, answer: "not-sent", absent: true },
];

type Moments = Partial<Record<Moment, readonly Fault[]>>;

const at = (fault: "drop-before" | "drop-after", message: "openOrder" | "orderStatus"): Moments => ({ trade: [{ fault, message }] });
const atTrade = (fault: "drop-before" | "drop-after", message: "execDetails" | "commissionReport"): Moments => ({
  send: [{ fault, message }],
});
const lose = (message: "openOrder" | "orderStatus"): Fault => ({ fault: "lose", message, times: 2 });

export const IBKR_FAULTS: Readonly<Record<string, Moments>> = {
  reject: { send: [{ fault: "reject", code: 201 }] },
  "refused before it is an order": { send: [{ fault: "reject", code: 110 }] },
  "fill in three parts of one second": { send: [{ fault: "partial", quantities: ["3", "3", "4"] }] },
  "commission half a minute late": { send: [{ fault: "commission", as: "late", byMs: 30_000 }] },
  "executions told twice": { send: [{ fault: "duplicate", message: "execDetails", times: 3 }] },
  "statuses told twice": {
    send: [
      { fault: "duplicate", message: "orderStatus", times: 6 },
      { fault: "duplicate", message: "openOrder", times: 6 },
    ],
  },
  "commissions told twice": { send: [{ fault: "duplicate", message: "commissionReport", times: 3 }] },
  "status before its execution": { send: [{ fault: "status-first" }] },
  "lost reply": { send: [lose("openOrder"), lose("orderStatus")] },
  "late answer": {
    send: [
      // An order that trades at once is told of twice.
      { fault: "delay", message: "openOrder", byMs: 12_000, times: 2 },
      { fault: "delay", message: "orderStatus", byMs: 12_000, times: 2 },
      { fault: "delay", message: "execDetails", byMs: 12_000 },
    ],
  },
  "lost order": { send: [{ fault: "lose-request", request: "placeOrder" }] },
  "disconnect before the order is read": { send: [{ fault: "drop-unread", request: "placeOrder" }] },
  "disconnect before its answer": { send: [{ fault: "drop-unanswered", request: "placeOrder" }] },
  "partial, then disconnect before openOrder": at("drop-before", "openOrder"),
  "partial, then disconnect after openOrder": at("drop-after", "openOrder"),
  "partial, then disconnect before orderStatus": at("drop-before", "orderStatus"),
  "partial, then disconnect after orderStatus": at("drop-after", "orderStatus"),
  "partial, then disconnect before execDetails": atTrade("drop-before", "execDetails"),
  "partial, then disconnect after execDetails": atTrade("drop-after", "execDetails"),
  "partial, then disconnect before commissionReport": atTrade("drop-before", "commissionReport"),
  "partial, then disconnect after commissionReport": atTrade("drop-after", "commissionReport"),
  "execution lost on its way": { send: [{ fault: "lose", message: "execDetails" }] },
};
