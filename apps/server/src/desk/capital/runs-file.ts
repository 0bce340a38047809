import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const Transfer = z.object({ transferId: z.string(), from: z.string(), to: z.string(), amount: z.string(), why: z.string() });

/** What became of a run; amounts are decimal text in base currency, instants ms UTC. */
const RunOutcome = z.object({
  /** Null: by hand. */
  dueAt: z.number().nullable(),
  at: z.number(),
  by: z.string(),
  result: z.enum(["moved", "selling", "nothing", "within_drift", "missed", "refused"]),
  transfers: z.array(Transfer).readonly(),
  /** Orders that sell, where that was asked for. */
  orders: z.array(z.number()).readonly(),
  moved: z.string(),
  short: z.string(),
  /** In words. */
  detail: z.string(),
});
export type RunOutcome = Readonly<z.infer<typeof RunOutcome>>;

/** Orders whose proceeds are to be moved when all of them have ended, and for whom. */
const Pending = z.object({
  orders: z.array(z.number()).readonly(),
  occasion: z.union([z.object({ dueAt: z.number() }), z.object({ wish: z.string(), by: z.string(), reason: z.string() })]),
});
export type Pending = Readonly<z.infer<typeof Pending>>;

const Entry = z.object({
  timing: z.string(),
  settledUpTo: z.number(),
  last: RunOutcome.nullable(),
  pending: Pending.nullable().default(null),
});
/** Up to when a schedule was looked at, under which timing, and what it did last. */
export type RunEntry = Readonly<z.infer<typeof Entry>>;

const FILE = z.object({ schedules: z.record(z.string(), Entry) });

/**
 * When schedules were last looked at, beside the journal of their account. Losing it loses the memory of what was missed, never money: what
 * was moved is in the books.
 */
export class RunsFile {
  readonly #path: string | null;
  #entries: Map<string, RunEntry>;

  /** Null: in memory only. */
  constructor(folder: string | null) {
    this.#path = folder === null ? null : join(folder, "capital.json");
    this.#entries = new Map(this.#path === null ? [] : read(this.#path));
  }

  get(key: string): RunEntry | undefined {
    return this.#entries.get(key);
  }

  /** Durable on return. */
  set(key: string, entry: RunEntry): void {
    this.#entries.set(key, entry);
    this.#write();
  }

  /** Forgets every schedule but these. */
  keep(keys: ReadonlySet<string>): void {
    const kept = [...this.#entries].filter(([key]) => keys.has(key));
    if (kept.length === this.#entries.size) return;
    this.#entries = new Map(kept);
    this.#write();
  }

  #write(): void {
    if (this.#path === null) return;
    const unfinished = `${this.#path}.new`;
    const file = openSync(unfinished, "w", 0o600);
    try {
      writeFileSync(file, JSON.stringify({ schedules: Object.fromEntries(this.#entries) }));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, this.#path);
  }
}

/** Missing and damaged come to the same: nothing is remembered. */
function read(path: string): readonly (readonly [string, RunEntry])[] {
  try {
    const parsed = FILE.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return parsed.success ? Object.entries(parsed.data.schedules) : [];
  } catch {
    return [];
  }
}
