import type { Command } from "commander";
import type { ExitCode, Options, Shell } from "../shell.ts";

/** A command's work: the options, then the operands. It prints through the shell and throws `CommandFailure`. */
export type Work = (shell: Shell, options: Options, ...operands: readonly (string | undefined)[]) => Promise<ExitCode> | ExitCode;

/** Adds a command whose module is loaded when it is called, so that starting stays quick. `default`: what its group does alone. */
export type Add = (
  parent: Command,
  usage: string,
  about: string,
  load: () => Promise<Work>,
  more?: Readonly<{ isDefault?: boolean; hidden?: boolean }>,
) => Command;
export const asDefault = { isDefault: true } as const;

export const examples = (...lines: readonly string[]): string => `\nFor example:\n${lines.map((line) => `  ${line}\n`).join("")}`;

/** Where the desk is, and who asks: every command that speaks to one. */
export const toDesk = (command: Command): Command =>
  command
    .option("--data <folder>", "the desk's data folder; else BULKHEAD_HOME, else the platform's place")
    .option("--url <address>", "a desk elsewhere; else BULKHEAD_URL")
    .option("--key <secret>", "an API key; better in the environment, as BULKHEAD_KEY")
    .option("--account <id>", "which account, where there are several");

/** A change: done once under its key. */
export const toChange = (command: Command): Command =>
  toDesk(command)
    .option("--idempotency-key <key>", "of an earlier call, to ask again without doing it twice")
    .option("--dry-run", "only say what would be done");

/** What cannot be taken back. */
export const toConfirm = (command: Command): Command => toChange(command).option("--yes", "do not ask");
