import { accessSync, constants, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { formatReportText } from "@bulkhead/analytics";
import { DEMO_CONFIG, loadConfig } from "@bulkhead/contract";
import { loadPrices } from "../backtest/prices.ts";
import { run } from "../backtest/run.ts";
import { bindStrategies } from "../backtest/strategies.ts";
import { accountOf, configurationFailure } from "../configuration.ts";
import { freshFolder } from "../data-folder.ts";
import { writePage } from "../page.ts";
import { print, type Shell } from "../shell.ts";

type Options = Readonly<Record<string, unknown>>;

/** `bulkhead demo`: three portfolios on an invented market; needs no files, no keys, no network. The environment does not change it. */
export async function demo(shell: Shell, options: Options): Promise<0> {
  const seed = typeof options["seed"] === "string" ? options["seed"] : undefined;
  const loaded = loadConfig({ file: { name: "demo", text: DEMO_CONFIG }, flags: { seed } });
  if (!loaded.ok) throw configurationFailure(loaded.problems);
  const { config } = loaded;
  const data = freshFolder(shell, typeof options["data"] === "string" ? options["data"] : undefined);
  const account = accountOf(config, undefined);
  const strategies = await bindStrategies(account, config, { file: shell.folder, working: shell.folder });
  const prices = loadPrices(config, { folder: shell.folder, symbols: null });
  const report = run({ title: "Demo", config, account, prices, strategies, data, onProgress: undefined });
  const page = writePage(shell, report, typeof options["report"] === "string" ? options["report"] : defaultPage(shell));
  print(
    shell,
    options["json"] === true,
    { ...report, page },
    () => `${formatReportText(report).trimEnd()}\n\nThe same with pictures: ${page}\n`,
  );
  return 0;
}

/** `reports/demo.html` in the working folder, or in the temporary folder where that cannot be written. */
function defaultPage(shell: Shell): string {
  const folder = resolve(shell.folder, "reports");
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return join(folder, "demo.html");
  } catch {
    return join(tmpdir(), "bulkhead-demo.html");
  }
}
