import type { Command } from "commander";
import { type Add, asDefault, examples, toChange, toDesk } from "./add.ts";
import { addRules } from "./rules.ts";

/** Accounts that a broker keeps: connection, comparison, what nobody claimed. */
export function addBrokers(root: Command, add: Add): void {
  addChecks(root, add);
  addConnection(root, add);
  addInbox(root, add);
  addContracts(root, add);
  addRules(root, add);
  const why = (command: Command): Command => command.option("--reason <text>", "why");
  why(
    toChange(
      add(
        root,
        "adopt <instrument> [quantity]",
        "move a position that nobody claimed into a portfolio, with its cost; all of it where no quantity is said",
        async () => (await import("../commands/inbox.ts")).adopt,
      ),
    ),
  )
    .requiredOption("--portfolio <id>", "whose it will be")
    .option("--price <price>", "values the flow; else the last mark, else what it cost")
    .addHelpText("after", examples("bulkhead adopt NVDA 100 --portfolio momentum", "bulkhead adopt BTC-USDT all --portfolio coins"));
  why(
    toChange(
      add(root, "search <text>", "what can be traded at the account's venue", async () => (await import("../commands/inbox.ts")).search),
    ),
  )
    .option("--add <instrument>", "make one of them known to the books; nothing is bought")
    .addHelpText("after", examples("bulkhead search nvidia", "bulkhead search nvidia --add NVDA@SMART"));
}

function addChecks(root: Command, add: Add): void {
  const here = (command: Command): Command =>
    command
      .option("--config <file>", "whose account; else bulkhead.toml of the working folder")
      .option("--account <id>", "which account of it, where several are kept there")
      .option("--data <folder>", "the data folder, for secrets that are kept there");
  const gateway = (command: Command): Command =>
    here(command)
      .option("--host <name>", "where TWS or its gateway listens")
      .option("--port <number>", "4002 and 7497 are paper, 4001 and 7496 real money")
      .option("--client-id <number>", "which no other program uses")
      .option("--broker-account <number>", "the broker's number of the account")
      .option("--mode <word>", "paper or live")
      .option("--zone <name>", "IANA zone that the gateway was set up with");
  const check = root
    .command("check")
    .description("whether an account can be attached, and what to do where it cannot; 1 where something is wrong");
  gateway(add(check, "ibkr", "TWS or IB Gateway", async () => (await import("../commands/check.ts")).checkIbkr))
    .option("--symbol <symbol>", "what market data is asked of")
    .addHelpText("after", examples("bulkhead check ibkr", "bulkhead check ibkr --port 7497 --broker-account DU1234567"));
  here(
    add(check, "ccxt", "an exchange, with the keys of the configuration", async () => (await import("../commands/check.ts")).checkCcxt),
  ).addHelpText("after", examples("bulkhead check ccxt --config coins.toml"));
  const venue = root.command("venue").description("what a broker says");
  gateway(
    add(
      venue,
      "record <file>",
      "write down what a gateway says, account numbers masked",
      async () => (await import("../commands/check.ts")).venueRecord,
    ),
  )
    .option("--seconds <number>", "how long; default 60")
    .addHelpText("after", examples("bulkhead venue record session.jsonl --seconds 120", "bulkhead sim ibkr --replay session.jsonl"));
}

function addConnection(root: Command, add: Add): void {
  toDesk(
    add(root, "connection", "how accounts stand with their brokers", async () => (await import("../commands/connection.ts")).connections),
  ).addHelpText("after", examples("bulkhead connection"));
  const change = (command: Command): Command => toChange(command).option("--reason <text>", "why");
  change(
    add(
      root,
      "connect [account]",
      "connect an account with its broker again, also after it was refused",
      async () => (await import("../commands/connection.ts")).connect,
    ),
  ).addHelpText("after", examples("bulkhead connect"));
  change(
    add(
      root,
      "disconnect [account]",
      "disconnect an account from its broker; orders there stay",
      async () => (await import("../commands/connection.ts")).disconnect,
    ),
  ).addHelpText("after", examples('bulkhead disconnect --reason "I log in by hand"'));
  change(
    add(root, "reconcile", "compare the books with the venue now", async () => (await import("../commands/connection.ts")).reconcileNow),
  ).addHelpText("after", examples("bulkhead reconcile"));
  toChange(
    add(
      root,
      "adopt-history [account]",
      "answer for what is missing of the broker's history: nothing happened then that the books do not have",
      async () => (await import("../commands/connection.ts")).adoptHistory,
    ),
  )
    .requiredOption("--reason <text>", "how you know")
    .addHelpText("after", examples('bulkhead adopt-history --reason "compared with the trade confirmations by hand"'));
  toDesk(
    add(
      root,
      "reconciliations",
      "comparisons of the books with the venue, newest first",
      async () => (await import("../commands/connection.ts")).reconciliations,
    ),
  )
    .option("--outcome <word>", "only those that came to agrees, differs or adopted")
    .option("--limit <rows>", "how many; default 50")
    .addHelpText("after", examples("bulkhead reconciliations", "bulkhead reconciliations --outcome differs --limit 500"));
}

