import { expect, test } from "vitest";
import { loadConfig } from "./load.ts";

const strategiesOf = (text: string) => loadConfig({ file: { name: "bulkhead.toml", text } });

test("[CFG-50] strategy files get 250 ms an instant and 128 MiB each and think at the same time, unless [strategies] says otherwise", () => {
  expect(strategiesOf("")).toMatchObject({ ok: true, config: { strategies: { deadlineMs: 250, memoryMb: 128, parallel: true } } });
  expect(strategiesOf('[strategies]\ndeadline = "2s"\nmemory_mb = 512\nparallel = false\n')).toMatchObject({
    config: { strategies: { deadlineMs: 2_000, memoryMb: 512, parallel: false } },
  });
});

test.each([
  ['deadline = "5ms"', "CONFIG_OUT_OF_RANGE"],
  ["deadline = 250", "CONFIG_DURATION_INVALID"],
  ["memory_mb = 1", "CONFIG_OUT_OF_RANGE"],
  ['parallel = "yes"', "CONFIG_TYPE_WRONG"],
  ["threads = 4", "CONFIG_KEY_UNKNOWN"],
])("[CFG-50] [strategies] %s is refused by %s with its line", (line, code) => {
  expect(strategiesOf(`[strategies]\n${line}\n`)).toMatchObject({ ok: false, problems: [{ code, origin: { line: 2 } }] });
});
