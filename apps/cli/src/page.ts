import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type BacktestReport, formatReportHtml } from "@bulkhead/analytics";
import { reasonOf } from "./configuration.ts";
import { CommandFailure, type Shell } from "./shell.ts";

/** Writes a report as one self-contained HTML page and returns its absolute path. The folder is made where it is missing. */
export function writePage(shell: Shell, report: BacktestReport, path: string): string {
  const absolute = resolve(shell.folder, path);
  try {
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, formatReportHtml(report));
  } catch (error) {
    throw new CommandFailure("CLI_FILE_UNWRITABLE", { path, reason: reasonOf(error) }, { cause: error });
  }
  return absolute;
}
