import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
// biome-ignore lint/style/noRestrictedImports: made from the room's own test records, which its door would only load at every start.
import { makeGolden, tagsInUse } from "../packages/store/src/golden.ts";

// node tools/golden.ts v1: writes the golden journals of a release, once, when it is cut. Later releases must replay them to the
// digests beside them (docs/journal.md). Before the release `--again` makes them anew.

const [release = "", ...options] = process.argv.slice(2);
const folder = new URL("../packages/store/golden/", import.meta.url);

function main(): void {
  if (!/^v\d+$/.test(release)) throw new Error("GOLDEN_NAME_MISSING: use=node tools/golden.ts v1 [--again]");
  const again = options.includes("--again");
  const facts = new URL(`${release}.json`, folder);
  if (existsSync(facts) && !again) throw new Error(`GOLDEN_EXISTS: release=${release}`);
  mkdirSync(folder, { recursive: true });
  const golden = makeGolden();
  writeFileSync(new URL(`${release}.journal`, folder), golden.journal);
  writeFileSync(new URL(`${release}-types.journal`, folder), golden.types);
  writeFileSync(facts, `${JSON.stringify(golden.facts, null, 2)}\n`);
  writeTags(again);
  console.log(`${release}: ${golden.facts.journal.records} records of a desk, ${golden.facts.types.records} of every type`);
}

/** Adds new tags to the list of all tags ever used; one that is there stays. */
function writeTags(again: boolean): void {
  const list = new URL("tags.json", folder);
  const inUse = tagsInUse();
  const known = existsSync(list) && !again ? (JSON.parse(readFileSync(list, "utf8")) as typeof inUse) : { commands: {}, events: {} };
  for (const group of ["commands", "events"] as const) {
    for (const [type, tag] of Object.entries(known[group])) {
      if ((inUse[group][type] ?? tag) !== tag) throw new Error(`GOLDEN_TAG_CHANGED: type=${type}, was=${tag}, is=${inUse[group][type]}`);
    }
  }
  const merged = { commands: { ...known.commands, ...inUse.commands }, events: { ...known.events, ...inUse.events } };
  writeFileSync(list, `${JSON.stringify(merged, null, 2)}\n`);
}

main();
