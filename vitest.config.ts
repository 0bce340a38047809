import { defineConfig } from "vitest/config";

/** What reads and writes nothing outside its own arguments shares a process with its like: starting one for each takes longer than they do. */
const ROOMS = "packages/{money,core,contract,analytics,market,sim,store,strategies,host}/src/**/*.test.ts";

/** Tests sit beside what they prove; `tests/` holds stories through the front door and the walls. */
export default defineConfig({
  test: {
    // Whole runs and child processes are slow on a small or busy machine; a hang still ends.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // A second, as it would be, is not enough for a browser on a busy machine.
    expect: { poll: { timeout: 60_000, interval: 20 } },
    // Forks, because stories change zone and locale and some tests load native code; three on the two cores that we promise, because a third
    // of a story's time is waiting.
    pool: "forks",
    maxWorkers: 3,
    reporters: ["default", "./tools/closing-line.ts"],
    projects: [
      { extends: true, test: { name: "rooms", include: [ROOMS], isolate: false } },
      {
        extends: true,
        test: {
          name: "stories",
          include: [
            "packages/*/src/**/*.test.ts",
            "apps/*/src/**/*.test.ts",
            "bench/**/*.test.ts",
            "examples/**/*.test.ts",
            "tests/**/*.test.ts",
          ],
          exclude: [ROOMS],
        },
      },
    ],
  },
});
