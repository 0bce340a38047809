import { CommandFailure, type Options } from "../shell.ts";
import type { Desk } from "./desk.ts";
import { textOf } from "./find.ts";

/** The accounts that a command without `--account` is about: the only one, or all of those that there are. */
export async function accountsOf(desk: Desk, options: Options): Promise<readonly string[]> {
  const named = textOf(options, "account");
  if (named !== undefined) return [named];
  try {
    return [(await desk.ask("listKills", {})).account_id];
  } catch (error) {
    // The desk names them where it cannot choose.
    if (!(error instanceof CommandFailure) || error.code !== "ACCOUNT_UNCLEAR") throw error;
    return String(error.figures["accounts"]).split(", ");
  }
}
