import { defineConfig } from "vitest/config";

/** Tests sit beside what they prove; `tests/` holds stories through the front door and the walls. */
export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "apps/*/src/**/*.test.ts",
      "bench/**/*.test.ts",
      "examples/**/*.test.ts",
      "tests/**/*.test.ts",
    ],
    // Whole runs and child processes are slow on a small or busy machine; a hang still ends.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Forks, because stories change zone and locale and some tests load native code; two, because two cores is what we promise.
    pool: "forks",
    maxWorkers: 2,
    reporters: ["default", "./tools/closing-line.ts"],
  },
});
