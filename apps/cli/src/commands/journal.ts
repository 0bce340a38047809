import type { JournalRecord } from "@bulkhead/core";
import { JournalPrinter } from "@bulkhead/store";
import { withBooks } from "../books.ts";
import { textOf } from "../desk/find.ts";
import { CommandFailure, type Options, type Shell } from "../shell.ts";

/** `bulkhead journal DIR`: one JSON object a line. Every record is read, because what was before defines what figures mean. */
export function journal(shell: Shell, options: Options, folder = ""): 0 {
  const wanted = filterOf(options);
  return withBooks(
    shell,
    folder,
    (books) => {
      const printer = new JournalPrinter();
      let lines: string[] = [];
      const flush = (): void => {
        if (lines.length > 0) shell.out(`${lines.join("\n")}\n`);
        lines = [];
      };
      for (const record of books.read(1)) {
        if (record.seq > wanted.to) break;
        if (!wanted.takes(record)) {
          printer.learn(record);
          continue;
        }
        lines.push(JSON.stringify(printer.print(record)));
        if (lines.length >= 256) flush();
      }
      flush();
      return 0;
    },
    textOf(options, "account"),
  );
}

function filterOf(options: Options): Readonly<{ to: number; takes: (record: JournalRecord) => boolean }> {
  const from = sequence(options, "from") ?? 1;
  const to = sequence(options, "to") ?? Number.POSITIVE_INFINITY;
  const types = typeof options["type"] === "string" ? new Set(options["type"].split(",").map((each) => each.trim())) : undefined;
  const { portfolio } = options;
  const takes = (record: JournalRecord): boolean =>
    record.seq >= from &&
    (types === undefined || types.has(record.command.type) || record.events.some((event) => types.has(event.type))) &&
    (typeof portfolio !== "string" || names(record, portfolio));
  return { to, takes };
}

function sequence(options: Options, name: string): number | undefined {
  const value = options[name];
  if (typeof value !== "string") return undefined;
  if (!/^[1-9]\d{0,14}$/.test(value))
    throw new CommandFailure("CLI_USAGE", { message: `--${name} ${value} is not a record's number` }, { exitCode: 2 });
  return Number(value);
}

/** Whether anything in the record says the portfolio's id. */
function names(value: unknown, portfolio: string): boolean {
  if (value === portfolio) return true;
  return typeof value === "object" && value !== null && Object.values(value).some((item) => names(item, portfolio));
}
