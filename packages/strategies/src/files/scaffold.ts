import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Files to write for a new strategy, and the link by which editors, `tsc` and plain `node --test` find this package from there. */
export type Scaffold = Readonly<{
  files: readonly Readonly<{ path: string; text: string }>[];
  /** A directory link: `path` beside the files, pointing to the absolute `target`. Skip it where `path` exists. */
  link: Readonly<{ path: string; target: string }>;
}>;

/** A running strategy and its test, named `name` (lower case letters, digits and `-`); undefined for another name. */
export function scaffoldStrategy(name: string): Scaffold | undefined {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) return undefined;
  return {
    files: [
      { path: `${name}.ts`, text: strategyText(name) },
      { path: `${name}.test.ts`, text: testText(name) },
    ],
    link: { path: "node_modules/bulkhead", target: fileURLToPath(new URL("../..", import.meta.url)) },
  };
}

/** The example that a new strategy begins as: one text, which is run and tested where it is. */
const EXAMPLE = new URL("../../../../examples/strategies/ema-cross.ts", import.meta.url);
const IMPORTED = /from "@bulkhead\/strategies";[^\n]*\n/;

const strategyText = (name: string): string =>
  readFileSync(EXAMPLE, "utf8")
    .replace(IMPORTED, `from "bulkhead";\n\n// Run it: npx bulkhead backtest ${name}.ts --symbols SPY\n`)
    .replaceAll('"ema-cross"', `"${name}"`);

const testText = (name: string): string => `// Run it: node --test ${name}.test.ts (Node 22.18 or newer)
import assert from "node:assert/strict";
import { test } from "node:test";
import { testStrategy } from "bulkhead";
import definition from "./${name}.ts";

/** Thirty bars down, thirty up, thirty down. */
const closes = Array.from({ length: 90 }, (_, bar) => 100 + Math.abs(30 - (bar % 60)) * (bar < 60 ? 1 : 2 - bar / 60));

test("enters when the fast average crosses above the slow one, and leaves when it crosses back", () => {
  const { intents, faults } = testStrategy(definition, { closes });
  assert.deepEqual(faults, []);
  assert.deepEqual(intents.map((intent) => intent.type), ["enter", "exit"]);
});

test("says nothing while averages have too few bars", () => {
  assert.deepEqual(testStrategy(definition, { closes: closes.slice(0, 20) }).intents, []);
});
`;
