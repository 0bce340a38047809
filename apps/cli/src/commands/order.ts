import type { AnswerOf, BodyOf } from "@bulkhead/contract";
import { type Changed, Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { cellOf, fieldsText, printChange, type Row } from "../desk/show.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";

/** `bulkhead order place SIDE QUANTITY INSTRUMENT`: places an order, or with `--preview` says what placing would do now. */
export async function orderPlace(shell: Shell, options: Options, side = "", quantity = "", instrument = ""): Promise<0 | 1> {
  const body = wishOf(options, side, quantity, instrument);
  const desk = new Desk(shell, options);
  const json = options["json"] === true;
  if (options["preview"] === true || options["dryRun"] === true) {
    const { data, ...frame } = await desk.ask("previewOrder", { body });
    print(shell, json, { ...frame, data }, () => previewText(data));
    return data.would === "place" || data.would === "reduce" ? 0 : 1;
  }
  const placed = await desk.change("placeOrder", { body });
  printChange(shell, json, placed, () => placedText(placed));
  return 0;
}

function wishOf(options: Options, side: string, quantity: string, instrument: string): BodyOf<"placeOrder"> {
  if (side !== "buy" && side !== "sell") throw usage(`an order is to buy or to sell, not to ${side}`);
  const limit = textOf(options, "limit");
  const stop = textOf(options, "stop");
  const choice = <W extends string>(name: string, words: readonly W[]): W | undefined => {
    const word = textOf(options, name);
    if (word === undefined || words.includes(word as W)) return word as W | undefined;
    throw usage(`${word} is not one of ${words.join(", ")}`);
  };
  const type = limit === undefined ? (stop === undefined ? "market" : "stop") : stop === undefined ? "limit" : "stop_limit";
  const said = {
    portfolio_id: textOf(options, "portfolio"),
    limit_price: limit,
    stop_price: stop,
    time_in_force: choice("timeInForce", ["day", "gtc", "gtd", "ioc", "fok"]),
    expires_at: textOf(options, "expiresAt"),
    stop_loss_price: textOf(options, "stopLoss"),
    take_profit_price: textOf(options, "takeProfit"),
    trailing_distance: textOf(options, "trailing"),
    reason: textOf(options, "reason"),
    sizing: options["reduce"] === true ? ("reduce" as const) : undefined,
    reduce_only: options["reduceOnly"] === true ? true : undefined,
    allow_duplicate: options["allowDuplicate"] === true ? true : undefined,
  };
  return { instrument, side, quantity, order_type: type, ...definedOf(said) };
}

/** Without what nobody said: for the wire that is not the same as undefined. */
type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
export const definedOf = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;

const usage = (message: string): CommandFailure => new CommandFailure("CLI_USAGE", { message }, { exitCode: 2 });

function previewText(preview: AnswerOf<"previewOrder">["data"]): string {
  const { would, sentence, portfolio_id, side, asked, allowed, instrument, quote, notional, reserved, reserved_asset } = preview;
  const amount = (value: string): string => cellOf(value, "quantity");
  const verdict = {
    place: `would be placed: ${side} ${amount(allowed)} ${instrument}`,
    reduce: `would be placed smaller: ${side} ${amount(allowed)} of ${amount(asked)} ${instrument}`,
    deny: `would be denied: ${side} ${amount(asked)} ${instrument}`,
    refuse: `would be refused: ${side} ${amount(asked)} ${instrument}`,
  }[would];
  const worth = notional === null ? "" : `  worth ${cellOf(notional, "money")} at ${cellOf(quote, "price")}`;
  const held = reserved_asset === null ? "" : `, holds back ${cellOf(reserved, "money")} ${reserved_asset}`;
  return `${portfolio_id}: ${verdict}\n${worth === "" ? "" : `${worth}${held}\n`}${sentence === null ? "" : `  ${sentence}\n`}Nothing was placed.\n`;
}

function placedText({ answer }: Changed<"placeOrder">): string {
  const { order, receipt } = answer.data;
  if (order === null) return "The order was placed, and has left the engine since: `bulkhead orders --all` shows it.\n";
  const { order_id, portfolio_id, side, quantity, instrument, status } = order;
  const reduced =
    receipt?.verdict === "reduced"
      ? `  asked ${cellOf(receipt.asked, "quantity")}, allowed ${cellOf(receipt.allowed, "quantity")}: ${receipt.sentence ?? ""}\n`
      : "";
  return `Order ${order_id} of ${portfolio_id}: ${side} ${cellOf(quantity, "quantity")} ${instrument}, ${status}\n${reduced}`;
}

/** `bulkhead order replace ID`: less quantity, or other prices. */
export async function orderReplace(shell: Shell, options: Options, id = ""): Promise<0> {
  const body = definedOf({
    quantity: textOf(options, "quantity"),
    limit_price: textOf(options, "limit"),
    stop_price: textOf(options, "stop"),
  });
  if (Object.keys(body).length === 0) throw usage("say --quantity, --limit or --stop");
  const replaced = await new Desk(shell, options).change("replaceOrder", { params: { order_id: orderId(id) }, body });
  printChange(shell, options["json"] === true, replaced, () => orderText("replaced", replaced.answer.data));
  return 0;
}

/** `bulkhead order cancel ID`: asks the venue to cancel. */
export async function orderCancel(shell: Shell, options: Options, id = ""): Promise<0> {
  const body = definedOf({ reason: textOf(options, "reason") });
  const canceled = await new Desk(shell, options).change("cancelOrder", { params: { order_id: orderId(id) }, body });
  printChange(shell, options["json"] === true, canceled, () => orderText("asked to cancel", canceled.answer.data));
  return 0;
}

/** `bulkhead order show ID`: one order of today. */
export async function orderShow(shell: Shell, options: Options, id = ""): Promise<0> {
  const answer = await new Desk(shell, options).ask("getOrder", { params: { order_id: orderId(id) } });
  print(shell, options["json"] === true, answer, () => fieldsText(answer.data));
  return 0;
}

function orderId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw usage(`an order is named by its number, not by ${text}`);
}

const orderText = (what: string, order: Row | null): string =>
  order === null
    ? "The order has ended and left the engine.\n"
    : `Order ${String(order["order_id"])} ${what}: ${String(order["side"])} ${cellOf(order["leaves"], "quantity")} of ${cellOf(order["quantity"], "quantity")} ${String(order["instrument"])} open, ${String(order["status"])}\n`;
