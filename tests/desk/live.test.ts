import { join } from "node:path";
import { createEngine, type InstantMs, UNATTRIBUTED } from "@bulkhead/core";
import { moneyOfUnits } from "@bulkhead/money";
import { openSqliteJournal, stateDigest, verifyJournal } from "@bulkhead/store";
import { afterEach, expect, test } from "vitest";
import { accountOf, decideAgain, HOUR, MINUTE, newFolder, openPaper, ordersIn, recordsIn, removeFolder } from "./paper.ts";

const folder = newFolder();
afterEach(() => removeFolder(folder));

test("[DESK-1] I17: the live journal of a paper hour replays to the same state, and its commands decide the same again", async () => {
  const { desk, clock } = await openPaper({ folder });
  const account = accountOf(desk);
  clock.advance(20 * MINUTE + 17_001);
  const transfer = {
    type: "TransferCapital",
    by: "test",
    from: UNATTRIBUTED,
    to: "hands",
    asset: "USD",
    amount: moneyOfUnits(1_000_000_000),
    transferId: "t1",
    reason: "more",
  } as const;
  const answer = await account.submit(transfer as unknown as Parameters<typeof account.submit>[0]);
  expect(answer).toMatchObject({ ok: true });
  clock.advance(HOUR - 20 * MINUTE - 17_001);
  const live = stateDigest(account.state);
  await desk.stop();

  const { records, digest, id } = recordsIn(folder);
  expect(ordersIn(records).length).toBeGreaterThan(20);
  expect(records.some(({ command }) => command.type === "RecordExecution")).toBe(true);
  const replayed = createEngine();
  for (const record of records) replayed.replay(record);
  expect(stateDigest(replayed.state)).toBe(live);
  const again = decideAgain(records, id);
  expect(again.digest).toBe(digest);
  expect(stateDigest(again.engine.state)).toBe(live);
  const journal = openSqliteJournal(join(folder, "accounts", "main", "journal.sqlite"), { access: "read" });
  expect(verifyJournal(journal)).toMatchObject({ ok: true });
  journal.close();
  expect(records.at(-1)?.command.at).toBeLessThanOrEqual(clock.now() as InstantMs);
});
