import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BacktestReport } from "@bulkhead/analytics";
import { type AccountConfig, type Config, explain, toCommands } from "@bulkhead/contract";
import { type AccountId, type Command, createEngine, type Engine, type InstantMs, type PortfolioId } from "@bulkhead/core";
import { type Binding, corporateCommands, Host, type RunOutcome, SKIP_REASONS, type SkipReason } from "@bulkhead/host";
import { mergeTimeline, type Traded } from "@bulkhead/market";
import { createSqliteJournal, memoryJournal, type StoredJournal } from "@bulkhead/store";
import { JOURNAL_FILE } from "../journal-file.ts";
import { CommandFailure } from "../shell.ts";
import { assumptionsOf } from "./assumptions.ts";
import { instrumentIds, tradedOf } from "./instruments.ts";
import type { Prices } from "./prices.ts";
import { reportOf } from "./report.ts";
import { ratesOf } from "./scheduled.ts";
import { type Strategies, strategyRecord } from "./strategies.ts";
import { Tally } from "./tally.ts";
import { venueOf } from "./venue.ts";

/** Who the commands of a configuration come from. */
const BY = "configuration";
const ENGINE_VERSION = "0.1.0";

/** Everything that a run needs, loaded and checked. */
export type Prepared = Readonly<{
  title: string;
  config: Config;
  account: AccountConfig;
  prices: Prices;
  strategies: Strategies;
  /** The folder of the journal; undefined keeps nothing. */
  data: string | undefined;
  onProgress: ((bars: number, total: number) => void) | undefined;
}>;

/** Runs a prepared backtest to its end and reports on it. */
export function run(prepared: Prepared): BacktestReport {
  const { config, account, prices, strategies } = prepared;
  const traded = tradedOf(prices.instruments);
  const engine = createEngine({ checks: config.backtest.checks ? "on" : "off" });
  const journal = openJournal(prepared);
  let isTrading = false;
  try {
    const tally = new Tally(engine.state);
    const refusals = new Map<string, number>();
    const span = spanOf(prices);
    const scheduled = corporateCommands(prices.actions, prices.instruments, span);
    const venue = venueOf(account, prices.series, prices.instruments, withBase(traded, account));
    const known = new Set(traded.assets.map((asset) => String(asset.id)));
    const host = new Host({
      engine,
      journal,
      venue,
      markets: venue,
      series: prices.series,
      settings: {
        markEveryMs: config.backtest.markEveryMs,
        rates: ratesOf(account, span.from, known),
        scheduled,
        calendars: new Map(prices.instruments.map(({ id, calendar }) => [id, calendar])),
      },
      listeners: {
        onRecord: tally.onRecord,
        onRefusal: (refusal) => refusals.set(refusal.code, (refusals.get(refusal.code) ?? 0) + 1),
      },
    });
    open(host, account, prepared, traded, span.from);
    host.bind(bindingsOf(account, prices, strategies));
    isTrading = true;
    const began = performance.now();
    const { counters } = trade(host, prepared, engine);
    const wallMs = performance.now() - began;
    return reportOf({
      title: prepared.title,
      seed: config.backtest.seed,
      prices,
      engine,
      tally,
      bars: counters.bars,
      evaluations: counters.evaluations,
      wallMs,
      digest: journal.digest(),
      chainHead: journal.head.hash,
      records: journal.head.seq,
      assumptions: assumptionsOf(config, account.id, prices, scheduled.length),
      notes: [...config.notes, ...idleNotes(account), ...intentNotes(counters.nothingToDo)],
      refusals,
    });
  } finally {
    journal.close();
    // What was refused before anything was traded leaves no books behind, so that the mended run finds the folder free.
    if (!isTrading && prepared.data !== undefined) rmSync(join(prepared.data, JOURNAL_FILE), { force: true });
  }
}

function trade(host: Host, { prices, onProgress, config }: Prepared, engine: Engine): RunOutcome {
  const timeline = mergeTimeline(prices.series);
  const total = timeline.length;
  const everyBars = Math.max(20_000, Math.floor(total / 200));
  const report = (bars: number): boolean => {
    onProgress?.(bars, total);
    return true;
  };
  const progress = onProgress === undefined ? undefined : { everyBars, report };
  const outcome = host.run(timeline, progress);
  if (config.backtest.checks) engine.audit();
  return outcome;
}

