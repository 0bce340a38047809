import { add, greatest, isMore, subtract, ZERO_MONEY } from "@bulkhead/money";
import type { InstantMs, PortfolioId } from "../brand.ts";
import { isTerminal } from "../order/order.ts";
import type { LossLimit } from "../portfolio/limits.ts";
import { valuePortfolio } from "../portfolio/nav.ts";
import { type Portfolio, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { State } from "../state.ts";
import type { EventOf } from "./events.ts";
import { feesPaid, valueByLatestMarks } from "./marking.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** An empty portfolio. */
export function createPortfolioTables(state: State, event: EventOf<"PortfolioCreated">, at: InstantMs): void {
  state.portfolios.set(event.portfolio, {
    id: event.portfolio,
    createdAt: at,
    settings: event.settings,
    tradingState: "active",
    stateReason: "",
    archived: false,
    ledger: new Map(),
    holdings: new Map(),
    orders: [],
    reserved: new Map(),
    protections: new Map(),
    exiting: new Map(),
    equity: ZERO_MONEY,
    highWaterMark: ZERO_MONEY,
    contributions: ZERO_MONEY,
    day: null,
    recent: [],
    orderTimes: [],
    recentOrders: [],
    strategyStop: null,
  });
}

/** Marks, rates, and every portfolio's equity with the figures that loss limits look at. */
export function applyMarks(state: State, event: EventOf<"AccountMarked">, at: InstantMs): void {
  for (const { instrument, price, at: markedAt, source } of event.marks) state.marks.set(instrument, { price, at: markedAt, source });
  for (const { asset, rate, at: ratedAt, source } of event.rates) state.rates.set(asset, { rate, at: ratedAt, source });
  valueByLatestMarks(state, event.marks);
  let total = ZERO_MONEY;
  const allLookBack = looksBackADay(state.account?.settings.limits.losses);
  for (const { portfolio: id, equity } of event.equities) {
    total = add(total, equity);
    const portfolio = state.portfolios.get(id);
    if (portfolio === undefined) continue;
    portfolio.equity = equity;
    portfolio.highWaterMark = greatest(portfolio.highWaterMark, equity);
    if (portfolio.day !== null) {
      portfolio.day.high = greatest(portfolio.day.high, equity);
      const fall = subtract(portfolio.day.high, equity);
      if (isMore(fall, portfolio.day.fall)) portfolio.day.fall = fall;
    }
    if (allLookBack || looksBackADay(portfolio.settings.limits.losses)) rememberEquity(portfolio, at);
  }
  state.equity = total;
  state.highWaterMark = greatest(state.highWaterMark, total);
}

const looksBackADay = (losses: readonly LossLimit[] = []): boolean => losses.some(({ window }) => window === "rolling-24h");

function rememberEquity(portfolio: Portfolio, at: InstantMs): void {
  const { recent, equity } = portfolio;
  // The last one that is a day old stays: from there a rolling day is measured.
  while (recent[1] !== undefined && recent[1].at <= at - DAY_MS) recent.shift();
  const last = recent.at(-1);
  if (last === undefined || at - last.at >= MINUTE_MS) recent.push({ at, equity });
}

/** A new day begins for the portfolios; ended orders leave the tables, an index stays so that late facts still book. */
export function beginDay(state: State, event: EventOf<"DayRolled">): void {
  for (const id of event.portfolios) {
    const portfolio = state.portfolios.get(id);
    if (portfolio === undefined) continue;
    const equity = valuePortfolio(state, portfolio).equity;
    portfolio.day = {
      date: event.date,
      startEquity: equity,
      flows: ZERO_MONEY,
      feesBefore: feesPaid(portfolio),
      high: equity,
      fall: ZERO_MONEY,
    };
  }
  dropEnded(state, new Set(event.portfolios));
}

/** Of the portfolios whose day it is only: nobody's orders leave because another's day ends. What has no days goes with any. */
function dropEnded(state: State, whose: ReadonlySet<PortfolioId>): void {
  let kept = 0;
  for (const id of state.ended) {
    const order = state.orders.get(id);
    if (order === undefined || !isTerminal(order.status)) continue;
    const hasDays = order.portfolio !== UNATTRIBUTED && state.portfolios.get(order.portfolio)?.archived === false;
    if (hasDays && !whose.has(order.portfolio)) {
      state.ended[kept] = id;
      kept += 1;
      continue;
    }
    state.venueOrders.delete(order.venueOrder);
    state.orders.delete(id);
  }
  state.ended.length = kept;
  state.orders.compact();
  state.venueOrders.compact();
}
