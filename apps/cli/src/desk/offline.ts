import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { explain } from "@bulkhead/contract";
import { openFolder } from "@bulkhead/store";
import { CommandFailure, type Options, type Shell } from "../shell.ts";
import { dataFolderOf } from "./find.ts";

/** Works on a data folder that no desk holds, and holds it meanwhile; refused over a running desk. `make`: it may be made. */
export async function withFolder<T>(
  shell: Shell,
  options: Options,
  work: (folder: string) => Promise<T> | T,
  make: "make" | "must-be" = "must-be",
): Promise<T> {
  const path = dataFolderOf(shell, options);
  if (make === "must-be" && !existsSync(path)) throw new CommandFailure("JOURNAL_MISSING", { path });
  const owner = { pid: process.pid, host: hostname(), startedAt: new Date().toISOString(), address: null };
  const opened = openFolder(path, { owner, version: VERSION });
  if (!opened.ok) {
    const { owner: other } = opened;
    if (opened.code === "FOLDER_LOCKED")
      throw new CommandFailure("CLI_DESK_RUNS", { path, owner: other === null ? "it did not say who it is" : `process ${other.pid}` });
    throw new CommandFailure(
      "DESK_FOLDER_UNUSABLE",
      { reason: opened.code },
      { details: [`${opened.code}: ${explain(opened.code, { details: opened.details })}`] },
    );
  }
  try {
    return await work(path);
  } finally {
    opened.folder.close();
  }
}

/** Of the program. */
export const VERSION = "0.1.0";
