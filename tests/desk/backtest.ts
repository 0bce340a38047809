import { type Config, cashScale, toCommands } from "@bulkhead/contract";
import {
  type AccountId,
  type Asset,
  createEngine,
  type InstantMs,
  type InstrumentId,
  type JournalRecord,
  type PortfolioId,
} from "@bulkhead/core";
import { type Binding, Host } from "@bulkhead/host";
import { type BarSeries, type InstrumentFacts, mergeTimeline, tradedOf } from "@bulkhead/market";
import { ONE } from "@bulkhead/money";
import { feeModelOf, SimulatedVenue, simulatedMarkets } from "@bulkhead/sim";
import { memoryJournal } from "@bulkhead/store";
import { bindStrategy, loadStrategy } from "@bulkhead/strategies";

/** The records of a backtest of a configuration's only account over recorded bars, put together as the command line does. */
export async function backtest(
  config: Config,
  series: readonly BarSeries[],
  facts: readonly InstrumentFacts[],
): Promise<readonly JournalRecord[]> {
  const [account] = config.accounts;
  if (account === undefined) throw new Error("no account");
  const traded = tradedOf(facts, cashScale);
  const base: Asset = { id: account.baseCurrency as Asset["id"], kind: "cash", scale: account.scale };
  const rules = { fees: feeModelOf(account.fee), slippage: account.slippage, volumeShare: account.volumeShare ?? ONE, borrowRate: null };
  const withBase = { ...traded, assets: [base, ...traded.assets] };
  const venue = new SimulatedVenue({ markets: simulatedMarkets({ series, facts, traded: withBase, rules }), acknowledge: false });
  const records: JournalRecord[] = [];
  const journal = memoryJournal({ account: account.id as AccountId, id: "backtest" });
  const listeners = { onRecord: (record: JournalRecord) => records.push(record) };
  const host = new Host({ engine: createEngine(), journal, venue, markets: venue, series, listeners });
  const bindings: Binding[] = [];
  const portfolios = new Map<string, { universe: readonly InstrumentId[] | null; strategy: null }>();
  for (const portfolio of account.portfolios) {
    const symbols = portfolio.symbols?.map((symbol) => facts.find((each) => each.symbol === symbol)?.id as InstrumentId) ?? null;
    portfolios.set(portfolio.id, { universe: symbols, strategy: null });
    if (portfolio.strategy === null) continue;
    const loaded = await loadStrategy(portfolio.strategy, ".");
    const bound = loaded.ok ? bindStrategy(loaded.value.definition, portfolio.params) : loaded;
    if (!bound.ok) throw new Error(JSON.stringify(bound.problems));
    bindings.push({ portfolio: portfolio.id as PortfolioId, strategy: bound.value, symbols: symbols ?? facts.map(({ id }) => id) });
  }
  const at = Math.min(...series.map(({ openAt }) => openAt[0] ?? Number.POSITIVE_INFINITY)) as InstantMs;
  for (const command of toCommands(account, { at, by: "test", mode: "backtest", venue: "SIM", ...withBase, portfolios })) {
    const step = host.submit(command);
    if (!step.ok) throw new Error(step.refusal.code);
  }
  host.bind(bindings);
  host.run(mergeTimeline(series));
  return records;
}
