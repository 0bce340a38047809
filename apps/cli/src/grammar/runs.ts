import type { Command } from "commander";
import { type Add, examples } from "./add.ts";

const again = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

/** The desk and backtests: what runs. */
export function addRuns(root: Command, add: Add): void {
  addStart(root);
  const shutdown = add(
    root,
    "shutdown",
    "end the running desk; everything stays durable, stops and orders stay as they are",
    async () => (await import("../commands/shutdown.ts")).shutdown,
  );
  shutdown
    .option("--data <folder>", "whose desk; else BULKHEAD_HOME, else the platform's place")
    .option("--dry-run", "only say which process it is")
    .addHelpText("after", examples("bulkhead shutdown", "bulkhead shutdown --data /srv/bulkhead"));
  add(
    root,
    "backtest <file>",
    "run a bulkhead.toml, or a strategy file with --symbols",
    async () => (await import("../commands/backtest.ts")).backtest,
  )
    .option("--symbols <list>", "what every portfolio trades: SPY,IBM")
    .option("--starting-cash <amount>", "what every portfolio starts with")
    .option("--param <name=value>", "a parameter of the strategy file; again for more", again)
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
  add(root, "demo", "three portfolios on an invented market, with a report", async () => (await import("../commands/demo.ts")).demo)
    .option("--seed <number>", "another invented market")
    .option("--data <folder>", "keep the journal there")
    .option("--report <file>", "where the HTML page goes; without it reports/, or the temporary folder")
    .addHelpText("after", examples("bulkhead demo", "bulkhead demo --seed 7 --json"));
}

/** The desk is a program of its own (`apps/server`): the command's door starts it before this tree is asked. */
function addStart(root: Command): void {
  root
    .command("start")
    .description("the desk: portfolios trade in paper, with REST, WebSocket and the screen on one port")
    .option("--data <folder>", "where everything is kept")
    .option("--config <file>", "a bulkhead.toml; without any, the demo desk")
    .option("--port <number>", "default 5000, or the next free one")
    .option("--host <name>", "default: this machine only; any other wants TLS or a proxy, and a login")
    .option("--tls-cert <file>", "PEM, with --tls-key")
    .option("--tls-key <file>", "PEM, with --tls-cert")
    .option("--proxied", "a proxy in front ends TLS; nobody else is answered")
    .option("--hosts <names>", "names that it answers under besides its own, with commas")
    .option("--login", "want a login on this machine too")
    .option("--seed <number>", "of the embedded market")
    .option("--no-open", "do not open a browser")
    .addHelpText("after", examples("bulkhead start", "bulkhead start --config desk.toml --data /srv/bulkhead --port 5000 --no-open"));
}
