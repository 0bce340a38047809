import { setTimeout as pause } from "node:timers/promises";
import type { AnswerOf } from "@bulkhead/contract";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { cellOf, type Row } from "../desk/show.ts";
import { CommandFailure, type Options, type Shell } from "../shell.ts";
import { limitOf } from "./lists.ts";
import { definedOf } from "./order.ts";

const ASKED_EVERY_MS = 500;
const PAGE_MAX = 500;

/** `bulkhead logs [-f]`: the last lines in order of time; with `-f` every new one once, until Ctrl-C. With `--json` a line each. */
export async function logs(shell: Shell, options: Options): Promise<0> {
  let desk = new Desk(shell, options);
  const common = definedOf({
    portfolio_id: textOf(options, "portfolio") ?? "*",
    level: textOf(options, "level"),
    text: textOf(options, "text"),
    run_id: textOf(options, "run"),
  });
  const json = options["json"] === true;
  const say = (rows: readonly Row[]): void => {
    for (const row of rows) shell.out(json ? `${JSON.stringify(row)}\n` : lineText(row));
  };
  const first = await desk.ask("listLogs", { query: { ...common, limit: Math.min(limitOf(options), PAGE_MAX) } });
  const latest = first.data.toReversed();
  say(latest);
  if (options["follow"] !== true) return 0;
  let after = latest.at(-1)?.log_id ?? 0;
  const { stopped } = shell;
  let away = false;
  while (stopped?.aborted !== true) {
    const { data, silent } = await newerThan(desk, { ...common, after, limit: PAGE_MAX });
    if (silent !== away)
      shell.err(silent ? "Note: the desk is away; its next lines follow when it is back.\n" : "Note: the desk is back.\n");
    away = silent;
    // A desk that starts again may have another port; a key of the command line would be warned of again each time.
    if (silent && options["key"] === undefined) desk = deskAgain(shell, options) ?? desk;
    say(data);
    after = data.at(-1)?.log_id ?? after;
    if (data.length < PAGE_MAX) await pause(ASKED_EVERY_MS, undefined, definedOf({ signal: stopped })).catch(() => undefined);
  }
  return 0;
}

type Lines = AnswerOf<"listLogs">["data"];

/** The next lines; `silent` where the desk does not answer: it may come back, and its log goes on where it was. */
async function newerThan(
  desk: Desk,
  query: Readonly<Record<string, string | number>>,
): Promise<Readonly<{ data: Lines; silent: boolean }>> {
  try {
    const { data } = await desk.ask("listLogs", { query });
    return { data, silent: false };
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.exitCode !== 4) throw error;
    return { data: [], silent: true };
  }
}

/** The desk where it answers now; undefined while none does. */
function deskAgain(shell: Shell, options: Options): Desk | undefined {
  try {
    return new Desk(shell, options);
  } catch {
    return undefined;
  }
}

function lineText({ at, level, portfolio_id, source, message }: Row): string {
  return `${cellOf(at, "instant")} ${String(level).padEnd(5)} ${String(portfolio_id)} ${String(source)}: ${String(message)}\n`;
}
