import type { Action } from "@bulkhead/contract";
import type { AccountId, PortfolioId } from "@bulkhead/core";
import { HttpFailure } from "../failure.ts";

/** Who asks, and what of. Foreign is told as missing. */
export type Principal = Readonly<{
  /** `local` for the single user on loopback, `user:<name>` for who logged in, `key:<id>` for a key: stands in every command's `by`. */
  id: string;
  /** Of a person who logged in. */
  sessionId?: string;
  /** Null: every account. */
  account: AccountId | null;
  portfolios: "*" | ReadonlySet<PortfolioId>;
  actions: ReadonlySet<Action>;
}>;

const EVERYTHING: ReadonlySet<Action> = new Set(["read", "trade", "cancel", "kill", "admin"]);
/** The single user on loopback (C26). */
export const LOCAL: Principal = { id: "local", account: null, portfolios: "*", actions: EVERYTHING };

/** Nobody in particular: sees only what is open. */
export const NOBODY: Principal = { id: "nobody", account: null, portfolios: new Set(), actions: new Set() };

/** Somebody who logged in: a person may do everything. */
export const personOf = (user: string, sessionId: string): Principal => ({ ...LOCAL, id: `user:${user}`, sessionId });

/** Whether this is a person, not a program's key. */
export const isPerson = (principal: Principal): boolean => principal === LOCAL || principal.sessionId !== undefined;

/** Whether a principal knows of a portfolio at all; `*` is the account as a whole. */
export function sees(principal: Principal, account: AccountId, portfolio: PortfolioId | "*"): boolean {
  if (principal.account !== null && principal.account !== account) return false;
  return principal.portfolios === "*" || (portfolio !== "*" && principal.portfolios.has(portfolio));
}

/** The one gate of queries and commands (SEC-AUTHZ 11): deny by default, foreign = missing = 404. */
export function authorize(principal: Principal, action: Action, account: AccountId, portfolio: PortfolioId | "*"): void {
  if (!sees(principal, account, portfolio)) {
    if (portfolio !== "*") throw new HttpFailure(404, "PORTFOLIO_UNKNOWN", { portfolio });
    throw new HttpFailure(403, "ACTION_NOT_ALLOWED", { action });
  }
  if (!principal.actions.has(action)) throw new HttpFailure(403, "ACTION_NOT_ALLOWED", { action });
}
