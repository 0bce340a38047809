// Which requirements the tests quote and which none does, per group: `npm run -s requirements [-- --json | --check]`.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isTest, quotedTexts, sourcePaths } from "./sources.ts";

type Group = Readonly<{ group: string; quoted: readonly string[]; unquoted: readonly string[] }>;

const file = fileURLToPath(new URL("../../shared/requirements.md", import.meta.url));
const groupNames = ["S0", "S1", "S2", "S3", "S4", "C", "A"];
const anyId = /\b(?:S[0-4]\.x?\d+|[CA]\d{1,2})\b/g;
const range = /\b(S[0-4]\.|C|A)(\d+)\s*[–-]\s*(?:\1)?(\d+)\b/g;

/** Ids that the document defines: list items, table rows, and the sentences of its additions. */
function definedIds(text: string): ReadonlySet<string> {
  const items = [...text.matchAll(/^- (S[0-4]\.x?\d+) /gm), ...text.matchAll(/^\| (C\d+) \|/gm)].map((match) => match[1] ?? "");
  const additions = text.slice(text.indexOf("\n## Additions")).matchAll(/\b(A\d+) /g);
  return new Set([...items, ...[...additions].map((match) => match[1] ?? "")]);
}

/** Ids in the quoted texts of all tests, by the first file that has them; a range counts as each of its ids. */
function quotedIds(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const path of sourcePaths().filter(isTest)) {
    for (const text of quotedTexts(path).filter((each) => /\s/.test(each))) {
      const ids = [...text.matchAll(anyId)].map(([id]) => id);
      for (const [, prefix = "", from = "", to = ""] of text.matchAll(range)) {
        for (let number = Number(from); number <= Number(to); number += 1) ids.push(`${prefix}${number}`);
      }
      for (const id of ids) if (!found.has(id)) found.set(id, path);
    }
  }
  return found;
}

function report(): Readonly<{ groups: readonly Group[]; unknown: readonly string[] }> {
  const defined = definedIds(readFileSync(file, "utf8"));
  const quoted = quotedIds();
  const groups = groupNames.map((group) => {
    const ids = [...defined].filter((id) => (group.startsWith("S") ? id.startsWith(`${group}.`) : new RegExp(`^${group}\\d`).test(id)));
    return { group, quoted: ids.filter((id) => quoted.has(id)), unquoted: ids.filter((id) => !quoted.has(id)) };
  });
  const unknown = [...quoted].filter(([id]) => !defined.has(id)).map(([id, path]) => `${id} (${path})`);
  return { groups, unknown };
}

function print(): number {
  const asJson = process.argv.includes("--json");
  if (!existsSync(file)) {
    console.log(asJson ? JSON.stringify({ skipped: true }) : "requirements: skipped, ../shared/requirements.md is not here");
    return 0;
  }
  const { groups, unknown } = report();
  if (asJson) console.log(JSON.stringify({ skipped: false, groups, unknown }));
  else {
    for (const { group, quoted, unquoted } of groups) {
      console.log(`${group}: ${quoted.length} of ${quoted.length + unquoted.length} quoted by tests`);
      if (process.argv.includes("--check")) continue;
      console.log(`  quoted:   ${quoted.join(" ") || "none"}`);
      console.log(`  unquoted: ${unquoted.join(" ") || "none"}`);
    }
    for (const each of unknown) console.log(`unknown requirement: ${each}`);
  }
  return unknown.length === 0 ? 0 : 1;
}

process.exitCode = print();
