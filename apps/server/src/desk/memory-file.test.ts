import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Memory } from "@bulkhead/host";
import { afterAll, expect, test } from "vitest";
import { MemoryFile } from "./memory-file.ts";

const folder = mkdtempSync(join(tmpdir(), "bulkhead-memory-"));
afterAll(() => rmSync(folder, { recursive: true }));

const memory = (json: string, at = 1): Memory => ({
  portfolio: "steady" as Memory["portfolio"],
  strategy: "buy-and-hold",
  at: at as Memory["at"],
  seats: { "ACME@DEMO": { version: 1, json } },
  schedule: null,
});

test("[DESK-14] what belongs to records that never came is not remembered; what was before it is", () => {
  const file = new MemoryFile(folder);
  expect(file.read(100)).toEqual([]);
  file.keep(10, [memory("1")]);
  file.keep(12, [memory("1", 2)]); // The same, a little later: nothing to write.
  file.keep(20, [memory("2")]);
  const again = new MemoryFile(folder);
  expect(again.read(25)).toEqual([memory("2")]);
  expect(again.read(20)).toEqual([memory("2")]);
  expect(again.read(19)).toEqual([memory("1")]);
  expect(again.read(9)).toEqual([]);
  writeFileSync(join(folder, "strategies.json"), "{");
  expect(again.read(25)).toEqual([memory("1")]);
});
