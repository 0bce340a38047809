import type { Command } from "commander";
import { type Add, asDefault, examples, toChange, toDesk } from "./add.ts";

/** Standing rules that say whose the orders and executions of others are. */
export function addRules(root: Command, add: Add): void {
  const rule = root.command("rule").description("standing rules that say whose the orders of others are; the first that fits counts");
  const load = () => import("../commands/rule.ts");
  const parts = (command: Command): Command =>
    command
      .option("--reference <text>", "what the order's reference begins with")
      .option("--client <id>", "which connection of the venue sent it")
      .option("--instrument <id>", "an instrument, or its symbol on every venue")
      .option("--place <number>", "where it stands among them, from 1");
  const why = (command: Command): Command => toChange(command).requiredOption("--reason <text>", "why; must be given");
  toDesk(add(rule, "list", "those that stand", async () => (await load()).ruleList, asDefault)).addHelpText(
    "after",
    examples("bulkhead rule"),
  );
  parts(why(add(rule, "add", "set one; it sorts what comes from now on", async () => (await load()).ruleAdd)))
    .requiredOption("--portfolio <id>", "whose it will be")
    .addHelpText("after", examples('bulkhead rule add --portfolio momentum --reference grid- --reason "the grid bot runs there"'));
  parts(
    why(
      add(
        rule,
        "change <rule>",
        "change one, named by its place or id; an empty text takes a part away",
        async () => (await load()).ruleChange,
      ),
    ),
  )
    .option("--portfolio <id>", "whose it will be")
    .addHelpText("after", examples('bulkhead rule change 2 --place 1 --reason "it is the narrower one"'));
  why(add(rule, "remove <rule>", "take one away; what it sorted stays", async () => (await load()).ruleRemove)).addHelpText(
    "after",
    examples('bulkhead rule remove 2 --reason "the bot is gone"'),
  );
  parts(
    toDesk(add(rule, "try [rule]", "what of the inbox and of the orders of others a rule would sort", async () => (await load()).ruleTry)),
  )
    .option("--portfolio <id>", "whose it would be")
    .option("--remove", "without the one that is named")
    .addHelpText("after", examples("bulkhead rule try --portfolio momentum --reference grid-", "bulkhead rule try 2 --remove"));
}
