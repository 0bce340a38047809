import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { nearestWord } from "@bulkhead/contract";
import {
  builtIns,
  describeParams,
  loadStrategy,
  type ParamDescription,
  type StrategyDescription,
  scaffoldStrategy,
} from "@bulkhead/strategies";
import { reasonOf } from "../configuration.ts";
import { CommandFailure, print, type Shell, table } from "../shell.ts";

type Options = Readonly<Record<string, unknown>>;

/** `bulkhead strategy list`: the built-in ones. */
export function strategyList(shell: Shell, options: Options): 0 {
  const all = [...builtIns.values()].map(describeParams);
  print(shell, options["json"] === true, all, () =>
    table([
      ["Strategy", "Version", "Params"],
      ...all.map((each) => [
        each.name,
        each.version,
        each.params.map((param) => `${param.name}=${String(param.default ?? "none")}`).join(" "),
      ]),
    ]),
  );
  return 0;
}

/** `bulkhead strategy show NAME|FILE`: its parameters. */
export async function strategyShow(shell: Shell, options: Options, name = ""): Promise<0> {
  const loaded = await loadStrategy(name, shell.folder);
  if (!loaded.ok) {
    const near = nearestWord(name, builtIns.keys());
    const details = near === undefined ? [] : [`Did you mean ${near}?`];
    const [problem] = loaded.problems;
    throw new CommandFailure(
      problem?.code ?? "STRATEGY_UNKNOWN",
      { message: (problem?.message ?? name).replace(/^[A-Z_]+: /, "") },
      { details },
    );
  }
  const description = describeParams(loaded.value.definition);
  print(shell, options["json"] === true, { ...description, path: loaded.value.path, codeHash: loaded.value.codeHash }, () =>
    paragraph(description),
  );
  return 0;
}

function paragraph({ name, version, bars, params }: StrategyDescription): string {
  const rows = params.map((param) => [param.name, param.kind, String(param.default ?? ""), bounds(param), param.help ?? ""]);
  const head = `${name} ${version}${bars === undefined ? "" : `, for bars of ${bars}`}\n`;
  return rows.length === 0
    ? `${head}It has no params.\n`
    : `${head}${table([["Param", "Kind", "Default", "Bounds", "What it is"], ...rows])}`;
}

function bounds({ min, max, choices }: ParamDescription): string {
  if (choices !== undefined) return choices.join(" | ");
  return min === undefined && max === undefined ? "" : `${String(min ?? "")} to ${String(max ?? "")}`;
}

/** `bulkhead new strategy NAME`: a running strategy with its test, in the working folder. Never writes over anything. */
export function newStrategy(shell: Shell, options: Options, name = ""): 0 {
  const scaffold = scaffoldStrategy(name);
  if (scaffold === undefined) throw new CommandFailure("CLI_NAME_INVALID", { name }, { exitCode: 2 });
  const files = scaffold.files.map(({ path, text }) => ({ path: resolve(shell.folder, path), shown: path, text }));
  const taken = files.find((file) => existsSync(file.path));
  if (taken !== undefined) throw new CommandFailure("CLI_NAME_TAKEN", { path: taken.shown });
  const link = resolve(shell.folder, scaffold.link.path);
  try {
    for (const file of files) writeFileSync(file.path, file.text, { flag: "wx" });
    if (!existsSync(link)) {
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(scaffold.link.target, link, "dir");
    }
  } catch (error) {
    throw new CommandFailure("CLI_FILE_UNWRITABLE", { path: name, reason: reasonOf(error) }, { cause: error });
  }
  const written = files.map((file) => file.shown);
  print(shell, options["json"] === true, { written, link: scaffold.link.path }, () => {
    const [strategy = "", test = ""] = written;
    return `Wrote ${strategy} and ${test}.\n  node --test ${test}\n  bulkhead backtest ${strategy} --symbols ACME --prices demo\n`;
  });
  return 0;
}
