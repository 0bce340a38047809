import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, loadConfig } from "@bulkhead/contract";
import { type AccountId, createEngine, type Engine, type InstantMs, type JournalRecord } from "@bulkhead/core";
import { type Feed, syntheticFeed } from "@bulkhead/market";
import { type DeskOptions, type OpenedDesk, openDesk } from "@bulkhead/server";
import { memoryJournal, openSqliteJournal } from "@bulkhead/store";
import { VirtualClock } from "./virtual-clock.ts";

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
/** A Wednesday. */
export const START = Date.UTC(2026, 2, 4, 9);

export const newFolder = (): string => mkdtempSync(join(tmpdir(), "bulkhead-desk-"));
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 20 });

export function configOf(text: string): Config {
  const loaded = loadConfig({ file: { name: "test", text } });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

/** Two portfolios that trade often and one that keeps a position under stops. */
export const BUSY = configOf(`
[kill]
storm_orders = "never"
storm_account_orders = "never"
[account]
starting_cash = "150000"
fee = { model = "percent", rate = "0.05%" }
slippage = { pct = "0.02%" }

[[portfolio]]
id = "quick"
starting_cash = "50000"
symbols = ["ACME", "BOLT", "DUSKUSD"]
strategy = "sma-cross"
params = { fast = 2, slow = 5 }

[[portfolio]]
id = "steady"
starting_cash = "50000"
symbols = ["CRUX"]
strategy = "buy-and-hold"
time_zone = "America/New_York"
trailing_stop_pct = "20%"

[[portfolio]]
id = "hands"
starting_cash = "40000"
`);

export type Paper = Readonly<{ desk: OpenedDesk; clock: VirtualClock; folder: string }>;

/** A desk on a virtual clock over the embedded market, or over `feed`. */
export async function openPaper(options: Partial<DeskOptions> & Readonly<{ folder: string; at?: number; feed?: Feed }>): Promise<Paper> {
  const { folder, at = START, ...others } = options;
  const clock = new VirtualClock(at);
  const feed = options.feed ?? syntheticFeed({ seed: 7, from: at });
  const desk = await openDesk({ config: BUSY, ...others, folder, clock, feed });
  return { desk, clock, folder };
}

export const MAIN = "main" as AccountId;

export function accountOf(desk: OpenedDesk) {
  const account = desk.accounts.get(MAIN);
  if (account === undefined) throw new Error("no account");
  return account;
}

/** Where the journal of a desk's first account lies. */
export const journalOf = (folder: string): string => join(folder, "accounts", "main", "journal.sqlite");

/** What a stopped desk left in its journal. */
export function recordsIn(folder: string): Readonly<{ records: readonly JournalRecord[]; digest: string; id: string }> {
  const journal = openSqliteJournal(journalOf(folder), { access: "read" });
  try {
    return { records: [...journal.read(1)], digest: journal.digest(), id: journal.id };
  } finally {
    journal.close();
  }
}

/** Gives the commands of a journal to a new engine, as a backtest would: what it decides, and the digest of that. */
export function decideAgain(records: readonly JournalRecord[], id: string): Readonly<{ engine: Engine; digest: string }> {
  const engine = createEngine();
  const journal = memoryJournal({ account: MAIN, id });
  for (const { seq, command } of records) {
    const step = engine.execute(command);
    if (!step.ok) throw new Error(`${seq} ${command.type} ${step.refusal.code}`);
    const batch = journal.newBatch();
    batch.add({ seq, command, events: step.events });
    journal.append(seq - 1, batch);
  }
  return { engine, digest: journal.digest() };
}

/** Orders as a person would compare them: when, whose, what. */
export const ordersIn = (records: readonly JournalRecord[]): readonly string[] =>
  records.flatMap(({ command, events }) =>
    events.flatMap((event) => {
      if (event.type !== "OrderPlaced") return [];
      const { portfolio, terms } = event;
      return [`${minutesOf(command.at)} ${portfolio} ${terms.side} ${String(terms.quantity)} ${terms.instrument} ${terms.orderType}`];
    }),
  );

/** Executions likewise. */
export const fillsIn = (records: readonly JournalRecord[]): readonly string[] =>
  records.flatMap(({ command }) =>
    command.type === "RecordExecution"
      ? [`${minutesOf(command.at)} ${command.side} ${String(command.quantity)} ${command.instrument} at ${String(command.price)}`]
      : [],
  );

const minutesOf = (at: InstantMs): number => (at - START) / MINUTE;
