import { cpSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CATALOGUE, type Config } from "@bulkhead/contract";
import { DeskProblem } from "@bulkhead/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { configOf, newFolder, openPaper, removeFolder, START } from "./paper.ts";

let folder = "";
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

/** The lines with which a desk over the folder refuses. */
async function refusal(config?: Config): Promise<readonly string[]> {
  try {
    const { desk } = await openPaper({ folder, at: START + 60_000, ...(config === undefined ? {} : { config }) });
    await desk.stop();
    return ["opened"];
  } catch (error) {
    if (error instanceof DeskProblem) return error.details;
    throw error;
  }
}

async function used(): Promise<string> {
  const { desk, clock } = await openPaper({ folder });
  clock.advance(120_000);
  await desk.stop();
  return join(folder, "accounts", "main");
}

/** Every line names a code of the catalogue, and says it as there is said what to do. */
function says(lines: readonly string[], code: string, ...figures: readonly string[]): void {
  const fix = CATALOGUE.get(code)?.fix ?? "nothing";
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(new RegExp(`^${code}: [A-Z]`));
  expect(lines[0]).toContain(fix);
  for (const figure of figures) expect(lines[0]).toContain(figure);
}

test("[DESK-23] a folder of others, of newer code or without its note is refused with what to do", async () => {
  writeFileSync(join(folder, "thesis.txt"), "mine");
  says(await refusal(), "FOLDER_NOT_OURS", folder);
  rmSync(join(folder, "thesis.txt"));
  await used();
  writeFileSync(join(folder, "folder.json"), '{"format":99,"version":"9.0.0"}');
  says(await refusal(), "FOLDER_NEWER", "9.0.0");
  writeFileSync(join(folder, "folder.json"), "{");
  says(await refusal(), "FOLDER_DAMAGED", "folder.json");
});

test("[DESK-23] a second desk is told who has the folder", async () => {
  const { desk } = await openPaper({ folder });
  says(await refusal(), "FOLDER_LOCKED", String(process.pid));
  await desk.stop();
});

test("[DESK-23] a journal of another account is refused with what to do", async () => {
  const home = await used();
  renameSync(home, join(folder, "accounts", "other"));
  const config = configOf('[account]\nid = "other"\n[[portfolio]]\nid = "hands"\n');
  says(await refusal(config), "ACCOUNT_DIFFERS", "expected=other, found=main");
});

test("[DESK-23] a witness of another journal is refused with what to do", async () => {
  const home = await used();
  const other = newFolder();
  try {
    const { desk, clock } = await openPaper({ folder: other, at: START + 5 });
    clock.advance(60_000);
    await desk.stop();
    const theirs = join(other, "accounts", "main");
    const witness = readdirSync(home).find((name) => name.startsWith("witness") || name.startsWith("journal.witness"));
    expect(witness).toBeDefined();
    rmSync(join(home, String(witness)), { recursive: true });
    cpSync(join(theirs, String(witness)), join(home, String(witness)), { recursive: true });
    says(await refusal(), "WITNESS_FOREIGN");
  } finally {
    removeFolder(other);
  }
});
