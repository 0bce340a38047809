import { parentPort, workerData } from "node:worker_threads";
import type { ToWorker, WorkerSetup } from "./messages.ts";
import { Outbox } from "./outbox.ts";
import { Session } from "./session.ts";

/** The worker's beginning: ccxt lives in this thread and nowhere else. */
if (parentPort === null) throw new Error("CCXT_WORKER_ALONE");
const port = parentPort;
const outbox = new Outbox((message) => port.postMessage(message));
const session = new Session(workerData as WorkerSetup, outbox);
port.on("message", (message: ToWorker) => {
  if (message.type === "taken") outbox.taken(message.count);
  else {
    session.close();
    port.close();
  }
});
// ccxt rejects promises that it hands to nobody: the connection is not to be trusted after that, the thread is.
process.on("unhandledRejection", (error) => session.fail(error));
await session.run();
