import type { AnswerOf, OperationId } from "@bulkhead/contract";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { flagOf, LISTED, type Listed, type ListedName } from "../desk/lists.ts";
import { rowsUpTo } from "../desk/pages.ts";
import { type Row, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, type Shell } from "../shell.ts";

type Page = Readonly<{ data: readonly Row[]; next_cursor: string | null; total?: Row | undefined }>;

/** `bulkhead positions`, `trades`, `ledger` … : one list of the desk, newest first where it is of the past. */
export async function list(shell: Shell, options: Options, name: ListedName, asked: Readonly<Record<string, string>> = {}): Promise<0> {
  const { operation, columns, none, filters, ofAll }: Listed = LISTED[name];
  const desk = new Desk(shell, options);
  const query = {
    ...(ofAll === true ? {} : { portfolio_id: textOf(options, "portfolio") ?? "*" }),
    ...asked,
    ...Object.fromEntries(filters.map((filter) => [filter, textOf(options, camel(flagOf(filter)))])),
  };
  const ask = (page: Row): Promise<AnswerOf<OperationId> & Page> =>
    desk.ask(operation as "listTrades", { query: { ...query, ...page } as Record<string, string> }) as Promise<
      AnswerOf<OperationId> & Page
    >;
  const { frame, rows, next } = await rowsUpTo(limitOf(options), ask);
  if (options["json"] === true) {
    shell.out(`${JSON.stringify({ ...frame, data: rows, next_cursor: next }, null, 2)}\n`);
    return 0;
  }
  shell.out(rowsText(columns, frame.total === undefined ? rows : [...rows, { ...frame.total, portfolio_id: "account" }], none));
  if (next !== null) shell.err(`There are more: --limit ${2 * rows.length}\n`);
  return 0;
}

/** `orders`: the open ones, or with `--all` all that there ever were. */
export const orders = (shell: Shell, options: Options): Promise<0> =>
  list(shell, options, options["all"] === true ? "order-history" : "orders");

/** `bulkhead bars INSTRUMENT`: its latest bars. */
export const bars = (shell: Shell, options: Options, instrument = ""): Promise<0> => list(shell, options, "bars", { instrument });

const LIMIT = 50;
const LIMIT_MAX = 1_000_000;

/** `--limit` as a number of rows. */
export function limitOf(options: Options): number {
  const text = textOf(options, "limit");
  if (text === undefined) return LIMIT;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new CommandFailure("CLI_USAGE", { message: `--limit takes a whole number from 1 to ${LIMIT_MAX}, not ${text}` }, { exitCode: 2 });
}

const camel = (name: string): string => name.replaceAll(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
