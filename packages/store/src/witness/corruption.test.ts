import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { type Chance, chanceOf } from "../codec/samples.ts";
import { type AccountHome, homeAt } from "../folder/home.ts";
import { openSqliteJournal } from "../sqlite/open.ts";
import { verifyJournal } from "../verify.ts";
import { ACCOUNT, copyDesk, fillDesk, newDesk, reopened, SEGMENT_BYTES } from "./desk-folder.ts";
import { recover } from "./recover.ts";
import { type Recovery, recoverySentence } from "./recovery.ts";

/** Damage does not depend on the disk: in memory where that is a folder, because thousands of syncs take minutes. */
const root = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "bulkhead-rot-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Three hundred acknowledged batches, as kill -9 leaves them: with a full log. */
const { killed, stale, closed, foreign, digest, head } = prepared();

function prepared() {
  const desk = newDesk(join(root, "live"), "journal-1");
  fillDesk(desk.journal, 100, 1);
  const early = copyDesk(desk.home, join(root, "stale"));
  desk.journal.close();
  recover(desk.home);
  const journal = reopened(desk.home);
  fillDesk(journal, 200, 2);
  const left = copyDesk(desk.home, join(root, "killed"));
  const facts = { digest: journal.digest(), head: { ...journal.head } };
  journal.close();
  const other = newDesk(join(root, "foreign"), "journal-2");
  fillDesk(other.journal, 120, 3);
  other.journal.close();
  return { killed: left, stale: early, closed: desk.home, foreign: other.home, ...facts };
}

type Damage = (home: AccountHome, chance: Chance) => string;
const below = (chance: Chance, bound: number): number => Math.floor(chance() * bound);

/** Changes the bytes of a file of the given kind. */
const inFile =
  (kind: Kind, change: (bytes: Buffer, chance: Chance) => Buffer): Damage =>
  (home, chance) => {
    const path = fileOf(home, kind, chance);
    const bytes = readFileSync(path);
    writeFileSync(path, change(bytes, chance));
    return basename(path);
  };

type Kind = "database" | "log" | "segment";
function fileOf(home: AccountHome, kind: Kind, chance: Chance): string {
  const log = `${home.database}-wal`;
  if (kind === "log" && existsSync(log)) return log;
  if (kind !== "segment") return home.database;
  const segments = readdirSync(home.witness);
  return join(home.witness, segments[below(chance, segments.length)] ?? "");
}

const flip = (bytes: Buffer, chance: Chance): Buffer => {
  const at = below(chance, bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << below(chance, 8));
  return bytes;
};
const truncate = (bytes: Buffer, chance: Chance): Buffer => bytes.subarray(0, below(chance, bytes.length));
const zero = (bytes: Buffer, chance: Chance): Buffer => {
  const at = below(chance, bytes.length);
  return bytes.fill(0, at, Math.min(bytes.length, at + 1 + below(chance, 512)));
};
const swapSectors = (bytes: Buffer, chance: Chance): Buffer => {
  const sectors = Math.floor(bytes.length / 512);
  const [a, b] = [512 * below(chance, sectors), 512 * below(chance, sectors)];
  const first = Buffer.from(bytes.subarray(a, a + 512));
  bytes.copyWithin(a, b, b + 512);
  first.copy(bytes, b);
  return bytes;
};
const lengthen = (bytes: Buffer, chance: Chance): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(1 + below(chance, 900), chance() < 0.5 ? 0 : 0x5a)]);

const changes = { flip, truncate, zero, swapSectors, lengthen };
const kinds: readonly Kind[] = ["database", "log", "segment"];
const inFiles: readonly (readonly [string, Damage])[] = kinds.flatMap((kind) =>
  Object.entries(changes).map(([name, change]) => [`${name} ${kind}`, inFile(kind, change)] as const),
);

const wholeFiles: readonly (readonly [string, Damage])[] = [
  ["missing database", (home) => remove(home.database)],
  ["missing log", (home) => remove(`${home.database}-wal`)],
  ["missing database and log", (home) => remove(home.database) + remove(`${home.database}-wal`)],
  ["missing witness", (home) => remove(home.witness)],
  ["missing segment", (home, chance) => remove(fileOf(home, "segment", chance))],
  ["stale database", (home) => put(stale.database, home.database)],
  ["stale log", (home) => put(`${stale.database}-wal`, `${home.database}-wal`)],
  ["stale database and log", (home) => put(stale.database, home.database) + put(`${stale.database}-wal`, `${home.database}-wal`)],
  ["stale witness", (home) => remove(home.witness) + put(stale.witness, home.witness)],
  ["swapped witness", (home) => remove(home.witness) + put(foreign.witness, home.witness)],
  ["swapped database", (home) => remove(`${home.database}-wal`) + put(foreign.database, home.database)],
  ["swapped segment", (home, chance) => put(join(foreign.witness, "00000001.segment"), fileOf(home, "segment", chance))],
  ["exchanged segments", exchangeSegments],
  ["copied segment", (home, chance) => put(fileOf(home, "segment", chance), fileOf(home, "segment", chance))],
];

