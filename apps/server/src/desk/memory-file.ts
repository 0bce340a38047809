import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Memory } from "@bulkhead/host";
import { z } from "zod";

const SNAPSHOT = z.object({ version: z.number(), json: z.string() });
const FILE = z.object({
  seq: z.number(),
  memories: z.array(
    z.object({
      portfolio: z.string(),
      strategy: z.string(),
      at: z.number(),
      seats: z.record(z.string(), SNAPSHOT),
      schedule: SNAPSHOT.nullable(),
    }),
  ),
});

/**
 * What the strategies of an account remember, beside its journal. It is written before the records that it belongs to, so that a strategy
 * never forgets what it ordered; the one before stays, for the case that those records never came. Losing both loses memory, never money.
 */
export class MemoryFile {
  readonly #path: string;
  readonly #before: string;
  #written = "";

  constructor(folder: string) {
    this.#path = join(folder, "strategies.json");
    this.#before = join(folder, "strategies.before.json");
  }

  /** Keeps what is remembered once the journal reaches `seq`, where that is not what is kept already. Durable on return. */
  keep(seq: number, memories: readonly Memory[]): void {
    const contents = JSON.stringify(memories.map(({ at: _, ...others }) => others));
    if (contents === this.#written) return;
    const unfinished = `${this.#path}.new`;
    const file = openSync(unfinished, "w", 0o600);
    try {
      writeFileSync(file, JSON.stringify({ seq, memories }));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (existsSync(this.#path)) renameSync(this.#path, this.#before);
    renameSync(unfinished, this.#path);
    this.#written = contents;
  }

  /** The latest that belongs to a journal that ends at `seq`. */
  read(seq: number): readonly Memory[] {
    for (const path of [this.#path, this.#before]) {
      const kept = readKept(path);
      if (kept !== undefined && kept.seq <= seq) return kept.memories as unknown as readonly Memory[];
    }
    return [];
  }
}

/** Undefined: missing or damaged, which comes to the same. */
function readKept(path: string): z.infer<typeof FILE> | undefined {
  try {
    const parsed = FILE.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
