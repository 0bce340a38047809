import { CommandFailure, type Options, type Shell } from "../shell.ts";

/**
 * Asks a person before something that cannot be taken back. `--yes` is the answer of scripts; where nobody can be asked and nobody said
 * yes, nothing is done. `what` completes "This …".
 */
export async function confirmed(shell: Shell, options: Options, what: string): Promise<void> {
  if (options["yes"] === true) return;
  if (shell.confirm === undefined) throw new CommandFailure("CLI_CONFIRM_NEEDED", { what }, { exitCode: 2 });
  if (!(await shell.confirm(`This ${what}. Go on?`))) throw new CommandFailure("CLI_NOT_CONFIRMED", { what });
}
