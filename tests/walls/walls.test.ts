import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { planted } from "./planted.ts";
import { nouns, rooms } from "./rooms.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const copy = mkdtempSync(join(tmpdir(), "bulkhead-walls-"));
const run = promisify(execFile);
/** Rules that refused each planted file, by its path. */
const refusals = new Map<string, string[]>();

/** A copy of the ground with a door in each room and nothing behind it, where violations are planted. */
function layOut(): void {
  for (const path of ["biome.json", "tsconfig.json", "package.json", ".gitignore", "tools/lint"]) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  mkdirSync(join(copy, "node_modules/@bulkhead"), { recursive: true });
  for (const entry of readdirSync(join(root, "node_modules"))) {
    if (entry !== "@bulkhead" && !entry.startsWith(".")) symlinkSync(join(root, "node_modules", entry), join(copy, "node_modules", entry));
  }
  for (const { path, name } of rooms) {
    cpSync(join(root, path, "package.json"), join(copy, path, "package.json"));
    write(`${path}/src/index.ts`, "export type Door = Readonly<{ open: boolean }>;\nexport const door: Door = { open: true };\n");
    symlinkSync(join(copy, path), join(copy, "node_modules/@bulkhead", name));
  }
  for (const noun of nouns) write(`packages/core/src/${noun}/door.ts`, `export type Door = "${noun}";\n`);
  for (const { files } of planted) for (const [path, text] of Object.entries(files)) write(path, text);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  writeFileSync(join(copy, path), text);
}

type Report = Readonly<{ diagnostics: readonly Readonly<{ category: string; location: Readonly<{ path: string }> }>[] }>;

beforeAll(async () => {
  layOut();
  const args = ["lint", "--reporter=json", "--max-diagnostics=none", "--error-on-warnings"];
  const { stdout } = await run(join(root, "node_modules/.bin/biome"), args, { cwd: copy, maxBuffer: 1 << 28 }).catch((error) => error);
  const report = JSON.parse(stdout) as Report;
  for (const { category, location } of report.diagnostics) refusals.set(location.path, [...(refusals.get(location.path) ?? []), category]);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test.each(planted.filter(({ rule }) => rule !== undefined))("$wall is refused", ({ files, rule }) => {
  const [path = ""] = Object.keys(files);
  expect(refusals.get(path)).toContain(rule);
});

test.each(planted.filter(({ rule }) => rule === undefined))("$wall is accepted", ({ files }) => {
  for (const path of Object.keys(files)) expect(refusals.get(path) ?? [], path).toEqual([]);
});

test.each(rooms)("$path lists only the rooms that it may import", ({ path, imports }) => {
  const { dependencies } = JSON.parse(readFileSync(join(root, path, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  const listed = Object.keys(dependencies).filter((name) => name.startsWith("@bulkhead/"));
  expect(imports.map((name) => `@bulkhead/${name}`)).toEqual(expect.arrayContaining(listed));
});

test("every room and every noun of core stands in the tables of this test", () => {
  const folders = (path: string) =>
    readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [`${path}/${entry.name}`] : []));
  expect(rooms.map(({ path }) => path)).toEqual(expect.arrayContaining([...folders("packages"), ...folders("apps")]));
  expect(nouns.map((noun) => `packages/core/src/${noun}`)).toEqual(expect.arrayContaining(folders("packages/core/src")));
});

test("arithmetic on amounts, an enum and an unchecked index do not compile", async () => {
  const project = join(copy, "compile");
  mkdirSync(project);
  symlinkSync(join(root, "packages/money/src"), join(project, "money"));
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ extends: "../tsconfig.json", include: ["*.ts"] }));
  writeFileSync(
    join(project, "raw.ts"),
    [
      'import { type Money, type Price, isMore } from "./money/index.ts";',
      "export const sum = (a: Money, b: Money) => a + b;",
      "export const mixed = (a: Money, b: Price) => isMore<Money>(a, b);",
      "export enum Side { Buy }",
      "export const first = (list: readonly string[]): string => list[0];",
      "export const fine = (a: Money, b: Money) => isMore(a, b);",
    ].join("\n"),
  );
  const { stdout } = await run(join(root, "node_modules/.bin/tsc"), ["--noEmit", "-p", project, "--pretty", "false"]).catch(
    (error) => error,
  );
  const codes = [...String(stdout).matchAll(/^\S*raw\.ts\((\d+),\d+\): error (TS\d+)/gm)].map((match) => `${match[1]} ${match[2]}`);
  expect(codes).toEqual(["2 TS2365", "3 TS2345", "4 TS1294", "5 TS2322"]);
});
