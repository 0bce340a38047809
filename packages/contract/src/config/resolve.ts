import { add, formatAmount, isMore, type Money, moneyOfUnits } from "@bulkhead/money";
import type { AlarmsTable, KillTable } from "./alarms-tables.ts";
import { type AttributeTable, readAttribution } from "./attribution.ts";
import { type BackupTable, readBackup } from "./backup.ts";
import type { AccountConfig, Config, PortfolioConfig } from "./config.ts";
import { cashScale } from "./currency.ts";
import { type FeedTable, readFeed } from "./feed.ts";
import type { AccountTable, BacktestTable, DefaultsTable, PortfolioTable } from "./file.ts";
import { flagSource } from "./flag-source.ts";
import type { Flags } from "./input.ts";
import type { Origin } from "./problem.ts";
import { type Layer, type Parsed, Reader, type Sink, tableLayer } from "./reader.ts";
import { type AccountBasics, readAccount } from "./resolve-account.ts";
import { readAlarms, readKill } from "./resolve-alarms.ts";
import { readBacktest } from "./resolve-backtest.ts";
import { readPortfolio } from "./resolve-portfolio.ts";
import { readSchedules, type ScheduleTables } from "./resolve-schedules.ts";
import { readServer, type ServerTable } from "./server.ts";
import { readStrategies, type StrategiesTable } from "./strategies.ts";

/** The parts that their schemas accepted, and what stands around them. */
export type Parts = ScheduleTables &
  Readonly<{
    accounts: readonly Parsed<AccountTable>[];
    defaults: Parsed<DefaultsTable> | undefined;
    portfolios: readonly Parsed<PortfolioTable>[];
    attributes: readonly Parsed<AttributeTable>[];
    backtest: Parsed<BacktestTable> | undefined;
    feed: Parsed<FeedTable> | undefined;
    alarms: Parsed<AlarmsTable> | undefined;
    kill: Parsed<KillTable> | undefined;
    backup: Parsed<BackupTable> | undefined;
    strategies: Parsed<StrategiesTable> | undefined;
    server: Parsed<ServerTable> | undefined;
    environment: Readonly<Record<string, string | undefined>>;
    flags: Flags;
    /** False where a table is missing because it was refused: then nothing is said about how tables fit together. */
    complete: boolean;
    listedIn: "file" | "environment";
  }>;

const BASE_CURRENCY = "USD";

/** Puts the layers over each other, with everything exact and in words. */
export function resolve(parts: Parts): Readonly<{ config: Omit<Config, "originOf" | "tables">; problems: Sink["problems"] }> {
  const sink: Sink = { settings: [], problems: [], notes: [] };
  const given = flagSource(parts.flags, parts.environment, sink);
  const accounts = accountsOf(parts, sink);
  const portfolios = portfoliosOf(parts, given, sink);
  const read = accounts.map((account) => {
    const own = portfolios.filter((portfolio) => accountOf(portfolio, accounts) === account);
    const { scale, baseCurrency: currency, broker } = account.basics;
    const cash = { scale, currency, isReal: broker !== null };
    const listed = own.map(({ id, layers, path, from }) => readPortfolio(layers, sink, { id, path, from, ...cash }));
    return withCapital(account, listed, parts);
  });
  if (parts.complete) for (const portfolio of portfolios) checkAccount(portfolio, accounts, sink);
  const schedules = readSchedules(
    parts,
    read.map(({ id, scale, baseCurrency: currency }) => ({ id, scale, currency })),
    sink,
  );
  const rules = readAttribution(parts, read, sink);
  const config: AccountConfig[] = read.map((account) => ({
    ...account,
    settings: { ...account.settings, attribution: rules.get(account.id) ?? [] },
    schedules: schedules.get(account.id) ?? [],
  }));
  const backtest = readBacktest(parts.backtest, given, sink);
  const around = { backtest, portfolios: config.flatMap((account) => account.portfolios), complete: parts.complete };
  const feed = readFeed(parts.feed, around, sink);
  const alarms = readAlarms(parts.alarms, sink);
  const kill = readKill(parts.kill, sink);
  const backup = readBackup(parts.backup, sink);
  const strategies = readStrategies(parts.strategies, sink);
  const server = readServer(parts.server, sink);
  return {
    config: { accounts: config, backtest, feed, alarms, kill, backup, strategies, server, settings: sink.settings, notes: sink.notes },
    problems: sink.problems,
  };
}

type Account = Readonly<{ id: string; basics: AccountBasics; reader: Reader<AccountTable> }>;