function addContracts(root: Command, add: Add): void {
  const contract = root.command("contract").description("the contracts behind instruments, as the venue has them");
  toDesk(
    add(
      contract,
      "list",
      "what the venue says of each; what it changed first",
      async () => (await import("../commands/contract.ts")).contractList,
      asDefault,
    ),
  ).addHelpText("after", examples("bulkhead contract"));
  toChange(
    add(
      contract,
      "accept <instrument>",
      "take the contract that the venue has now for the instrument's; it may be entered again",
      async () => (await import("../commands/contract.ts")).contractAccept,
    ),
  )
    .requiredOption("--reason <text>", "why; must be given")
    .addHelpText("after", examples('bulkhead contract accept ESZ6@XCME --reason "the December contract is right"'));
}

function addInbox(root: Command, add: Add): void {
  const inbox = root.command("inbox").description("what the venue has otherwise than the books, and whose it is");
  const change = (usage: string, about: string, load: Parameters<Add>[3]): Command =>
    toChange(add(inbox, usage, about, load)).requiredOption("--reason <text>", "why; must be given");
  toDesk(add(inbox, "list", "what nobody explained yet", async () => (await import("../commands/inbox.ts")).inboxList, asDefault))
    .option("--all", "what people answered too")
    .addHelpText("after", examples("bulkhead inbox", "bulkhead inbox list --all"));
  change("claim <break>", "give it to a portfolio", async () => (await import("../commands/inbox.ts")).inboxClaim)
    .requiredOption("--portfolio <id>", "whose it is")
    .option("--amount <units>", "only so much of it, signed as it is")
    .addHelpText("after", examples('bulkhead inbox claim position:NVDA --portfolio momentum --reason "bought by hand"'));
  change("split <break>", "over portfolios, by what each holds of it", async () => (await import("../commands/inbox.ts")).inboxSplit)
    .option("--share <portfolio=amount...>", "as these say instead")
    .addHelpText(
      "after",
      examples(
        'bulkhead inbox split cash:USD --reason "dividend"',
        'bulkhead inbox split cash:USD --share momentum=30 steady=12.5 --reason "bonus"',
      ),
    );
  change(
    "write-off <break>",
    "leave it with unattributed, and say what it was",
    async () => (await import("../commands/inbox.ts")).inboxWriteOff,
  )
    .requiredOption("--as <category>", "fee, dividend, interest, airdrop, rounding, trade, split, transfer")
    .addHelpText("after", examples('bulkhead inbox write-off cash:USD --as fee --reason "market data"'));
  change(
    "approve <break>",
    "book the split or new name that it proposes, for everybody who holds it; shown first, and cannot be undone",
    async () => (await import("../commands/inbox-approve.ts")).inboxApprove,
  )
    .option("--yes", "do not ask")
    .option("--ratio <after:before>", "units after for units before; else that of what is held")
    .addHelpText(
      "after",
      examples('bulkhead inbox approve NVDA --dry-run --reason "10 for 1"', 'bulkhead inbox approve NVDA --yes --reason "10 for 1"'),
    );
  change("undo <assignment>", "take an answer back", async () => (await import("../commands/inbox.ts")).inboxUndo).addHelpText(
    "after",
    examples('bulkhead inbox undo cli-1f --reason "not theirs"'),
  );
  toDesk(
    add(inbox, "orders", "orders of others at the venue", async () => (await import("../commands/inbox.ts")).externalOrders),
  ).addHelpText("after", examples("bulkhead inbox orders"));
  change("claim-order <order>", "say whose somebody else's order is", async () => (await import("../commands/inbox.ts")).claimOrder)
    .requiredOption("--portfolio <id>", "whose it will be; unattributed takes a claim back")
    .addHelpText("after", examples('bulkhead inbox claim-order 1094526 --portfolio momentum --reason "my other bot"'));
  toDesk(
    add(inbox, "rules", "standing rules that say whose the orders of others are", async () => (await import("../commands/inbox.ts")).rules),
  ).addHelpText("after", examples("bulkhead inbox rules"));
}