/** Portfolios that nothing trades for: a person may have forgotten the strategy. */
function idleNotes({ portfolios }: AccountConfig): readonly string[] {
  const idle = portfolios.filter(({ strategy }) => strategy === null).map(({ id }) => id);
  return idle.length === 0 ? [] : [`No strategy, so nothing was traded: ${idle.join(", ")}. strategy = "buy-and-hold" is a first one.`];
}

/** Why an intent came to no order, for people. */
const NOTHING_TO_DO: Readonly<Record<SkipReason, string>> = {
  flat: "nothing was held that could be closed",
  on_target: "the position was on target already",
  already_closing: "orders were closing the position already",
  size_zero: "the size came to less than one unit",
  quote_missing: "the instrument had no price yet",
  rate_missing: "there is no exchange rate for the instrument's currency; fx_rates of the account names one",
  instrument_without_market: "the prices have no such instrument",
  limit_not_a_price: "the limit is no price above zero",
  stop_not_protective: "the stop lies on the wrong side of the price",
  out_of_range: "the size is beyond what is kept exactly",
};

function openJournal({ account, config, data }: Prepared): StoredJournal {
  // A run is a function of its configuration and seed, and so is its journal's id: equal runs have equal chains.
  const identity = { account: account.id as AccountId, id: `backtest:${account.id}:${config.backtest.seed}` };
  if (data === undefined) return memoryJournal(identity);
  const path = join(data, JOURNAL_FILE);
  if (existsSync(path)) throw new CommandFailure("JOURNAL_EXISTS", { path: data });
  return createSqliteJournal(path, identity);
}

/** Opens the books as configured, from nothing. */
function open(host: Host, account: AccountConfig, { prices, strategies }: Prepared, traded: Traded, at: InstantMs): void {
  const portfolios = new Map(
    account.portfolios.map((portfolio) => [
      portfolio.id,
      {
        universe: portfolio.symbols === null ? null : instrumentIds(portfolio.symbols, prices.instruments, ""),
        strategy: strategyRecord(strategies.get(portfolio.id)),
      },
    ]),
  );
  const venue = account.venue ?? prices.instruments[0]?.venue ?? "SIM";
  const [first, ...rest] = toCommands(account, {
    at,
    by: BY,
    mode: "backtest",
    venue,
    assets: traded.assets,
    instruments: traded.instruments,
    portfolios,
  });
  const epoch: Command = { type: "StartEpoch", at, epoch: 1, engineVersion: ENGINE_VERSION };
  for (const command of first === undefined ? [] : [first, epoch, ...rest]) {
    const step = host.submit(command);
    if (step.ok) continue;
    const { code, params } = step.refusal;
    throw new CommandFailure(
      "CLI_ENGINE_REFUSED",
      { command: command.type, reason: code },
      { details: [`${code}: ${explain(code, params)}`], exitCode: 2 },
    );
  }
}

function bindingsOf(account: AccountConfig, prices: Prices, strategies: Strategies): readonly Binding[] {
  return account.portfolios.flatMap((portfolio) => {
    const strategy = strategies.get(portfolio.id);
    if (strategy === undefined) return [];
    const symbols =
      portfolio.symbols === null ? prices.instruments.map((facts) => facts.id) : instrumentIds(portfolio.symbols, prices.instruments, "");
    return [{ portfolio: portfolio.id as PortfolioId, strategy, symbols }];
  });
}

/** The account's base currency beside what is traded: prices may all be in another one. */
function withBase(traded: Traded, account: AccountConfig): Traded {
  const base = { id: account.baseCurrency, kind: "cash", scale: account.scale } as Traded["assets"][number];
  return { ...traded, assets: [base, ...traded.assets] };
}

function spanOf({ series }: Prices): Readonly<{ from: InstantMs; to: InstantMs }> {
  const from = Math.min(...series.map((each) => each.openAt[0] ?? Number.POSITIVE_INFINITY));
  const to = Math.max(...series.map((each) => each.closeAt[each.length - 1] ?? Number.NEGATIVE_INFINITY));
  return { from: from as InstantMs, to: to as InstantMs };
}

/** Intents that came to no order, for people who wonder why nothing was traded. */
function intentNotes(nothingToDo: ReadonlyMap<SkipReason, number>): readonly string[] {
  return SKIP_REASONS.flatMap((reason) => {
    const count = nothingToDo.get(reason) ?? 0;
    return count === 0 ? [] : [`${count === 1 ? "1 intent" : `${count} intents`} came to no order: ${NOTHING_TO_DO[reason]}.`];
  });
}
