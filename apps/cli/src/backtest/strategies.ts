import type { AccountConfig, Config, PortfolioConfig } from "@bulkhead/contract";
import { explain, nearestWord } from "@bulkhead/contract";
import type { PortfolioSettings } from "@bulkhead/core";
import { type BoundStrategy, bindStrategy, builtIns, loadStrategy } from "@bulkhead/strategies";
import { placeText } from "../configuration.ts";
import { CommandFailure } from "../shell.ts";

/** What each portfolio runs, by its id; a portfolio without a strategy is not here. */
export type Strategies = ReadonlyMap<string, BoundStrategy>;

/** Loads and binds every portfolio's strategy. All problems are said at once, each with its line. */
export async function bindStrategies(
  account: AccountConfig,
  config: Config,
  folders: Readonly<{ file: string; working: string }>,
): Promise<Strategies> {
  const bound = new Map<string, BoundStrategy>();
  const problems: string[] = [];
  for (const portfolio of account.portfolios) {
    const { strategy } = portfolio;
    if (strategy === null) continue;
    const loaded = await loadStrategy(strategy, portfolio.from === "file" ? folders.file : folders.working);
    if (!loaded.ok) {
      const near = nearestWord(strategy, builtIns.keys());
      const hint = near === undefined || /[./\\]/.test(strategy) ? "" : ` Did you mean ${near}?`;
      problems.push(...loaded.problems.map((problem) => `${line(portfolio, config, "strategy", problem.code, problem.message)}${hint}`));
      continue;
    }
    const options = { codeHash: loaded.value.codeHash, fromText: portfolio.from === "flag" };
    const result = bindStrategy(loaded.value.definition, portfolio.params, options);
    if (result.ok) bound.set(portfolio.id, result.value);
    else
      problems.push(...result.problems.map((problem) => line(portfolio, config, `params.${problem.path}`, problem.code, problem.message)));
  }
  if (problems.length > 0)
    throw new CommandFailure("CLI_STRATEGIES_REFUSED", { count: problems.length }, { details: problems, exitCode: 2 });
  return bound;
}

/** What the journal keeps about the strategy of a portfolio. */
export function strategyRecord(strategy: BoundStrategy | undefined): PortfolioSettings["strategy"] {
  if (strategy === undefined) return null;
  return { type: strategy.name, version: strategy.version, codeHash: strategy.codeHash ?? "", params: JSON.stringify(strategy.params) };
}

function line(portfolio: PortfolioConfig, config: Config, key: string, code: string, message: string): string {
  const place = placeText(config.originOf([...portfolio.path, ...key.split(".").filter((step) => step !== "")]));
  return `${place}${portfolio.id}: ${code}: ${explain(code, { message: message.replace(/^[A-Z_]+: /, "") })}`;
}
