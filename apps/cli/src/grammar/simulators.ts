import type { Command } from "commander";
import { type Add, examples } from "./add.ts";

const again = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

/** Brokers that are none: to try clients against. */
export function addSimulators(root: Command, add: Add): void {
  const sim = root.command("sim").description("a broker that is none, on this machine, for clients to be tried against");
  add(
    sim,
    "ibkr",
    "an IB Gateway: speaks the wire of TWS at server versions 173 to 193, with faults on demand",
    async () => (await import("../commands/sim-ibkr.ts")).simulateIbkr,
  )
    .option("--port <number>", "where clients connect (default: 4002, as the paper gateway)")
    .option("--host <name>", "default: this machine only")
    .option("--account <number>", "default: DU1234567; D stands for a paper account")
    .option("--cash <amount>", "1000000, or EUR=5000; again for more (default: 1,000,000 USD)", again)
    .option("--prices <price>", "AAPL=201.94, or a file of such lines; again for more (default: eleven well-known symbols)", again)
    .option("--position <holding>", "MSFT=10@390.50, what the account holds; again for more", again)
    .option("--fault <fault>", "lose:execDetails, reject:201,nth=3, …; again for more", again)
    .option("--server-version <number>", "newest that is agreed to (default: 193)")
    .option("--master <client>", "client id that sees everything")
    .option("--read-only", "takes no orders, as with the switch of that name")
    .option("--control <number>", "opens a port for JSON lines that set prices, make trades and tell the truth; 0 takes any")
    .option("--record <file>", "writes every message as a line of a transcript")
    .option("--replay <file>", "plays the server of a transcript, and is no broker")
    .option("--pace <factor>", "with --replay: 1 as recorded, 10 ten times as fast (default: at once)")
    .addHelpText(
      "after",
      examples(
        "bulkhead sim ibkr",
        "bulkhead sim ibkr --prices NVDA=180.5 --position MSFT=10@390.50 --fault lose:execDetails --control 4003",
        "bulkhead sim ibkr --replay session.jsonl --pace 1",
      ),
    );
}
