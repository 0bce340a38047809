import { explain } from "@bulkhead/contract";

/** What a command may touch of the outside: its texts out, its folder, its environment. Commands write through it, so that they can be tried in one process. */
export type Shell = Readonly<{
  out: (text: string) => void;
  err: (text: string) => void;
  /** Whether a person watches stderr: only then is progress shown. */
  isTerminal: boolean;
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** Asks a person and waits for yes or no; undefined where nobody can be asked. */
  confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** Ends what would go on for ever: Ctrl-C. */
  stopped?: AbortSignal | undefined;
}>;

/** The options of a command line by their names in code. */
export type Options = Readonly<Record<string, unknown>>;

/** Exit codes: 0 done, 1 refused or not proven, 2 the command line or configuration is wrong, 3 our own bug, 4 no desk answers. Documented in docs/cli.md. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** A command that cannot do what was asked: a code of the catalogue with its figures, more lines, and the exit code. */
export class CommandFailure extends Error {
  readonly code: string;
  readonly figures: Readonly<Record<string, unknown>>;
  /** Lines under the first: each problem of a configuration, each dirty row. */
  readonly details: readonly string[];
  readonly exitCode: ExitCode;
  /** Of the desk's answer. */
  readonly status: number | undefined;

  /** `said`: the sentence, where somebody else said it. */
  constructor(
    code: string,
    figures: Readonly<Record<string, unknown>> = {},
    more: Readonly<{ details?: readonly string[]; exitCode?: ExitCode; cause?: unknown; said?: string; status?: number }> = {},
  ) {
    super(`${code}: ${more.said ?? explain(code, figures)}`, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.figures = figures;
    this.details = more.details ?? [];
    this.exitCode = more.exitCode ?? 1;
    this.status = more.status;
  }
}

/** `--dry-run`: what would have been done, in place of doing it. Ends the command well. */
export class DryRun extends Error {
  readonly would: Readonly<Record<string, unknown>>;
  constructor(would: DryRun["would"]) {
    super("DRY_RUN");
    this.would = would;
  }
}

/** In place of doing something, where only a trial was asked for. */
export function onlyTried(options: Options, would: DryRun["would"]): void {
  if (options["dryRun"] === true) throw new DryRun(would);
}

/** Prints what a command made: JSON for programs, text for people. */
export function print(shell: Shell, json: boolean, value: unknown, text: () => string): void {
  shell.out(json ? `${JSON.stringify(value, null, 2)}\n` : text());
}

/** Any error as a failure: ours as it is, those with a code of the catalogue by it, the rest as unexpected. */
export function failureOf(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const { code, message, name } = error as { code?: unknown; message?: unknown; name?: unknown };
  if (typeof code === "string" && name === "InvariantViolation")
    return new CommandFailure("CLI_INVARIANT", { code: String(message) }, { exitCode: 3, cause: error });
  if (typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) && explain(code) !== code) {
    return new CommandFailure(code, figuresIn(String(message)), { cause: error });
  }
  return new CommandFailure("CLI_UNEXPECTED", { message: String(message ?? error) }, { exitCode: 3, cause: error });
}

/** The figures of a message `CODE: key=value, key=value`. */
function figuresIn(message: string): Readonly<Record<string, string>> {
  const pairs = [...message.matchAll(/(?:^|[:,]\s)(\w+)=([^,]*)/g)].map((match) => [match[1] ?? "", match[2] ?? ""] as const);
  return Object.fromEntries(pairs);
}

/** Prints a failure: to people on stderr, to programs also as JSON on stdout. */
export function report(shell: Shell, json: boolean, failure: CommandFailure): void {
  shell.err(`${[failure.message, ...failure.details.map((line) => `  ${line}`)].join("\n")}\n`);
  if (json) {
    const { code, message, details, figures, status } = failure;
    shell.out(
      `${JSON.stringify({ error: { code, message, details, params: figures, ...(status === undefined ? {} : { status }) } }, null, 2)}\n`,
    );
  }
  if (shell.environment["BULKHEAD_DEBUG"] === "1" && failure.cause instanceof Error) shell.err(`${failure.cause.stack}\n`);
}

/** Text as a table: first row the heads, columns aligned, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const isNumber = (column: number): boolean => rows.slice(1).every((row) => /^[-+]?[\d,.]*%?$/.test(row[column] ?? ""));
  const right = widths.map((_, column) => rows.length > 1 && isNumber(column));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (right[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return `${rows.map(line).join("\n")}\n`;
}
