import type { Action } from "@bulkhead/contract";
import {
  type AccountId,
  type InstrumentId,
  type Listing,
  type Portfolio,
  type PortfolioId,
  type StateView,
  UNATTRIBUTED,
  type View,
} from "@bulkhead/core";
import type { Desk, DeskAccount } from "../desk/desk.ts";
import { HttpFailure } from "./failure.ts";
import { authorize, type Principal, sees } from "./security/principal.ts";

/** Which account is asked about: as named, the key's, the only one, or `main`. Foreign = missing. */
export function accountOf(desk: Desk, principal: Principal, named: string | undefined): DeskAccount {
  const id = named?.toLowerCase() ?? principal.account ?? only(desk);
  const account = desk.accounts.get(id as AccountId);
  if (account === undefined || (principal.account !== null && principal.account !== account.id) || account.state.account === undefined)
    throw new HttpFailure(404, "ACCOUNT_UNKNOWN", { account: id });
  return account;
}

function only(desk: Desk): string {
  const ids = [...desk.accounts.keys()];
  const [first] = ids;
  if (ids.length === 1 && first !== undefined) return first;
  if (desk.accounts.has("main" as AccountId)) return "main";
  throw new HttpFailure(400, "ACCOUNT_UNCLEAR", { accounts: ids.join(", ") });
}

/** Which one of its kind in order of creation, from 1: what stands for an id where a number is wanted (C4). `unattributed` is 0. */
export function numberOf(state: StateView, portfolio: PortfolioId): number {
  let number = 0;
  for (const id of state.portfolios.keys()) {
    if (id === portfolio) break;
    number += 1;
  }
  return number;
}

/** The portfolio of that id, in any case of letters; where there is none, of that number. */
export function portfolioNamed(state: StateView, named: string): View<Portfolio> | undefined {
  const byId = state.portfolios.get(named.toLowerCase() as PortfolioId);
  if (byId !== undefined || !/^[1-9]\d{0,8}$/.test(named)) return byId;
  const id = [...state.portfolios.keys()][Number(named)];
  return id === undefined ? undefined : state.portfolios.get(id);
}

/** One portfolio by its id or number that the caller may do this with. Foreign = missing, and is called what it was called. */
export function portfolioOf(account: DeskAccount, principal: Principal, action: Action, named: string): View<Portfolio> {
  const portfolio = portfolioNamed(account.state, named);
  if (portfolio === undefined || !sees(principal, account.id, portfolio.id))
    throw new HttpFailure(404, "PORTFOLIO_UNKNOWN", { portfolio: named.toLowerCase() });
  authorize(principal, action, account.id, portfolio.id);
  return portfolio;
}

export type Selection = Readonly<{ portfolios: readonly View<Portfolio>[]; all: boolean }>;

/**
 * Portfolios that a read asks about (S0.37, S0.38, S1.31, S1.32, C5): one, `*` for all that the caller may see in order of creation,
 * or, where nothing is said, `default` or else the first active one.
 */
export function selectionOf(account: DeskAccount, principal: Principal, named: string | undefined): Selection {
  if (named !== undefined && named !== "*") return { portfolios: [portfolioOf(account, principal, "read", named)], all: false };
  if (!principal.actions.has("read")) throw new HttpFailure(403, "ACTION_NOT_ALLOWED", { action: "read" });
  const visible = [...account.state.portfolios.values()].filter((portfolio) => sees(principal, account.id, portfolio.id));
  if (named === "*") return { portfolios: visible, all: true };
  const chosen =
    visible.find(({ id }) => id === "default") ??
    visible.find((portfolio) => portfolio.id !== UNATTRIBUTED && !portfolio.archived && portfolio.tradingState === "active");
  if (chosen === undefined) throw new HttpFailure(404, "NO_ACTIVE_PORTFOLIO");
  return { portfolios: [chosen], all: false };
}

/** The portfolio of a write that names none: only where there is exactly one (C5). */
export function onlyPortfolio(account: DeskAccount, principal: Principal, action: Action): View<Portfolio> {
  const own = [...account.state.portfolios.values()].filter(
    (portfolio) => portfolio.id !== UNATTRIBUTED && !portfolio.archived && sees(principal, account.id, portfolio.id),
  );
  const [first] = own;
  if (own.length !== 1 || first === undefined) throw new HttpFailure(400, "PORTFOLIO_UNCLEAR");
  return portfolioOf(account, principal, action, first.id);
}

/** An instrument by its id, or by its bare symbol where one of the account has it. */
export function listingOf(state: StateView, named: string): Listing {
  const byId = state.listings.get(named as InstrumentId);
  if (byId !== undefined) return byId as Listing;
  const symbol = named.toUpperCase();
  const candidates = [...state.listings.values()].filter(
    ({ instrument }) => instrument.symbol.toUpperCase() === symbol || instrument.id.toUpperCase() === symbol,
  );
  const [first] = candidates;
  if (first === undefined) throw new HttpFailure(422, "INSTRUMENT_UNKNOWN", { instrument: named });
  if (candidates.length > 1)
    throw new HttpFailure(422, "INSTRUMENT_AMBIGUOUS", {
      symbol: named,
      candidates: candidates.map(({ instrument }) => instrument.id).join(", "),
    });
  return first as Listing;
}
