import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataFolder, w1File } from "./data.ts";
import { inFolder } from "./durable.ts";
import { type Figure, median } from "./measure.ts";

const CLI = fileURLToPath(new URL("../apps/cli/bin/bulkhead.mjs", import.meta.url));
const STRATEGY = fileURLToPath(new URL("strategies/one-share-cross.ts", import.meta.url));
const YARDSTICK = fileURLToPath(new URL("yardstick-process.ts", import.meta.url));
const PEAK = new URL("peak.ts", import.meta.url).href;
const RUNS = 5;
const MIB = 1024;

type Spent = Readonly<{ ms: number; mib: number; text: string }>;

/** Milliseconds from the start of `bulkhead backtest` on W1's columns to its printed result, beside the yardstick's process. */
export function start(): readonly Figure[] {
  const [ours, yardstick] = both();
  return [{ bench: "start", value: median(ours.map(({ ms }) => ms)), unit: "ms", yardstick: median(yardstick.map(({ ms }) => ms)) }];
}

/** Peak memory of the same two processes. */
export function memory(): readonly Figure[] {
  const [ours, yardstick] = both();
  return [
    { bench: "memory-W1", value: median(ours.map(({ mib }) => mib)), unit: "MiB", yardstick: median(yardstick.map(({ mib }) => mib)) },
  ];
}

function both(): readonly [ours: readonly Spent[], yardstick: readonly Spent[]] {
  w1File();
  return inFolder((folder) => {
    const config = join(folder, "bulkhead.toml");
    writeFileSync(config, CONFIG);
    const ours: Spent[] = [];
    const yardstick: Spent[] = [];
    for (let run = -1; run < RUNS; run++) {
      const one = spent(folder, [CLI, "backtest", config, "--json"]);
      const other = spent(folder, [YARDSTICK]);
      if (!one.text.includes("19416")) throw new Error(`BENCH_FILLS_DIFFER: bench=start, output=${one.text.slice(0, 2_000)}`);
      if (run < 0) continue;
      ours.push(one);
      yardstick.push(other);
    }
    return [ours, yardstick];
  });
}

/** Runs node on a file; the process itself says at its end how much memory it took at most. */
export function spent(folder: string, command: readonly string[]): Spent {
  const peak = join(folder, "peak");
  const begin = process.hrtime.bigint();
  const child = spawnSync(process.execPath, ["--import", PEAK, ...command], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, BULKHEAD_BENCH_PEAK: peak },
  });
  const ms = Number(process.hrtime.bigint() - begin) / 1e6;
  if (child.status !== 0) throw new Error(`BENCH_PROCESS_FAILED: command=${command.join(" ")}, ${child.stderr}${child.stdout}`);
  return { ms, mib: Number(readFileSync(peak, "utf8")) / MIB, text: child.stdout };
}

const CONFIG = `[account]
base_currency = "USD"
starting_cash = "1000000"
fee = { model = "percent", rate = "0.1%" }

[backtest]
resolution = "1m"

[[backtest.data]]
format = "columns"
path = ${JSON.stringify(dataFolder())}

[[portfolio]]
id = "p000"
starting_cash = "1000000"
symbols = ["W1"]
strategy = ${JSON.stringify(STRATEGY)}
params = { fast = 10, slow = 30 }
`;
