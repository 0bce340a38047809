import { mkdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accountOf, HOUR, newFolder, openPaper, removeFolder, START } from "./paper.ts";

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

test("[DESK-24] where the disk does not take what must be kept before an order, nothing is ordered and the process is to end", async () => {
  const lost: unknown[] = [];
  const { desk, clock } = await openPaper({ folder, onLost: (error) => lost.push(error) });
  const account = accountOf(desk);
  // As good as a full disk: the file cannot be opened.
  mkdirSync(`${account.books.home.folder}/strategies.json.new`);
  const before = account.durableSeq;
  clock.advanceTo(START + HOUR);
  expect(lost).toMatchObject([{ syscall: "open" }]);
  expect(account.readiness.reasons).toEqual([expect.stringContaining("halted: ")]);
  const written = [...account.books.journal.read(before + 1)].flatMap(({ events }) => events.map(({ type }) => type));
  expect(written).not.toContain("OrderPlaced");
  await desk.stop();
});
