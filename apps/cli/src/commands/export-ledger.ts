import { closeSync, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { LEDGER_FORMATS, exportLedger as ledgerOf } from "@bulkhead/store";
import { withBooks } from "../books.ts";
import { reasonOf } from "../configuration.ts";
import { textOf } from "../desk/find.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";

/** `bulkhead export ledger`: the books of a journal for other programs, read twice: once for what there is, once to write. */
export function exportLedger(shell: Shell, options: Options): 0 {
  const name = String(options["format"]);
  const format = LEDGER_FORMATS.find((each) => each === name);
  if (format === undefined)
    throw new CommandFailure("CLI_USAGE", { message: `--format ${name} is not one of ${LEDGER_FORMATS.join(", ")}` }, { exitCode: 2 });
  return withBooks(
    shell,
    String(options["data"]),
    (journal) => {
      const exported = ledgerOf(() => journal.read(1), format);
      const { output } = options;
      if (typeof output !== "string") {
        for (const part of exported.text) shell.out(part);
        return 0;
      }
      write(resolve(shell.folder, output), output, exported.text);
      print(
        shell,
        options["json"] === true,
        { written: output, format: name, entries: exported.entries },
        () => `Wrote ${exported.entries} entries to ${output}.\n`,
      );
      return 0;
    },
    textOf(options, "account"),
  );
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