/** The accounts of the file, or one named `main`. */
function accountsOf(parts: Parts, sink: Sink): readonly Account[] {
  const layers = parts.accounts.map((parsed) => tableLayer<AccountTable>(parsed));
  const all: readonly Layer<AccountTable>[] =
    layers.length > 0 ? layers : [{ table: {}, origin: () => ({ kind: "default" }), path: ["account", 0] }];
  return all.map((layer) => {
    const id = layer.table.id ?? "main";
    const currency = layer.table.base_currency ?? BASE_CURRENCY;
    const cash = { scale: cashScale(currency), currency };
    const reader = new Reader<AccountTable>(`account.${id}`, [layer], sink, cash);
    return { id, reader, basics: readAccount(reader, { id, ...cash }) };
  });
}

type Listed = Readonly<{
  id: string;
  layers: readonly Layer<PortfolioTable>[];
  path: readonly PropertyKey[];
  from: PortfolioConfig["from"];
}>;

/** The portfolios that are listed; else the one that a strategy on the command line makes; else `default` (S0.29). */
function portfoliosOf(parts: Parts, given: ReturnType<typeof flagSource>, sink: Sink): readonly Listed[] {
  const below: readonly Layer<PortfolioTable>[] = [
    given.environment,
    ...(parts.defaults === undefined ? [] : [tableLayer<DefaultsTable>(parts.defaults) as Layer<PortfolioTable>]),
  ];
  const { strategy } = parts.flags;
  if (strategy !== undefined) {
    if (parts.portfolios.length > 0)
      sink.notes.push(`${strategy.path} runs in the account of the file; the file's ${parts.portfolios.length} portfolios do not.`);
    const own: Layer<PortfolioTable> = {
      table: { strategy: strategy.path, params: strategy.params },
      origin: (): Origin => ({ kind: "flag", flag: strategy.path }),
      path: ["portfolio", 0],
    };
    return [{ id: strategy.id, layers: [given.flags, own, ...below], path: own.path, from: "flag" }];
  }
  if (parts.portfolios.length === 0) return [{ id: "default", layers: [given.flags, ...below], path: ["portfolio", 0], from: "default" }];
  return parts.portfolios.map((parsed) => {
    const layer = tableLayer<PortfolioTable>(parsed);
    return { id: parsed.table.id, layers: [given.flags, layer, ...below], path: parsed.path, from: parts.listedIn };
  });
}

const namedAccount = (portfolio: Listed): string | undefined =>
  portfolio.layers.map((layer) => layer.table.account).find((id) => id !== undefined);

function accountOf(portfolio: Listed, accounts: readonly Account[]): Account | undefined {
  const named = namedAccount(portfolio);
  if (named !== undefined) return accounts.find((account) => account.id === named);
  return accounts.length === 1 ? accounts[0] : undefined;
}

function checkAccount(portfolio: Listed, accounts: readonly Account[], sink: Sink): void {
  if (accountOf(portfolio, accounts) !== undefined) return;
  const named = namedAccount(portfolio);
  const ids = accounts.map((account) => account.id).join(", ");
  const layer = portfolio.layers.find((each) => each.table.account !== undefined) ?? portfolio.layers[1];
  const origin = layer?.origin(named === undefined ? "id" : "account") ?? { kind: "default" };
  const path = `portfolio.${portfolio.id}.account`;
  if (named === undefined)
    sink.problems.push({ code: "CONFIG_ACCOUNT_UNCLEAR", params: { portfolio: portfolio.id, accounts: ids }, path, origin });
  else
    sink.problems.push({ code: "CONFIG_ACCOUNT_UNKNOWN", params: { portfolio: portfolio.id, value: named, accounts: ids }, path, origin });
}

/** The account with its portfolios: what it starts with is what it says, or their sum; never less (C29) unless it says so. */
function withCapital(account: Account, portfolios: readonly PortfolioConfig[], parts: Parts): Omit<AccountConfig, "schedules"> {
  const { basics, reader } = account;
  if (basics.broker !== null) {
    reader.say("starting_cash", "", "starts with what its venue says that it holds", { kind: "default" });
    return { ...basics, startingCash: moneyOfUnits(0), portfolios };
  }
  const promised = portfolios.reduce<Money>((total, portfolio) => add(total, portfolio.startingCash), moneyOfUnits(0));
  const said = parts.flags.startingCash === undefined && parts.flags.strategy === undefined ? basics.startingCash : null;
  if (said === null) {
    reader.say(
      "starting_cash",
      formatAmount(promised, basics.scale),
      `starts with ${reader.cashWords(promised)}, the sum of its portfolios`,
      { kind: "default" },
    );
  } else if (isMore(promised, said) && !basics.settings.overAllocation && parts.complete) {
    const params = { account: basics.id, promised: reader.cashWords(promised), available: reader.cashWords(said) };
    reader.problem("starting_cash", "CONFIG_CAPITAL_EXCEEDED", params);
  }
  return { ...basics, startingCash: said ?? promised, portfolios };
}
