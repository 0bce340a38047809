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

const strategyText = (name: string): string => `import { enter, exit, p, size, stop, strategy, ta } from "bulkhead";

// Only closed bars are visible; what you return is filled at the next open. Run it:
//   npx bulkhead backtest ${name}.ts --symbols SPY
export default strategy({
  name: "${name}",
  params: {
    fast: p.int(8, { min: 3, max: 30, help: "bars of the fast average" }),
    slow: p.int(21, { min: 10, max: 120, help: "bars of the slow average" }),
    risk: p.pct("1%", { min: "0.1%", max: "5%", help: "of equity lost if the stop is hit" }),
  },
  check: ({ fast, slow }) => (fast < slow ? undefined : "fast must be below slow"),
  indicators: ({ fast, slow }) => ({ fast: ta.ema(fast), slow: ta.ema(slow), atr: ta.atr(14) }),
  onBar({ ind, params, position }) {
    if (!position && ind.fast.crossedAbove(ind.slow)) {
      return enter.long({
        size: size.risk(params.risk),
        stop: stop.atr(ind.atr, 2),
        takeProfit: { r: 3 },
        why: "fast EMA crossed above slow",
      });
    }
    if (position && ind.fast.crossedBelow(ind.slow)) return exit({ why: "fast EMA crossed below slow" });
    return undefined;
  },
});
`;

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
