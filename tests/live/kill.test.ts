import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seed } from "../count.ts";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { live } from "./kill-run.ts";
import { SCENARIOS } from "./kill-scenarios.ts";
import { wrong } from "./kill-verdict.ts";

const isFull = process.env["BULKHEAD_FULL"] === "1";
/** Desks side by side: most of the time each waits. */
const ABREAST = Number(process.env["BULKHEAD_KILLS_ABREAST"] ?? 3);

let folder = "";
let cache = "";
let kills = 0;
beforeAll(() => {
  folder = newFolder();
  cache = process.env["NODE_COMPILE_CACHE"] ?? join(folder, "cache");
});
afterAll(() => {
  removeFolder(folder);
  process.stdout.write(`${kills} desks killed between messages\n`);
});

/** Kills at each of these, several at once, each named by what was wrong. */
async function killAt(jobs: readonly Readonly<{ index: number; after: number }>[], signal: AbortSignal): Promise<readonly string[]> {
  const found: string[] = [];
  const waiting = [...jobs];
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined && !signal.aborted; job = waiting.shift()) {
      const { index, after } = job;
      const scenario = SCENARIOS[index];
      if (scenario === undefined) continue;
      const story = `${scenario.name}, killed after message ${after}`;
      try {
        const outcome = await live(index, after, cache, signal);
        if (outcome.wasKilled) kills += 1;
        for (const what of wrong(scenario, outcome)) found.push(`${story}: ${what}; ${JSON.stringify(outcome.said)}`);
      } catch (error) {
        found.push(`${story}: ${String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, work));
  return found;
}

describe.runIf(isFull)(
  "[LIVE-23] R1 P2 Z13 killed between every two messages of ten scenarios and started again, the books are the broker's",
  () => {
    for (const [index, scenario] of SCENARIOS.entries())
      test(scenario.name, async ({ signal }) => {
        const whole = await live(index, Number.POSITIVE_INFINITY, cache, signal);
        expect(wrong(scenario, whole)).toEqual([]);
        const before = kills;
        const found = await killAt(
          Array.from({ length: whole.messages }, (_, k) => ({ index, after: k + 1 })),
          signal,
        );
        process.stdout.write(`${scenario.name}: ${whole.messages} messages, ${kills - before} kills, ${found.length} found\n`);
        expect(found).toEqual([]);
      }, 1_800_000);
  },
);

test.skipIf(isFull)(
  "[LIVE-23] R1 P2 Z13 killed at one message of each of ten scenarios, another with every seed, the books are the broker's",
  async ({ signal }) => {
    // No length is divisible by 17, so that seeds one after the other go through all messages.
    const jobs = SCENARIOS.map(({ messages }, index) => ({ index, after: 1 + ((seed() * 17 + index * 11) % messages) }));
    expect(await killAt(jobs, signal)).toEqual([]);
    expect(kills).toBeGreaterThan(0);
  },
  600_000,
);