function remove(path: string): string {
  rmSync(path, { recursive: true, force: true });
  return basename(path);
}
function put(from: string, to: string): string {
  if (from !== to) cpSync(from, to, { recursive: true });
  return basename(to);
}
function exchangeSegments(home: AccountHome, chance: Chance): string {
  const [a, b] = [fileOf(home, "segment", chance), fileOf(home, "segment", chance)];
  renameSync(a, `${a}.aside`);
  if (a !== b) renameSync(b, a);
  renameSync(`${a}.aside`, b);
  return `${basename(a)} ${basename(b)}`;
}

/** What must be true after every start, whatever was done to the files. Gives back the outcome. */
function judge(home: AccountHome, recovery: Recovery, what: string): Recovery["outcome"] {
  const context = `${what}: ${recoverySentence(recovery)}`;
  if (recovery.outcome === "clean" || recovery.outcome === "completed" || recovery.outcome === "repaired") {
    const journal = openSqliteJournal(home.database);
    const verdict = verifyJournal(journal);
    journal.close();
    expect(verdict.ok && { digest: verdict.digest, hash: verdict.chainHead }, context).toEqual({ digest, hash: head.hash });
    expect(recovery.head, context).toEqual(head);
    expect(recover(home), context).toEqual({ outcome: "clean", head: recovery.head, since: 0 });
  } else {
    expect(["quarantined", "halted", "refused"], context).toContain(recovery.outcome);
    // It stays so: another start does not find everything in order.
    if (recovery.outcome === "quarantined") expect(existsSync(home.marker), context).toBe(true);
    else expect(recover(home).outcome, context).toBe(recovery.outcome);
  }
  return recovery.outcome;
}

function rot(count: number, first: number, damages: (chance: Chance, run: number) => readonly (readonly [string, Damage])[]): string {
  const outcomes = new Map<string, number>();
  for (let run = 0; run < count; run++) {
    const chance = chanceOf(first + run);
    const picked = damages(chance, run);
    const folder = join(root, "rotting");
    cpSync((run % 4 === 3 ? closed : killed).folder, folder, { recursive: true });
    const home = homeAt(folder, ACCOUNT);
    const done = picked.map(([name, damage]) => `${name} (${damage(home, chance)})`).join(" + ");
    const what = `seed ${first + run}, ${done}`;
    // Every other start reads only what follows the first hundred batches; what it then has not seen, the next whole one does.
    const quick = recover(home, { segmentBytes: SEGMENT_BYTES, fromProved: run % 2 === 1 });
    const passedOver = "since" in quick && quick.since > 0;
    const outcome = judge(home, passedOver ? recover(home, { segmentBytes: SEGMENT_BYTES }) : quick, what);
    // One that was passed over mends from the other side; of two, the other may have lost the same batch, and that is said.
    if (passedOver) expect(["clean", "completed", "repaired", ...(picked.length > 1 ? ["halted"] : [])], what).toContain(outcome);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    rmSync(folder, { recursive: true });
  }
  return [...outcomes]
    .sort()
    .map(([outcome, times]) => `${outcome} ${times}`)
    .join(", ");
}

const all = [...inFiles, ...wholeFiles];

describe("files that rot", () => {
  test("[WIT-15] P1 I19: no corruption of one file loses an acknowledged batch without a word", ({ annotate }) => {
    const count = runs(1_000);
    const summary = rot(count, seed() * 1_000_003, (_chance, run) => all.slice(run % all.length, (run % all.length) + 1));
    process.stdout.write(`${count} corruptions of real files: ${summary}; lost without a word 0\n`);
    return annotate(summary);
  }, 1_800_000);

  test("[WIT-16] I19: two at once, one on each side, lose nothing without a word", ({ annotate }) => {
    const count = runs(500);
    const onDatabase = inFiles.filter(([name]) => !name.endsWith("segment"));
    // A witness that ends early at a frame's end beside a database that is not whole cannot be told from one that never had more.
    const onWitness = inFiles.filter(([name]) => name.endsWith("segment") && !name.startsWith("truncate"));
    const one = <T>(of: readonly T[], chance: Chance): readonly T[] => of.slice(...between(below(chance, of.length)));
    const summary = rot(count, seed() * 2_000_003, (chance) => [...one(onDatabase, chance), ...one(onWitness, chance)]);
    process.stdout.write(`${count} corruptions on both sides at once: ${summary}; lost without a word 0\n`);
    return annotate(summary);
  }, 1_800_000);
});

const between = (index: number): [number, number] => [index, index + 1];
