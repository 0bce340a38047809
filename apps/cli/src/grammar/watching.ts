import type { Command } from "commander";
import { flagOf, LISTED, type ListedName } from "../desk/lists.ts";
import { type Add, asDefault, examples, toChange, toDesk } from "./add.ts";

const NAMES = [
  "positions",
  "pnl",
  "performance",
  "equity",
  "days",
  "trades",
  "executions",
  "signals",
  "receipts",
  "ledger",
  "transfers",
  "breaks",
  "lots",
  "cycles",
  "instruments",
  "audit",
] as const satisfies readonly ListedName[];

/** Looking at a running desk. */
export function addWatching(root: Command, add: Add): void {
  toDesk(
    add(
      root,
      "status",
      "whether the desk may trade, and every portfolio with the sum",
      async () => (await import("../commands/status.ts")).status,
    ),
  ).addHelpText("after", examples("bulkhead status", "bulkhead status --url https://desk.example --json"));
  toDesk(add(root, "orders", LISTED.orders.about, async () => (await import("../commands/lists.ts")).orders))
    .option("--portfolio <id>", "only this one's")
    .option("--all", "ended ones too")
    .option("--limit <rows>", "how many; default 50")
    .addHelpText("after", examples("bulkhead orders", "bulkhead orders --all --portfolio momentum --limit 200"));
  for (const name of NAMES) addList(root, add, name);
  toDesk(
    add(root, "feeds", "how the market data stands with its source", async () => (await import("../commands/feeds.ts")).feeds),
  ).addHelpText("after", examples("bulkhead feeds"));
  const bars = toDesk(add(root, "bars <instrument>", LISTED.bars.about, async () => (await import("../commands/lists.ts")).bars));
  bars
    .option("--resolution <bars>", "1s, 1m, 5m, 1h, 1d; default the finest that there is")
    .option("--from <instant>", "those that begin then or later")
    .option("--to <instant>", "those that begin before")
    .option("--limit <rows>", "how many; default 50")
    .addHelpText("after", examples("bulkhead bars SPY --resolution 1h --limit 20"));
  addQuestions(root, add);
  const alarms = root.command("alarms").description("what somebody must look at");
  toDesk(
    add(
      alarms,
      "list",
      "alarms that are not over; --all for all",
      async () => (await import("../commands/alarms.ts")).alarmsList,
      asDefault,
    ),
  )
    .option("--all", "those that are over too")
    .addHelpText("after", examples("bulkhead alarms list"));
  toChange(
    add(
      alarms,
      "test",
      "send one through the channel and say whether it was heard",
      async () => (await import("../commands/alarms.ts")).alarmsTest,
    ),
  ).addHelpText("after", examples("bulkhead alarms test"));
  toChange(
    add(
      alarms,
      "acknowledge <id>",
      "somebody looks at it: it is not told again",
      async () => (await import("../commands/alarms.ts")).alarmsAcknowledge,
    ),
  ).addHelpText("after", examples("bulkhead alarms acknowledge 7"));
}

function addList(root: Command, add: Add, name: (typeof NAMES)[number]): void {
  const command = toDesk(
    add(root, name, LISTED[name].about, async () => {
      const { list } = await import("../commands/lists.ts");
      return (shell, options) => list(shell, options, name);
    }),
  );
  if (!("ofAll" in LISTED[name])) command.option("--portfolio <id>", "only this one's; default all of them");
  for (const filter of LISTED[name].filters) command.option(`--${flagOf(filter)} <value>`, "only rows that have this");
  command
    .option("--limit <rows>", "how many; default 50")
    .addHelpText("after", examples(`bulkhead ${name}`, `bulkhead ${name} --limit 500 --json`));
}

function addQuestions(root: Command, add: Add): void {
  toDesk(
    add(root, "why <portfolio> [instrument]", "why a portfolio does not trade", async () => (await import("../commands/why.ts")).why),
  ).addHelpText("after", examples("bulkhead why momentum", "bulkhead why momentum SPY"));
  toDesk(
    add(
      root,
      "explain <figure>",
      "from a figure to the postings that add up to it",
      async () => (await import("../commands/why.ts")).explainFigure,
    ),
  )
    .option("--portfolio <id>", "whose; default the account's")
    .option("--asset <id>", "of which asset; default base currency")
    .option("--limit <rows>", "how many postings; default 100")
    .addHelpText("after", examples("bulkhead explain realized_pnl --portfolio momentum", "bulkhead explain cash"));
  toDesk(add(root, "logs", "the log; -f goes on until Ctrl-C", async () => (await import("../commands/logs.ts")).logs))
    .option("-f, --follow", "every new line as it comes")
    .option("--portfolio <id>", "only this one's; default everybody's")
    .option("--level <level>", "debug, info, warn, error: this and worse")
    .option("--text <words>", "only lines with these words")
    .option("--run <id>", "only of this run")
    .option("--limit <rows>", "how many to begin with; default 50")
    .addHelpText("after", examples("bulkhead logs --level warn", "bulkhead logs -f --portfolio momentum"));
}
