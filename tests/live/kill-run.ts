import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Control, startGateway, type Truth } from "@bulkhead/tws-gateway";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { Relay } from "./kill-relay.ts";
import { SCENARIOS } from "./kill-scenarios.ts";

const CHILD = fileURLToPath(new URL("./kill-child.ts", import.meta.url));
/** Long enough for the desk to take in the last message it got, and to write what it will never be heard to say. */
const GRACE_MS = 20;
/** What was there before the desk. */
export const OPENING_UNITS = 300;

/** What a desk says of its books when its scenario is over: whole units, USD. */
export type Said = Readonly<{
  cash: number;
  units: Readonly<Record<string, number>>;
  orders: readonly Readonly<{
    reference: string;
    portfolio: string;
    side: string;
    status: string;
    origin: string;
    quantity: number;
    filled: number;
  }>[];
  breaks: number;
  refused: readonly unknown[];
}>;
export type Outcome = Readonly<{ said: Said; truth: Truth; wasKilled: boolean; messages: number }>;

/**
 * Lives a scenario with a desk that is killed after so many messages and started again; an infinite number kills nobody. `cache` is a folder
 * for compiled code; no desk survives `signal`.
 */
export async function live(index: number, killAfter: number, cache: string, signal: AbortSignal): Promise<Outcome> {
  const scenario = SCENARIOS[index];
  if (scenario === undefined) throw new RangeError(`no scenario ${index}`);
  const folder = newFolder();
  const gateway = await startGateway({
    prices: { AAPL: "201.94" },
    positions: [{ symbol: "AAPL", quantity: String(OPENING_UNITS), averageCost: "150" }],
    faults: scenario.faults ?? [],
  });
  const relay = new Relay(gateway.port);
  try {
    const words = [folder, String(await relay.listen()), String(Date.now()), String(index)];
    const done = new Set<number>();
    const start = () => startDesk(words, { cache, signal, atVenue: (step) => act(index, step, done, gateway.control) });
    const first = start();
    relay.cutAfter(killAfter, () => void pause(GRACE_MS).then(() => first.child.kill("SIGKILL")));
    let said = await first.said;
    const messages = relay.passed;
    const wasKilled = said === undefined;
    relay.cutAfter(Number.POSITIVE_INFINITY, () => undefined);
    said ??= await start().said;
    if (said === undefined) throw new Error(`killed by somebody else, after ${messages} messages`);
    return { said, truth: gateway.control.truth(), wasKilled, messages };
  } finally {
    await relay.close();
    await gateway.close();
    removeFolder(folder);
  }
}

function act(index: number, number: number, done: Set<number>, control: Control): void {
  const step = SCENARIOS[index]?.steps[number];
  if (done.has(number) || step === undefined || !("venue" in step)) return;
  done.add(number);
  step.venue(control);
}

/** A desk in a process of its own; what it said is undefined where it was killed. */
function startDesk(
  words: readonly string[],
  { cache, signal, atVenue }: Readonly<{ cache: string; signal: AbortSignal; atVenue: (step: number) => void }>,
) {
  const child = spawn(process.execPath, [CHILD, ...words], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { NODE_COMPILE_CACHE: cache, ...process.env }, // Half of what a start costs is compiling.
    ...{ signal, killSignal: "SIGKILL" },
  });
  const heard = { said: "", cried: "" };
  child.stdout?.on("data", (chunk: Buffer) => {
    heard.said += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    heard.cried += chunk.toString();
  });
  child.on("message", ({ step }: { step: number }) => {
    atVenue(step);
    child.send({ step }, () => undefined); // It may be gone.
  });
  const said = new Promise<Said | undefined>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, by) => {
      if (by === "SIGKILL") resolve(undefined);
      else if (code === 0) resolve(JSON.parse(heard.said) as Said);
      else reject(new Error(`the desk ended with ${code}: ${heard.cried}`));
    });
  });
  return { child, said };
}
