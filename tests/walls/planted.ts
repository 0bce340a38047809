import { nouns, rooms } from "./rooms.ts";

/** Files planted into a copy of the ground, the first of them the offender, and the rule that must refuse it; none: it must pass. */
export type Planted = Readonly<{ wall: string; files: Readonly<Record<string, string>>; rule?: string }>;

const restricted = "lint/style/noRestrictedImports";
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");

/** One file in one room. */
const one = (wall: string, path: string, text: string, rule?: string): Planted => ({
  wall,
  files: { [path]: `${text}\n` },
  ...(rule === undefined ? {} : { rule }),
});

/** Every room imports every other: what the table does not allow is refused, what it allows passes. */
const betweenRooms: readonly Planted[] = rooms.flatMap(({ name, path, imports }) =>
  rooms
    .filter((other) => other.name !== name)
    .map((other) =>
      one(
        `${name} importing ${other.name}`,
        `${path}/src/imports-${other.name}.ts`,
        `import type { Door } from "@bulkhead/${other.name}";\nexport type Seen = Door;`,
        imports.includes(other.name) ? undefined : restricted,
      ),
    ),
);

const coreTypesOnly: readonly Planted[] = rooms
  .filter((room) => room.coreTypesOnly)
  .map(({ name, path }) =>
    one(
      `${name} importing core's engine`,
      `${path}/src/imports-engine.ts`,
      'import { door } from "@bulkhead/core";\nexport const seen = door;',
      "plugin",
    ),
  );

/** Each noun of core imports each other: what stands right of it is refused. */
const insideCore: readonly Planted[] = nouns.flatMap((noun, index) =>
  nouns
    .filter((other) => other !== noun)
    .map((other) =>
      one(
        `core/${noun} importing core/${other}`,
        `packages/core/src/${noun}/imports-${other}.ts`,
        `import type { Door } from "../${other}/door.ts";\nexport type Seen = Door;`,
        nouns.indexOf(other) < index ? undefined : restricted,
      ),
    ),
);

const aroundDoors: readonly Planted[] = [
  one(
    "a deep import",
    "packages/core/src/deep.ts",
    'import type { Door } from "@bulkhead/money/src/index.ts";\nexport type Seen = Door;',
    restricted,
  ),
  one(
    "a deep import that the room does not export",
    "packages/core/src/unresolved.ts",
    'import { door } from "@bulkhead/money/src/index.ts";\nexport const seen = door;',
    "lint/correctness/noUnresolvedImports",
  ),
  one(
    "a relative way around a door",
    "packages/core/src/around.ts",
    'import type { Door } from "../../money/src/index.ts";\nexport type Seen = Door;',
    restricted,
  ),
  one(
    "a story around a door",
    "tests/around.ts",
    'import type { Door } from "../packages/money/src/index.ts";\nexport type Seen = Door;',
    restricted,
  ),
  one(
    "a name that the door does not have",
    "packages/core/src/name.ts",
    'import { window } from "@bulkhead/money";\nexport const seen = window;',
    "lint/correctness/noUnresolvedImports",
  ),
  one(
    "an undeclared package",
    "packages/market/src/undeclared.ts",
    'import { createHash } from "kysely";\nexport const seen = createHash;',
    "lint/correctness/noUndeclaredDependencies",
  ),
  one("a parser in core", "packages/core/src/parser.ts", 'import { z } from "zod";\nexport const seen = z;', restricted),
  {
    wall: "a cycle closed by a type",
    files: {
      "packages/core/src/cycle-a.ts": 'import type { B } from "./cycle-b.ts";\nexport type A = Readonly<{ b?: B }>;\n',
      "packages/core/src/cycle-b.ts": 'import type { A } from "./cycle-a.ts";\nexport type B = Readonly<{ a?: A }>;\n',
    },
    rule: "lint/suspicious/noImportCycles",
  },
  ...["money", "core", "contract", "host", "sim", "analytics", "strategies"].map((room) =>
    one(
      `Node's modules in ${room}`,
      `packages/${room}/src/node.ts`,
      'import { readFileSync } from "node:fs";\nexport const seen = readFileSync;',
      "lint/correctness/noNodejsModules",
    ),
  ),
  ...["packages/store/src", "packages/market/src", "packages/strategies/src/files", "apps/cli/src", "apps/server/src"].map((path) =>
    one(`Node's modules in ${path}`, `${path}/node.ts`, 'import { readFileSync } from "node:fs";\nexport const seen = readFileSync;'),
  ),
];

