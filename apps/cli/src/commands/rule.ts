import type { AnswerOf, BodyOf } from "@bulkhead/contract";
import { Desk } from "../desk/desk.ts";
import { textOf } from "../desk/find.ts";
import { printChange, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";

type Rule = AnswerOf<"listAttributionRules">["data"][number];
type Parts = Omit<BodyOf<"changeAttributionRule">, "reason">;

const usage = (message: string): CommandFailure => new CommandFailure("CLI_USAGE", { message }, { exitCode: 2 });
const reasonOf = (options: Options): string => textOf(options, "reason") ?? "";

/** `bulkhead rule list`: standing rules, the first that fits counts. */
export async function ruleList(shell: Shell, options: Options): Promise<0> {
  const answer = await new Desk(shell, options).ask("listAttributionRules", {});
  print(shell, options["json"] === true, answer, () =>
    rowsText(
      [
        ["Place", "place"],
        ["Rule", "rule_id"],
        ["Whose", "portfolio_id"],
        ["Reference begins with", "reference"],
        ["Client", "client"],
        ["Instrument", "instrument"],
      ],
      answer.data,
      "There are no rules: bulkhead rule add makes one, and so does [[attribute]] of the configuration.",
    ),
  );
  return 0;
}

/** `bulkhead rule add --portfolio P --reference TEXT`: whose what comes from now on is. */
export async function ruleAdd(shell: Shell, options: Options): Promise<0> {
  const portfolio = textOf(options, "portfolio") ?? "";
  const body = { ...partsOf(options), portfolio_id: portfolio, reason: reasonOf(options) };
  const done = await new Desk(shell, options).change("createAttributionRule", { body });
  printChange(shell, options["json"] === true, done, () => `Set: ${done.answer.data.words}.\n`);
  return 0;
}

/** `bulkhead rule change RULE …`: what is not said stays as it is. */
export async function ruleChange(shell: Shell, options: Options, named = ""): Promise<0> {
  const desk = new Desk(shell, options);
  const rule = await ruleOf(desk, named);
  const portfolio = textOf(options, "portfolio");
  const body = { ...partsOf(options), ...(portfolio === undefined ? {} : { portfolio_id: portfolio }), reason: reasonOf(options) };
  const done = await desk.change("changeAttributionRule", { params: { rule_id: rule.rule_id }, body, ifMatch: `"${rule.version}"` });
  printChange(shell, options["json"] === true, done, () => `Changed: ${done.answer.data.words}.\n`);
  return 0;
}

/** `bulkhead rule remove RULE`: what it sorted stays where it is. */
export async function ruleRemove(shell: Shell, options: Options, named = ""): Promise<0> {
  const desk = new Desk(shell, options);
  const rule = await ruleOf(desk, named);
  const asked = { params: { rule_id: rule.rule_id }, query: { reason: reasonOf(options) }, ifMatch: `"${rule.version}"` };
  const done = await desk.change("removeAttributionRule", asked);
  printChange(shell, options["json"] === true, done, () => `Taken away: ${rule.words}.\n`);
  return 0;
}

/** `bulkhead rule try …`: what of the inbox and of the orders of others a rule would sort, before it is set. */
export async function ruleTry(shell: Shell, options: Options, named = ""): Promise<0> {
  const desk = new Desk(shell, options);
  const rule = named === "" ? undefined : await ruleOf(desk, named);
  const portfolio = textOf(options, "portfolio");
  if (rule === undefined && portfolio === undefined) throw usage("say whose it would be with --portfolio, or name a rule");
  const answer = await desk.ask("previewAttributionRule", {
    body: {
      ...partsOf(options),
      ...(portfolio === undefined ? {} : { portfolio_id: portfolio }),
      ...(rule === undefined ? {} : { rule_id: rule.rule_id }),
      ...(options["remove"] === true ? { remove: true } : {}),
    },
  });
  const { data } = answer;
  print(shell, options["json"] === true, answer, () => {
    const head = data.rule === null ? "Without that rule" : `If ${data.rule.words}`;
    const lost = data.unknown === 0 ? "" : ` Of ${data.unknown} nobody knows any more who sent them.`;
    const rows = rowsText(
      [
        ["What", "kind"],
        ["Quantity", "quantity", "quantity"],
        ["Instrument", "instrument"],
        ["Reference", "reference"],
        ["Client", "client"],
        ["Now", "from_portfolio_id"],
        ["Then", "to_portfolio_id"],
      ],
      data.sorts,
      "Nothing would be sorted otherwise.",
    );
    return `${head}, of the ${data.looked_at} that are there now:${lost}\n${rows}`;
  });
  return 0;
}

/** What a rule is told by; an empty text takes a part away. */
function partsOf(options: Options): Parts {
  const part = (name: string): string | null | undefined => {
    const text = textOf(options, name);
    return text === "" ? null : text;
  };
  const [reference, client, instrument] = [part("reference"), part("client"), part("instrument")];
  const place = textOf(options, "place");
  if (place !== undefined && !/^[1-9]\d{0,3}$/.test(place)) throw usage(`--place takes a number from 1, not ${place}`);
  return {
    ...(reference === undefined ? {} : { reference }),
    ...(client === undefined ? {} : { client }),
    ...(instrument === undefined ? {} : { instrument }),
    ...(place === undefined ? {} : { place: Number(place) }),
  };
}

/** By its place, or by as much of its id as tells it apart. */
async function ruleOf(desk: Desk, named: string): Promise<Rule> {
  const { data } = await desk.ask("listAttributionRules", {});
  const found = data.filter(({ rule_id, place }) => String(place) === named || rule_id.startsWith(named));
  const exact = found.find(({ rule_id, place }) => rule_id === named || String(place) === named) ?? found[0];
  if (exact === undefined) throw new CommandFailure("RULE_UNKNOWN", { rule: named });
  if (found.length > 1 && exact.rule_id !== named && String(exact.place) !== named)
    throw usage(`${named} begins ${found.length} ids: ${found.map(({ rule_id }) => rule_id).join(", ")}`);
  return exact;
}
