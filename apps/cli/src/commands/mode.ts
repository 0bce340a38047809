import type { AnswerOf, BodyOf } from "@bulkhead/contract";
import { confirmed } from "../desk/confirm.ts";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { printChange, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";
import { definedOf } from "./order.ts";

const MODES = ["ready", "reduce_only", "cancel_only", "read_only"] as const;
type Mode = BodyOf<"setMode">["mode"];

/** `bulkhead mode list`: what may not trade freely, and why. */
export async function modeList(shell: Shell, options: Options): Promise<0> {
  const answer = await new Desk(shell, options).ask("listModes", {});
  print(shell, options["json"] === true, answer, () => modesText(answer.data));
  return 0;
}

/** `bulkhead mode set MODE`: holds an account, a portfolio or an instrument back, or lets it trade again; the latter is asked about. */
export async function modeSet(shell: Shell, options: Options, named = ""): Promise<0> {
  const mode = named.replaceAll("-", "_");
  if (!(MODES as readonly string[]).includes(mode))
    throw new CommandFailure("CLI_USAGE", { message: `a mode is one of ${MODES.join(", ")}, not ${named}` }, { exitCode: 2 });
  const desk = new Desk(shell, options);
  const scope = definedOf({ portfolio_id: textOf(options, "portfolio"), instrument: textOf(options, "instrument") });
  if (options["dryRun"] !== true && mode === "ready" && Object.keys(scope).length === 0)
    await confirmed(
      shell,
      options,
      "lets the account trade: after a restore only somebody who has compared it with the venue should say so",
    );
  const changed = await desk.change("setMode", { body: { ...scope, mode: mode as Mode, reason: textOf(options, "reason") ?? "" } });
  printChange(shell, options["json"] === true, changed, () => modesText(changed.answer.data));
  return 0;
}

const modesText = (rows: AnswerOf<"listModes">["data"]): string =>
  rowsText(
    [
      ["Scope", "scope"],
      ["Mode", "mode"],
      ["Reason", "reason"],
    ],
    rows,
    "Everything may trade freely.",
  );
