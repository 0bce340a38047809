import type { AnswerOf } from "@bulkhead/contract";
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
  rename: "another name of it",
  dividend: "a dividend",
  interest: "interest",
  airdrop: "an airdrop",
  fee: "a fee",
  rounding: "rounding",
  transfer: "a transfer",
};

export const CATEGORIES = ["fee", "dividend", "interest", "airdrop", "rounding", "trade", "split", "transfer"] as const;
export type Category = (typeof CATEGORIES)[number];

const AS_CATEGORY: Readonly<Record<Item["proposal"], Category>> = {
  none: "rounding",
  manual_trade: "trade",
  missed_fill: "trade",
  split: "split",
  rename: "transfer",
  dividend: "dividend",
  interest: "interest",
  airdrop: "airdrop",
  fee: "fee",
  rounding: "rounding",
  transfer: "transfer",
};

/** As what the proposal would be written off. */
export const categoryOf = (proposal: Item["proposal"]): Category => AS_CATEGORY[proposal];

/** Whether there is something of it to give away. */
export const isLeft = ({ left, status }: Item): boolean => status === "open" && sign(left) !== 0;

const absolute = (text: string): string => text.replace("-", "");

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
