import { Command } from "commander";
import type { ExitCode, Shell } from "./shell.ts";

type Options = Record<string, unknown>;
/** A command's work: the arguments, then the options. It prints through the shell and throws `CommandFailure`. */
export type Work = (shell: Shell, options: Options, ...operands: readonly (string | undefined)[]) => Promise<ExitCode> | ExitCode;

/** The whole command. Each command's module is loaded when it is called, so that starting stays quick. */
export function program(shell: Shell, exit: (code: ExitCode) => void): Command {
  const root = new Command("bulkhead")
    .description("One account. Many portfolios. Watertight.")
    .version("0.1.0")
    .exitOverride()
    .configureOutput({
      writeOut: shell.out,
      writeErr: shell.err,
      outputError: (text, write) => write(`CLI_USAGE: ${text.replace(/^error: /, "")}`),
    })
    .showSuggestionAfterError(true)
    .addHelpText(
      "after",
      `\nStart with:\n  bulkhead demo                       three portfolios on an invented market\n  bulkhead backtest bulkhead.toml     your own\nExit codes: 0 done, 1 refused or not proven, 2 command line or configuration wrong, 3 our bug.`,
    );
  const add = (parent: Command, usage: string, about: string, load: () => Promise<Work>): Command =>
    parent
      .command(usage)
      .description(about)
      .option("--json", "print JSON")
      .action(async (...received: unknown[]) => {
        const operands = received.slice(0, -2) as (string | undefined)[];
        const options = received.at(-2) as Options;
        exit(await attempt(shell, options, async () => (await load())(shell, options, ...operands)));
      });

  addStart(root);
  addRuns(root, add);
  addBooks(root, add);
  addLookups(root, add);
  return root;
}

type Add = (parent: Command, usage: string, about: string, load: () => Promise<Work>) => Command;

function addRuns(root: Command, add: Add): void {
  add(
    root,
    "backtest <file>",
    "run a bulkhead.toml, or a strategy file with --symbols",
    async () => (await import("./commands/backtest.ts")).backtest,
  )
    .option("--symbols <list>", "what every portfolio trades: SPY,IBM")
    .option("--starting-cash <amount>", "what every portfolio starts with")
    .option("--param <name=value>", "a parameter of the strategy file; again for more", (value: string, all: string[] = []) => [
      ...all,
      value,
    ])
    .option("--prices <path>", "a LEAN folder, a CSV file or a .bars file; 'demo' for the invented market")
    .option("--from <date>", "first day, or an instant with its offset")
    .option("--to <date>", "last day, included")
    .option("--resolution <bars>", "1d, 1h, 5m, 1m, 1s, tick")
    .option("--seed <number>", "where chance starts from")
    .option("--account <id>", "which account, where there are several")
    .option("--data <folder>", "keep the journal there; without it nothing is kept")
    .option("--report <file>", "write the report as one HTML page")
    .option("--no-checks", "leave the running assertions out, to measure them")
    .addHelpText(
      "after",
      examples(
        "bulkhead backtest bulkhead.toml --data runs/one --report runs/one.html",
        "bulkhead backtest bulkhead.toml --from 2013-10-07 --to 2013-10-11 --json",
        "bulkhead backtest my-first.ts --symbols ACME --prices demo --param fast=5",
      ),
    );
  add(root, "demo", "three portfolios on an invented market, with a report", async () => (await import("./commands/demo.ts")).demo)
    .option("--seed <number>", "another invented market")
    .option("--data <folder>", "keep the journal there")
    .option("--report <file>", "where the HTML page goes; without it reports/, or the temporary folder");
}

/** The desk is a program of its own (`apps/server`): the command's door starts it before this tree is asked. */
function addStart(root: Command): void {
  root
    .command("start")
    .description("the desk: portfolios trade in paper, with REST, WebSocket and a page on one port")
    .option("--data <folder>", "where everything is kept")
    .option("--config <file>", "a bulkhead.toml; without any, the demo desk")
    .option("--port <number>", "default 5000, or the next free one")
    .option("--host <name>", "default 127.0.0.1")
    .option("--seed <number>", "of the embedded market")
    .option("--no-open", "do not open a browser");
}

function addBooks(root: Command, add: Add): void {
  add(
    root,
    "verify <folder>",
    "prove a journal: chain, bytes, replay, books by a second route",
    async () => (await import("./commands/verify.ts")).verify,
  );
  add(root, "journal <folder>", "print a journal as NDJSON", async () => (await import("./commands/journal.ts")).journal)
    .option("--from <seq>", "first record")
    .option("--to <seq>", "last record")
    .option("--type <list>", "only records with such a command or event: PlaceOrder,ExecutionBooked")
    .option("--portfolio <id>", "only records about this portfolio")
    .addHelpText("after", examples("bulkhead journal runs/one --type OrderDenied --portfolio reckless | head -3"));
  const exports = root.command("export").description("take the books elsewhere");
  add(
    exports,
    "ledger",
    "the double-entry ledger as text accounting or tables",
    async () => (await import("./commands/export-ledger.ts")).exportLedger,
  )
    .requiredOption("--data <folder>", "the journal's folder; must be given")
    .requiredOption("--format <name>", "hledger, beancount, csv, json; must be given")
    .option("--output <file>", "write there; without it to stdout")
    .addHelpText("after", examples("bulkhead export ledger --data runs/one --format hledger --output one.journal"));
  const portfolio = root.command("portfolio").description("portfolios of a journal");
  add(
    portfolio,
    "list",
    "all portfolios with their figures",
    async () => (await import("./commands/portfolio.ts")).portfolioList,
  ).requiredOption("--data <folder>", "the journal's folder; must be given");
}

function addLookups(root: Command, add: Add): void {
  const instrument = root.command("instrument").description("instruments that the prices have");
  const sources = (command: Command): Command =>
    command
      .option("--config <file>", "whose [[backtest.data]] to look in; bulkhead.toml by default")
      .option("--prices <path>", "look here instead");
  sources(add(instrument, "search [text]", "by id or symbol", async () => (await import("./commands/instrument.ts")).instrumentSearch));
  sources(add(instrument, "show <id>", "everything about one", async () => (await import("./commands/instrument.ts")).instrumentShow));
  const config = root.command("config").description("the configuration");
  add(
    config,
    "show [file]",
    "what is in force, in words; bulkhead.toml by default",
    async () => (await import("./commands/config.ts")).configShow,
  ).option("--origin", "and where each value was written");
  const strategy = root.command("strategy").description("strategies");
  add(strategy, "list", "the built-in ones", async () => (await import("./commands/strategy.ts")).strategyList);
  add(strategy, "show <name>", "the parameters of a built-in or a file", async () => (await import("./commands/strategy.ts")).strategyShow);
  const create = root.command("new").description("start something");
  add(create, "strategy <name>", "write a running strategy and its test", async () => (await import("./commands/strategy.ts")).newStrategy);
  add(root, "codes [code]", "what a code means; all of them without one", async () => (await import("./commands/codes.ts")).codes).option(
    "--markdown",
    "as the document docs/codes.md",
  );
}

const examples = (...lines: readonly string[]): string => `\nFor example:\n${lines.map((line) => `  ${line}\n`).join("")}`;

async function attempt(shell: Shell, options: Options, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    const { failureOf, report } = await import("./shell.ts");
    const failure = failureOf(error);
    report(shell, options["json"] === true, failure);
    return failure.exitCode;
  }
}
