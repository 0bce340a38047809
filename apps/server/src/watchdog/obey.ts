import { existsSync } from "node:fs";
import { type CommandOf, type InstantMs, scopeKey } from "@bulkhead/core";
import { killFilePath, putKillFileAside, readKillFile, writeKillAnswer } from "@bulkhead/store";
import type { DeskAccount } from "../desk/desk.ts";
import type { RunningAccount } from "../desk/running-account.ts";
import { HttpFailure, problemOf } from "../http/failure.ts";
import { type EngagedKill, engage } from "../http/kill.ts";
import { killsOf } from "./kill-wish.ts";

export type ObeySetup = Readonly<{
  folder: string;
  accounts: readonly DeskAccount[];
  /** What a file that says nothing asks for. */
  level: CommandOf<"EngageKill">["level"];
  /** What people should read. */
  say: (line: string) => void;
}>;

/** Does what the file KILL asks for, once per file, as long as the desk runs. */
export class KillFileObeyer {
  readonly #setup: ObeySetup;
  #obeying: string | undefined;

  constructor(setup: ObeySetup) {
    this.#setup = setup;
  }

  /** Looks, and obeys. The file goes away when its kills are in the journals; where they are not, it stays, and the watchdog ends the desk. */
  async obey(): Promise<void> {
    const { folder, accounts, level, say } = this.#setup;
    if (!existsSync(killFilePath(folder))) return;
    const wish = readKillFile(folder, level);
    if (wish === undefined || this.#obeying === wish.mark) return;
    this.#obeying = wish.mark;
    try {
      const kills = killsOf(wish, accounts);
      const taken = await Promise.all(kills.map(({ account, command }) => attempt(account, command)));
      const failed = taken.find((each) => typeof each === "string");
      if (failed !== undefined) return say(`the file KILL is not obeyed: ${failed}`);
      putKillFileAside(folder, wish.mark);
      for (const { account, command } of kills)
        say(`${account.id}: the file KILL stopped ${scopeKey(command.scope)} (${command.level}): ${command.reason}`);
      const outcomes = await Promise.all(taken.map((each) => (each as EngagedKill).outcome()));
      const answers = outcomes.map(({ value, asOfSeq }, index) => ({ account_id: kills[index]?.account.id, as_of_seq: asOfSeq, ...value }));
      writeKillAnswer(folder, { mark: wish.mark, accounts: answers });
    } catch (error) {
      say(`the file KILL: ${String(error)}`);
    } finally {
      this.#obeying = undefined;
    }
  }
}

/** A flatten that the engine refuses is at least a cancel. */
async function attempt(account: DeskAccount, command: Omit<CommandOf<"EngageKill">, "at">): Promise<EngagedKill | string> {
  try {
    return await engage(account, command);
  } catch (error) {
    if (command.level === "flatten" && error instanceof HttpFailure && error.status < 500)
      return await attempt(account, { ...command, level: "cancel" });
    return error instanceof HttpFailure ? problemOf(error).detail : String(error);
  }
}

/**
 * At start-up, before anything trades: what the file KILL asks for goes into the journals first. Where an account cannot take it, that
 * account stands still, and the file stays for the next start.
 */
export function obeyAtStart(folder: string, accounts: readonly RunningAccount[], otherwise: ObeySetup["level"], at: InstantMs): void {
  const wish = readKillFile(folder, otherwise);
  if (wish === undefined) return;
  let isObeyed = true;
  for (const { account, command } of killsOf(wish, accounts)) {
    const now = Math.max(at, account.state.at) as InstantMs;
    const level = (): string | undefined => account.state.kills.get(scopeKey(command.scope))?.level;
    account.command({ ...command, at: now });
    if (command.level === "flatten" && level() !== "flatten") account.command({ ...command, level: "cancel", at: now });
    account.work(now);
    account.notes.push(`The file KILL was there at the start: ${scopeKey(command.scope)} is stopped (${command.level}): ${command.reason}`);
    isObeyed &&= level() !== undefined && !account.halted;
  }
  if (isObeyed) putKillFileAside(folder, wish.mark);
}
