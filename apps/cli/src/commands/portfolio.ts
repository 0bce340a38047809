import type { AnswerOf, BodyOf } from "@bulkhead/contract";
import { confirmed } from "../desk/confirm.ts";
import { type Changed, Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { settingsOf } from "../desk/settings.ts";
import { cellOf, fieldsText, printChange, type Row } from "../desk/show.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";
import { definedOf } from "./order.ts";

type Detail = AnswerOf<"getPortfolio">["data"];
type Stated = Readonly<Pick<Changed<"pausePortfolio">, "answer" | "key" | "repeated">>;

/** `bulkhead portfolio show ID`: one portfolio with its figures and settings. */
export async function portfolioShow(shell: Shell, options: Options, id = ""): Promise<0> {
  const answer = await new Desk(shell, options).ask("getPortfolio", { params: { portfolio_id: id } });
  print(shell, options["json"] === true, answer, () => fieldsText(answer.data));
  return 0;
}

/** `bulkhead portfolio create ID --starting-cash AMOUNT`: from the account's free cash. */
export async function portfolioCreate(shell: Shell, options: Options, id = ""): Promise<0> {
  const body = {
    portfolio_id: id,
    starting_cash: textOf(options, "startingCash") ?? "",
    ...definedOf({ active: options["paused"] === true ? false : undefined }),
    ...settingsOf(options),
  };
  const created = await new Desk(shell, options).change("createPortfolio", { body });
  printChange(shell, options["json"] === true, created, () => {
    const { portfolio_id, equity, base_currency, status } = created.answer.data;
    return `Portfolio ${portfolio_id} has ${cellOf(equity, "money")} ${base_currency} and is ${status}.\n`;
  });
  return 0;
}

/** `bulkhead portfolio configure ID`: changes settings, at the version that was seen where one is given. */
export async function portfolioConfigure(shell: Shell, options: Options, id = ""): Promise<0> {
  const body = settingsOf(options);
  if (Object.keys(body).length === 0)
    throw new CommandFailure("CLI_USAGE", { message: "say what to change: --set max_position_pct=5%" }, { exitCode: 2 });
  const version = textOf(options, "ifVersion");
  const configured = await new Desk(shell, options).change("patchPortfolio", {
    params: { portfolio_id: id },
    body,
    ...(version === undefined ? {} : { ifMatch: `"${version}"` }),
  });
  printChange(shell, options["json"] === true, configured, () => {
    const data: Row = configured.answer.data;
    const shown = Object.keys(body).map((name) => [name, data[name] ?? null]);
    return `Portfolio ${configured.answer.data.portfolio_id}, version ${configured.answer.data.version}:\n${fieldsText(Object.fromEntries(shown))}`;
  });
  return 0;
}

/** `bulkhead portfolio pause ID`: only exits and cancels from now on. */
export const portfolioPause = (shell: Shell, options: Options, id = ""): Promise<0> => state(shell, options, "pausePortfolio", id);
/** `bulkhead portfolio resume ID`: it trades again. */
export const portfolioResume = (shell: Shell, options: Options, id = ""): Promise<0> => state(shell, options, "resumePortfolio", id);

/** `bulkhead portfolio archive ID`: ends it for good; flat and without orders. Asked about. */
export async function portfolioArchive(shell: Shell, options: Options, id = ""): Promise<0> {
  if (options["dryRun"] === true) return await archivePreview(shell, options, id);
  await confirmed(shell, options, `ends portfolio ${id} for good; its history stays`);
  return await state(shell, options, "archivePortfolio", id);
}

async function archivePreview(shell: Shell, options: Options, id: string): Promise<0> {
  const { data, ...frame } = await new Desk(shell, options).ask("getPortfolio", { params: { portfolio_id: id } });
  const { open_positions, open_orders, status } = data;
  const possible = open_positions === 0 && open_orders === 0 && status !== "archived";
  print(
    shell,
    options["json"] === true,
    { ...frame, data: { portfolio_id: data.portfolio_id, status, open_positions, open_orders, possible } },
    () =>
      possible
        ? `${data.portfolio_id} can be archived: it is flat and has no orders. Nothing was done.\n`
        : `${data.portfolio_id} cannot be archived: it is ${status}, with ${open_positions} positions and ${open_orders} orders. Nothing was done.\n`,
  );
  return 0;
}

type StateOperation = "pausePortfolio" | "resumePortfolio" | "archivePortfolio";

async function state(shell: Shell, options: Options, operation: StateOperation, id: string): Promise<0> {
  const body = { reason: textOf(options, "reason") ?? "" };
  const changed: Stated = await new Desk(shell, options).change(operation, { params: { portfolio_id: id }, body });
  printChange(shell, options["json"] === true, changed, () => stateText(changed.answer.data));
  return 0;
}

const stateText = ({ portfolio_id, status, trading_state, state_reason }: Detail): string =>
  `Portfolio ${portfolio_id} is ${status}${status === "archived" ? "" : ` (${trading_state}${state_reason === "" ? "" : `: ${state_reason}`})`}.\n`;

/** `bulkhead portfolio transfer FROM TO [AMOUNT]`: cash, or with `--instrument` and `--quantity` a position in kind. */
export async function portfolioTransfer(shell: Shell, options: Options, from = "", to = "", amount?: string): Promise<0> {
  const body: BodyOf<"transfer"> = {
    to_portfolio_id: to,
    reason: textOf(options, "reason") ?? "",
    ...definedOf({
      amount,
      asset: textOf(options, "asset"),
      instrument: textOf(options, "instrument"),
      quantity: textOf(options, "quantity"),
      price: textOf(options, "price"),
    }),
  };
  const desk = new Desk(shell, options);
  if (options["preview"] === true || options["dryRun"] === true) {
    const answer = await desk.ask("previewTransfer", { params: { portfolio_id: from }, body });
    print(shell, options["json"] === true, answer, () => transferText(answer.data));
    return 0;
  }
  const moved = await desk.change("transfer", { params: { portfolio_id: from }, body });
  printChange(shell, options["json"] === true, moved, () => {
    const { from: left, to: right } = moved.answer.data as Readonly<{ from: Row | null; to: Row | null }>;
    const line = (row: Row | null): string =>
      row === null
        ? ""
        : `${String(row["portfolio_id"])}: cash ${cellOf(row["cash"], "money")}, equity ${cellOf(row["equity"], "money")}\n`;
    const what =
      amount === undefined ? `${String(body.quantity)} ${String(body.instrument)}` : `${cellOf(amount, "money")} ${body.asset ?? ""}`;
    return `Moved ${what.trim()} from ${from} to ${to}.\n${line(left)}${line(right)}`;
  });
  return 0;
}

function transferText({ kind, value, from, to, lots }: AnswerOf<"previewTransfer">["data"]): string {
  const end = ({ portfolio_id, equity_before, equity_after }: typeof from): string =>
    `${portfolio_id}: equity ${cellOf(equity_before, "money")}, then ${cellOf(equity_after, "money")}\n`;
  const moved = kind === "cash" ? "cash" : `a position of ${lots.length} ${lots.length === 1 ? "lot" : "lots"}`;
  return `Would move ${moved} worth ${cellOf(value, "money")}\n${end(from)}${end(to)}Nothing was moved.\n`;
}
