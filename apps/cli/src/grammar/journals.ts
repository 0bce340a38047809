import type { Command } from "commander";
import { type Add, examples } from "./add.ts";

/** What is done with journals and books of their own. */
export function addJournals(root: Command, add: Add): void {
  add(
    root,
    "verify <folder>",
    "prove a journal: chain, bytes, replay, books by a second route",
    async () => (await import("../commands/verify.ts")).verify,
  )
    .option("--account <id>", "whose journal, where a desk's folder has several")
    .addHelpText("after", examples("bulkhead verify runs/one", "bulkhead verify ~/.local/share/bulkhead --account main"));
  add(root, "journal <folder>", "print a journal as NDJSON", async () => (await import("../commands/journal.ts")).journal)
    .option("--from <seq>", "first record")
    .option("--to <seq>", "last record")
    .option("--type <list>", "only records with such a command or event: PlaceOrder,ExecutionBooked")
    .option("--portfolio <id>", "only records about this portfolio")
    .option("--account <id>", "whose journal, where a desk's folder has several")
    .addHelpText("after", examples("bulkhead journal runs/one --type OrderDenied --portfolio reckless | head -3"));
  const exports = root.command("export").description("take the books elsewhere");
  add(
    exports,
    "ledger",
    "the double-entry ledger as text accounting or tables",
    async () => (await import("../commands/export-ledger.ts")).exportLedger,
  )
    .requiredOption("--data <folder>", "the journal's folder; must be given")
    .requiredOption("--format <name>", "hledger, beancount, csv, json; must be given")
    .option("--output <file>", "write there; without it to stdout")
    .option("--account <id>", "whose journal, where a desk's folder has several")
    .addHelpText("after", examples("bulkhead export ledger --data runs/one --format hledger --output one.journal"));
}
