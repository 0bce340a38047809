import { readdirSync, readFileSync } from "node:fs";
import { createEngine } from "@bulkhead/core";
import { describe, expect, test } from "vitest";
import { newReader } from "./codec/read.ts";
import { RECORDS } from "./codec/record.ts";
import { digestOf, type GoldenFacts, tagsInUse } from "./golden.ts";
import { recordsOf } from "./records.ts";
import { stateDigest } from "./snapshot/snapshot.ts";

const folder = new URL("../golden/", import.meta.url);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
const json = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const releases = readdirSync(folder)
  .filter((name) => /^v\d+\.json$/.test(name))
  .map((name) => name.replace(".json", ""));

const asBatch = (bytes: Uint8Array) => [{ batch: 1, firstSeq: 1, lastSeq: 0, bytes, hash: new Uint8Array(32) }];

describe.each(releases)("golden journals of %s", (release) => {
  const facts = json(`${release}.json`) as GoldenFacts;

  test.each([
    [`${release}.journal`, facts.journal],
    [`${release}-types.journal`, facts.types],
  ] as const)("[JRN-34] %s reads, is canonical, and has its digest", (name, { records, digest }) => {
    const bytes = read(name);
    expect(digestOf(bytes)).toBe(digest);
    expect([...recordsOf(asBatch(bytes), 1)]).toHaveLength(records);
    const reader = newReader(bytes);
    while (reader.position < bytes.length) expect(RECORDS.roundTrips(reader).same).toBe(true);
  });

  test("[JRN-35] I17: replay gives the recorded digest of state, by the view of its day", () => {
    const engine = createEngine();
    for (const record of recordsOf(asBatch(read(`${release}.journal`)), 1)) engine.replay(record);
    expect(stateDigest(engine.state, facts.journal.stateView)).toBe(facts.journal.stateDigest);
  });
});

test("[JRN-8] Z43: the tag of every released type and version stays what it was, and new ones are written down", () => {
  const inUse = tagsInUse();
  const frozen = json("tags.json") as typeof inUse;
  for (const group of ["commands", "events"] as const) {
    expect(frozen[group]).toMatchObject(inUse[group]);
    const tags = Object.values(frozen[group]);
    expect(new Set(tags).size).toBe(tags.length);
  }
});
