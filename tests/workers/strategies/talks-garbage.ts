import { MessagePort, parentPort } from "node:worker_threads";
import { enter, p, size, strategy } from "@bulkhead/strategies";

const post = MessagePort.prototype.postMessage;
const GARBAGE: Readonly<Record<string, (message: Readonly<Record<string, unknown>>) => unknown>> = {
  text: () => "hello",
  null: () => null,
  number: (message) => ({ ...message, number: -1 }),
  "place beyond": (message) => ({ ...message, place: 99 }),
  "place behind": (message) => ({ ...message, place: 0, reply: enter.long({ size: size.units(1), why: "x" }) }),
  states: (message) => ({ ...message, states: [[7, { version: 1, json: "{}" }]] }),
  "states huge": (message) => ({ ...message, states: [[0, { version: 1, json: "x".repeat(2_000_000) }]] }),
  "fault unknown": (message) => ({ ...message, reply: { type: "fault", code: "MY_OWN", path: "", message: "" } }),
  symbol: (message) => ({ ...message, reply: { ...enter.long({ size: size.units(1), why: "x" }), symbol: "NONE@XNYS" } }),
  "not a number": (message) => ({
    ...message,
    reply: { ...enter.long({ size: size.units(1), why: "x" }), size: { kind: "units", quantity: "NaN" } },
  }),
};

/** Says something else than it was meant to on the channel itself, and shouts beside it. */
export default strategy({
  name: "talks-garbage",
  params: { what: p.text("text") },
  onBar({ params }) {
    parentPort?.postMessage({ ok: true, declaration: "mine" });
    MessagePort.prototype.postMessage = function (this: MessagePort, message: never) {
      MessagePort.prototype.postMessage = post;
      post.call(this, GARBAGE[params.what]?.(message) as never);
    };
  },
});
