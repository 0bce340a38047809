import type { Command } from "commander";
import { type Add, asDefault, examples, toChange, toConfirm, toDesk } from "./add.ts";

const again = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

/** What is configured, what there is to configure with, and who may. */
export function addSettings(root: Command, add: Add): void {
  const config = root.command("config").description("the configuration");
  add(
    config,
    "show [file]",
    "what is in force, in words; bulkhead.toml by default",
    async () => (await import("../commands/config.ts")).configShow,
  )
    .option("--origin", "and where each value was written")
    .addHelpText("after", examples("bulkhead config show", "bulkhead config show desk.toml --origin"));
  toDesk(
    add(config, "export", "the running desk's books as a configuration", async () => (await import("../commands/apply.ts")).configExport),
  )
    .option("--output <file>", "write there, never over anything; without it to stdout")
    .addHelpText("after", examples("bulkhead config export --output desk.toml"));
  toConfirm(
    add(
      root,
      "apply",
      "turn what the desk's configuration says otherwise into changes",
      async () => (await import("../commands/apply.ts")).apply,
    ),
  )
    .option("--only <change>", "only this change, or those below it; again for more", again)
    .addHelpText("after", examples("bulkhead apply --dry-run", "bulkhead apply --only portfolio.aggressive --yes"));
  addStrategies(root, add);
  const instrument = root.command("instrument").description("instruments that the prices have");
  const sources = (command: Command): Command =>
    command
      .option("--config <file>", "whose [[backtest.data]] to look in; bulkhead.toml by default")
      .option("--prices <path>", "look here instead")
      .addHelpText("after", examples("bulkhead instrument search spy --prices data/equity", "bulkhead instrument show SPY@XNYS"));
  sources(add(instrument, "search [text]", "by id or symbol", async () => (await import("../commands/instrument.ts")).instrumentSearch));
  sources(add(instrument, "show <id>", "everything about one", async () => (await import("../commands/instrument.ts")).instrumentShow));
  addKeys(root, add);
  add(root, "codes [code]", "what a code means; all of them without one", async () => (await import("../commands/codes.ts")).codes)
    .option("--markdown", "as the document docs/codes.md")
    .addHelpText("after", examples("bulkhead codes ORDER_UNKNOWN"));
}

function addStrategies(root: Command, add: Add): void {
  const strategy = root.command("strategy").description("strategies");
  add(strategy, "list", "the built-in ones", async () => (await import("../commands/strategy.ts")).strategyList).addHelpText(
    "after",
    examples("bulkhead strategy list"),
  );
  add(
    strategy,
    "show <name>",
    "the parameters of a built-in or a file",
    async () => (await import("../commands/strategy.ts")).strategyShow,
  ).addHelpText("after", examples("bulkhead strategy show sma-cross", "bulkhead strategy show ./my-first.ts"));
  const why = (command: Command): Command => command.requiredOption("--reason <text>", "why; must be given");
  toDesk(
    add(
      strategy,
      "running",
      "what each portfolio of the desk runs, and how it stands",
      async () => (await import("../commands/running.ts")).strategyRunning,
    ),
  ).addHelpText("after", examples("bulkhead strategy running"));
  why(
    toChange(
      add(
        strategy,
        "start <portfolio>",
        "let a portfolio's strategy run again",
        async () => (await import("../commands/running.ts")).strategyStart,
      ),
    ),
  ).addHelpText("after", examples('bulkhead strategy start momentum --reason "mended"'));
  why(
    toChange(
      add(
        strategy,
        "stop <portfolio>",
        "stop it; positions and their stops stay managed",
        async () => (await import("../commands/running.ts")).strategyStop,
      ),
    ),
  ).addHelpText("after", examples('bulkhead strategy stop momentum --reason "looks wrong"'));
  why(
    toChange(
      add(strategy, "reload <portfolio>", "load its file anew", async () => (await import("../commands/running.ts")).strategyReload),
    ),
  ).addHelpText("after", examples('bulkhead strategy reload momentum --reason "new version"'));
  const create = root.command("new").description("start something");
  add(
    create,
    "strategy <name>",
    "write a running strategy and its test",
    async () => (await import("../commands/strategy.ts")).newStrategy,
  ).addHelpText("after", examples("bulkhead new strategy my-first"));
}

function addKeys(root: Command, add: Add): void {
  const keys = root.command("keys").description("API keys for programs");
  toConfirm(
    add(keys, "create <name>", "a new key; its secret is shown this once", async () => (await import("../commands/keys.ts")).keysCreate),
  )
    .option("--may <actions>", "read, trade, cancel, kill, admin, with commas; default read")
    .option("--portfolios <ids>", "only these, with commas; default all")
    .option("--from <addresses>", "only from these addresses and networks, with commas")
    .option("--days <number>", "until when; default 90")
    .addHelpText(
      "after",
      `${examples("bulkhead keys create my-bot --may read,trade --portfolios momentum --days 30")}Where no desk runs the key is written into the data folder: the first one, for a desk that others reach.\n`,
    );
  toDesk(
    add(keys, "list", "keys, without their secrets", async () => (await import("../commands/keys.ts")).keysList, asDefault),
  ).addHelpText("after", examples("bulkhead keys list"));
  toConfirm(
    add(
      keys,
      "revoke <id>",
      "end a key at once, its open connections included",
      async () => (await import("../commands/keys.ts")).keysRevoke,
    ),
  ).addHelpText("after", examples("bulkhead keys revoke 0123456789abcdef"));
}
