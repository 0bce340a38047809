// npm run -s bench            every figure but the ten minutes of `soak`, each in a process of its own
// npm run -s bench -- NAME    one of them
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { anatomy } from "./anatomy.ts";
import { ccxtMemory } from "./ccxt-memory.ts";
import { memory, start } from "./command-line.ts";
import { dashboard } from "./dashboard.ts";
import { command, w3Durable } from "./durable.ts";
import { fromWire } from "./from-wire.ts";
import { decisions, marking } from "./many-portfolios.ts";
import { type Figure, print } from "./measure.ts";
import { reconcile } from "./reconcile.ts";
import { replay } from "./replay.ts";
import { restart } from "./restart.ts";
import { bars, checks, portfolios } from "./scaling.ts";
import { fanOut, reads } from "./serving.ts";
import { soak } from "./soak.ts";
import { store } from "./store.ts";
import { strategyHost } from "./strategy-host.ts";
import { w1, w2, w3 } from "./workloads.ts";

const BENCHES: Readonly<Record<string, () => readonly Figure[] | Promise<readonly Figure[]>>> = {
  w1,
  w2,
  w3,
  "w3-durable": w3Durable,
  command,
  replay,
  restart,
  store,
  "strategy-host": strategyHost,
  start,
  memory,
  portfolios,
  bars,
  checks,
  anatomy,
  decisions,
  marking,
  reconcile,
  "from-wire": fromWire,
  "ccxt-memory": ccxtMemory,
  reads,
  "fan-out": fanOut,
  dashboard,
  soak,
};
/** Takes its ten minutes only where it is asked for by name. */
const LONG: ReadonlySet<string> = new Set(["soak"]);

const [name] = process.argv.slice(2);
if (name === undefined) runAll();
else await runOne(name);

/** A process each, so that what one left in the compiler's memory does not slow the next. */
function runAll(): void {
  for (const each of Object.keys(BENCHES).filter((bench) => !LONG.has(bench))) {
    const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), each], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
}

async function runOne(wanted: string): Promise<void> {
  const bench = BENCHES[wanted.toLowerCase()];
  if (bench === undefined) {
    console.error(`BENCH_UNKNOWN: name=${wanted}, known=${Object.keys(BENCHES).join(" ")}`);
    process.exitCode = 2;
  } else for (const figure of await bench()) print(figure);
}
