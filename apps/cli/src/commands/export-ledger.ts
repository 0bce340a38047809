import { closeSync, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import type { StoredJournal } from "@bulkhead/store";
import { withBooks } from "../books.ts";
import { reasonOf } from "../configuration.ts";
import { beancountText } from "../ledger/beancount.ts";
import { Closing, entriesOf, type LedgerEntry } from "../ledger/entries.ts";
import { hledgerText } from "../ledger/hledger.ts";
import { csvText, jsonText } from "../ledger/tables.ts";
import { CommandFailure, print, type Shell } from "../shell.ts";

type Options = Readonly<Record<string, unknown>>;
type Format = (entries: Iterable<LedgerEntry>, closing: Closing, base: string) => Iterable<string>;

const FORMATS: Readonly<Record<string, Format>> = { hledger: hledgerText, beancount: beancountText, csv: csvText, json: jsonText };

/** `bulkhead export ledger`: the books of a journal for other programs, read twice: once for what there is, once to write. */
export function exportLedger(shell: Shell, options: Options): 0 {
  const name = String(options["format"]);
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (format === undefined)
    throw new CommandFailure(
      "CLI_USAGE",
      { message: `--format ${name} is not one of ${Object.keys(FORMATS).join(", ")}` },
      { exitCode: 2 },
    );
  return withBooks(shell, String(options["data"]), (journal) => {
    const { closing, base, entries } = surveyOf(journal);
    const text = format(entriesOf(journal.read(1)), closing, base);
    const { output } = options;
    if (typeof output !== "string") {
      for (const part of text) shell.out(part);
      return 0;
    }
    write(resolve(shell.folder, output), output, text);
    print(shell, options["json"] === true, { written: output, format: name, entries }, () => `Wrote ${entries} entries to ${output}.\n`);
    return 0;
  });
}

function surveyOf(journal: StoredJournal): Readonly<{ closing: Closing; base: string; entries: number }> {
  const closing = new Closing();
  let base = "USD";
  let entries = 0;
  for (const record of journal.read(1)) {
    closing.learn(record);
    for (const event of record.events) {
      if (event.type === "AccountOpened") base = event.base.id;
      if ("postings" in event && event.postings.length > 0) entries += 1;
    }
  }
  return { closing, base, entries };
}

function write(path: string, shown: string, text: Iterable<string>): void {
  try {
    const file = openSync(path, "w", 0o600);
    try {
      let pending = "";
      for (const part of text) {
        pending += part;
        if (pending.length < 65_536) continue;
        writeSync(file, pending);
        pending = "";
      }
      writeSync(file, pending);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new CommandFailure("CLI_FILE_UNWRITABLE", { path: shown, reason: reasonOf(error) }, { cause: error });
  }
}
