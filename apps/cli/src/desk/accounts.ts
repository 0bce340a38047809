import { CommandFailure, type Options } from "../shell.ts";
import type { Desk } from "./desk.ts";
import { textOf } from "./find.ts";

/** The accounts that a command without `--account` is about: all that the caller may see, however they are named. */
export async function accountsOf(desk: Desk, options: Options): Promise<readonly string[]> {
  const named = textOf(options, "account");
  if (named !== undefined) return [named];
  try {
    const { data } = await desk.ask("listAccounts", {});
    return data.accounts.map(({ account_id }) => account_id);
  } catch (error) {
    // A key of some portfolios sees no account as a whole; it has one.
    if (!(error instanceof CommandFailure)) throw error;
    return [(await desk.ask("listKills", {})).account_id];
  }
}
