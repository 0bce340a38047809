import type { Command } from "commander";
import { type Add, examples, toChange } from "./add.ts";

/** Statements of brokers and exchanges into the books. */
export function addImporting(root: Command, add: Add): void {
  const importing = root.command("import").description("book what statements say: all of it or nothing; 1 where the end differs from them");
  const toImport = (command: Command): Command =>
    toChange(command)
      .option("--create [currency]", "make the account where there is none, in this base currency or the statement's")
      .option("--statement-account <number>", "whose lines, where a file has several accounts")
      .option("--zone <name>", "zone of times that name none (default: America/New_York)")
      .option("--leave-out <lines>", "numbers of lines not to read: 81,94")
      .option("--alias <name=instrument...>", "what a contract is called here, kept with the books: 265598=AAPL@XNAS")
      .option("--covers <from..to>", "of a file that does not say it: from when to when it is complete, 2026-04-01..2026-04-30")
      .option("--allocate <name=share...>", "what part of the cost goes with what is spun off: NEWCO=8.12%")
      .option("--same-account", "the statement's number is another one of the same account");
  toImport(
    add(
      importing,
      "flex <files...>",
      "Flex statements of Interactive Brokers, XML or gzip of it",
      async () => (await import("../commands/import.ts")).importFlex,
    ),
  ).addHelpText(
    "after",
    examples("bulkhead import flex activity.xml --dry-run", "bulkhead import flex 2025.xml.gz 2026.xml --data /srv/bulkhead --create"),
  );
  toImport(
    add(
      importing,
      "csv <files...>",
      "the plain layout of docs/importing.md",
      async () => (await import("../commands/import.ts")).importCsv,
    ),
  ).addHelpText("after", examples("bulkhead import csv trades.csv --account main --dry-run"));
  toImport(
    add(
      importing,
      "hyperliquid <files...>",
      "userFills of Hyperliquid's perpetuals, JSON",
      async () => (await import("../commands/import.ts")).importHyperliquid,
    ),
  ).addHelpText("after", examples("bulkhead import hyperliquid fills.json --account leader --create"));
}
