import { Command, CommanderError } from "commander";
import type { Add } from "./grammar/add.ts";
import { addBrokers } from "./grammar/brokers.ts";
import { addImporting } from "./grammar/importing.ts";
import { addJournals } from "./grammar/journals.ts";
import { addPeople } from "./grammar/people.ts";
import { addPortfolios } from "./grammar/portfolios.ts";
import { addRuns } from "./grammar/runs.ts";
import { addSettings } from "./grammar/settings.ts";
import { addSimulators } from "./grammar/simulators.ts";
import { addTrading } from "./grammar/trading.ts";
import { addUpkeep } from "./grammar/upkeep.ts";
import { addWatching } from "./grammar/watching.ts";
import type { ExitCode, Options, Shell } from "./shell.ts";

/** The groups of `bulkhead --help`, in their order. */
const GROUPS: readonly (readonly [title: string, add: (root: Command, add: Add) => void])[] = [
  ["Run:", addRuns],
  ["Try clients:", addSimulators],
  ["Look at the running desk:", addWatching],
  ["Trade:", addTrading],
  ["Real accounts:", addBrokers],
  ["Portfolios and capital:", addPortfolios],
  ["Settings:", addSettings],
  ["People:", addPeople],
  ["Keep it well:", addUpkeep],
  ["Journals and books:", addJournals],
  ["Statements:", addImporting],
];

const AFTER = `
Start with:
  bulkhead demo                       three portfolios on an invented market
  bulkhead backtest bulkhead.toml     your own
  bulkhead start                      the desk; then, in another terminal: bulkhead status
Commands that speak to a desk find it by its data folder (--data, BULKHEAD_HOME) or by --url; a key comes from BULKHEAD_KEY.
Exit codes: 0 done, 1 refused or not proven, 2 command line or configuration wrong, 3 our bug, 4 no desk answers.`;

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
    .addHelpText("after", AFTER);
  const add: Add = (parent, usage, about, load, more = {}) =>
    parent
      .command(usage, more)
      .description(about)
      .option("--json", "print JSON")
      .action(async (...received: unknown[]) => {
        const operands = received.slice(0, -2) as (string | undefined)[];
        const options = received.at(-2) as Options;
        exit(await attempt(shell, options, async () => (await load())(shell, options, ...operands)));
      });
  for (const [title, addGroup] of GROUPS) {
    root.commandsGroup(title);
    addGroup(root, add);
  }
  return root;
}

async function attempt(shell: Shell, options: Options, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommanderError) throw error;
    const { DryRun, failureOf, print, report } = await import("./shell.ts");
    if (error instanceof DryRun) {
      const { would } = error;
      const lines = Object.entries(would).map(
        ([name, value]) => `  ${name}: ${typeof value === "string" ? value : JSON.stringify(value)}\n`,
      );
      print(shell, options["json"] === true, { dry_run: would }, () => `Would be done:\n${lines.join("")}Nothing was done.\n`);
      return 0;
    }
    const failure = failureOf(error);
    report(shell, options["json"] === true, failure);
    return failure.exitCode;
  }
}
