import type { Money } from "@bulkhead/money";
import { add, isNegative, ZERO_MONEY } from "@bulkhead/money";
import { UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { Entry } from "./booking.ts";
import type { Event } from "./events.ts";

/** A fact may overdraw any cash it touches: then the portfolio takes no new risk and somebody looks (LED-8). */
export function noteOverdrafts(state: StateView, entry: Entry, events: Event[]): void {
  const { postings } = entry;
  const first = events.length;
  for (let i = 0; i < postings.length; i++) {
    const posting = postings[i];
    if (posting === undefined || posting.account !== "cash" || posting.portfolio === UNATTRIBUTED || !isNegative(posting.amount)) continue;
    const { portfolio: id, asset } = posting;
    if (postings[i - 1]?.portfolio === id && seenBefore(postings, i)) continue;
    const portfolio = state.portfolios.get(id);
    const before = (portfolio?.ledger.get(asset)?.cash ?? ZERO_MONEY) as Money;
    if (portfolio === undefined || isNegative(before)) continue;
    const cash = add(before, entry.cashChange(id, asset));
    if (!isNegative(cash) || noted(events, first, id, asset)) continue;
    const pauses = portfolio.tradingState === "active" && !noted(events, first, id, null);
    events.push({ type: "BreakRaised", kind: "overdraft", portfolio: id, asset, amount: cash, details: "a fact took cash below zero" });
    if (pauses) events.push({ type: "TradingStateChanged", portfolio: id, tradingState: "reducing", reason: "overdraft" });
  }
}

/** Whether an earlier line already took cash of the same asset from the same portfolio: its overdraft was looked at. */
function seenBefore(postings: Entry["postings"], place: number): boolean {
  const { portfolio, asset } = postings[place] ?? {};
  for (let i = 0; i < place; i++) {
    const earlier = postings[i];
    if (
      earlier !== undefined &&
      earlier.account === "cash" &&
      earlier.asset === asset &&
      earlier.portfolio === portfolio &&
      isNegative(earlier.amount)
    )
      return true;
  }
  return false;
}

/** Whether these events already have the overdraft of a portfolio, in an asset or in any. */
function noted(events: readonly Event[], first: number, portfolio: string, asset: string | null): boolean {
  for (let i = first; i < events.length; i++) {
    const event = events[i];
    if (event?.type === "BreakRaised" && event.portfolio === portfolio && (asset === null || event.asset === asset)) return true;
  }
  return false;
}
