import { type AccountConfig, cashScale, overnightOf, type PortfolioConfig } from "@bulkhead/contract";
import type { PortfolioId, PortfolioSettings, StateView } from "@bulkhead/core";
import { type Feed, tradedOf } from "@bulkhead/market";
import { isStrategyPath } from "@bulkhead/strategies";
import { instrumentOf, strategyRecord } from "../creation.ts";
import { DeskProblem } from "../problem.ts";
import type { ConfigSource } from "./source.ts";

/** A portfolio as its configuration wants it, with its instruments found and its strategy loaded. */
export type Wanted = Readonly<{
  portfolio: PortfolioConfig;
  settings: PortfolioSettings;
  /** Why a setting is not what the file says, in a sentence by its key. */
  troubles: ReadonlyMap<string, string>;
}>;

/** What a configuration wants of each portfolio. What cannot be found or loaded is told, and everything else still counts. */
export async function wantedOf(
  account: AccountConfig,
  {
    feed,
    folders,
    recorded,
  }: Readonly<{
    feed: Feed;
    folders: ConfigSource["folders"];
    /** Books whose strategies stand for those of files, which are not loaded then. */
    recorded?: StateView;
  }>,
): Promise<readonly Wanted[]> {
  const { instruments } = tradedOf(feed.instruments, cashScale);
  const wanted: Wanted[] = [];
  for (const portfolio of account.portfolios) {
    const troubles = new Map<string, string>();
    const universe = universeOf(portfolio, feed, troubles);
    const inBooks = recorded?.portfolios.get(portfolio.id as PortfolioId)?.settings.strategy ?? null;
    const isTrusted = recorded !== undefined && inBooks !== null && portfolio.strategy !== null && isStrategyPath(portfolio.strategy);
    const record = isTrusted ? inBooks : await strategyRecord(portfolio, portfolio.from === "file" ? folders.file : folders.working);
    if (typeof record === "string") troubles.set("strategy", record);
    const strategy = typeof record === "string" ? null : record;
    wanted.push({
      portfolio,
      settings: { ...portfolio.settings, universe, strategy, overnight: overnightOf(portfolio, instruments) },
      troubles,
    });
  }
  return wanted;
}

function universeOf(portfolio: PortfolioConfig, feed: Feed, troubles: Map<string, string>): PortfolioSettings["universe"] {
  try {
    return portfolio.symbols === null ? null : portfolio.symbols.map((symbol) => instrumentOf(symbol, feed.instruments));
  } catch (error) {
    if (!(error instanceof DeskProblem)) throw error;
    troubles.set("symbols", [error.message, ...error.details].join(" "));
    return null;
  }
}
