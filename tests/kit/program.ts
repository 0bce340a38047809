import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The command, and the program that it starts a desk with. */
export const BIN = fileURLToPath(new URL("../../apps/cli/bin/bulkhead.mjs", import.meta.url));

export type Program = Readonly<{
  child: ChildProcess;
  /** All that it wrote so far. */
  text: () => string;
  /** Where it answers, once it does; an error with what it wrote where it ends before. */
  url: Promise<string>;
  /** The code that it ended with, or the signal that ended it. */
  ended: Promise<number | string | null>;
}>;

type Start = Readonly<{
  folder: string;
  environment?: Readonly<Record<string, string>>;
  /** What runs it, up to its own flags. */
  command?: readonly string[];
}>;

/** The real program, as a person starts it in a folder, with flags. It and what it holds are gone when the test is over. */
export function startProgram(flags: readonly string[], { folder, environment, command }: Start): Program {
  const [first = "", ...words] = command ?? [process.execPath, BIN, "start"];
  const { PORTFOLIOS: _p, SYMBOLS: _s, DEFAULT_CASH: _d, ...others } = process.env;
  const child = spawn(first, [...words, ...flags], { cwd: folder, env: { ...others, ...environment } });
  let text = "";
  const ended = new Promise<number | string | null>((resolve) => child.once("close", (code, signal) => resolve(signal ?? code)));
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  onTestFinished(async () => {
    if (child.kill("SIGKILL")) await gone;
  });
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = /Bulkhead is at (\S+)\s/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void ended.then(() => reject(new Error(text)));
  });
  url.catch(() => undefined); // Who does not ask for the address does not want its error either.
  return { child, text: () => text, url, ended };
}
