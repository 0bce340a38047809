import type { Command } from "commander";
import { type Add, asDefault, examples, toChange, toConfirm, toDesk } from "./add.ts";

/** Orders, the exits of positions, the kill switch. */
export function addTrading(root: Command, add: Add): void {
  addOrders(root, add);
  addStops(root, add);
  addKill(root, add);
  addModes(root, add);
}

function addOrders(root: Command, add: Add): void {
  const order = root.command("order").description("orders: placed, tried, changed, canceled");
  toChange(
    add(
      order,
      "place <side> <quantity> <instrument>",
      "place an order, or with --preview try it",
      async () => (await import("../commands/order.ts")).orderPlace,
      asDefault,
    ),
  )
    .option("--portfolio <id>", "whose; may be left out where there is only one")
    .option("--limit <price>", "the worst price accepted")
    .option("--stop <price>", "becomes an order when this price trades")
    .option("--time-in-force <word>", "day, gtc, gtd, ioc, fok; default day")
    .option("--expires-at <instant>", "end of a gtd order")
    .option("--stop-loss <price>", "arm this stop when it fills")
    .option("--take-profit <price>", "arm this target when it fills")
    .option("--trailing <distance>", "arm a stop that trails by this when it fills")
    .option("--reduce", "take what the limits allow instead of nothing")
    .option("--reduce-only", "may only shrink the position")
    .option("--allow-duplicate", "meant as it is although the same order was just placed")
    .option("--reason <text>", "why")
    .option("--preview", "only say what placing would do; exit code 1 where it would not be placed")
    .addHelpText(
      "after",
      examples(
        "bulkhead order place buy 10 SPY --portfolio momentum --limit 512.50 --stop-loss 490",
        "bulkhead order place sell 0.25 BTC-USD --portfolio coins --preview",
      ),
    );
  toDesk(add(order, "list", "open orders; --all for all that there ever were", async () => (await import("../commands/lists.ts")).orders))
    .option("--portfolio <id>", "only this one's")
    .option("--all", "ended ones too")
    .option("--limit <rows>", "how many; default 50")
    .addHelpText("after", examples("bulkhead order list --portfolio momentum"));
  toDesk(add(order, "show <id>", "one order of today", async () => (await import("../commands/order.ts")).orderShow)).addHelpText(
    "after",
    examples("bulkhead order show 42"),
  );
  toChange(add(order, "replace <id>", "less quantity, or other prices", async () => (await import("../commands/order.ts")).orderReplace))
    .option("--quantity <units>", "in all, what is filled included")
    .option("--limit <price>", "another limit")
    .option("--stop <price>", "another stop")
    .addHelpText("after", examples("bulkhead order replace 42 --limit 511"));
  toChange(add(order, "cancel <id>", "ask the venue to cancel", async () => (await import("../commands/order.ts")).orderCancel))
    .option("--reason <text>", "why")
    .addHelpText("after", examples("bulkhead order cancel 42"));
}

function addStops(root: Command, add: Add): void {
  const stop = root.command("stop").description("stops and targets of positions (`shutdown` ends the desk, `kill` stops trading)");
  // Two things could be meant by the word alone, and one of them is the end of the desk: neither is done.
  add(stop, "which", "say what there is to stop", async () => (await import("../commands/stop.ts")).stopUnclear, {
    isDefault: true,
    hidden: true,
  }).allowExcessArguments();
  toDesk(add(stop, "list", "what is armed", async () => (await import("../commands/stop.ts")).stopList))
    .option("--portfolio <id>", "only this one's")
    .addHelpText("after", examples("bulkhead stop list"));
  toChange(
    add(
      stop,
      "set <instrument>",
      "arm or move exits of a position; those not named stay",
      async () => (await import("../commands/stop.ts")).stopSet,
    ),
  )
    .option("--portfolio <id>", "whose; may be left out where there is only one")
    .option("--price <price>", "the stop")
    .option("--target <price>", "take profit here")
    .option("--trailing <distance>", "the stop trails by this")
    .addHelpText(
      "after",
      examples(
        "bulkhead stop set SPY --portfolio momentum --price 490 --target 560",
        "bulkhead stop set SPY --portfolio momentum --trailing 5",
      ),
    );
  toChange(
    add(
      stop,
      "clear <instrument>",
      "take exits of a position away; all of them where none is named",
      async () => (await import("../commands/stop.ts")).stopClear,
    ),
  )
    .option("--portfolio <id>", "whose; may be left out where there is only one")
    .option("--price", "only the stop")
    .option("--target", "only the target")
    .option("--trailing", "only the trailing stop")
    .addHelpText("after", examples("bulkhead stop clear SPY --portfolio momentum --target"));
}

function addModes(root: Command, add: Add): void {
  const mode = root.command("mode").description("what may trade freely: ready, reduce_only, cancel_only, read_only");
  toDesk(
    add(mode, "list", "what may not trade freely, and why", async () => (await import("../commands/mode.ts")).modeList, asDefault),
  ).addHelpText("after", examples("bulkhead mode list"));
  toConfirm(add(mode, "set <mode>", "hold back, or let trade again", async () => (await import("../commands/mode.ts")).modeSet))
    .requiredOption("--reason <text>", "why; must be given")
    .option("--portfolio <id>", "only this portfolio")
    .option("--instrument <id>", "only this instrument, in every portfolio")
    .addHelpText(
      "after",
      examples(
        'bulkhead mode set ready --reason "restored, compared with the venue"',
        'bulkhead mode set reduce_only --instrument SPY --reason "merger"',
      ),
    );
}

function addKill(root: Command, add: Add): void {
  const kill = root.command("kill").description("the kill switch: pause, cancel, flatten; holds until a person clears it");
  const scope = (command: Command): Command =>
    command.option("--portfolio <id>", "only this portfolio").option("--instrument <id>", "only this instrument, in every portfolio");
  toDesk(
    add(kill, "list", "the switches that are engaged", async () => (await import("../commands/kill.ts")).killList, asDefault),
  ).addHelpText("after", examples("bulkhead kill list"));
  scope(
    toDesk(
      add(
        kill,
        "preview <level>",
        "what pause, cancel or flatten would do now",
        async () => (await import("../commands/kill.ts")).killPreview,
      ),
    ),
  )
    .option("--all-accounts", "every account of the desk")
    .addHelpText("after", examples("bulkhead kill preview flatten --portfolio momentum"));
  scope(
    toConfirm(
      add(
        kill,
        "engage <level>",
        "pause: no new risk; cancel: and cancel orders; flatten: and close positions",
        async () => (await import("../commands/kill.ts")).killEngage,
      ),
    ),
  )
    .requiredOption("--reason <text>", "why; must be given")
    .option("--all-accounts", "every account of the desk")
    .option("--file", "by the file KILL in the data folder: works also while the desk does not answer")
    .addHelpText(
      "after",
      examples(
        'bulkhead kill engage cancel --reason "strange fills"',
        'bulkhead kill engage flatten --portfolio momentum --reason "enough" --yes',
        'bulkhead kill engage flatten --file --yes --reason "the desk hangs"',
      ),
    );
  scope(toChange(add(kill, "clear", "let trading go on", async () => (await import("../commands/kill.ts")).killClear)))
    .option("--all-accounts", "every account of the desk")
    .requiredOption("--reason <text>", "why; must be given")
    .addHelpText("after", examples('bulkhead kill clear --reason "looked at, was a bad tick"'));
}
