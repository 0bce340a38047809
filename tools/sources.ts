import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "oxc-parser";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Every TypeScript file of ours, as paths from the root, sorted. */
export function sourcePaths(): readonly string[] {
  return globSync(["{packages,apps}/*/src/**/*.ts", "{bench,tests,tools,examples}/**/*.ts", "*.ts"], { cwd: root }).sort();
}

export const read = (path: string): string => readFileSync(`${root}/${path}`, "utf8");

/** Files that hold tests: by name, by place, or because they use the test library (suites that others run). */
export const isTest = (path: string): boolean =>
  path.endsWith(".test.ts") || path.startsWith("tests/") || (!path.startsWith("tools/") && /from "vitest"/.test(read(path)));

/** The texts in quotes of a file, comments apart: test names and the tables that they come from are among them. */
export function quotedTexts(path: string): readonly string[] {
  const texts: string[] = [];
  const visitor = new Visitor({
    Literal: (node) => {
      if (typeof node.value === "string") texts.push(node.value);
    },
    TemplateElement: (node) => {
      texts.push(node.value.raw);
    },
  });
  visitor.visit(parseSync(path, read(path)).program);
  return texts;
}

/** Line numbers, from 1, of the start and end of each function and method of a file. */
export function functionLines(path: string): readonly Readonly<{ start: number; end: number }>[] {
  const text = read(path);
  const found: { start: number; end: number }[] = [];
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
  const add = (node: Readonly<{ start: number; end: number }>): void => {
    found.push({ start: lineOf(node.start), end: lineOf(node.end) });
  };
  new Visitor({ FunctionDeclaration: add, FunctionExpression: add, ArrowFunctionExpression: add }).visit(parseSync(path, text).program);
  return found;
}
