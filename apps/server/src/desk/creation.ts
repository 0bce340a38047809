import { type AccountConfig, cashScale, type Surroundings, toCommands } from "@bulkhead/contract";
import type { Asset, Command, InstantMs, InstrumentId, PortfolioSettings, StateView } from "@bulkhead/core";
import { type Feed, type InstrumentFacts, pairText, type Traded, tradedOf } from "@bulkhead/market";
import { ZERO_MONEY } from "@bulkhead/money";
import { type BindingSources, declare } from "./bindings.ts";
import { DeskProblem } from "./problem.ts";

/** Who the commands of a configuration come from. */
const BY = "configuration";

/** Terms of everything that a feed has, with the account's base currency before them. */
export function tradedIn(feed: Feed, account: AccountConfig): Traded {
  const traded = tradedOf(feed.instruments, cashScale);
  const base = { id: account.baseCurrency, kind: "cash", scale: account.scale } as Asset;
  return { ...traded, assets: [base, ...traded.assets] };
}

/** The commands that open an account as configured, from nothing. A strategy that cannot be loaded or bound stops the opening. */
export async function creationOf(
  account: AccountConfig,
  around: Readonly<{ feed: Feed; at: InstantMs; folders: BindingSources["folders"] }>,
): Promise<readonly Command[]> {
  const { feed, at, folders } = around;
  if (account.mode === "live" && account.broker === null) throw new DeskProblem("DESK_LIVE_UNAVAILABLE", { account: account.id });
  const portfolios = new Map<string, Readonly<{ universe: readonly InstrumentId[] | null; strategy: PortfolioSettings["strategy"] }>>();
  const problems: string[] = [];
  for (const portfolio of account.portfolios) {
    const universe = portfolio.symbols === null ? null : portfolio.symbols.map((symbol) => instrumentOf(symbol, feed.instruments));
    const folder = portfolio.from === "file" ? folders.file : folders.working;
    const strategy = await strategyRecord(portfolio, folder);
    if (typeof strategy === "string") problems.push(`${portfolio.id}: ${strategy}`);
    else portfolios.set(portfolio.id, { universe, strategy });
  }
  if (problems.length > 0) throw new DeskProblem("DESK_STRATEGIES_REFUSED", { account: account.id }, problems);
  const { assets, instruments } = tradedIn(feed, account);
  const venue = account.venue ?? feed.instruments[0]?.venue ?? "SIM";
  const mode = account.broker === null ? "paper" : account.mode;
  const surroundings: Surroundings = { at, by: BY, mode, venue, assets, instruments, portfolios };
  return toCommands(account.broker === null ? account : withoutCash(account), surroundings);
}

/** Of a broker's account nothing is promised before it has said what it holds (LIVE-2). */
const withoutCash = (account: AccountConfig): AccountConfig => ({
  ...account,
  startingCash: ZERO_MONEY,
  portfolios: account.portfolios.map((portfolio) => ({ ...portfolio, startingCash: ZERO_MONEY })),
});

/** Definitions of what a feed has and the books do not know yet. */
export function missingTerms(state: StateView, feed: Feed, account: AccountConfig, at: InstantMs): readonly Command[] {
  const { assets, instruments } = tradedIn(feed, account);
  return [
    ...assets.filter(({ id }) => !state.assets.has(id)).map((asset): Command => ({ type: "DefineAsset", at, by: BY, asset })),
    ...instruments
      .filter(({ id }) => !state.listings.has(id))
      .map((instrument): Command => ({ type: "DefineInstrument", at, by: BY, instrument })),
  ];
}

/** What the books keep about the strategy that a configuration names; or in a sentence why there is none. */
export async function strategyRecord(
  portfolio: AccountConfig["portfolios"][number],
  folder: string,
): Promise<PortfolioSettings["strategy"] | string> {
  if (portfolio.strategy === null) return null;
  const declared = await declare({ ...portfolio, strategy: portfolio.strategy }, folder);
  if (typeof declared === "string") return declared;
  const { name, version, codeHash, params } = declared;
  return { type: name, version, codeHash: codeHash ?? "", params: JSON.stringify(params) };
}

/** The one instrument of the market data that a text names. Throws `DeskProblem`. */
export function instrumentOf(symbol: string, facts: readonly InstrumentFacts[]): InstrumentId {
  // `BTC/USDT` is how exchanges write it; ids have no slash.
  const wanted = symbol.includes("/") ? pairText(symbol) : symbol.toUpperCase();
  const found = facts.filter((each) => each.id.toUpperCase() === wanted || each.symbol.toUpperCase() === wanted);
  const [only, another] = found;
  if (only !== undefined && another === undefined) return only.id;
  const known = (found.length > 1 ? found : facts).map(({ id }) => id).join(", ");
  throw new DeskProblem("DESK_SYMBOL_UNKNOWN", { symbol }, [`The market data has ${known}.`]);
}
