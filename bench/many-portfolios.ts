import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "@bulkhead/contract";
import type { AccountId, Command, InstantMs } from "@bulkhead/core";
import { inventedFor, syntheticFeed } from "@bulkhead/market";
import { priceOfUnits, unitsOf } from "@bulkhead/money";
import { type DeskClock, type OpenedDesk, openDesk, type RunningAccount } from "@bulkhead/server";
import { Projections } from "@bulkhead/store";
import { type Figure, quantile } from "./measure.ts";

const MINUTE = 60_000;
/** A Wednesday, 15:00 UTC: New York is open. */
const START = Date.UTC(2026, 10, 18, 15);
const POSITIONS = 50;

/** A clock that moves when told, and calls whoever waits on the way. */
class BenchClock implements DeskClock {
  #now = START;
  #waiting: Readonly<{ at: number; action: () => void }>[] = [];

  now(): InstantMs {
    return this.#now as InstantMs;
  }

  wake(at: InstantMs, action: () => void): () => void {
    const entry = { at, action };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((each) => each !== entry);
    };
  }

  advanceTo(at: number): void {
    for (;;) {
      const [next] = this.#waiting.filter((each) => each.at <= at).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#waiting = this.#waiting.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
    }
    this.#now = at;
  }
}

/** What is measured is a storm by any measure. */
const NO_STORM = '[kill]\nstorm_orders = "never"\nstorm_account_orders = "never"\n';

type Many = Readonly<{ desk: OpenedDesk; account: RunningAccount; clock: BenchClock; tables: Projections }>;

/** So many portfolios, each over all of `symbols` with `strategy`, on the embedded market, durable, with tables for reading. */
async function withMany<T>(
  shape: Readonly<{ portfolios: number; symbols: readonly string[]; strategy: (index: number) => string }>,
  use: (many: Many) => T,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  const names = JSON.stringify(shape.symbols);
  const portfolios = Array.from(
    { length: shape.portfolios },
    (_, index) => `[[portfolio]]\nid = "p${index}"\nstarting_cash = "1000000"\nsymbols = ${names}\n${shape.strategy(index)}\n`,
  );
  const text = `${NO_STORM}[account]\nstarting_cash = "${shape.portfolios * 1_000_000}"\n${portfolios.join("\n")}`;
  const loaded = loadConfig({ file: { name: "bench", text } });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const clock = new BenchClock();
  const feed = syntheticFeed({ seed: 7, from: START, historyDays: 1, instruments: inventedFor(shape.symbols) });
  const desk = await openDesk({ folder, config: loaded.config, clock, feed });
  const account = desk.accounts.get("main" as AccountId);
  if (account === undefined) throw new Error("ACCOUNT_UNKNOWN");
  const tables = new Projections(join(folder, "tables"));
  await tables.follow(account.books.journal);
  tables.apply(account.books.journal.read(tables.seq + 1));
  account.onDurable((records) => tables.apply(records));
  try {
    return use({ desk, account, clock, tables });
  } finally {
    await desk.stop();
    tables.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const symbolsOf = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `B${String(index).padStart(2, "0")}`);

/** Bars before what is counted, and bars that are. */
const WARM_UP_BARS = 60;
const BARS = 900;

/**
 * From a closed bar to the decisions of a hundred portfolios that look at it, marked, sized, gated and decided on, beside arithmetic of
 * about as long that is done by turns: its p99 is what the machine alone makes of an even piece of work. And until all of it is durable
 * and sent. Every bar after the first hour counts.
 */
export async function decisions(): Promise<readonly Figure[]> {
  const strategy = (index: number): string => `strategy = "sma-cross"\nparams = { fast = ${3 + (index % 8)}, slow = ${20 + (index % 30)} }`;
  return await withMany({ portfolios: 100, symbols: symbolsOf(1), strategy }, ({ account, clock }) => {
    const even: number[] = [];
    for (let bar = 1; bar <= WARM_UP_BARS + BARS; bar++) {
      clock.advanceTo(START + bar * MINUTE);
      even.push(evenWork());
    }
    const cycles = account.cycles.list().slice(0, BARS);
    if (cycles.length !== BARS) throw new Error(`BENCH_CYCLES: expected=${BARS}, found=${cycles.length}`);
    const figure = (bench: string, share: number, spent: readonly number[], beside: readonly number[] | null): Figure => ({
      bench,
      value: quantile(spent, share),
      unit: "ms",
      yardstick: beside === null ? null : quantile(beside, share),
    });
    const decided = cycles.map(({ decidedMs }) => decidedMs);
    const done = cycles.map(({ durationMs }) => durationMs);
    const counted = even.slice(WARM_UP_BARS);
    return [
      figure("decisions-100-p50", 0.5, decided, counted),
      figure("decisions-100-p99", 0.99, decided, counted),
      figure("decisions-100-durable-p50", 0.5, done, null),
      figure("decisions-100-durable-p99", 0.99, done, null),
    ];
  });
}

/** Milliseconds of a fixed piece of arithmetic that allocates nothing. */
function evenWork(): number {
  const began = performance.now();
  let value = 1;
  for (let i = 0; i < 300_000; i++) value = Math.imul(value ^ i, 0x5bd1e995);
  return value === 0 ? Number.NaN : performance.now() - began;
}

/** One mark of a hundred portfolios with fifty positions each; and a minute's price update of a hundred and of 250 such portfolios, from the bars to tables (S1.98). */
export async function marking(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const portfolios of [100, 250]) {
    const shape = { portfolios, symbols: symbolsOf(POSITIONS + 1), strategy: () => `strategy = "buy-and-hold"` };
    // Fees leave too little cash for the last one.
    figures.push(
      ...(await withMany(shape, ({ account, clock }) => {
        clock.advanceTo(START + 5 * MINUTE);
        const positions = [...account.state.portfolios.values()].reduce((sum, { holdings }) => sum + holdings.size, 0);
        if (positions < portfolios * POSITIONS) throw new Error(`BENCH_POSITIONS: expected=${portfolios * POSITIONS}, found=${positions}`);
        const minutes: number[] = [];
        for (let minute = 6; minute <= 30; minute++) {
          const began = performance.now();
          clock.advanceTo(START + minute * MINUTE);
          if (minute > 10) minutes.push(performance.now() - began);
        }
        const marks =
          portfolios === 100 ? [{ bench: "mark-100x50", value: quantile(markTimes(account), 0.5), unit: "ms", yardstick: null }] : [];
        return [...marks, { bench: `price-update-${portfolios}x50`, value: quantile(minutes, 0.5), unit: "ms", yardstick: null }];
      })),
    );
  }
  return figures;
}

/** The engine's time for marks at prices that moved. */
function markTimes(account: RunningAccount): readonly number[] {
  const { journal, engine } = account.books;
  let last: Extract<Command, { type: "MarkAccount" }> | undefined;
  for (const { command } of journal.read(1)) if (command.type === "MarkAccount") last = command;
  if (last === undefined) throw new Error("BENCH_NO_MARK");
  const spent: number[] = [];
  for (let round = 1; round <= 200; round++) {
    const at = (engine.state.at + 1) as InstantMs;
    const marks = last.marks.map((mark) => ({ ...mark, price: priceOfUnits(unitsOf(mark.price) + (round % 7)) }));
    const command = { ...last, at, marks };
    const began = performance.now();
    account.host.execute(command);
    if (round > 50) spent.push(performance.now() - began);
  }
  account.host.flush();
  return spent;
}
