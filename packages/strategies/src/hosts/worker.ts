import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { importSource } from "../files/load.ts";
import { bindStrategy } from "../seat/bound.ts";
import { StrategyLog } from "../seat/log.ts";
import { declarationOf } from "./declaration.ts";
import { ANSWERS, BEAT_EVERY_MS, BEATS, GONE, type Loaded, type Told, type WhyAsked, type WorkerSetup } from "./message.ts";
import { type Ran, SeatRunner } from "./seat-runner.ts";
import { MappedSeries } from "./shared-series.ts";

// Where a strategy file works in a thread of its own: it is loaded here and never leaves; data goes in, intents come out.

/** What is printed in a thread would go nowhere: it goes with the log. */
const printed = new StrategyLog();
for (const stream of [process.stdout, process.stderr]) stream.write = write;

const { signal, port, symbols, ...setup } = workerData as WorkerSetup;

process.on("exit", () => {
  Atomics.store(signal, GONE, 1);
  ring();
});
setInterval(() => Atomics.add(signal, BEATS, 1), BEAT_EVERY_MS);
parentPort?.postMessage(await load());

function write(chunk: Uint8Array | string, ...more: unknown[]): boolean {
  printed.add(String(chunk).trimEnd());
  const done = more.at(-1);
  if (typeof done === "function") queueMicrotask(done as () => void);
  return true;
}

function ring(): void {
  Atomics.add(signal, ANSWERS, 1);
  Atomics.notify(signal, ANSWERS);
}

async function load(): Promise<Loaded> {
  const loaded = await importSource(setup.source);
  if (!loaded.ok) return loaded;
  const { codeHash } = setup.source;
  const bound = bindStrategy(loaded.value.definition, setup.params, { codeHash, fromText: setup.fromText });
  if (!bound.ok) return { ok: false, problems: bound.problems.map((problem) => ({ ...problem, line: undefined })) };
  const series = setup.series.map((handle) => new MappedSeries(handle));
  const runner = new SeatRunner(bound.value, symbols, series);
  serve(port, runner, series);
  parentPort?.on("message", ({ number, seat, options }: WhyAsked) => {
    parentPort?.postMessage({ why: number, trace: runner.explain(seat, options) });
  });
  return { ok: true, declaration: declarationOf(bound.value) };
}

function serve(answers: MessagePort, runner: SeatRunner, series: readonly MappedSeries[]): void {
  answers.on("message", (told: Told) => {
    const { log, ...others } = ran(told, runner, series);
    answers.postMessage({ number: told.number, ...others, log: [...log, ...printed.take()] });
    ring();
  });
}

function ran(told: Told, runner: SeatRunner, series: readonly MappedSeries[]): Ran {
  switch (told.type) {
    case "begin":
      return runner.begin(told.memory);
    case "ask":
      for (const [seat, handle] of told.moved) series[seat]?.move(handle);
      return runner.ask(told.questions, told.readings);
    case "goOn":
      return runner.goOn(told.readings);
  }
}
