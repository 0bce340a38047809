import type { AnswerOf } from "@bulkhead/contract";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { printChange, rowsText } from "../desk/show.ts";
import { type Options, print, type Shell } from "../shell.ts";

type Contract = AnswerOf<"listContracts">["data"][number];

/** `bulkhead contract list`: what the venue says of the contracts behind instruments, what it changed first. */
export async function contractList(shell: Shell, options: Options): Promise<0> {
  const answer = await new Desk(shell, options).ask("listContracts", {});
  print(shell, options["json"] === true, answer, () => {
    const rows = rowsText(
      [
        ["Instrument", "instrument"],
        ["Version", "version"],
        ["Venue's key", "venue_key"],
        ["Symbol", "symbol"],
        ["Exchange", "exchange"],
        ["Currency", "currency"],
        ["Multiplier", "multiplier"],
        ["Tick", "tick"],
        ["Step", "increment"],
        ["Last day", "expiry"],
      ],
      answer.data.map(({ told, ...row }) => ({ ...row, ...(told ?? {}) })),
      "The venue was asked of no contract yet.",
    );
    return rows + answer.data.map(changedText).join("");
  });
  return 0;
}

function changedText({ instrument, changed }: Contract): string {
  if (changed === null) return "";
  const next =
    changed.told === null
      ? "There is nothing to accept: look in the inbox for what it became."
      : `To go on with it: bulkhead contract accept ${instrument} --reason "…"`;
  return `${instrument} takes no entries: ${changed.says}. ${next}\n`;
}

/** `bulkhead contract accept INSTRUMENT`: the contract as the venue has it now is the one that is wanted. */
export async function contractAccept(shell: Shell, options: Options, instrument = ""): Promise<0> {
  const body = { instrument, reason: textOf(options, "reason") ?? "" };
  const done = await new Desk(shell, options).change("acceptContract", { body });
  printChange(shell, options["json"] === true, done, () => {
    const { instrument: id, version, told } = done.answer.data;
    return `${id} is contract ${told?.venue_key ?? "?"} of the venue from now on, version ${version}.\n`;
  });
  return 0;
}
