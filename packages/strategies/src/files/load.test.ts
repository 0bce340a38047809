import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadStrategy } from "./load.ts";
import { scaffoldStrategy } from "./scaffold.ts";

const folder = mkdtempSync(join(tmpdir(), "bulkhead-strategies-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Loads in a process of its own, as the command does: the test runner resolves imports its own way. */
function loadOutside(path: string): Readonly<Record<string, unknown>> {
  const code = `import { bindStrategy, loadStrategy } from "@bulkhead/strategies";
    const outcome = await loadStrategy(process.argv[1], process.argv[2]);
    const bound = outcome.ok ? bindStrategy(outcome.value.definition, {}, { codeHash: outcome.value.codeHash }) : outcome;
    console.log(JSON.stringify(bound));`;
  const room = new URL("../..", import.meta.url);
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", code, path, folder], { cwd: room, encoding: "utf8" }));
}

const sound = (name: string): string =>
  `import { exit, p, strategy, ta } from "bulkhead";
   import { ta as same } from "@bulkhead/strategies";
   export default strategy({ name: "${name}", params: { n: p.int(3) }, indicators: ({ n }) => ({ mean: (ta === same ? ta : undefined)!.sma(n) }),
     onBar: ({ bar, ind }) => (bar.close > ind.mean.value ? exit({ why: "above" }) : undefined) });`;

describe("[STR-25] a strategy file anywhere on disk", () => {
  test("loads with the names of this package resolved, and is known by the hash of its bytes", () => {
    write("deep/inside/mine.ts", sound("mine"));
    const bound = loadOutside("deep/inside/mine.ts");
    expect(bound).toMatchObject({ ok: true, value: { name: "mine", warmUp: 3, params: { n: 3 } } });
    const { codeHash } = (bound as { value: { codeHash: string } }).value;
    expect(codeHash).toMatch(/^[0-9a-f]{64}$/);
    write("deep/inside/mine.ts", `${sound("mine")}\n`);
    expect(loadOutside("deep/inside/mine.ts")).not.toMatchObject({ value: { codeHash } });
  });

  test("a built-in goes by its name", async () => {
    expect(await loadStrategy("sma-cross")).toMatchObject({
      ok: true,
      value: { definition: { name: "sma-cross" }, path: undefined, codeHash: undefined },
    });
  });
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["gone.ts",       undefined,                                                             "STRATEGY_FILE_MISSING",      undefined],
  ["syntax.ts",     'import { p } from "bulkhead";\nexport default { a(] };\n',            "STRATEGY_SYNTAX",            2],
  ["enum.ts",       "\n\nenum A { B }\nexport default A;\n",                               "STRATEGY_SYNTAX",            3],
  ["nothing.ts",    "export const a = 1;\n",                                               "STRATEGY_NO_DEFAULT_EXPORT", undefined],
  ["elsewhere.ts",  'import a from "no-such-package";\nexport default a;\n',               "STRATEGY_IMPORT_MISSING",    undefined],
  ["throws.ts",     '\nthrow new Error("boom");\n',                                        "STRATEGY_LOAD_THREW",        2],
  ["plain.ts",      'export default { name: "plain", onBar() {} };\n',                     "STRATEGY_WRONG_SHAPE",       undefined],
  ["name.ts",       'import { strategy } from "bulkhead";\nexport default strategy({ name: "A B", onBar: () => undefined });\n', "STRATEGY_WRONG_SHAPE", undefined],
  ["idle.ts",       'import { strategy } from "bulkhead";\nexport default strategy({ name: "idle" });\n',                        "STRATEGY_WRONG_SHAPE", undefined],
] as const)("[STR-26] %s is refused with its code and line", (name, text, code, line) => {
  const path = text === undefined ? join(folder, name) : write(name, text);
  expect(loadOutside(path)).toMatchObject({ ok: false, problems: [{ code, path, ...(line === undefined ? {} : { line }), message: expect.stringContaining(path) }] });
});

test("[STR-26] an unknown name is refused with the known ones", async () => {
  expect(await loadStrategy("sma")).toMatchObject({
    ok: false,
    problems: [{ code: "STRATEGY_UNKNOWN", message: expect.stringContaining("momentum") }],
  });
});

test("[STR-27] a scaffold is a strategy that loads, and a test that passes with nothing but node", () => {
  const scaffold = scaffoldStrategy("my-idea");
  expect(scaffoldStrategy("My Idea")).toBeUndefined();
  const text = scaffold?.files[0]?.text ?? "";
  expect(text.split("\n").slice(0, 4)).toEqual([
    'import { enter, exit, p, size, stop, strategy, ta } from "bulkhead";',
    "",
    "// Run it: npx bulkhead backtest my-idea.ts --symbols SPY",
    "",
  ]);
  expect(text).toContain('name: "my-idea",');
  for (const file of scaffold?.files ?? []) write(`new/${file.path}`, file.text);
  mkdirSync(join(folder, "new/node_modules"));
  symlinkSync(scaffold?.link.target ?? "", join(folder, "new", scaffold?.link.path ?? ""), "dir");
  expect(loadOutside(join(folder, "new/my-idea.ts"))).toMatchObject({ ok: true, value: { name: "my-idea", warmUp: 21 } });
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const report = execFileSync(process.execPath, ["--test", "--test-reporter=tap", "my-idea.test.ts"], {
    cwd: join(folder, "new"),
    env,
    encoding: "utf8",
  });
  expect(report).toContain("# pass 2");
  expect(report).toContain("# fail 0");
});
