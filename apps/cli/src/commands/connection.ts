import type { AnswerOf } from "@bulkhead/contract";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { rowsUpTo } from "../desk/pages.ts";
import { printChange, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";
import { limitOf } from "./lists.ts";

type Connection = AnswerOf<"listConnections">["data"][number];

/** `bulkhead connection`: how each account stands with whoever keeps it. */
export async function connections(shell: Shell, options: Options): Promise<0> {
  const answer = await new Desk(shell, options).ask("listConnections", {});
  print(shell, options["json"] === true, answer, () => answer.data.map(connectionText).join("\n"));
  return 0;
}

/** `bulkhead connect [account]`: connects it again, also after it was refused. */
export const connect = (shell: Shell, options: Options, account?: string): Promise<0> => changed(shell, options, "connectAccount", account);

/** `bulkhead disconnect [account]`: until it is told to connect, or the desk starts anew. Orders at the venue stay. */
export const disconnect = (shell: Shell, options: Options, account?: string): Promise<0> =>
  changed(shell, options, "disconnectAccount", account);

/** `bulkhead adopt-history [account]`: a person answers for what the broker's history lacks. */
export const adoptHistory = (shell: Shell, options: Options, account?: string): Promise<0> =>
  changed(shell, options, "adoptHistory", account);

async function changed(
  shell: Shell,
  options: Options,
  id: "connectAccount" | "disconnectAccount" | "adoptHistory",
  named?: string,
): Promise<0> {
  const desk = new Desk(shell, options);
  const account = named ?? textOf(options, "account") ?? (await onlyAttached(desk));
  const done = await desk.change(id, { params: { account_id: account }, body: { reason: textOf(options, "reason") ?? "asked for" } });
  printChange(shell, options["json"] === true, done, () => connectionText(done.answer.data));
  return 0;
}

/** `bulkhead reconcile`: compares the books with the venue now. */
export async function reconcileNow(shell: Shell, options: Options): Promise<0> {
  const desk = new Desk(shell, options);
  const done = await desk.change("reconcile", { body: { reason: textOf(options, "reason") ?? "asked for" } });
  printChange(shell, options["json"] === true, done, () => connectionText(done.answer.data));
  return 0;
}

/** The one account that a broker keeps. */
async function onlyAttached(desk: Desk): Promise<string> {
  const { data } = await desk.ask("listConnections", {});
  const attached = data.filter(({ state }) => state !== "simulated").map(({ account_id }) => account_id);
  const [only] = attached;
  if (attached.length === 1 && only !== undefined) return only;
  throw new CommandFailure("CLI_ACCOUNT_UNKNOWN", { account: "said", accounts: attached.join(", ") }, { exitCode: 2 });
}

function connectionText(connection: Connection): string {
  const { account_id, venue, state, venue_account, mode, access, reason, compared, compared_at, open_breaks, unknown_orders } = connection;
  const who = venue_account === null ? "" : ` as ${venue_account}`;
  const head = `${account_id}: ${venue}${who} is ${state}, ${mode}, ${access}${reason === "" ? "" : `: ${reason}`}\n`;
  if (state === "simulated") return `${account_id}: the venue is simulated\n`;
  const when = compared_at === null ? "never" : compared_at.replace("T", " ").slice(0, 19);
  const lines = [
    ...connection.clients.map(clientText),
    `  compared: ${when}${compared ? "" : ", and not since it connected: only cancels are sent"}\n`,
    open_breaks === 0 ? "" : `  inbox: ${open_breaks} that nobody explained (bulkhead inbox)\n`,
    unknown_orders === 0 ? "" : `  orders: ${unknown_orders} that nobody knows about\n`,
    connection.failing.length === 0 ? "" : `  not answered: ${connection.failing.join(", ")}\n`,
    connection.history_gap === null
      ? ""
      : `  history: HISTORY_TOO_SHORT: nothing tells what was executed ${missingText(connection)} (bulkhead import flex, or bulkhead adopt-history)\n`,
    ...connection.refused_facts.map(({ type, code, about }) => `  not booked: ${type}: ${code}: ${about}\n`),
  ];
  return head + lines.join("");
}

/** Whose orders go over an id of its own, and why they do not. */
function clientText({ client_id, state, reason, portfolios, strategies }: Connection["clients"][number]): string {
  const whose = [...portfolios, ...strategies.map((strategy) => `strategy ${strategy}`)].join(", ");
  return `  client ${client_id} (${whose}): ${state}${reason === "" ? "" : `: ${reason}`}\n`;
}

const missingText = ({ history_missing }: Connection): string =>
  history_missing.map(({ from, to }) => `from ${minuteOf(from)} to ${minuteOf(to)}`).join(", ");
const minuteOf = (at: string): string => `${at.slice(0, 16).replace("T", " ")} UTC`;

/** `bulkhead reconciliations`: comparisons, newest first, as far back as there are any. */
export async function reconciliations(shell: Shell, options: Options): Promise<0> {
  const desk = new Desk(shell, options);
  const outcome = textOf(options, "outcome");
  const narrowed = outcome === undefined ? {} : { outcome };
  const { frame, rows, next } = await rowsUpTo(limitOf(options), (page) =>
    desk.ask("listReconciliations", { query: { ...narrowed, ...page } }),
  );
  print(shell, options["json"] === true, { ...frame, data: rows, next_cursor: next }, () =>
    rowsText(
      [
        ["At (UTC)", "at", "instant"],
        ["Outcome", "outcome"],
        ["Positions", "positions"],
        ["Currencies", "cash"],
        ["Differ", "differences"],
      ],
      rows,
      outcome === undefined ? "Nothing was compared yet." : `No comparison ever came to that: ${outcome}.`,
    ),
  );
  if (next !== null && options["json"] !== true) shell.err(`There are more: --limit ${2 * rows.length}\n`);
  return 0;
}
