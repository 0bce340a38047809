import type { AnswerOf } from "@bulkhead/contract";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { cellOf, printChange, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";
import { definedOf } from "./order.ts";

/** `bulkhead stop` alone: says which stops there are, and stops nothing. */
export function stopUnclear(): never {
  throw new CommandFailure("CLI_STOP_UNCLEAR", {}, { exitCode: 2 });
}

/** `bulkhead stop list`: the armed stops, trailing stops and targets. */
export async function stopList(shell: Shell, options: Options): Promise<0> {
  const answer = await new Desk(shell, options).ask("listProtections", {
    query: { portfolio_id: textOf(options, "portfolio") ?? "*", limit: 500 },
  });
  print(shell, options["json"] === true, answer, () =>
    rowsText(
      [
        ["Portfolio", "portfolio_id"],
        ["Instrument", "instrument"],
        ["Direction", "direction"],
        ["Stop", "stop_price", "price"],
        ["Trails by", "trailing_distance", "price"],
        ["In force", "effective_stop_price", "price"],
        ["Target", "take_profit_price", "price"],
        ["Armed (UTC)", "armed_at", "instant"],
        ["Exiting", "exiting"],
      ],
      answer.data,
      "Nothing is armed.",
    ),
  );
  return 0;
}

/** `bulkhead stop set INSTRUMENT`: arms or moves the exits that are named; the others stay. */
export async function stopSet(shell: Shell, options: Options, instrument = ""): Promise<0> {
  const exits = definedOf({
    stop_price: textOf(options, "price"),
    take_profit_price: textOf(options, "target"),
    trailing_distance: textOf(options, "trailing"),
  });
  if (Object.keys(exits).length === 0)
    throw new CommandFailure("CLI_USAGE", { message: "say --price, --target or --trailing" }, { exitCode: 2 });
  return await change(shell, options, instrument, exits);
}

/** `bulkhead stop clear INSTRUMENT`: takes away the exits that are named, all of them where none is. */
export async function stopClear(shell: Shell, options: Options, instrument = ""): Promise<0> {
  const named = [options["price"], options["target"], options["trailing"]].some((each) => each === true);
  const cleared = (name: string): null | undefined => (!named || options[name] === true ? null : undefined);
  const exits = definedOf({
    stop_price: cleared("price"),
    take_profit_price: cleared("target"),
    trailing_distance: cleared("trailing"),
  });
  return await change(shell, options, instrument, exits);
}

type Exits = Readonly<{ stop_price?: string | null; take_profit_price?: string | null; trailing_distance?: string | null }>;

async function change(shell: Shell, options: Options, instrument: string, exits: Exits): Promise<0> {
  const body = { instrument, ...definedOf({ portfolio_id: textOf(options, "portfolio") }), ...exits };
  const changed = await new Desk(shell, options).change("setProtection", { body });
  printChange(shell, options["json"] === true, changed, () => armedText(instrument, changed.answer.data));
  return 0;
}

function armedText(instrument: string, armed: AnswerOf<"setProtection">["data"]): string {
  if (armed === null) return `${instrument}: nothing is armed any more.\n`;
  const { portfolio_id, stop_price, take_profit_price, trailing_distance, effective_stop_price } = armed;
  const parts = [
    stop_price === null ? undefined : `stop ${cellOf(stop_price, "price")}`,
    trailing_distance === null
      ? undefined
      : `trailing by ${cellOf(trailing_distance, "price")}, now ${cellOf(effective_stop_price, "price")}`,
    take_profit_price === null ? undefined : `target ${cellOf(take_profit_price, "price")}`,
  ];
  return `${portfolio_id} ${armed.instrument}: ${parts.filter((part) => part !== undefined).join(", ")}\n`;
}
