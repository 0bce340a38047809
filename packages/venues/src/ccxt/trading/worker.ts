import { parentPort, workerData } from "node:worker_threads";
import type { FromTradingWorker, ToTradingWorker, TradingSetup } from "./messages.ts";
import { TradingDesk } from "./trading-desk.ts";

/** The trading worker's beginning: ccxt and the keys live in this thread and nowhere else. */
if (parentPort === null) throw new Error("CCXT_WORKER_ALONE");
const port = parentPort;
const desk = new TradingDesk(workerData as TradingSetup, (message: FromTradingWorker) => port.postMessage(message));
port.on("message", (message: ToTradingWorker) => {
  if (message.type === "ask") void desk.ask(message.id, message.question);
  else void desk.close().finally(() => port.close());
});
// ccxt rejects promises that it hands to nobody: what is under way is asked again, the thread goes on.
process.on("unhandledRejection", (error) => desk.onUnhandled(error));
