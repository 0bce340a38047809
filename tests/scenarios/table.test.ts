import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url).pathname;
/** Incidents that a row of docs/proof.md is about: "Z36–Z38" are three. */
function incidentsIn(cell: string): readonly number[] {
  return cell.split(", ").flatMap((part) => {
    const [from = 0, to = from] = part.split("–").map((id) => Number(id.trim().slice(1)));
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

test("docs/proof.md has a row for each of the fifty incidents, and each that is not said to be missing is the name of a test", () => {
  const rows = readFileSync(`${root}docs/proof.md`, "utf8")
    .split("\n")
    .flatMap((line) => /^\| (Z\d\d[^|]*) \|[^|]*\| (.*) \|$/.exec(line) ?? []);
  const said = new Map<number, string>();
  for (let i = 0; i < rows.length; i += 3) for (const id of incidentsIn(rows[i + 1] ?? "")) said.set(id, rows[i + 2] ?? "");
  expect([...said.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));

  const files = globSync(["tests/**/*.test.ts", "packages/**/*.test.ts", "apps/**/*.test.ts"], {
    cwd: root,
    exclude: (name) => name.includes("node_modules"),
  });
  const names = files.flatMap((file) => readFileSync(`${root}${file}`, "utf8").match(/"\[[^"\n]*"/g) ?? []).join("\n");
  const named = (id: number): boolean => names.includes(`Z${String(id).padStart(2, "0")}`);
  const missing = [...said].filter(([, proof]) => proof.startsWith("*not yet:*")).map(([id]) => id);
  expect(Array.from({ length: 50 }, (_, i) => i + 1).filter((id) => !named(id))).toEqual(missing);
});
