import type { Standing } from "@bulkhead/contract";
import { type AssetId, balanceOf, type Event, type PortfolioId, type StateView } from "@bulkhead/core";
import { type Amount, add, formatAmount, type Money, negate, ZERO_MONEY } from "@bulkhead/money";

/** An asset, null where only cash moves, and the currency that it is paid in. */
export type About = Readonly<{ asset: AssetId | null; currency: AssetId }>;

/** How a portfolio stands before and after events that have not happened: their postings and lots say what they would change. */
export function standingRow(state: StateView, events: readonly Event[], { asset, currency }: About, portfolio: PortfolioId): Standing {
  const cash = cashIn(state, portfolio, currency);
  const held = heldOf(state, portfolio, { asset, currency });
  const moved = movedBy(events, { asset, currency }, portfolio);
  const money = (amount: Amount): string => formatAmount(amount, state.assets.get(currency)?.scale ?? 0);
  const units = (amount: Amount): string => formatAmount(amount, (asset === null ? undefined : state.assets.get(asset)?.scale) ?? 0);
  return {
    portfolio_id: portfolio,
    cash_before: money(cash),
    cash_after: money(add(cash, moved.cash)),
    quantity_before: asset === null ? null : units(held.quantity),
    quantity_after: asset === null ? null : units(add(held.quantity, moved.quantity)),
    cost_before: asset === null ? null : money(held.cost),
    cost_after: asset === null ? null : money(add(held.cost, moved.cost)),
    realized: money(moved.realized),
  };
}

const cashIn = (state: StateView, id: PortfolioId, currency: AssetId): Amount => {
  const portfolio = state.portfolios.get(id);
  return portfolio === undefined ? ZERO_MONEY : balanceOf(portfolio.ledger, currency, "cash");
};

type Held = Readonly<{ quantity: Amount; cost: Amount }>;

/** Units, and what their lots cost in the currency. */
function heldOf(state: StateView, id: PortfolioId, { asset, currency }: About): Held {
  const holding = asset === null ? undefined : state.portfolios.get(id)?.holdings.get(asset);
  let cost: Amount = ZERO_MONEY;
  for (const lot of holding?.lots ?? []) if (lot.costAsset === currency) cost = add(cost, lot.cost as Money);
  return { quantity: (holding?.quantity ?? ZERO_MONEY) as Amount, cost };
}

const MOVES = ["CapitalMoved", "PositionMoved", "ProposalApproved", "SplitApplied", "PositionConverted"] as const;
const moves = (event: Event): event is Extract<Event, { type: (typeof MOVES)[number] }> =>
  (MOVES as readonly string[]).includes(event.type);

type Moved = { cash: Amount; realized: Amount; quantity: Amount; cost: Amount };

function movedBy(events: readonly Event[], { asset, currency }: About, portfolio: PortfolioId): Readonly<Moved> {
  const moved: Moved = { cash: ZERO_MONEY, realized: ZERO_MONEY, quantity: ZERO_MONEY, cost: ZERO_MONEY };
  for (const event of events) {
    if (!moves(event)) continue;
    for (const posting of event.postings) {
      if (posting.portfolio !== portfolio || posting.asset !== currency) continue;
      if (posting.account === "cash") moved.cash = add(moved.cash, posting.amount);
      // A source is negative: what it gains is profit.
      if (posting.account === "realized") moved.realized = add(moved.realized, negate(posting.amount));
    }
    for (const { portfolio: whose, changes } of event.type === "CapitalMoved" ? [] : event.lots) {
      for (const change of whose === portfolio ? changes.filter((each) => each.asset === asset) : []) {
        moved.quantity = add(moved.quantity, change.quantity);
        if (change.costAsset === currency) moved.cost = add(moved.cost, change.cost);
      }
    }
  }
  return moved;
}
