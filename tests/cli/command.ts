import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, type Shell } from "@bulkhead/cli";
import { onTestFinished } from "vitest";

export type Ran = Readonly<{ code: number; out: string; err: string; json: () => Json }>;
export type Json = Readonly<Record<string, unknown>>;

export type RunOptions = Readonly<{
  environment?: Readonly<Record<string, string>>;
  folder?: string;
  /** What a person answers who is asked; undefined: nobody can be asked. */
  answers?: readonly boolean[];
  stopped?: AbortSignal;
  /** Hears what is written, as it is. */
  hear?: (text: string) => void;
}>;

/** Runs a command line in this process, as `main.ts` does, with nothing of the environment but what is given. */
export async function bulkhead(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  let out = "";
  let err = "";
  const answers = [...(options.answers ?? [])];
  const shell: Shell = {
    out: (text) => {
      out += text;
      options.hear?.(text);
    },
    err: (text) => {
      err += text;
    },
    isTerminal: false,
    folder: options.folder ?? tmpdir(),
    environment: options.environment ?? {},
    ...(options.answers === undefined ? {} : { confirm: async () => answers.shift() ?? false }),
    ...(options.stopped === undefined ? {} : { stopped: options.stopped }),
  };
  const code = await run(shell, args);
  return { code, out, err, json: () => JSON.parse(out) as Json };
}

/** A temporary folder that goes away with the test. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What stands at a path of an answer: "data.0.equity". */
export const at = (json: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], json);
