import type { AccountConfig } from "@bulkhead/contract";
import type { InstrumentId, Portfolio, PortfolioId, StateView, View } from "@bulkhead/core";
import type { Binding } from "@bulkhead/host";
import { type BoundStrategy, bindStrategy, loadStrategy } from "@bulkhead/strategies";

export type BindingSources = Readonly<{
  /** Undefined: an account that no configuration names. */
  account: AccountConfig | undefined;
  /** Folders that a path in the file, and one from elsewhere, start from. */
  folders: Readonly<{ file: string; working: string }>;
  /** Instruments with market data. */
  instruments: readonly InstrumentId[];
}>;

/** A portfolio's strategy, seated; or the note why it has none. Both undefined: it runs none. */
export type Bound = Readonly<{ binding?: Binding; note?: string }>;

/**
 * The strategy that the books name for a portfolio, with the params that they keep. Only where its code is found comes from elsewhere: the
 * configuration's path, else the built-in of that name.
 */
export async function bindPortfolio(state: StateView, id: PortfolioId, sources: BindingSources): Promise<Bound> {
  const portfolio = state.portfolios.get(id);
  const record = portfolio?.settings.strategy ?? null;
  if (portfolio === undefined || portfolio.archived || record === null) return {};
  const strategy = await strategyOf(id, record, sources);
  if (typeof strategy === "string") return { note: `Portfolio ${id} runs nothing: ${strategy} Its positions and stops stay managed.` };
  return { binding: { portfolio: id, strategy, symbols: symbolsOf(portfolio, state, sources.instruments) } };
}

type StrategyRecord = NonNullable<Portfolio["settings"]["strategy"]>;

async function strategyOf(id: PortfolioId, record: StrategyRecord, { account, folders }: BindingSources): Promise<BoundStrategy | string> {
  const configured = account?.portfolios.find((each) => each.id === id);
  const text = configured?.strategy ?? record.type;
  const loaded = await loadStrategy(text, configured?.from === "file" ? folders.file : folders.working);
  if (!loaded.ok) return loaded.problems.map(({ message }) => message).join("; ");
  const { definition, codeHash } = loaded.value;
  if (definition.name !== record.type) return `its books name ${record.type}, and ${text} is ${definition.name}.`;
  const bound = bindStrategy(definition, JSON.parse(record.params) as Record<string, unknown>, { codeHash });
  return bound.ok ? bound.value : bound.problems.map(({ message }) => message).join("; ");
}

/** What a portfolio may trade and there is data for. */
function symbolsOf(portfolio: View<Portfolio>, state: StateView, instruments: readonly InstrumentId[]): readonly InstrumentId[] {
  const { universe } = portfolio.settings;
  return (universe ?? instruments).filter((each) => instruments.includes(each) && state.listings.has(each));
}
