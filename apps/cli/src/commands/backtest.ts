import { basename, dirname, resolve } from "node:path";
import { formatReportText } from "@bulkhead/analytics";
import type { AccountConfig, Flags } from "@bulkhead/contract";
import { loadPrices } from "../backtest/prices.ts";
import { pricesFlag } from "../backtest/prices-flag.ts";
import { ProgressLine } from "../backtest/progress.ts";
import { run } from "../backtest/run.ts";
import { bindStrategies } from "../backtest/strategies.ts";
import { accountOf, defaultFile, readConfiguration } from "../configuration.ts";
import { freshFolder, requireWritable } from "../data-folder.ts";
import { writePage } from "../page.ts";
import { CommandFailure, print, type Shell } from "../shell.ts";

type Options = Readonly<Record<string, unknown>>;

/** `bulkhead backtest FILE`: a configuration, or a strategy file with its symbols. */
export async function backtest(shell: Shell, options: Options, path = ""): Promise<0> {
  const isConfig = path.endsWith(".toml");
  if (!isConfig && !/\.[cm]?[jt]s$/.test(path)) throw new CommandFailure("CLI_NOT_A_CONFIG", { path }, { exitCode: 2 });
  const flags = isConfig ? configFlags(shell, options) : strategyFlags(shell, options, path);
  const { config, folder } = readConfiguration(shell, isConfig ? path : sourcesFile(shell, options), flags);
  const account = accountOf(config, text(options, "account"));
  if (account.schedules.length > 0) shell.err("Note: rebalances and sweeps run at a desk; a backtest leaves them out.\n");
  const watched = shell.isTerminal && options["json"] !== true ? new ProgressLine(shell, () => performance.now()) : undefined;
  const data = freshFolder(shell, text(options, "data"));
  const page = text(options, "report");
  if (page !== undefined) requireWritable(dirname(resolve(shell.folder, page)), page);
  const strategies = await bindStrategies(account, config, { file: folder, working: shell.folder });
  const prices = loadPrices(config, {
    folder,
    symbols: wantedSymbols(account),
    onProgress: watched && (({ path: file }) => watched.line(`reading ${basename(file)}`)),
  });
  const report = run({
    title: basename(path),
    config,
    account,
    prices,
    strategies,
    data,
    onProgress: watched?.report,
  });
  watched?.done();
  const written = page === undefined ? undefined : writePage(shell, report, page);
  print(
    shell,
    options["json"] === true,
    report,
    () => `${formatReportText(report).trimEnd()}\n${written === undefined ? "" : `\nReport: ${written}\n`}`,
  );
  return 0;
}

/** The symbols that all portfolios together trade; null where one trades everything. */
function wantedSymbols(account: AccountConfig): readonly string[] | null {
  if (account.portfolios.some((portfolio) => portfolio.symbols === null)) return null;
  return [...new Set(account.portfolios.flatMap((portfolio) => portfolio.symbols ?? []))];
}

function configFlags(shell: Shell, options: Options): Flags {
  const [param] = (options["param"] as readonly string[] | undefined) ?? [];
  if (param !== undefined)
    throw new CommandFailure("CLI_OPTION_UNUSED", { option: "--param", reason: "a configuration says params itself" }, { exitCode: 2 });
  return commonFlags(shell, options);
}

function strategyFlags(shell: Shell, options: Options, path: string): Flags {
  if (text(options, "symbols") === undefined) throw new CommandFailure("CLI_SYMBOLS_MISSING", {}, { exitCode: 2 });
  const params = ((options["param"] as readonly string[] | undefined) ?? []).map((each) => {
    const at = each.indexOf("=");
    if (at < 1) throw new CommandFailure("CLI_USAGE", { message: `--param ${each} is not name=value` }, { exitCode: 2 });
    return [each.slice(0, at), each.slice(at + 1)] as const;
  });
  const id = basename(path)
    .replace(/\.[^.]*$/, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-");
  return { ...commonFlags(shell, options), strategy: { id, path, params: Object.fromEntries(params) } };
}

function commonFlags(shell: Shell, options: Options): Flags {
  const prices = text(options, "prices");
  return {
    symbols: text(options, "symbols"),
    startingCash: text(options, "startingCash"),
    from: text(options, "from"),
    to: text(options, "to"),
    resolution: text(options, "resolution"),
    seed: text(options, "seed"),
    checks: options["checks"] === false ? false : undefined,
    data: prices === undefined ? undefined : [pricesFlag(shell, prices)],
  };
}

/** A strategy file alone takes its prices from `--prices`, else from the bulkhead.toml of the working folder. */
function sourcesFile(shell: Shell, options: Options): string | undefined {
  return text(options, "prices") === undefined ? defaultFile(shell) : undefined;
}

const text = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
};
