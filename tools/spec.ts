// Every numbered rule of docs/spec has a test that quotes it, and every quoted rule exists.
import { globSync } from "node:fs";
import { isTest, quotedTexts, read, root, sourcePaths } from "./sources.ts";

const ruleLine = /^\s*[-*] \*\*([A-Z][A-Z0-9]*-\d+)\*\*/gm;
const quoted = /\[([A-Z][A-Z0-9]*-\d+(?:\s*,\s*[A-Z][A-Z0-9]*-\d+)*)\]/g;
const anyId = /\b([A-Z][A-Z0-9]*)-\d+\b/g;

const problems: string[] = [];

/** Where each rule stands, by its id. */
const rules = new Map<string, string>();
for (const path of globSync("docs/spec/**/*.md", { cwd: root }).sort()) {
  for (const [, id = ""] of read(path).matchAll(ruleLine)) {
    const elsewhere = rules.get(id);
    if (elsewhere === undefined) rules.set(id, path);
    else problems.push(`${id} stands twice: ${elsewhere} and ${path}`);
  }
}
const prefixes = new Set([...rules.keys()].map((id) => id.slice(0, id.lastIndexOf("-"))));

const proved = new Set<string>();
for (const path of sourcePaths()) {
  if (isTest(path)) {
    const texts = quotedTexts(path).join("\n");
    for (const [, list = ""] of texts.matchAll(quoted)) {
      for (const id of list.split(/\s*,\s*/)) {
        proved.add(id);
        if (!rules.has(id)) problems.push(`${path} quotes ${id}, which no file of docs/spec has`);
      }
    }
  }
  for (const [id, prefix = ""] of read(path).matchAll(anyId)) {
    if (prefixes.has(prefix) && !rules.has(id) && !proved.has(id)) problems.push(`${path} speaks of ${id}, which no file of docs/spec has`);
  }
}
for (const [id, path] of rules) if (!proved.has(id)) problems.push(`${id} (${path}) is quoted by no test`);

for (const problem of new Set(problems)) console.log(problem);
console.log(`${rules.size} rules, ${[...rules.keys()].filter((id) => proved.has(id)).length} proved, ${new Set(problems).size} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
