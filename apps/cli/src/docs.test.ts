import { readFileSync } from "node:fs";
import { loadConfig } from "@bulkhead/contract";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { program } from "./program.ts";

const read = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");

const silent = { out: () => {}, err: () => {}, isTerminal: false, folder: "", environment: {} };

/** Every command that does something, with its full name. */
function* leaves(command: Command, path: readonly string[] = []): Generator<readonly [string, Command]> {
  const name = [...path, command.name()];
  if (command.commands.length === 0) yield [name.join(" "), command];
  for (const child of command.commands) yield* leaves(child, name);
}

const all = [...leaves(program(silent, () => {}))];

test.each(all)("[CLI-2] docs/cli.md knows `%s` and all its options", (name, command) => {
  const text = read("cli.md");
  expect(text).toContain(`\`${name}`);
  for (const { long } of command.options) expect(text).toContain(String(long).replace("--no-checks", "--no-checks"));
});

test("[CFG-1] the configurations shown in docs/configuration.md load", () => {
  const texts = [...read("configuration.md").matchAll(/```toml\n([\s\S]*?)```/g)].map(([, text]) => text ?? "");
  expect(texts.length).toBeGreaterThan(1);
  for (const text of texts) expect(loadConfig({ file: { name: "bulkhead.toml", text } })).toMatchObject({ ok: true });
});

test("[CFG-3] docs/configuration.md names every key that is known", () => {
  const text = read("configuration.md");
  for (const head of [
    "[[portfolio]]\nid = 'a'\n",
    "[account]\n",
    "[backtest]\n",
    "[alarms]\n",
    "[feed]\nsource = 'replay'\n",
    "[feed]\nsource = 'ccxt'\nexchange = 'kraken'\n",
    "[[backtest.data]]\nformat = 'csv'\npath = 'x'\n",
    "[[backtest.data]]\nformat = 'lean'\npath = 'x'\n",
  ]) {
    const loaded = loadConfig({ file: { name: "bulkhead.toml", text: `${head}qqqqqqqqqqqqqqqq = 1\n` } });
    const suggestion = loaded.ok
      ? ""
      : String(loaded.problems.find((problem) => problem.code === "CONFIG_KEY_UNKNOWN")?.params["suggestion"]);
    const keys = suggestion.replace("The keys here are: ", "").replace(/\.$/, "").split(", ");
    expect(keys.length).toBeGreaterThan(5);
    for (const key of keys.filter((each) => each !== "format")) expect(text, key).toContain(`\`${key}\``);
  }
});
