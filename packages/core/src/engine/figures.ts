import type { Money } from "@bulkhead/money";
import { add, greatest, subtract, ZERO_MONEY } from "@bulkhead/money";
import type { PortfolioId } from "../brand.ts";
import type { Portfolio } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { Event, EventOf } from "./events.ts";

/**
 * The figures that marks and flows move are worked out once before anything is changed: `evolve` is total, so what would leave
 * the exact range throws `AmountOutOfRange` here, where it is a refusal.
 */
export function tryFigures(state: StateView, events: readonly Event[]): void {
  for (let i = 0; i < events.length; i++) {
    const event = events[i];
    if (event?.type === "AccountMarked") tryMarks(state, event);
    else if (event !== undefined && "flows" in event) tryFlows(state, event.flows);
  }
}

function tryMarks(state: StateView, event: EventOf<"AccountMarked">): void {
  let total = ZERO_MONEY;
  for (const { portfolio: id, equity } of event.equities) {
    total = add(total, equity);
    const day = state.portfolios.get(id)?.day;
    if (day !== null && day !== undefined) subtract(greatest(day.high as Money, equity), equity);
  }
}

function tryFlows(state: StateView, flows: readonly Readonly<{ portfolio: PortfolioId; amount: Money }>[]): void {
  for (const { portfolio: id, amount } of flows) {
    add(state.equity as Money, amount);
    add(state.highWaterMark as Money, amount);
    const portfolio = state.portfolios.get(id);
    if (portfolio !== undefined) for (const figure of figuresOf(portfolio)) add(figure, amount);
  }
}

function figuresOf(portfolio: View<Portfolio>): readonly Money[] {
  const { equity, highWaterMark, contributions, day, recent } = portfolio;
  const ofDay = day === null ? [] : [day.flows, day.high];
  return [equity, highWaterMark, contributions, ...ofDay, ...recent.map((point) => point.equity)] as Money[];
}
