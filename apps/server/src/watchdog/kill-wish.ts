import type { AccountId, CommandOf, PortfolioId, Scope, StateView } from "@bulkhead/core";
import type { KillWish } from "@bulkhead/store";

type Account = Readonly<{ id: AccountId; state: StateView }>;
export type WishedKill<A extends Account> = Readonly<{ account: A; command: Omit<CommandOf<"EngageKill">, "at"> }>;

/** Who the kills of the file come from. */
const BY = "kill-file";

/** What a wish means. What it names is stopped in every account that has it; where nobody has it everything is: better too much. */
export function killsOf<A extends Account>(wish: KillWish, accounts: readonly A[]): readonly WishedKill<A>[] {
  const named = accounts.filter(({ id }) => wish.account === null || id === wish.account.toLowerCase());
  const scoped = named.flatMap((account) => {
    const scope = scopeOf(wish, account.state);
    return scope === undefined ? [] : [{ account, scope }];
  });
  if (scoped.length > 0) return scoped.map(({ account, scope }) => kill(account, scope, wish, wish.reason));
  const missing = [wish.account, wish.portfolio, wish.instrument].filter((name) => name !== null).join(", ");
  return accounts.map((account) =>
    kill(account, { kind: "account" }, wish, `${wish.reason} (${missing} is not there, so everything is stopped)`),
  );
}

const kill = <A extends Account>(account: A, scope: Scope, { level }: KillWish, reason: string): WishedKill<A> => ({
  account,
  command: { type: "EngageKill", by: BY, scope, level, reason },
});

/** Undefined: what it names is not there, or is not one thing. */
function scopeOf({ portfolio, instrument }: KillWish, state: StateView): Scope | undefined {
  if (portfolio !== null && instrument !== null) return undefined;
  if (portfolio !== null) {
    const id = portfolio.toLowerCase() as PortfolioId;
    return state.portfolios.has(id) ? { kind: "portfolio", portfolio: id } : undefined;
  }
  if (instrument === null) return { kind: "account" };
  const wanted = instrument.toUpperCase();
  const found = [...state.listings.values()].filter(
    (listing) => listing.instrument.id.toUpperCase() === wanted || listing.instrument.symbol.toUpperCase() === wanted,
  );
  const [only, another] = found;
  return only === undefined || another !== undefined ? undefined : { kind: "instrument", instrument: only.instrument.id };
}
