import type { AnswerOf } from "@bulkhead/contract";
import type { Held } from "../../shared/api/book.ts";
import { compare, sign, sum } from "../../shared/format/amount.ts";

export type Item = AnswerOf<"listInbox">["data"][number];
export type Share = Readonly<{ portfolio_id: string; amount: string }>;

/** What a difference is called. */
export const KINDS: Readonly<Record<Item["kind"], string>> = {
  position: "position",
  cash: "cash",
  unknown_order: "trade of others",
  external_order: "order of others",
  vanished_order: "order that vanished",
  missed_fill: "fill that was missed",
  revived_order: "order that came back",
};

/** What it probably is, in words. */
export const PROPOSALS: Readonly<Record<Item["proposal"], string>> = {
  none: "nothing proposed",
  manual_trade: "a trade by hand",
  missed_fill: "a fill that was missed",
  split: "a split",
  dividend: "a dividend",
  interest: "interest",
  airdrop: "an airdrop",
  fee: "a fee",
  rounding: "rounding",
  transfer: "a transfer",
};

export const CATEGORIES = ["fee", "dividend", "interest", "airdrop", "rounding", "trade", "split", "transfer"] as const;
export type Category = (typeof CATEGORIES)[number];

/** As what the proposal would be written off. */
export const categoryOf = (proposal: Item["proposal"]): Category =>
  proposal === "manual_trade" || proposal === "missed_fill" ? "trade" : proposal === "none" ? "rounding" : proposal;

/** Whether there is something of it to give away. */
export const isLeft = ({ left, status }: Item): boolean => status === "open" && sign(left) !== 0;

const negated = (text: string): string => (text.startsWith("-") ? text.slice(1) : `-${text}`);
const absolute = (text: string): string => text.replace("-", "");

/** What would still be nobody's. */
export const leftAfter = (item: Item, shares: readonly Share[]): string => sum([item.left, ...shares.map(({ amount }) => negated(amount))]);

/** Why shares cannot be given so; undefined where they can. */
export function objectionTo(item: Item, shares: readonly Share[]): string | undefined {
  if (shares.length === 0) return "Nobody is given anything.";
  if (shares.some(({ portfolio_id }) => portfolio_id === "")) return "To whom?";
  if (shares.some(({ amount }) => !/^-?\d+(\.\d+)?$/.test(amount) || sign(amount) === 0)) return "Every share needs an amount.";
  if (shares.some(({ amount }) => sign(amount) !== sign(item.left))) return `Every share has the sign of what is left: ${item.left}.`;
  if (compare(absolute(sum(shares.map(({ amount }) => amount))), absolute(item.left)) > 0)
    return `That is more than what is left: ${item.left}.`;
  return undefined;
}

/** One owner before and after; `before` is null where the page does not know it. */
export type Standing = Readonly<{ owner: string; before: string | null; by: string; after: string | null }>;

/** How owners would stand: those who are given something, and `unattributed`, which gives it. */
export function standingsAfter(item: Item, shares: readonly Share[], book: readonly Held[]): readonly Standing[] {
  const all = [...shares, { portfolio_id: "unattributed", amount: negated(sum(shares.map(({ amount }) => amount))) }];
  return all.map(({ portfolio_id, amount }) => {
    const held = book.find(({ portfolio }) => portfolio.portfolio_id === portfolio_id);
    const before = held === undefined ? null : heldOf(held, item);
    return { owner: held?.portfolio.name ?? portfolio_id, before, by: amount, after: before === null ? null : sum([before, amount]) };
  });
}

/** What a portfolio has of the asset: its position, or its cash where that is base currency. */
function heldOf({ portfolio, positions }: Held, { asset, instrument, kind }: Item): string | null {
  if (kind === "cash") return asset === portfolio.base_currency ? portfolio.current_balance : null;
  const row = positions.find((each) => each.asset === asset || each.instrument === instrument);
  return row?.quantity ?? "0";
}
