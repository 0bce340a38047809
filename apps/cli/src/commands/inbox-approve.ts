import type { AnswerOf } from "@bulkhead/contract";
import { confirmed } from "../desk/confirm.ts";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { printChange, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";
import { itemOf } from "./inbox.ts";

type Preview = AnswerOf<"previewApproval">["data"];

/** `bulkhead inbox approve BREAK`: the split or new name that it proposes is booked for everybody who holds it; shown and asked first. */
export async function inboxApprove(shell: Shell, options: Options, id = ""): Promise<0> {
  const ratio = textOf(options, "ratio");
  if (ratio !== undefined && !/^[1-9]\d{0,8}:[1-9]\d{0,8}$/.test(ratio)) {
    const message = `--ratio takes AFTER:BEFORE in whole numbers, as 3:1 where one became three, not ${ratio}`;
    throw new CommandFailure("CLI_USAGE", { message }, { exitCode: 2 });
  }
  const desk = new Desk(shell, options);
  const item = await itemOf(desk, id);
  const params = { break_id: item.break_id };
  const how = ratio === undefined ? {} : { ratio };
  const answer = await desk.ask("previewApproval", { params, body: how });
  const { problem } = answer.data;
  if (problem !== null) throw new CommandFailure(problem.code, {}, { said: problem.detail });
  if (options["dryRun"] === true) {
    print(shell, options["json"] === true, answer, () => `${previewText(answer.data)}Nothing was booked.\n`);
    return 0;
  }
  // Whoever holds the old name, also where the break is about the new one.
  const held = answer.data.holdings[0]?.asset ?? item.asset;
  if (options["yes"] !== true) shell.err(previewText(answer.data));
  await confirmed(shell, options, `books ${wordsOf(answer.data)} for everybody who holds ${held}, and cannot be undone`);
  const done = await desk.change("approveProposal", { params, body: { ...how, reason: textOf(options, "reason") ?? "" } });
  const booked = `Booked ${wordsOf(answer.data)} for everybody who held ${held}. It cannot be undone.\n`;
  printChange(shell, options["json"] === true, done, () => booked);
  return 0;
}

function wordsOf({ proposal, ratio, holdings }: Preview): string {
  const [from, into] = holdings.map(({ asset }) => asset);
  return proposal === "split" ? `a split of ${ratio ?? "?"}` : `${into ?? "?"} as the new name of ${from ?? "?"}`;
}

function previewText({ holdings, called_back, exits_ended }: Preview): string {
  const rows = holdings.flatMap(({ asset, currency, standings }) => standings.map((standing) => ({ ...standing, asset, currency })));
  const orders = called_back.map(({ order_id, portfolio_id }) => `${order_id} of ${portfolio_id}`);
  const exits = exits_ended.map(({ portfolio_id, instrument }) => `${instrument} of ${portfolio_id}`);
  return [
    rowsText(
      [
        ["Portfolio", "portfolio_id"],
        ["Asset", "asset"],
        ["Held now", "quantity_before", "quantity"],
        ["Then", "quantity_after", "quantity"],
        ["Cost now", "cost_before", "money"],
        ["Then", "cost_after", "money"],
        ["Currency", "currency"],
      ],
      rows,
      "Nobody holds it.",
    ),
    orders.length === 0 ? "" : `Orders that are called back: ${orders.join(", ")}.\n`,
    exits.length === 0 ? "" : `Stops and targets that end: ${exits.join(", ")}.\n`,
  ].join("");
}
