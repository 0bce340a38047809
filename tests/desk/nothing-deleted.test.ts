import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR, newFolder, openPaper, recordsIn, removeFolder, START } from "./paper.ts";

let folder = "";
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

test("[DESK-25] S0.24: an upgrade adds and deletes nothing: every record of before is there as it was, and so are portfolios that have ended", async () => {
  const first = await openPaper({ folder });
  first.clock.advanceTo(START + HOUR);
  await first.desk.stop();
  const before = recordsIn(folder);
  const note = join(folder, "folder.json");
  writeFileSync(note, JSON.stringify({ ...(JSON.parse(readFileSync(note, "utf8")) as object), version: "0.0.9" }));
  const second = await openPaper({ folder, at: START + HOUR + 60_000 });
  const account = [...second.desk.accounts.values()][0];
  const ended = await account?.submit({ type: "ArchivePortfolio", by: "test", portfolio: "hands" as never, reason: "done" });
  expect(ended).toMatchObject({ ok: true });
  await second.desk.stop();
  const after = recordsIn(folder);
  expect(after.id).toBe(before.id);
  expect(after.records.slice(0, before.records.length)).toEqual(before.records);
  const third = await openPaper({ folder, at: START + 2 * HOUR });
  const portfolios = [...third.desk.accounts.values()][0]?.state.portfolios;
  expect([...(portfolios?.keys() ?? [])]).toEqual(["unattributed", "quick", "steady", "hands"]);
  await third.desk.stop();
});

test("[PRJ-22] S0.24: steps of the tables' schema only add; what one makes anew is filled again from the journal", () => {
  const root = fileURLToPath(new URL("../../packages/store/src/projections/", import.meta.url));
  const steps = globSync("**/*.sql", { cwd: root }).sort();
  expect(steps.length).toBeGreaterThan(5);
  const refilled = readFileSync(join(root, "migrations/migrations.ts"), "utf8").match(/"([^"]+\.sql)", refill: true/g) ?? [];
  for (const step of steps) {
    const takesAway = /\b(?:DROP|DELETE|TRUNCATE)\b/i.test(readFileSync(join(root, step), "utf8").replace(/^--.*$/gm, ""));
    const isRefilled = refilled.some((each) => step.endsWith(each.split('"')[1] ?? "?"));
    expect([step, takesAway && !isRefilled]).toEqual([step, false]);
  }
});
