import fc from "fast-check";
import { parse, stringify } from "smol-toml";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { CATALOGUE } from "../catalogue/catalogue.ts";
import type { Config } from "./config.ts";
import { loadConfig } from "./load.ts";

const RICH = `[account]
venue = "XNYS"
base_currency = "EUR"
starting_cash = "120000"
quote_age_max = "15m"
short_requirement_pct = "40%"
max_leverage = 1.5
fee = { model = "per-share", per_share = "0.005", minimum = "1", maximum_pct = "1%" }
slippage = { pct = "0.02%", ticks = 1 }
fill = { volume_share = "10%" }

[defaults]
max_position_pct = "5%"
lot_matching = "lifo"

[backtest]
from = "2013-10-07"
to = "2013-10-11"
resolution = "1m"
seed = 7

[[backtest.data]]
format = "csv"
path = "prices.csv"
zone = "America/New_York"
columns = { time = "Date", open = 2, high = 3, low = 4, close = 5 }

[[backtest.data]]
format = "lean"
path = "lean"
dirty = "skip"

[[portfolio]]
id = "aggressive"
name = "Aggressive Growth"
starting_cash = "50000"
symbols = ["SPY", "IBM"]
strategy = "sma-cross"
params = { fast = 10, slow = 30 }
max_position_pct = 0.5
use_trailing_stop = true
trailing_stop_pct = 0.08
loss_limits = [{ window = "rolling-24h", pct = "3%" }]

[[portfolio]]
id = "conservative"
starting_cash = 50000
symbols = "SPY"
strategy = "buy-and-hold"
min_confidence = 0.6
active = false
`;

const load = (text: string) => loadConfig({ file: { name: "bulkhead.toml", text } });
/** Everything that a configuration says, without where it was written. */
const meaning = (config: Config): string => JSON.stringify([config.accounts, config.backtest]);
const base = load(RICH);
const baseMeaning = base.ok ? meaning(base.config) : "";

/** Refused with codes of the catalogue and lines of the file; or what it means. Anything else fails the test. */
function outcome(text: string): string | undefined {
  const loaded = load(text);
  if (loaded.ok) return meaning(loaded.config);
  const lines = text.split("\n").length;
  expect(loaded.problems.length).toBeGreaterThan(0);
  for (const problem of loaded.problems) {
    expect(CATALOGUE.has(problem.code)).toBe(true);
    expect(problem.origin).toMatchObject({ kind: "file", file: "bulkhead.toml" });
    if (problem.origin.kind === "file")
      expect(problem.origin.line >= 1 && problem.origin.line <= lines && problem.origin.column >= 1).toBe(true);
  }
  return undefined;
}

test("[CFG-15] any change of the text loads or is refused with codes and lines, and never crashes", () => {
  const change = fc.record({
    at: fc.nat(RICH.length),
    length: fc.nat(12),
    put: fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom('"', "'", "[", "]]", "\n", "=", "#", "{", "}", "\\", "0", "-", "%", ".", "\u0000", "é", "nan", "__proto__ = 1\n"),
    ),
  });
  const mutate = (changes: readonly { at: number; length: number; put: string }[]) =>
    changes.reduce((text, { at, length, put }) => text.slice(0, at) + put + text.slice(at + length), RICH);
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      outcome(mutate(changes));
    }),
    { numRuns: runs(2000), seed: seed() },
  );
});

type Path = readonly (string | number)[];

function* leaves(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) yield* leaves(item, [...path, Array.isArray(value) ? Number(key) : key]);
}

/** A copy with the value at a path replaced, renamed or taken out. */
function edited(tree: unknown, path: Path, edit: (holder: Record<string | number, unknown>, key: string | number) => void): unknown {
  const copy = structuredClone(tree) as Record<string, unknown>;
  const holder = path.slice(0, -1).reduce<unknown>((node, step) => (node as Record<string | number, unknown>)[step], copy);
  edit(holder as Record<string | number, unknown>, path.at(-1) ?? "");
  return copy;
}

test("[CFG-15] a changed value is in effect or refused, never ignored", () => {
  const tree = parse(RICH);
  const paths = [...leaves(tree)];
  const values: readonly unknown[] = [
    0,
    1,
    2,
    0.25,
    5,
    -1,
    1e300,
    true,
    "",
    "x",
    "7%",
    "SPY",
    "2013-10-09",
    "UTC",
    "250ms",
    "GBP",
    "extended",
    "hifo",
    [],
    ["QQQ"],
    [1],
    {},
    { a: 1 },
  ];
  const mutation = fc.record({
    path: fc.constantFrom(...paths),
    value: fc.constantFrom(...values),
    how: fc.constantFrom("replace", "rename", "remove"),
  });
  fc.assert(
    fc.property(mutation, ({ path, value, how }) => {
      const after = edited(tree, path, (holder, key) => {
        if (how === "replace") holder[key] = value;
        else if (Array.isArray(holder)) holder.splice(Number(key), 1);
        else {
          if (how === "rename") holder[`${key}_`] = holder[key];
          delete holder[key];
        }
      });
      const means = outcome(stringify(after as Record<string, unknown>));
      if (how === "rename" && typeof path.at(-1) === "string" && !path.includes("params")) expect(means).toBeUndefined();
      if (means === baseMeaning) expect(isSameThing(path, how, value)).toBe(true);
    }),
    { numRuns: runs(2000), seed: seed() },
  );
});

/** Removing what a default says again, and writing the same value in another way, change nothing. */
function isSameThing(path: Path, how: string, value: unknown): boolean {
  if (how === "remove") return path.at(-1) === "use_trailing_stop";
  return (
    how === "replace" &&
    String(value) === String(path.reduce<unknown>((node, step) => (node as Record<string | number, unknown>)[step], parse(RICH)))
  );
}
