/**
 * A gateway for tests that speaks the real wire of TWS and IB Gateway, server versions 173 to 193, with a broker behind it that keeps
 * the truth. It imports nothing of ours (docs/decisions/0071). Rules: docs/spec/tws-gateway.md.
 *
 *     const clock = manualClock(Date.UTC(2026, 10, 20, 15));            // or leave it out: the machine's time
 *     const gateway = await startGateway({ clock, prices: { AAPL: "201.94" }, cash: { USD: "100000" } });
 *     // … connect any TWS client to gateway.host and gateway.port …
 *     gateway.control.quote("AAPL", { bid: "201.9", ask: "202", askSize: "40" });     // what can trade does
 *     gateway.control.fault({ fault: "lose", message: "execDetails" }, { fault: "reject", code: 201, nth: 2 });
 *     gateway.control.trade({ symbol: "AAPL", side: "SELL", quantity: "5", price: "202" });     // by hand, without a reference
 *     gateway.control.loseBroker();  gateway.control.regainBroker("kept");            // 1100, 1102
 *     gateway.control.reset(60_000);  clock.advance(60_000);                          // the nightly reset
 *     gateway.control.truth();       // orders, executions, positions, cash, and place-order messages by reference
 *     await gateway.close();
 *
 * Everything happens at once and in order unless `latency` or a fault says otherwise; what shall happen later waits for the clock.
 */
export { type Contract, crypto, forex, future, option, stock } from "./broker/contract.ts";
export { type Clock, type ManualClock, manualClock, wallClock } from "./clock.ts";
export type { BarSaid, Control, ManualTrade, OrderKey, QuoteSaid } from "./control/control.ts";
export { type ControlPort, openControlPort } from "./control/port.ts";
export type { ExecutionTruth, OrderTruth, Truth } from "./control/truth.ts";
export { FAULT_NAMES, type Fault, type FaultName } from "./faults/fault.ts";
export { FaultInvalid, readFault } from "./faults/read-fault.ts";
export { type Gateway, type GatewaySettings, startGateway } from "./gateway.ts";
export { type Replay, type ReplaySettings, startReplay } from "./replay/replay.ts";
export { readTranscript, TranscriptInvalid, transcriptLine } from "./replay/transcript.ts";
export type { WireEntry } from "./session/session.ts";
