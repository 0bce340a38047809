import { createInterface } from "node:readline/promises";
import { run } from "./run.ts";
import type { Shell } from "./shell.ts";

/** Ctrl-C as a signal, for a command that would go on for ever; who does not ask for it is simply ended by it. */
let stopping: AbortController | undefined;
function stoppedByHand(): AbortSignal {
  if (stopping === undefined) {
    const controller = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
    stopping = controller;
  }
  return stopping.signal;
}

const canAsk = process.stdin.isTTY === true && process.stderr.isTTY === true;

async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(?:y|yes)$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

const shell: Shell = {
  out: (text) => {
    process.stdout.write(text);
  },
  err: (text) => {
    process.stderr.write(text);
  },
  isTerminal: process.stderr.isTTY === true,
  folder: process.cwd(),
  environment: process.env,
  confirm: canAsk ? confirm : undefined,
  get stopped() {
    return stoppedByHand();
  },
};

// A reader that goes away (`bulkhead journal … | head`) ends the command quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await run(shell, process.argv.slice(2));