const nondeterminism = ["money", "core", "sim"].flatMap((room) => [
  ...["Date", "Intl", "crypto", "performance", "setTimeout", "setInterval", "fetch", "process"].map((name) =>
    one(
      `${name} in ${room}`,
      `packages/${room}/src/uses-${name.toLowerCase()}.ts`,
      `export const seen = ${name};`,
      "lint/style/noRestrictedGlobals",
    ),
  ),
  ...[
    ["chance", "export const seen = Math.random();"],
    ["floating text", "export const seen = parseFloat(String(1));"],
    ["rounded text", "export const seen = (1).toFixed(2);"],
    ["local text", "export const seen = (1).toLocaleString();"],
    ["local order", 'export const seen = "a".localeCompare("b");'],
  ].map(([wall = "", text = ""]) => one(`${wall} in ${room}`, `packages/${room}/src/${wall.replace(" ", "-")}.ts`, text, "plugin")),
]);

const style: readonly Planted[] = [
  one("the environment", "packages/store/src/env.ts", 'export const seen = process.env["HOME"];', "lint/style/noProcessEnv"),
  one("the console", "packages/store/src/console.ts", 'console.log("seen");', "lint/suspicious/noConsole"),
  one("a default export", "packages/core/src/default.ts", "export default 1;", "lint/style/noDefaultExport"),
  one("a barrel", "packages/core/src/barrel.ts", 'export * from "./index.ts";', "lint/performance/noReExportAll"),
  one("an enum", "packages/core/src/enum.ts", "export enum Side {\n  Buy,\n}", "lint/style/noEnum"),
  one("a namespace", "packages/core/src/namespace.ts", "export namespace Side {\n  export const buy = 1;\n}", "lint/style/noNamespace"),
  one(
    "a parameter property",
    "packages/core/src/property.ts",
    "export class Seen {\n  constructor(readonly seen: number) {}\n}",
    "lint/style/noParameterProperties",
  ),
  one(
    "an assertion that something is there",
    "packages/core/src/assertion.ts",
    "export const seen = (text?: string): string => text!;",
    "lint/style/noNonNullAssertion",
  ),
  one("any", "packages/core/src/any.ts", "export const seen = (value: any): boolean => value === 1;", "lint/suspicious/noExplicitAny"),
  one(
    "a type imported as a value",
    "packages/core/src/import.ts",
    'import { Door } from "@bulkhead/money";\nexport type Seen = Door;',
    "lint/style/useImportType",
  ),
  one(
    "a file name that is not kebab-case",
    "packages/core/src/seenFile.ts",
    "export const seen = 1;",
    "lint/style/useFilenamingConvention",
  ),
  one(
    "a file of 401 lines",
    "packages/core/src/long-file.ts",
    lines(401, (index) => `export const seen${index} = ${index};`),
    "lint/style/noExcessiveLinesPerFile",
  ),
  one(
    "a function of 71 lines",
    "packages/core/src/long-function.ts",
    `export function seen(log: (value: number) => void): void {\n${lines(71, (index) => `  log(${index});`)}\n}`,
    "lint/complexity/noExcessiveLinesPerFunction",
  ),
  one(
    "a promise that nobody awaits",
    "packages/store/src/floating.ts",
    "const later = async (): Promise<void> => {};\nexport function seen(): void {\n  later();\n}",
    "lint/nursery/noFloatingPromises",
  ),
  one(
    "a switch that forgets a case",
    "packages/core/src/switch.ts",
    'export type Side = "buy" | "sell";\nexport function seen(side: Side): number {\n  switch (side) {\n    case "buy":\n      return 1;\n  }\n  return 0;\n}',
    "lint/nursery/useExhaustiveSwitchCases",
  ),
];

const clean: readonly Planted[] = [
  one(
    "a plain file of core",
    "packages/core/src/order/plain.ts",
    'import type { Door } from "@bulkhead/money";\nimport type { Door as Lots } from "../lots/door.ts";\n\nexport const seen = (door: Door, lots: Lots): string => String(door.open) + lots;',
  ),
  one(
    "a long test with Node's modules and the test libraries",
    "packages/core/src/order/plain.test.ts",
    `import { readFileSync } from "node:fs";\nimport { test } from "vitest";\n\n${lines(450, (index) => `test("${index}", () => readFileSync("${index}"));`)}`,
  ),
  one("the console in the command", "apps/cli/src/console.ts", 'console.log(process.env["HOME"]);'),
  one("the console in a benchmark", "bench/console.ts", 'console.log(process.env["HOME"]);'),
  one("a strategy file of the user's", "examples/mine.ts", "export default 1;"),
];

export const planted: readonly Planted[] = [
  ...betweenRooms,
  ...coreTypesOnly,
  ...insideCore,
  ...aroundDoors,
  ...nondeterminism,
  ...style,
  ...clean,
];
