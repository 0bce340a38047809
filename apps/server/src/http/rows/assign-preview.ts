import { type AssignPreview, explain } from "@bulkhead/contract";
import {
  availableCash,
  type Break,
  type Command,
  cashOfShare,
  type PortfolioId,
  preview,
  type Refusal,
  type StateView,
  UNATTRIBUTED,
  type View,
} from "@bulkhead/core";
import {
  type Amount,
  absolute,
  add,
  formatAmount,
  isLess,
  isNegative,
  isPositive,
  type Money,
  negate,
  subtract,
  ZERO_MONEY,
} from "@bulkhead/money";
import { standingRow } from "./standing-rows.ts";

export type Shares = readonly Readonly<{ portfolio: PortfolioId; amount: Amount }>[];

/** What the engine would make of an answer to a break, with nothing applied; where it would refuse it, why, and who lacks what. */
export function assignPreview(state: StateView, item: View<Break>, shares: Shares, at: number): AssignPreview {
  const assignmentId = `preview:${state.seq}`;
  const step = preview(state, {
    type: "AssignUnattributed",
    by: "preview",
    breakId: item.id,
    assignmentId,
    shares,
    reason: "",
    at,
  } as Command);
  const scale = state.assets.get(item.asset)?.scale ?? 0;
  const text = (amount: Amount): string => formatAmount(amount, scale);
  const given = shares.reduce<Amount>((sum, { amount }) => add(sum, amount), ZERO_MONEY);
  const about = { asset: item.kind === "cash" ? null : item.asset, currency: item.quote };
  const owners = [...shares.map(({ portfolio }) => portfolio), UNATTRIBUTED];
  return {
    break_id: item.id,
    asset: item.asset,
    currency: item.quote,
    shares: shares.map(({ portfolio, amount }) => ({ portfolio_id: portfolio, amount: text(amount) })),
    left: text(subtract(item.left as Amount, given)),
    standings: step.ok ? owners.map((owner) => standingRow(state, step.events, about, owner)) : [],
    problem: step.ok ? null : problemOf(step.refusal),
    lacking: step.ok ? [] : lackingOf(state, item, shares),
  };
}

const problemOf = ({ code, params }: Refusal): AssignPreview["problem"] => ({ code, detail: explain(code, params) });

/** Who gives cash that is not free: each portfolio what its share costs, `unattributed` what the shares receive together. */
function lackingOf(state: StateView, item: View<Break>, shares: Shares): AssignPreview["lacking"] {
  const currency = item.quote;
  const text = (amount: Amount): string => formatAmount(amount, state.assets.get(currency)?.scale ?? 0);
  const needs: [PortfolioId, Money][] = [];
  let received: Money = ZERO_MONEY;
  for (const { portfolio, amount } of shares) {
    const cash = item.kind === "cash" ? (amount as Money) : cashOfShare(item, amount);
    if (isNegative(cash)) needs.push([portfolio, absolute(cash)]);
    if (isPositive(cash)) received = add(received, cash);
  }
  const mayPromise = state.account?.settings.overAllocation === true;
  if (!mayPromise && isPositive(received)) needs.push([UNATTRIBUTED, received]);
  return needs.flatMap(([id, needed]) => {
    const portfolio = state.portfolios.get(id);
    const available = portfolio === undefined ? ZERO_MONEY : availableCash(state, portfolio, currency);
    if (!isLess(available, needed)) return [];
    const lacks = isNegative(available) ? add(needed, negate(available)) : subtract(needed, available);
    return [{ portfolio_id: id, needs: text(needed), available: text(available), lacks: text(lacks) }];
  });
}
