import { CommanderError } from "commander";
import { program } from "./program.ts";
import type { ExitCode, Shell } from "./shell.ts";

/** Runs a command line, the program's own name aside, and returns its exit code. What is wrong has been said by then; only our bugs throw. */
export async function run(shell: Shell, args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  const command = program(shell, (exit) => {
    code = exit;
  });
  try {
    await command.parseAsync(args, { from: "user" });
  } catch (error) {
    // Help and version end with code 0; anything else of commander's is a wrong command line, and it has said why.
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return code;
}
