import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// biome-ignore lint/correctness/noUnresolvedImports: its list of Node's modules is older than node:sqlite.
import { DatabaseSync } from "node:sqlite";
import type { AccountId, Command, InstantMs, Journal, PortfolioId } from "@bulkhead/core";
import type { Host } from "@bulkhead/host";
import { moneyOfUnits } from "@bulkhead/money";
import { createSqliteJournal } from "@bulkhead/store";
import { W3_BARS, w3Series } from "./data.ts";
import { type BenchRun, openDesk, prepare, USD } from "./desk.ts";
import { type Figure, median, medianSeconds, quantile } from "./measure.ts";
import { everyBarPortfolio } from "./workloads.ts";

const ACCOUNT = "bench" as AccountId;
/** What a record of W3 takes, and how many a transaction of the yardstick holds. */
const RECORD_BYTES = 100;
const ROWS = 1_000;

/** Runs `use` with a folder of its own on the temporary disk. */
export function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** W3 with its journal durable in SQLite by group commit, beside rows that SQLite stores in transactions of a thousand: two per order. */
export function w3Durable(): readonly Figure[] {
  return inFolder((folder) => {
    let made = 0;
    const journals: Journal[] = [];
    const run = (): (() => BenchRun) => {
      for (const each of journals.splice(0)) each.close();
      const journal = createSqliteJournal(join(folder, `w3-${made++}.sqlite`), { account: ACCOUNT, id: `w3-${made}` });
      journals.push(journal);
      return prepare({ series: [w3Series()], portfolios: everyBarPortfolio, journal });
    };
    const rows = () => {
      const raw = rawTable(join(folder, `raw-${made++}.sqlite`));
      return () => {
        for (let row = 0; row < 2 * W3_BARS; row += ROWS) raw.commit(ROWS);
        raw.database.close();
      };
    };
    const [ours = Number.NaN, yardstick = Number.NaN] = medianSeconds([run, rows], 5, 1);
    for (const each of journals) each.close();
    return [{ bench: "W3-durable", value: W3_BARS / ours, unit: "orders/s", yardstick: W3_BARS / yardstick }];
  });
}

/** One command at a time, durable when it is acknowledged, beside the bare commit of as many bytes. */
export function command(): readonly Figure[] {
  return inFolder((folder) => {
    const count = 2_000;
    const journal = createSqliteJournal(join(folder, "command.sqlite"), { account: ACCOUNT, id: "command" });
    const host = openDesk(journal);
    const raw = rawTable(join(folder, "raw.sqlite"));
    const ours: number[] = [];
    const bare: number[] = [];
    for (let i = 0; i < count; i++) {
      const at = (Date.UTC(2020, 0, 1) + i) as InstantMs;
      ours.push(micros(() => deposit(host, at, i)));
      bare.push(micros(() => raw.commit(1)));
    }
    journal.close();
    raw.database.close();
    const settled = count / 10;
    return [
      { bench: "command-p50", value: median(ours.slice(settled)), unit: "us", yardstick: median(bare.slice(settled)) },
      { bench: "command-p99", value: quantile(ours.slice(settled), 0.99), unit: "us", yardstick: quantile(bare.slice(settled), 0.99) },
    ];
  });
}

function deposit(host: Host, at: InstantMs, i: number): void {
  const to = { portfolio: "unattributed" as PortfolioId, asset: USD.id, amount: moneyOfUnits(1_000_000) };
  const command: Command = { type: "Deposit", at, by: "bench", ...to, transferId: `d${i}`, reason: "bench" };
  const step = host.submit(command);
  if (!step.ok) throw new Error(`BENCH_REFUSED: code=${step.refusal.code}`);
}

/** Wall time: waiting for the disk is what is measured. */
function micros(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e3;
}

type RawTable = Readonly<{ database: DatabaseSync; commit: (rows: number) => void }>;

/** A bare table in the mode that the journal uses, and a function that makes so many rows durable in one transaction. */
function rawTable(path: string): RawTable {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (seq INTEGER PRIMARY KEY, bytes BLOB) STRICT");
  const insert = database.prepare("INSERT INTO rows (bytes) VALUES (?)");
  const bytes = Buffer.alloc(RECORD_BYTES, 1);
  const commit = (rows: number): void => {
    if (rows === 1) {
      insert.run(bytes);
      return;
    }
    database.exec("BEGIN");
    for (let row = 0; row < rows; row++) insert.run(bytes);
    database.exec("COMMIT");
  };
  return { database, commit };
}
