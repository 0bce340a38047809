import { expect, test } from "vitest";
import { loadConfig } from "./load.ts";

const backupOf = (text: string) => loadConfig({ file: { name: "bulkhead.toml", text } });

test("[CFG-30] a desk backs itself up every day at 03:15 UTC and keeps seven, unless [backup] says otherwise", () => {
  expect(backupOf("")).toMatchObject({ ok: true, config: { backup: { daily: true, atMinute: 195, keep: 7, folder: null } } });
  expect(backupOf('[backup]\nat = "23:59"\nkeep = 30\nfolder = "/mnt/copies"\n')).toMatchObject({
    config: { backup: { daily: true, atMinute: 1_439, keep: 30, folder: "/mnt/copies" } },
  });
  expect(backupOf("[backup]\ndaily = false\n")).toMatchObject({ config: { backup: { daily: false } } });
});

test.each([
  ['at = "24:00"', "CONFIG_TYPE_WRONG"],
  ["at = 3", "CONFIG_TYPE_WRONG"],
  ["keep = 0", "CONFIG_OUT_OF_RANGE"],
  ['fodler = "x"', "CONFIG_KEY_UNKNOWN"],
])("[CFG-30] [backup] %s is refused by %s with its line", (line, code) => {
  expect(backupOf(`[backup]\n${line}\n`)).toMatchObject({ ok: false, problems: [{ code, origin: { line: 2 } }] });
});
