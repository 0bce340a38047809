import { type Command, CommanderError } from "commander";
import { program } from "./program.ts";
import type { Shell } from "./shell.ts";

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
};

// A reader that goes away (`bulkhead journal … | head`) ends the command quietly.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const command: Command = program(shell, (code) => {
  process.exitCode = code;
});
try {
  await command.parseAsync(process.argv);
} catch (error) {
  // Help and version end with code 0; anything else of commander's is a wrong command line, and it has said why.
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
