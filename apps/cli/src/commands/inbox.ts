import type { AnswerOf, BodyOf } from "@bulkhead/contract";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { printChange, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";

type Item = AnswerOf<"listInbox">["data"][number];
type Answered = AnswerOf<"assignBreak">["data"];

const usage = (message: string): CommandFailure => new CommandFailure("CLI_USAGE", { message }, { exitCode: 2 });
const reasonOf = (options: Options): string => textOf(options, "reason") ?? "";

/** `bulkhead inbox list`: what nobody explained yet; with --all also what people answered. */
export async function inboxList(shell: Shell, options: Options): Promise<0> {
  const query = options["all"] === true ? {} : { status: "open" };
  const answer = await new Desk(shell, options).ask("listInbox", { query });
  print(shell, options["json"] === true, answer, () => {
    const named = answer.data.map((item) => ({ ...item, name: nameOf(item, answer.data) }));
    const rows = rowsText(
      [
        ["Break", "name"],
        ["Kind", "kind"],
        ["Asset", "asset"],
        ["Left", "left", "quantity"],
        ["Looks like", "proposal"],
        ["Status", "status"],
        ["Since (UTC)", "opened_at", "instant"],
      ],
      named,
      "The inbox is empty: the books have what the venue has.",
    );
    return rows + named.map(({ name, says }) => `${name}: ${says}\n`).join("");
  });
  return 0;
}

/** `bulkhead inbox claim BREAK --portfolio P [--amount N]`: gives what is left of it, or a part, to a portfolio. */
export async function inboxClaim(shell: Shell, options: Options, id = ""): Promise<0> {
  const portfolio = textOf(options, "portfolio") ?? "";
  const desk = new Desk(shell, options);
  const item = await itemOf(desk, id);
  const amount = textOf(options, "amount") ?? item.left;
  return await assigned(shell, options, desk, item, { shares: [{ portfolio_id: portfolio, amount }], reason: reasonOf(options) });
}

/** `bulkhead inbox split BREAK`: by what each portfolio holds, or as --share says. */
export async function inboxSplit(shell: Shell, options: Options, id = ""): Promise<0> {
  const written = (options["share"] as readonly string[] | undefined) ?? [];
  const shares = written.map((text) => {
    const [portfolio_id = "", amount = "", more] = text.split("=");
    if (amount === "" || more !== undefined) throw usage(`--share takes PORTFOLIO=AMOUNT, not ${text}`);
    return { portfolio_id, amount };
  });
  const desk = new Desk(shell, options);
  const item = await itemOf(desk, id);
  const reason = reasonOf(options);
  return await assigned(shell, options, desk, item, shares.length === 0 ? { pro_rata: true, reason } : { shares, reason });
}

async function assigned(shell: Shell, options: Options, desk: Desk, item: Item, body: BodyOf<"assignBreak">): Promise<0> {
  const done = await desk.change("assignBreak", { params: { break_id: item.break_id }, body });
  printChange(shell, options["json"] === true, done, () => answeredText(done.answer.data));
  return 0;
}

/** `bulkhead inbox write-off BREAK --as CATEGORY`: it stays unattributed's, and what it was is said. */
export async function inboxWriteOff(shell: Shell, options: Options, id = ""): Promise<0> {
  const desk = new Desk(shell, options);
  const { break_id } = await itemOf(desk, id);
  const category = (textOf(options, "as") ?? "").replaceAll("-", "_") as BodyOf<"writeOffBreak">["category"];
  const done = await desk.change("writeOffBreak", {
    params: { break_id: break_id },
    body: { category, reason: reasonOf(options) },
  });
  printChange(shell, options["json"] === true, done, () => answeredText(done.answer.data));
  return 0;
}

/** `bulkhead inbox undo ASSIGNMENT`: takes an answer back. */
export async function inboxUndo(shell: Shell, options: Options, id = ""): Promise<0> {
  const desk = new Desk(shell, options);
  const done = await desk.change("undoAssignment", {
    params: { assignment_id: id },
    body: { reason: reasonOf(options) },
  });
  printChange(shell, options["json"] === true, done, () => answeredText(done.answer.data));
  return 0;
}

function answeredText({ assignment_id, break: item }: Answered): string {
  const left =
    item === null || Number(item.left) === 0
      ? "nothing is left of it"
      : `${item.left} ${item.asset} is left of it, ${item.status.replace("_", " ")}`;
  return `Done: ${left}. To take it back: bulkhead inbox undo ${assignment_id} --reason "…"\n`;
}

/** The item of that id; or the only open one whose id begins so, or that is about that asset or symbol. */
export async function itemOf(desk: Desk, wanted: string): Promise<Item> {
  const { data } = await desk.ask("listInbox", {});
  const exact = data.find(({ break_id }) => break_id === wanted);
  if (exact !== undefined) return exact;
  const asset = wanted.toUpperCase();
  const isMeant = (item: Item): boolean => item.break_id.startsWith(wanted) || item.asset === asset || item.asset.startsWith(`${asset}@`);
  const meant = wanted === "" ? [] : data.filter(isMeant);
  const open = meant.filter(({ status }) => status === "open");
  const [only, ...others] = open.length > 0 ? open : meant;
  if (only === undefined) throw new CommandFailure("BREAK_UNKNOWN", { break: wanted });
  if (others.length > 0) throw usage(`${wanted} could be ${[only, ...others].map((item) => nameOf(item, data)).join(", ")}`);
  return only;
}

/** As much of its id as tells it from all others, part by part. */
function nameOf({ break_id }: Item, all: readonly Item[]): string {
  const parts = break_id.split(":");
  const names = parts.map((_, n) => parts.slice(0, n + 1).join(":")).slice(1);
  return names.find((name) => all.every((other) => other.break_id === break_id || !other.break_id.startsWith(name))) ?? break_id;
}

/** `bulkhead inbox orders`: orders at the venue that are not in the books. */
export async function externalOrders(shell: Shell, options: Options): Promise<0> {
  const answer = await new Desk(shell, options).ask("listExternalOrders", {});
  print(shell, options["json"] === true, answer, () =>
    rowsText(
      [
        ["Order", "venue_order_id"],
        ["Reference", "reference"],
        ["Client", "client"],
        ["Side", "side"],
        ["Quantity", "quantity", "quantity"],
        ["Filled", "filled", "quantity"],
        ["Instrument", "instrument"],
        ["Type", "order_type"],
        ["Limit", "limit", "price"],
        ["Whose", "portfolio_id"],
      ],
      answer.data,
      "Nobody else has orders in this account.",
    ),
  );
  return 0;
}

/** `bulkhead inbox claim-order ORDER --portfolio P`: what it fills from now on is that portfolio's. */
export async function claimOrder(shell: Shell, options: Options, id = ""): Promise<0> {
  const desk = new Desk(shell, options);
  const body = { portfolio_id: textOf(options, "portfolio") ?? "", reason: reasonOf(options) };
  const done = await desk.change("claimOrder", { params: { venue_order_id: id }, body });
  printChange(shell, options["json"] === true, done, () => {
    const { portfolio_id, proposed_rule: rule } = done.answer.data;
    const offer =
      rule === null
        ? ""
        : `A rule for all such orders (${rule.words}); put it into the configuration and run bulkhead apply:\n\n${rule.toml}`;
    return `What order ${id} fills is ${portfolio_id}'s from now on.\n${offer}`;
  });
  return 0;
}

/** `bulkhead inbox rules`: standing rules, the first that fits counts. */
export async function rules(shell: Shell, options: Options): Promise<0> {
  const answer = await new Desk(shell, options).ask("listAttributionRules", {});
  print(shell, options["json"] === true, answer, () =>
    answer.data.length === 0
      ? "There are no rules: [[attribute]] of the configuration makes some.\n"
      : answer.data.map(({ words }) => `${words}\n`).join(""),
  );
  return 0;
}

/** `bulkhead adopt INSTRUMENT [QUANTITY] --portfolio P`: moves what the account holds and nobody claimed into a portfolio, with its cost. */
export async function adopt(shell: Shell, options: Options, instrument = "", quantity = ""): Promise<0> {
  const desk = new Desk(shell, options);
  const { data } = await desk.ask("listPositions", { query: { portfolio_id: "unattributed" } });
  const wanted = instrument.toUpperCase();
  const found = data.filter((each) => each.instrument.toUpperCase() === wanted || each.symbol.toUpperCase() === wanted);
  const [only] = found;
  if (only === undefined) throw new CommandFailure("POSITION_FLAT", { portfolio: "unattributed", instrument });
  if (found.length > 1) throw usage(`${instrument} could be ${found.map((each) => each.instrument).join(", ")}`);
  const price = textOf(options, "price") ?? only.mark ?? only.average_entry_price?.replace("-", "");
  const body = {
    to_portfolio_id: textOf(options, "portfolio") ?? "",
    instrument: only.instrument,
    quantity: quantity === "" || quantity === "all" ? only.quantity : quantity,
    ...(price === undefined ? {} : { price }),
    reason: reasonOf(options) || "adopted",
  };
  const done = await desk.change("transfer", { params: { portfolio_id: "unattributed" }, body });
  printChange(
    shell,
    options["json"] === true,
    done,
    () => `${body.quantity} ${only.instrument} is ${body.to_portfolio_id}'s now, with its lots and their cost.\n`,
  );
  return 0;
}

/** `bulkhead search TEXT [--add INSTRUMENT]`: what can be traded at the account's venue; one of it is made known to the books. */
export async function search(shell: Shell, options: Options, text = ""): Promise<0> {
  const added = textOf(options, "add");
  if (added !== undefined) {
    const body = { instrument: added, q: text, reason: reasonOf(options) || `looked for ${text}` };
    const done = await new Desk(shell, options).change("addInstrument", { body });
    const { instrument, description, has_prices } = done.answer.data;
    const prices = has_prices ? "" : " The desk has no prices of it: [feed] symbols of the configuration names what it hears.";
    printChange(shell, options["json"] === true, done, () => `${instrument} (${description}) is known to the books.${prices}\n`);
    return 0;
  }
  const answer = await new Desk(shell, options).ask("searchInstruments", { query: { q: text } });
  print(shell, options["json"] === true, answer, () =>
    rowsText(
      [
        ["Instrument", "instrument"],
        ["What", "description"],
        ["Kind", "kind"],
        ["Currency", "currency"],
        ["Venue's key", "venue_key"],
        ["In the books", "in_books"],
        ["Prices", "has_prices"],
      ],
      answer.data,
      `The venue knows nothing like ${text}.`,
    ),
  );
  return 0;
}
