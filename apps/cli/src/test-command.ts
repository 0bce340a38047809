import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./run.ts";

const bin = fileURLToPath(new URL("../bin/bulkhead.mjs", import.meta.url));
export const repository = fileURLToPath(new URL("../../../", import.meta.url));
/** The example that runs from committed prices. */
export const ownCsv = join(repository, "examples/own-csv/bulkhead.toml");

export type Ran = Readonly<{ code: number | null; out: string; err: string }>;
export type RunOptions = Readonly<{ folder?: string; environment?: Readonly<Record<string, string>>; node?: string }>;

/** Runs the real command to its end, without a terminal. */
export function bulkhead(args: readonly string[], options: RunOptions = {}): Ran {
  const { PORTFOLIOS: _p, SYMBOLS: _s, DEFAULT_CASH: _d, BULKHEAD_DEBUG: _b, ...environment } = process.env;
  const ran = spawnSync(options.node ?? process.execPath, [bin, ...args], {
    cwd: options.folder ?? repository,
    env: { ...environment, ...options.environment },
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

/** Runs a command line in this process, as `main.ts` does, with nothing of the environment but what is given: much quicker than a process. */
export async function here(args: readonly string[], options: Omit<RunOptions, "node"> = {}): Promise<Ran> {
  const said = { out: "", err: "" };
  const code = await run(
    {
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
      isTerminal: false,
      folder: options.folder ?? repository,
      environment: options.environment ?? {},
    },
    args,
  );
  return { code, ...said };
}

/** A temporary folder that goes away with the process. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-test-"));
  made.push(folder);
  return folder;
}

const made: string[] = [];
process.on("exit", () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});
