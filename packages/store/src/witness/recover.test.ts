import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId } from "@bulkhead/core";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { startJournal } from "../folder/account-journal.ts";
import { type AccountHome, homeAt } from "../folder/home.ts";
import { clearMarker, readMarker } from "../folder/marker.ts";
import { DatabaseSync } from "../sqlite/driver.ts";
import { openSqliteJournal } from "../sqlite/open.ts";
import { verifyJournal } from "../verify.ts";
import { ACCOUNT, copyDesk, fillDesk, newDesk, reopened, SEGMENT_BYTES } from "./desk-folder.ts";
import { beginRepair, finishRepair, rebuildDatabase, rebuildWitness } from "./rebuild.ts";
import { recover } from "./recover.ts";
import { recoverySentence } from "./recovery.ts";
import { encodeHeader } from "./segment.ts";
import { segmentFiles, segmentName } from "./segments.ts";

const root = mkdtempSync(join(tmpdir(), "bulkhead-recover-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Eighty batches, the last twenty only in the log, and the same desk ten batches earlier. */
const source = prepared();
let copies = 0;
let home: AccountHome;
beforeEach(() => {
  copies += 1;
  home = copyDesk(source.desk, join(root, `desk-${copies}`));
});

function prepared() {
  const { home: live, journal: first } = newDesk(join(root, "live"), "journal-1");
  fillDesk(first, 60, 1);
  first.close();
  const journal = reopened(live);
  fillDesk(journal, 10, 2);
  const earlier = { desk: copyDesk(live, join(root, "earlier")), head: { ...journal.head } };
  fillDesk(journal, 10, 3);
  const desk = copyDesk(live, join(root, "killed"));
  const facts = { head: { ...journal.head }, digest: journal.digest() };
  journal.close();
  return { desk, earlier, ...facts };
}

const start = (options = {}) => recover(home, { segmentBytes: SEGMENT_BYTES, ...options });
const lastFile = (): string => segmentFiles(home.witness).at(-1)?.path ?? "";
const movedFiles = (movedTo: string): readonly string[] => readdirSync(movedTo).sort();

function expectWhole(): void {
  const journal = openSqliteJournal(home.database);
  expect(verifyJournal(journal)).toMatchObject({ ok: true, digest: source.digest, chainHead: source.head.hash });
  journal.close();
  expect(start()).toEqual({ outcome: "clean", head: source.head, since: 0 });
}

/** Flips a bit at a place of a file; negative from its end. */
function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

/** Changes rows behind the journal's back, its triggers kept. */
function change(path: string, statement: string): void {
  const database = new DatabaseSync(path);
  const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`);
  database.exec(statement);
  for (const { sql } of triggers) database.exec(String(sql));
  database.close();
}

describe("what an ordinary end leaves", () => {
  test("[WIT-7] equal sides are clean, after a kill as after a close", () => {
    expect(start()).toEqual({ outcome: "clean", head: source.head, since: 0 });
    reopened(home).close();
    expect(start()).toEqual({ outcome: "clean", head: source.head, since: 0 });
    expect(existsSync(home.quarantine)).toBe(false);
  });

  test("[WIT-8] a database that is ahead completes the witness", () => {
    rmSync(home.witness, { recursive: true });
    cpSync(source.earlier.desk.witness, home.witness, { recursive: true });
    expect(start()).toEqual({ outcome: "completed", head: source.head, since: 0, batches: 10, cutBytes: 0 });
    expectWhole();
  });

  test("[WIT-8] an unfinished frame is cut, at whatever byte it ends", () => {
    const whole = readFileSync(lastFile());
    for (const bytes of [1, 5, 31, 32, 33, 45]) {
      writeFileSync(lastFile(), whole.subarray(0, whole.length - bytes));
      const recovery = start();
      expect(recovery).toMatchObject({ outcome: "completed", batches: 1, head: source.head });
      expect(recovery.outcome === "completed" && recovery.cutBytes).toBeGreaterThan(0);
      expect(readFileSync(lastFile()).equals(whole)).toBe(true);
    }
  });

  test("[WIT-8] the unfinished header of a new segment is cut", () => {
    const next = segmentFiles(home.witness).length + 1;
    const previous = Buffer.from(source.head.hash, "hex");
    const header = encodeHeader({ number: next, firstBatch: source.head.batch + 1, previous, id: "journal-1", account: ACCOUNT });
    for (const bytes of [0, 7, header.length - 1]) {
      writeFileSync(join(home.witness, segmentName(next)), header.subarray(0, bytes));
      expect(start()).toEqual({ outcome: "completed", head: source.head, since: 0, batches: 0, cutBytes: bytes });
      expectWhole();
    }
  });

  test("[WIT-20] nothing at all is absent, and start-up makes both; they go on after the next start", () => {
    const fresh = homeAt(join(root, "fresh"), ACCOUNT);
    const made = startJournal(fresh, "new-1");
    expect(made).toMatchObject({ recovery: { outcome: "absent" }, opened: { journal: { id: "new-1" }, readOnly: undefined } });
    if (made.opened !== undefined) fillDesk(made.opened.journal, 5, 1);
    made.opened?.journal.close();
    const again = startJournal(fresh, "another");
    expect(again).toMatchObject({ recovery: { outcome: "clean", head: { batch: 5 } }, opened: { journal: { id: "new-1" } } });
    again.opened?.journal.close();
  });

  test("[WIT-20] a home that had a journal is not begun anew", () => {
    rmSync(home.witness, { recursive: true });
    start();
    for (const path of [home.database, `${home.database}-wal`, `${home.database}-shm`, home.witness])
      rmSync(path, { recursive: true, force: true });
    expect(readdirSync(home.quarantine)).toHaveLength(1);
    expect(startJournal(home, "new")).toMatchObject({ recovery: { outcome: "halted", head: { seq: 0 } }, opened: undefined });
    rmSync(home.quarantine, { recursive: true });
    expect(startJournal(home, "new").recovery.outcome).toBe("halted");
    rmSync(home.proved);
    copyFileSync(`${source.desk.database}-wal`, `${home.database}-wal`);
    expect(startJournal(home, "new").recovery.outcome).toBe("halted");
    rmSync(`${home.database}-wal`);
    expect(startJournal(home, "new").recovery.outcome).toBe("absent");
  });
});

describe("one side is damaged", () => {
  test("[WIT-9] a witness that is ahead gives the database back what it lost without an error", () => {
    rmSync(`${home.database}-wal`);
    const recovery = start();
    expect(recovery).toMatchObject({ outcome: "repaired", head: source.head, repairs: [{ side: "database", why: "behind", batches: 20 }] });
    expectWhole();
  });

  test("[WIT-9] Z46: the same where a flipped bit in the log cuts it off", () => {
    flip(`${home.database}-wal`, 32 + 24 + 100);
    expect(start()).toMatchObject({ outcome: "repaired", repairs: [{ side: "database", why: "behind", batches: 20 }] });
    expectWhole();
  });

  test("[WIT-9] the same where an older file is put back", () => {
    copyFileSync(source.earlier.desk.database, home.database);
    copyFileSync(`${source.earlier.desk.database}-wal`, `${home.database}-wal`);
    expect(start()).toMatchObject({ outcome: "repaired", repairs: [{ side: "database", why: "behind", batches: 10 }] });
    expectWhole();
  });

  test.each([
    ["missing", () => rmSync(home.database), "missing"],
    [
      "not a database",
      () => {
        rmSync(`${home.database}-wal`);
        writeFileSync(home.database, "nothing of the kind, but long enough to be looked at");
      },
      "UNREADABLE",
    ],
    ["changed in its bytes", () => change(home.database, "UPDATE batches SET bytes = zeroblob(9) WHERE batch = 30"), "CHAIN_BROKEN"],
    ["changed in its labels", () => change(home.database, "UPDATE batches SET batch = 900 WHERE batch = 30"), "LABELS_DAMAGED"],
    ["changed in its last label", () => change(home.database, "UPDATE batches SET last_seq = 9999 WHERE batch = 80"), "LABELS_DAMAGED"],
    ["changed in its account", () => change(home.database, "UPDATE meta SET value = 'other' WHERE key = 'account'"), "ACCOUNT_DIFFERS"],
    ["changed in its id", () => change(home.database, "UPDATE meta SET value = 'other' WHERE key = 'journal_id'"), "ACCOUNT_DIFFERS"],
    [
      "without a trigger",
      () => change(home.database, "CREATE TRIGGER more BEFORE DELETE ON meta BEGIN SELECT 1; END"),
      "STRUCTURE_DAMAGED",
    ],
    ["another program's", () => change(home.database, "PRAGMA application_id = 7"), "NOT_OURS"],
  ])("[WIT-10] a database that is %s is made anew from the witness, and kept", (_what, damage, why) => {
    damage();
    const recovery = start();
    expect(recovery).toMatchObject({ outcome: "repaired", head: source.head, repairs: [{ side: "database", why }] });
    if (recovery.outcome === "repaired" && why !== "missing") expect(movedFiles(recovery.movedTo)).toContain("journal.sqlite");
    expectWhole();
  });

  test.each([
    ["missing", () => rmSync(home.witness, { recursive: true }), "missing"],
    ["empty", () => segmentFiles(home.witness).map(({ path }) => rmSync(path)), "missing"],
    ["flipped in a frame", () => flip(join(home.witness, segmentName(2)), 500), "CHAIN_BROKEN"],
    ["flipped in a header", () => flip(join(home.witness, segmentName(2)), 30), "HEADER_DAMAGED"],
    ["flipped in its only known header", () => flip(lastFile(), 30), "HEADER_DAMAGED"],
    ["cut in the middle", () => truncateSync(join(home.witness, segmentName(1)), 3_000), "ENDS_INSIDE"],
    ["without a segment", () => rmSync(join(home.witness, segmentName(1))), "SEGMENT_MISSING"],
    [
      "ended by zeros",
      () => truncateSync(lastFile(), readFileSync(lastFile()).length - 40) ?? appendFileSync(lastFile(), Buffer.alloc(40)),
      "CHAIN_BROKEN",
    ],
  ])("[WIT-10] a witness that is %s is made anew from the database, and kept", (_what, damage, why) => {
    damage();
    const recovery = start();
    expect(recovery).toMatchObject({ outcome: "repaired", head: source.head, repairs: [{ side: "witness", why }] });
    expectWhole();
  });

  test("[WIT-10] what was moved aside is there as it was found", () => {
    const path = join(home.witness, segmentName(1));
    flip(path, 700);
    const damaged = readFileSync(path);
    const recovery = start();
    if (recovery.outcome !== "repaired") throw new Error(recovery.outcome);
    expect(readFileSync(join(recovery.movedTo, "witness", segmentName(1))).equals(damaged)).toBe(true);
    expect(JSON.parse(readFileSync(join(recovery.movedTo, "why.json"), "utf8"))).toMatchObject({ outcome: "repaired", head: source.head });
  });
});

describe("a start that goes on from what was proved", () => {
  const quickly = () => start({ fromProved: true });
  const damageOldBatch = (): void => change(home.database, "UPDATE batches SET bytes = zeroblob(9) WHERE batch = 5");

  test("[WIT-21] reads only what came after, and says so", () => {
    start();
    expect(quickly()).toEqual({ outcome: "clean", head: source.head, since: source.head.seq });
    const journal = reopened(home);
    fillDesk(journal, 12, 8);
    const head = { ...journal.head };
    journal.close();
    const recovery = quickly();
    expect(recovery).toEqual({ outcome: "clean", head, since: source.head.seq });
    expect(recoverySentence(recovery)).toContain(`up to ${source.head.seq} by an earlier start`);
    expect(quickly()).toEqual({ outcome: "clean", head, since: head.seq });
  });

  test("[WIT-21] leaves what lies before to the next whole one, which repairs it", () => {
    start();
    damageOldBatch();
    expect(quickly().outcome).toBe("clean");
    expect(start()).toMatchObject({ outcome: "repaired", head: source.head, repairs: [{ side: "database" }] });
    expectWhole();
  });

  test("[WIT-21] completes a witness that a crash left behind", () => {
    start();
    const journal = reopened(home);
    const left = join(root, `left-${copies}`);
    cpSync(home.witness, left, { recursive: true });
    fillDesk(journal, 5, 8);
    const head = { ...journal.head };
    journal.close();
    rmSync(home.witness, { recursive: true });
    renameSync(left, home.witness);
    truncateSync(lastFile(), readFileSync(lastFile()).length);
    expect(quickly()).toEqual({ outcome: "completed", head, since: source.head.seq, batches: 5, cutBytes: 0 });
  });

  test.each([
    ["nothing was proved", () => rmSync(home.proved)],
    ["its note is damaged", () => writeFileSync(home.proved, '{ "batch": 4 }')],
    [
      "its note is of another history",
      () =>
        writeFileSync(
          home.proved,
          readFileSync(home.proved, "utf8").replace(/(?<="hash": ")./, (digit) => (digit === "f" ? "e" : "f")),
        ),
    ],
    ["an older segment is shorter", () => truncateSync(join(home.witness, segmentName(1)), 900)],
    ["a segment is gone", () => rmSync(join(home.witness, segmentName(1)))],
    ["the last frame is changed", () => flip(lastFile(), -1)],
    ["the log is gone", () => rmSync(`${home.database}-wal`)],
    ["a table is gone", () => change(home.database, "DROP TABLE snapshots")],
  ])("[WIT-21] reads everything where %s", (_what, damage) => {
    start();
    damage();
    const recovery = quickly();
    expect("since" in recovery ? recovery.since : 0).toBe(0);
    expect(["clean", "repaired"]).toContain(recovery.outcome);
    expectWhole();
  });
});

describe("both sides are damaged", () => {
  test("[WIT-11] at different places they still prove everything together", () => {
    flip(join(home.witness, segmentName(2)), 700);
    change(home.database, "UPDATE batches SET bytes = zeroblob(9) WHERE batch = 5");
    const recovery = start();
    expect(recovery).toMatchObject({ outcome: "repaired", head: source.head, repairs: [{ side: "database" }, { side: "witness" }] });
    expectWhole();
  });

  test("[WIT-12] a whole side and one that held more than can be proved: read-only at the last proved sequence", () => {
    appendFileSync(lastFile(), Buffer.alloc(100, 0x5a));
    const recovery = start();
    expect(recovery).toMatchObject({ outcome: "quarantined", head: source.head, epochAtLeast: 1 });
    if (recovery.outcome !== "quarantined") return;
    expect(readMarker(home)).toEqual({ reason: "quarantined", epochAtLeast: recovery.epochAtLeast, seq: source.head.seq });
    const next = startJournal(home, "unused");
    expect(next).toMatchObject({ recovery: { outcome: "clean" }, opened: { readOnly: { reason: "quarantined" } } });
    next.opened?.journal.close();
    clearMarker(home);
    const cleared = startJournal(home, "unused");
    expect(cleared.opened?.readOnly).toBeUndefined();
    cleared.opened?.journal.close();
  });

  test("[WIT-22] both sides short of what an earlier start had proved: read-only, though they agree", () => {
    start();
    const proved = readFileSync(home.proved);
    home = copyDesk(source.earlier.desk, join(root, `short-${copies}`));
    writeFileSync(home.proved, proved);
    const { head } = source.earlier;
    expect(start()).toMatchObject({ outcome: "quarantined", head, repairs: [] });
    expect(start()).toEqual({ outcome: "clean", head, since: 0 });
    expect(readMarker(home)?.reason).toBe("quarantined");
  });

  test("[WIT-22] a note that damage has changed is no evidence", () => {
    start();
    const { length } = readFileSync(home.proved);
    for (let at = 0; at < length; at += 7) {
      flip(home.proved, at);
      expect(start()).toEqual({ outcome: "clean", head: source.head, since: 0 });
    }
  });

  test("[WIT-12] a marker that cannot be read still stands in the way", () => {
    writeFileSync(home.marker, "{ torn");
    expect(readMarker(home)).toEqual({ reason: "unreadable", epochAtLeast: 0, seq: 0 });
  });

  test("[WIT-13] at the same place they halt, untouched, with the last proved sequence; until a person accepts", () => {
    change(home.database, "UPDATE batches SET bytes = zeroblob(9) WHERE batch = 80");
    flip(lastFile(), -1);
    flip(lastFile(), -40);
    const before = [readFileSync(home.database), readFileSync(lastFile())];
    const recovery = start();
    expect(recovery).toMatchObject({ outcome: "halted", head: { batch: 79 }, database: "CHAIN_BROKEN", witness: "CHAIN_BROKEN" });
    expect([readFileSync(home.database), readFileSync(lastFile())]).toEqual(before);
    expect(start().outcome).toBe("halted");
    const accepted = start({ acceptLoss: true });
    expect(accepted).toMatchObject({ outcome: "quarantined", head: { batch: 79 } });
    expect(start()).toMatchObject({ outcome: "clean", head: { batch: 79 } });
    expect(readMarker(home)?.reason).toBe("quarantined");
  });

  test("[WIT-13] nothing readable on one side and a damaged other halt, however little is left", () => {
    writeFileSync(home.database, "gone");
    for (const { path } of segmentFiles(home.witness).slice(1)) rmSync(path);
    truncateSync(join(home.witness, segmentName(1)), 20);
    expect(start()).toMatchObject({ outcome: "halted", head: { seq: 0 } });
  });
});

describe("what is not ours", () => {
  test("[WIT-14] a witness of another journal is refused", () => {
    const other = newDesk(join(root, `other-${copies}`), "journal-2");
    fillDesk(other.journal, 10, 9);
    other.journal.close();
    rmSync(home.witness, { recursive: true });
    cpSync(other.home.witness, home.witness, { recursive: true });
    expect(start()).toMatchObject({ outcome: "refused", code: "WITNESS_FOREIGN" });
    cpSync(join(source.desk.witness, segmentName(1)), join(home.witness, segmentName(2)));
    expect(start()).toMatchObject({ outcome: "refused", code: "WITNESS_FOREIGN" });
  });

  test("[WIT-14] a home of another account is refused", () => {
    expect(recover({ ...home, account: "second" as AccountId })).toMatchObject({ outcome: "refused", code: "ACCOUNT_DIFFERS" });
  });

  test("[WIT-14] two histories of one journal are refused, with the last sequence they share", () => {
    const twin = copyDesk(source.earlier.desk, join(root, `twin-${copies}`));
    const journal = reopened(twin);
    fillDesk(journal, 12, 77);
    journal.close();
    rmSync(home.witness, { recursive: true });
    cpSync(twin.witness, home.witness, { recursive: true });
    const recovery = start();
    expect(recovery).toMatchObject({ outcome: "refused", code: "HISTORIES_DIVERGED" });
    expect(recoverySentence(recovery)).toContain(`sequence ${source.earlier.head.seq} `);
  });

  test("[WIT-14] what a newer version wrote is refused", () => {
    change(home.database, "PRAGMA user_version = 99");
    expect(start()).toMatchObject({ outcome: "refused", code: "DATABASE_NEWER" });
  });
});

describe("a repair that is cut off", () => {
  const damaged = (): void => flip(join(home.witness, segmentName(1)), 700);
  const names = { id: "journal-1", account: ACCOUNT };
  const batches = () => {
    const journal = openSqliteJournal(source.desk.database, { access: "read" });
    return journal.batches();
  };

  test("[WIT-17] before it was begun is thrown away and made again", () => {
    damaged();
    rebuildWitness(home, names, [...batches()].slice(0, 3));
    writeFileSync(`${home.database}.rebuilt`, "half");
    expect(start()).toMatchObject({ outcome: "repaired", head: source.head });
    expectWhole();
  });

  test("[WIT-17] after it was begun is finished by the next start, wherever it was cut off", () => {
    const steps: readonly (() => void)[] = [
      () => undefined,
      () => renameSync(`${home.database}-wal`, join(home.quarantine, "0001", "journal.sqlite-wal")),
      () => renameSync(home.database, join(home.quarantine, "0001", "journal.sqlite")),
      () => renameSync(`${home.database}.rebuilt`, home.database),
      () => renameSync(home.witness, join(home.quarantine, "0001", "witness")),
      () => renameSync(`${home.witness}.rebuilt`, home.witness),
      () => finishRepair(home),
    ];
    for (let done = 0; done < steps.length; done++) {
      home = copyDesk(source.desk, join(root, `cut-${done}`));
      change(home.database, "UPDATE batches SET bytes = zeroblob(9) WHERE batch = 80");
      flip(lastFile(), -1);
      copyFileSync(`${source.desk.database}-wal`, `${home.database}-wal`);
      const all = [...batches()];
      rebuildDatabase(home, names, all);
      rebuildWitness(home, { ...names, segmentBytes: SEGMENT_BYTES }, all);
      beginRepair(home, {});
      for (const step of steps.slice(0, done + 1)) step();
      expect(start()).toEqual({ outcome: "clean", head: source.head, since: 0 });
      expect(movedFiles(join(home.quarantine, "0001"))).toEqual(["journal.sqlite", "journal.sqlite-wal", "why.json", "witness"]);
      expectWhole();
    }
  });
});

describe("what is said", () => {
  const { head } = source;
  test.each([
    ["absent", { outcome: "absent" }, /no journal yet/],
    ["clean", { outcome: "clean", head, since: 0 }, /agree up to sequence \d+/],
    ["completed", { outcome: "completed", head, since: 7, batches: 1, cutBytes: 5 }, /by 1 batch .* after 5 bytes/],
    [
      "repaired",
      { outcome: "repaired", head, repairs: [{ side: "witness", why: "missing", batches: 80 }], movedTo: "q" },
      /witness \(missing\).*80 batches.*nothing is lost/,
    ],
    ["quarantined", { outcome: "quarantined", head, repairs: [], movedTo: "q", epochAtLeast: 2 }, /cannot be proved.*read-only/],
    [
      "halted",
      { outcome: "halted", head, database: "CHAIN_BROKEN", witness: "HEADER_DAMAGED" },
      /last that is proved; nothing was touched/,
    ],
    ["refused", { outcome: "refused", code: "WITNESS_FOREIGN", details: "d" }, /WITNESS_FOREIGN: d/],
  ] as const)("[WIT-18] %s has a sentence with its figures", (_outcome, recovery, sentence) => {
    expect(recoverySentence(recovery)).toMatch(sentence);
  });
});
