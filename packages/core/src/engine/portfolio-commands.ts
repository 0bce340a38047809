import { isLess, isNegative, isZero, type Money } from "@bulkhead/money";
import type { InstrumentId, PortfolioId } from "../brand.ts";
import { isSlug } from "../brand.ts";
import { availableCash } from "../portfolio/nav.ts";
import { type Portfolio, type PortfolioSettings, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import { portfolioSettingsProblem } from "./account-commands.ts";
import { moveCash } from "./capital.ts";
import type { CommandOf } from "./commands.ts";
import type { Event } from "./events.ts";
import { done, refuse, type Step } from "./step.ts";

/** Creates a portfolio; its starting cash leaves the account's free cash, so that capital is never promised twice (C29). */
export function createPortfolio(state: StateView, command: CommandOf<"CreatePortfolio">): Step {
  const base = state.account?.base;
  const free = state.portfolios.get(UNATTRIBUTED);
  if (base === undefined || free === undefined) return refuse("ACCOUNT_NOT_OPEN");
  if (!isSlug(command.portfolio)) return refuse("PORTFOLIO_ID_INVALID", { portfolio: command.portfolio });
  if (state.portfolios.has(command.portfolio)) return refuse("PORTFOLIO_EXISTS", { portfolio: command.portfolio });
  const field = portfolioSettingsProblem(command.settings);
  if (field !== null) return refuse("SETTINGS_INVALID", { field });
  const unknown = unlisted(state, command.settings);
  if (unknown !== undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: unknown });
  if (isNegative(command.startingCash)) return refuse("AMOUNT_NOT_POSITIVE", { field: "startingCash" });
  const events: Event[] = [{ type: "PortfolioCreated", portfolio: command.portfolio, settings: command.settings }];
  if (!isZero(command.startingCash)) {
    const available = availableCash(state, free, base.id);
    if (isLess(available, command.startingCash) && !state.account?.settings.overAllocation) {
      return refuse("CAPITAL_INSUFFICIENT", { portfolio: UNATTRIBUTED, asset: base.id });
    }
    events.push(
      moveCash(state, {
        from: UNATTRIBUTED,
        to: command.portfolio,
        asset: base.id,
        amount: command.startingCash,
        transferId: `create:${command.portfolio}`,
      }),
    );
  }
  return done(events);
}

/** Replaces a portfolio's settings. Raising a limit takes effect from this record on. */
export function configurePortfolio(state: StateView, command: CommandOf<"ConfigurePortfolio">): Step {
  const portfolio = state.portfolios.get(command.portfolio);
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.portfolio });
  if (command.portfolio === UNATTRIBUTED) return refuse("PORTFOLIO_BUILT_IN", { portfolio: command.portfolio });
  if (portfolio.archived) return refuse("PORTFOLIO_ARCHIVED", { portfolio: command.portfolio });
  const field = portfolioSettingsProblem(command.settings);
  if (field !== null) return refuse("SETTINGS_INVALID", { field });
  const unknown = unlisted(state, command.settings);
  if (unknown !== undefined) return refuse("INSTRUMENT_UNKNOWN", { instrument: unknown });
  const { lotMatching } = command.settings;
  // Average cost is one pool; lots that stand apart would have to be merged first (LOT-12).
  if (lotMatching === "average" && portfolio.settings.lotMatching !== "average" && hasSeparateLots(portfolio))
    return refuse("PORTFOLIO_NOT_FLAT", { portfolio: command.portfolio, positions: portfolio.holdings.size });
  return done([{ type: "PortfolioConfigured", portfolio: command.portfolio, settings: command.settings }]);
}

/** The first instrument that settings name and nobody defined. */
const unlisted = (state: StateView, settings: PortfolioSettings): InstrumentId | undefined =>
  [...(settings.universe ?? []), ...(settings.overnight?.except ?? [])].find((instrument) => !state.listings.has(instrument));

const hasSeparateLots = (portfolio: View<Portfolio>): boolean =>
  [...portfolio.holdings.values()].some((holding) => holding.lots.length > 1);

/** Pauses (`reducing`: exits and cancels only) or resumes one portfolio or all of them. S1.36, S1.111, S1.112. */
export function pauseOrResume(state: StateView, command: CommandOf<"PausePortfolio" | "ResumePortfolio">): Step {
  const pausing = command.type === "PausePortfolio";
  if (command.reason === "") return refuse("REASON_MISSING", { command: command.type });
  const named = command.portfolio === null ? [...state.portfolios.values()] : known(state, command.portfolio);
  if (named === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.portfolio ?? "" });
  if (command.portfolio === UNATTRIBUTED) return refuse("PORTFOLIO_BUILT_IN", { portfolio: UNATTRIBUTED });
  if (command.portfolio !== null && named[0]?.archived) return refuse("PORTFOLIO_ARCHIVED", { portfolio: command.portfolio });
  const changed = named.filter(
    (portfolio) => portfolio.id !== UNATTRIBUTED && !portfolio.archived && (portfolio.tradingState === "active") === pausing,
  );
  return done(
    changed.map((portfolio) => ({
      type: "TradingStateChanged",
      portfolio: portfolio.id,
      tradingState: pausing ? "reducing" : "active",
      reason: pausing ? command.reason : "",
    })),
  );
}

const known = (state: StateView, id: PortfolioId): View<Portfolio>[] | undefined => {
  const portfolio = state.portfolios.get(id);
  return portfolio === undefined ? undefined : [portfolio];
};

/** Ends a portfolio: flat, without orders; its cash goes back to the account's free cash. Never deleted (C13). */
export function archivePortfolio(state: StateView, command: CommandOf<"ArchivePortfolio">): Step {
  const portfolio = state.portfolios.get(command.portfolio);
  if (portfolio === undefined) return refuse("PORTFOLIO_UNKNOWN", { portfolio: command.portfolio });
  if (command.portfolio === UNATTRIBUTED) return refuse("PORTFOLIO_BUILT_IN", { portfolio: command.portfolio });
  if (portfolio.archived) return refuse("PORTFOLIO_ARCHIVED", { portfolio: command.portfolio });
  if (portfolio.holdings.size > 0)
    return refuse("PORTFOLIO_NOT_FLAT", { portfolio: command.portfolio, positions: portfolio.holdings.size });
  if (portfolio.orders.length > 0) return refuse("PORTFOLIO_HAS_ORDERS", { portfolio: command.portfolio, orders: portfolio.orders.length });
  const events: Event[] = [];
  for (const [asset, balances] of portfolio.ledger) {
    if (isZero(balances.cash) || state.assets.get(asset)?.kind !== "cash") continue;
    events.push(
      moveCash(state, {
        from: command.portfolio,
        to: UNATTRIBUTED,
        asset,
        amount: balances.cash as Money,
        transferId: `archive:${command.portfolio}:${asset}`,
      }),
    );
  }
  events.push({ type: "PortfolioArchived", portfolio: command.portfolio, reason: command.reason });
  return done(events);
}
