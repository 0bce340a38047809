import { realpathSync } from "node:fs";
import { sep } from "node:path";
import { explain } from "@bulkhead/contract";
import { processHolding } from "../system/open-files.ts";

/** SQLITE_BUSY (https://sqlite.org/rescode.html): somebody else holds the database. */
const BUSY = 5;

/** Why the journal of a data folder is lost, in the catalogue's words with its code in front; who holds it, where another program does. */
export function lossSentence(error: unknown, folder: string | undefined): string {
  const cause = rootOf(error);
  if (codeOf(cause) !== BUSY) return `DESK_JOURNAL_LOST: ${explain("JOURNAL_LOST", { reason: wordsOf(error) })}`;
  const holder = (folder === undefined ? undefined : holderOf(folder)) ?? "a process that this user may not see";
  return `DESK_JOURNAL_LOCKED: ${explain("DESK_JOURNAL_LOCKED", { holder, folder: folder ?? "its folder" })}`;
}

/** What went wrong with what the system said about it. */
export function wordsOf(error: unknown): string {
  const cause = rootOf(error);
  const own = error instanceof Error ? error.message : String(error);
  return cause === error ? own : `${own}, cause=${cause instanceof Error ? cause.message : String(cause)}`;
}

function holderOf(folder: string): string | undefined {
  const inside = `${realpathSync(folder)}${sep}`;
  return processHolding((target) => target.startsWith(inside) && target.includes(".sqlite"), process.pid);
}

function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}

function codeOf(error: unknown): number | undefined {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" ? code & 0xff : undefined;
}
