import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository, with a slash at its end. */
export const repository = fileURLToPath(new URL("../../", import.meta.url));
/** The recorded data beside the repository, which need not be there. */
export const recorded = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

export type Ran = Readonly<{ code: number | null; out: string; err: string }>;

/** Runs the command as people do, in a process of its own; `zone` and `locale` are that process's. */
export function bulkhead(
  args: readonly string[],
  options: Readonly<{ folder?: string; environment?: Readonly<Record<string, string>> }> = {},
): Ran {
  const { PORTFOLIOS: _p, SYMBOLS: _s, DEFAULT_CASH: _d, ...environment } = process.env;
  const ran = spawnSync(process.execPath, [join(repository, "apps/cli/bin/bulkhead.mjs"), ...args], {
    cwd: options.folder ?? repository,
    env: { ...environment, ...options.environment },
    encoding: "utf8",
    maxBuffer: 1 << 29,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

/** The JSON that a command prints; throws with what it said where it failed. */
export function json<T>(args: readonly string[], options: Parameters<typeof bulkhead>[1] = {}): T {
  const ran = bulkhead([...args, "--json"], options);
  if (ran.code !== 0) throw new Error(`bulkhead ${args.join(" ")}: ${ran.err}`);
  return JSON.parse(ran.out) as T;
}

/** One object of `bulkhead journal`. */
export type JournalLine = Readonly<{
  seq: number;
  at: string;
  command: Readonly<Record<string, unknown>>;
  events: readonly Readonly<Record<string, unknown>>[];
}>;

/** The records of a journal, printed. */
export function journalOf(books: string, ...options: readonly string[]): readonly JournalLine[] {
  const ran = bulkhead(["journal", books, ...options]);
  if (ran.code !== 0) throw new Error(ran.err);
  return ran.out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as JournalLine);
}

/** A temporary folder that goes away with the process. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-story-"));
  made.push(folder);
  return folder;
}

const made: string[] = [];
process.on("exit", () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});
