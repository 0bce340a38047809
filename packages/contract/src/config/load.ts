import { alarmsTable, killTable } from "./alarms-tables.ts";
import { attributeTable } from "./attribution.ts";
import { backupTable } from "./backup.ts";
import type { Config } from "./config.ts";
import { feedTable } from "./feed.ts";
import { accountTable, backtestTable, defaultsTable, portfolioTable } from "./file.ts";
import type { ConfigInput } from "./input.ts";
import type { ConfigProblem, Origin } from "./problem.ts";
import { resolve } from "./resolve.ts";
import { rebalanceTable, sweepTable } from "./schedule-tables.ts";
import { serverTable } from "./server.ts";
import { environmentSource, fileSource, type Source } from "./source.ts";
import { strategiesTable } from "./strategies.ts";
import { Tables } from "./tables.ts";

export type LoadedConfig = Readonly<{ ok: true; config: Config } | { ok: false; problems: readonly ConfigProblem[] }>;

/** Turns texts into a configuration, or says everything that is wrong with them. Pure; never throws. */
export function loadConfig(input: ConfigInput): LoadedConfig {
  const file = input.file === undefined ? undefined : fileSource(input.file.name, input.file.text);
  const portfolios = input.environment?.["PORTFOLIOS"]?.trim();
  const environment = portfolios === undefined || portfolios === "" ? undefined : environmentSource("PORTFOLIOS", portfolios);
  const problems: ConfigProblem[] = [...(file?.problems ?? []), ...(environment?.problems ?? [])];
  const tables = new Tables(problems);
  if (file !== undefined) tables.unknownKeys(file);
  const notes: string[] = [];
  const fromEnvironment = environment?.problems.every((problem) => problem.code !== "CONFIG_JSON") === true;
  const listed = fromEnvironment ? environment : file;
  if (fromEnvironment && Array.isArray(file?.value["portfolio"])) {
    notes.push(`PORTFOLIOS in the environment replaces the ${file.value["portfolio"].length} portfolios of the file.`);
  }
  const defaults: Source = { value: {}, originOf: () => ({ kind: "default" }), problems: [] };
  const parsed = {
    accounts: tables.list(file ?? defaults, "account", accountTable),
    defaults: tables.one(file ?? defaults, "defaults", defaultsTable),
    portfolios: tables.list(listed ?? defaults, "portfolio", portfolioTable),
    attributes: tables.list(file ?? defaults, "attribute", attributeTable),
    backtest: tables.one(file ?? defaults, "backtest", backtestTable),
    feed: tables.one(file ?? defaults, "feed", feedTable),
    alarms: tables.one(file ?? defaults, "alarms", alarmsTable),
    kill: tables.one(file ?? defaults, "kill", killTable),
    backup: tables.one(file ?? defaults, "backup", backupTable),
    strategies: tables.one(file ?? defaults, "strategies", strategiesTable),
    server: tables.one(file ?? defaults, "server", serverTable),
    rebalances: tables.list(file ?? defaults, "rebalance", rebalanceTable),
    sweeps: tables.list(file ?? defaults, "sweep", sweepTable),
  };
  tables.idsTwice(file, "account");
  tables.idsTwice(listed, "portfolio");
  tables.idsTwice(file, "rebalance");
  tables.idsTwice(file, "sweep");
  const resolved = resolve({
    ...parsed,
    environment: input.environment ?? {},
    flags: input.flags ?? {},
    complete: problems.length === 0,
    listedIn: fromEnvironment ? "environment" : "file",
  });
  problems.push(...resolved.problems);
  if (problems.length > 0) return { ok: false, problems: inOrder(problems) };
  const originOf = (path: readonly PropertyKey[]): Origin =>
    (path[0] === "portfolio" ? (listed ?? defaults) : (file ?? defaults)).originOf(path);
  return { ok: true, config: { ...resolved.config, tables: file?.value ?? {}, notes: [...notes, ...resolved.config.notes], originOf } };
}

/** By line, so that a person works down the file; each said once. */
function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const line = (problem: ConfigProblem): number =>
    problem.origin.kind === "file" ? problem.origin.line * 10_000 + problem.origin.column : 0;
  const once = new Map(problems.map((problem) => [JSON.stringify([problem.code, problem.path, problem.params]), problem]));
  return [...once.values()].sort((a, b) => line(a) - line(b));
}
