import type { Command } from "commander";
import { type Add, asDefault, examples, toChange, toConfirm, toDesk } from "./add.ts";

const again = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];
const SET = "a setting, as the API names it; again for more; `none` takes a limit away";

/** Portfolios and what moves between them. */
export function addPortfolios(root: Command, add: Add): void {
  const portfolio = root.command("portfolio").description("portfolios: made, looked at, changed, ended");
  toDesk(
    add(
      portfolio,
      "list",
      "all portfolios with their figures, adding up to the account",
      async () => (await import("../commands/portfolio-list.ts")).portfolioList,
    ),
  )
    .option("--status <status>", "only active, paused or archived ones")
    .addHelpText(
      "after",
      `${examples("bulkhead portfolio list", "bulkhead portfolio list --data runs/one")}Where no desk runs the journal of the folder is read.\n`,
    );
  toDesk(
    add(portfolio, "show <id>", "one portfolio with its settings", async () => (await import("../commands/portfolio.ts")).portfolioShow),
  ).addHelpText("after", examples("bulkhead portfolio show momentum"));
  toChange(
    add(
      portfolio,
      "create <id>",
      "a new portfolio, from the account's free cash",
      async () => (await import("../commands/portfolio.ts")).portfolioCreate,
    ),
  )
    .requiredOption("--starting-cash <amount>", "base currency; must be given")
    .option("--set <name=value>", SET, again)
    .option("--paused", "create it paused")
    .addHelpText(
      "after",
      examples("bulkhead portfolio create momentum --starting-cash 10000 --set symbols=SPY,IBM --set max_position_pct=20%"),
    );
  toChange(add(portfolio, "configure <id>", "change settings", async () => (await import("../commands/portfolio.ts")).portfolioConfigure))
    .option("--set <name=value>", SET, again)
    .option("--if-version <number>", "only if nobody has changed it since this version")
    .addHelpText("after", examples("bulkhead portfolio configure momentum --set stop_loss_pct=4% --set max_open_positions=none"));
  addStates(portfolio, add);
  toChange(
    add(
      portfolio,
      "transfer <from> <to> [amount]",
      "move cash, or with --instrument a position in kind",
      async () => (await import("../commands/portfolio.ts")).portfolioTransfer,
    ),
  )
    .requiredOption("--reason <text>", "why; must be given")
    .option("--asset <id>", "which cash; default base currency")
    .option("--instrument <id>", "the position to move")
    .option("--quantity <units>", "how much of it, signed as it is held")
    .option("--price <price>", "values the flow; default the last mark")
    .option("--preview", "only say what it would do")
    .addHelpText(
      "after",
      examples(
        'bulkhead portfolio transfer steady momentum 2500 --reason "more for what works"',
        'bulkhead portfolio transfer steady momentum --instrument SPY --quantity 5 --reason "moved"',
      ),
    );
  addCapital(root, add);
}

function addStates(portfolio: Command, add: Add): void {
  toChange(
    add(portfolio, "pause <id>", "take only exits and cancels", async () => (await import("../commands/portfolio.ts")).portfolioPause),
  )
    .requiredOption("--reason <text>", "why; must be given")
    .addHelpText("after", examples('bulkhead portfolio pause momentum --reason "earnings week"'));
  toChange(add(portfolio, "resume <id>", "trade again", async () => (await import("../commands/portfolio.ts")).portfolioResume))
    .requiredOption("--reason <text>", "why; must be given")
    .addHelpText("after", examples('bulkhead portfolio resume momentum --reason "over"'));
  toConfirm(
    add(
      portfolio,
      "archive <id>",
      "end it for good; flat and without orders; its history stays",
      async () => (await import("../commands/portfolio.ts")).portfolioArchive,
    ),
  )
    .requiredOption("--reason <text>", "why; must be given")
    .addHelpText("after", examples('bulkhead portfolio archive momentum --reason "replaced" --yes'));
}

const FLOWS = [
  ["deposit", "put cash into a paper account"],
  ["withdraw", "take free cash out of a paper account"],
] as const;
const WORK = { deposit: "capitalDeposit", withdraw: "capitalWithdraw" } as const;

function addCapital(root: Command, add: Add): void {
  const capital = root.command("capital").description("how capital is allocated, and moved by plan");
  toDesk(
    add(
      capital,
      "show",
      "every portfolio's share, and the schedules",
      async () => (await import("../commands/capital.ts")).capitalShow,
      asDefault,
    ),
  ).addHelpText("after", examples("bulkhead capital show"));
  for (const [verb, about] of FLOWS) {
    toChange(add(capital, `${verb} <amount>`, about, async () => (await import("../commands/capital.ts"))[WORK[verb]]))
      .requiredOption("--reason <text>", "why; must be given")
      .option("--portfolio <id>", "whose; default the account's free cash")
      .option("--asset <id>", "which cash; default base currency")
      .addHelpText("after", examples(`bulkhead capital ${verb} 5000 --reason "monthly"`));
  }
  toChange(
    add(
      capital,
      "rebalance [id]",
      "a configured rebalance now, or one with --target",
      async () => (await import("../commands/capital.ts")).capitalRebalance,
    ),
  )
    .option("--target <id=share>", "a share of the pool; again for more; they sum to 1", again)
    .option("--minimum <amount>", "leave smaller transfers out")
    .option("--reason <text>", "why; must be given unless --preview")
    .option("--preview", "only say what it would move")
    .addHelpText("after", examples("bulkhead capital rebalance --target steady=0.6 --target momentum=0.4 --preview"));
  toChange(add(capital, "sweep <id>", "a configured profit sweep now", async () => (await import("../commands/capital.ts")).capitalSweep))
    .option("--reason <text>", "why; must be given unless --preview")
    .option("--preview", "only say what it would move")
    .addHelpText("after", examples("bulkhead capital sweep profits --preview"));
}
