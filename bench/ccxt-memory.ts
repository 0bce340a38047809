import { fileURLToPath } from "node:url";
import { spent } from "./command-line.ts";
import { inFolder } from "./durable.ts";
import { type Figure, median } from "./measure.ts";

const PROCESS = fileURLToPath(new URL("ccxt-memory-process.ts", import.meta.url));
const RUNS = 3;

/** Peak memory of a process with a venue through ccxt on 1,500 markets and of the same without its worker, and how long it takes to be ready. */
export function ccxtMemory(): readonly Figure[] {
  return inFolder((folder) => {
    const run = (what: "with" | "without"): readonly ReturnType<typeof spent>[] =>
      Array.from({ length: RUNS }, () => spent(folder, [PROCESS, what]));
    const [without, withWorker] = [run("without"), run("with")];
    const mib = (runs: readonly Readonly<{ mib: number }>[]): number => median(runs.map((each) => each.mib));
    const ready = median(withWorker.map(({ text }) => (JSON.parse(text) as { ms: number }).ms));
    return [
      { bench: "ccxt-memory-without", value: mib(without), unit: "MiB", yardstick: null },
      { bench: "ccxt-memory-with", value: mib(withWorker), unit: "MiB", yardstick: null },
      { bench: "ccxt-memory-worker", value: mib(withWorker) - mib(without), unit: "MiB", yardstick: null },
      { bench: "ccxt-ready", value: ready, unit: "ms", yardstick: null },
    ];
  });
}
